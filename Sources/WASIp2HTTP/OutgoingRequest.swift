// wasi:http/types' outgoing-request and request-options, and wasi:http/outgoing-handler.

import CWASIp2
import WASIp2

/// `method`.
public enum RequestMethod: Hashable, Sendable {
    case get, head, post, put, delete, connect, options, trace, patch
    /// Any other token.
    case other(String)

    /// The method of this name, as it goes over the wire.
    public init(name: String) {
        self =
            switch name {
            case "GET": .get
            case "HEAD": .head
            case "POST": .post
            case "PUT": .put
            case "DELETE": .delete
            case "CONNECT": .connect
            case "OPTIONS": .options
            case "TRACE": .trace
            case "PATCH": .patch
            default: .other(name)
            }
    }
}

/// `scheme`.
public enum RequestScheme: Hashable, Sendable {
    case http, https
    /// Any other.
    case other(String)
}

/// An own handle of `wasi:http/types.outgoing-request`: a request that was not sent.
///
/// Ending the value drops the handle, and the request; a body that was taken then leads nowhere.
@frozen
public struct OutgoingRequest: ~Copyable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// `[constructor]outgoing-request`: a GET with these headers, without scheme, authority and path.
    public init(_ headers: consuming Fields) {
        handle = __wasm_import_wasi_http_types_constructor_outgoing_request(headers.release())
    }

    /// Takes ownership of a handle that an import returned.
    @inlinable
    public init(owning handle: Int32) { self.handle = handle }

    @inlinable
    deinit { __wasm_import_wasi_http_types_outgoing_request_drop(handle) }

    /// Gives the handle away without dropping it.
    @inlinable
    public consuming func release() -> Int32 {
        let handle = handle
        discard self
        return handle
    }

    /// `[method]outgoing-request.body`: the body; throws from the second time on. To be taken before the
    /// request is sent.
    public borrowing func body() throws(HTTPRefusal) -> OutgoingBody {
        var area = wasi_http_result_handle_t()
        __wasm_import_wasi_http_types_method_outgoing_request_body(handle, &area)
        return OutgoingBody(owning: try area.get())
    }

    /// `[method]outgoing-request.headers`: another handle of the headers, which cannot be changed.
    public borrowing func headers() -> Fields {
        Fields(owning: __wasm_import_wasi_http_types_method_outgoing_request_headers(handle))
    }

    // MARK: What it asks for

    /// `[method]outgoing-request.method`.
    public var method: RequestMethod {
        var area = wasi_http_method_t()
        __wasm_import_wasi_http_types_method_outgoing_request_method(handle, &area)
        switch Int(area.tag) {
        case WASI_HTTP_METHOD_GET: return .get
        case WASI_HTTP_METHOD_HEAD: return .head
        case WASI_HTTP_METHOD_POST: return .post
        case WASI_HTTP_METHOD_PUT: return .put
        case WASI_HTTP_METHOD_DELETE: return .delete
        case WASI_HTTP_METHOD_CONNECT: return .connect
        case WASI_HTTP_METHOD_OPTIONS: return .options
        case WASI_HTTP_METHOD_TRACE: return .trace
        case WASI_HTTP_METHOD_PATCH: return .patch
        default: return .other(takeText(area.other.ptr, area.other.len))
        }
    }

    /// `[method]outgoing-request.set-method`: throws for what is no method, and keeps the one before.
    public borrowing func setMethod(_ method: RequestMethod) throws(HTTPRefusal) {
        var other = ""
        let tag: Int
        switch method {
        case .get: tag = WASI_HTTP_METHOD_GET
        case .head: tag = WASI_HTTP_METHOD_HEAD
        case .post: tag = WASI_HTTP_METHOD_POST
        case .put: tag = WASI_HTTP_METHOD_PUT
        case .delete: tag = WASI_HTTP_METHOD_DELETE
        case .connect: tag = WASI_HTTP_METHOD_CONNECT
        case .options: tag = WASI_HTTP_METHOD_OPTIONS
        case .trace: tag = WASI_HTTP_METHOD_TRACE
        case .patch: tag = WASI_HTTP_METHOD_PATCH
        case .other(let name): (tag, other) = (WASI_HTTP_METHOD_OTHER, name)
        }
        let status = withBytes(other) { start, count in
            __wasm_import_wasi_http_types_method_outgoing_request_set_method(
                handle, Int32(tag), start, count)
        }
        if status != 0 { throw HTTPRefusal() }
    }

    /// `[method]outgoing-request.scheme`.
    public var scheme: RequestScheme? {
        var area = wasi_http_option_scheme_t()
        __wasm_import_wasi_http_types_method_outgoing_request_scheme(handle, &area)
        if area.is_some == 0 { return nil }
        switch Int(area.value.tag) {
        case WASI_HTTP_SCHEME_HTTP: return .http
        case WASI_HTTP_SCHEME_HTTPS: return .https
        default: return .other(takeText(area.value.other.ptr, area.value.other.len))
        }
    }

    /// `[method]outgoing-request.set-scheme`: throws for what is no scheme. Without one the host takes
    /// what it likes, mostly https.
    public borrowing func setScheme(_ scheme: RequestScheme?) throws(HTTPRefusal) {
        var other = ""
        var tag = 0
        switch scheme {
        case nil: break
        case .http?: tag = WASI_HTTP_SCHEME_HTTP
        case .https?: tag = WASI_HTTP_SCHEME_HTTPS
        case .other(let name)?: (tag, other) = (WASI_HTTP_SCHEME_OTHER, name)
        }
        let status = withBytes(other) { start, count in
            __wasm_import_wasi_http_types_method_outgoing_request_set_scheme(
                handle, scheme == nil ? 0 : 1, Int32(tag), start, count)
        }
        if status != 0 { throw HTTPRefusal() }
    }

    /// `[method]outgoing-request.authority`.
    public var authority: String? {
        var area = wasi_http_option_string_t()
        __wasm_import_wasi_http_types_method_outgoing_request_authority(handle, &area)
        return area.take()
    }

    /// `[method]outgoing-request.set-authority`: host, and perhaps a port; throws for what is no
    /// authority.
    public borrowing func setAuthority(_ authority: String?) throws(HTTPRefusal) {
        let status = withBytes(authority ?? "") { start, count in
            __wasm_import_wasi_http_types_method_outgoing_request_set_authority(
                handle, authority == nil ? 0 : 1, start, count)
        }
        if status != 0 { throw HTTPRefusal() }
    }

    /// `[method]outgoing-request.path-with-query`.
    public var pathWithQuery: String? {
        var area = wasi_http_option_string_t()
        __wasm_import_wasi_http_types_method_outgoing_request_path_with_query(handle, &area)
        return area.take()
    }

    /// `[method]outgoing-request.set-path-with-query`: throws for what is no path.
    public borrowing func setPathWithQuery(_ path: String?) throws(HTTPRefusal) {
        let status = withBytes(path ?? "") { start, count in
            __wasm_import_wasi_http_types_method_outgoing_request_set_path_with_query(
                handle, path == nil ? 0 : 1, start, count)
        }
        if status != 0 { throw HTTPRefusal() }
    }

    // MARK: Sending

    /// `outgoing-handler.handle`: sends the request. Never blocks; the response comes through the
    /// future. Throws where the host knows at once that the request is none.
    public consuming func send(
        _ options: consuming RequestOptions? = nil
    ) throws(HTTPError) -> FutureIncomingResponse {
        var area = wasi_http_result_own_t()
        if let options {
            __wasm_import_wasi_http_outgoing_handler_handle(
                release(), 1, options.release(), &area)
        } else {
            __wasm_import_wasi_http_outgoing_handler_handle(release(), 0, 0, &area)
        }
        if area.is_err != 0 { throw HTTPError(taking: area.value.err) }
        return FutureIncomingResponse(owning: area.value.ok)
    }
}

