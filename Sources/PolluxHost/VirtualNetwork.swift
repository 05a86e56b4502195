// The network of a simulated world: one machine that talks to itself.

/// Sockets in memory, and what is under way between them.
///
/// A pure value: calls and the arrival of what was sent are its only inputs. Nothing is lost and nothing
/// is overtaken on one connection; everything takes ``latency``. At a latency of 0 what is sent is
/// there when the call returns.
struct VirtualNetwork: Hashable {
    /// Something under way.
    enum Event: Hashable {
        case connect(from: Int, to: SocketAddress)
        case established(Int)
        case refused(Int)
        case data(to: Int, [UInt8])
        case fin(to: Int)
        case reset(to: Int)
        case datagram(from: Int, to: SocketAddress, [UInt8])
        case unreachable(Int)
        case answer(Int)
        case connected(exchange: Int)
        case served(exchange: Int, HTTPDoor.Change)
    }

    /// What a source is.
    enum Slot: Hashable {
        case input(Int)
        case output(Int)
        case lookup(Int)
        /// Of an exchange of HTTP's.
        case head(Int)
        case response(Int)
        case request(Int)
    }

    struct Pending: Hashable {
        var time: UInt64
        var event: Event
    }

    struct Lookup: Hashable {
        var name: String
        var isAnswered = false
    }

    /// ns that anything takes to the other side.
    var latency: UInt64 = 0
    /// ns that a look-up takes; `nil` for one that is never answered.
    var lookupTime: UInt64? = 0
    /// What names stand for; `localhost` needs no entry.
    var names: [String: [IPAddress]] = [:]
    /// How many sockets may be open at once; those in queues do not count.
    var socketLimit = Int.max
    /// Local addresses beside loopback.
    var addresses: Set<IPAddress> = []

    var sockets: [VirtualSocket] = []
    /// Those of the script's.
    var peers: [VirtualPeer] = []
    /// What the script's resolver says of names, before ``names``.
    var answers: [String: VirtualDriver.NameAnswer] = [:]
    /// How the script calls addresses on which the guest may listen.
    var listenerNames: [SocketAddress: String] = [:]
    /// When the run began.
    var start: UInt64 = 0
    var lookups: [Lookup] = []
    /// The servers of HTTP that answer by themselves, and those under the script, which come first.
    var doors: [HTTPDoor] = []
    var servers: [VirtualServer] = []
    var exchanges: [VirtualExchange] = []
    /// A connection of an exchange has come about since somebody took note of it.
    private(set) var hasConnected = false
    private(set) var slots: [Slot] = []
    /// In order of time, and of sending at one time.
    private(set) var pending: [Pending] = []
    private var nextPort: UInt16 = firstPort
    /// Sources that have become ready since somebody took note of it.
    private(set) var woken: [Slot] = []

    private static let firstPort: UInt16 = 49_152
    /// ns by which the second part of a write that was cut comes later.
    static let gap: UInt64 = 1_000

    /// Whether nobody has made a socket, looked a name up or sent a request.
    var isEmpty: Bool { slots.isEmpty }

    /// When the next of what is under way arrives.
    var nextTime: UInt64? { pending.first?.time }

    /// How many sockets somebody has.
    private var openCount: Int {
        let queued = sockets.reduce(0) { $0 + ($1.phase == .listening ? $1.queue.count : 0) }
        return sockets.count { $0.phase != .gone && $0.script == nil } - queued
    }

    /// Whether another socket is to be had.
    var hasRoomForSocket: Bool { socketLimit == .max || openCount < socketLimit }

    // MARK: Sources

    mutating func addSocket(_ socket: VirtualSocket) -> Int {
        sockets.append(socket)
        slots += [.input(sockets.count - 1), .output(sockets.count - 1)]
        return sockets.count - 1
    }

    mutating func addLookup(_ name: String, now: UInt64) {
        lookups.append(Lookup(name: name))
        slots.append(.lookup(lookups.count - 1))
        guard let delay = answerDelay(of: name, now: now) else { return }
        post(.answer(lookups.count - 1), after: delay, now: now)
    }

