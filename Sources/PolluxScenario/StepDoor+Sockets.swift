// Steps on sockets and requests: what is handed out, and whose the connections are.

import PolluxHost

extension StepDoor {
    /// What is handed out for a step on a socket. A connection or a listener that one task alone uses, by
    /// steps alone, goes with that task; so does what a task accepts where no other one uses any client of
    /// the listener.
    func socketStep(
        _ step: SocketStep, _ resource: ResourceID, _ task: TaskID
    ) throws(HostTrap) -> HandOut {
        let label = scenario.resources[resource].name
        switch step {
        case .connect, .listen:
            if streams[resource] != nil {
                throw fault("'\(label)' is open already; drop it first", task)
            }
            let slot = newSlot(isOwn: script.streamOwners[resource] == task, task)
            switch scenario.resources[resource].kind {
            case .tcp(let address, _):
                return .connect(slot: slot.number, address, isOwnedByTask: slot.isOwn)
            case .udp(let address, _):
                return .connectDatagrams(slot: slot.number, address, isOwnedByTask: slot.isOwn)
            case .listener(let address, let backlog):
                return .listen(
                    slot: slot.number, address, backlog: backlog, isOwnedByTask: slot.isOwn)
            default: preconditionFailure("nothing to connect to or to listen on")
            }
        case .accept:
            let isOwn = scenario.resources.indices.allSatisfy { client in
                guard case .client(of: resource, _) = scenario.resources[client].kind else {
                    return true
                }
                return script.streamOwners[client].map { $0 == task } ?? !script.isUsed(client)
            }
            let slot = newSlot(isOwn: isOwn, task)
            return .accept(
                listener: streams[resource]!.number, slot: slot.number, isOwnedByTask: slot.isOwn)
        case .shut(let kind): return .shut(slot: streams[resource]!.number, kind)
        case .lookUp:
            guard case .name(let name) = scenario.resources[resource].kind else {
                preconditionFailure("no name to look up")
            }
            return .lookUp(Array(name.name.utf8))
        case .fetch(let request):
            if streams[resource] != nil {
                throw fault("the response of '\(label)' is open already; drop it first", task)
            }
            let isNew = fetched.insert(resource).inserted
            guard isNew || !scenario.facts.contains(where: { $0.resource == resource }) else {
                throw fault(
                    "'\(label)' has had a request, and its script says nothing of another", task)
            }
            let slot = newSlot(isOwn: script.streamOwners[resource] == task, task)
            return .fetch(
                slot: slot.number, scenario.resources[resource].exchange!.lines(of: request),
                isOwnedByTask: slot.isOwn)
        case .trailers: return .trailers(slot: streams[resource]!.number)
        }
    }

    private func newSlot(isOwn: Bool, _ task: TaskID) -> (number: UInt32, isOwn: Bool) {
        nextSlot += 1
        tasks[task].socketSlot = (nextSlot, isOwn)
        return (nextSlot, isOwn)
    }

    /// A step needs a socket that nobody has opened.
    func unopened(_ resource: ResourceID, _ task: TaskID) -> HostTrap {
        let label = scenario.resources[resource].name
        let how =
            switch scenario.resources[resource].kind {
            case .listener: "'listen \(label)' opens it"
            case .client(of: let listener, _):
                "'accept \(scenario.resources[listener].name)' opens it, once it is its turn"
            case .http: "'fetch \(label)' opens it"
            default: "'connect \(label)' opens it"
            }
        return fault("'\(label)' is not open at this point of the run; \(how)", task)
    }

