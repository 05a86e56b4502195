// wasi:io/poll as C symbols: each a thin shell round a method of WASIHost.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost

@c @implementation
public func __wasm_import_wasi_io_poll_poll(
    _ list: UnsafePointer<Int32>?, _ len: Int, _ ret: UnsafeMutablePointer<wasi_io_poll_list_u32_t>
) {
    CurrentHost.with(.poll) { host throws(HostTrap) in
        let address = UInt(bitPattern: list)
        try Lifting.check(address, count: len, stride: MemoryLayout<Int32>.stride, in: .poll)
        let handles = unsafe UnsafeBufferPointer(start: list, count: len)
        let ready = try unsafe host.poll(handles.span)
        let (start, count) = unsafe Lowering.list(ready, for: host)
        unsafe ret.pointee = wasi_io_poll_list_u32_t(ptr: start, len: count)
    }
}

@c @implementation
public func __wasm_import_wasi_io_poll_method_pollable_ready(_ self: Int32) -> Int32 {
    CurrentHost.with(.pollableReady) { host throws(HostTrap) in
        try host.ready(self) ? 1 : 0
    }
}

@c @implementation
public func __wasm_import_wasi_io_poll_method_pollable_block(_ self: Int32) {
    CurrentHost.with(.pollableBlock) { host throws(HostTrap) in try host.block(self) }
}

@c @implementation
public func __wasm_import_wasi_io_poll_pollable_drop(_ handle: Int32) {
    CurrentHost.with(.pollableDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .pollable, in: .pollableDrop)
    }
}
