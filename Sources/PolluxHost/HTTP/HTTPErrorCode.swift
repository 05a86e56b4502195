// What can go wrong with a request, as wasi:http counts it.

/// `wasi:http/types.error-code`, with what its cases carry.
public enum HTTPErrorCode: Error, Hashable, Sendable {
    case dnsTimeout
    /// The resolver's answer in words (HTTP-64), and the code of an extended DNS error.
    case dnsError(rcode: String?, infoCode: UInt16?)
    case destinationNotFound
    case destinationUnavailable
    case destinationIPProhibited
    case destinationIPUnroutable
    case connectionRefused
    case connectionTerminated
    case connectionTimeout
    case connectionReadTimeout
    case connectionWriteTimeout
    case connectionLimitReached
    case tlsProtocolError
    case tlsCertificateError
    case tlsAlertReceived(id: UInt8?, message: String?)
    case requestDenied
    case requestLengthRequired
    case requestBodySize(UInt64?)
    case requestMethodInvalid
    case requestURIInvalid
    case requestURITooLong
    case requestHeaderSectionSize(UInt32?)
    case requestHeaderSize(HTTPFieldSize?)
    case requestTrailerSectionSize(UInt32?)
    case requestTrailerSize(HTTPFieldSize)
    case responseIncomplete
    case responseHeaderSectionSize(UInt32?)
    case responseHeaderSize(HTTPFieldSize)
    case responseBodySize(UInt64?)
    case responseTrailerSectionSize(UInt32?)
    case responseTrailerSize(HTTPFieldSize)
    case responseTransferCoding(String?)
    case responseContentCoding(String?)
    case responseTimeout
    case upgradeFailed
    case protocolError
    case loopDetected
    case configurationError
    case internalError(String?)
}

/// Which field was too large.
public struct HTTPFieldSize: Hashable, Sendable {
    /// Its name, where it is known.
    public var name: String?
    /// Bytes of name and value, where they are known.
    public var size: UInt32?

    /// A field's size.
    public init(name: String?, size: UInt32?) {
        self.name = name
        self.size = size
    }
}

extension HTTPErrorCode {
    /// The WIT name.
    public var name: String {
        switch self {
        case .dnsTimeout: "DNS-timeout"
        case .dnsError: "DNS-error"
        case .destinationNotFound: "destination-not-found"
        case .destinationUnavailable: "destination-unavailable"
        case .destinationIPProhibited: "destination-IP-prohibited"
        case .destinationIPUnroutable: "destination-IP-unroutable"
        case .connectionRefused: "connection-refused"
        case .connectionTerminated: "connection-terminated"
        case .connectionTimeout: "connection-timeout"
        case .connectionReadTimeout: "connection-read-timeout"
        case .connectionWriteTimeout: "connection-write-timeout"
        case .connectionLimitReached: "connection-limit-reached"
        case .tlsProtocolError: "TLS-protocol-error"
        case .tlsCertificateError: "TLS-certificate-error"
        case .tlsAlertReceived: "TLS-alert-received"
        case .requestDenied: "HTTP-request-denied"
        case .requestLengthRequired: "HTTP-request-length-required"
        case .requestBodySize: "HTTP-request-body-size"
        case .requestMethodInvalid: "HTTP-request-method-invalid"
        case .requestURIInvalid: "HTTP-request-URI-invalid"
        case .requestURITooLong: "HTTP-request-URI-too-long"
        case .requestHeaderSectionSize: "HTTP-request-header-section-size"
        case .requestHeaderSize: "HTTP-request-header-size"
        case .requestTrailerSectionSize: "HTTP-request-trailer-section-size"
        case .requestTrailerSize: "HTTP-request-trailer-size"
        case .responseIncomplete: "HTTP-response-incomplete"
        case .responseHeaderSectionSize: "HTTP-response-header-section-size"
        case .responseHeaderSize: "HTTP-response-header-size"
        case .responseBodySize: "HTTP-response-body-size"
        case .responseTrailerSectionSize: "HTTP-response-trailer-section-size"
        case .responseTrailerSize: "HTTP-response-trailer-size"
        case .responseTransferCoding: "HTTP-response-transfer-coding"
        case .responseContentCoding: "HTTP-response-content-coding"
        case .responseTimeout: "HTTP-response-timeout"
        case .upgradeFailed: "HTTP-upgrade-failed"
        case .protocolError: "HTTP-protocol-error"
        case .loopDetected: "loop-detected"
        case .configurationError: "configuration-error"
        case .internalError: "internal-error"
        }
    }
}

extension HTTPErrorCode {
    /// Every case, with nothing of what it can carry.
    package static let bare: [HTTPErrorCode] = [
        .dnsTimeout, .dnsError(rcode: nil, infoCode: nil), .destinationNotFound,
        .destinationUnavailable, .destinationIPProhibited, .destinationIPUnroutable,
        .connectionRefused, .connectionTerminated, .connectionTimeout, .connectionReadTimeout,
        .connectionWriteTimeout, .connectionLimitReached, .tlsProtocolError,
        .tlsCertificateError, .tlsAlertReceived(id: nil, message: nil), .requestDenied,
        .requestLengthRequired, .requestBodySize(nil), .requestMethodInvalid, .requestURIInvalid,
        .requestURITooLong, .requestHeaderSectionSize(nil), .requestHeaderSize(nil),
        .requestTrailerSectionSize(nil), .requestTrailerSize(HTTPFieldSize(name: nil, size: nil)),
        .responseIncomplete, .responseHeaderSectionSize(nil),
        .responseHeaderSize(HTTPFieldSize(name: nil, size: nil)), .responseBodySize(nil),
        .responseTrailerSectionSize(nil),
        .responseTrailerSize(HTTPFieldSize(name: nil, size: nil)), .responseTransferCoding(nil),
        .responseContentCoding(nil), .responseTimeout, .upgradeFailed, .protocolError,
        .loopDetected, .configurationError, .internalError(nil),
    ]
}

extension HTTPErrorCode: CustomStringConvertible {
    /// The WIT name and what the case carries: `HTTP-request-body-size(5)`.
    public var description: String {
        switch self {
        case .dnsError(let rcode, let info):
            name + Self.payload([rcode, info.map { "info \($0)" }])
        case .tlsAlertReceived(let id, let message):
            name + Self.payload([id.map { "\($0)" }, message])
        case .requestBodySize(let size), .responseBodySize(let size):
            name + Self.payload([size.map { "\($0)" }])
        case .requestHeaderSectionSize(let size), .requestTrailerSectionSize(let size),
            .responseHeaderSectionSize(let size), .responseTrailerSectionSize(let size):
            name + Self.payload([size.map { "\($0)" }])
        case .requestHeaderSize(let field):
            name + Self.payload([field?.name, field?.size.map { "\($0)" }])
        case .requestTrailerSize(let field), .responseHeaderSize(let field),
            .responseTrailerSize(let field):
            name + Self.payload([field.name, field.size.map { "\($0)" }])
        case .responseTransferCoding(let text), .responseContentCoding(let text),
            .internalError(let text):
            name + Self.payload([text])
        default: name
        }
    }

    private static func payload(_ parts: [String?]) -> String {
        let known = parts.compactMap { $0 }
        return known.isEmpty ? "" : "(\(known.joined(separator: ", ")))"
    }
}

extension ByteFailure {
    /// The failure of a body for this reason; its text is the code's.
    public init(_ code: HTTPErrorCode) {
        self.init(code.description)
        httpCode = code
    }
}
