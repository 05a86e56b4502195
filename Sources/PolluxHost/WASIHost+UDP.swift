// wasi:sockets/udp-create-socket and udp.udp-socket.

extension WASIHost {
    /// `udp-create-socket.create-udp-socket`: a new socket, unbound (UDP-01, UDP-02).
    /// - Throws: `table-full`.
    public func createUDPSocket(
        _ family: AddressFamily
    ) throws(HostTrap) -> Result<Int32, NetworkError> {
        try enter(.createUDPSocket)
        guard network.hasUDP else { return .failure(.accessDenied) }
        switch driver.openSocket(.udp, family) {
        case .failure(let error): return .failure(error.code(in: .create, policy.rules))
        case .success(let ends):
            let name = nextSocketName("udp")
            let state = UDPState(rules: policy.rules)
            let place = udpSockets.insert(UDPSocket(state, family, ends, name: name))
            let handle = try insert(
                .udpSocket, childOf: 0, pollable: .none, payload: Int32(place),
                in: .createUDPSocket)
            trace?.name(resource: table.lastSerial, name)
            trace?.name(ends.input, "\(name) in")
            trace?.name(ends.output, "\(name) out")
            return .success(handle)
        }
    }

    private func udp(_ handle: Int32, in call: HostCall) throws(HostTrap) -> SocketCall<UDPSocket> {
        try socketCall(handle, as: .udpSocket, in: call) { udpSockets[$0] }
    }

    // MARK: Binding

