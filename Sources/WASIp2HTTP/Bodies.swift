// wasi:http/types' outgoing-body, incoming-body and future-trailers.

import CWASIp2
import WASIp2

/// An own handle of `wasi:http/types.outgoing-body`: the body of a request.
///
/// It has to be finished: ending the value without that drops the handle, and the peer sees a broken body.
/// Drop its stream first, or the drop traps.
@frozen
public struct OutgoingBody: ~Copyable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// Takes ownership of a handle that an import returned.
    @inlinable
    public init(owning handle: Int32) { self.handle = handle }

    @inlinable
    deinit { __wasm_import_wasi_http_types_outgoing_body_drop(handle) }

    /// Gives the handle away without dropping it.
    @inlinable
    public consuming func release() -> Int32 {
        let handle = handle
        discard self
        return handle
    }

    /// `[method]outgoing-body.write`: the stream of its bytes; throws from the second time on. Before the
    /// request is sent a host keeps no more than a write or two, and then gives no permit.
    public borrowing func stream() throws(HTTPRefusal) -> OutputStream {
        var area = wasi_http_result_handle_t()
        __wasm_import_wasi_http_types_method_outgoing_body_write(handle, &area)
        return OutputStream(owning: try area.get())
    }

    /// `[static]outgoing-body.finish`: the body is complete. Throws where `content-length` says
    /// otherwise; the request is then broken. Traps while the stream is alive.
    /// - Parameter trailers: left out where the encoding has no place for them.
    public consuming func finish(
        trailers: consuming Fields? = nil
    ) throws(HTTPError) {
        var area = wasi_http_result_void_t()
        if let trailers {
            __wasm_import_wasi_http_types_static_outgoing_body_finish(
                release(), 1, trailers.release(), &area)
        } else {
            __wasm_import_wasi_http_types_static_outgoing_body_finish(release(), 0, 0, &area)
        }
        if area.is_err != 0 { throw HTTPError(taking: area.err) }
    }
}

/// An own handle of `wasi:http/types.incoming-body`: the body of a response.
///
/// Ending the value drops the handle, and what was not read of the body. Drop its stream first, or the
/// drop traps.
@frozen
public struct IncomingBody: ~Copyable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// Takes ownership of a handle that an import returned.
    @inlinable
    public init(owning handle: Int32) { self.handle = handle }

    @inlinable
    deinit { __wasm_import_wasi_http_types_incoming_body_drop(handle) }

    /// Gives the handle away without dropping it.
    @inlinable
    public consuming func release() -> Int32 {
        let handle = handle
        discard self
        return handle
    }

    /// `[method]incoming-body.stream`: the stream of its bytes; throws from the second time on.
    public borrowing func stream() throws(HTTPRefusal) -> InputStream {
        var area = wasi_http_result_handle_t()
        __wasm_import_wasi_http_types_method_incoming_body_stream(handle, &area)
        return InputStream(owning: try area.get())
    }

    /// `[static]incoming-body.finish`: gives up what was not read, for the trailers. Traps while the
    /// stream is alive.
    public consuming func finish() -> FutureTrailers {
        FutureTrailers(
            owning: __wasm_import_wasi_http_types_static_incoming_body_finish(release()))
    }
}

/// An own handle of `wasi:http/types.future-trailers`: what comes behind a body.
@frozen
public struct FutureTrailers: ~Copyable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// Takes ownership of a handle that an import returned.
    @inlinable
    public init(owning handle: Int32) { self.handle = handle }

    @inlinable
    deinit { __wasm_import_wasi_http_types_future_trailers_drop(handle) }

    /// Gives the handle away without dropping it.
    @inlinable
    public consuming func release() -> Int32 {
        let handle = handle
        discard self
        return handle
    }

    /// `[method]future-trailers.subscribe`: a pollable, ready once the body is over. Drop it before the
    /// future.
    @inlinable
    public borrowing func subscribe() -> Pollable {
        Pollable(
            owning: __wasm_import_wasi_http_types_method_future_trailers_subscribe(handle))
    }

    /// `[method]future-trailers.get`: the trailers, `nil` where there are none; once. Never blocks. A
    /// host may know only what its pollable was asked for.
    public borrowing func get() -> FutureResult<Fields?> {
        var area = wasi_http_future_trailers_t()
        __wasm_import_wasi_http_types_method_future_trailers_get(handle, &area)
        if area.is_some == 0 { return .pending }
        if area.value.is_taken != 0 { return .taken }
        let result = area.value.value
        if result.is_err != 0 { return .failed(HTTPError(taking: result.value.err)) }
        let option = result.value.ok
        return .value(option.is_some == 0 ? nil : Fields(owning: option.value))
    }
}
