// The imports of wasi:sockets as a guest without an overlay calls them.

import CWASIp2
import PolluxHost

/// The streams of a connection, with its socket.
struct Connection: Sendable {
    var socket: Int32
    var input: Int32
    var output: Int32
}

/// The streams of a UDP socket.
struct Datagrams: Sendable {
    var incoming: Int32
    var outgoing: Int32
}

extension SocketAddress {
    /// As flat values of the canonical ABI.
    fileprivate var flat: [Int32] {
        switch ip {
        case .ipv4(let bits):
            let bytes = [24, 16, 8, 0].map { Int32(bits >> $0 & 0xff) }
            return [0, Int32(port)] + bytes + Array(repeating: 0, count: 6)
        case .ipv6:
            return [1, Int32(port), Int32(bitPattern: flowInfo)] + ip.words.map { Int32($0) }
                + [Int32(bitPattern: scope)]
        }
    }

    fileprivate init(_ area: wasi_sockets_address_t) {
        if area.tag == 0 {
            let bytes = area.value.ipv4.address.bytes
            let bits = [bytes.0, bytes.1, bytes.2, bytes.3].reduce(0 as UInt32) {
                $0 << 8 | UInt32($1)
            }
            self.init(.ipv4(bits), port: area.value.ipv4.port)
        } else {
            let words = area.value.ipv6.address.words
            self.init(
                IPAddress(words: [
                    words.0, words.1, words.2, words.3, words.4, words.5, words.6, words.7,
                ]), port: area.value.ipv6.port, flowInfo: area.value.ipv6.flow_info,
                scope: area.value.ipv6.scope_id)
        }
    }
}

extension Import {
    typealias Answered<Value> = Result<Value, NetworkError>

    private static func error(_ code: UInt8) -> NetworkError { NetworkError(rawValue: code)! }

    private static func void(
        _ call: (UnsafeMutablePointer<wasi_sockets_result_void_t>) -> Void
    ) -> NetworkError? {
        var area = wasi_sockets_result_void_t()
        call(&area)
        return area.is_err == 0 ? nil : error(area.err)
    }

    private static func number(
        _ call: (UnsafeMutablePointer<wasi_sockets_result_u64_t>) -> Void
    ) -> Answered<UInt64> {
        var area = wasi_sockets_result_u64_t()
        call(&area)
        return area.is_err == 0 ? .success(area.value.ok) : .failure(error(area.value.err))
    }

    private static func handle(
        _ call: (UnsafeMutablePointer<wasi_sockets_result_handle_t>) -> Void
    ) -> Answered<Int32> {
        var area = wasi_sockets_result_handle_t()
        call(&area)
        return area.is_err == 0 ? .success(area.value.ok) : .failure(error(area.value.err))
    }

    private static func address(
        _ call: (UnsafeMutablePointer<wasi_sockets_result_address_t>) -> Void
    ) -> Answered<SocketAddress> {
        var area = wasi_sockets_result_address_t()
        call(&area)
        return area.is_err == 0
            ? .success(SocketAddress(area.value.ok)) : .failure(error(area.value.err))
    }

    static func network() -> Int32 {
        __wasm_import_wasi_sockets_instance_network_instance_network()
    }
    static func drop(network: Int32) { __wasm_import_wasi_sockets_network_network_drop(network) }

    // MARK: TCP

    static func tcp(_ family: AddressFamily) -> Answered<Int32> {
        handle {
            __wasm_import_wasi_sockets_tcp_create_socket_create_tcp_socket(
                Int32(family.rawValue), $0)
        }
    }
    static func drop(tcp: Int32) { __wasm_import_wasi_sockets_tcp_tcp_socket_drop(tcp) }