    /// How long it takes to answer a look-up that begins now, in ns; `nil` for never.
    private func answerDelay(of name: String, now: UInt64) -> UInt64? {
        switch answers[name]?.time {
        case nil: lookupTime
        case .after(let delay): delay
        case .at(let time): time - min(time, now - start)
        case .never: nil
        }
    }

    mutating func addExchange(_ exchange: VirtualExchange) -> Int {
        exchanges.append(exchange)
        let index = exchanges.count - 1
        slots += [.head(index), .response(index), .request(index)]
        return index
    }

    func isReady(_ slot: Slot) -> Bool {
        switch slot {
        case .input(let socket): sockets[socket].isInputReady
        case .output(let socket): isOutputReady(socket)
        case .lookup(let lookup): lookups[lookup].isAnswered
        case .head(let exchange): exchanges[exchange].isHeadReady
        case .response(let exchange): exchanges[exchange].isResponseReady
        case .request(let exchange): exchanges[exchange].isRequestReady
        }
    }

    private func isOutputReady(_ index: Int) -> Bool {
        let socket = sockets[index]
        switch (socket.kind, socket.phase) {
        case (.udp, _): return socket.blockedOn.map { sockets[$0].takesDatagrams } ?? true
        case (.tcp, .connected):
            if socket.isBroken || socket.isSendShut || socket.error != nil { return true }
            return room(from: index) > 0
        case (.tcp, .failed): return true
        case (.tcp, _): return false
        }
    }

    /// How many bytes the other end of a connection would take.
    func room(from index: Int) -> Int {
        guard let peer = sockets[index].peer, sockets[peer].phase != .gone else { return 65_536 }
        if let permit = sockets[peer].script.flatMap({ peers[$0].permit }) { return permit }
        return sockets[peer].room
    }

    /// Who has become ready; nobody is told twice.
    mutating func takeWoken() -> [Slot] {
        defer { woken.removeAll(keepingCapacity: true) }
        return woken
    }

    mutating func noteConnected() { hasConnected = true }

    /// Whether a connection of an exchange has come about since this was asked last.
    mutating func takeConnected() -> Bool {
        defer { hasConnected = false }
        return hasConnected
    }

    /// A source has become ready.
    mutating func wake(_ slot: Slot) { woken.append(slot) }

    /// Takes note of what has become ready by `change` of these sockets.
    mutating func noting(_ indices: [Int], _ change: (inout VirtualNetwork) -> Void) {
        let slots = indices.filter { sockets[$0].script == nil }
            .flatMap { [Slot.input($0), .output($0)] }
        let before = slots.map(isReady)
        change(&self)
        for (slot, wasReady) in zip(slots, before) where !wasReady && isReady(slot) {
            woken.append(slot)
        }
    }

    // MARK: What is under way

    /// Sends something to a socket, behind what was sent to it before.
    mutating func post(_ event: Event, to socket: Int, after delay: UInt64 = 0, now: UInt64) {
        let (gap, isLong) = latency.addingReportingOverflow(delay)
        let (time, isLate) = now.addingReportingOverflow(gap)
        let arrival = isLong || isLate ? .max : max(time, sockets[socket].nextArrival)
        sockets[socket].nextArrival = arrival
        // What never comes nothing comes behind.
        if arrival < .max { post(event, after: arrival - now, now: now) }
    }

    /// Sends something that takes `delay` ns; where no clock counts that far it never comes, as a timer
    /// does not (CLOCK-07).
    mutating func post(_ event: Event, after delay: UInt64, now: UInt64) {
        let (time, overflow) = now.addingReportingOverflow(delay)
        if overflow { return }
        if delay == 0 {
            arrive(event, now: now)
            return
        }
        let place = pending.firstIndex { $0.time > time } ?? pending.count
        pending.insert(Pending(time: time, event: event), at: place)
    }

    /// Takes back what is under way for an exchange.
    mutating func forget(exchange: Int) {
        pending.removeAll {
            switch $0.event {
            case .connected(exchange), .served(exchange, _): true
            default: false
            }
        }
    }

    /// Lets what comes next arrive.
    mutating func arriveNext() {
        let next = pending.removeFirst()
        arrive(next.event, now: next.time)
    }

