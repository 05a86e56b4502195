// wasi:sockets/tcp-create-socket and tcp.

import CWASIp2

/// `shutdown-type`: which directions of a connection end.
@frozen
public enum ShutdownType: Int32, Hashable, Sendable {
    case receive = 0
    case send = 1
    case both = 2
}

/// An own handle of `wasi:sockets/tcp.tcp-socket`.
///
/// What takes time has two halves: `start…` begins it, `finish…` gives what came of it or throws
/// `wouldBlock`; in between, wait for a pollable from ``subscribe()``. No call blocks. Ending the value
/// drops the handle; drop its streams and pollables first, or the drop traps.
@frozen
public struct TCPSocket: ~Copyable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// `create-tcp-socket`: a new socket, unbound.
    public init(_ family: AddressFamily) throws(NetworkError) {
        var area = wasi_sockets_result_handle_t()
        __wasm_import_wasi_sockets_tcp_create_socket_create_tcp_socket(family.rawValue, &area)
        handle = try area.get()
    }

    /// Takes ownership of a handle that an import returned.
    @inlinable
    public init(owning handle: Int32) { self.handle = handle }

    @inlinable
    deinit { __wasm_import_wasi_sockets_tcp_tcp_socket_drop(handle) }

    /// Gives the handle away without dropping it.
    @inlinable
    public consuming func release() -> Int32 {
        let handle = handle
        discard self
        return handle
    }

    // MARK: Binding

    /// `[method]tcp-socket.start-bind`: asks for a local address; port 0 is any free one.
    public borrowing func startBind(
        _ network: borrowing Network, to address: SocketAddress
    ) throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        let flat = address.flat
        let v = flat.values
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_start_bind(
            handle, network.handle, flat.tag, v.0, v.1, v.2, v.3, v.4, v.5, v.6, v.7, v.8, v.9,
            v.10, &area)
        try area.get()
    }

    /// `[method]tcp-socket.finish-bind`.
    public borrowing func finishBind() throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_finish_bind(handle, &area)
        try area.get()
    }

    // MARK: Connecting

    /// `[method]tcp-socket.start-connect`: begins to connect.
    public borrowing func startConnect(
        _ network: borrowing Network, to address: SocketAddress
    ) throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        let flat = address.flat
        let v = flat.values
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_start_connect(
            handle, network.handle, flat.tag, v.0, v.1, v.2, v.3, v.4, v.5, v.6, v.7, v.8, v.9,
            v.10, &area)
        try area.get()
    }

    /// `[method]tcp-socket.finish-connect`: the connection. A socket whose connect has failed is of no
    /// more use.
    public borrowing func finishConnect() throws(NetworkError) -> Connection {
        var area = wasi_sockets_result_streams_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_finish_connect(handle, &area)
        if area.is_err != 0 { throw NetworkError(code: area.value.err) }
        return Connection(
            input: InputStream(owning: area.value.ok.input),
            output: OutputStream(owning: area.value.ok.output))
    }

    /// The two streams of a connection, to be dropped before its socket.
    @frozen
    public struct Connection: ~Copyable {
        /// What the other side sends.
        public var input: InputStream
        /// What goes there.
        public var output: OutputStream

        /// A connection of these two streams.
        @inlinable
        public init(input: consuming InputStream, output: consuming OutputStream) {
            self.input = input
            self.output = output
        }

        /// Gives the handles away without dropping them.
        @inlinable
        public consuming func handles() -> (input: Int32, output: Int32) {
            let input = input.release()
            return (input, output.release())
        }
    }

    // MARK: Listening

    /// `[method]tcp-socket.start-listen`: begins to queue connections.
    public borrowing func startListen() throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_start_listen(handle, &area)
        try area.get()
    }

    /// `[method]tcp-socket.finish-listen`.
    public borrowing func finishListen() throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_finish_listen(handle, &area)
        try area.get()
    }

    /// `[method]tcp-socket.accept`: a connection from the queue, with the socket that its streams belong
    /// to.
    public borrowing func accept() throws(NetworkError) -> Accepted {
        var area = wasi_sockets_result_accepted_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_accept(handle, &area)
        if area.is_err != 0 { throw NetworkError(code: area.value.err) }
        return Accepted(
            socket: TCPSocket(owning: area.value.ok.socket),
            connection: Connection(
                input: InputStream(owning: area.value.ok.input),
                output: OutputStream(owning: area.value.ok.output)))
    }

    /// What ``accept()`` gave.
    @frozen
    public struct Accepted: ~Copyable {
        /// To be dropped first.
        public var connection: Connection
        /// The new socket.
        public var socket: TCPSocket

        @inlinable
        init(socket: consuming TCPSocket, connection: consuming Connection) {
            self.connection = connection
            self.socket = socket
        }

        /// Gives the handles away without dropping them: of the socket, and of its two streams.
        @inlinable
        public consuming func handles() -> (socket: Int32, input: Int32, output: Int32) {
            let input = connection.input.release()
            let output = connection.output.release()
            return (socket.release(), input, output)
        }
    }

    // MARK: More

    /// `[method]tcp-socket.local-address`.
    public borrowing func localAddress() throws(NetworkError) -> SocketAddress {
        var area = wasi_sockets_result_address_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_local_address(handle, &area)
        return try area.get()
    }

    /// `[method]tcp-socket.remote-address`.
    public borrowing func remoteAddress() throws(NetworkError) -> SocketAddress {
        var area = wasi_sockets_result_address_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_remote_address(handle, &area)
        return try area.get()
    }

    /// `[method]tcp-socket.is-listening`.
    public var isListening: Bool {
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_is_listening(handle) != 0
    }

    /// `[method]tcp-socket.address-family`.
    public var addressFamily: AddressFamily {
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_address_family(handle) == 0
            ? .ipv4 : .ipv6
    }

    /// `[method]tcp-socket.shutdown`: ends directions; what was written goes out before the end.
    public borrowing func shutDown(_ type: ShutdownType) throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_shutdown(handle, type.rawValue, &area)
        try area.get()
    }

    /// `[method]tcp-socket.subscribe`: a pollable, ready while the operation that the socket is at would
    /// not block. Drop it before the socket.
    @inlinable
    public borrowing func subscribe() -> Pollable {
        Pollable(owning: __wasm_import_wasi_sockets_tcp_method_tcp_socket_subscribe(handle))
    }
}
