// wasi:clocks: reading the clocks, and pollables that become ready at an instant.

extension WASIHost {
    /// `monotonic-clock.now`: ns since an origin that means nothing; never decreases (CLOCK-01).
    public func monotonicNow() throws(HostTrap) -> UInt64 {
        try enter(.monotonicNow)
        let now = driver.now
        trace?.record(.clockRead(now), at: now)
        return now.nanoseconds
    }

    /// `monotonic-clock.resolution`: ns, above 0 (CLOCK-04).
    public func monotonicResolution() throws(HostTrap) -> UInt64 {
        try enter(.monotonicResolution)
        return driver.monotonicResolution
    }

    /// `monotonic-clock.subscribe-instant`: a pollable that is ready from `instant` on; one that has
    /// passed is ready at once (CLOCK-05), the last one that a u64 can count is never (CLOCK-08).
    /// - Throws: `table-full`.
    public func subscribe(instant: UInt64) throws(HostTrap) -> Int32 {
        try enter(.subscribeInstant)
        if !isPunctual, instant != .max {
            let when = MonotonicInstant(nanoseconds: instant)
            return try subscribe(asked: when, named: nil, in: .subscribeInstant)
        }
        let when = MonotonicInstant(nanoseconds: instant)
        // Whether it has come already is only the log's business, and a reading is dear.
        let isDue = trace != nil && when <= driver.now
        let state = PollableState(.at(when), wasDueAtBirth: isDue)
        return try addPollable(state, named: nil, in: .subscribeInstant)
    }

    /// `monotonic-clock.subscribe-duration`: as ``subscribe(instant:)`` for `duration` ns from now;
    /// an instant past the clock's end is never, not a trap and not the past (CLOCK-06, CLOCK-07).
    /// - Throws: `table-full`.
    public func subscribe(duration: UInt64) throws(HostTrap) -> Int32 {
        try enter(.subscribeDuration)
        let now = readClock()
        let (instant, overflow) = now.addingReportingOverflow(duration)
        if !isPunctual, !overflow {
            let when = MonotonicInstant(nanoseconds: instant)
            return try subscribe(asked: when, named: nil, in: .subscribeDuration)
        }
        let state =
            overflow
            ? PollableState(.never)
            : PollableState(
                .at(MonotonicInstant(nanoseconds: instant)), wasDueAtBirth: duration == 0)
        return try addPollable(state, named: nil, in: .subscribeDuration)
    }

    /// A clock pollable of the world's, for scripted timers: ready from `instant` on.
    public func subscribe(_ instant: MonotonicInstant?, named name: String) throws(HostTrap)
        -> Int32
    {
        if let instant { return try subscribe(asked: instant, named: name, in: nil) }
        return try addPollable(PollableState(.never), named: name, in: nil)
    }

    /// A clock pollable on a host whose timers need not be exact. In the log it has the name of the
    /// instant that was asked for.
    private func subscribe(
        asked instant: MonotonicInstant, named name: String?, in call: HostCall?
    ) throws(HostTrap) -> Int32 {
        let ready = ready(instant)
        let state = PollableState(
            .at(ready), wasDueAtBirth: name == nil && instant <= driver.now)
        let name = name ?? (ready == instant ? nil : trace?.timerName(instant))
        return try addPollable(state, named: name, in: call)
    }

    /// FZ-08: from when on a clock pollable for `instant` is ready: that, or later. One that is due
    /// already is ready at once (CLOCK-05, CLOCK-06), and the clock's end makes nothing earlier.
    private func ready(_ instant: MonotonicInstant) -> MonotonicInstant {
        if instant <= driver.now { return instant }
        let delay: UInt64
        switch policy.timers {
        case .exact, .late(0), .grain(0): return tampering?.ready(instant) ?? instant
        case .late(let most):
            let halves = UInt64(choose(.timer, about: table.lastSerial + 1, among: 3))
            delay = halves == 2 ? most : most / 2 * halves
        case .grain(let grain):
            let rest = (instant.nanoseconds - beginning.nanoseconds) % grain
            delay = rest == 0 ? 0 : grain - rest
        }
        return instant.advanced(by: delay) ?? instant
    }

    /// `wall-clock.now` (CLOCK-11).
    public func wallNow() throws(HostTrap) -> WallInstant {
        try enter(.wallNow)
        return driver.wallNow
    }

    /// `wall-clock.resolution` (CLOCK-12).
    public func wallResolution() throws(HostTrap) -> WallInstant {
        try enter(.wallResolution)
        return driver.wallResolution
    }
}
