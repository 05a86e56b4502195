// What a loop of callbacks has for a task.

import WASIp2

/// A chain of callbacks that ends, or is cancelled, as one.
public final class Job {
    /// Whether it has ended, either way.
    public private(set) var isOver = false
    /// Whether it was cancelled.
    public private(set) var isCancelled = false
    private let loop: CallbackLoop
    private var watches: [Watch] = []
    private var followers: [() -> Void] = []

    init(_ loop: CallbackLoop) { self.loop = loop }

    /// Calls back in the next round.
    public func soon(_ callback: @escaping () -> Void) { watches = [loop.soon(callback)] }

    /// Calls back after that long.
    public func after(_ duration: Nanoseconds, _ callback: @escaping () -> Void) {
        watches = [loop.when(Source(MonotonicClock.subscribe(after: duration)), callback)]
    }

    /// Calls back when one of the sources is ready, with its place; the others are left.
    public func whenAny(_ sources: [Source], _ callback: @escaping (Int) -> Void) {
        watches = sources.enumerated().map { place, source in
            loop.when(source) {
                self.forget()
                callback(place)
            }
        }
    }

    /// Calls back when each of the sources has been ready.
    public func whenAll(_ sources: [Source], _ callback: @escaping () -> Void) {
        var missing = sources.count
        watches = sources.map { source in
            loop.when(source) {
                missing -= 1
                if missing == 0 { callback() }
            }
        }
    }

    /// Calls back when another job is over.
    public func whenOver(_ other: Job, _ callback: @escaping () -> Void) {
        if other.isOver { return soon(callback) }
        other.followers.append { [weak self] in
            if let self, !isOver { soon(callback) }
        }
    }

    /// Ends the job.
    public func finish() {
        if isOver { return }
        isOver = true
        forget()
        for follower in followers { follower() }
        followers = []
    }

    /// Ends the job wherever it is; nothing calls it back any more.
    public func cancel() {
        if isOver { return }
        isCancelled = true
        finish()
    }

    private func forget() {
        for watch in watches { watch.cancel() }
        watches = []
    }
}
