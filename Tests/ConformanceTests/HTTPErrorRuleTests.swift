// HTTP-39 and HTTP-64 to HTTP-68: what went wrong, and which error the guest is given for it.

import PolluxHost
import PolluxNative
import Testing
import WASIp2
import WASIp2HTTP

struct HTTPErrorRuleTests {
    @Test func `HTTP-64: a name that nobody knows is a DNS-error`() throws {
        let error = try HTTPWorld().run {
            try HTTPGuest.failure(of: HTTPGuest.request(.get, .http, "some.invalid.dnsname"))
        }
        #expect(error == .dnsError(rcode: "address not available", infoCode: nil))
    }

    @Test func `HTTP-65: an address where nobody listens refuses`() throws {
        let error = try HTTPWorld().run {
            try HTTPGuest.failure(of: HTTPGuest.request(.get, .http, "127.0.0.1:9"))
        }
        #expect(error == .connectionRefused)
    }

    @Test(arguments: [
        HTTPErrorCode.tlsProtocolError, .tlsCertificateError,
        .tlsAlertReceived(id: 40, message: "handshake"),
    ])
    func `HTTP-66: what TLS says against a server is one error to wasmtime`(
        code: HTTPErrorCode
    ) throws {
        var door = HTTPDoor.ok()
        door.refusal = code
        let error = try HTTPWorld([door], rules: .wasmtime).run {
            try HTTPGuest.failure(of: HTTPGuest.request(.get, .https))
        }
        #expect(error == .tlsProtocolError)
    }

    @Test func `HTTP-66: in the text a certificate has an error of its own`() throws {
        var door = HTTPDoor.ok()
        door.refusal = .tlsCertificateError
        let error = try HTTPWorld([door], rules: .spec).run {
            try HTTPGuest.failure(of: HTTPGuest.request(.get, .https))
        }
        #expect(error == .tlsCertificateError)
    }

    @Test(arguments: HostPolicy.Rules.allCases)
    func `HTTP-67: a connection that ends without a head is a protocol error, or says so itself`(
        rules: HostPolicy.Rules
    ) throws {
        let error = try HTTPWorld([.answering([.end()])], rules: rules).run {
            try HTTPGuest.failure(of: HTTPGuest.request())
        }
        #expect(error == (rules == .wasmtime ? .protocolError : .connectionTerminated))
    }

    /// What a transport may say of a response that wasmtime calls a protocol error.
    static let faults: [HTTPErrorCode] = [
        .connectionTerminated, .responseIncomplete, .responseHeaderSectionSize(1),
        .responseHeaderSize(size), .responseBodySize(nil), .responseTrailerSectionSize(1),
        .responseTrailerSize(size), .responseTransferCoding("gzip"), .responseContentCoding(nil),
        .upgradeFailed, .protocolError,
    ]

    @Test(arguments: faults)
    func `HTTP-67: whatever is wrong with a response, wasmtime calls it a protocol error`(
        code: HTTPErrorCode
    ) throws {
        let head = HTTPDoor.answering([.init(.fail(code))])
        let error = try HTTPWorld([head], rules: .wasmtime).run {
            try HTTPGuest.failure(of: HTTPGuest.request())
        }
        #expect(error == .protocolError)
        let body = HTTPDoor.answering([.head(), .init(.fail(code))])
        let end = try HTTPWorld([body], rules: .wasmtime).run {
            try HTTPGuest.body(of: HTTPGuest.response(to: HTTPGuest.request())).end
        }
        #expect(end == .failed(.protocolError))
    }

    @Test(arguments: [
        HTTPErrorCode.destinationNotFound, .destinationUnavailable, .destinationIPUnroutable,
        .connectionLimitReached,
    ])
    func `HTTP-65: why a connection does not come about, wasmtime does not tell`(
        code: HTTPErrorCode
    ) throws {
        var door = HTTPDoor.ok()
        door.refusal = code
        let error = try HTTPWorld([door], rules: .wasmtime).run {
            try HTTPGuest.failure(of: HTTPGuest.request())
        }
        #expect(error == .connectionRefused)
    }

    /// A code of the transport's, and how the guest sees it.
    struct Code: Sendable {
        var told: HTTPErrorCode
        var seen: HTTPError
    }

    private static let size = HTTPFieldSize(name: "x", size: 9)
    private static let seenSize = HTTPError.FieldSize(name: "x", size: 9)

