// wasi:http/types' future-incoming-response and incoming-response as C symbols.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost
import PolluxNative

@c @implementation
public func __wasm_import_wasi_http_types_method_future_incoming_response_subscribe(
    _ self: Int32
) -> Int32 {
    CurrentHost.with(.futureResponseSubscribe) { host throws(HostTrap) in
        try host.subscribe(response: self)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_future_incoming_response_get(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_http_future_response_t>
) {
    CurrentHost.with(.futureResponseGet) { host throws(HostTrap) in
        let answer = try host.get(response: self)
        unsafe ret.pointee = Lowering.response(answer, for: host)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_future_incoming_response_drop(_ handle: Int32) {
    CurrentHost.with(.futureResponseDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .futureIncomingResponse, in: .futureResponseDrop)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_incoming_response_status(
    _ self: Int32
) -> Int32 {
    CurrentHost.with(.responseStatus) { host throws(HostTrap) in
        Int32(try host.status(ofResponse: self))
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_incoming_response_headers(
    _ self: Int32
) -> Int32 {
    CurrentHost.with(.responseHeaders) { host throws(HostTrap) in
        try host.headers(ofResponse: self)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_incoming_response_consume(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_http_result_handle_t>
) {
    CurrentHost.with(.responseConsume) { host throws(HostTrap) in
        let body = try host.body(ofResponse: self)
        unsafe ret.pointee = Lowering.handle(body)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_incoming_response_drop(_ handle: Int32) {
    CurrentHost.with(.responseDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .incomingResponse, in: .responseDrop)
    }
}
