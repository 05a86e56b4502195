// wasi:sockets/udp: the streams of datagrams.

extension WASIHost {
    /// The most datagrams that one call takes or gives (UDP-22, UDP-30).
    static let mostDatagrams = 16
    /// The longest datagram in bytes (UDP-39).
    static let longestDatagram = 65_535
    /// A receive that has so many bytes takes no further datagram (UDP-22).
    private static let mostReceived = 65_536
    /// How many datagrams that the guest may not have are thrown away in one look.
    private static let mostRefused = 1_024

    private func datagrams(
        _ handle: Int32, as kind: ResourceKind, in call: HostCall
    ) throws(HostTrap) -> SocketCall<DatagramStream> {
        try socketCall(handle, as: kind, in: call) { datagramStreams[$0] }
    }

    // MARK: Receiving

    /// `[method]incoming-datagram-stream.receive`: up to `count` datagrams that have come, in order;
    /// none is "nothing now" (UDP-20 to UDP-28). How many of those that are there it returns is the
    /// host's choice (FZ-33).
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func receive(
        _ handle: Int32, upTo count: UInt64
    ) throws(HostTrap) -> Result<[IncomingDatagram], NetworkError> {
        let call = try datagrams(handle, as: .incomingDatagramStream, in: .incomingReceive)
        let socket = udpSockets[call.socket.socket]
        let result = receive(call, socket, upTo: count)
        switch result {
        case .success(let datagrams):
            record(call, "\(count)", "\(datagrams.count)")
            if !datagrams.isEmpty { progressed() }
        case .failure(let error): record(call, "\(count)", error: error)
        }
        return result
    }

    private func receive(
        _ call: SocketCall<DatagramStream>, _ socket: UDPSocket, upTo count: UInt64
    ) -> Result<[IncomingDatagram], NetworkError> {
        if call.socket.pair != socket.state.pair { return .failure(.invalidState) }
        if count == 0 { return .success([]) }
        let wanted = Int(min(count, UInt64(Self.mostDatagrams)))
        socket.arrived.removeAll { !mayReceive($0.peer, socket) }
        collect(into: socket, upTo: wanted)
        var bytes = 0
        var fit = 0
        while fit < min(wanted, socket.arrived.count), bytes <= Self.mostReceived {
            bytes += socket.arrived[fit].bytes.count
            fit += 1
        }
        if fit == 0 {
            guard let failure = socket.failure else { return .success([]) }
            socket.failure = nil
            return .failure(failure.code(policy.rules))
        }
        // UDP-26: wasmtime forgets an error behind datagrams.
        if policy.rules == .wasmtime, fit == socket.arrived.count { socket.failure = nil }
        let kept = batch(of: fit, about: call.serial)
        let taken = Array(socket.arrived[..<kept])
        socket.arrived.removeFirst(kept)
        return .success(taken)
    }

    /// FZ-33: how many of the datagrams that are there a receive returns.
    private func batch(of count: Int, about serial: UInt64) -> Int {
        switch policy.reads {
        case .full: return count
        case .short: return 1
        case .any:
            let picked = choose(.readLength, about: serial, among: count)
            return picked == 0 ? count : picked
        }
    }

    /// Whether a receive would give a datagram or a failure (UDP-29).
    /// - Parameter isExpected: whether to ask the world though it has not said that there is one.
    func hasDatagram(_ socket: UDPSocket, isExpected: Bool) -> Bool {
        if socket.failure != nil { return true }
        socket.arrived.removeAll { !mayReceive($0.peer, socket) }
        if socket.arrived.isEmpty, isExpected || driver.isReady(socket.ends.input) {
            collect(into: socket, upTo: 1)
        }
        return !socket.arrived.isEmpty || socket.failure != nil
    }

    /// Takes datagrams in until there are so many, the world has no more, or it has failed.
    private func collect(into socket: UDPSocket, upTo wanted: Int) {
        var refused = 0
        while socket.arrived.count < wanted, socket.failure == nil, refused < Self.mostRefused {
            switch driver.receive(from: socket.ends) {
            case .wouldBlock: return
            case .failed(let error): socket.failure = error
            case .datagram(let bytes, let peer):
                if mayReceive(peer, socket) {
                    socket.arrived.append(IncomingDatagram(bytes, from: peer))
                } else {
                    refused += 1
                }
            }
        }
    }

    /// Whether the socket's streams are for this sender (UDP-23), and the guest may hear of it
    /// (UDP-27).
    private func mayReceive(_ sender: SocketAddress, _ socket: UDPSocket) -> Bool {
        if let peer = socket.state.peer, !peer.isSamePlace(as: sender) { return false }
        return admits(sender.ip)
    }

