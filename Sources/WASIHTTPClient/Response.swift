// What a request got.

import HTTPTypes
import WASIAsyncRuntime
import WASIp2
import WASIp2HTTP

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A response whose head is there.
///
/// The connection is its body's: what is not read of it waits at the server, and is given up with the last
/// reference, as is what of the request's body is still on its way.
public struct Response: Sendable {
    /// Status and header fields.
    public let head: HTTPResponse
    /// The body, in the chunks in which it comes.
    public let body: ResponseBody

    /// The status.
    public var status: HTTPResponse.Status { head.status }

    init(_ response: consuming IncomingResponse, _ upload: Upload?) throws {
        let entries = response.headers().entries
        head = HTTPResponse(
            status: .init(code: Int(response.status)), headerFields: try HTTPFields(entries))
        do {
            body = ResponseBody(try response.body(), upload)
        } catch { preconditionFailure("the body of a response was taken before") }
    }
}

/// The body of a response, as a sequence of chunks; used by one task at a time.
///
/// Nothing is read ahead: what no task asks for stays with the host, which is the back-pressure. A second
/// iteration goes on where the first left off.
public final class ResponseBody: AsyncSequence, @unchecked Sendable {
    /// A chunk of bytes, at least one.
    public typealias Element = [UInt8]

    /// `nil` once the trailers were asked for. It goes before the body (HTTP-52).
    private var stream: AsyncInputStream?
    private var body: IncomingBody?
    private let upload: Upload?

    init(_ body: consuming IncomingBody, _ upload: Upload?) {
        do {
            stream = AsyncInputStream(try body.stream())
        } catch { preconditionFailure("the stream of a body was taken before") }
        self.body = consume body
        self.upload = upload
    }

    deinit {
        stream = nil
        body = nil
        upload?.cancel()
    }

    /// Waits for the next bytes, `count` at most; `nil` at the end of the body, and after the trailers
    /// were asked for.
    /// - Throws: `HTTPError` where the body broke off; whatever the request's body threw, where that was
    ///   the reason; `CancellationError`, with nothing lost.
    public nonisolated(nonsending) func read(upTo count: Int = 65_536) async throws -> [UInt8]? {
        do {
            return try await stream?.read(upTo: count)
        } catch let error as StreamError {
            if let reason = upload?.failure { throw reason }
            guard case .lastOperationFailed(let reason) = error else { return nil }
            throw HTTPError.code(of: reason) ?? error
        }
    }

    /// Reads to the end.
    /// - Throws: as ``read(upTo:)``; `StreamTooLong` where there are more than `limit` bytes.
    public nonisolated(nonsending) func bytes(limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try await read() {
            guard bytes.count + chunk.count <= limit else { throw StreamTooLong(limit: limit) }
            bytes += chunk
        }
        return bytes
    }

    /// Reads to the end, as UTF-8; what is none becomes U+FFFD.
    /// - Throws: as ``bytes(limit:)``.
    public nonisolated(nonsending) func text(limit: Int) async throws -> String {
        String(decoding: try await bytes(limit: limit), as: UTF8.self)
    }

    /// Reads a value from JSON.
    /// - Throws: as ``bytes(limit:)``; `DecodingError`.
    public nonisolated(nonsending) func json<Value: Decodable>(
        _ type: Value.Type = Value.self, limit: Int, by decoder: JSONDecoder = JSONDecoder()
    ) async throws -> Value {
        try decoder.decode(type, from: Data(try await bytes(limit: limit)))
    }

    /// Waits for what comes behind the body; `nil` where nothing does, and from the second time on. What was
    /// not read of the body is given up.
    /// - Throws: `HTTPError`, `CancellationError`.
    public nonisolated(nonsending) func trailers() async throws -> HTTPFields? {
        stream = nil
        guard let future = body.take()?.finish() else { return nil }
        while true {
            switch future.get() {
            case .value(nil): return nil
            case .value(let fields?): return try HTTPFields(fields.entries)
            case .failed(let error): throw error
            case .taken: preconditionFailure("a future that this body alone has was asked before")
            case .pending: try await AsyncPollable(future.subscribe()).wait()
            }
        }
    }

    /// The chunks from here on.
    public func makeAsyncIterator() -> Iterator { Iterator(body: self) }

    /// Reads the body chunk by chunk.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let body: ResponseBody

        /// The next chunk; `nil` at the end. Throws as ``ResponseBody/read(upTo:)``.
        public nonisolated(nonsending) mutating func next() async throws -> [UInt8]? {
            try await body.read()
        }

        /// The next chunk; `nil` at the end, on whichever actor.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws -> [UInt8]? {
            try await body.read()
        }
    }
}
