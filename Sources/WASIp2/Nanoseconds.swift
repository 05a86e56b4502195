// A length of time, as WASI counts it.

/// A length of time in whole nanoseconds, from 0 to 2^64 − 1 (some 584 years).
///
/// An integer with a unit, and no more: arithmetic on `Duration` needs 128-bit routines that
/// Embedded Swift for wasm32 does not bring.
@frozen
public struct Nanoseconds: Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral {
    /// The number of ns.
    public var rawValue: UInt64

    /// This many ns.
    @inlinable public init(_ rawValue: UInt64) { self.rawValue = rawValue }
    /// This many ns.
    @inlinable public init(integerLiteral value: UInt64) { self.rawValue = value }

    /// `count` µs; the longest time that can be counted where that is more.
    @inlinable public static func microseconds(_ count: UInt64) -> Nanoseconds {
        scaled(count, by: 1_000)
    }
    /// `count` ms; the longest time that can be counted where that is more.
    @inlinable public static func milliseconds(_ count: UInt64) -> Nanoseconds {
        scaled(count, by: 1_000_000)
    }
    /// `count` s; the longest time that can be counted where that is more.
    @inlinable public static func seconds(_ count: UInt64) -> Nanoseconds {
        scaled(count, by: 1_000_000_000)
    }

    @inlinable static func scaled(_ count: UInt64, by factor: UInt64) -> Nanoseconds {
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        return Nanoseconds(overflow ? UInt64.max : product)
    }

    /// Whether `a` is shorter.
    @inlinable public static func < (a: Nanoseconds, b: Nanoseconds) -> Bool {
        a.rawValue < b.rawValue
    }
}