    private mutating func arrive(_ event: Event, now: UInt64) {
        switch event {
        case .connect(let client, let address): reach(address, from: client, now: now)
        case .established(let client):
            noting([client]) { if $0.sockets[client].phase == .connecting { $0.establish(client) } }
            if let place = sockets[client].script { begin(at: place, now: now) }
        case .refused(let client):
            noting([client]) {
                if $0.sockets[client].phase == .connecting {
                    $0.sockets[client].phase = .failed(.econnrefused)
                }
            }
        case .data(let index, let bytes): deliver(bytes, to: index, now: now)
        case .fin(let index): noting([index]) { $0.sockets[index].isEnded = true }
        case .reset(let index):
            noting([index]) {
                guard $0.sockets[index].phase == .connected else { return }
                // The end of what was received, as far as it was not told already.
                if !$0.sockets[index].isBroken, !$0.sockets[index].isEnded {
                    $0.sockets[index].error = .econnreset
                }
                $0.sockets[index].isBroken = true
            }
        case .datagram(let sender, let address, let bytes):
            deliver(bytes, from: sender, to: address, now: now)
        case .unreachable(let sender):
            noting([sender]) { $0.sockets[sender].error = .econnrefused }
        case .answer(let lookup):
            lookups[lookup].isAnswered = true
            woken.append(.lookup(lookup))
        case .connected(let exchange): connect(exchange, now: now)
        case .served(let exchange, let change):
            noting(exchange: exchange) { $0.apply(change, at: now) }
        }
    }

    private mutating func establish(_ client: Int) { sockets[client].phase = .connected }

    // MARK: Connections

    /// A connect arrives where it was to go.
    private mutating func reach(_ address: SocketAddress, from client: Int, now: UInt64) {
        guard sockets[client].phase == .connecting else { return }
        if sockets[client].script == nil, let place = peer(at: address, .tcp) {
            return knock(client, atPeer: place, now: now)
        }
        guard let listener = listener(at: address) else {
            post(.refused(client), to: client, now: now)
            return
        }
        if sockets[listener].queue.count >= sockets[listener].backlog {
            sockets[listener].waiting.append(client)
        } else {
            enqueue(client, at: address, on: listener, now: now)
        }
    }

    /// Who listens there.
    func listener(at address: SocketAddress) -> Int? {
        sockets.indices.first {
            sockets[$0].kind == .tcp && sockets[$0].phase == .listening
                && sockets[$0].isBound(to: address)
        }
    }

    private mutating func enqueue(
        _ client: Int, at address: SocketAddress, on listener: Int, now: UInt64
    ) {
        var server = VirtualSocket(.tcp, address.family)
        server.phase = .connected
        server.local = address
        server.remote = sockets[client].local
        server.options = sockets[listener].options
        server.peer = client
        let index = addSocket(server)
        sockets[client].peer = index
        noting([listener]) { $0.sockets[listener].queue.append(index) }
        post(.established(client), to: client, now: now)
    }

    /// Takes a connection out of a queue, and lets one in that found it full.
    mutating func accept(from listener: Int, now: UInt64) -> Int? {
        guard !sockets[listener].queue.isEmpty else { return nil }
        let index = sockets[listener].queue.removeFirst()
        while !sockets[listener].waiting.isEmpty {
            let client = sockets[listener].waiting.removeFirst()
            guard sockets[client].phase == .connecting, let address = sockets[client].remote else {
                continue
            }
            enqueue(client, at: address, on: listener, now: now)
            break
        }
        return index
    }

    private mutating func deliver(_ bytes: [UInt8], to index: Int, now: UInt64) {
        noting([index]) { network in
            network.sockets[index].inFlight -= bytes.count
            if network.sockets[index].phase == .gone {
                // Nobody reads it any more: the sender hears of that.
                if let peer = network.sockets[index].peer {
                    network.post(.reset(to: peer), to: peer, now: now)
                }
            } else if let place = network.sockets[index].script {
                network.peers[place].taken += bytes
            } else if !network.sockets[index].isReceiveShut {
                network.sockets[index].received.append(bytes)
            }
        }
    }

