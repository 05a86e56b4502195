// Instants of the two WASI clocks, as the host counts them.

/// An instant of the monotonic clock: nanoseconds from an origin that means nothing (CLOCK-02).
public struct MonotonicInstant: Hashable, Comparable, Sendable {
    /// ns since the clock's origin.
    public var nanoseconds: UInt64

    /// The instant `nanoseconds` ns after the clock's origin.
    @inline(__always)
    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// Whether `a` is earlier.
    @inline(__always)
    public static func < (a: MonotonicInstant, b: MonotonicInstant) -> Bool {
        a.nanoseconds < b.nanoseconds
    }

    /// The instant `duration` ns later, or `nil` where the clock cannot count that far, which WASI
    /// reads as never (CLOCK-07).
    @inline(__always)
    public func advanced(by duration: UInt64) -> MonotonicInstant? {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration)
        return overflow ? nil : MonotonicInstant(nanoseconds: sum)
    }
}

/// A reading of the wall clock: since 1970-01-01T00:00:00Z, without leap seconds.
public struct WallInstant: Hashable, Sendable {
    /// Whole seconds.
    public var seconds: UInt64
    /// Below 1,000,000,000 (CLOCK-11).
    public var nanoseconds: UInt32

    /// A reading; `nanoseconds` must be below 1,000,000,000.
    public init(seconds: UInt64, nanoseconds: UInt32) {
        precondition(nanoseconds < 1_000_000_000, "a wall clock's nanoseconds stay below a second")
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }
}
