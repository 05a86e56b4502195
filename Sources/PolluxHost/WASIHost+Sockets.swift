// wasi:sockets: what its calls share, and share with those of wasi:http. Look-ups, lags, readiness, drops.

/// A call on a resource of wasi:sockets or wasi:http, once its handle is looked up.
struct SocketCall<Socket> {
    let call: HostCall
    /// The place of what stands behind the handle.
    let place: Int
    let handle: Int32
    /// The handle as the table counts places.
    let inner: Int32
    /// Of the handle's resource.
    let serial: UInt64
    let socket: Socket
}

extension WASIHost {
    // MARK: Networks

    /// `instance-network.instance-network`: another handle of the one network there is (RES-32).
    /// - Throws: `table-full`.
    public func instanceNetwork() throws(HostTrap) -> Int32 {
        try enter(.instanceNetwork)
        return try insert(.network, in: .instanceNetwork)
    }

    /// A call may only name a network that lives.
    func checkNetwork(_ handle: Int32, in call: HostCall) throws(HostTrap) {
        guard table.place(of: handle, as: .network) != nil else {
            throw refusal(of: handle, as: .network, in: call)
        }
    }

    // MARK: Calls

    /// Counts the call and looks its handle up.
    func socketCall<Socket>(
        _ handle: Int32, as kind: ResourceKind, in call: HostCall,
        _ socket: (Int) -> Socket
    ) throws(HostTrap) -> SocketCall<Socket> {
        try enter(call)
        guard let index = table.place(of: handle, as: kind) else {
            throw refusal(of: handle, as: kind, in: call)
        }
        let entry = table.entries[index]
        precondition(entry.payload >= 0, "a handle with nothing behind it")
        return SocketCall(
            call: call, place: Int(entry.payload), handle: handle,
            inner: table.base + Int32(index), serial: entry.serial,
            socket: socket(Int(entry.payload)))
    }

    /// Logs a call with its answer.
    func record<Socket>(
        _ socket: SocketCall<Socket>, _ argument: @autoclosure () -> String = "",
        _ answer: @autoclosure () -> String
    ) {
        guard let trace else { return }
        trace.record(
            .socket(SocketEvent(socket.call, of: socket.serial, argument(), answer())),
            at: driver.now)
    }

    /// Logs a call that gives nothing, or an error.
    func record<Socket>(
        _ socket: SocketCall<Socket>, _ argument: @autoclosure () -> String = "",
        error: NetworkError?
    ) {
        record(socket, argument(), error?.name ?? "ok")
    }

    /// Logs a call that gives a value, or an error, and returns that.
    func answer<Socket, Value>(
        _ socket: SocketCall<Socket>, _ result: Result<Value, NetworkError>
    ) -> Result<Value, NetworkError> {
        switch result {
        case .success(let value): record(socket, "", "\(value)")
        case .failure(let error): record(socket, "", error.name)
        }
        return result
    }

    /// A name for a new socket in traces.
    func nextSocketName(_ kind: String) -> String {
        socketCount += 1
        return "\(kind)-\(socketCount)"
    }

    /// FZ-23: whether a `finish-…` that could be done is still said to be under way.
    func finishLags(_ lag: inout Int, about serial: UInt64) -> Bool {
        if policy.finishLag == 0 { return false }
        if lag < 0 { lag = choose(.finish, about: serial, among: policy.finishLag + 1) }
        if lag == 0 {
            lag = -1
            return false
        }
        lag -= 1
        return true
    }

    /// Whether the guest may connect or send to this address.
    func reaches(_ address: SocketAddress) -> Bool {
        network.reaches(address, knownAs: knownNames[address.ip] ?? [])
    }

    /// Whether somebody at this address may connect or send to the guest.
    func admits(_ peer: IPAddress) -> Bool {
        network.admits(peer, knownAs: knownNames[peer] ?? [])
    }

    // MARK: Readiness

    /// Whether what a pollable of wasi:sockets watches is so now; if not, the source to wait for.
    ///
    /// Exact where a look says so (POLL-27): what has come is taken in to see whether the guest may
    /// have it.
    func lookAtSocket(
        _ condition: PollableState.Condition
    ) -> (isReady: Bool, source: SourceID?) {
        switch condition {
        case .tcp(let place): return look(at: tcpSockets[place])
        case .incoming(let place):
            let stream = datagramStreams[place]
            let socket = udpSockets[stream.socket]
            if stream.pair != socket.state.pair { return (true, nil) }
            return (hasDatagram(socket, isExpected: false), socket.ends.input)
        case .outgoing(let place):
            let stream = datagramStreams[place]
            let socket = udpSockets[stream.socket]
            if stream.pair != socket.state.pair { return (true, nil) }
            return (driver.isReady(socket.ends.output), socket.ends.output)
        case .lookup(let place):
            guard let source = lookups[place].source else { return (true, nil) }
            return (driver.isReady(source), source)
        default: preconditionFailure("no pollable of a socket")
        }
    }

    private func look(at socket: TCPSocket) -> (isReady: Bool, source: SourceID?) {
        switch socket.state.phase {
        case .connectStarted:
            advance(socket)
            let isKnown = socket.state.isEstablished || socket.failure != nil
            return (isKnown, socket.ends.output)
        case .listening:
            let isReady =
                socket.next != nil
                || driver.isReady(socket.ends.input) && hasConnection(socket)
            return (isReady, socket.ends.input)
        case .unbound, .bindStarted, .bound, .listenStarted, .connected, .closed:
            return (true, nil)
        }
    }

    // MARK: Drops

    /// A handle of wasi:sockets is gone.
    func releasedSocket(_ kind: ResourceKind, _ place: Int) {
        switch kind {
        case .tcpSocket:
            tcpSockets[place].isHeld = false
            closeIfLeft(tcp: place)
        case .udpSocket:
            udpSockets[place].isHeld = false
            closeIfLeft(udp: place)
        case .incomingDatagramStream, .outgoingDatagramStream:
            let socket = datagramStreams[place].socket
            datagramStreams.remove(place)
            udpSockets[socket].streams -= 1
            closeIfLeft(udp: socket)
        case .resolveAddressStream:
            if let source = lookups[place].source { driver.close(source) }
            lookups.remove(place)
        default: preconditionFailure("no resource of wasi:sockets")
        }
    }

    /// Takes in what decides what the sockets do next.
    func hashSockets(into hash: inout StateHash) {
        hash.add(tcpSockets.count)
        for place in 0..<tcpSockets.count {
            hash.add(tcpSockets.element(at: place)?.stateHash ?? 0)
        }
        hash.add(udpSockets.count)
        for place in 0..<udpSockets.count {
            hash.add(udpSockets.element(at: place)?.stateHash ?? 0)
        }
        for place in 0..<datagramStreams.count {
            hash.add(datagramStreams.element(at: place)?.stateHash ?? 0)
        }
        for place in 0..<lookups.count { hash.add(lookups.element(at: place)?.stateHash ?? 0) }
        for (address, names) in knownNames.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            hash.add("\(address)")
            for name in names.sorted() { hash.add(name) }
        }
    }
}
