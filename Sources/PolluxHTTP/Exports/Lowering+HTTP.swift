// Writing the results of wasi:http.

import CWASIp2
import PolluxHost
import PolluxNative

extension Lowering {
    /// `string`.
    static func httpString(_ text: String, for host: WASIHost) -> wasi_http_string_t {
        let (start, count) = unsafe string(text, for: host)
        return unsafe wasi_http_string_t(ptr: start, len: count)
    }

    /// `option<string>`.
    static func optionalString(
        _ text: String?, for host: WASIHost
    ) -> wasi_http_option_string_t {
        var area = unsafe wasi_http_option_string_t()
        if let text {
            unsafe area.is_some = 1
            unsafe area.value = httpString(text, for: host)
        }
        return unsafe area
    }

    /// `option<u64>`.
    static func optional(_ number: UInt64?) -> wasi_http_option_u64_t {
        wasi_http_option_u64_t(is_some: number == nil ? 0 : 1, value: number ?? 0)
    }

    private static func optional(_ number: UInt32?) -> wasi_http_option_u32_t {
        wasi_http_option_u32_t(is_some: number == nil ? 0 : 1, value: number ?? 0)
    }

    private static func optional(_ number: UInt16?) -> wasi_http_option_u16_t {
        wasi_http_option_u16_t(is_some: number == nil ? 0 : 1, value: number ?? 0)
    }

    private static func optional(_ number: UInt8?) -> wasi_http_option_u8_t {
        wasi_http_option_u8_t(is_some: number == nil ? 0 : 1, value: number ?? 0)
    }

    private static func fieldSize(
        _ size: HTTPFieldSize, for host: WASIHost
    ) -> wasi_http_field_size_t {
        unsafe wasi_http_field_size_t(
            field_name: optionalString(size.name, for: host), field_size: optional(size.size))
    }

    /// `method`.
    static func method(_ method: HTTPMethod, for host: WASIHost) -> wasi_http_method_t {
        var area = unsafe wasi_http_method_t()
        let tag =
            switch method {
            case .get: WASI_HTTP_METHOD_GET
            case .head: WASI_HTTP_METHOD_HEAD
            case .post: WASI_HTTP_METHOD_POST
            case .put: WASI_HTTP_METHOD_PUT
            case .delete: WASI_HTTP_METHOD_DELETE
            case .connect: WASI_HTTP_METHOD_CONNECT
            case .options: WASI_HTTP_METHOD_OPTIONS
            case .trace: WASI_HTTP_METHOD_TRACE
            case .patch: WASI_HTTP_METHOD_PATCH
            case .other: WASI_HTTP_METHOD_OTHER
            }
        unsafe area.tag = UInt8(tag)
        if case .other(let name) = method { unsafe area.other = httpString(name, for: host) }
        return unsafe area
    }

    /// `option<scheme>`.
    static func scheme(
        _ scheme: HTTPScheme?, for host: WASIHost
    ) -> wasi_http_option_scheme_t {
        var area = unsafe wasi_http_option_scheme_t()
        guard let scheme else { return unsafe area }
        unsafe area.is_some = 1
        switch scheme {
        case .http: unsafe area.value.tag = UInt8(WASI_HTTP_SCHEME_HTTP)
        case .https: unsafe area.value.tag = UInt8(WASI_HTTP_SCHEME_HTTPS)
        case .other(let name):
            unsafe area.value.tag = UInt8(WASI_HTTP_SCHEME_OTHER)
            unsafe area.value.other = httpString(name, for: host)
        }
        return unsafe area
    }

    // MARK: Fields

    /// `list<field-value>`.
    static func values(
        _ values: [[UInt8]], for host: WASIHost
    ) -> wasi_http_list_field_value_t {
        let start = unsafe allocate(
            wasi_http_field_value_t.self, count: values.count, for: host)
        for (place, value) in values.enumerated() {
            let (bytes, count) = unsafe list(value, for: host)
            unsafe (start + place).initialize(
                to: wasi_http_field_value_t(ptr: bytes, len: count))
        }
        return unsafe wasi_http_list_field_value_t(ptr: start, len: values.count)
    }

    /// `list<tuple<field-key, field-value>>`.
    static func fields(_ fields: [HTTPField], for host: WASIHost) -> wasi_http_list_field_t {
        let start = unsafe allocate(wasi_http_field_t.self, count: fields.count, for: host)
        for (place, field) in fields.enumerated() {
            let (bytes, count) = unsafe list(field.value, for: host)
            unsafe (start + place).initialize(
                to: wasi_http_field_t(
                    name: httpString(field.name, for: host),
                    value: wasi_http_field_value_t(ptr: bytes, len: count)))
        }
        return unsafe wasi_http_list_field_t(ptr: start, len: fields.count)
    }

