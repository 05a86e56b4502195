// Requests out, responses in, by `await`.

import HTTPTypes
import WASIAsyncRuntime
import WASIp2
import WASIp2HTTP

/// Sends HTTP requests through wasi:http.
///
/// A value of a few settings; there is nothing to open or to close. Used inside ``blockOn(pick:_:)`` of
/// WASIAsyncRuntime, from any task: the requests of several go on at once.
///
/// ```swift
/// let request = HTTPRequest(method: .get, scheme: "https", authority: "example.org", path: "/")
/// let response = try await Client().send(request)
/// for try await chunk in response.body { … }
/// ```
///
/// No redirect is followed, and no status is an error.
public struct Client: Hashable, Sendable {
    /// How long the parts of a request may take; `nil` is the host's own idea, and less than nothing is
    /// nothing.
    public struct Timeouts: Hashable, Sendable {
        /// Until there is a connection.
        public var connect: Duration?
        /// From there until the response's head.
        public var firstByte: Duration?
        /// From one part of the response's body to the next.
        public var betweenBytes: Duration?

        /// Timeouts.
        public init(
            connect: Duration? = nil, firstByte: Duration? = nil, betweenBytes: Duration? = nil
        ) {
            self.connect = connect
            self.firstByte = firstByte
            self.betweenBytes = betweenBytes
        }
    }

    /// How long the parts of a request may take.
    public var timeouts: Timeouts

    /// A client.
    public init(timeouts: Timeouts = Timeouts()) { self.timeouts = timeouts }

    /// Sends a request, and waits for the head of its response. The request's body goes out meanwhile, and
    /// may go on after this has returned, until the response is dropped.
    ///
    /// A task that is cancelled gives the request up: the peer sees it cut off, and every handle of it is
    /// dropped, children first (RES-27).
    /// - Throws: ``InvalidRequest`` before anything is sent; `HTTPError` where there is no response;
    ///   whatever the body's sequence threw, which breaks the request off; `CancellationError`.
    public nonisolated(nonsending) func send(
        _ request: HTTPRequest, body: RequestBody? = nil
    ) async throws -> Response {
        let outgoing = try request.outgoing(body)
        let upload = try body.map { Upload($0, to: try outgoing.body()) }
        let future = try outgoing.send(try timeouts.options())
        upload?.begin()
        do {
            return try Response(try await Self.response(of: future), upload)
        } catch {
            // The body goes before the future: it writes to what the future stands for.
            let reason = await upload?.giveUp()
            if error is HTTPError, let reason { throw reason }
            throw error
        }
    }

    private nonisolated(nonsending) static func response(
        of future: borrowing FutureIncomingResponse
    ) async throws -> IncomingResponse {
        while true {
            switch future.get() {
            case .value(let response): return response
            case .failed(let error): throw error
            case .taken: preconditionFailure("a future that this client alone has was asked before")
            case .pending: try await AsyncPollable(future.subscribe()).wait()
            }
        }
    }
}

/// Why a request could not be sent: it is none.
public enum InvalidRequest: Error, Hashable, Sendable, CustomStringConvertible {
    /// A method that is no token.
    case method(String)
    /// A scheme that is none.
    case scheme(String?)
    /// No host and port.
    case authority(String?)
    /// No path and query.
    case path(String?)
    /// A header field that the host sets itself, or that is none.
    case field(name: String, HeaderError)
    /// A timeout that the host does not have.
    case timeout

    /// What is wrong, in words.
    public var description: String {
        switch self {
        case .method(let method): "\"\(method)\" is no method"
        case .scheme(let scheme): "\"\(scheme ?? "")\" is no scheme"
        case .authority(let authority): "\"\(authority ?? "")\" is no host with or without a port"
        case .path(let path): "\"\(path ?? "")\" is no path"
        case .field(let name, .forbidden): "\(name) is set by the host alone"
        case .field(let name, _): "the field \(name) has a name or a value that cannot be sent"
        case .timeout: "the host does not have this timeout"
        }
    }
}

extension HTTPRequest {
    /// As wasi:http has it; `body` adds what the request does not say of it.
    fileprivate func outgoing(_ body: RequestBody?) throws(InvalidRequest) -> OutgoingRequest {
        var fields = headerFields
        if let length = body?.length, fields[.contentLength] == nil {
            fields[.contentLength] = "\(length)"
        }
        if let type = body?.contentType, fields[.contentType] == nil {
            fields[.contentType] = type
        }
        let request = OutgoingRequest(try Fields(fields))
        let name = method.rawValue
        do { try request.setMethod(RequestMethod(name: name)) } catch { throw .method(name) }
        do { try request.setScheme(scheme.map { RequestScheme($0) }) } catch {
            throw .scheme(scheme)
        }
        do { try request.setAuthority(authority) } catch { throw .authority(authority) }
        do { try request.setPathWithQuery(path) } catch { throw .path(path) }
        return request
    }
}

extension Client.Timeouts {
    /// As wasi:http has them.
    fileprivate func options() throws(InvalidRequest) -> RequestOptions {
        let options = RequestOptions()
        do {
            try options.setConnectTimeout(connect.map { Nanoseconds(clamping: $0) })
            try options.setFirstByteTimeout(firstByte.map { Nanoseconds(clamping: $0) })
            try options.setBetweenBytesTimeout(betweenBytes.map { Nanoseconds(clamping: $0) })
        } catch { throw .timeout }
        return options
    }
}