/// An own handle of `wasi:http/types.request-options`: how long a request may take. `nil` is the host's
/// own idea.
@frozen
public struct RequestOptions: ~Copyable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// `[constructor]request-options`: nothing is set.
    public init() { handle = __wasm_import_wasi_http_types_constructor_request_options() }

    /// Takes ownership of a handle that an import returned.
    @inlinable
    public init(owning handle: Int32) { self.handle = handle }

    @inlinable
    deinit { __wasm_import_wasi_http_types_request_options_drop(handle) }

    /// Gives the handle away without dropping it.
    @inlinable
    public consuming func release() -> Int32 {
        let handle = handle
        discard self
        return handle
    }

    /// `[method]request-options.connect-timeout`: until there is a connection.
    public var connectTimeout: Nanoseconds? {
        var area = wasi_http_option_u64_t()
        __wasm_import_wasi_http_types_method_request_options_connect_timeout(handle, &area)
        return area.optional.map { Nanoseconds($0) }
    }

    /// `[method]request-options.set-connect-timeout`: throws where the host has no such timeout.
    public borrowing func setConnectTimeout(_ timeout: Nanoseconds?) throws(HTTPRefusal) {
        let status =
            __wasm_import_wasi_http_types_method_request_options_set_connect_timeout(
                handle, timeout == nil ? 0 : 1, Int64(bitPattern: timeout?.rawValue ?? 0))
        if status != 0 { throw HTTPRefusal() }
    }

    /// `[method]request-options.first-byte-timeout`: from there until the response's head.
    public var firstByteTimeout: Nanoseconds? {
        var area = wasi_http_option_u64_t()
        __wasm_import_wasi_http_types_method_request_options_first_byte_timeout(handle, &area)
        return area.optional.map { Nanoseconds($0) }
    }

    /// `[method]request-options.set-first-byte-timeout`: throws where the host has no such timeout.
    public borrowing func setFirstByteTimeout(_ timeout: Nanoseconds?) throws(HTTPRefusal) {
        let status =
            __wasm_import_wasi_http_types_method_request_options_set_first_byte_timeout(
                handle, timeout == nil ? 0 : 1, Int64(bitPattern: timeout?.rawValue ?? 0))
        if status != 0 { throw HTTPRefusal() }
    }

    /// `[method]request-options.between-bytes-timeout`: from one part of the body to the next.
    public var betweenBytesTimeout: Nanoseconds? {
        var area = wasi_http_option_u64_t()
        __wasm_import_wasi_http_types_method_request_options_between_bytes_timeout(handle, &area)
        return area.optional.map { Nanoseconds($0) }
    }

    /// `[method]request-options.set-between-bytes-timeout`: throws where the host has no such timeout.
    public borrowing func setBetweenBytesTimeout(_ timeout: Nanoseconds?) throws(HTTPRefusal) {
        let status =
            __wasm_import_wasi_http_types_method_request_options_set_between_bytes_timeout(
                handle, timeout == nil ? 0 : 1, Int64(bitPattern: timeout?.rawValue ?? 0))
        if status != 0 { throw HTTPRefusal() }
    }
}

extension wasi_http_result_handle_t {
    /// The handle, or that there is none.
    func get() throws(HTTPRefusal) -> Int32 {
        if is_err != 0 { throw HTTPRefusal() }
        return ok
    }
}
