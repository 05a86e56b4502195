// A world that the test itself moves; also the proof that a driver can come from elsewhere.

import PolluxHost

/// Levels, clocks and waits exactly as a test sets them; nothing happens by itself.
///
/// Not the simulated world of scenarios: it may have clocks that no script can express, it counts
/// what the host asks of it, and it has no patience.
final class HandDriver: Driver {
    private(set) var levels: [Bool]
    private var clock: MonotonicInstant
    private var wallReadings: [WallInstant]

    /// By how much each reading moves the monotonic clock on.
    let tick: UInt64
    let monotonicResolution: UInt64
    let wallResolution: WallInstant
    let patience: Int? = nil
    var trace: Trace?

    /// How often the host gave the world a turn, and how often it waited.
    private(set) var turns = 0
    private(set) var waits = 0
    /// What a turn for these sources brings.
    var onTurn: (HandDriver, [SourceID]) -> Void = { _, _ in }
    /// What a wait brings; by default the deadline, or nothing ever.
    var onWait: (HandDriver, MonotonicInstant?, [SourceID]) -> Waited = { driver, deadline, _ in
        guard let deadline else { return .never }
        driver.move(to: deadline)
        return .again
    }

    /// - Parameters:
    ///   - start: the monotonic clock's first reading.
    ///   - tick: how far each reading moves it.
    ///   - wall: the wall clock's readings, one after the other; the last one stays.
    init(
        sources: Int = 0, start: UInt64 = 1_000_000_000, tick: UInt64 = 0,
        monotonicResolution: UInt64 = 1,
        wall: [WallInstant] = [WallInstant(seconds: 1_700_000_000, nanoseconds: 0)],
        wallResolution: WallInstant = WallInstant(seconds: 0, nanoseconds: 1)
    ) {
        levels = Array(repeating: false, count: sources)
        clock = MonotonicInstant(nanoseconds: start)
        wallReadings = wall
        self.tick = tick
        self.monotonicResolution = monotonicResolution
        self.wallResolution = wallResolution
    }

    var now: MonotonicInstant {
        defer { clock.nanoseconds += tick }
        return clock
    }

    var wallNow: WallInstant {
        wallReadings.count > 1 ? wallReadings.removeFirst() : wallReadings[0]
    }

    /// Sets the level of a source.
    func set(_ source: SourceID, _ isReady: Bool) { levels[Int(source.index)] = isReady }

    /// Moves the monotonic clock; it does not go back.
    func move(to instant: MonotonicInstant) { clock = max(clock, instant) }

    func isReady(_ source: SourceID) -> Bool { levels[Int(source.index)] }

    func turn(for sources: borrowing [SourceID]) {
        turns += 1
        onTurn(self, copy sources)
    }

    func wait(
        until deadline: MonotonicInstant?, for sources: borrowing [SourceID]
    ) -> Waited {
        waits += 1
        return onWait(self, deadline, copy sources)
    }

    func creep(by step: UInt64, notPast deadline: MonotonicInstant?) -> Bool { false }
}
