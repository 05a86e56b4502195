// What is asked for, and how a request goes wrong.

import WASIp2
import WASIp2HTTP

/// A request, but for its body.
public struct Request: Hashable, Sendable {
    /// How long the parts of a request may take; `nil` is the host's own idea.
    public struct Timeouts: Hashable, Sendable {
        /// Until there is a connection.
        public var connect: Nanoseconds?
        /// From there until the response's head.
        public var firstByte: Nanoseconds?
        /// From one part of the response's body to the next.
        public var betweenBytes: Nanoseconds?

        /// Timeouts.
        public init(
            connect: Nanoseconds? = nil, firstByte: Nanoseconds? = nil,
            betweenBytes: Nanoseconds? = nil
        ) {
            self.connect = connect
            self.firstByte = firstByte
            self.betweenBytes = betweenBytes
        }
    }

    /// What to do.
    public var method: RequestMethod
    /// What stands before `://`.
    public var scheme: RequestScheme
    /// Host, and perhaps a port.
    public var authority: String
    /// Path and query.
    public var path: String
    /// The header fields, in order; `content-length` comes from the body where it is not among them.
    public var fields: [Field]
    /// How long the parts may take.
    public var timeouts: Timeouts

    /// A request.
    public init(
        _ method: RequestMethod = .get, scheme: RequestScheme = .https, authority: String,
        path: String = "/", fields: [Field] = [], timeouts: Timeouts = Timeouts()
    ) {
        self.method = method
        self.scheme = scheme
        self.authority = authority
        self.path = path
        self.fields = fields
        self.timeouts = timeouts
    }
}

/// Why there is no response.
public enum RequestError: Error, Hashable, Sendable {
    /// The method is no token; nothing was sent, as in all cases but the last.
    case method
    /// The scheme is none.
    case scheme
    /// The authority is no host with or without a port.
    case authority
    /// The path is none.
    case path
    /// The host sets this field itself, or it is none.
    case field(name: String, HeaderError)
    /// The host does not have a timeout that is set.
    case timeout
    /// The host refused the request, or it failed on its way.
    case failed(HTTPError)
}

extension Request {
    /// As wasi:http has it.
    /// - Parameter length: the body's, where it has one that is known.
    func outgoing(length: UInt64?) throws(RequestError) -> OutgoingRequest {
        let fields = try Fields(sending: self.fields)
        if let length, !fields.has("content-length") {
            let name = "content-length"
            do { try fields.append(name, String(length)) } catch { throw .field(name: name, error) }
        }
        let request = OutgoingRequest(fields)
        do { try request.setMethod(method) } catch { throw .method }
        do { try request.setScheme(scheme) } catch { throw .scheme }
        do { try request.setAuthority(authority) } catch { throw .authority }
        do { try request.setPathWithQuery(path) } catch { throw .path }
        return request
    }
}

extension Request.Timeouts {
    /// As wasi:http has them.
    func options() throws(RequestError) -> RequestOptions {
        let options = RequestOptions()
        do {
            try options.setConnectTimeout(connect)
            try options.setFirstByteTimeout(firstByte)
            try options.setBetweenBytesTimeout(betweenBytes)
        } catch { throw .timeout }
        return options
    }
}

extension Fields {
    /// A new handle of these fields, in their order; says which of them is wrong.
    init(sending fields: [Field]) throws(RequestError) {
        self.init()
        for field in fields {
            do { try append(field.name, field.value) } catch {
                throw .field(name: field.name, error)
            }
        }
    }
}
