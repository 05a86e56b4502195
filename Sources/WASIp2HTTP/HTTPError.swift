// wasi:http/types' error-code.

import CWASIp2
import WASIp2

/// `error-code`: why a request, its response or a body did not come about.
public enum HTTPError: Error, Hashable, Sendable {
    case dnsTimeout
    /// The resolver's answer, and the code of an extended DNS error.
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
    /// How many bytes the body had.
    case requestBodySize(UInt64?)
    case requestMethodInvalid
    case requestURIInvalid
    case requestURITooLong
    case requestHeaderSectionSize(UInt32?)
    case requestHeaderSize(FieldSize?)
    case requestTrailerSectionSize(UInt32?)
    case requestTrailerSize(FieldSize)
    case responseIncomplete
    case responseHeaderSectionSize(UInt32?)
    case responseHeaderSize(FieldSize)
    case responseBodySize(UInt64?)
    case responseTrailerSectionSize(UInt32?)
    case responseTrailerSize(FieldSize)
    case responseTransferCoding(String?)
    case responseContentCoding(String?)
    case responseTimeout
    case upgradeFailed
    case protocolError
    case loopDetected
    case configurationError
    /// Anything else, in words.
    case internalError(String?)

    /// `field-size-payload`: which field was too large.
    public struct FieldSize: Hashable, Sendable {
        /// Its name, where it is known.
        public var name: String?
        /// Its size in bytes, where that is known.
        public var size: UInt32?

        /// A field's size.
        public init(name: String?, size: UInt32?) {
            self.name = name
            self.size = size
        }
    }

    /// `http-error-code`: the code of a stream's error, `nil` where it is none of HTTP's. The error
    /// stays what it is.
    public static func code(of error: IOError) -> HTTPError? {
        var area = wasi_http_option_error_code_t()
        __wasm_import_wasi_http_types_http_error_code(error.handle, &area)
        return area.is_some == 0 ? nil : HTTPError(taking: area.value)
    }
}

extension HTTPError {
    /// The WIT name of the case.
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

/// The error of a `result` that carries none: what was asked for is not to be had, or what was set is not
/// valid.
public struct HTTPRefusal: Error, Hashable, Sendable {
    /// A refusal.
    public init() {}
}

extension HTTPError {
    /// Takes a return area over, with the texts that it points to. A case that 0.2 does not have is an
    /// internal error.
    init(taking area: wasi_http_error_code_t) {
        let value = area.value
        switch Int(area.tag) {
        case WASI_HTTP_ERROR_CODE_DNS_TIMEOUT: self = .dnsTimeout
        case WASI_HTTP_ERROR_CODE_DNS_ERROR:
            self = .dnsError(
                rcode: value.dns_error.rcode.take(), infoCode: value.dns_error.info_code.optional)
        case WASI_HTTP_ERROR_CODE_DESTINATION_NOT_FOUND: self = .destinationNotFound
        case WASI_HTTP_ERROR_CODE_DESTINATION_UNAVAILABLE: self = .destinationUnavailable
        case WASI_HTTP_ERROR_CODE_DESTINATION_IP_PROHIBITED: self = .destinationIPProhibited
        case WASI_HTTP_ERROR_CODE_DESTINATION_IP_UNROUTABLE: self = .destinationIPUnroutable
        case WASI_HTTP_ERROR_CODE_CONNECTION_REFUSED: self = .connectionRefused
        case WASI_HTTP_ERROR_CODE_CONNECTION_TERMINATED: self = .connectionTerminated
        case WASI_HTTP_ERROR_CODE_CONNECTION_TIMEOUT: self = .connectionTimeout
        case WASI_HTTP_ERROR_CODE_CONNECTION_READ_TIMEOUT: self = .connectionReadTimeout
        case WASI_HTTP_ERROR_CODE_CONNECTION_WRITE_TIMEOUT: self = .connectionWriteTimeout
        case WASI_HTTP_ERROR_CODE_CONNECTION_LIMIT_REACHED: self = .connectionLimitReached
        case WASI_HTTP_ERROR_CODE_TLS_PROTOCOL_ERROR: self = .tlsProtocolError
        case WASI_HTTP_ERROR_CODE_TLS_CERTIFICATE_ERROR: self = .tlsCertificateError
        case WASI_HTTP_ERROR_CODE_TLS_ALERT_RECEIVED:
            self = .tlsAlertReceived(
                id: value.tls_alert.alert_id.optional,
                message: value.tls_alert.alert_message.take())
        case WASI_HTTP_ERROR_CODE_HTTP_REQUEST_DENIED: self = .requestDenied
        case WASI_HTTP_ERROR_CODE_HTTP_REQUEST_LENGTH_REQUIRED: self = .requestLengthRequired
        case WASI_HTTP_ERROR_CODE_HTTP_REQUEST_BODY_SIZE:
            self = .requestBodySize(value.body_size.optional)
        case WASI_HTTP_ERROR_CODE_HTTP_REQUEST_METHOD_INVALID: self = .requestMethodInvalid
        case WASI_HTTP_ERROR_CODE_HTTP_REQUEST_URI_INVALID: self = .requestURIInvalid
        case WASI_HTTP_ERROR_CODE_HTTP_REQUEST_URI_TOO_LONG: self = .requestURITooLong
        default: self.init(takingLater: area)
        }
    }

