// Bytes in memory in place of an input or output of the world.

/// Bytes in memory behind streams: an input's whole text in advance, or room for what a guest
/// writes.
///
/// Never has to be waited for. An input ends after its last byte; an output is closed once it is
/// full. As the host, it is used from one thread at a time: look at it before or after a run.
public final class MemoryPipe: @unchecked Sendable {
    private var queue = ByteQueue()
    private let capacity: Int

    /// An input of these bytes.
    public init(_ bytes: [UInt8]) {
        queue.append(bytes)
        capacity = 0
    }

    /// An empty output that takes `capacity` bytes in all.
    public init(capacity: Int = .max) {
        precondition(capacity >= 0, "a capacity is not negative")
        self.capacity = capacity
    }

    /// What was written, or is still to be read.
    public var bytes: [UInt8] { queue.bytes }

    var isEmpty: Bool { queue.isEmpty }

    func read(upTo count: Int) -> ByteRead {
        isEmpty ? .closed : .bytes(queue.take(count))
    }

    var room: ByteRoom {
        queue.count < capacity ? .bytes(capacity - queue.count) : .closed
    }

    func write(_ bytes: borrowing Span<UInt8>) -> ByteWrite {
        let count = min(bytes.count, capacity - queue.count)
        if count == 0 { return .closed }
        queue.append(bytes.extracting(..<count))
        return .took(count)
    }
}
