// The streams of datagrams of wasi:sockets/udp as C symbols.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_incoming_datagram_stream_receive(
    _ self: Int32, _ max_results: Int64,
    _ ret: UnsafeMutablePointer<wasi_sockets_result_list_datagram_t>
) {
    CurrentHost.with(.incomingReceive) { host throws(HostTrap) in
        let result = try host.receive(self, upTo: UInt64(bitPattern: max_results))
        unsafe ret.pointee = lower(result, for: host)
    }
}

private func lower(
    _ result: Result<[IncomingDatagram], NetworkError>, for host: WASIHost
) -> wasi_sockets_result_list_datagram_t {
    var area = unsafe wasi_sockets_result_list_datagram_t()
    switch result {
    case .success(let datagrams):
        let list = unsafe Lowering.allocate(
            wasi_sockets_incoming_datagram_t.self, count: datagrams.count, for: host)
        for (index, datagram) in datagrams.enumerated() {
            let (start, count) = unsafe Lowering.list(datagram.bytes, for: host)
            unsafe list[index] = wasi_sockets_incoming_datagram_t(
                data: wasi_sockets_list_u8_t(ptr: start, len: count),
                remote_address: Lowering.address(datagram.peer))
        }
        unsafe area.value.ok = wasi_sockets_list_datagram_t(ptr: list, len: datagrams.count)
    case .failure(let error):
        unsafe area.is_err = 1
        unsafe area.value.err = error.rawValue
    }
    return unsafe area
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_incoming_datagram_stream_subscribe(
    _ self: Int32
) -> Int32 {
    CurrentHost.with(.incomingSubscribe) { host throws(HostTrap) in
        try host.subscribe(incoming: self)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_incoming_datagram_stream_drop(_ handle: Int32) {
    CurrentHost.with(.incomingDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .incomingDatagramStream, in: .incomingDrop)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_outgoing_datagram_stream_check_send(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_u64_t>
) {
    CurrentHost.with(.outgoingCheckSend) { host throws(HostTrap) in
        let result = try host.checkSend(self)
        unsafe ret.pointee = Lowering.number(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_outgoing_datagram_stream_send(
    _ self: Int32, _ datagrams: UnsafePointer<wasi_sockets_outgoing_datagram_t>?, _ len: Int,
    _ ret: UnsafeMutablePointer<wasi_sockets_result_u64_t>
) {
    CurrentHost.with(.outgoingSend) { host throws(HostTrap) in
        typealias Element = wasi_sockets_outgoing_datagram_t
        let address = UInt(bitPattern: datagrams)
        try Lifting.check(
            address, count: len, stride: unsafe MemoryLayout<Element>.stride,
            alignment: unsafe MemoryLayout<Element>.alignment, in: .outgoingSend)
        // A list beyond the permit traps before it is copied.
        try host.checkSendPermit(self, count: len)
        let list = try unsafe Lifting.datagrams(datagrams, count: len, in: .outgoingSend)
        let result = try host.send(self, list)
        unsafe ret.pointee = Lowering.number(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_outgoing_datagram_stream_subscribe(
    _ self: Int32
) -> Int32 {
    CurrentHost.with(.outgoingSubscribe) { host throws(HostTrap) in
        try host.subscribe(outgoing: self)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_outgoing_datagram_stream_drop(_ handle: Int32) {
    CurrentHost.with(.outgoingDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .outgoingDatagramStream, in: .outgoingDrop)
    }
}
