// wasi:clocks/monotonic-clock.

import CWASIp2

/// `wasi:clocks/monotonic-clock`: a clock that never goes back.
public enum MonotonicClock {
    /// A reading: ns since an origin that means nothing.
    @frozen
    public struct Instant: Hashable, Comparable, Sendable {
        /// ns since the clock's origin.
        public var nanoseconds: UInt64

        /// The reading `nanoseconds`.
        @inlinable
        public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

        /// The instant `duration` later; the last one that can be counted where that is further,
        /// at which nothing is ever ready.
        @inlinable
        public func advanced(by duration: Nanoseconds) -> Instant {
            let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.rawValue)
            return Instant(nanoseconds: overflow ? UInt64.max : sum)
        }

        /// Whether `a` is earlier.
        @inlinable
        public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }
    }

    /// `now`. Equal readings may follow each other.
    @inlinable
    public static func now() -> Instant {
        Instant(
            nanoseconds: UInt64(bitPattern: __wasm_import_wasi_clocks_monotonic_clock_now()))
    }

    /// `resolution`: the time between two readings that can differ.
    @inlinable
    public static func resolution() -> Nanoseconds {
        Nanoseconds(UInt64(bitPattern: __wasm_import_wasi_clocks_monotonic_clock_resolution()))
    }

    /// `subscribe-instant`: a pollable that is ready from `instant` on, never before, perhaps later.
    /// An instant that has passed is no error.
    @inlinable
    public static func subscribe(at instant: Instant) -> Pollable {
        Pollable(
            owning: __wasm_import_wasi_clocks_monotonic_clock_subscribe_instant(
                Int64(bitPattern: instant.nanoseconds)))
    }

    /// `subscribe-duration`: a pollable that is ready once `duration` has passed from now. One that
    /// the clock cannot count is never ready.
    @inlinable
    public static func subscribe(after duration: Nanoseconds) -> Pollable {
        Pollable(
            owning: __wasm_import_wasi_clocks_monotonic_clock_subscribe_duration(
                Int64(bitPattern: duration.rawValue)))
    }
}
