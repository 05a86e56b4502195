// Bytes that stand in line, in the pieces in which they came.

/// Bytes that come in at the back and go out at the front, without being copied on the way where whole
/// pieces are taken.
struct ChunkQueue {
    /// Those before `first` are gone, and of that one the bytes before `offset`.
    private var chunks: [[UInt8]] = []
    private var first = 0
    private var offset = 0
    /// How many bytes are in line.
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// Puts bytes, at least one, at the back.
    mutating func append(_ bytes: [UInt8]) {
        precondition(!bytes.isEmpty, "a chunk without bytes")
        chunks.append(bytes)
        count += bytes.count
    }

    /// Takes up to `limit` bytes, all from one piece; the queue is not empty.
    mutating func take(upTo limit: Int) -> [UInt8] {
        let left = chunks[first].count - offset
        if offset == 0, left <= limit {
            let chunk = chunks[first]
            drop(left)
            return chunk
        }
        let taken = Array(chunks[first][offset..<offset + min(left, limit)])
        drop(taken.count)
        return taken
    }

    /// Copies bytes from as many pieces as it takes, until the room is full or the queue empty; returns how
    /// many.
    mutating func fill(_ room: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        while filled < room.count, !isEmpty {
            let taken = min(chunks[first].count - offset, room.count - filled)
            unsafe chunks[first].withUnsafeBytes { chunk in
                let target = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: room[filled..<filled + taken])
                unsafe target.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: chunk[offset..<offset + taken]))
            }
            drop(taken)
            filled += taken
        }
        return filled
    }

    /// Throws away bytes of the first piece, as many as it has at most.
    private mutating func drop(_ dropped: Int) {
        count -= dropped
        offset += dropped
        if offset < chunks[first].count { return }
        chunks[first] = []
        offset = 0
        first += 1
        if first == chunks.count {
            chunks.removeAll(keepingCapacity: true)
            first = 0
        } else if first > 64, first * 2 > chunks.count {
            chunks.removeFirst(first)
            first = 0
        }
    }

    mutating func removeAll() {
        self = ChunkQueue()
    }
}
