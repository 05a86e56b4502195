// A server of HTTP under a script: whom it answers, and what it is to do.

/// A server whose script says when it does what; it serves one request.
///
/// A pure value; ``VirtualNetwork`` moves what goes between it and the guest. What it is to do before there
/// is a connection, or all of the request where its door says so, it does as soon as there is; only what it
/// takes of the request's body it takes from the connection on.
struct VirtualServer: Hashable {
    /// The source that its script speaks of.
    let source: SourceID
    /// Which request it serves; its `answer` is the script.
    let door: HTTPDoor
    /// What comes behind the response's body.
    let trailers: [HTTPField]
    /// What comes of a connect.
    var answer = VirtualDriver.Answer.accepts
    /// What it is to do yet.
    var tasks: [VirtualPeer.Task] = []
    /// The last change of what it takes, where there is no connection yet.
    var permit: VirtualPeer.Task?
    /// The exchange that it serves.
    var exchange: Int?

    // As a peer's.
    var answerLine: Int?
    private(set) var met: [Int] = []

    init(source: SourceID, door: HTTPDoor, trailers: [HTTPField]) {
        (self.source, self.door, self.trailers) = (source, door, trailers)
    }

    /// An answer to the guest has rested on what it does with connects.
    mutating func meetAnswer() {
        if let answerLine { met.append(answerLine) }
        answerLine = nil
    }
}

extension VirtualDriver {
    /// A server of HTTP under the script.
    public struct Server: Sendable {
        let value: VirtualServer

        /// A server.
        /// - Parameters:
        ///   - source: what facts about it name. It is ready for nobody.
        ///   - door: which request it serves, and its name; its own answer, times and room do not count.
        ///   - trailers: what comes behind the response's body, where the script ends that; nothing for
        ///     none.
        public init(_ source: SourceID, _ door: HTTPDoor, trailers: [HTTPField] = []) {
            value = VirtualServer(source: source, door: door, trailers: trailers)
        }
    }

    /// What the server of this name has seen, one for each request, in order.
    public func requests(toServer name: String) -> [HTTPReceived] {
        requests.filter { $0.name == name }
    }

    /// The server that a source of the script is.
    func server(of source: SourceID) -> Int? {
        network.servers.firstIndex { $0.source == source }
    }
}

extension VirtualNetwork {
    /// Something happens at a server; `line` is its place in the script.
    mutating func apply(
        _ change: VirtualDriver.Change, atServer place: Int, line: Int, now: UInt64
    ) {
        let task = VirtualPeer.Task(change: change, line: line)
        switch change {
        case .answers(let answer):
            servers[place].answer = answer
            servers[place].answerLine = line
            connect(atServer: place, now: now)
        case .permit:
            servers[place].permit = task
            takeUpPermit(at: place, now: now)
        default:
            servers[place].tasks.append(task)
            serve(at: place, now: now)
        }
    }

    /// A request arrives at a server.
    mutating func knock(exchange index: Int, atServer place: Int, now: UInt64) {
        guard servers[place].exchange == nil else {
            // Its script says nothing of another one.
            return noting(exchange: index) { $0.fail(.connectionRefused) }
        }
        servers[place].exchange = index
        connect(atServer: place, now: now)
    }

    /// The request that waits for its connection gets an answer, if there is one.
    private mutating func connect(atServer place: Int, now: UInt64) {
        guard let index = servers[place].exchange, !exchanges[index].isConnected,
            !exchanges[index].isClosed
        else { return }
        servers[place].meetAnswer()
        switch servers[place].answer {
        case .silent: return
        case .refuses: noting(exchange: index) { $0.fail(.connectionRefused) }
        case .accepts:
            noting(exchange: index) { $0.connect(at: now) }
            noteConnected()
            takeUpPermit(at: place, now: now)
            serve(at: place, now: now)
        }
    }

    private mutating func takeUpPermit(at place: Int, now: UInt64) {
        guard let index = servers[place].exchange, exchanges[index].isConnected,
            let task = servers[place].permit
        else { return }
        servers[place].permit = nil
        noting(exchange: index) { $0.apply(task, trailers: [], at: now) }
    }

    /// A server does what it can.
    mutating func serve(at place: Int, now: UInt64) {
        guard let index = servers[place].exchange, exchanges[index].isConnected,
            exchanges[index].isComplete || !servers[place].door.waitsForBody
        else { return }
        let trailers = servers[place].trailers
        while !servers[place].tasks.isEmpty {
            let task = servers[place].tasks.removeFirst()
            noting(exchange: index) { $0.apply(task, trailers: trailers, at: now) }
        }
    }
}
