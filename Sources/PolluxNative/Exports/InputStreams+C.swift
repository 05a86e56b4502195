// wasi:io/streams.input-stream as C symbols.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost

@c @implementation
public func __wasm_import_wasi_io_streams_method_input_stream_read(
    _ self: Int32, _ len: Int64, _ ret: UnsafeMutablePointer<wasi_io_streams_result_list_u8_t>
) {
    CurrentHost.with(.inputStreamRead) { host throws(HostTrap) in
        let result = try host.read(self, upTo: UInt64(bitPattern: len))
        unsafe ret.pointee = lower(result, for: host)
    }
}

@c @implementation
public func __wasm_import_wasi_io_streams_method_input_stream_blocking_read(
    _ self: Int32, _ len: Int64, _ ret: UnsafeMutablePointer<wasi_io_streams_result_list_u8_t>
) {
    CurrentHost.with(.inputStreamBlockingRead) { host throws(HostTrap) in
        let result = try host.blockingRead(self, upTo: UInt64(bitPattern: len))
        unsafe ret.pointee = lower(result, for: host)
    }
}

private func lower(
    _ result: Result<[UInt8], StreamFailure>, for host: WASIHost
) -> wasi_io_streams_result_list_u8_t {
    var area = unsafe wasi_io_streams_result_list_u8_t()
    switch result {
    case .success(let bytes):
        let (start, count) = unsafe Lowering.list(bytes, for: host)
        unsafe area.value.ok = wasi_io_streams_list_u8_t(ptr: start, len: count)
    case .failure(let failure):
        unsafe area.is_err = 1
        unsafe area.value.err = Lowering.error(failure)
    }
    return unsafe area
}

@c @implementation
public func __wasm_import_wasi_io_streams_method_input_stream_skip(
    _ self: Int32, _ len: Int64, _ ret: UnsafeMutablePointer<wasi_io_streams_result_u64_t>
) {
    CurrentHost.with(.inputStreamSkip) { host throws(HostTrap) in
        let result = try host.skip(self, upTo: UInt64(bitPattern: len))
        unsafe ret.pointee = Lowering.count(result)
    }
}

@c @implementation
public func __wasm_import_wasi_io_streams_method_input_stream_blocking_skip(
    _ self: Int32, _ len: Int64, _ ret: UnsafeMutablePointer<wasi_io_streams_result_u64_t>
) {
    CurrentHost.with(.inputStreamBlockingSkip) { host throws(HostTrap) in
        let result = try host.blockingSkip(self, upTo: UInt64(bitPattern: len))
        unsafe ret.pointee = Lowering.count(result)
    }
}

@c @implementation
public func __wasm_import_wasi_io_streams_method_input_stream_subscribe(_ self: Int32) -> Int32 {
    CurrentHost.with(.inputStreamSubscribe) { host throws(HostTrap) in
        try host.subscribe(input: self)
    }
}

@c @implementation
public func __wasm_import_wasi_io_streams_input_stream_drop(_ handle: Int32) {
    CurrentHost.with(.inputStreamDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .inputStream, in: .inputStreamDrop)
    }
}
