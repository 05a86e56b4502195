// wasi:io/streams.output-stream as C symbols.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost

@c @implementation
public func __wasm_import_wasi_io_streams_method_output_stream_check_write(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_io_streams_result_u64_t>
) {
    CurrentHost.with(.outputStreamCheckWrite) { host throws(HostTrap) in
        let result = try host.checkWrite(self)
        unsafe ret.pointee = Lowering.count(result)
    }
}

@c @implementation
public func __wasm_import_wasi_io_streams_method_output_stream_write(
    _ self: Int32, _ contents: UnsafePointer<UInt8>?, _ len: Int,
    _ ret: UnsafeMutablePointer<wasi_io_streams_result_void_t>
) {
    CurrentHost.with(.outputStreamWrite) { host throws(HostTrap) in
        let address = UInt(bitPattern: contents)
        try Lifting.check(address, count: len, stride: 1, in: .outputStreamWrite)
        let bytes = unsafe UnsafeBufferPointer(start: contents, count: len)
        let failure = try unsafe host.write(self, bytes.span)
        unsafe ret.pointee = Lowering.nothing(failure)
    }
}

@c @implementation
public func __wasm_import_wasi_io_streams_method_output_stream_blocking_write_and_flush(
    _ self: Int32, _ contents: UnsafePointer<UInt8>?, _ len: Int,
    _ ret: UnsafeMutablePointer<wasi_io_streams_result_void_t>
) {
    CurrentHost.with(.outputStreamBlockingWriteAndFlush) { host throws(HostTrap) in
        let address = UInt(bitPattern: contents)
        try Lifting.check(address, count: len, stride: 1, in: .outputStreamBlockingWriteAndFlush)
        let bytes = unsafe UnsafeBufferPointer(start: contents, count: len)
        let failure = try unsafe host.blockingWriteAndFlush(self, bytes.span)
        unsafe ret.pointee = Lowering.nothing(failure)
    }
}

@c @implementation
public func __wasm_import_wasi_io_streams_method_output_stream_flush(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_io_streams_result_void_t>
) {
    CurrentHost.with(.outputStreamFlush) { host throws(HostTrap) in
        let failure = try host.flush(self)
        unsafe ret.pointee = Lowering.nothing(failure)
    }
}

@c @implementation
public func __wasm_import_wasi_io_streams_method_output_stream_blocking_flush(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_io_streams_result_void_t>
) {
    CurrentHost.with(.outputStreamBlockingFlush) { host throws(HostTrap) in
        let failure = try host.blockingFlush(self)
        unsafe ret.pointee = Lowering.nothing(failure)
    }
}

@c @implementation
public func __wasm_import_wasi_io_streams_method_output_stream_subscribe(_ self: Int32) -> Int32 {
    CurrentHost.with(.outputStreamSubscribe) { host throws(HostTrap) in
        try host.subscribe(output: self)
    }
}

@c @implementation
public func __wasm_import_wasi_io_streams_method_output_stream_write_zeroes(
    _ self: Int32, _ len: Int64, _ ret: UnsafeMutablePointer<wasi_io_streams_result_void_t>
) {
    CurrentHost.with(.outputStreamWriteZeroes) { host throws(HostTrap) in
        let failure = try host.writeZeroes(self, count: UInt64(bitPattern: len))
        unsafe ret.pointee = Lowering.nothing(failure)
    }
}

@c @implementation
public func __wasm_import_wasi_io_streams_method_output_stream_blocking_write_zeroes_and_flush(
    _ self: Int32, _ len: Int64, _ ret: UnsafeMutablePointer<wasi_io_streams_result_void_t>
) {
    CurrentHost.with(.outputStreamBlockingWriteZeroesAndFlush) { host throws(HostTrap) in
        let failure = try host.blockingWriteZeroesAndFlush(self, count: UInt64(bitPattern: len))
        unsafe ret.pointee = Lowering.nothing(failure)
    }
}

@c @implementation
public func __wasm_import_wasi_io_streams_method_output_stream_splice(
    _ self: Int32, _ src: Int32, _ len: Int64,
    _ ret: UnsafeMutablePointer<wasi_io_streams_result_u64_t>
) {
    CurrentHost.with(.outputStreamSplice) { host throws(HostTrap) in
        let result = try host.splice(self, from: src, upTo: UInt64(bitPattern: len))
        unsafe ret.pointee = Lowering.count(result)
    }
}

@c @implementation
public func __wasm_import_wasi_io_streams_method_output_stream_blocking_splice(
    _ self: Int32, _ src: Int32, _ len: Int64,
    _ ret: UnsafeMutablePointer<wasi_io_streams_result_u64_t>
) {
    CurrentHost.with(.outputStreamBlockingSplice) { host throws(HostTrap) in
        let result = try host.blockingSplice(self, from: src, upTo: UInt64(bitPattern: len))
        unsafe ret.pointee = Lowering.count(result)
    }
}

@c @implementation
public func __wasm_import_wasi_io_streams_output_stream_drop(_ handle: Int32) {
    CurrentHost.with(.outputStreamDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .outputStream, in: .outputStreamDrop)
    }
}
