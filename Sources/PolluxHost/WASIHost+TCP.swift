// wasi:sockets/tcp-create-socket and tcp: from a socket to a connection or a queue.

extension WASIHost {
    /// `tcp-create-socket.create-tcp-socket`: a new socket, unbound (TCP-01 to TCP-05).
    /// - Throws: `table-full`.
    public func createTCPSocket(
        _ family: AddressFamily
    ) throws(HostTrap) -> Result<Int32, NetworkError> {
        try enter(.createTCPSocket)
        guard network.hasTCP else { return .failure(.accessDenied) }
        switch driver.openSocket(.tcp, family) {
        case .failure(let error): return .failure(error.code(in: .create, policy.rules))
        case .success(let ends):
            let state = TCPState(rules: policy.rules)
            return .success(try add(state, family, ends, in: .createTCPSocket).handle)
        }
    }

    /// Enters a socket into the table, under the name that the world has for it, if it has one.
    func add(
        _ state: TCPState, _ family: AddressFamily, _ ends: SocketID, named given: String? = nil,
        in call: HostCall
    ) throws(HostTrap) -> (handle: Int32, place: Int) {
        let name = given ?? nextSocketName("tcp")
        let socket = TCPSocket(state, family, ends, name: name)
        socket.hasGivenName = given != nil
        let place = tcpSockets.insert(socket)
        let handle = try insert(
            .tcpSocket, childOf: 0, pollable: .none, payload: Int32(place), in: call)
        trace?.name(resource: table.lastSerial, name)
        trace?.name(ends.input, socket.name(of: "in"))
        trace?.name(ends.output, socket.name(of: "out"))
        return (handle, place)
    }

    func tcp(_ handle: Int32, in call: HostCall) throws(HostTrap) -> SocketCall<TCPSocket> {
        try socketCall(handle, as: .tcpSocket, in: call) { tcpSockets[$0] }
    }

    // MARK: Binding

