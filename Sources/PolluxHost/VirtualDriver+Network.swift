// The simulated world's sockets: loopback in memory, on the simulated clock.

extension VirtualDriver {
    /// ns that a connect, bytes, an end or a datagram take to the other side; 0 unless it is set, which
    /// is to be done before the guest begins.
    public var latency: UInt64 {
        get { network.latency }
        set { withNetwork { $0.latency = newValue } }
    }

    /// ns that a look-up takes; `nil` for a resolver that never answers.
    public var lookupTime: UInt64? {
        get { network.lookupTime }
        set { withNetwork { $0.lookupTime = newValue } }
    }

    /// What names stand for; `localhost` needs no entry. A name without one is unknown.
    public var names: [String: [IPAddress]] {
        get { network.names }
        set { withNetwork { $0.names = newValue } }
    }

    /// Local addresses of the simulated machine, beside loopback.
    public var addresses: Set<IPAddress> {
        get { network.addresses }
        set { withNetwork { $0.addresses = newValue } }
    }

    /// How many sockets there may be at once, as a kernel's limit on descriptors.
    public var socketLimit: Int {
        get { network.socketLimit }
        set { withNetwork { $0.socketLimit = newValue } }
    }

    // MARK: Sources

    func slot(of source: SourceID) -> VirtualNetwork.Slot? {
        let place = Int(source.index) - endpoints.count
        return place < 0 ? nil : network.slots[place]
    }

    func source(of slot: VirtualNetwork.Slot) -> SourceID {
        let place = network.slots.firstIndex(of: slot)!
        return SourceID(index: Int32(endpoints.count + place))
    }

    /// Which of the network's sockets this is.
    private func socket(_ socket: SocketID) -> Int {
        guard case .input(let index)? = slot(of: socket.input) else {
            preconditionFailure("no socket of this world")
        }
        return index
    }

    private func id(of index: Int) -> SocketID {
        SocketID(input: source(of: .input(index)), output: source(of: .output(index)))
    }

    /// Whether the source belongs to the network and is ready.
    func isNetworkReady(_ source: SourceID) -> Bool {
        guard let slot = slot(of: source) else { return false }
        let isReady = network.isReady(slot)
        if network.peers.isEmpty, network.servers.isEmpty { return isReady }
        switch slot {
        case .input(let index) where isReady && network.sockets[index].received.isEmpty:
            network.meetEnd(at: index)
        case .output(let index): network.meetPermit(at: index)
        case .response(let index): network.exchanges[index].meetEnd()
        case .request(let index): network.exchanges[index].meetPermit()
        case .input, .lookup, .head: break
        }
        return isReady
    }

    /// How the script calls whoever is at this address: a peer of its own, or one who is to connect there.
    public func name(of address: SocketAddress, _ kind: SocketKind) -> String? {
        network.peer(at: address, kind).map { network.peers[$0].name }
            ?? (kind == .tcp ? network.listenerName(at: address) : nil)
    }

    /// How the script calls this name.
    public func name(ofLookup name: String) -> String? { network.answers[name]?.name }

    /// Does something to the network, and logs what has become ready by it.
    func withNetwork<Result>(_ body: (inout VirtualNetwork) -> Result) -> Result {
        isNetworkInUse = true
        let result = body(&network)
        for slot in network.takeWoken() {
            trace?.record(.level(source(of: slot), isReady: true, origin: nil), at: now)
        }
        return result
    }

    // MARK: Sockets

    /// A socket, or EMFILE at ``socketLimit``.
    public func openSocket(
        _ kind: SocketKind, _ family: AddressFamily
    ) -> Result<SocketID, SystemError> {
        if !network.hasRoomForSocket { return .failure(.emfile) }
        return .success(id(of: withNetwork { $0.addSocket(VirtualSocket(kind, family)) }))
    }

