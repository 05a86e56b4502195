// wasi:http/types' future-incoming-response and incoming-response.

import CWASIp2
import WASIp2

/// What `get` of a future gave.
@frozen
public enum FutureResult<Value: ~Copyable>: ~Copyable {
    /// Nothing yet: wait for the future's pollable.
    case pending
    /// It was given before.
    case taken
    /// There is no value.
    case failed(HTTPError)
    case value(Value)
}

/// An own handle of `wasi:http/types.future-incoming-response`: a response that may still come.
///
/// Ending the value drops the handle; a request whose response was not taken is cut off. Drop its
/// pollables first, or the drop traps.
@frozen
public struct FutureIncomingResponse: ~Copyable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// Takes ownership of a handle that an import returned.
    @inlinable
    public init(owning handle: Int32) { self.handle = handle }

    @inlinable
    deinit { __wasm_import_wasi_http_types_future_incoming_response_drop(handle) }

    /// Gives the handle away without dropping it.
    @inlinable
    public consuming func release() -> Int32 {
        let handle = handle
        discard self
        return handle
    }

    /// `[method]future-incoming-response.subscribe`: a pollable, ready once the response is there, or
    /// the reason that there is none. Drop it before the future.
    @inlinable
    public borrowing func subscribe() -> Pollable {
        Pollable(
            owning: __wasm_import_wasi_http_types_method_future_incoming_response_subscribe(
                handle))
    }

    /// `[method]future-incoming-response.get`: the response, once. Never blocks. A host may know only
    /// what its pollable was asked for, so wait for that rather than ask again and again.
    public borrowing func get() -> FutureResult<IncomingResponse> {
        var area = wasi_http_future_response_t()
        __wasm_import_wasi_http_types_method_future_incoming_response_get(handle, &area)
        if area.is_some == 0 { return .pending }
        if area.value.is_taken != 0 { return .taken }
        let result = area.value.value
        if result.is_err != 0 { return .failed(HTTPError(taking: result.value.err)) }
        return .value(IncomingResponse(owning: result.value.ok))
    }
}

/// An own handle of `wasi:http/types.incoming-response`.
///
/// Ending the value drops the handle. A body that was taken goes on; one that was not is given up.
@frozen
public struct IncomingResponse: ~Copyable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// Takes ownership of a handle that an import returned.
    @inlinable
    public init(owning handle: Int32) { self.handle = handle }

    @inlinable
    deinit { __wasm_import_wasi_http_types_incoming_response_drop(handle) }

    /// Gives the handle away without dropping it.
    @inlinable
    public consuming func release() -> Int32 {
        let handle = handle
        discard self
        return handle
    }

    /// `[method]incoming-response.status`.
    public var status: UInt16 {
        UInt16(
            truncatingIfNeeded: __wasm_import_wasi_http_types_method_incoming_response_status(
                handle))
    }

    /// `[method]incoming-response.headers`: another handle of the headers, which cannot be changed, and
    /// may outlive the response.
    public borrowing func headers() -> Fields {
        Fields(owning: __wasm_import_wasi_http_types_method_incoming_response_headers(handle))
    }

    /// `[method]incoming-response.consume`: the body; throws from the second time on.
    public borrowing func body() throws(HTTPRefusal) -> IncomingBody {
        var area = wasi_http_result_handle_t()
        __wasm_import_wasi_http_types_method_incoming_response_consume(handle, &area)
        return IncomingBody(owning: try area.get())
    }
}
