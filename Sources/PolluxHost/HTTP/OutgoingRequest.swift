// A request that the guest makes up, and how long it is to take.

/// `scheme`.
public enum HTTPScheme: Hashable, Sendable {
    case http, https
    /// Any other, as the guest wrote it.
    case other(String)

    /// As it stands before `://`.
    public var name: String {
        switch self {
        case .http: "http"
        case .https: "https"
        case .other(let name): name
        }
    }
}

/// The state of one `outgoing-request` (HTTP-20 to HTTP-25).
///
/// Each setter says whether it took the value; one that did not keeps what was there before.
struct OutgoingRequestState: Hashable, Sendable {
    private(set) var method = HTTPMethod.get
    private(set) var scheme: HTTPScheme?
    private(set) var authority: String?
    private(set) var path: String?
    /// Immutable (HTTP-17).
    let fields: HTTPFields
    /// The guest has taken the body (HTTP-26).
    var hasGivenBody = false

    /// A GET with these fields.
    init(_ fields: HTTPFields) {
        var fields = fields
        fields.isMutable = false
        self.fields = fields
    }

    mutating func setMethod(_ method: HTTPMethod) -> Bool {
        if case .other(let name) = method, !HTTPSyntax.isToken(name) { return false }
        self.method = method
        return true
    }

    mutating func setScheme(_ scheme: HTTPScheme?) -> Bool {
        if case .other(let name)? = scheme, !HTTPSyntax.isScheme(name) { return false }
        self.scheme = scheme
        return true
    }

    mutating func setAuthority(_ authority: String?) -> Bool {
        if let authority, !HTTPSyntax.isAuthority(authority) { return false }
        self.authority = authority
        return true
    }

    mutating func setPath(_ path: String?) -> Bool {
        if let path, !HTTPSyntax.isPathWithQuery(path) { return false }
        self.path = path
        return true
    }

    // MARK: Sending

    /// What goes over the wire, or why nothing does (HTTP-30 to HTTP-33). Which code says so where
    /// several would do is the rules' choice.
    func head(
        body: HTTPRequestBody, _ rules: HostPolicy.Rules
    ) throws(HTTPErrorCode) -> HTTPRequestHead {
        let isSecure: Bool
        switch scheme {
        case .http: isSecure = false
        case .https, nil: isSecure = true
        case .other: throw .protocolError
        }
        guard let authority, let parts = HTTPSyntax.parts(ofAuthority: authority) else {
            throw .requestURIInvalid
        }
        // RFC 9110 has no user there, and `host` could not say it.
        guard parts.userInfo == nil else { throw .requestURIInvalid }
        guard var path else { throw rules == .wasmtime ? .protocolError : .requestURIInvalid }
        if path.isEmpty || path.hasPrefix("?") { path = "/" + path }
        guard path.hasPrefix("/") || path == "*" && method == .options else {
            throw .requestURIInvalid
        }
        let host = parts.host.hasPrefix("[") ? parts.host.dropFirst().dropLast() : parts.host
        return HTTPRequestHead(
            method, isSecure: isSecure,
            to: HTTPAuthority(
                text: authority, host: String(host), port: parts.port ?? (isSecure ? 443 : 80)),
            path: path, fields: fields.entries, body: body)
    }

    /// For people: `GET https://example.com/a`.
    var summary: String {
        "\(method.name) \((scheme ?? .https).name)://\(authority ?? "")\(path ?? "")"
    }
}

/// `request-options`: ns, `nil` for the host's default (HTTP-28, HTTP-29).
public struct HTTPTimeouts: Hashable, Sendable {
    /// From the request to a connection, the handshakes of its protocols included.
    public var connect: UInt64?
    /// From the connection to the response's head.
    public var firstByte: UInt64?
    /// From one part of the response's body to the next.
    public var betweenBytes: UInt64?

    /// None set.
    public init() {}
}

/// What stands behind an `outgoing-request`.
final class OutgoingRequest {
    @safe @exclusivity(unchecked) var state: OutgoingRequestState
    /// How traces call it.
    let name: String
    /// What its body is, once the guest has taken that.
    var body: OutgoingBody?

    init(_ state: OutgoingRequestState, name: String) {
        self.state = state
        self.name = name
    }

    var stateHash: Int {
        var hasher = Hasher()
        hasher.combine(state)
        return hasher.finalize()
    }
}

/// What stands behind `fields`.
final class FieldsBox {
    @safe @exclusivity(unchecked) var fields: HTTPFields
    init(_ fields: HTTPFields) { self.fields = fields }
}

/// What stands behind `request-options`.
final class TimeoutsBox {
    @safe @exclusivity(unchecked) var timeouts = HTTPTimeouts()
}
