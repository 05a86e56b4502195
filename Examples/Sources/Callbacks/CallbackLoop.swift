// A reactor of callbacks, as unlike Pollux's own as can be: it polls everything that is watched and
// calls back whoever is due.

import WASIp2

/// Runs jobs by calling them back: in rounds of those that can go on, with a poll after each round.
public final class CallbackLoop {
    /// What the next round calls, in order.
    private var due: [Watch] = []
    /// What the next poll lists, in order.
    private var watched: [Watch] = []

    /// A loop without jobs.
    public init() {}

    /// Starts a job in the next round; it lives as long as something can call it back.
    public func start(_ body: @escaping (Job) -> Void) -> Job {
        let job = Job(self)
        job.soon { body(job) }
        return job
    }

    /// Runs rounds until the job is over. Where nobody is due and nothing is watched the empty poll
    /// is the host's to refuse.
    public func run(until job: Job) {
        while !job.isOver {
            let round = due
            due = []
            for watch in round { watch.fire() }
            if !job.isOver { look() }
        }
    }

    /// Calls back once, in the next round.
    func soon(_ callback: @escaping () -> Void) -> Watch {
        let watch = Watch(nil, callback)
        due.append(watch)
        return watch
    }

    /// Calls back once, when the source is ready.
    func when(_ source: Source, _ callback: @escaping () -> Void) -> Watch {
        let watch = Watch(source, callback)
        watched.append(watch)
        return watch
    }

    /// Polls everything that is watched; with jobs due, beside a timer that is due at once.
    private func look() {
        watched.removeAll { $0.source == nil }
        var list = watched.compactMap { $0.source?.pollable.borrow }
        let limit = due.isEmpty ? nil : Source(MonotonicClock.subscribe(after: 0))
        if watched.isEmpty, limit != nil { return }
        if let limit { list.append(limit.pollable.borrow) }
        let ready = poll(list).filter { $0 < watched.count }.map { watched[$0] }
        // What one callback cancels does not fire.
        for watch in ready { watch.fire() }
    }
}

/// A pollable that jobs can wait for; it goes with the last reference.
public final class Source {
    let pollable: Pollable

    /// Takes a pollable over.
    public init(_ pollable: consuming Pollable) { self.pollable = pollable }
}

/// One call back, which has not happened.
final class Watch {
    /// What it waits for; `nil` where that is only its turn, and afterwards.
    private(set) var source: Source?
    private var callback: (() -> Void)?

    init(_ source: Source?, _ callback: @escaping () -> Void) {
        self.source = source
        self.callback = callback
    }

    /// Calls back, if it still should.
    func fire() {
        let callback = callback
        cancel()
        callback?()
    }

    /// Lets go of everything.
    func cancel() {
        source = nil
        callback = nil
    }
}