    /// Sends bytes over a connection, in one part or two.
    mutating func send(_ bytes: [UInt8], from index: Int, cutAt cut: Int?, now: UInt64) {
        guard let peer = sockets[index].peer else { preconditionFailure("a send to nobody") }
        sockets[peer].inFlight += bytes.count
        guard let cut, cut > 0, cut < bytes.count else {
            post(.data(to: peer, bytes), to: peer, now: now)
            return
        }
        post(.data(to: peer, Array(bytes[..<cut])), to: peer, now: now)
        post(.data(to: peer, Array(bytes[cut...])), to: peer, after: Self.gap, now: now)
    }

    mutating func shutDown(_ index: Int, _ kind: ShutdownKind, now: UInt64) {
        if kind.endsReceiving {
            noting([index]) {
                $0.sockets[index].isReceiveShut = true
                $0.sockets[index].received = ByteQueue()
            }
        }
        if kind.endsSending, !sockets[index].isSendShut {
            noting([index]) { $0.sockets[index].isSendShut = true }
            if let peer = sockets[index].peer { post(.fin(to: peer), to: peer, now: now) }
        }
    }

    /// Gives a socket up. The other end sees an end, or a reset where something was not read or
    /// `isAbort`.
    mutating func close(_ index: Int, isAbort: Bool, now: UInt64) {
        let socket = sockets[index]
        sockets[index].phase = .gone
        sockets[index].received = ByteQueue()
        sockets[index].datagrams = []
        switch socket.phase {
        case .listening:
            for connection in socket.queue { close(connection, isAbort: true, now: now) }
            for client in socket.waiting { post(.refused(client), to: client, now: now) }
        case .connected:
            guard let peer = socket.peer else { return }
            if isAbort || !socket.received.isEmpty {
                post(.reset(to: peer), to: peer, now: now)
            } else if !socket.isSendShut {
                post(.fin(to: peer), to: peer, now: now)
            }
            noteEnd(of: index, now: now)
        case .idle, .connecting, .failed, .gone: break
        }
    }

    // MARK: Datagrams

    /// What a receiver there is told of the sender: one that is bound to every address sends from the
    /// one on the way.
    func source(of sender: Int, to target: SocketAddress) -> SocketAddress {
        guard var source = sockets[sender].local else { return target }
        if source.ip.isUnspecified { source.ip = ownAddress(toward: target.ip) }
        return source
    }

    /// Who receives what this socket sends there: whoever is connected to the sender first.
    func receiver(at address: SocketAddress, from sender: SocketAddress) -> Int? {
        var found: Int?
        for index in sockets.indices where sockets[index].kind == .udp {
            guard sockets[index].isBound(to: address) else { continue }
            if let remote = sockets[index].remote {
                if remote.isSamePlace(as: sender) { return index }
            } else if found == nil {
                found = index
            }
        }
        return found
    }

    private mutating func deliver(
        _ bytes: [UInt8], from sender: Int, to address: SocketAddress, now: UInt64
    ) {
        let from = source(of: sender, to: address)
        if sockets[sender].script == nil, let place = peer(at: address, .udp) {
            return take(bytes, atPeer: place, from: sender, from, now: now)
        }
        guard let index = receiver(at: address, from: from) else {
            let isConnected = sockets[sender].remote != nil && sockets[sender].phase != .gone
            if isConnected { post(.unreachable(sender), to: sender, now: now) }
            return
        }
        noting([index]) { network in
            network.sockets[index].datagrams.append(.init(bytes: bytes, sender: from))
        }
    }

    // MARK: Addresses

    /// Whether the machine has this address.
    func isLocal(_ ip: IPAddress) -> Bool {
        ip.isLoopback || ip.isUnspecified || addresses.contains(ip)
    }

    /// The machine's address on the way to another one's.
    func ownAddress(toward ip: IPAddress) -> IPAddress {
        if isLocal(ip) { return ip }
        // Those that stand for any machine in documents.
        return ip.family == .ipv4 ? .ipv4(0xC000_0201) : .ipv6(0x2001_0DB8_0000_0000, 1)
    }

    /// A port that no socket of this kind has.
    mutating func freePort(_ kind: SocketKind, at ip: IPAddress) -> UInt16? {
        for _ in Self.firstPort...UInt16.max {
            let port = nextPort
            nextPort = port == .max ? Self.firstPort : port + 1
            let address = SocketAddress(ip, port: port)
            if !sockets.contains(where: { $0.kind == kind && $0.collides(with: address) }) {
                return port
            }
        }
        return nil
    }
}
