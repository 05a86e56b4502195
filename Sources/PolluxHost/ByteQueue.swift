// Bytes that stand in line.

/// Bytes that come in at the back and go out at the front.
struct ByteQueue: Sendable, Hashable {
    /// Those before `head` are gone.
    private var storage: [UInt8] = []
    private var head = 0

    var count: Int { storage.count - head }
    var isEmpty: Bool { head == storage.count }

    static func == (a: ByteQueue, b: ByteQueue) -> Bool {
        a.storage[a.head...] == b.storage[b.head...]
    }

    func hash(into hasher: inout Hasher) { hasher.combine(storage[head...]) }

    /// All of them, in order.
    var bytes: [UInt8] { Array(storage[head...]) }

    mutating func append(_ bytes: borrowing Span<UInt8>) {
        if bytes.isEmpty { return }
        unsafe bytes.withUnsafeBufferPointer { unsafe storage.append(contentsOf: $0) }
    }

    mutating func append(_ bytes: [UInt8]) { storage.append(contentsOf: bytes) }

    /// Puts bytes back where they were taken from.
    mutating func putBack(_ bytes: [UInt8]) {
        storage.replaceSubrange(..<head, with: bytes)
        head = 0
    }

    /// Takes up to `count` bytes.
    mutating func take(_ count: Int) -> [UInt8] {
        let end = head + min(count, self.count)
        let taken = Array(storage[head..<end])
        drop(taken.count)
        return taken
    }

    /// Throws `count` bytes away, as many as are there at most.
    mutating func drop(_ count: Int) {
        head += min(count, self.count)
        if isEmpty {
            storage.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 65_536, head * 2 > storage.count {
            storage.removeFirst(head)
            head = 0
        }
    }

    /// Lends the bytes to `body`.
    func withSpan<Result>(_ body: (borrowing Span<UInt8>) -> Result) -> Result {
        body(storage.span.extracting(head..<storage.count))
    }
}
