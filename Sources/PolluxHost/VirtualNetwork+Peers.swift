// What the peers of a script do on a simulated network.

extension VirtualNetwork {
    /// The script's peer at an address, as guests connect to it or are connected to by it.
    func peer(at address: SocketAddress, _ kind: SocketKind) -> Int? {
        peers.firstIndex { $0.kind == kind && $0.address.isSamePlace(as: address) }
    }

    /// The script's peer at the other end of a connection.
    func peer(of index: Int) -> Int? { sockets[index].peer.flatMap { sockets[$0].script } }

    /// Whether a peer of the script's has this address.
    func isOfPeer(_ ip: IPAddress) -> Bool { peers.contains { $0.address.ip == ip } }

    /// How the script calls who listens there; whoever listens on every address listens there, too.
    func listenerName(at address: SocketAddress) -> String? {
        if let name = listenerNames[address] { return name }
        guard address.ip.isUnspecified else { return nil }
        return listenerNames.filter { $0.key.port == address.port }.map(\.value).min()
    }

    /// Takes a peer in.
    mutating func add(_ peer: VirtualPeer) {
        peers.append(peer)
        guard case .datagrams(let address) = peer.role else { return }
        var socket = VirtualSocket(.udp, address.family)
        socket.local = address
        socket.script = peers.count - 1
        sockets.append(socket)
        peers[peers.count - 1].socket = sockets.count - 1
    }

    // MARK: The script

    /// Something happens at a peer; `line` is its place in the script.
    mutating func apply(_ change: VirtualDriver.Change, atPeer place: Int, line: Int, now: UInt64) {
        switch change {
        case .answers(let answer):
            peers[place].answer = answer
            peers[place].answerLine = line
            answerWaiting(at: place, now: now)
        case .calls:
            peers[place].meet(line: line)
            peers[place].isCalling = true
            call(from: place, now: now)
        default:
            let task = VirtualPeer.Task(change: change, line: line)
            if hasConnection(place) {
                perform(task, at: place, now: now)
            } else {
                peers[place].tasks.append(task)
            }
        }
    }

    /// Whether a peer has somebody to do something to.
    private func hasConnection(_ place: Int) -> Bool {
        guard let socket = peers[place].socket else { return false }
        if peers[place].kind == .udp { return target(ofDatagramsFrom: place) != nil }
        return sockets[socket].phase == .connected
    }

    private mutating func perform(_ task: VirtualPeer.Task, at place: Int, now: UInt64) {
        let own = peers[place].socket!
        switch task.change {
        case .chunk(let bytes):
            if peers[place].kind == .udp {
                let target = target(ofDatagramsFrom: place)!
                post(.datagram(from: own, to: target, bytes), to: own, now: now)
            } else {
                send(bytes, from: own, cutAt: nil, now: now)
            }
        case .permit(let count):
            peers[place].permitLine = task.line
            noting(sockets[own].peer.map { [$0] } ?? []) { $0.peers[place].permit = count }
        case .close:
            peers[place].endLine = task.line
            shutDown(own, .send, now: now)
        case .fail:
            peers[place].endLine = task.line
            close(own, isAbort: true, now: now)
        case .ready, .unready, .emptyReady, .flushed, .answers, .calls, .responds:
            preconditionFailure("no peer does that")
        }
    }

    /// A peer has a connection now, or somebody to send to.
    mutating func begin(at place: Int, now: UInt64) {
        while !peers[place].tasks.isEmpty, hasConnection(place) {
            perform(peers[place].tasks.removeFirst(), at: place, now: now)
        }
    }

    // MARK: Servers

    /// A connect of the guest's arrives at a server of the script's.
    mutating func knock(_ client: Int, atPeer place: Int, now: UInt64) {
        if peers[place].answer == .silent || isBusy(place) {
            peers[place].meet(\.answerLine)
            peers[place].waiting.append(client)
        } else {
            answer(client, at: place, now: now)
        }
    }

    /// Whether the guest still has the connection that it had.
    private func isBusy(_ place: Int) -> Bool {
        guard let socket = peers[place].socket, sockets[socket].phase == .connected,
            let guest = sockets[socket].peer
        else { return false }
        return sockets[guest].phase != .gone
    }