    static let codes: [Code] = [
        Code(told: .dnsTimeout, seen: .dnsTimeout),
        Code(
            told: .dnsError(rcode: nil, infoCode: 22), seen: .dnsError(rcode: nil, infoCode: 22)),
        Code(told: .destinationNotFound, seen: .destinationNotFound),
        Code(told: .destinationUnavailable, seen: .destinationUnavailable),
        Code(told: .destinationIPProhibited, seen: .destinationIPProhibited),
        Code(told: .destinationIPUnroutable, seen: .destinationIPUnroutable),
        Code(told: .connectionRefused, seen: .connectionRefused),
        Code(told: .connectionTerminated, seen: .connectionTerminated),
        Code(told: .connectionTimeout, seen: .connectionTimeout),
        Code(told: .connectionReadTimeout, seen: .connectionReadTimeout),
        Code(told: .connectionWriteTimeout, seen: .connectionWriteTimeout),
        Code(told: .connectionLimitReached, seen: .connectionLimitReached),
        Code(told: .tlsProtocolError, seen: .tlsProtocolError),
        Code(told: .tlsCertificateError, seen: .tlsCertificateError),
        Code(
            told: .tlsAlertReceived(id: 40, message: "handshake"),
            seen: .tlsAlertReceived(id: 40, message: "handshake")),
        Code(
            told: .tlsAlertReceived(id: nil, message: nil),
            seen: .tlsAlertReceived(id: nil, message: nil)),
        Code(told: .requestDenied, seen: .requestDenied),
        Code(told: .requestLengthRequired, seen: .requestLengthRequired),
        Code(told: .requestBodySize(nil), seen: .requestBodySize(nil)),
        Code(told: .requestBodySize(.max), seen: .requestBodySize(.max)),
        Code(told: .requestMethodInvalid, seen: .requestMethodInvalid),
        Code(told: .requestURIInvalid, seen: .requestURIInvalid),
        Code(told: .requestURITooLong, seen: .requestURITooLong),
        Code(told: .requestHeaderSectionSize(1), seen: .requestHeaderSectionSize(1)),
        Code(told: .requestHeaderSize(nil), seen: .requestHeaderSize(nil)),
        Code(told: .requestHeaderSize(size), seen: .requestHeaderSize(seenSize)),
        Code(told: .requestTrailerSectionSize(nil), seen: .requestTrailerSectionSize(nil)),
        Code(told: .requestTrailerSize(size), seen: .requestTrailerSize(seenSize)),
        Code(told: .responseIncomplete, seen: .responseIncomplete),
        Code(told: .responseHeaderSectionSize(.max), seen: .responseHeaderSectionSize(.max)),
        Code(told: .responseHeaderSize(size), seen: .responseHeaderSize(seenSize)),
        Code(told: .responseBodySize(0), seen: .responseBodySize(0)),
        Code(told: .responseTrailerSectionSize(2), seen: .responseTrailerSectionSize(2)),
        Code(
            told: .responseTrailerSize(HTTPFieldSize(name: nil, size: nil)),
            seen: .responseTrailerSize(HTTPError.FieldSize(name: nil, size: nil))),
        Code(told: .responseTransferCoding("gzip"), seen: .responseTransferCoding("gzip")),
        Code(told: .responseContentCoding(nil), seen: .responseContentCoding(nil)),
        Code(told: .responseTimeout, seen: .responseTimeout),
        Code(told: .upgradeFailed, seen: .upgradeFailed),
        Code(told: .protocolError, seen: .protocolError),
        Code(told: .loopDetected, seen: .loopDetected),
        Code(told: .configurationError, seen: .configurationError),
        Code(told: .internalError("words"), seen: .internalError("words")),
    ]

    @Test(arguments: codes)
    func `HTTP-68: every code comes to the guest with what it carries`(code: Code) throws {
        let head = HTTPDoor.answering([.init(.fail(code.told))])
        let error = try HTTPWorld([head], rules: .spec).run {
            try HTTPGuest.failure(of: HTTPGuest.request())
        }
        #expect(error == code.seen)
        let body = HTTPDoor.answering([.head(), .init(.fail(code.told))])
        let end = try HTTPWorld([body], rules: .spec).run {
            try HTTPGuest.body(of: HTTPGuest.response(to: HTTPGuest.request())).end
        }
        #expect(end == .failed(code.seen))
    }

    @Test func `HTTP-39: a host without a transport cannot be asked`() throws {
        let world = HTTPWorld([.ok()])
        world.host.transport = nil
        let error = try world.run { try HTTPGuest.failure(of: HTTPGuest.request()) }
        #expect(error == .configurationError)
    }
}