    /// `[method]incoming-datagram-stream.subscribe`: a pollable, ready while a receive would give
    /// a datagram or a failure (UDP-29). The stream's child.
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func subscribe(incoming handle: Int32) throws(HostTrap) -> Int32 {
        let call = try datagrams(handle, as: .incomingDatagramStream, in: .incomingSubscribe)
        let socket = udpSockets[call.socket.socket]
        return try addPollable(
            PollableState(.incoming(call.place)), source: socket.ends.input, childOf: call.inner,
            named: socket.name(of: "in"), in: call.call)
    }

    // MARK: Sending

    /// `[method]outgoing-datagram-stream.check-send`: how many datagrams the next send may carry; 0
    /// is "not now" (UDP-30, UDP-31). How many is the host's choice (FZ-34).
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func checkSend(_ handle: Int32) throws(HostTrap) -> Result<UInt64, NetworkError> {
        let call = try datagrams(handle, as: .outgoingDatagramStream, in: .outgoingCheckSend)
        let socket = udpSockets[call.socket.socket]
        if call.socket.pair != socket.state.pair { return answer(call, .failure(.invalidState)) }
        let permit = driver.isReady(socket.ends.output) ? sendPermit(about: call.serial) : 0
        call.socket.permit = permit
        call.socket.permitHistory = .granted
        return answer(call, .success(UInt64(permit)))
    }

    private func sendPermit(about serial: UInt64) -> Int {
        switch policy.permits {
        case .full: return Self.mostDatagrams
        case .one: return 1
        case .any:
            let picked = choose(.permit, about: serial, among: Self.mostDatagrams)
            return picked == 0 ? Self.mostDatagrams : picked
        }
    }

    /// Whether a send of so many datagrams is permitted; to be asked before they are looked at.
    /// - Throws: `send-overrun` (UDP-32); `unknown-handle`, `wrong-type`.
    public func checkSendPermit(_ handle: Int32, count: Int) throws(HostTrap) {
        guard let index = table.place(of: handle, as: .outgoingDatagramStream) else {
            throw refusal(of: handle, as: .outgoingDatagramStream, in: .outgoingSend)
        }
        let stream = datagramStreams[Int(table.entries[index].payload)]
        guard count <= stream.permit else {
            throw HostTrap(
                .sendOverrun(count, permit: stream.permit, stream.permitHistory),
                in: .outgoingSend)
        }
    }

    /// `[method]outgoing-datagram-stream.send`: sends a beginning of the list and returns how many
    /// datagrams that were; uses the permit up (UDP-33 to UDP-41).
    /// - Throws: as ``checkSendPermit(_:count:)``.
    public func send(
        _ handle: Int32, _ datagrams: [OutgoingDatagram]
    ) throws(HostTrap) -> Result<UInt64, NetworkError> {
        let call = try self.datagrams(handle, as: .outgoingDatagramStream, in: .outgoingSend)
        let socket = udpSockets[call.socket.socket]
        if datagrams.isEmpty { return answer(call, .success(0)) }
        try checkSendPermit(handle, count: datagrams.count)
        call.socket.permit = 0
        call.socket.permitHistory = .used
        if call.socket.pair != socket.state.pair { return answer(call, .failure(.invalidState)) }
        var sent: UInt64 = 0
        for datagram in datagrams {
            switch send(datagram, from: socket) {
            case .success(true):
                sent += 1
                continue
            case .success(false): break
            // UDP-35: an error behind a datagram that went out is not told.
            case .failure(let error): if sent == 0 { return answer(call, .failure(error)) }
            }
            break
        }
        if sent > 0 { progressed() }
        return answer(call, .success(sent))
    }

    /// Whether the datagram went out; `false` where the world takes none now.
    private func send(
        _ datagram: OutgoingDatagram, from socket: UDPSocket
    ) -> Result<Bool, NetworkError> {
        guard let target = datagram.peer ?? socket.state.peer else {
            return .failure(.invalidArgument)
        }
        if let peer = socket.state.peer, !peer.isSamePlace(as: target) {
            return .failure(.invalidArgument)
        }
        guard isProper(target, for: socket) else { return .failure(.invalidArgument) }
        guard datagram.bytes.count <= Self.longestDatagram else {
            return .failure(.datagramTooLarge)
        }
        guard reaches(target) else { return .failure(.accessDenied) }
        let peer = socket.state.peer == nil ? target : nil
        switch driver.send(datagram.bytes, from: socket.ends, to: peer) {
        case .sent: return .success(true)
        case .wouldBlock: return .success(false)
        case .failed(let error): return .failure(error.code(policy.rules))
        }
    }

    /// `[method]outgoing-datagram-stream.subscribe`: a pollable, ready while `check-send` would give
    /// a permit above 0 or an error. The stream's child.
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func subscribe(outgoing handle: Int32) throws(HostTrap) -> Int32 {
        let call = try datagrams(handle, as: .outgoingDatagramStream, in: .outgoingSubscribe)
        let socket = udpSockets[call.socket.socket]
        return try addPollable(
            PollableState(.outgoing(call.place)), source: socket.ends.output, childOf: call.inner,
            named: socket.name(of: "out"), in: call.call)
    }
}
