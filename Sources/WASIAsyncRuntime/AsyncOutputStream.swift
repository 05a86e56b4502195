// Writing without blocking the other tasks.

import WASIReactor
import WASIp2

/// An output stream whose writes suspend the task, while the host permits none, instead of blocking
/// the guest.
///
/// Nothing is kept back: a write returns when the host has taken the last byte, which is the
/// back-pressure. Two writes at once may mix; await one before the next. Keeps the stream and, once
/// it was waited for, one pollable of it; drops the pollable first (RES-27). Made and used inside
/// one ``blockOn(pick:_:)``.
public final class AsyncOutputStream: @unchecked Sendable {
    private let reactor: Reactor
    private let writer: StreamWriter

    /// Takes a stream over.
    public init(_ stream: consuming OutputStream) {
        reactor = Reactor.current
        writer = StreamWriter(stream, on: reactor)
    }

    init(_ writer: StreamWriter) {
        reactor = Reactor.current
        self.writer = writer
    }

    /// The program's standard output. Each call gives another handle of the one stream.
    public static func standardOutput() -> AsyncOutputStream {
        AsyncOutputStream(StandardStreams.output())
    }

    /// The program's standard error. Each call gives another handle of the one stream.
    public static func standardError() -> AsyncOutputStream {
        AsyncOutputStream(StandardStreams.error())
    }

    /// Hands all of `bytes` over, as many at a time as the stream permits.
    /// - Throws: `StreamError` where nobody reads any more or the stream broke; `CancellationError`,
    ///   with a part of the bytes handed over.
    public nonisolated(nonsending) func write(_ bytes: [UInt8]) async throws {
        reactor.checkIsCurrent()
        try await value(of: writer.write(bytes)).get()
    }

    /// Hands all of a text over, as UTF-8.
    /// - Throws: as ``write(_:)-([UInt8])``.
    public nonisolated(nonsending) func write(_ text: String) async throws {
        try await write(Array(text.utf8))
    }

    /// Waits until `source` has bytes and this stream permits some, and moves up to `count` of them, at
    /// least one, inside the host; returns how many, or `nil` at the end of `source`.
    /// - Throws: `StreamError` where nobody reads any more or either stream broke; `CancellationError`,
    ///   and no byte is lost.
    public nonisolated(nonsending) func splice(
        from source: AsyncInputStream, upTo count: Int = 65_536
    ) async throws -> Int? {
        precondition(count > 0, "a splice of nothing would never end")
        reactor.checkIsCurrent()
        source.reactor.checkIsCurrent()
        let splice = writer.splice(from: source.reader, UInt64(count))
        let moved = try await value(of: splice).get()
        return moved > 0 ? Int(moved) : nil
    }

    /// Copies what comes from `source` to this stream until that ends, as the host takes it and without its
    /// passing through the guest; returns how many bytes.
    /// - Throws: `StreamError` where nobody reads any more or either stream broke; `CancellationError`,
    ///   with a part of the bytes copied and none lost.
    public nonisolated(nonsending) func copy(from source: AsyncInputStream) async throws -> Int {
        reactor.checkIsCurrent()
        source.reactor.checkIsCurrent()
        return Int(clamping: try await value(of: writer.copy(from: source.reader)).get())
    }

    /// Waits until everything that was written has gone out.
    /// - Throws: `StreamError`, `CancellationError`.
    public nonisolated(nonsending) func flush() async throws {
        reactor.checkIsCurrent()
        try await value(of: writer.flush()).get()
    }
}