    /// `result<_, header-error>`; `nil` is ok.
    static func header(_ error: HTTPHeaderError?) -> wasi_http_result_header_t {
        wasi_http_result_header_t(is_err: error == nil ? 0 : 1, err: error?.rawValue ?? 0)
    }

    /// `result<own<fields>, header-error>`.
    static func fields(_ result: Result<Int32, HTTPHeaderError>) -> wasi_http_result_fields_t {
        var area = wasi_http_result_fields_t()
        switch result {
        case .success(let handle): unsafe area.value.ok = handle
        case .failure(let error):
            area.is_err = 1
            unsafe area.value.err = error.rawValue
        }
        return area
    }

    // MARK: Results

    /// `result<own<…>>`; `nil` is the error.
    static func handle(_ handle: Int32?) -> wasi_http_result_handle_t {
        wasi_http_result_handle_t(is_err: handle == nil ? 1 : 0, ok: handle ?? 0)
    }

    /// `result<_, error-code>`; `nil` is ok.
    static func nothing(_ code: HTTPErrorCode?, for host: WASIHost) -> wasi_http_result_void_t {
        var area = unsafe wasi_http_result_void_t()
        if let code {
            unsafe area.is_err = 1
            unsafe area.err = errorCode(code, for: host)
        }
        return unsafe area
    }

    /// `option<error-code>`.
    static func optional(
        _ code: HTTPErrorCode?, for host: WASIHost
    ) -> wasi_http_option_error_code_t {
        var area = unsafe wasi_http_option_error_code_t()
        if let code {
            unsafe area.is_some = 1
            unsafe area.value = errorCode(code, for: host)
        }
        return unsafe area
    }

    /// `result<own<…>, error-code>`.
    static func own(
        _ result: Result<Int32, HTTPErrorCode>, for host: WASIHost
    ) -> wasi_http_result_own_t {
        var area = unsafe wasi_http_result_own_t()
        switch result {
        case .success(let handle): unsafe area.value.ok = handle
        case .failure(let code):
            unsafe area.is_err = 1
            unsafe area.value.err = errorCode(code, for: host)
        }
        return unsafe area
    }

    /// `option<result<result<own<incoming-response>, error-code>>>`.
    static func response(
        _ answer: FutureAnswer<Int32>, for host: WASIHost
    ) -> wasi_http_future_response_t {
        var area = unsafe wasi_http_future_response_t()
        switch answer {
        case .pending: break
        case .taken:
            unsafe area.is_some = 1
            unsafe area.value.is_taken = 1
        case .value(let result):
            unsafe area.is_some = 1
            unsafe area.value.value = own(result, for: host)
        }
        return unsafe area
    }

    /// `option<result<result<option<own<trailers>>, error-code>>>`.
    static func trailers(
        _ answer: FutureAnswer<Int32?>, for host: WASIHost
    ) -> wasi_http_future_trailers_t {
        var area = unsafe wasi_http_future_trailers_t()
        switch answer {
        case .pending: break
        case .taken:
            unsafe area.is_some = 1
            unsafe area.value.is_taken = 1
        case .value(.success(let trailers)):
            unsafe area.is_some = 1
            unsafe area.value.value.value.ok = wasi_http_option_handle_t(
                is_some: trailers == nil ? 0 : 1, value: trailers ?? 0)
        case .value(.failure(let code)):
            unsafe area.is_some = 1
            unsafe area.value.value.is_err = 1
            unsafe area.value.value.value.err = errorCode(code, for: host)
        }
        return unsafe area
    }

    // MARK: Error codes

    /// `error-code`.
    static func errorCode(_ code: HTTPErrorCode, for host: WASIHost) -> wasi_http_error_code_t {
        var area = unsafe wasi_http_error_code_t()
        unsafe area.tag = tag(of: code)
        switch code {
        case .dnsError(let rcode, let infoCode):
            unsafe area.value.dns_error = wasi_http_dns_error_t(
                rcode: optionalString(rcode, for: host), info_code: optional(infoCode))
        case .tlsAlertReceived(let id, let message):
            unsafe area.value.tls_alert = wasi_http_tls_alert_t(
                alert_id: optional(id), alert_message: optionalString(message, for: host))
        case .requestBodySize(let size), .responseBodySize(let size):
            unsafe area.value.body_size = optional(size)
        case .requestHeaderSectionSize(let size), .requestTrailerSectionSize(let size),
            .responseHeaderSectionSize(let size), .responseTrailerSectionSize(let size):
            unsafe area.value.section_size = optional(size)
        case .requestHeaderSize(let size):
            var option = unsafe wasi_http_option_field_size_t()
            if let size {
                unsafe option.is_some = 1
                unsafe option.value = fieldSize(size, for: host)
            }
            unsafe area.value.option_field_size = option
        case .requestTrailerSize(let size), .responseHeaderSize(let size),
            .responseTrailerSize(let size):
            unsafe area.value.field_size = fieldSize(size, for: host)
        case .responseTransferCoding(let text), .responseContentCoding(let text),
            .internalError(let text):
            unsafe area.value.text = optionalString(text, for: host)
        default: break
        }
        return unsafe area
    }

