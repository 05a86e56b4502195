// Reading without blocking the other tasks.

import WASIReactor
import WASIp2

/// An input stream whose reads suspend the task instead of blocking the guest; as a sequence, the
/// chunks in which the bytes come.
///
/// Nothing is read ahead: what no task asks for stays with the host, which is the back-pressure.
/// Keeps the stream and, once it was waited for, one pollable of it; drops the pollable first
/// (RES-27). Made and used inside one ``blockOn(pick:_:)``.
public final class AsyncInputStream: AsyncSequence, @unchecked Sendable {
    /// A chunk of bytes, at least one.
    public typealias Element = [UInt8]

    let reactor: Reactor
    let reader: StreamReader

    /// Takes a stream over.
    public init(_ stream: consuming InputStream) {
        reactor = Reactor.current
        reader = StreamReader(stream, on: reactor)
    }

    init(_ reader: StreamReader) {
        reactor = Reactor.current
        self.reader = reader
    }

    /// The program's standard input. Each call gives another handle of the one stream.
    public static func standardInput() -> AsyncInputStream {
        AsyncInputStream(StandardStreams.input())
    }

    /// Waits until there is something to read, and reads up to `count` bytes of it, at least one;
    /// `nil` at the end of the stream. At most 64 KiB.
    /// - Throws: `StreamError.lastOperationFailed` where the stream broke, `CancellationError`;
    ///   nothing that a cancelled read might have got is lost.
    public nonisolated(nonsending) func read(upTo count: Int = 65_536) async throws -> [UInt8]? {
        precondition(count > 0, "a read of nothing would never end")
        reactor.checkIsCurrent()
        switch try await value(of: reader.read(count)) {
        case .success(let bytes): return bytes
        case .failure(.closed): return nil
        case .failure(let error): throw error
        }
    }

    /// Reads to the end of the stream, `limit` bytes at most.
    /// - Throws: as ``read(upTo:)``; ``StreamTooLong`` where there are more.
    public nonisolated(nonsending) func readToEnd(limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try await read() {
            guard bytes.count + chunk.count <= limit else { throw StreamTooLong(limit: limit) }
            bytes += chunk
        }
        return bytes
    }

    /// The chunks from here on.
    public func makeAsyncIterator() -> Iterator { Iterator(stream: self) }

    /// Reads the stream chunk by chunk.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let stream: AsyncInputStream

        /// The next chunk; `nil` at the end of the stream. Throws as ``AsyncInputStream/read(upTo:)``.
        public nonisolated(nonsending) mutating func next() async throws -> [UInt8]? {
            try await stream.read()
        }

        /// The next chunk; `nil` at the end of the stream, on whichever actor.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws -> [UInt8]? {
            try await stream.read()
        }
    }
}

/// More came from a stream than whoever reads it would take.
public struct StreamTooLong: Error, Hashable, CustomStringConvertible {
    /// How many bytes it would have taken.
    public var limit: Int

    /// An error for a limit of so many bytes.
    public init(limit: Int) { self.limit = limit }

    /// What happened, in words.
    public var description: String { "more than \(limit) bytes" }
}
