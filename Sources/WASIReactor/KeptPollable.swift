// Waiting time and again for one thing: its pollable is made once.

import WASIp2

/// The pollable of something that tasks wait for time and again: subscribed at the first wait, and kept
/// for those that follow. Where the reactor has given all its pollables up, the next wait subscribes
/// anew.
///
/// Whoever owns what it is of drops it first, in its own `deinit` (RES-27): a wait in progress may
/// outlive the owner.
final class KeptPollable {
    private let reactor: Reactor
    private var key: EventKey?

    init(on reactor: Reactor) { self.reactor = reactor }

    /// Drops the pollable; waits in progress end, and the next one subscribes anew.
    func drop() {
        if let key { reactor.remove(key) }
        key = nil
    }

    fileprivate func wait(_ subscribe: () -> Pollable) -> Wait {
        let key = self.key ?? reactor.insert(subscribe())
        self.key = key
        return reactor.wait(key)
    }

    /// The reactor has given this one up; another wait may have subscribed anew since.
    fileprivate func forget(_ key: EventKey) {
        if self.key == key { self.key = nil }
    }
}

/// The waits of one task for a kept pollable.
struct KeptWait: ~Copyable {
    private let pollable: KeptPollable
    private var wait: Wait?

    init(_ pollable: KeptPollable) { self.pollable = pollable }

    /// Whether the host has reported the pollable ready since this was asked last; the task waits where
    /// it has not.
    // In place: else the closure would hold what it subscribes from at each poll.
    @inline(__always)
    mutating func poll(_ context: borrowing Context, _ subscribe: () -> Pollable) -> Bool {
        while true {
            if wait == nil { wait = pollable.wait(subscribe) }
            guard case .ready(let end)? = wait?.poll(context) else { return false }
            if end == .ready { return true }
            if let key = wait?.key { pollable.forget(key) }
            wait = nil
        }
    }
}