    /// Its place among the cases.
    private static func tag(of code: HTTPErrorCode) -> UInt8 {
        let tag =
            switch code {
            case .dnsTimeout: WASI_HTTP_ERROR_CODE_DNS_TIMEOUT
            case .dnsError: WASI_HTTP_ERROR_CODE_DNS_ERROR
            case .destinationNotFound: WASI_HTTP_ERROR_CODE_DESTINATION_NOT_FOUND
            case .destinationUnavailable: WASI_HTTP_ERROR_CODE_DESTINATION_UNAVAILABLE
            case .destinationIPProhibited: WASI_HTTP_ERROR_CODE_DESTINATION_IP_PROHIBITED
            case .destinationIPUnroutable: WASI_HTTP_ERROR_CODE_DESTINATION_IP_UNROUTABLE
            case .connectionRefused: WASI_HTTP_ERROR_CODE_CONNECTION_REFUSED
            case .connectionTerminated: WASI_HTTP_ERROR_CODE_CONNECTION_TERMINATED
            case .connectionTimeout: WASI_HTTP_ERROR_CODE_CONNECTION_TIMEOUT
            case .connectionReadTimeout: WASI_HTTP_ERROR_CODE_CONNECTION_READ_TIMEOUT
            case .connectionWriteTimeout: WASI_HTTP_ERROR_CODE_CONNECTION_WRITE_TIMEOUT
            case .connectionLimitReached: WASI_HTTP_ERROR_CODE_CONNECTION_LIMIT_REACHED
            case .tlsProtocolError: WASI_HTTP_ERROR_CODE_TLS_PROTOCOL_ERROR
            case .tlsCertificateError: WASI_HTTP_ERROR_CODE_TLS_CERTIFICATE_ERROR
            case .tlsAlertReceived: WASI_HTTP_ERROR_CODE_TLS_ALERT_RECEIVED
            case .requestDenied: WASI_HTTP_ERROR_CODE_HTTP_REQUEST_DENIED
            case .requestLengthRequired: WASI_HTTP_ERROR_CODE_HTTP_REQUEST_LENGTH_REQUIRED
            case .requestBodySize: WASI_HTTP_ERROR_CODE_HTTP_REQUEST_BODY_SIZE
            case .requestMethodInvalid: WASI_HTTP_ERROR_CODE_HTTP_REQUEST_METHOD_INVALID
            case .requestURIInvalid: WASI_HTTP_ERROR_CODE_HTTP_REQUEST_URI_INVALID
            case .requestURITooLong: WASI_HTTP_ERROR_CODE_HTTP_REQUEST_URI_TOO_LONG
            case .requestHeaderSectionSize:
                WASI_HTTP_ERROR_CODE_HTTP_REQUEST_HEADER_SECTION_SIZE
            case .requestHeaderSize: WASI_HTTP_ERROR_CODE_HTTP_REQUEST_HEADER_SIZE
            case .requestTrailerSectionSize:
                WASI_HTTP_ERROR_CODE_HTTP_REQUEST_TRAILER_SECTION_SIZE
            case .requestTrailerSize: WASI_HTTP_ERROR_CODE_HTTP_REQUEST_TRAILER_SIZE
            case .responseIncomplete: WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_INCOMPLETE
            case .responseHeaderSectionSize:
                WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_HEADER_SECTION_SIZE
            case .responseHeaderSize: WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_HEADER_SIZE
            case .responseBodySize: WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_BODY_SIZE
            case .responseTrailerSectionSize:
                WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_TRAILER_SECTION_SIZE
            case .responseTrailerSize: WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_TRAILER_SIZE
            case .responseTransferCoding: WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_TRANSFER_CODING
            case .responseContentCoding: WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_CONTENT_CODING
            case .responseTimeout: WASI_HTTP_ERROR_CODE_HTTP_RESPONSE_TIMEOUT
            case .upgradeFailed: WASI_HTTP_ERROR_CODE_HTTP_UPGRADE_FAILED
            case .protocolError: WASI_HTTP_ERROR_CODE_HTTP_PROTOCOL_ERROR
            case .loopDetected: WASI_HTTP_ERROR_CODE_LOOP_DETECTED
            case .configurationError: WASI_HTTP_ERROR_CODE_CONFIGURATION_ERROR
            case .internalError: WASI_HTTP_ERROR_CODE_INTERNAL_ERROR
            }
        return UInt8(tag)
    }
}