    /// The second half of the cases.
    private init(takingLater area: wasi_http_error_code_t) {
        let value = area.value
        switch Int(area.tag) {
        case WASI_HTTP_ERROR_CODE_HTTP_REQUEST_HEADER_SECTION_SIZE:
            self = .requestHeaderSectionSize(value.section_size.optional)
        case WASI_HTTP_ERROR_CODE_HTTP_REQUEST_HEADER_SIZE:
            let option = value.option_field_size
            self = .requestHeaderSize(option.is_some == 0 ? nil : FieldSize(taking: option.value))
        case WASI_HTTP_ERROR_CODE_HTTP_REQUEST_TRAILER_SECTION_SIZE:
            self = .requestTrailerSectionSize(value.section_size.optional)
        case WASI_HTTP_ERROR_CODE_HTTP_REQUEST_TRAILER_SIZE:
            self = .requestTrailerSize(FieldSize(taking: value.field_size))
        case WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_INCOMPLETE: self = .responseIncomplete
        case WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_HEADER_SECTION_SIZE:
            self = .responseHeaderSectionSize(value.section_size.optional)
        case WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_HEADER_SIZE:
            self = .responseHeaderSize(FieldSize(taking: value.field_size))
        case WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_BODY_SIZE:
            self = .responseBodySize(value.body_size.optional)
        case WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_TRAILER_SECTION_SIZE:
            self = .responseTrailerSectionSize(value.section_size.optional)
        case WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_TRAILER_SIZE:
            self = .responseTrailerSize(FieldSize(taking: value.field_size))
        case WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_TRANSFER_CODING:
            self = .responseTransferCoding(value.text.take())
        case WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_CONTENT_CODING:
            self = .responseContentCoding(value.text.take())
        case WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_TIMEOUT: self = .responseTimeout
        case WASI_HTTP_ERROR_CODE_HTTP_UPGRADE_FAILED: self = .upgradeFailed
        case WASI_HTTP_ERROR_CODE_HTTP_PROTOCOL_ERROR: self = .protocolError
        case WASI_HTTP_ERROR_CODE_LOOP_DETECTED: self = .loopDetected
        case WASI_HTTP_ERROR_CODE_CONFIGURATION_ERROR: self = .configurationError
        case WASI_HTTP_ERROR_CODE_INTERNAL_ERROR: self = .internalError(value.text.take())
        default: self = .internalError(nil)
        }
    }
}

extension HTTPError.FieldSize {
    init(taking area: wasi_http_field_size_t) {
        self.init(name: area.field_name.take(), size: area.field_size.optional)
    }
}

extension wasi_http_option_u8_t {
    var optional: UInt8? { is_some == 0 ? nil : value }
}

extension wasi_http_option_u16_t {
    var optional: UInt16? { is_some == 0 ? nil : value }
}

extension wasi_http_option_u32_t {
    var optional: UInt32? { is_some == 0 ? nil : value }
}

extension wasi_http_option_u64_t {
    var optional: UInt64? { is_some == 0 ? nil : value }
}
