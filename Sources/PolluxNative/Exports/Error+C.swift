// wasi:io/error as C symbols.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost

@c @implementation
public func __wasm_import_wasi_io_error_method_error_to_debug_string(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_io_error_string_t>
) {
    CurrentHost.with(.errorToDebugString) { host throws(HostTrap) in
        let text = try host.debugString(ofError: self)
        let (start, count) = unsafe Lowering.string(text, for: host)
        unsafe ret.pointee = wasi_io_error_string_t(ptr: start, len: count)
    }
}

@c @implementation
public func __wasm_import_wasi_io_error_error_drop(_ handle: Int32) {
    CurrentHost.with(.errorDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .error, in: .errorDrop)
    }
}
