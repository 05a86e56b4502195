// wasi:sockets/udp-create-socket and udp.udp-socket as C symbols.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost

@c @implementation
public func __wasm_import_wasi_sockets_udp_create_socket_create_udp_socket(
    _ address_family: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_handle_t>
) {
    CurrentHost.with(.createUDPSocket) { host throws(HostTrap) in
        let family = try Lifting.family(address_family, in: .createUDPSocket)
        let result = try host.createUDPSocket(family)
        unsafe ret.pointee = Lowering.handle(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_udp_socket_start_bind(
    _ self: Int32, _ network: Int32, _ tag: Int32, _ a0: Int32, _ a1: Int32, _ a2: Int32,
    _ a3: Int32, _ a4: Int32, _ a5: Int32, _ a6: Int32, _ a7: Int32, _ a8: Int32, _ a9: Int32,
    _ a10: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.udpStartBind) { host throws(HostTrap) in
        let flat = (a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10)
        let address = try Lifting.address(tag, flat, in: .udpStartBind)
        let error = try host.startBind(udp: self, on: network, to: address)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_udp_socket_finish_bind(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.udpFinishBind) { host throws(HostTrap) in
        let error = try host.finishBind(udp: self)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_udp_socket_stream(
    _ self: Int32, _ is_some: Int32, _ tag: Int32, _ a0: Int32, _ a1: Int32, _ a2: Int32,
    _ a3: Int32, _ a4: Int32, _ a5: Int32, _ a6: Int32, _ a7: Int32, _ a8: Int32, _ a9: Int32,
    _ a10: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_datagram_streams_t>
) {
    CurrentHost.with(.udpStream) { host throws(HostTrap) in
        let flat = (a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10)
        let peer = try Lifting.address(isSome: is_some, tag, flat, in: .udpStream)
        let result = try host.stream(udp: self, with: peer)
        unsafe ret.pointee = Lowering.area(result) { area, streams in
            unsafe area.value.ok = wasi_sockets_datagram_streams_t(
                incoming: streams.incoming, outgoing: streams.outgoing)
        }
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_udp_socket_local_address(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_address_t>
) {
    CurrentHost.with(.udpLocalAddress) { host throws(HostTrap) in
        let result = try host.localAddress(udp: self)
        unsafe ret.pointee = Lowering.address(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_udp_socket_remote_address(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_address_t>
) {
    CurrentHost.with(.udpRemoteAddress) { host throws(HostTrap) in
        let result = try host.remoteAddress(udp: self)
        unsafe ret.pointee = Lowering.address(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_udp_socket_address_family(
    _ self: Int32
) -> Int32 {
    CurrentHost.with(.udpAddressFamily) { host throws(HostTrap) in
        Int32(try host.addressFamily(udp: self).rawValue)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_udp_socket_unicast_hop_limit(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_u8_t>
) {
    CurrentHost.with(.udpHopLimit) { host throws(HostTrap) in
        let result = try host.value(of: .hopLimit, udp: self, in: .udpHopLimit)
        unsafe ret.pointee = Lowering.byte(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_udp_socket_set_unicast_hop_limit(
    _ self: Int32, _ value: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.udpSetHopLimit) { host throws(HostTrap) in
        let value = UInt64(UInt8(truncatingIfNeeded: value))
        let error = try host.set(.hopLimit, to: value, udp: self, in: .udpSetHopLimit)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_udp_socket_receive_buffer_size(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_u64_t>
) {
    CurrentHost.with(.udpReceiveBufferSize) { host throws(HostTrap) in
        let result = try host.value(of: .receiveBuffer, udp: self, in: .udpReceiveBufferSize)
        unsafe ret.pointee = Lowering.number(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_udp_socket_set_receive_buffer_size(
    _ self: Int32, _ value: Int64, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.udpSetReceiveBufferSize) { host throws(HostTrap) in
        let value = UInt64(bitPattern: value)
        let error = try host.set(.receiveBuffer, to: value, udp: self, in: .udpSetReceiveBufferSize)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_udp_socket_send_buffer_size(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_u64_t>
) {
    CurrentHost.with(.udpSendBufferSize) { host throws(HostTrap) in
        let result = try host.value(of: .sendBuffer, udp: self, in: .udpSendBufferSize)
        unsafe ret.pointee = Lowering.number(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_udp_socket_set_send_buffer_size(
    _ self: Int32, _ value: Int64, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.udpSetSendBufferSize) { host throws(HostTrap) in
        let value = UInt64(bitPattern: value)
        let error = try host.set(.sendBuffer, to: value, udp: self, in: .udpSetSendBufferSize)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_method_udp_socket_subscribe(_ self: Int32) -> Int32 {
    CurrentHost.with(.udpSubscribe) { host throws(HostTrap) in
        try host.subscribe(udp: self)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_udp_udp_socket_drop(_ handle: Int32) {
    CurrentHost.with(.udpDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .udpSocket, in: .udpDrop)
    }
}
