// The servers of a simulated world: which requests they answer, with what, and when.

/// A server's answer to one kind of request.
///
/// Times are ns from the instant at which the request's head is there, or from the end of its body where
/// ``waitsForBody``.
public struct HTTPDoor: Hashable, Sendable {
    /// Requests of this method; `nil` for any.
    public var method: HTTPMethod?
    /// Requests over TLS, or not; `nil` for both.
    public var isSecure: Bool?
    /// The authority, as the guest writes it.
    public var authority: String
    /// Path and query; `nil` for any.
    public var path: String?
    /// What the authority's host stands for; asked of the network policy.
    public var addresses: [IPAddress] = [.loopback]
    /// ns that the connection takes; `nil` for one that never comes about.
    public var connectTime: UInt64? = 0
    /// Why there will be no connection, once ``connectTime`` is over.
    public var refusal: HTTPErrorCode?
    /// How many bytes of the request's body the server reads before ``Change/reads(_:)`` lets it read
    /// more; `nil` for all.
    public var room: Int?
    /// The answer begins at the end of the request's body, rather than at its head.
    public var waitsForBody = false
    /// How many requests it serves; `nil` for all. The next door of the same kind has the next one.
    public var uses: Int?
    /// How traces call whoever answers.
    public var name: String?
    /// The answer, in order of time.
    public var answer: [Step]

    /// What a server does at an instant.
    public struct Step: Hashable, Sendable {
        /// ns; see ``HTTPDoor``.
        public var time: UInt64
        /// What it does.
        public var change: Change

        /// Something that happens at this instant.
        public init(after time: UInt64 = 0, _ change: Change) {
            self.time = time
            self.change = change
        }
    }

    /// What a server can do.
    public enum Change: Hashable, Sendable {
        /// The response's head.
        case head(HTTPResponseHead)
        /// A part of its body, as one frame on the wire.
        case chunk([UInt8])
        /// What comes behind the body; nothing for none.
        case end(trailers: [HTTPField])
        /// The response will not come, or not wholly.
        case fail(HTTPErrorCode)
        /// It reads so many bytes more of the request's body.
        case reads(Int)
        /// It reads no more of the request's body; the response goes on.
        case stopsReading

        /// A body that ends without trailers.
        public static let end = Change.end(trailers: [])
    }

    /// A door for these requests.
    public init(
        _ method: HTTPMethod? = nil, _ authority: String, _ path: String? = nil,
        answer: [Step]
    ) {
        precondition(
            zip(answer, answer.dropFirst()).allSatisfy { $0.time <= $1.time },
            "an answer stands in order of time")
        self.method = method
        self.authority = authority
        self.path = path
        self.answer = answer
    }

    func admits(_ request: HTTPRequestHead) -> Bool {
        request.authority.text.lowercased() == authority.lowercased()
            && (path.map { $0 == request.path } ?? true)
            && (method.map { $0 == request.method } ?? true)
            && (isSecure.map { $0 == request.isSecure } ?? true)
    }
}

/// What a server saw of one request.
public struct HTTPReceived: Hashable, Sendable {
    /// How traces call the server.
    public var name: String?
    /// The head, as the host gave it.
    public var head: HTTPRequestHead
    /// What came of the body.
    public var body: [UInt8] = []
    /// What came behind it; `nil` while it is not complete.
    public var trailers: [HTTPField]?
    /// The client broke it off, or cut the connection before both sides were done.
    public var isBroken = false
}

/// One exchange of a simulated world. A pure value.
struct VirtualExchange: Hashable {
    private(set) var received: HTTPReceived
    let door: HTTPDoor?
    private(set) var progress = HTTPProgress.connecting
    /// Frames of the response's body that nobody has read.
    private var frames: [ByteQueue] = []
    private(set) var trailers: [HTTPField]?
    private var end: StreamEnding?
    /// How much more of the request's body the server reads; `nil` for all.
    private var room: Int?
    private var readsBody = true
    private(set) var isClosed = false
    /// Bytes of the response's body so far.
    private var count: UInt64 = 0
    /// When the head came.
    private(set) var arrival: MonotonicInstant?
    /// How many bytes of the request's body a script's server takes at a time; `nil` for any number.
    private var permit: Int?

    // Lines of its server's script that an answer to the guest may rest on.
    private var headLine: Int?
    private var permitLine: Int?
    private var endLine: Int?
    /// Those on which one has rested.
    private(set) var met: [Int] = []

    init(_ head: HTTPRequestHead, _ door: HTTPDoor?) {
        received = HTTPReceived(name: door?.name, head: head)
        self.door = door
        room = door?.room
    }

    // MARK: Readiness

    var isHeadReady: Bool {
        switch progress {
        case .response, .failed: true
        case .connecting, .sent: false
        }
    }

    var isResponseReady: Bool { !frames.isEmpty || end != nil }

    var isRequestReady: Bool { isGone || isConnected && room != 0 && permit != 0 }

    /// There has been a connection.
    var isConnected: Bool { progress != .connecting }

    /// The server has all of the request.
    var isComplete: Bool { received.head.body == .none || received.trailers != nil }