    /// Fails with EADDRNOTAVAIL where the machine has no such address, and EADDRINUSE.
    public func bind(_ socket: SocketID, to address: SocketAddress) -> SystemError? {
        let index = self.socket(socket)
        return withNetwork { network in
            let kind = network.sockets[index].kind
            guard network.isLocal(address.ip) || kind == .udp && address.ip.isMulticast else {
                return .eaddrnotavail
            }
            var address = address
            if address.port == 0 {
                guard let port = network.freePort(kind, at: address.ip) else { return .eaddrinuse }
                address.port = port
            } else {
                // As after SO_REUSEADDR: a TCP port is in use where somebody listens.
                let isTaken = network.sockets.contains {
                    $0.kind == kind && $0.collides(with: address)
                        && (kind == .udp || $0.phase == .listening)
                }
                if isTaken { return .eaddrinuse }
            }
            network.sockets[index].local = address
            return nil
        }
    }

    /// Reaches the machine's own addresses alone: any other is ENETUNREACH.
    public func connect(_ socket: SocketID, to peer: SocketAddress?) -> Connecting {
        let index = self.socket(socket)
        let now = now.nanoseconds
        return withNetwork { network in
            guard let peer else {
                network.sockets[index].remote = nil
                return .done
            }
            guard network.isLocal(peer.ip) || network.isOfPeer(peer.ip) else {
                return .failed(.enetunreach)
            }
            let kind = network.sockets[index].kind
            let own = network.ownAddress(toward: peer.ip)
            if network.sockets[index].local == nil {
                guard let port = network.freePort(kind, at: own) else {
                    return .failed(.eaddrnotavail)
                }
                network.sockets[index].local = SocketAddress(own, port: port)
            } else if network.sockets[index].local!.ip.isUnspecified,
                kind == .tcp || network.peer(at: peer, .udp) != nil
            {
                network.sockets[index].local!.ip = own
            }
            network.sockets[index].remote = peer
            if kind == .udp {
                if let place = network.peer(at: peer, .udp) { network.begin(at: place, now: now) }
                return .done
            }
            network.sockets[index].phase = .connecting
            network.post(.connect(from: index, to: peer), to: index, now: now)
            return Self.outcome(network.sockets[index].phase)
        }
    }

    private static func outcome(_ phase: VirtualSocket.Phase) -> Connecting {
        switch phase {
        case .connected: .done
        case .failed(let error): .failed(error)
        case .idle, .listening, .connecting, .gone: .pending
        }
    }

    /// A failed connect stays so.
    public func connecting(of socket: SocketID) -> Connecting {
        Self.outcome(network.sockets[self.socket(socket)].phase)
    }

    /// Fails with EADDRINUSE where another socket listens.
    public func listen(_ socket: SocketID, backlog: Int) -> SystemError? {
        let index = self.socket(socket)
        let now = now.nanoseconds
        return withNetwork { network in
            let address = network.sockets[index].local!
            let isTaken = network.sockets.indices.contains {
                $0 != index && network.sockets[$0].kind == .tcp
                    && network.sockets[$0].phase == .listening
                    && network.sockets[$0].collides(with: address)
            }
            if isTaken { return .eaddrinuse }
            network.sockets[index].phase = .listening
            network.sockets[index].backlog = backlog
            network.callAgain(now: now)
            return nil
        }
    }

    /// The connection that has waited longest, or EMFILE at ``socketLimit``.
    public func accept(from socket: SocketID) -> Accepting {
        let index = self.socket(socket)
        let now = now.nanoseconds
        if !network.sockets[index].queue.isEmpty, !network.hasRoomForSocket {
            return .failed(.emfile)
        }
        guard let connection = withNetwork({ $0.accept(from: index, now: now) }) else {
            return .wouldBlock
        }
        let peer = network.sockets[connection].remote!
        return .connection(id(of: connection), peer: peer)
    }

