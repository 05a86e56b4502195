// wasi:clocks/monotonic-clock as a Clock of Swift's, and sleeping by it.

import WASIReactor
import WASIp2

/// `wasi:clocks/monotonic-clock` as a `Clock`: `Task.sleep(for: .seconds(1), clock: .wasi)`.
///
/// The only clock by which a guest can wait in simulated time. Counts whole nanoseconds; all sleeping
/// tasks of a thread share one pollable.
public struct WASIClock: Clock {
    /// A reading of the clock.
    public struct Instant: InstantProtocol {
        /// The reading, as the import gives it.
        public var reading: MonotonicClock.Instant

        /// An instant at this reading.
        public init(_ reading: MonotonicClock.Instant) { self.reading = reading }

        /// The instant `duration` later or, below zero, earlier; the clock's first or last where that
        /// is outside it. At the last one nothing is ever ready.
        public func advanced(by duration: Duration) -> Instant {
            if duration >= .zero {
                return Instant(reading.advanced(by: Nanoseconds(clamping: duration)))
            }
            // Less than a nanosecond back is none.
            let back = UInt64(clamping: -(duration.attoseconds / 1_000_000_000))
            let now = reading.nanoseconds
            return Instant(.init(nanoseconds: now > back ? now - back : 0))
        }

        /// How much later `other` is, in whole nanoseconds and exact; below zero where it is earlier.
        public func duration(to other: Instant) -> Duration {
            let (from, to) = (reading.nanoseconds, other.reading.nanoseconds)
            return to >= from ? .wasi(to - from) : .zero - .wasi(from - to)
        }

        /// Whether `a` is earlier.
        public static func < (a: Instant, b: Instant) -> Bool { a.reading < b.reading }
    }

    /// The clock.
    public init() {}

    /// `now`.
    public var now: Instant { Instant(MonotonicClock.now()) }

    /// `resolution`.
    public var minimumResolution: Duration { .wasi(MonotonicClock.resolution().rawValue) }

    /// Sleeps until `deadline`; `tolerance` does not matter. Always suspends, also where that has
    /// passed.
    /// - Throws: `CancellationError`.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        try await value(of: Reactor.current.sleep(until: deadline.reading))
    }
}

extension Clock where Self == WASIClock {
    /// `wasi:clocks/monotonic-clock`.
    public static var wasi: WASIClock { WASIClock() }
}

/// Sleeps for `duration` from now, never less. Always suspends, also for zero and below.
/// - Throws: `CancellationError`; nothing of the sleep is left then.
public nonisolated(nonsending) func sleep(
    for duration: Duration
) async throws(CancellationError) {
    try await value(of: Reactor.current.sleep(for: Nanoseconds(clamping: duration)))
}

/// Sleeps until `deadline`, never less. Always suspends, also where that has passed.
/// - Throws: `CancellationError`; nothing of the sleep is left then.
public nonisolated(nonsending) func sleep(
    until deadline: WASIClock.Instant
) async throws(CancellationError) {
    try await value(of: Reactor.current.sleep(until: deadline.reading))
}

extension Nanoseconds {
    /// The whole nanoseconds of a duration, rounded up so that nothing ends early; 0 below zero, and
    /// the longest time that can be counted above it.
    public init(clamping duration: Duration) {
        let (whole, part) = duration.attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        self.init(UInt64(clamping: part > 0 ? whole + 1 : whole))
    }
}

extension Duration {
    /// So many nanoseconds, up to 2^64 - 1.
    fileprivate static func wasi(_ nanoseconds: UInt64) -> Duration {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return .seconds(Int64(seconds)) + .nanoseconds(Int64(rest))
    }
}