    /// Nobody reads the request's body.
    private var isGone: Bool {
        if case .failed = progress { return true }
        return isClosed || !readsBody || end != nil
    }

    // MARK: The server

    mutating func connect(at now: UInt64) {
        guard !isClosed else { return }
        if let refusal = door?.refusal {
            progress = .failed(refusal)
        } else {
            progress = .sent(at: MonotonicInstant(nanoseconds: now))
        }
    }

    mutating func fail(_ code: HTTPErrorCode) {
        guard !isClosed, end == nil else { return }
        if case .response = progress {
            end = .failed(ByteFailure(code))
        } else {
            progress = .failed(code)
        }
    }

    mutating func apply(_ change: HTTPDoor.Change, at now: UInt64) {
        guard !isClosed, end == nil else { return }
        switch change {
        case .head(let head):
            guard case .sent = progress else { return }
            progress = .response(head)
            arrival = MonotonicInstant(nanoseconds: now)
        case .chunk(let bytes):
            guard !bytes.isEmpty else { return }
            count += UInt64(bytes.count)
            frames.append(ByteQueue())
            frames[frames.count - 1].append(bytes)
        case .end(let trailers): finish(trailers)
        case .fail(let code): fail(code)
        case .reads(let count): room = room.map { $0 + count }
        case .stopsReading: readsBody = false
        }
    }

    /// The end of the body, which `content-length` may deny (HTTP-60).
    private mutating func finish(_ trailers: [HTTPField]) {
        guard case .response(let head) = progress else { return fail(.connectionTerminated) }
        let promised = head.fields.first { $0.name.lowercased() == "content-length" }
        let hasBody = received.head.method != .head && head.status != 204 && head.status != 304
        if hasBody, let promised, HTTPSyntax.length(promised.value) != count {
            return fail(.responseIncomplete)
        }
        self.trailers = trailers.isEmpty ? nil : trailers
        end = .closed
    }

    // MARK: The client

    mutating func read(upTo count: Int) -> ByteRead {
        if !frames.isEmpty {
            let bytes = frames[0].take(count)
            if frames[0].isEmpty { frames.removeFirst() }
            return .bytes(bytes)
        }
        switch end {
        case nil: return .wouldBlock
        case .closed?: return .closed
        case .failed(let failure)?: return .failed(failure)
        }
    }

    var roomForRequest: ByteRoom {
        if isGone { return .closed }
        guard isConnected, room != 0, permit != 0 else { return .none }
        return .bytes(min(room ?? 65_536, permit ?? 65_536))
    }

    mutating func write(_ bytes: borrowing Span<UInt8>) -> ByteWrite {
        guard case .bytes(let room) = roomForRequest else {
            return roomForRequest == .closed ? .closed : .wouldBlock
        }
        let count = min(room, bytes.count)
        for place in 0..<count { received.body.append(bytes[place]) }
        if let left = self.room { self.room = left - count }
        return .took(count)
    }

    mutating func finishRequest(_ trailers: [HTTPField]) { received.trailers = trailers }

    mutating func breakOff() {
        received.isBroken = true
        fail(.protocolError)
    }

    mutating func close() {
        if end != .closed || !isComplete { received.isBroken = true }
        isClosed = true
        frames = []
    }

    // MARK: A script's lines

    /// Its server does what a line of its script says.
    mutating func apply(_ task: VirtualPeer.Task, trailers: [HTTPField], at now: UInt64) {
        switch task.change {
        case .responds(let head):
            headLine = task.line
            apply(.head(head), at: now)
        case .chunk(let bytes): apply(.chunk(bytes), at: now)
        case .close:
            endLine = task.line
            apply(.end(trailers: trailers), at: now)
        case .fail(let failure):
            endLine = task.line
            apply(.fail(failure.httpCode ?? .protocolError), at: now)
        case .permit(let count):
            permitLine = task.line
            permit = count
        case .ready, .unready, .emptyReady, .flushed, .answers, .calls:
            preconditionFailure("no server of HTTP does that")
        }
    }

    /// The host is told how far it has come.
    mutating func meetProgress() {
        switch progress {
        case .connecting, .sent: break
        case .response: meet(\.headLine)
        case .failed: meet(\.endLine)
        }
    }

    /// The host is told that nothing comes any more.
    mutating func meetEnd() { if frames.isEmpty, end != nil { meet(\.endLine) } }

    /// The host is told how much of the request's body is taken.
    mutating func meetPermit() {
        if end != nil { meet(\.endLine) }
        meet(\.permitLine)
    }

    private mutating func meet(_ line: WritableKeyPath<Self, Int?>) {
        if let known = self[keyPath: line] { met.append(known) }
        self[keyPath: line] = nil
    }
}

extension VirtualDriver: HTTPTransport {
    /// The servers that there are. A request that none of them answers finds nobody: its name is
    /// unknown, or its address refuses. To be set before the guest begins.
    public var doors: [HTTPDoor] {
        get { network.doors }
        set { withNetwork { $0.doors = newValue } }
    }

    /// What the servers have seen, one for each exchange, in order.
    public var requests: [HTTPReceived] { network.exchanges.map(\.received) }

