// The streams of datagrams of wasi:sockets/udp.

import CWASIp2

/// `incoming-datagram` or `outgoing-datagram`: bytes, and who sent them or is to get them.
public struct Datagram: Hashable, Sendable {
    /// The bytes, perhaps none; at most 65,535.
    public var bytes: [UInt8]
    /// The other side; `nil`, in what is sent alone, for the streams' own peer.
    public var peer: SocketAddress?

    /// A datagram.
    public init(_ bytes: [UInt8], peer: SocketAddress? = nil) {
        self.bytes = bytes
        self.peer = peer
    }
}

/// An own handle of `wasi:sockets/udp.incoming-datagram-stream`: datagrams to receive.
///
/// Ending the value drops the handle; drop its pollables first, or the drop traps.
@frozen
public struct IncomingDatagramStream: ~Copyable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// Takes ownership of a handle that an import returned.
    @inlinable
    public init(owning handle: Int32) { self.handle = handle }

    @inlinable
    deinit { __wasm_import_wasi_sockets_udp_incoming_datagram_stream_drop(handle) }

    /// Gives the handle away without dropping it.
    @inlinable
    public consuming func release() -> Int32 {
        let handle = handle
        discard self
        return handle
    }

    /// `[method]incoming-datagram-stream.receive`: up to `count` datagrams that have come, in order;
    /// none is "nothing now". Never blocks.
    public borrowing func receive(_ count: UInt64) throws(NetworkError) -> [Datagram] {
        var area = wasi_sockets_result_list_datagram_t()
        __wasm_import_wasi_sockets_udp_method_incoming_datagram_stream_receive(
            handle, Int64(bitPattern: count), &area)
        if area.is_err != 0 { throw NetworkError(code: area.value.err) }
        let list = UnsafeBufferPointer(start: area.value.ok.ptr, count: area.value.ok.len)
        var datagrams: [Datagram] = []
        datagrams.reserveCapacity(list.count)
        for entry in list {
            let bytes = Array(UnsafeBufferPointer(start: entry.data.ptr, count: entry.data.len))
            if entry.data.len > 0 { cwasip2_free(entry.data.ptr) }
            datagrams.append(Datagram(bytes, peer: SocketAddress(entry.remote_address)))
        }
        if list.count > 0 { cwasip2_free(area.value.ok.ptr) }
        return datagrams
    }

    /// `[method]incoming-datagram-stream.subscribe`: a pollable, ready while a receive would give
    /// something. Drop it before the stream.
    @inlinable
    public borrowing func subscribe() -> Pollable {
        Pollable(
            owning: __wasm_import_wasi_sockets_udp_method_incoming_datagram_stream_subscribe(handle)
        )
    }
}

/// An own handle of `wasi:sockets/udp.outgoing-datagram-stream`: somewhere to send datagrams to.
///
/// Ending the value drops the handle; drop its pollables first, or the drop traps.
@frozen
public struct OutgoingDatagramStream: ~Copyable {
    /// The handle's number. Reading it changes no ownership.
    public let handle: Int32

    /// Takes ownership of a handle that an import returned.
    @inlinable
    public init(owning handle: Int32) { self.handle = handle }

    @inlinable
    deinit { __wasm_import_wasi_sockets_udp_outgoing_datagram_stream_drop(handle) }

    /// Gives the handle away without dropping it.
    @inlinable
    public consuming func release() -> Int32 {
        let handle = handle
        discard self
        return handle
    }

    /// `[method]outgoing-datagram-stream.check-send`: how many datagrams the next send may carry; 0 is
    /// "not now": wait for the pollable. Never blocks.
    public borrowing func checkSend() throws(NetworkError) -> UInt64 {
        var area = wasi_sockets_result_u64_t()
        __wasm_import_wasi_sockets_udp_method_outgoing_datagram_stream_check_send(handle, &area)
        return try area.get()
    }

    /// `[method]outgoing-datagram-stream.send`: sends a beginning of the list, and returns how many
    /// that were. Never blocks. Traps on more than the last ``checkSend()`` allowed.
    public borrowing func send(_ datagrams: [Datagram]) throws(NetworkError) -> UInt64 {
        // All bytes stand in one block while the host looks at them.
        var block: [UInt8] = []
        for datagram in datagrams { block.append(contentsOf: datagram.bytes) }
        var area = wasi_sockets_result_u64_t()
        block.withUnsafeBufferPointer { bytes in
            var list: [wasi_sockets_outgoing_datagram_t] = []
            list.reserveCapacity(datagrams.count)
            var start = 0
            for datagram in datagrams {
                var option = wasi_sockets_option_address_t()
                if let peer = datagram.peer {
                    option.is_some = 1
                    option.value = peer.area
                }
                let data = datagram.bytes.isEmpty ? nil : bytes.baseAddress! + start
                list.append(
                    wasi_sockets_outgoing_datagram_t(
                        data: data, len: datagram.bytes.count, remote_address: option))
                start += datagram.bytes.count
            }
            list.withUnsafeBufferPointer { list in
                __wasm_import_wasi_sockets_udp_method_outgoing_datagram_stream_send(
                    handle, list.baseAddress, list.count, &area)
            }
        }
        return try area.get()
    }

    /// `[method]outgoing-datagram-stream.subscribe`: a pollable, ready while ``checkSend()`` would give
    /// more than 0 or an error. Drop it before the stream.
    @inlinable
    public borrowing func subscribe() -> Pollable {
        Pollable(
            owning: __wasm_import_wasi_sockets_udp_method_outgoing_datagram_stream_subscribe(handle)
        )
    }
}
