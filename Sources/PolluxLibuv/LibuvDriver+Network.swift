// The real network behind Network: sockets of our own on the loop.

import CLibuv
import Glibc
import PolluxHost

extension LibuvDriver {
    /// A new socket that does not block.
    public func openSocket(
        _ kind: SocketKind, _ family: AddressFamily
    ) -> Result<SocketID, SystemError> {
        let descriptor = clibuv_socket(kind == .udp ? 1 : 0, family == .ipv6 ? 1 : 0)
        if let error = SystemError(status: descriptor) { return .failure(error) }
        // A datagram can be sent from the beginning (UDP-02).
        return .success(add(descriptor, kind, family, latched: kind == .udp ? .output : []))
    }

    private func add(
        _ descriptor: CInt, _ kind: SocketKind, _ family: AddressFamily,
        latched: Socket.Directions
    ) -> SocketID {
        let socket = unsafe Socket(loop, fired, descriptor, kind, family, latched: latched)
        socket.input = addSource(.socket(socket, .input))
        return SocketID(input: socket.input, output: addSource(.socket(socket, .output)))
    }

    private func socket(_ id: SocketID) -> Socket {
        guard case .socket(let socket, _)? = sources[Int(id.input.index)] else {
            preconditionFailure("no socket of this driver")
        }
        return socket
    }

    /// `bind`; TCP with SO_REUSEADDR (TCP-13).
    public func bind(_ id: SocketID, to address: SocketAddress) -> SystemError? {
        let socket = socket(id)
        var lowered = clibuv_address(address)
        let status = unsafe clibuv_bind(socket.descriptor, &lowered, socket.kind == .tcp ? 1 : 0)
        if let error = SystemError(status: status) { return error }
        if socket.kind == .udp {
            var local = clibuv_address()
            if unsafe clibuv_local_address(socket.descriptor, &local) == 0 {
                socket.local = local.lifted
            }
        }
        return nil
    }

    /// `connect`.
    public func connect(_ id: SocketID, to peer: SocketAddress?) -> Connecting {
        let socket = socket(id)
        guard let peer else { return disconnect(socket) }
        // A datagram socket may be on its way from one peer to another; its address stays (UDP-16).
        if socket.kind == .udp, case .failed(let error) = disconnect(socket) {
            return .failed(error)
        }
        var lowered = clibuv_address(peer)
        let status = unsafe clibuv_connect(socket.descriptor, &lowered)
        if status == -EINPROGRESS || status == -EALREADY { return .pending }
        if let error = SystemError(status: status) { return .failed(error) }
        if socket.kind == .tcp { socket.latch(.output) }
        return .done
    }

    /// The kernel gives back a port that it had chosen itself: it is asked for again.
    private func disconnect(_ socket: Socket) -> Connecting {
        if let error = SystemError(status: clibuv_disconnect(socket.descriptor)) {
            return .failed(error)
        }
        guard let local = socket.local else { return .done }
        var now = clibuv_address()
        if unsafe clibuv_local_address(socket.descriptor, &now) == 0, now.lifted.port == local.port
        {
            return .done
        }
        var lowered = clibuv_address(local)
        let status = unsafe clibuv_bind(socket.descriptor, &lowered, 0)
        return SystemError(status: status).map { .failed($0) } ?? .done
    }

    /// SO_ERROR, once the socket can be written.
    public func connecting(of id: SocketID) -> Connecting {
        let socket = socket(id)
        if !socket.isReady(.output) { return .pending }
        let status = clibuv_take_error(socket.descriptor)
        return SystemError(status: status).map { .failed($0) } ?? .done
    }

    /// `listen`.
    public func listen(_ id: SocketID, backlog: Int) -> SystemError? {
        SystemError(status: clibuv_listen(socket(id).descriptor, CInt(clamping: backlog)))
    }

    /// `accept4`. Whether there is another one, the loop must tell anew.
    public func accept(from id: SocketID) -> Accepting {
        let listener = socket(id)
        var peer = clibuv_address()
        let descriptor = unsafe clibuv_accept(listener.descriptor, &peer)
        listener.unlatch(.input)
        if wouldBlock(Int(descriptor)) { return .wouldBlock }
        if let error = SystemError(status: descriptor) { return .failed(error) }
        let connection = add(descriptor, .tcp, listener.family, latched: .output)
        return .connection(connection, peer: peer.lifted)
    }

