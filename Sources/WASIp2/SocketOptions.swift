// The options of wasi:sockets/tcp and udp. A value of 0 is invalid; others are cut to what the host
// can do.

import CWASIp2

extension TCPSocket {
    /// `[method]tcp-socket.set-listen-backlog-size`: how many connections may wait to be accepted.
    public borrowing func setListenBacklogSize(_ value: UInt64) throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_listen_backlog_size(
            handle, Int64(bitPattern: value), &area)
        try area.get()
    }

    /// `[method]tcp-socket.keep-alive-enabled`: whether idle connections are probed.
    public borrowing func keepAliveEnabled() throws(NetworkError) -> Bool {
        var area = wasi_sockets_result_bool_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_keep_alive_enabled(handle, &area)
        if area.is_err != 0 { throw NetworkError(code: area.value.err) }
        return area.value.ok != 0
    }

    /// `[method]tcp-socket.set-keep-alive-enabled`.
    public borrowing func setKeepAliveEnabled(_ value: Bool) throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_keep_alive_enabled(
            handle, value ? 1 : 0, &area)
        try area.get()
    }

    /// `[method]tcp-socket.keep-alive-idle-time`: how long a connection idles before it is probed.
    public borrowing func keepAliveIdleTime() throws(NetworkError) -> Nanoseconds {
        var area = wasi_sockets_result_u64_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_keep_alive_idle_time(handle, &area)
        return Nanoseconds(try area.get())
    }

    /// `[method]tcp-socket.set-keep-alive-idle-time`.
    public borrowing func setKeepAliveIdleTime(_ value: Nanoseconds) throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_keep_alive_idle_time(
            handle, Int64(bitPattern: value.rawValue), &area)
        try area.get()
    }

    /// `[method]tcp-socket.keep-alive-interval`: the time between two probes.
    public borrowing func keepAliveInterval() throws(NetworkError) -> Nanoseconds {
        var area = wasi_sockets_result_u64_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_keep_alive_interval(handle, &area)
        return Nanoseconds(try area.get())
    }

    /// `[method]tcp-socket.set-keep-alive-interval`.
    public borrowing func setKeepAliveInterval(_ value: Nanoseconds) throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_keep_alive_interval(
            handle, Int64(bitPattern: value.rawValue), &area)
        try area.get()
    }

    /// `[method]tcp-socket.keep-alive-count`: how many probes without an answer end a connection.
    public borrowing func keepAliveCount() throws(NetworkError) -> UInt32 {
        var area = wasi_sockets_result_u32_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_keep_alive_count(handle, &area)
        if area.is_err != 0 { throw NetworkError(code: area.value.err) }
        return area.value.ok
    }

    /// `[method]tcp-socket.set-keep-alive-count`.
    public borrowing func setKeepAliveCount(_ value: UInt32) throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_keep_alive_count(
            handle, Int32(bitPattern: value), &area)
        try area.get()
    }

    /// `[method]tcp-socket.hop-limit`: how many hops a packet may take.
    public borrowing func hopLimit() throws(NetworkError) -> UInt8 {
        var area = wasi_sockets_result_u8_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_hop_limit(handle, &area)
        return try area.get()
    }

    /// `[method]tcp-socket.set-hop-limit`.
    public borrowing func setHopLimit(_ value: UInt8) throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_hop_limit(handle, Int32(value), &area)
        try area.get()
    }

    /// `[method]tcp-socket.receive-buffer-size`: in bytes, as the host counts them.
    public borrowing func receiveBufferSize() throws(NetworkError) -> UInt64 {
        var area = wasi_sockets_result_u64_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_receive_buffer_size(handle, &area)
        return try area.get()
    }

    /// `[method]tcp-socket.set-receive-buffer-size`.
    public borrowing func setReceiveBufferSize(_ value: UInt64) throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_receive_buffer_size(
            handle, Int64(bitPattern: value), &area)
        try area.get()
    }

    /// `[method]tcp-socket.send-buffer-size`: in bytes, as the host counts them.
    public borrowing func sendBufferSize() throws(NetworkError) -> UInt64 {
        var area = wasi_sockets_result_u64_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_send_buffer_size(handle, &area)
        return try area.get()
    }

    /// `[method]tcp-socket.set-send-buffer-size`.
    public borrowing func setSendBufferSize(_ value: UInt64) throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_send_buffer_size(
            handle, Int64(bitPattern: value), &area)
        try area.get()
    }
}

extension UDPSocket {
    /// `[method]udp-socket.unicast-hop-limit`: how many hops a datagram may take.
    public borrowing func unicastHopLimit() throws(NetworkError) -> UInt8 {
        var area = wasi_sockets_result_u8_t()
        __wasm_import_wasi_sockets_udp_method_udp_socket_unicast_hop_limit(handle, &area)
        return try area.get()
    }

    /// `[method]udp-socket.set-unicast-hop-limit`.
    public borrowing func setUnicastHopLimit(_ value: UInt8) throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        __wasm_import_wasi_sockets_udp_method_udp_socket_set_unicast_hop_limit(
            handle, Int32(value), &area)
        try area.get()
    }

    /// `[method]udp-socket.receive-buffer-size`: in bytes, as the host counts them.
    public borrowing func receiveBufferSize() throws(NetworkError) -> UInt64 {
        var area = wasi_sockets_result_u64_t()
        __wasm_import_wasi_sockets_udp_method_udp_socket_receive_buffer_size(handle, &area)
        return try area.get()
    }

    /// `[method]udp-socket.set-receive-buffer-size`.
    public borrowing func setReceiveBufferSize(_ value: UInt64) throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        __wasm_import_wasi_sockets_udp_method_udp_socket_set_receive_buffer_size(
            handle, Int64(bitPattern: value), &area)
        try area.get()
    }

    /// `[method]udp-socket.send-buffer-size`: in bytes, as the host counts them.
    public borrowing func sendBufferSize() throws(NetworkError) -> UInt64 {
        var area = wasi_sockets_result_u64_t()
        __wasm_import_wasi_sockets_udp_method_udp_socket_send_buffer_size(handle, &area)
        return try area.get()
    }

    /// `[method]udp-socket.set-send-buffer-size`.
    public borrowing func setSendBufferSize(_ value: UInt64) throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        __wasm_import_wasi_sockets_udp_method_udp_socket_set_send_buffer_size(
            handle, Int64(bitPattern: value), &area)
        try area.get()
    }
}