    /// `[method]udp-socket.start-bind` (UDP-04 to UDP-08).
    /// - Returns: `nil` for ok.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func startBind(
        udp handle: Int32, on network: Int32, to address: SocketAddress
    ) throws(HostTrap) -> NetworkError? {
        let call = try udp(handle, in: .udpStartBind)
        try checkNetwork(network, in: call.call)
        let error = bind(call.socket, to: address)
        record(call, address.description, error: error)
        return error
    }

    private func bind(_ socket: UDPSocket, to address: SocketAddress) -> NetworkError? {
        if let refusal = socket.state.refusal(of: .startBind) { return refusal }
        guard address.family == socket.family, address.ip.mapped == nil else {
            return .invalidArgument
        }
        guard network.binds(address) else { return .accessDenied }
        if let error = driver.bind(socket.ends, to: address) {
            return error.code(in: .bind, policy.rules)
        }
        socket.state.beginBind()
        return nil
    }

    /// `[method]udp-socket.finish-bind` (UDP-03).
    /// - Returns: `nil` for ok.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func finishBind(udp handle: Int32) throws(HostTrap) -> NetworkError? {
        let call = try udp(handle, in: .udpFinishBind)
        var error = call.socket.state.refusal(of: .finishBind)
        if error == nil, finishLags(&call.socket.lag, about: call.serial) { error = .wouldBlock }
        if error == nil { call.socket.state.endBind() }
        record(call, error: error)
        return error
    }

    // MARK: Streams

    /// `[method]udp-socket.stream`: a new pair of streams, to and from one peer or anybody; children
    /// of the socket (UDP-11 to UDP-19).
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`; `datagram-streams-alive` by the rules
    ///   of wasmtime, where the text lets the old pair go quiet (UDP-17).
    public func stream(
        udp handle: Int32, with peer: SocketAddress?
    ) throws(HostTrap) -> Result<(incoming: Int32, outgoing: Int32), NetworkError> {
        let call = try udp(handle, in: .udpStream)
        if call.socket.streams > 0, policy.rules == .wasmtime {
            throw HostTrap(.datagramStreamsAlive, in: call.call)
        }
        let error = associate(call.socket, with: peer)
        if error == nil, let peer { rename(call, by: peer) }
        record(call, peer?.description ?? "", error: error)
        if let error { return .failure(error) }
        return .success(try addStreams(of: call))
    }

    /// Calls a socket as the world calls whoever is at the address.
    private func rename(_ call: SocketCall<UDPSocket>, by address: SocketAddress) {
        guard let name = driver.name(of: address, .udp) else { return }
        call.socket.name = name
        call.socket.hasGivenName = true
        trace?.name(resource: call.serial, name)
        trace?.name(call.socket.ends.input, name)
        trace?.name(call.socket.ends.output, name)
    }

    private func associate(_ socket: UDPSocket, with peer: SocketAddress?) -> NetworkError? {
        if let refusal = socket.state.refusal(of: .stream) { return refusal }
        if let peer {
            guard isProper(peer, for: socket) else { return .invalidArgument }
            guard reaches(peer) || admits(peer.ip) else { return .accessDenied }
        }
        if peer != nil || socket.state.peer != nil {
            if case .failed(let error) = driver.connect(socket.ends, to: peer) {
                return error.code(in: .peer, policy.rules)
            }
        }
        socket.state.stream(with: peer)
        return nil
    }

    /// UDP-13, UDP-38.
    func isProper(_ peer: SocketAddress, for socket: UDPSocket) -> Bool {
        peer.family == socket.family && peer.ip.mapped == nil && !peer.ip.isUnspecified
            && peer.port != 0
    }

    private func addStreams(
        of call: SocketCall<UDPSocket>
    ) throws(HostTrap) -> (incoming: Int32, outgoing: Int32) {
        func add(_ kind: ResourceKind, _ suffix: String) throws(HostTrap) -> Int32 {
            let stream = DatagramStream(of: call.place, pair: call.socket.state.pair)
            let place = datagramStreams.insert(stream)
            call.socket.streams += 1
            let handle = try insert(
                kind, childOf: call.inner, pollable: .none, payload: Int32(place), in: call.call)
            trace?.name(resource: table.lastSerial, call.socket.name(of: suffix))
            return handle
        }
        let incoming = try add(.incomingDatagramStream, "in")
        return (incoming, try add(.outgoingDatagramStream, "out"))
    }

    // MARK: Addresses and options

    /// `[method]udp-socket.local-address` (UDP-09).
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func localAddress(
        udp handle: Int32
    ) throws(HostTrap) -> Result<SocketAddress, NetworkError> {
        let call = try udp(handle, in: .udpLocalAddress)
        if let refusal = call.socket.state.refusal(of: .localAddress) {
            return answer(call, .failure(refusal))
        }
        return answer(
            call, driver.localAddress(of: call.socket.ends).mapError { $0.code(policy.rules) })
    }

    /// `[method]udp-socket.remote-address` (UDP-10).
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func remoteAddress(
        udp handle: Int32
    ) throws(HostTrap) -> Result<SocketAddress, NetworkError> {
        let call = try udp(handle, in: .udpRemoteAddress)
        guard let peer = call.socket.state.peer else {
            return answer(call, .failure(.invalidState))
        }
        return answer(call, .success(peer))
    }

    /// `[method]udp-socket.address-family`.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func addressFamily(udp handle: Int32) throws(HostTrap) -> AddressFamily {
        let call = try udp(handle, in: .udpAddressFamily)
        record(call, "", "\(call.socket.family)")
        return call.socket.family
    }

    /// Any getter of an option, legal at any time (UDP-45).
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func value(
        of option: SocketOption, udp handle: Int32, in call: HostCall
    ) throws(HostTrap) -> Result<UInt64, NetworkError> {
        let call = try udp(handle, in: call)
        return answer(call, value(of: option, call.socket.ends))
    }

    /// Any setter of an option, legal at any time (UDP-45).
    /// - Returns: `nil` for ok.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func set(
        _ option: SocketOption, to value: UInt64, udp handle: Int32, in call: HostCall
    ) throws(HostTrap) -> NetworkError? {
        let call = try udp(handle, in: call)
        let error = set(option, to: value, call.socket.ends)
        record(call, "\(value)", error: error)
        return error
    }

    /// `[method]udp-socket.subscribe`: a pollable that is always ready (UDP-43). The socket's child.
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func subscribe(udp handle: Int32) throws(HostTrap) -> Int32 {
        let call = try udp(handle, in: .udpSubscribe)
        return try addPollable(
            PollableState(.always), childOf: call.inner, named: call.socket.name, in: call.call)
    }

    /// Gives a socket up once the guest has nothing of it any more.
    func closeIfLeft(udp place: Int) {
        let socket = udpSockets[place]
        guard !socket.isHeld, socket.streams == 0 else { return }
        driver.close(socket.ends)
        udpSockets.remove(place)
    }
}