    private mutating func answer(_ client: Int, at place: Int, now: UInt64) {
        peers[place].meet(\.answerLine)
        if peers[place].answer == .refuses {
            post(.refused(client), to: client, now: now)
            return
        }
        let address = peers[place].address
        var server = VirtualSocket(.tcp, address.family)
        server.phase = .connected
        server.local = address
        server.remote = sockets[client].local
        server.peer = client
        server.script = place
        sockets.append(server)
        sockets[client].peer = sockets.count - 1
        peers[place].socket = sockets.count - 1
        post(.established(client), to: client, now: now)
        begin(at: place, now: now)
    }

    /// Those that wait get their answer, one by one.
    private mutating func answerWaiting(at place: Int, now: UInt64) {
        while peers[place].answer != .silent, !isBusy(place), !peers[place].waiting.isEmpty {
            let client = peers[place].waiting.removeFirst()
            if sockets[client].phase == .connecting { answer(client, at: place, now: now) }
        }
    }

    /// The guest has given up its end of a connection: who waits for that is next.
    mutating func noteEnd(of index: Int, now: UInt64) {
        if let place = peer(of: index) { answerWaiting(at: place, now: now) }
    }

    // MARK: Clients

    /// A client connects to the guest, where somebody listens.
    private mutating func call(from place: Int, now: UInt64) {
        guard peers[place].isCalling,
            case .client(of: let listener, from: let address) = peers[place].role,
            self.listener(at: listener) != nil
        else { return }
        peers[place].isCalling = false
        var client = VirtualSocket(.tcp, address.family)
        client.phase = .connecting
        client.local = address
        client.remote = listener
        client.script = place
        sockets.append(client)
        peers[place].socket = sockets.count - 1
        post(.connect(from: sockets.count - 1, to: listener), to: sockets.count - 1, now: now)
    }

    /// The guest listens somewhere: those that have tried in vain try again.
    mutating func callAgain(now: UInt64) {
        for place in peers.indices { call(from: place, now: now) }
    }

    // MARK: Datagrams

    /// To whom a peer's datagrams go: the guest's socket that is connected to it, or whoever wrote last.
    private func target(ofDatagramsFrom place: Int) -> SocketAddress? {
        let address = peers[place].address
        let connected = sockets.first {
            $0.kind == .udp && $0.script == nil && $0.phase != .gone
                && $0.remote?.isSamePlace(as: address) == true
        }
        return connected?.local ?? peers[place].correspondent
    }

    /// A datagram of the guest's arrives at a peer.
    mutating func take(
        _ bytes: [UInt8], atPeer place: Int, from sender: Int, _ address: SocketAddress, now: UInt64
    ) {
        peers[place].meet(\.answerLine)
        switch peers[place].answer {
        case .silent: return
        case .refuses:
            let isConnected = sockets[sender].remote != nil && sockets[sender].phase != .gone
            if isConnected { post(.unreachable(sender), to: sender, now: now) }
        case .accepts:
            peers[place].taken += bytes
            peers[place].correspondent = address
            begin(at: place, now: now)
        }
    }

    // MARK: Use

    /// Everything that a peer took, and what is under way to it.
    func sent(toPeer place: Int) -> [UInt8] {
        pending.reduce(into: peers[place].taken) { bytes, next in
            switch next.event {
            case .data(to: let index, let more) where sockets[index].script == place:
                bytes += more
            case .datagram(from: let sender, to: let address, let more)
            where sockets[sender].script == nil && peers[place].kind == .udp
                && peers[place].address.isSamePlace(as: address):
                bytes += more
            default: break
            }
        }
    }

    /// An answer to the guest rests on how much the other end takes.
    mutating func meetPermit(at index: Int) {
        if let place = peer(of: index) { peers[place].meet(\.permitLine) }
    }

    /// An answer to the guest rests on the other end's having ended.
    mutating func meetEnd(at index: Int) {
        if let place = peer(of: index) { peers[place].meet(\.endLine) }
    }
}
