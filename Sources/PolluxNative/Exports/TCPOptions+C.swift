// The addresses and options of wasi:sockets/tcp as C symbols.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_local_address(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_address_t>
) {
    CurrentHost.with(.tcpLocalAddress) { host throws(HostTrap) in
        let result = try host.localAddress(tcp: self)
        unsafe ret.pointee = Lowering.address(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_remote_address(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_address_t>
) {
    CurrentHost.with(.tcpRemoteAddress) { host throws(HostTrap) in
        let result = try host.remoteAddress(tcp: self)
        unsafe ret.pointee = Lowering.address(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_is_listening(_ self: Int32) -> Int32 {
    CurrentHost.with(.tcpIsListening) { host throws(HostTrap) in
        try host.isListening(tcp: self) ? 1 : 0
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_address_family(
    _ self: Int32
) -> Int32 {
    CurrentHost.with(.tcpAddressFamily) { host throws(HostTrap) in
        Int32(try host.addressFamily(tcp: self).rawValue)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_listen_backlog_size(
    _ self: Int32, _ value: Int64, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.tcpSetBacklog) { host throws(HostTrap) in
        let error = try host.setBacklog(tcp: self, UInt64(bitPattern: value))
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_keep_alive_enabled(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_bool_t>
) {
    CurrentHost.with(.tcpKeepAliveEnabled) { host throws(HostTrap) in
        let result = try host.value(of: .keepAlive, tcp: self, in: .tcpKeepAliveEnabled)
        unsafe ret.pointee = Lowering.flag(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_keep_alive_enabled(
    _ self: Int32, _ value: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.tcpSetKeepAliveEnabled) { host throws(HostTrap) in
        let value = value == 0 ? 0 : 1 as UInt64
        let error = try host.set(.keepAlive, to: value, tcp: self, in: .tcpSetKeepAliveEnabled)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_keep_alive_idle_time(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_u64_t>
) {
    CurrentHost.with(.tcpKeepAliveIdleTime) { host throws(HostTrap) in
        let result = try host.value(of: .keepAliveIdle, tcp: self, in: .tcpKeepAliveIdleTime)
        unsafe ret.pointee = Lowering.number(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_keep_alive_idle_time(
    _ self: Int32, _ value: Int64, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.tcpSetKeepAliveIdleTime) { host throws(HostTrap) in
        let value = UInt64(bitPattern: value)
        let error = try host.set(.keepAliveIdle, to: value, tcp: self, in: .tcpSetKeepAliveIdleTime)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_keep_alive_interval(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_u64_t>
) {
    CurrentHost.with(.tcpKeepAliveInterval) { host throws(HostTrap) in
        let result = try host.value(of: .keepAliveInterval, tcp: self, in: .tcpKeepAliveInterval)
        unsafe ret.pointee = Lowering.number(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_keep_alive_interval(
    _ self: Int32, _ value: Int64, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.tcpSetKeepAliveInterval) { host throws(HostTrap) in
        let value = UInt64(bitPattern: value)
        let error = try host.set(
            .keepAliveInterval, to: value, tcp: self, in: .tcpSetKeepAliveInterval)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_keep_alive_count(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_u32_t>
) {
    CurrentHost.with(.tcpKeepAliveCount) { host throws(HostTrap) in
        let result = try host.value(of: .keepAliveCount, tcp: self, in: .tcpKeepAliveCount)
        unsafe ret.pointee = Lowering.number32(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_keep_alive_count(
    _ self: Int32, _ value: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.tcpSetKeepAliveCount) { host throws(HostTrap) in
        let value = UInt64(UInt32(bitPattern: value))
        let error = try host.set(.keepAliveCount, to: value, tcp: self, in: .tcpSetKeepAliveCount)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_hop_limit(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_u8_t>
) {
    CurrentHost.with(.tcpHopLimit) { host throws(HostTrap) in
        let result = try host.value(of: .hopLimit, tcp: self, in: .tcpHopLimit)
        unsafe ret.pointee = Lowering.byte(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_hop_limit(
    _ self: Int32, _ value: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.tcpSetHopLimit) { host throws(HostTrap) in
        let value = UInt64(UInt8(truncatingIfNeeded: value))
        let error = try host.set(.hopLimit, to: value, tcp: self, in: .tcpSetHopLimit)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_receive_buffer_size(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_u64_t>
) {
    CurrentHost.with(.tcpReceiveBufferSize) { host throws(HostTrap) in
        let result = try host.value(of: .receiveBuffer, tcp: self, in: .tcpReceiveBufferSize)
        unsafe ret.pointee = Lowering.number(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_receive_buffer_size(
    _ self: Int32, _ value: Int64, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.tcpSetReceiveBufferSize) { host throws(HostTrap) in
        let value = UInt64(bitPattern: value)
        let error = try host.set(.receiveBuffer, to: value, tcp: self, in: .tcpSetReceiveBufferSize)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_send_buffer_size(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_u64_t>
) {
    CurrentHost.with(.tcpSendBufferSize) { host throws(HostTrap) in
        let result = try host.value(of: .sendBuffer, tcp: self, in: .tcpSendBufferSize)
        unsafe ret.pointee = Lowering.number(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_send_buffer_size(
    _ self: Int32, _ value: Int64, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.tcpSetSendBufferSize) { host throws(HostTrap) in
        let value = UInt64(bitPattern: value)
        let error = try host.set(.sendBuffer, to: value, tcp: self, in: .tcpSetSendBufferSize)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_subscribe(_ self: Int32) -> Int32 {
    CurrentHost.with(.tcpSubscribe) { host throws(HostTrap) in
        try host.subscribe(tcp: self)
    }
}