    /// `[method]tcp-socket.start-bind`: gives the socket a local address, which the guest has to ask
    /// after by `finish-bind` (TCP-06 to TCP-16).
    /// - Returns: `nil` for ok.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func startBind(
        tcp handle: Int32, on network: Int32, to address: SocketAddress
    ) throws(HostTrap) -> NetworkError? {
        let call = try tcp(handle, in: .tcpStartBind)
        try checkNetwork(network, in: call.call)
        let error = bind(call.socket, to: address)
        record(call, address.description, error: error)
        return error
    }

    private func bind(_ socket: TCPSocket, to address: SocketAddress) -> NetworkError? {
        if let refusal = socket.state.refusal(of: .startBind) { return refusal }
        guard isProper(address, for: socket) else { return .invalidArgument }
        guard network.binds(address) else { return .accessDenied }
        if let error = driver.bind(socket.ends, to: address) {
            return error.code(in: .bind, policy.rules)
        }
        socket.state.beginBind()
        return nil
    }

    /// TCP-10 to TCP-12, TCP-19.
    private func isProper(_ address: SocketAddress, for socket: TCPSocket) -> Bool {
        address.family == socket.family && address.ip.isUnicast && address.ip.mapped == nil
            && !address.ip.isIPv4Compatible
    }

    /// `[method]tcp-socket.finish-bind`.
    /// - Returns: `nil` for ok.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func finishBind(tcp handle: Int32) throws(HostTrap) -> NetworkError? {
        let call = try tcp(handle, in: .tcpFinishBind)
        var error = call.socket.state.refusal(of: .finishBind)
        if error == nil, finishLags(&call.socket.lag, about: call.serial) { error = .wouldBlock }
        if error == nil { call.socket.state.endBind() }
        record(call, error: error)
        return error
    }

    // MARK: Connecting

    /// `[method]tcp-socket.start-connect`: begins to connect (TCP-17 to TCP-23). When the connect
    /// goes out is the host's choice (FZ-27).
    /// - Returns: `nil` for ok.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func startConnect(
        tcp handle: Int32, on network: Int32, to address: SocketAddress
    ) throws(HostTrap) -> NetworkError? {
        let call = try tcp(handle, in: .tcpStartConnect)
        try checkNetwork(network, in: call.call)
        let error = connect(call.socket, to: address)
        if error == nil { rename(call, by: address) }
        record(call, address.description, error: error)
        return error
    }

    /// Calls a socket as the world calls whoever is at the address.
    private func rename(_ call: SocketCall<TCPSocket>, by address: SocketAddress) {
        guard let name = driver.name(of: address, .tcp) else { return }
        call.socket.name = name
        call.socket.hasGivenName = true
        trace?.name(resource: call.serial, name)
        trace?.name(call.socket.ends.input, name)
        trace?.name(call.socket.ends.output, name)
    }

    private func connect(_ socket: TCPSocket, to address: SocketAddress) -> NetworkError? {
        if let refusal = socket.state.refusal(of: .startConnect) { return refusal }
        // TCP-20: what is wrong with the address leaves the socket as it was.
        guard isProper(address, for: socket), !address.ip.isUnspecified, address.port != 0 else {
            return .invalidArgument
        }
        guard reaches(address) else {
            // TCP-27: by the text at the start, in wasmtime when the guest asks.
            if policy.rules == .spec {
                socket.state.fail(.accessDenied)
                return .accessDenied
            }
            socket.state.beginConnect()
            socket.failure = .accessDenied
            return nil
        }
        socket.state.beginConnect()
        socket.target = address
        if policy.connects == .eager { advance(socket) }
        return nil
    }

    /// Lets a connect go out that has not, and looks how far it has come.
    func advance(_ socket: TCPSocket) {
        if socket.state.isEstablished || socket.failure != nil { return }
        let answer: Connecting
        if let target = socket.target {
            socket.target = nil
            answer = driver.connect(socket.ends, to: target)
        } else {
            answer = driver.connecting(of: socket.ends)
        }
        switch answer {
        case .pending: break
        case .done: socket.state.establish()
        case .failed(let error): socket.failure = error.code(in: .connect, policy.rules)
        }
    }

    /// `[method]tcp-socket.finish-connect`: the streams of a connection, children of the socket
    /// (TCP-24 to TCP-28).
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func finishConnect(
        tcp handle: Int32
    ) throws(HostTrap) -> Result<(input: Int32, output: Int32), NetworkError> {
        let call = try tcp(handle, in: .tcpFinishConnect)
        let socket = call.socket
        var error = socket.state.refusal(of: .finishConnect)
        if error == nil {
            advance(socket)
            if let failure = socket.failure {
                socket.failure = nil
                socket.state.fail(failure)
                error = failure
            } else if !socket.state.isEstablished || finishLags(&socket.lag, about: call.serial) {
                error = .wouldBlock
            }
        }
        record(call, error: error)
        if let error { return .failure(error) }
        socket.state.endConnect()
        progressed()
        return .success(try addStreams(of: call.place, childrenOf: call.inner, in: call.call))
    }

    /// The two streams of a connection.
    private func addStreams(
        of place: Int, childrenOf handle: Int32, in call: HostCall
    ) throws(HostTrap) -> (input: Int32, output: Int32) {
        let socket = tcpSockets[place]
        let rules = StreamRules(rules: policy.rules, kind: .tcp)
        socket.input = inputs.insert(
            OpenStream(
                state: InputStream(rules: rules), end: .source(socket.ends.input), kind: .tcp,
                name: socket.name(of: "in"), owner: place))
        let input = try self.handle(ofInput: socket.input, childOf: handle, in: call)
        socket.output = outputs.insert(
            OpenStream(
                state: OutputStream(rules: rules), end: .source(socket.ends.output), kind: .tcp,
                name: socket.name(of: "out"), owner: place))
        let output = try self.handle(ofOutput: socket.output, childOf: handle, in: call)
        return (input, output)
    }

    // MARK: Listening

    /// `[method]tcp-socket.start-listen`: queues connections from here on (TCP-30 to TCP-32).
    /// - Returns: `nil` for ok.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func startListen(tcp handle: Int32) throws(HostTrap) -> NetworkError? {
        let call = try tcp(handle, in: .tcpStartListen)
        let socket = call.socket
        var error = socket.state.refusal(of: .startListen)
        if error == nil {
            if let failure = driver.listen(socket.ends, backlog: socket.backlog) {
                error = failure.code(policy.rules)
                // TCP-32: wasmtime remembers that it failed, and not why.
                socket.state.fail(policy.rules == .wasmtime ? .unknown : error!)
            } else {
                socket.state.beginListen()
                if case .success(let address) = driver.localAddress(of: socket.ends) {
                    rename(call, by: address)
                }
            }
        }
        record(call, error: error)
        return error
    }

    /// `[method]tcp-socket.finish-listen`.
    /// - Returns: `nil` for ok.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func finishListen(tcp handle: Int32) throws(HostTrap) -> NetworkError? {
        let call = try tcp(handle, in: .tcpFinishListen)
        var error = call.socket.state.refusal(of: .finishListen)
        if error == nil, finishLags(&call.socket.lag, about: call.serial) { error = .wouldBlock }
        if error == nil { call.socket.state.endListen() }
        record(call, error: error)
        return error
    }

    /// `[method]tcp-socket.accept`: the next connection, with its streams (TCP-33 to TCP-39).
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func accept(
        tcp handle: Int32
    ) throws(HostTrap) -> Result<(socket: Int32, input: Int32, output: Int32), NetworkError> {
        let call = try tcp(handle, in: .tcpAccept)
        let listener = call.socket
        if let refusal = listener.state.refusal(of: .accept) {
            record(call, error: refusal)
            return .failure(refusal)
        }
        guard hasConnection(listener), let next = listener.next else {
            record(call, error: .wouldBlock)
            return .failure(.wouldBlock)
        }
        listener.next = nil
        switch next {
        case .failed(let error):
            let code = error.code(in: .accept, policy.rules)
            record(call, error: code)
            return .failure(code)
        case .connection(let ends, let peer):
            let state = TCPState.accepted(policy.rules)
            let (socket, place) = try add(
                state, listener.family, ends, named: driver.name(of: peer, .tcp), in: call.call)
            record(call, "", tcpSockets[place].name)
            progressed()
            let inner = table.base + Int32(table.place(of: socket, as: .tcpSocket)!)
            let streams = try addStreams(of: place, childrenOf: inner, in: call.call)
            return .success((socket, streams.input, streams.output))
        }
    }

    /// Whether the queue has something for the guest, which then stands in ``TCPSocket/next``. Whom
    /// the policy does not admit is sent away (TCP-37).
    func hasConnection(_ socket: TCPSocket) -> Bool {
        if socket.next != nil { return true }
        while true {
            switch driver.accept(from: socket.ends) {
            case .wouldBlock: return false
            case .failed(let error):
                socket.next = .failed(error)
                return true
            case .connection(let ends, let peer):
                if admits(peer.ip) {
                    socket.next = .connection(ends, peer: peer)
                    return true
                }
                driver.reject(ends)
            }
        }
    }

    // MARK: The end

    /// `[method]tcp-socket.shutdown`: ends directions of the connection; what was written goes out
    /// first (TCP-42, TCP-43, STREAM-37 to STREAM-39).
    /// - Returns: `nil` for ok.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func shutDown(
        tcp handle: Int32, _ kind: ShutdownKind
    ) throws(HostTrap) -> NetworkError? {
        let call = try tcp(handle, in: .tcpShutdown)
        let socket = call.socket
        var error = socket.state.refusal(of: .shutDown)
        if error == nil, kind.endsReceiving {
            if socket.input >= 0 {
                inputs[socket.input].state.shutDown()
                if let source = inputs.end(socket.input).source { unpark(source) }
            }
            error = driver.shutDown(socket.ends, .receive)?.code(policy.rules)
        }
        if error == nil, kind.endsSending {
            if socket.output >= 0 {
                outputs[socket.output].state.shutDown()
                push(socket.output)
            } else {
                error = driver.shutDown(socket.ends, .send)?.code(policy.rules)
            }
        }
        record(call, String(describing: kind), error: error)
        return error
    }

    /// Gives up what a stream was the end of. A connection has two, and goes with the last of what
    /// the guest has of it.
    func closeEnd(
        _ end: StreamEnd, of owner: Int, _ direction: ReferenceWritableKeyPath<TCPSocket, Int>
    ) {
        if owner >= 0 {
            tcpSockets[owner][keyPath: direction] = -1
            closeIfLeft(tcp: owner)
        } else if let source = end.ownSource {
            driver.close(source)
        }
    }

    /// Gives a socket up once the guest has nothing of it any more, and all that it wrote has gone
    /// out (TCP-51, TCP-52).
    func closeIfLeft(tcp place: Int) {
        let socket = tcpSockets[place]
        guard !socket.isHeld, socket.input < 0, socket.output < 0 else { return }
        if case .connection(let ends, _)? = socket.next { driver.reject(ends) }
        driver.close(socket.ends)
        tcpSockets.remove(place)
    }
}