    /// Fails with ENOTCONN where there is no connection any more.
    public func shutDown(_ socket: SocketID, _ kind: ShutdownKind) -> SystemError? {
        let index = self.socket(socket)
        let now = now.nanoseconds
        if network.sockets[index].phase != .connected || network.sockets[index].isBroken {
            return .enotconn
        }
        withNetwork { $0.shutDown(index, kind, now: now) }
        return nil
    }

    /// Where it is bound, which it must be.
    public func localAddress(of socket: SocketID) -> Result<SocketAddress, SystemError> {
        .success(network.sockets[self.socket(socket)].local!)
    }

    /// The other end, or ENOTCONN.
    public func remoteAddress(of socket: SocketID) -> Result<SocketAddress, SystemError> {
        let socket = network.sockets[self.socket(socket)]
        guard let remote = socket.remote, !socket.isBroken else { return .failure(.enotconn) }
        return .success(remote)
    }

    /// Keeps the value. A connection holds as much unread as its receive buffer's; nothing goes by the
    /// other options.
    public func set(_ option: SocketOption, to value: Int, of socket: SocketID) -> SystemError? {
        let index = self.socket(socket)
        withNetwork { $0.sockets[index].options[option] = value }
        return nil
    }

    /// The value that was set, or the default.
    public func value(
        of option: SocketOption, of socket: SocketID
    ) -> Result<Int, SystemError> {
        .success(network.sockets[self.socket(socket)].value(of: option))
    }

    /// The other end sees an end, or a reset where bytes were not read.
    public func close(_ socket: SocketID) {
        let index = self.socket(socket)
        let now = now.nanoseconds
        withNetwork { $0.close(index, isAbort: false, now: now) }
    }

    /// The other end sees a reset.
    public func reject(_ socket: SocketID) {
        let index = self.socket(socket)
        let now = now.nanoseconds
        withNetwork { $0.close(index, isAbort: true, now: now) }
    }

    // MARK: Bytes

    func read(network source: SourceID, upTo count: Int) -> ByteRead {
        if case .response(let exchange)? = slot(of: source) {
            network.exchanges[exchange].meetEnd()
            return network.exchanges[exchange].read(upTo: count)
        }
        guard case .input(let index)? = slot(of: source) else {
            preconditionFailure("a read of what is no input")
        }
        return withNetwork { network in
            let socket = network.sockets[index]
            if socket.isReceiveShut { return .closed }
            let affected = socket.peer.map { [$0] } ?? []
            var bytes: [UInt8] = []
            network.noting(affected) { bytes = $0.sockets[index].received.take(count) }
            if !bytes.isEmpty { return .bytes(bytes) }
            if socket.isEnded || socket.isBroken { network.meetEnd(at: index) }
            if let error = socket.error {
                network.sockets[index].error = nil
                return .failed(ByteFailure(error.text))
            }
            return socket.isEnded || socket.isBroken ? .closed : .wouldBlock
        }
    }

    func room(network source: SourceID) -> ByteRoom {
        if case .request(let exchange)? = slot(of: source) {
            network.exchanges[exchange].meetPermit()
            return network.exchanges[exchange].roomForRequest
        }
        guard case .output(let index)? = slot(of: source) else {
            preconditionFailure("room in what is no output")
        }
        return withNetwork { network in
            network.meetPermit(at: index)
            if let error = network.sockets[index].error {
                network.meetEnd(at: index)
                network.sockets[index].error = nil
                return .failed(ByteFailure(error.text))
            }
            if network.sockets[index].isBroken || network.sockets[index].isSendShut {
                return .closed
            }
            let room = network.room(from: index)
            return room > 0 ? .bytes(room) : .none
        }
    }