    /// Keeps what a step on a socket gave.
    func takeSocket(
        _ outcome: StepReport, of step: SocketStep, _ resource: ResourceID, as name: String?,
        for task: TaskID
    ) throws(HostTrap) {
        var value = value(outcome)
        switch (step, outcome) {
        case (.connect, .none), (.listen, .none): hold(resource, for: task)
        case (.accept, .none):
            guard let client = nextAccepted(by: resource) else { break }
            hold(client, for: task)
            value = .text(scenario.resources[client].name)
        case (.lookUp, .bytes(let bytes)):
            guard let addresses = Self.addresses(in: bytes) else {
                throw wrong("what a look-up gave is no list of addresses")
            }
            value = .text(addresses.map(\.description).joined(separator: " "))
        case (.fetch, .bytes(let bytes)):
            let lines = Self.lines(bytes)
            guard let status = lines.first.flatMap({ UInt16($0) }), (100...999).contains(status)
            else { throw wrong("what a fetch gave does not begin with a status") }
            hold(resource, for: task)
            let fields = lines.dropFirst().joined(separator: ", ")
            value = .text(fields.isEmpty ? "\(status)" : "\(status) \(fields)")
        case (.trailers, .bytes(let bytes)):
            value = .text(Self.lines(bytes).joined(separator: ", "))
        case (.trailers, .none): value = .text("nothing")
        default: break
        }
        tasks[task].socketSlot = nil
        let verb =
            switch step {
            case .connect: "connect"
            case .listen: "listen"
            case .accept: "accept"
            case .shut: "shut"
            case .lookUp: "lookup"
            case .fetch: "fetch"
            case .trailers: "trailers"
            }
        keep(value, as: name, verb, resource, for: task)
    }

    /// Each address as a byte that says its length, and so many bytes.
    private static func addresses(in bytes: [UInt8]) -> [IPAddress]? {
        var rest = bytes[...]
        var addresses: [IPAddress] = []
        while let length = rest.popFirst() {
            guard length == 4 || length == 16, rest.count >= Int(length) else { return nil }
            let parts = Array(rest.prefix(Int(length)))
            rest = rest.dropFirst(Int(length))
            if length == 4 {
                addresses.append(.ipv4(parts.reduce(0) { $0 << 8 | UInt32($1) }))
            } else {
                let words = stride(from: 0, to: 16, by: 2).map {
                    UInt16(parts[$0]) << 8 | UInt16(parts[$0 + 1])
                }
                addresses.append(IPAddress(words: words))
            }
        }
        return addresses
    }

    /// The lines of a text, without an empty one at its end.
    private static func lines(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }

    private func hold(_ resource: ResourceID, for task: TaskID) {
        guard let (number, isOwn) = tasks[task].socketSlot else { return }
        let slot = StreamSlot(number: number, handle: 0, serial: 0, resource: resource)
        streams[resource] = slot
        if isOwn { tasks[task].ownStreams.append(slot) }
    }

    /// The client whose connection a listener gave first, of those that no task has reported yet.
    ///
    /// Looks at each event once for a listener, and through the resources once for an accept: a document
    /// has a thousand at most, and where all are clients that is too little of a run to be seen in a
    /// profile. An index of them would be one more thing to keep in step.
    private func nextAccepted(by listener: ResourceID) -> ResourceID? {
        let label = scenario.resources[listener].name
        for event in trace.events[acceptsSeen[listener, default: 0]...] {
            guard case .socket(let call) = event.what, call.call == .tcpAccept,
                trace.name(ofResource: call.socket) == label,
                let client = scenario.resources.firstIndex(where: { $0.name == call.answer }),
                case .client = scenario.resources[client].kind
            else { continue }
            acceptsSeen[listener] = event.id + 1
            return client
        }
        return nil
    }
}

extension ExchangeScript {
    /// A request as the step door hands it out: a line each for method and URL, for timeouts in ns, for
    /// header fields, for the writes of its body, and for trailers.
    fileprivate func lines(of script: FetchScript) -> [UInt8] {
        let timeouts = StepPhrase.timeouts.compactMap { word, path in
            script[keyPath: path].map { "\(word) \($0)" }
        }
        func lines(_ word: String, _ fields: [HTTPField]) -> [[UInt8]] {
            fields.map { Array("\(word) \($0.name): ".utf8) + $0.value }
        }
        let lines =
            [Array(([request] + timeouts).joined(separator: "\n").utf8)]
            + lines("field", script.fields)
            + script.parts.map { Array("write ".utf8) + $0 } + lines("trailer", script.trailers)
        return Array(lines.joined(separator: [0x0A]))
    }
}
