// The lines of a stream.

extension AsyncInputStream {
    /// The lines of the stream as UTF-8, without their line feeds (nor a carriage return before one);
    /// what is not UTF-8 is repaired. A last line needs no line feed. The stream should have no other
    /// reader: what stands behind the last line that was taken is kept here.
    /// - Parameter limit: bytes that one line may have, without what ends it; a longer one ends the
    ///   sequence with ``StreamTooLong``.
    public func lines(limit: Int = 1 << 20) -> AsyncLines { AsyncLines(stream: self, limit: limit) }
}

/// The lines of an ``AsyncInputStream``.
public struct AsyncLines: AsyncSequence, Sendable {
    /// A line without what ended it.
    public typealias Element = String

    fileprivate let stream: AsyncInputStream
    fileprivate let limit: Int

    /// An iterator that reads on from where the stream is. It keeps what it has read behind a line, so two
    /// of them share out the stream's chunks and not its lines.
    public func makeAsyncIterator() -> Iterator { Iterator(stream: stream, limit: limit) }

    /// Reads the stream line by line.
    public struct Iterator: AsyncIteratorProtocol {
        private let stream: AsyncInputStream
        private let limit: Int
        private var buffer: [UInt8] = []
        /// Where in `buffer` the next line begins.
        private var start = 0
        /// Up to where `buffer` is known to have no line feed.
        private var searched = 0

        fileprivate init(stream: AsyncInputStream, limit: Int) {
            self.stream = stream
            self.limit = limit
        }

        /// The next line; `nil` at the end of the stream. Suspends the task until a whole line is there, or
        /// the end.
        /// - Throws: ``StreamTooLong`` where the line is longer than the limit;
        ///   `StreamError.lastOperationFailed` where the stream broke; `CancellationError`, after which no
        ///   byte is lost and the next call goes on.
        public nonisolated(nonsending) mutating func next() async throws -> String? {
            try await nextLine()
        }

        /// As ``next()``; what `for try await` calls. Runs on `actor`, which is the caller's.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws -> String? {
            try await nextLine()
        }

        private nonisolated(nonsending) mutating func nextLine() async throws -> String? {
            while true {
                if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                    return try take(upTo: end, andSkip: 1)
                }
                searched = buffer.count
                let mayEnd = start < buffer.count && buffer.last == UInt8(ascii: "\r") ? 1 : 0
                if buffer.count - start - mayEnd > limit { throw StreamTooLong(limit: limit) }
                guard let chunk = try await stream.read() else {
                    return start == buffer.count ? nil : try take(upTo: buffer.count, andSkip: 0)
                }
                buffer.removeSubrange(..<start)
                (searched, start) = (searched - start, 0)
                buffer += chunk
            }
        }

        private mutating func take(upTo end: Int, andSkip skipped: Int) throws -> String {
            var line = buffer[start..<end]
            if skipped > 0, line.last == UInt8(ascii: "\r") { line.removeLast() }
            if line.count > limit { throw StreamTooLong(limit: limit) }
            start = end + skipped
            searched = start
            return String(decoding: line, as: UTF8.self)
        }
    }
}