    func write(_ bytes: borrowing Span<UInt8>, network source: SourceID) -> ByteWrite {
        if case .request(let exchange)? = slot(of: source) {
            network.exchanges[exchange].meetPermit()
            return network.exchanges[exchange].write(bytes)
        }
        guard case .output(let index)? = slot(of: source) else {
            preconditionFailure("a write to what is no output")
        }
        switch room(network: source) {
        case .closed: return .closed
        case .failed(let failure): return .failed(failure)
        case .none: return .wouldBlock
        case .bytes(let room):
            var taken: [UInt8] = []
            for place in 0..<min(room, bytes.count) { taken.append(bytes[place]) }
            let cut = cut(taken.count)
            let now = now.nanoseconds
            withNetwork { $0.send(taken, from: index, cutAt: cut, now: now) }
            return .took(taken.count)
        }
    }

    /// FZ-14: where the bytes of a write are cut: not, behind the first, in the middle, before the last.
    private func cut(_ count: Int) -> Int? {
        guard count > 1, let cut else { return nil }
        return switch cut(4) {
        case 0: nil
        case 1: 1
        case 2: count / 2
        default: count - 1
        }
    }

    // MARK: Datagrams

    /// Loss-free: where the receiver has no room the sender waits.
    public func send(
        _ bytes: [UInt8], from socket: SocketID, to peer: SocketAddress?
    ) -> Sending {
        let index = self.socket(socket)
        let now = now.nanoseconds
        return withNetwork { network in
            if let error = network.sockets[index].error {
                network.sockets[index].error = nil
                return .failed(error)
            }
            guard let target = peer ?? network.sockets[index].remote else {
                return .failed(.edestaddrreq)
            }
            guard network.isLocal(target.ip) || network.isOfPeer(target.ip) else {
                return .failed(.enetunreach)
            }
            let own = network.ownAddress(toward: target.ip)
            if network.sockets[index].local == nil {
                guard let port = network.freePort(.udp, at: own) else {
                    return .failed(.eaddrnotavail)
                }
                network.sockets[index].local = SocketAddress(own, port: port)
            }
            let source = network.source(of: index, to: target)
            if let receiver = network.receiver(at: target, from: source),
                !network.sockets[receiver].takesDatagrams
            {
                // Loss-free: what does not fit waits with its sender.
                network.sockets[index].blockedOn = receiver
                return .wouldBlock
            }
            network.sockets[index].blockedOn = nil
            network.post(
                .datagram(from: index, to: target, bytes), to: index, now: now)
            return .sent
        }
    }

    /// The oldest, or what an earlier send came to.
    public func receive(from socket: SocketID) -> Receiving {
        let index = self.socket(socket)
        return withNetwork { network in
            if let error = network.sockets[index].error {
                network.sockets[index].error = nil
                return .failed(error)
            }
            guard !network.sockets[index].datagrams.isEmpty else { return .wouldBlock }
            let datagram = network.sockets[index].datagrams.removeFirst()
            return .datagram(datagram.bytes, from: datagram.sender)
        }
    }

    // MARK: Look-ups

    /// Answered after ``lookupTime``, from ``names``.
    public func lookUp(_ name: String) -> SourceID {
        let now = now.nanoseconds
        withNetwork { $0.addLookup(name, now: now) }
        return SourceID(index: Int32(endpoints.count + network.slots.count - 1))
    }

    /// `localhost` and what ends in it is loopback, both families.
    public func lookingUp(_ lookup: SourceID) -> LookingUp {
        guard case .lookup(let index)? = slot(of: lookup) else {
            preconditionFailure("no look-up")
        }
        guard network.lookups[index].isAnswered else { return .pending }
        let name = network.lookups[index].name
        switch network.answers[name]?.answer {
        case .addresses(let addresses): return .addresses(addresses)
        case .failure(let failure): return .failed(failure)
        case nil: break
        }
        if let addresses = network.names[name] {
            return addresses.isEmpty ? .failed(.unknownName) : .addresses(addresses)
        }
        if name == "localhost" || name.hasSuffix(".localhost") {
            return .addresses([.loopback, .loopback6])
        }
        return .failed(.unknownName)
    }
}
