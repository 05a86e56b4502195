// wasi:sockets/tcp-create-socket and tcp as C symbols.
//
// The C header says what each function does.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import CWASIp2
import PolluxHost

@c @implementation
public func __wasm_import_wasi_sockets_tcp_create_socket_create_tcp_socket(
    _ address_family: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_handle_t>
) {
    CurrentHost.with(.createTCPSocket) { host throws(HostTrap) in
        let family = try Lifting.family(address_family, in: .createTCPSocket)
        let result = try host.createTCPSocket(family)
        unsafe ret.pointee = Lowering.handle(result)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_start_bind(
    _ self: Int32, _ network: Int32, _ tag: Int32, _ a0: Int32, _ a1: Int32, _ a2: Int32,
    _ a3: Int32, _ a4: Int32, _ a5: Int32, _ a6: Int32, _ a7: Int32, _ a8: Int32, _ a9: Int32,
    _ a10: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.tcpStartBind) { host throws(HostTrap) in
        let flat = (a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10)
        let address = try Lifting.address(tag, flat, in: .tcpStartBind)
        let error = try host.startBind(tcp: self, on: network, to: address)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_finish_bind(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.tcpFinishBind) { host throws(HostTrap) in
        let error = try host.finishBind(tcp: self)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_start_connect(
    _ self: Int32, _ network: Int32, _ tag: Int32, _ a0: Int32, _ a1: Int32, _ a2: Int32,
    _ a3: Int32, _ a4: Int32, _ a5: Int32, _ a6: Int32, _ a7: Int32, _ a8: Int32, _ a9: Int32,
    _ a10: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.tcpStartConnect) { host throws(HostTrap) in
        let flat = (a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10)
        let address = try Lifting.address(tag, flat, in: .tcpStartConnect)
        let error = try host.startConnect(tcp: self, on: network, to: address)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_finish_connect(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_streams_t>
) {
    CurrentHost.with(.tcpFinishConnect) { host throws(HostTrap) in
        let result = try host.finishConnect(tcp: self)
        unsafe ret.pointee = Lowering.area(result) { area, streams in
            unsafe area.value.ok = wasi_sockets_streams_t(
                input: streams.input, output: streams.output)
        }
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_start_listen(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.tcpStartListen) { host throws(HostTrap) in
        let error = try host.startListen(tcp: self)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_finish_listen(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.tcpFinishListen) { host throws(HostTrap) in
        let error = try host.finishListen(tcp: self)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_accept(
    _ self: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_accepted_t>
) {
    CurrentHost.with(.tcpAccept) { host throws(HostTrap) in
        let result = try host.accept(tcp: self)
        unsafe ret.pointee = Lowering.area(result) { area, accepted in
            unsafe area.value.ok = wasi_sockets_accepted_t(
                socket: accepted.socket, input: accepted.input, output: accepted.output)
        }
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_method_tcp_socket_shutdown(
    _ self: Int32, _ shutdown_type: Int32, _ ret: UnsafeMutablePointer<wasi_sockets_result_void_t>
) {
    CurrentHost.with(.tcpShutdown) { host throws(HostTrap) in
        let kind = try Lifting.shutdown(shutdown_type, in: .tcpShutdown)
        let error = try host.shutDown(tcp: self, kind)
        unsafe ret.pointee = Lowering.nothing(error)
    }
}

@c @implementation
public func __wasm_import_wasi_sockets_tcp_tcp_socket_drop(_ handle: Int32) {
    CurrentHost.with(.tcpDrop) { host throws(HostTrap) in
        try host.drop(handle, as: .tcpSocket, in: .tcpDrop)
    }
}
