// A loop of callbacks with one fault.

import WASIp2

/// Goes round: calls whoever's turn it is, then polls what is watched.
///
/// Its fault: it takes it for granted that a poll reports in ascending order, and skips an index below the
/// one before. The friendly host never shows it; and where a host does, the next poll reports what was
/// skipped, so every job still ends.
final class RoundLoop {
    /// A chain of callbacks.
    final class Job {
        fileprivate(set) var isOver = false
        fileprivate(set) var isCancelled = false
        fileprivate var watches: [Watch] = []
        fileprivate var followers: [() -> Void] = []
    }

    /// A pollable; it goes with the last reference.
    final class Source {
        let pollable: Pollable
        init(_ pollable: consuming Pollable) { self.pollable = pollable }
    }

    /// One call back: in the next round, or once its source is ready.
    fileprivate final class Watch {
        var source: Source?
        var callback: (() -> Void)?

        init(_ source: Source?, _ callback: @escaping () -> Void) {
            self.source = source
            self.callback = callback
        }

        func fire() {
            let callback = callback
            cancel()
            callback?()
        }

        func cancel() {
            source = nil
            callback = nil
        }
    }

    private var due: [Watch] = []
    private var watched: [Watch] = []

    func run(until job: Job) {
        while !job.isOver {
            let round = due
            due = []
            for watch in round { watch.fire() }
            if !job.isOver { look() }
        }
    }

    private func look() {
        watched.removeAll { $0.source == nil }
        if watched.isEmpty, !due.isEmpty { return }
        var list = watched.compactMap { $0.source?.pollable.borrow }
        let limit = due.isEmpty ? nil : Source(MonotonicClock.subscribe(after: 0))
        if let limit { list.append(limit.pollable.borrow) }
        var ready: [Watch] = []
        var last = -1
        for index in poll(list) {
            // The fault.
            if index < last { continue }
            last = index
            if index < watched.count { ready.append(watched[index]) }
        }
        for watch in ready { watch.fire() }
    }

    // MARK: Jobs

    func start(_ body: @escaping (Job) -> Void) -> Job {
        let job = Job()
        soon(job) { body(job) }
        return job
    }

    func soon(_ job: Job, _ callback: @escaping () -> Void) {
        let watch = Watch(nil, callback)
        due.append(watch)
        job.watches = [watch]
    }

    func when(_ sources: [Source], _ job: Job, _ callback: @escaping (Int) -> Void) {
        job.watches = sources.enumerated().map { place, source in
            let watch = Watch(source) { callback(place) }
            watched.append(watch)
            return watch
        }
    }

    func whenOver(_ other: Job, _ job: Job, _ callback: @escaping () -> Void) {
        if other.isOver { return soon(job, callback) }
        other.followers.append { if !job.isOver { self.soon(job, callback) } }
    }

    func forget(_ job: Job) {
        for watch in job.watches { watch.cancel() }
        job.watches = []
    }

    func finish(_ job: Job) {
        if job.isOver { return }
        job.isOver = true
        forget(job)
        for follower in job.followers { follower() }
        job.followers = []
    }

    func cancel(_ job: Job) {
        if job.isOver { return }
        job.isCancelled = true
        finish(job)
    }
}