    /// `shutdown`.
    public func shutDown(_ id: SocketID, _ kind: ShutdownKind) -> SystemError? {
        let how =
            switch kind {
            case .receive: CInt(SHUT_RD)
            case .send: CInt(SHUT_WR)
            case .both: CInt(SHUT_RDWR)
            }
        return SystemError(status: clibuv_shutdown(socket(id).descriptor, how))
    }

    /// `getsockname`.
    public func localAddress(of id: SocketID) -> Result<SocketAddress, SystemError> {
        let socket = socket(id)
        if let local = socket.local { return .success(local) }
        var address = clibuv_address()
        let status = unsafe clibuv_local_address(socket.descriptor, &address)
        return SystemError(status: status).map { .failure($0) } ?? .success(address.lifted)
    }

    /// `getpeername`.
    public func remoteAddress(of id: SocketID) -> Result<SocketAddress, SystemError> {
        var address = clibuv_address()
        let status = unsafe clibuv_remote_address(socket(id).descriptor, &address)
        return SystemError(status: status).map { .failure($0) } ?? .success(address.lifted)
    }

    // MARK: Options

    private static func name(
        _ option: SocketOption, _ family: AddressFamily
    ) -> (level: CInt, name: CInt) {
        let tcp = CInt(IPPROTO_TCP)
        return switch option {
        case .keepAlive: (SOL_SOCKET, SO_KEEPALIVE)
        case .keepAliveIdle: (tcp, TCP_KEEPIDLE)
        case .keepAliveInterval: (tcp, TCP_KEEPINTVL)
        case .keepAliveCount: (tcp, TCP_KEEPCNT)
        case .hopLimit where family == .ipv4: (CInt(IPPROTO_IP), IP_TTL)
        case .hopLimit: (CInt(IPPROTO_IPV6), IPV6_UNICAST_HOPS)
        case .receiveBuffer: (SOL_SOCKET, SO_RCVBUF)
        case .sendBuffer: (SOL_SOCKET, SO_SNDBUF)
        }
    }

    /// `setsockopt`.
    public func set(_ option: SocketOption, to value: Int, of id: SocketID) -> SystemError? {
        let socket = socket(id)
        let (level, name) = Self.name(option, socket.family)
        return SystemError(
            status: clibuv_set_option(socket.descriptor, level, name, CInt(clamping: value)))
    }

    /// `getsockopt`. The kernel doubles the sizes of buffers for its own needs (TCP-66).
    public func value(of option: SocketOption, of id: SocketID) -> Result<Int, SystemError> {
        let socket = socket(id)
        let (level, name) = Self.name(option, socket.family)
        var value: CInt = 0
        let status = unsafe clibuv_get_option(socket.descriptor, level, name, &value)
        if let error = SystemError(status: status) { return .failure(error) }
        let isDoubled = option == .receiveBuffer || option == .sendBuffer
        return .success(isDoubled ? Int(value) / 2 : Int(value))
    }

    // MARK: Datagrams

    /// `sendto`.
    public func send(_ bytes: [UInt8], from id: SocketID, to peer: SocketAddress?) -> Sending {
        let socket = socket(id)
        let took = unsafe bytes.withUnsafeBytes { buffer in
            guard let peer else {
                return unsafe clibuv_send_to(
                    socket.descriptor, buffer.baseAddress, buffer.count, nil)
            }
            var lowered = clibuv_address(peer)
            return unsafe clibuv_send_to(
                socket.descriptor, buffer.baseAddress, buffer.count, &lowered)
        }
        if wouldBlock(took) {
            socket.unlatch(.output)
            return .wouldBlock
        }
        return SystemError(status: took).map { .failed($0) } ?? .sent
    }

    /// `recvfrom`, with room for the longest datagram there is (UDP-28).
    public func receive(from id: SocketID) -> Receiving {
        let socket = socket(id)
        var peer = clibuv_address()
        makeRoom()
        let got = unsafe received.withUnsafeMutableBytes { buffer in
            unsafe clibuv_receive_from(
                socket.descriptor, buffer.baseAddress, buffer.count, &peer)
        }
        if wouldBlock(got) {
            socket.unlatch(.input)
            return .wouldBlock
        }
        if let error = SystemError(status: got) { return .failed(error) }
        return .datagram(Array(received[..<got]), from: peer.lifted)
    }

    // MARK: The end

    /// `close`: the kernel sends what it has taken, and a reset where something was not read.
    public func close(_ id: SocketID) {
        socket(id).close()
        remove(id.input)
        remove(id.output)
    }

    /// `close` after SO_LINGER 0.
    public func reject(_ id: SocketID) {
        clibuv_reset_on_close(socket(id).descriptor)
        close(id)
    }
}
