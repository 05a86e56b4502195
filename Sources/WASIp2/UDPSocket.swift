// wasi:sockets/udp-create-socket and udp.udp-socket.

import CWASIp2

/// An own handle of `wasi:sockets/udp.udp-socket`.
///
/// No call blocks. Ending the value drops the handle; drop its streams and pollables first, or the drop
/// traps.
@frozen
public struct UDPSocket: ~Copyable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// `create-udp-socket`: a new socket, unbound.
    public init(_ family: AddressFamily) throws(NetworkError) {
        var area = wasi_sockets_result_handle_t()
        __wasm_import_wasi_sockets_udp_create_socket_create_udp_socket(family.rawValue, &area)
        handle = try area.get()
    }

    /// Takes ownership of a handle that an import returned.
    @inlinable
    public init(owning handle: Int32) { self.handle = handle }

    @inlinable
    deinit { __wasm_import_wasi_sockets_udp_udp_socket_drop(handle) }

    /// Gives the handle away without dropping it.
    @inlinable
    public consuming func release() -> Int32 {
        let handle = handle
        discard self
        return handle
    }

    /// `[method]udp-socket.start-bind`: asks for a local address; port 0 is any free one.
    public borrowing func startBind(
        _ network: borrowing Network, to address: SocketAddress
    ) throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        let flat = address.flat
        let v = flat.values
        __wasm_import_wasi_sockets_udp_method_udp_socket_start_bind(
            handle, network.handle, flat.tag, v.0, v.1, v.2, v.3, v.4, v.5, v.6, v.7, v.8, v.9,
            v.10, &area)
        try area.get()
    }

    /// `[method]udp-socket.finish-bind`.
    public borrowing func finishBind() throws(NetworkError) {
        var area = wasi_sockets_result_void_t()
        __wasm_import_wasi_sockets_udp_method_udp_socket_finish_bind(handle, &area)
        try area.get()
    }

    /// `[method]udp-socket.stream`: streams to and from one peer, or anybody. The pair that this gave
    /// before has to be dropped first, or a host may trap.
    public borrowing func stream(
        with peer: SocketAddress? = nil
    ) throws(NetworkError) -> DatagramStreams {
        var area = wasi_sockets_result_datagram_streams_t()
        let flat =
            peer?.flat ?? FlatAddress(tag: 0, values: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        let v = flat.values
        __wasm_import_wasi_sockets_udp_method_udp_socket_stream(
            handle, peer == nil ? 0 : 1, flat.tag, v.0, v.1, v.2, v.3, v.4, v.5, v.6, v.7, v.8,
            v.9, v.10, &area)
        if area.is_err != 0 { throw NetworkError(code: area.value.err) }
        return DatagramStreams(
            incoming: IncomingDatagramStream(owning: area.value.ok.incoming),
            outgoing: OutgoingDatagramStream(owning: area.value.ok.outgoing))
    }

    /// The two streams of a socket, to be dropped before it.
    @frozen
    public struct DatagramStreams: ~Copyable {
        /// What comes.
        public var incoming: IncomingDatagramStream
        /// What goes.
        public var outgoing: OutgoingDatagramStream

        @inlinable
        init(
            incoming: consuming IncomingDatagramStream, outgoing: consuming OutgoingDatagramStream
        ) {
            self.incoming = incoming
            self.outgoing = outgoing
        }

        /// Gives the handles away without dropping them.
        @inlinable
        public consuming func handles() -> (incoming: Int32, outgoing: Int32) {
            let incoming = incoming.release()
            return (incoming, outgoing.release())
        }
    }

    /// `[method]udp-socket.local-address`.
    public borrowing func localAddress() throws(NetworkError) -> SocketAddress {
        var area = wasi_sockets_result_address_t()
        __wasm_import_wasi_sockets_udp_method_udp_socket_local_address(handle, &area)
        return try area.get()
    }

    /// `[method]udp-socket.remote-address`: the peer given to the last ``stream(with:)``.
    public borrowing func remoteAddress() throws(NetworkError) -> SocketAddress {
        var area = wasi_sockets_result_address_t()
        __wasm_import_wasi_sockets_udp_method_udp_socket_remote_address(handle, &area)
        return try area.get()
    }

    /// `[method]udp-socket.address-family`.
    public var addressFamily: AddressFamily {
        __wasm_import_wasi_sockets_udp_method_udp_socket_address_family(handle) == 0
            ? .ipv4 : .ipv6
    }

    /// `[method]udp-socket.subscribe`: a pollable, ready while no operation is in progress. Drop it
    /// before the socket.
    @inlinable
    public borrowing func subscribe() -> Pollable {
        Pollable(owning: __wasm_import_wasi_sockets_udp_method_udp_socket_subscribe(handle))
    }
}
