// wasi:http/types' outgoing-body, incoming-body and future-trailers as C symbols.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost
import PolluxNative

@c @implementation
public func __wasm_import_wasi_http_types_method_outgoing_body_write(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_http_result_handle_t>
) {
    CurrentHost.with(.outgoingBodyWrite) { host throws(HostTrap) in
        let stream = try host.stream(ofOutgoingBody: self)
        unsafe ret.pointee = Lowering.handle(stream)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_static_outgoing_body_finish(
    _ body: Int32, _ is_some: Int32, _ trailers: Int32,
    _ ret: UnsafeMutablePointer<wasi_http_result_void_t>
) {
    CurrentHost.with(.outgoingBodyFinish) { host throws(HostTrap) in
        let trailers = try Lifting.handle(is_some, trailers, in: .outgoingBodyFinish)
        let code = try host.finish(outgoingBody: body, trailers: trailers)
        unsafe ret.pointee = Lowering.nothing(code, for: host)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_outgoing_body_drop(_ handle: Int32) {
    CurrentHost.with(.outgoingBodyDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .outgoingBody, in: .outgoingBodyDrop)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_incoming_body_stream(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_http_result_handle_t>
) {
    CurrentHost.with(.incomingBodyStream) { host throws(HostTrap) in
        let stream = try host.stream(ofIncomingBody: self)
        unsafe ret.pointee = Lowering.handle(stream)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_static_incoming_body_finish(_ body: Int32) -> Int32 {
    CurrentHost.with(.incomingBodyFinish) { host throws(HostTrap) in
        try host.finish(incomingBody: body)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_incoming_body_drop(_ handle: Int32) {
    CurrentHost.with(.incomingBodyDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .incomingBody, in: .incomingBodyDrop)
    }
}

// MARK: Trailers

@c @implementation
public func __wasm_import_wasi_http_types_method_future_trailers_subscribe(
    _ self: Int32
) -> Int32 {
    CurrentHost.with(.futureTrailersSubscribe) { host throws(HostTrap) in
        try host.subscribe(trailers: self)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_future_trailers_get(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_http_future_trailers_t>
) {
    CurrentHost.with(.futureTrailersGet) { host throws(HostTrap) in
        let answer = try host.get(trailers: self)
        unsafe ret.pointee = Lowering.trailers(answer, for: host)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_future_trailers_drop(_ handle: Int32) {
    CurrentHost.with(.futureTrailersDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .futureTrailers, in: .futureTrailersDrop)
    }
}
