// What a request carries.

import HTTPTypes
import WASIAsyncRuntime
import WASIp2
import WASIp2HTTP

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The body of a request.
public struct RequestBody: Sendable {
    /// How many bytes it has, where that is known; the request says so, and is broken where it has more or
    /// fewer. A body of unknown length goes out in whatever frames the protocol has.
    public var length: UInt64?
    /// What it is, for a request that does not say so itself.
    public var contentType: String?
    /// What comes behind it, once it is over; left out where the protocol has no place for it.
    public var trailers: @Sendable () -> HTTPFields?
    let write: @Sendable (AsyncOutputStream) async throws -> Void

    /// Bytes.
    public static func bytes(_ bytes: [UInt8], contentType: String? = nil) -> RequestBody {
        RequestBody(length: UInt64(bytes.count), contentType: contentType) { output in
            try await output.write(bytes)
        }
    }

    /// A text, as UTF-8.
    public static func text(_ text: String) -> RequestBody {
        .bytes(Array(text.utf8), contentType: "text/plain; charset=utf-8")
    }

    /// A value, as JSON.
    /// - Throws: `EncodingError`.
    public static func json(
        _ value: some Encodable, by encoder: JSONEncoder = JSONEncoder()
    ) throws -> RequestBody {
        .bytes(Array(try encoder.encode(value)), contentType: "application/json")
    }

    /// The chunks of a sequence, each asked for once the host has taken the one before: that is the
    /// back-pressure. What the sequence throws breaks the request off.
    /// - Parameter trailers: asked for once the sequence has ended.
    public static func chunks<Chunks: AsyncSequence & Sendable>(
        _ chunks: Chunks, length: UInt64? = nil, contentType: String? = nil,
        trailers: @escaping @Sendable () -> HTTPFields? = { nil }
    ) -> RequestBody where Chunks.Element == [UInt8] {
        RequestBody(length: length, contentType: contentType, trailers: trailers) { output in
            for try await chunk in chunks { try await output.write(chunk) }
        }
    }

    init(
        length: UInt64?, contentType: String?,
        trailers: @escaping @Sendable () -> HTTPFields? = { nil },
        write: @escaping @Sendable (AsyncOutputStream) async throws -> Void
    ) {
        self.length = length
        self.contentType = contentType
        self.trailers = trailers
        self.write = write
    }
}

/// A body on its way: a task that writes it, and the handle that it writes to.
///
/// The task is not a child of the one that sends, for a server may answer before it has read everything.
final class Upload: @unchecked Sendable {
    private let source: RequestBody
    /// `nil` once it is finished or broken off. Where nobody reads on it stays until the response is done
    /// with: who answers without reading all must not see the request broken while the answer is read.
    private var body: OutgoingBody?
    private var task: Task<Void, Never>?
    /// Why the body did not become complete: what its sequence threw, or the host's reason.
    private(set) var failure: (any Error)?

    init(_ source: RequestBody, to body: consuming OutgoingBody) {
        self.source = source
        self.body = consume body
    }

    /// Begins to write. To be called once the request is sent: until then a host takes very little.
    func begin() {
        task = Task {
            do {
                try await write()
                try body.take()?.finish(trailers: try source.trailers().map { try Fields($0) })
            } catch let error as StreamError {
                guard case .lastOperationFailed(let reason) = error else { return }
                breakOff(HTTPError.code(of: reason) ?? error)
            } catch {
                breakOff(error)
            }
        }
    }

    /// The stream is gone when this returns, and so before the body (HTTP-71).
    private func write() async throws {
        guard let stream = try body?.stream() else { return }
        try await source.write(AsyncOutputStream(stream))
    }

    private func breakOff(_ reason: any Error) {
        if !(reason is CancellationError) { failure = reason }
        body = nil
    }

    /// Stops, without waiting for it.
    func cancel() { task?.cancel() }

    /// Stops, waits until the stream is dropped, and drops the body.
    /// - Returns: why it had failed before, if it had.
    nonisolated(nonsending) func giveUp() async -> (any Error)? {
        task?.cancel()
        await task?.value
        body = nil
        return failure
    }
}
