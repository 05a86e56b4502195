// Requests and responses of HTTP without their bodies.

/// A request's method.
public enum HTTPMethod: Hashable, Sendable {
    case get, head, post, put, delete, connect, options, trace, patch
    /// Any other token, as the guest wrote it; `other("GET")` is not ``get`` (HTTP-21).
    case other(String)

    /// The method of this name.
    public init(name: String) {
        let known: [HTTPMethod] = [
            .get, .head, .post, .put, .delete, .connect, .options, .trace, .patch,
        ]
        self = known.first { $0.name == name } ?? .other(name)
    }

    /// As it goes over the wire.
    public var name: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .delete: "DELETE"
        case .connect: "CONNECT"
        case .options: "OPTIONS"
        case .trace: "TRACE"
        case .patch: "PATCH"
        case .other(let name): name
        }
    }
}

/// One header or trailer field.
public struct HTTPField: Hashable, Sendable {
    /// An HTTP token, in the case that it has on the wire or that the guest gave it.
    public var name: String
    /// Without the white space around it; may hold bytes that are no UTF-8.
    public var value: [UInt8]

    /// A field.
    public init(_ name: String, _ value: [UInt8]) {
        self.name = name
        self.value = value
    }

    /// A field whose value is text.
    public init(_ name: String, _ value: String) { self.init(name, Array(value.utf8)) }
}

/// Where a request goes: the authority of its URI, read.
public struct HTTPAuthority: Hashable, Sendable {
    /// As the guest wrote it; what `host` says.
    public var text: String
    /// A name or an address, IPv6 without its brackets.
    public var host: String
    /// The port that was given, or the scheme's own.
    public var port: UInt16

    /// An authority.
    public init(text: String, host: String, port: UInt16) {
        self.text = text
        self.host = host
        self.port = port
    }
}

/// How a request's body is to be framed.
public enum HTTPRequestBody: Hashable, Sendable {
    /// There is none.
    case none
    /// So many bytes; `content-length` is among the fields already.
    case length(UInt64)
    /// As many as come, in chunks.
    case chunked
}

/// A request, checked, without its body.
public struct HTTPRequestHead: Hashable, Sendable {
    /// An HTTP token.
    public var method: HTTPMethod
    /// `https` rather than `http`.
    public var isSecure: Bool
    /// Where it goes.
    public var authority: HTTPAuthority
    /// The target in origin form, from its `/` on.
    public var path: String
    /// The guest's fields, in order; none that a guest may not set.
    public var fields: [HTTPField]
    /// How the body is framed.
    public var body: HTTPRequestBody

    /// A request.
    public init(
        _ method: HTTPMethod = .get, isSecure: Bool = false, to authority: HTTPAuthority,
        path: String = "/", fields: [HTTPField] = [], body: HTTPRequestBody = .none
    ) {
        self.method = method
        self.isSecure = isSecure
        self.authority = authority
        self.path = path
        self.fields = fields
        self.body = body
    }
}

/// A response without its body.
public struct HTTPResponseHead: Hashable, Sendable {
    /// 100 to 999.
    public var status: UInt16
    /// All that came, in order; the host takes out what a guest may not see (HTTP-19).
    public var fields: [HTTPField]

    /// A response.
    public init(status: UInt16, fields: [HTTPField] = []) {
        self.status = status
        self.fields = fields
    }
}