    static func startBind(
        tcp: Int32, _ network: Int32, _ address: SocketAddress
    ) -> NetworkError? {
        let f = address.flat
        return void {
            __wasm_import_wasi_sockets_tcp_method_tcp_socket_start_bind(
                tcp, network, f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10],
                f[11], $0)
        }
    }
    static func finishBind(tcp: Int32) -> NetworkError? {
        void { __wasm_import_wasi_sockets_tcp_method_tcp_socket_finish_bind(tcp, $0) }
    }
    static func startConnect(
        tcp: Int32, _ network: Int32, _ address: SocketAddress
    ) -> NetworkError? {
        let f = address.flat
        return void {
            __wasm_import_wasi_sockets_tcp_method_tcp_socket_start_connect(
                tcp, network, f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10],
                f[11], $0)
        }
    }
    static func finishConnect(tcp: Int32) -> Answered<Connection> {
        var area = wasi_sockets_result_streams_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_finish_connect(tcp, &area)
        if area.is_err != 0 { return .failure(error(area.value.err)) }
        let streams = area.value.ok
        return .success(Connection(socket: tcp, input: streams.input, output: streams.output))
    }
    static func startListen(tcp: Int32) -> NetworkError? {
        void { __wasm_import_wasi_sockets_tcp_method_tcp_socket_start_listen(tcp, $0) }
    }
    static func finishListen(tcp: Int32) -> NetworkError? {
        void { __wasm_import_wasi_sockets_tcp_method_tcp_socket_finish_listen(tcp, $0) }
    }
    static func accept(tcp: Int32) -> Answered<Connection> {
        var area = wasi_sockets_result_accepted_t()
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_accept(tcp, &area)
        if area.is_err != 0 { return .failure(error(area.value.err)) }
        let accepted = area.value.ok
        return .success(
            Connection(
                socket: accepted.socket, input: accepted.input, output: accepted.output))
    }
    static func shutdown(tcp: Int32, _ kind: ShutdownKind) -> NetworkError? {
        shutdown(tcp: tcp, type: Int32(kind.rawValue))
    }
    static func shutdown(tcp: Int32, type: Int32) -> NetworkError? {
        void { __wasm_import_wasi_sockets_tcp_method_tcp_socket_shutdown(tcp, type, $0) }
    }
    static func localAddress(tcp: Int32) -> Answered<SocketAddress> {
        address { __wasm_import_wasi_sockets_tcp_method_tcp_socket_local_address(tcp, $0) }
    }
    static func remoteAddress(tcp: Int32) -> Answered<SocketAddress> {
        address { __wasm_import_wasi_sockets_tcp_method_tcp_socket_remote_address(tcp, $0) }
    }
    static func isListening(tcp: Int32) -> Bool {
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_is_listening(tcp) != 0
    }
    static func subscribe(tcp: Int32) -> Int32 {
        __wasm_import_wasi_sockets_tcp_method_tcp_socket_subscribe(tcp)
    }
    static func setBacklog(tcp: Int32, _ value: UInt64) -> NetworkError? {
        void {
            __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_listen_backlog_size(
                tcp, Int64(bitPattern: value), $0)
        }
    }

    /// Any option by its getter.
    static func value(_ option: SocketOption, tcp: Int32) -> Answered<UInt64> {
        switch option {
        case .keepAlive:
            var area = wasi_sockets_result_bool_t()
            __wasm_import_wasi_sockets_tcp_method_tcp_socket_keep_alive_enabled(tcp, &area)
            return area.is_err == 0
                ? .success(UInt64(area.value.ok)) : .failure(error(area.value.err))
        case .keepAliveIdle:
            return number {
                __wasm_import_wasi_sockets_tcp_method_tcp_socket_keep_alive_idle_time(tcp, $0)
            }
        case .keepAliveInterval:
            return number {
                __wasm_import_wasi_sockets_tcp_method_tcp_socket_keep_alive_interval(tcp, $0)
            }
        case .keepAliveCount:
            var area = wasi_sockets_result_u32_t()
            __wasm_import_wasi_sockets_tcp_method_tcp_socket_keep_alive_count(tcp, &area)
            return area.is_err == 0
                ? .success(UInt64(area.value.ok)) : .failure(error(area.value.err))
        case .hopLimit:
            var area = wasi_sockets_result_u8_t()
            __wasm_import_wasi_sockets_tcp_method_tcp_socket_hop_limit(tcp, &area)
            return area.is_err == 0
                ? .success(UInt64(area.value.ok)) : .failure(error(area.value.err))
        case .receiveBuffer:
            return number {
                __wasm_import_wasi_sockets_tcp_method_tcp_socket_receive_buffer_size(tcp, $0)
            }
        case .sendBuffer:
            return number {
                __wasm_import_wasi_sockets_tcp_method_tcp_socket_send_buffer_size(tcp, $0)
            }
        }
    }

    /// Any option by its setter.
    static func set(_ option: SocketOption, tcp: Int32, _ value: UInt64) -> NetworkError? {
        let wide = Int64(bitPattern: value)
        let narrow = Int32(truncatingIfNeeded: value)
        return void { area in
            switch option {
            case .keepAlive:
                __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_keep_alive_enabled(
                    tcp, narrow, area)
            case .keepAliveIdle:
                __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_keep_alive_idle_time(
                    tcp, wide, area)
            case .keepAliveInterval:
                __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_keep_alive_interval(
                    tcp, wide, area)
            case .keepAliveCount:
                __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_keep_alive_count(
                    tcp, narrow, area)
            case .hopLimit:
                __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_hop_limit(tcp, narrow, area)
            case .receiveBuffer:
                __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_receive_buffer_size(
                    tcp, wide, area)
            case .sendBuffer:
                __wasm_import_wasi_sockets_tcp_method_tcp_socket_set_send_buffer_size(
                    tcp, wide, area)
            }
        }
    }

    // MARK: UDP

    static func udp(_ family: AddressFamily) -> Answered<Int32> {
        handle {
            __wasm_import_wasi_sockets_udp_create_socket_create_udp_socket(
                Int32(family.rawValue), $0)
        }
    }
    static func drop(udp: Int32) { __wasm_import_wasi_sockets_udp_udp_socket_drop(udp) }
    static func startBind(
        udp: Int32, _ network: Int32, _ address: SocketAddress
    ) -> NetworkError? {
        let f = address.flat
        return void {
            __wasm_import_wasi_sockets_udp_method_udp_socket_start_bind(
                udp, network, f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9], f[10],
                f[11], $0)
        }
    }
    static func finishBind(udp: Int32) -> NetworkError? {
        void { __wasm_import_wasi_sockets_udp_method_udp_socket_finish_bind(udp, $0) }
    }
    static func stream(udp: Int32, _ peer: SocketAddress? = nil) -> Answered<Datagrams> {
        let f = peer?.flat ?? Array(repeating: 0, count: 12)
        var area = wasi_sockets_result_datagram_streams_t()
        __wasm_import_wasi_sockets_udp_method_udp_socket_stream(
            udp, peer == nil ? 0 : 1, f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9],
            f[10], f[11], &area)
        if area.is_err != 0 { return .failure(error(area.value.err)) }
        let streams = area.value.ok
        return .success(Datagrams(incoming: streams.incoming, outgoing: streams.outgoing))
    }
    static func localAddress(udp: Int32) -> Answered<SocketAddress> {
        address { __wasm_import_wasi_sockets_udp_method_udp_socket_local_address(udp, $0) }
    }
    static func remoteAddress(udp: Int32) -> Answered<SocketAddress> {
        address { __wasm_import_wasi_sockets_udp_method_udp_socket_remote_address(udp, $0) }
    }
    static func subscribe(udp: Int32) -> Int32 {
        __wasm_import_wasi_sockets_udp_method_udp_socket_subscribe(udp)
    }
    static func value(_ option: SocketOption, udp: Int32) -> Answered<UInt64> {
        switch option {
        case .receiveBuffer:
            return number {
                __wasm_import_wasi_sockets_udp_method_udp_socket_receive_buffer_size(udp, $0)
            }
        case .sendBuffer:
            return number {
                __wasm_import_wasi_sockets_udp_method_udp_socket_send_buffer_size(udp, $0)
            }
        default:
            var area = wasi_sockets_result_u8_t()
            __wasm_import_wasi_sockets_udp_method_udp_socket_unicast_hop_limit(udp, &area)
            return area.is_err == 0
                ? .success(UInt64(area.value.ok)) : .failure(error(area.value.err))
        }
    }
    static func set(_ option: SocketOption, udp: Int32, _ value: UInt64) -> NetworkError? {
        void { area in
            switch option {
            case .receiveBuffer:
                __wasm_import_wasi_sockets_udp_method_udp_socket_set_receive_buffer_size(
                    udp, Int64(bitPattern: value), area)
            case .sendBuffer:
                __wasm_import_wasi_sockets_udp_method_udp_socket_set_send_buffer_size(
                    udp, Int64(bitPattern: value), area)
            default:
                __wasm_import_wasi_sockets_udp_method_udp_socket_set_unicast_hop_limit(
                    udp, Int32(truncatingIfNeeded: value), area)
            }
        }
    }

    static func drop(incoming: Int32) {
        __wasm_import_wasi_sockets_udp_incoming_datagram_stream_drop(incoming)
    }
    static func drop(outgoing: Int32) {
        __wasm_import_wasi_sockets_udp_outgoing_datagram_stream_drop(outgoing)
    }
    static func drop(_ streams: Datagrams) {
        drop(incoming: streams.incoming)
        drop(outgoing: streams.outgoing)
    }
    static func subscribe(incoming: Int32) -> Int32 {
        __wasm_import_wasi_sockets_udp_method_incoming_datagram_stream_subscribe(incoming)
    }
    static func subscribe(outgoing: Int32) -> Int32 {
        __wasm_import_wasi_sockets_udp_method_outgoing_datagram_stream_subscribe(outgoing)
    }
    /// The datagrams, copied and freed as their owner has to.
    static func receive(_ incoming: Int32, _ count: UInt64) -> Answered<[IncomingDatagram]> {
        var area = wasi_sockets_result_list_datagram_t()
        __wasm_import_wasi_sockets_udp_method_incoming_datagram_stream_receive(
            incoming, Int64(bitPattern: count), &area)
        if area.is_err != 0 { return .failure(error(area.value.err)) }
        let list = UnsafeBufferPointer(start: area.value.ok.ptr, count: area.value.ok.len)
        let datagrams = list.map { entry in
            let bytes = Array(UnsafeBufferPointer(start: entry.data.ptr, count: entry.data.len))
            if entry.data.len > 0 { cwasip2_free(entry.data.ptr) }
            return IncomingDatagram(bytes, from: SocketAddress(entry.remote_address))
        }
        if list.count > 0 { cwasip2_free(area.value.ok.ptr) }
        return .success(datagrams)
    }
    static func checkSend(_ outgoing: Int32) -> Answered<UInt64> {
        number {
            __wasm_import_wasi_sockets_udp_method_outgoing_datagram_stream_check_send(outgoing, $0)
        }
    }
    static func send(_ outgoing: Int32, _ datagrams: [OutgoingDatagram]) -> Answered<UInt64> {
        let blocks = datagrams.map { datagram in
            let block = UnsafeMutableBufferPointer<UInt8>.allocate(
                capacity: max(datagram.bytes.count, 1))
            _ = block.update(fromContentsOf: datagram.bytes)
            return block
        }
        defer { for block in blocks { block.deallocate() } }
        let list = zip(datagrams, blocks).map { datagram, block in
            var option = wasi_sockets_option_address_t()
            if let peer = datagram.peer {
                option.is_some = 1
                option.value.tag = peer.family.rawValue
                switch peer.ip {
                case .ipv4(let bits):
                    let bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bits >> $0) }
                    option.value.value.ipv4 = wasi_sockets_ipv4_address_t(
                        port: peer.port,
                        address: wasi_sockets_ipv4_t(
                            bytes: (bytes[0], bytes[1], bytes[2], bytes[3])))
                case .ipv6:
                    let w = peer.ip.words
                    option.value.value.ipv6 = wasi_sockets_ipv6_address_t(
                        port: peer.port, flow_info: 0,
                        address: wasi_sockets_ipv6_t(
                            words: (w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7])), scope_id: 0)
                }
            }
            return wasi_sockets_outgoing_datagram_t(
                data: block.baseAddress, len: datagram.bytes.count, remote_address: option)
        }
        return number { area in
            list.withUnsafeBufferPointer {
                __wasm_import_wasi_sockets_udp_method_outgoing_datagram_stream_send(
                    outgoing, $0.baseAddress, $0.count, area)
            }
        }
    }

    // MARK: Look-ups

    static func resolve(_ network: Int32, _ name: String) -> Answered<Int32> {
        let bytes = Array(name.utf8)
        return handle { area in
            bytes.withUnsafeBufferPointer {
                __wasm_import_wasi_sockets_ip_name_lookup_resolve_addresses(
                    network, $0.baseAddress, $0.count, area)
            }
        }
    }
    static func resolve(_ network: Int32, bytes: [UInt8]) {
        var area = wasi_sockets_result_handle_t()
        bytes.withUnsafeBufferPointer {
            __wasm_import_wasi_sockets_ip_name_lookup_resolve_addresses(
                network, $0.baseAddress, $0.count, &area)
        }
    }
    static func next(lookup: Int32) -> Answered<IPAddress?> {
        var area = wasi_sockets_result_option_ip_t()
        __wasm_import_wasi_sockets_ip_name_lookup_method_resolve_address_stream_resolve_next_address(
            lookup, &area)
        if area.is_err != 0 { return .failure(error(area.value.err)) }
        let option = area.value.ok
        if option.is_some == 0 { return .success(nil) }
        if option.value.tag == 0 {
            let bytes = option.value.value.ipv4.bytes
            let bits = [bytes.0, bytes.1, bytes.2, bytes.3].reduce(0 as UInt32) {
                $0 << 8 | UInt32($1)
            }
            return .success(.ipv4(bits))
        }
        let w = option.value.value.ipv6.words
        return .success(IPAddress(words: [w.0, w.1, w.2, w.3, w.4, w.5, w.6, w.7]))
    }
    static func subscribe(lookup: Int32) -> Int32 {
        __wasm_import_wasi_sockets_ip_name_lookup_method_resolve_address_stream_subscribe(lookup)
    }
    static func drop(lookup: Int32) {
        __wasm_import_wasi_sockets_ip_name_lookup_resolve_address_stream_drop(lookup)
    }
}
