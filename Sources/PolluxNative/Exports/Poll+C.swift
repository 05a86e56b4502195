// wasi:io/poll as C symbols: each a thin shell round a method of Host.

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
        unsafe ret.pointee = lower(ready, for: host)
    }
}

/// Copies a result into memory of the guest, by its own allocator.
private func lower(_ indices: [UInt32], for host: Host) -> wasi_io_poll_list_u32_t {
    let stride = MemoryLayout<UInt32>.stride
    let memory = unsafe host.whileAllocating {
        unsafe cabi_realloc(nil, 0, stride, indices.count * stride)
    }
    let list = unsafe memory.bindMemory(to: UInt32.self, capacity: indices.count)
    unsafe indices.withUnsafeBufferPointer {
        unsafe list.initialize(from: $0.baseAddress!, count: $0.count)
    }
    return unsafe wasi_io_poll_list_u32_t(ptr: list, len: indices.count)
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