    /// Finds a door, and lets it answer at its times.
    public func begin(
        _ request: HTTPRequestHead, reaches: @escaping (SocketAddress) -> Bool
    ) -> HTTPExchange {
        let now = now.nanoseconds
        let index = withNetwork { network in
            network.begin(request, reaches: reaches, now: now)
        }
        return HTTPExchange(
            head: source(of: .head(index)), response: source(of: .response(index)),
            request: source(of: .request(index)))
    }

    private func exchange(_ exchange: HTTPExchange) -> Int {
        guard case .head(let index)? = slot(of: exchange.head) else {
            preconditionFailure("no exchange of this world")
        }
        return index
    }

    /// How far it has come.
    public func progress(of exchange: HTTPExchange) -> HTTPProgress {
        let index = self.exchange(exchange)
        network.exchanges[index].meetProgress()
        return network.exchanges[index].progress
    }

    /// The name of the door that answers.
    public func name(of exchange: HTTPExchange) -> String? {
        network.exchanges[self.exchange(exchange)].door?.name
    }

    /// When its head came.
    public func arrival(of exchange: HTTPExchange) -> MonotonicInstant? {
        network.exchanges[self.exchange(exchange)].arrival
    }

    /// The server sees the end of the body.
    public func finish(_ exchange: HTTPExchange, trailers: [HTTPField]) {
        let index = self.exchange(exchange)
        let now = now.nanoseconds
        withNetwork { $0.finishRequest(index, trailers, now: now) }
    }

    /// The server sees that the body is broken.
    public func breakOff(_ exchange: HTTPExchange) {
        let index = self.exchange(exchange)
        withNetwork { network in network.noting(exchange: index) { $0.breakOff() } }
    }

    /// What the door says.
    public func trailers(of exchange: HTTPExchange) -> [HTTPField]? {
        network.exchanges[self.exchange(exchange)].trailers
    }

    /// The server sees it where it was not done.
    public func close(_ exchange: HTTPExchange) {
        let index = self.exchange(exchange)
        withNetwork { network in
            network.exchanges[index].close()
            network.forget(exchange: index)
        }
    }
}

extension VirtualNetwork {
    /// Begins an exchange with the first door that takes the request.
    mutating func begin(
        _ request: HTTPRequestHead, reaches: (SocketAddress) -> Bool, now: UInt64
    ) -> Int {
        let server = servers.firstIndex { $0.door.admits(request) }
        let door = server.map { servers[$0].door } ?? useDoor(for: request)
        let index = addExchange(VirtualExchange(request, door))
        guard let door else {
            let isAddress = IPAddress(request.authority.host) != nil
            let code: HTTPErrorCode =
                isAddress || request.authority.host == "localhost"
                ? .connectionRefused : .dnsError(rcode: "address not available", infoCode: nil)
            noting(exchange: index) { $0.fail(code) }
            return index
        }
        let port = request.authority.port
        guard door.addresses.contains(where: { reaches(SocketAddress($0, port: port)) }) else {
            noting(exchange: index) { $0.fail(.requestDenied) }
            return index
        }
        if let server {
            knock(exchange: index, atServer: server, now: now)
        } else if let time = door.connectTime {
            post(.connected(exchange: index), after: time, now: now)
        }
        return index
    }

    /// The first door that takes the request, and has one use less from here on.
    private mutating func useDoor(for request: HTTPRequestHead) -> HTTPDoor? {
        guard let place = doors.firstIndex(where: { $0.admits(request) && $0.uses != 0 })
        else { return nil }
        defer { doors[place].uses = doors[place].uses.map { $0 - 1 } }
        return doors[place]
    }

    /// The connection of an exchange is there.
    mutating func connect(_ index: Int, now: UInt64) {
        noting(exchange: index) { $0.connect(at: now) }
        noteConnected()
        guard let door = exchanges[index].door, door.refusal == nil, !exchanges[index].isClosed
        else { return }
        if !door.waitsForBody || exchanges[index].received.head.body == .none {
            answer(index, now: now)
        }
    }

    mutating func finishRequest(_ index: Int, _ trailers: [HTTPField], now: UInt64) {
        exchanges[index].finishRequest(trailers)
        if let server = servers.firstIndex(where: { $0.exchange == index }) {
            serve(at: server, now: now)
        } else if exchanges[index].door?.waitsForBody == true {
            answer(index, now: now)
        }
    }

    private mutating func answer(_ index: Int, now: UInt64) {
        for step in exchanges[index].door?.answer ?? [] {
            post(.served(exchange: index, step.change), after: step.time, now: now)
        }
    }

    /// Takes note of what has become ready by a change of an exchange.
    mutating func noting(exchange index: Int, _ change: (inout VirtualExchange) -> Void) {
        let hasBody = exchanges[index].received.head.body != .none
        let slots = [Slot.head(index), .response(index)] + (hasBody ? [.request(index)] : [])
        let before = slots.map(isReady)
        change(&exchanges[index])
        for (slot, wasReady) in zip(slots, before) where !wasReady && isReady(slot) {
            wake(slot)
        }
    }
}
