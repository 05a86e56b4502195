// What went wrong with a peer, in the words of a host.

extension HTTPErrorCode {
    /// As these rules call it. A transport says what it saw, by the text's whole list of codes (HTTP-68).
    /// wasmtime has one word for a connection that did not come about (HTTP-65), one for what TLS has against
    /// a server (HTTP-66), and one for everything that is wrong with a response (HTTP-60, HTTP-67).
    func called(by rules: HostPolicy.Rules) -> HTTPErrorCode {
        guard rules == .wasmtime else { return self }
        return switch self {
        case .destinationNotFound, .destinationUnavailable, .destinationIPUnroutable,
            .connectionLimitReached:
            .connectionRefused
        case .tlsCertificateError, .tlsAlertReceived: .tlsProtocolError
        case .connectionTerminated, .responseIncomplete, .responseHeaderSectionSize,
            .responseHeaderSize, .responseBodySize, .responseTrailerSectionSize,
            .responseTrailerSize, .responseTransferCoding, .responseContentCoding, .upgradeFailed:
            .protocolError
        default: self
        }
    }
}

extension ByteFailure {
    /// As these rules call it, where it is one of HTTP's.
    func called(by rules: HostPolicy.Rules) -> ByteFailure {
        httpCode.map { ByteFailure($0.called(by: rules)) } ?? self
    }
}
