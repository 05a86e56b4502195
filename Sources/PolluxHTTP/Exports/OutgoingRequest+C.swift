// wasi:http/types' outgoing-request and request-options, and wasi:http/outgoing-handler, as C symbols.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost
import PolluxLibuv
import PolluxNative

@c @implementation
public func __wasm_import_wasi_http_types_constructor_outgoing_request(
    _ headers: Int32
) -> Int32 {
    CurrentHost.with(.requestConstructor) { host throws(HostTrap) in
        try host.makeRequest(headers: headers)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_outgoing_request_body(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_http_result_handle_t>
) {
    CurrentHost.with(.requestBody) { host throws(HostTrap) in
        let body = try host.body(ofRequest: self)
        unsafe ret.pointee = Lowering.handle(body)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_outgoing_request_method(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_http_method_t>
) {
    CurrentHost.with(.requestMethod) { host throws(HostTrap) in
        let method = try host.method(ofRequest: self)
        unsafe ret.pointee = Lowering.method(method, for: host)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_outgoing_request_set_method(
    _ self: Int32, _ tag: Int32, _ other: UnsafePointer<UInt8>?, _ len: Int
) -> Int32 {
    CurrentHost.with(.requestSetMethod) { host throws(HostTrap) in
        let method = try unsafe Lifting.method(tag, other, count: len, in: .requestSetMethod)
        return try host.setMethod(method, ofRequest: self) ? 0 : 1
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_outgoing_request_path_with_query(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_http_option_string_t>
) {
    CurrentHost.with(.requestPath) { host throws(HostTrap) in
        let path = try host.path(ofRequest: self)
        unsafe ret.pointee = Lowering.optionalString(path, for: host)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_outgoing_request_set_path_with_query(
    _ self: Int32, _ is_some: Int32, _ path: UnsafePointer<UInt8>?, _ len: Int
) -> Int32 {
    CurrentHost.with(.requestSetPath) { host throws(HostTrap) in
        let path = try unsafe Lifting.string(is_some, path, count: len, in: .requestSetPath)
        return try host.setPath(path, ofRequest: self) ? 0 : 1
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_outgoing_request_scheme(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_http_option_scheme_t>
) {
    CurrentHost.with(.requestScheme) { host throws(HostTrap) in
        let scheme = try host.scheme(ofRequest: self)
        unsafe ret.pointee = Lowering.scheme(scheme, for: host)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_outgoing_request_set_scheme(
    _ self: Int32, _ is_some: Int32, _ tag: Int32, _ other: UnsafePointer<UInt8>?, _ len: Int
) -> Int32 {
    CurrentHost.with(.requestSetScheme) { host throws(HostTrap) in
        let scheme = try unsafe Lifting.scheme(
            is_some, tag, other, count: len, in: .requestSetScheme)
        return try host.setScheme(scheme, ofRequest: self) ? 0 : 1
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_outgoing_request_authority(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_http_option_string_t>
) {
    CurrentHost.with(.requestAuthority) { host throws(HostTrap) in
        let authority = try host.authority(ofRequest: self)
        unsafe ret.pointee = Lowering.optionalString(authority, for: host)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_outgoing_request_set_authority(
    _ self: Int32, _ is_some: Int32, _ authority: UnsafePointer<UInt8>?, _ len: Int
) -> Int32 {
    CurrentHost.with(.requestSetAuthority) { host throws(HostTrap) in
        let authority = try unsafe Lifting.string(
            is_some, authority, count: len, in: .requestSetAuthority)
        return try host.setAuthority(authority, ofRequest: self) ? 0 : 1
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_outgoing_request_headers(
    _ self: Int32
) -> Int32 {
    CurrentHost.with(.requestHeaders) { host throws(HostTrap) in
        try host.headers(ofRequest: self)
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_outgoing_request_drop(_ handle: Int32) {
    CurrentHost.with(.requestDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .outgoingRequest, in: .requestDrop)
    }
}

// MARK: request-options

@c @implementation
public func __wasm_import_wasi_http_types_constructor_request_options() -> Int32 {
    CurrentHost.with(.optionsConstructor) { host throws(HostTrap) in try host.makeOptions() }
}

@c @implementation
public func __wasm_import_wasi_http_types_method_request_options_connect_timeout(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_http_option_u64_t>
) {
    unsafe getTimeout(\.connect, of: self, ret, in: .optionsConnectTimeout)
}

@c @implementation
public func __wasm_import_wasi_http_types_method_request_options_set_connect_timeout(
    _ self: Int32, _ is_some: Int32, _ duration: Int64
) -> Int32 {
    setTimeout(\.connect, of: self, is_some, duration, in: .optionsSetConnectTimeout)
}

@c @implementation
public func __wasm_import_wasi_http_types_method_request_options_first_byte_timeout(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_http_option_u64_t>
) {
    unsafe getTimeout(\.firstByte, of: self, ret, in: .optionsFirstByteTimeout)
}

@c @implementation
public func __wasm_import_wasi_http_types_method_request_options_set_first_byte_timeout(
    _ self: Int32, _ is_some: Int32, _ duration: Int64
) -> Int32 {
    setTimeout(\.firstByte, of: self, is_some, duration, in: .optionsSetFirstByteTimeout)
}

@c @implementation
public func __wasm_import_wasi_http_types_method_request_options_between_bytes_timeout(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_http_option_u64_t>
) {
    unsafe getTimeout(\.betweenBytes, of: self, ret, in: .optionsBetweenBytesTimeout)
}

@c @implementation
public func __wasm_import_wasi_http_types_method_request_options_set_between_bytes_timeout(
    _ self: Int32, _ is_some: Int32, _ duration: Int64
) -> Int32 {
    setTimeout(\.betweenBytes, of: self, is_some, duration, in: .optionsSetBetweenBytesTimeout)
}

private func getTimeout(
    _ which: WritableKeyPath<HTTPTimeouts, UInt64?>, of options: Int32,
    _ ret: UnsafeMutablePointer<wasi_http_option_u64_t>, in call: HostCall
) {
    CurrentHost.with(call) { host throws(HostTrap) in
        let timeout = try host.timeout(which, ofOptions: options, in: call)
        unsafe ret.pointee = Lowering.optional(timeout)
    }
}

private func setTimeout(
    _ which: WritableKeyPath<HTTPTimeouts, UInt64?>, of options: Int32, _ flag: Int32,
    _ duration: Int64, in call: HostCall
) -> Int32 {
    CurrentHost.with(call) { host throws(HostTrap) in
        let timeout = try Lifting.duration(flag, duration, in: call)
        try host.setTimeout(which, to: timeout, ofOptions: options, in: call)
        return 0
    }
}

@c @implementation
public func __wasm_import_wasi_http_types_request_options_drop(_ handle: Int32) {
    CurrentHost.with(.optionsDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .requestOptions, in: .optionsDrop)
    }
}

// MARK: outgoing-handler

@c @implementation
public func __wasm_import_wasi_http_outgoing_handler_handle(
    _ request: Int32, _ is_some: Int32, _ options: Int32,
    _ ret: UnsafeMutablePointer<wasi_http_result_own_t>
) {
    CurrentHost.with(.outgoingHandle) { host throws(HostTrap) in
        let options = try Lifting.handle(is_some, options, in: .outgoingHandle)
        // In real time the first request brings libcurl along.
        if host.transport == nil, let driver = host.driver as? LibuvDriver {
            host.transport = CurlTransport(on: driver)
        }
        let result = try host.handle(request: request, options: options)
        unsafe ret.pointee = Lowering.own(result, for: host)
    }
}
