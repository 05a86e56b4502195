// wasi:clocks/wall-clock.

import CWASIp2

/// `wasi:clocks/wall-clock`: the time of day, which somebody may set.
public enum WallClock {
    /// A reading: time since 1970-01-01T00:00:00Z, without leap seconds.
    @frozen
    public struct DateTime: Hashable, Sendable {
        /// Whole seconds.
        public var seconds: UInt64
        /// Below 1,000,000,000.
        public var nanoseconds: UInt32

        /// A reading of so many seconds and ns.
        @inlinable
        public init(seconds: UInt64, nanoseconds: UInt32) {
            self.seconds = seconds
            self.nanoseconds = nanoseconds
        }
    }

    /// `now`. A later reading may be an earlier time.
    public static func now() -> DateTime {
        var area = wasi_clocks_wall_clock_datetime_t()
        __wasm_import_wasi_clocks_wall_clock_now(&area)
        return DateTime(seconds: area.seconds, nanoseconds: area.nanoseconds)
    }

    /// `resolution`: the time between two readings that can differ.
    public static func resolution() -> DateTime {
        var area = wasi_clocks_wall_clock_datetime_t()
        __wasm_import_wasi_clocks_wall_clock_resolution(&area)
        return DateTime(seconds: area.seconds, nanoseconds: area.nanoseconds)
    }
}
