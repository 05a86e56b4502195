// The bytes that libFuzzer makes up, read as numbers.

/// The input of one run; behind its end every byte is 0.
public struct FuzzInput {
    private var rest: ArraySlice<UInt8>

    /// The input that libFuzzer passes.
    public init(_ data: UnsafeRawPointer?, _ size: Int) {
        rest = Array(UnsafeRawBufferPointer(start: data, count: size))[...]
    }

    /// Whether nothing but zeroes is to come.
    public var isEmpty: Bool { rest.isEmpty }

    /// All bytes that are left.
    public var bytes: [UInt8] { Array(rest) }

    /// The next byte.
    public mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// A number from 0 up to `bound`, by one byte.
    public mutating func below(_ bound: Int) -> Int { Int(byte()) % bound }

    /// The next bytes, fewer at the end.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        let head = rest.prefix(count)
        rest = rest.dropFirst(count)
        return Array(head)
    }

    /// Eight bytes as a number, the lowest first.
    public mutating func word() -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(byte()) << ($1 * 8) }
    }

    /// A length, or the number of something: mostly small, sometimes at an edge, sometimes anything.
    public mutating func length() -> UInt64 {
        let kind = byte()
        switch kind {
        case 0..<128: return UInt64(kind)
        case 128..<224: return Self.edges[Int(kind) % Self.edges.count]
        default: return word()
        }
    }

    private static let edges: [UInt64] = [
        0, 1, 255, 256, 4_095, 4_096, 4_097, 65_535, 65_536, 65_537, 1 << 20, (1 << 20) + 1,
        1 << 28, 1 << 31, 1 << 32, UInt64(Int64.max), 1 << 63, .max - 1, .max,
    ]
}

/// Ends a run that has shown a fault; libFuzzer keeps its input.
public func fault(_ message: String) -> Never {
    fatalError("\nFAULT: " + message)
}

/// Ends the run unless the condition holds.
@inline(__always)
public func claim(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fault(message()) }
}
