// Futures that a reactor ends: waits on pollables, and sleeps.

import WASIp2

/// How a wait on a kept pollable ended.
public enum WaitEnd: Hashable, Sendable {
    /// The host reported it ready after this wait began.
    case ready
    /// It was removed from the reactor before that.
    case removed
}

extension Reactor {
    /// Waits for a kept pollable. Several tasks may wait for one; each wait ends by the next report.
    public func wait(_ key: EventKey) -> Wait { Wait(reactor: self, key: key) }

    /// Waits for a pollable, then drops it; dropping the future drops it, too.
    public func waitFor(_ pollable: consuming Pollable) -> WaitFor {
        WaitFor(reactor: self, key: insert(pollable))
    }

    /// Waits until one of the kept pollables is ready; the result is the place of one that is.
    public func waitAny(_ keys: [EventKey]) -> WaitAny { WaitAny(reactor: self, keys: keys) }

    /// Waits until each of the kept pollables has been ready once.
    public func waitAll(_ keys: [EventKey]) -> WaitAll { WaitAll(reactor: self, keys: keys) }

    /// Sleeps for `duration` from now. Always suspends, also for 0.
    public func sleep(for duration: Nanoseconds) -> Sleep {
        Sleep(reactor: self, deadline: MonotonicClock.now().advanced(by: duration))
    }

    /// Sleeps until `deadline`. Always suspends, also where that has passed.
    public func sleep(until deadline: MonotonicClock.Instant) -> Sleep {
        Sleep(reactor: self, deadline: deadline)
    }
}

/// One wait on a kept pollable. May be polled again after it was ready, for the next wait.
public struct Wait: ~Copyable, Future {
    let reactor: Reactor
    let key: EventKey
    var waiter: WaiterKey?

    init(reactor: Reactor, key: EventKey) {
        self.reactor = reactor
        self.key = key
    }

    deinit {
        if let waiter { reactor.discharge(waiter) }
    }

    /// Begins the wait, and later says how it ended: `ready` by a report of the host's after this began, so
    /// never at the first poll; `removed` at once where the key is gone. Calls no host.
    public mutating func poll(_ context: borrowing Context) -> Poll<WaitEnd> {
        guard let waiter else {
            self.waiter = reactor.enlist(key, context.waker)
            return self.waiter == nil ? .ready(.removed) : .pending
        }
        switch reactor.poll(waiter, context.waker) {
        case .waiting: return .pending
        case .resting where reactor.renew(waiter, key, context.waker): return .pending
        case .fired:
            reactor.rest(waiter)
            return .ready(.ready)
        case .resting, .orphaned, .free:
            reactor.discharge(waiter)
            self.waiter = nil
            return .ready(.removed)
        }
    }
}

/// One wait on a pollable of its own.
public struct WaitFor: ~Copyable, Future {
    private let reactor: Reactor
    private let key: EventKey
    private var waiter: WaiterKey?

    init(reactor: Reactor, key: EventKey) {
        self.reactor = reactor
        self.key = key
    }

    deinit {
        // The wait first: removing the pollable would wake it.
        if let waiter { reactor.discharge(waiter) }
        reactor.remove(key)
    }

    /// Begins the wait, and is ready once the host has reported the pollable, which it then drops; not to
    /// be polled after that.
    public mutating func poll(_ context: borrowing Context) -> Poll<Void> {
        guard let waiter else {
            self.waiter = reactor.enlist(key, context.waker)
            return self.waiter == nil ? .ready(()) : .pending
        }
        if reactor.poll(waiter, context.waker) == .waiting { return .pending }
        reactor.discharge(waiter)
        self.waiter = nil
        reactor.remove(key)
        return .ready(())
    }
}

/// A wait on several kept pollables that the first one ends; the others are left at once.
public struct WaitAny: ~Copyable, Future {
    private let reactor: Reactor
    private let keys: [EventKey]
    private var waiters: [WaiterKey?] = []

    init(reactor: Reactor, keys: [EventKey]) {
        precondition(!keys.isEmpty, "a wait for any of nothing would never end")
        self.reactor = reactor
        self.keys = keys
    }

    deinit {
        for waiter in waiters { if let waiter { reactor.discharge(waiter) } }
    }

    /// The place in `keys` of one that is ready or was removed, the lowest where several are.
    public mutating func poll(_ context: borrowing Context) -> Poll<Int> {
        if waiters.isEmpty {
            for key in keys { waiters.append(reactor.enlist(key, context.waker)) }
            guard let removed = waiters.firstIndex(where: { $0 == nil }) else { return .pending }
            leave()
            return .ready(removed)
        }
        var winner = -1
        for place in waiters.indices {
            guard let waiter = waiters[place] else { continue }
            if reactor.poll(waiter, context.waker) != .waiting, winner < 0 { winner = place }
        }
        if winner < 0 { return .pending }
        leave()
        return .ready(winner)
    }

    private mutating func leave() {
        for waiter in waiters { if let waiter { reactor.discharge(waiter) } }
        waiters.removeAll(keepingCapacity: true)
    }
}

/// A wait on several kept pollables that each must end.
public struct WaitAll: ~Copyable, Future {
    private let reactor: Reactor
    private let keys: [EventKey]
    private var waiters: [WaiterKey?] = []
    private var isBegun = false

    init(reactor: Reactor, keys: [EventKey]) {
        self.reactor = reactor
        self.keys = keys
    }

    deinit {
        for waiter in waiters { if let waiter { reactor.discharge(waiter) } }
    }

    /// Begins all the waits, and is ready once each has ended, by a report or because its pollable was
    /// removed; at once where there are none.
    public mutating func poll(_ context: borrowing Context) -> Poll<Void> {
        if !isBegun {
            isBegun = true
            for key in keys { waiters.append(reactor.enlist(key, context.waker)) }
        }
        var isPending = false
        for place in waiters.indices {
            guard let waiter = waiters[place] else { continue }
            if reactor.poll(waiter, context.waker) == .waiting {
                isPending = true
            } else {
                reactor.discharge(waiter)
                waiters[place] = nil
            }
        }
        return isPending ? .pending : .ready(())
    }
}

/// A sleep on the reactor's timer.
public struct Sleep: ~Copyable, Future {
    private let reactor: Reactor
    private let deadline: MonotonicClock.Instant
    private var timer: TimerKey?

    init(reactor: Reactor, deadline: MonotonicClock.Instant) {
        self.reactor = reactor
        self.deadline = deadline
    }

    deinit {
        if let timer { reactor.timers.remove(timer) }
    }

    /// Enters the deadline, so that it is pending at the first poll whatever the deadline, and is ready at
    /// the deadline or later. Reads no clock itself. Polled after that, it sleeps once more, until the same.
    public mutating func poll(_ context: borrowing Context) -> Poll<Void> {
        guard let timer else {
            self.timer = reactor.timers.insert(deadline, context.waker)
            return .pending
        }
        guard reactor.timers.poll(timer, context.waker) else { return .pending }
        reactor.timers.remove(timer)
        self.timer = nil
        return .ready(())
    }
}

/// Lets every other runnable task go first, once.
public struct Yield: Future {
    private var hasYielded = false

    /// A yield that has not happened.
    public init() {}

    /// Wakes its own task and is pending, which puts that behind all that are runnable; ready from the
    /// second poll on.
    public mutating func poll(_ context: borrowing Context) -> Poll<Void> {
        if hasYielded { return .ready(()) }
        hasYielded = true
        context.waker.wake()
        return .pending
    }
}
