// The steps of generated programs on sockets and names, and the peers that they meet.

import PolluxHost

extension Generator {
    // MARK: Steps

    /// Connects to a server, or to somebody who sends datagrams; nobody else uses it.
    mutating func appendConnect(to task: Int) -> Bool {
        let fit = props.indices.filter {
            (props[$0].isServer || props[$0].isDatagrams) && !props[$0].isNever
                && props[$0].user == nil
        }
        guard !fit.isEmpty else { return false }
        let prop = draws.pick(fit, for: .task(task))
        own(prop, by: task)
        let value = nextValue()
        append(.connect(props[prop].name, as: value), waking: 1, to: task)
        let isRefused = props[prop].isRefused && props[prop].isServer
        props[prop].isOpen = !isRefused
        // A connection that is reset at once may be none.
        if tasks[task].isDoomed || props[prop].ending == .failed { return true }
        valueClaims.append(
            ValueClaim(name: value, value: isRefused ? .failed("connection-refused") : .ok))
        return true
    }

    /// Listens, or accepts who calls.
    mutating func appendListen(to task: Int) -> Bool {
        let part = Genome.Part.task(task)
        let open = props.indices.filter { prop in
            props[prop].isListener && props[prop].isOpen && props[prop].user == task
                && !props[prop].isDropped && props[prop].accepted < props[prop].clients.count
        }
        let value = nextValue()
        if !open.isEmpty, draws.happens(80, for: part) {
            let listener = draws.pick(open, for: part)
            let client = props[listener].clients[props[listener].accepted]
            props[listener].accepted += 1
            own(client, by: task)
            props[client].isOpen = true
            append(.accept(props[listener].name, as: value), waking: 1, to: task)
            if tasks[task].isDoomed { return true }
            valueClaims.append(ValueClaim(name: value, value: .text(props[client].name)))
            return true
        }
        let free = props.indices.filter { props[$0].isListener && props[$0].user == nil }
        guard !free.isEmpty else { return false }
        let listener = draws.pick(free, for: part)
        own(listener, by: task)
        props[listener].isOpen = true
        append(.listen(props[listener].name, as: value), waking: 1, to: task)
        if !tasks[task].isDoomed { valueClaims.append(ValueClaim(name: value, value: .ok)) }
        return true
    }

    /// Receives a datagram, or sends one.
    mutating func appendDatagram(to task: Int) -> Bool {
        let part = Genome.Part.task(task)
        let fit = props.indices.filter { prop in
            props[prop].isDatagrams && props[prop].isOpen && props[prop].user == task
                && !props[prop].isDropped
        }
        guard !fit.isEmpty else { return false }
        let prop = draws.pick(fit, for: part)
        let value = nextValue()
        let position = props[prop].position ?? 0
        let isRefused = props[prop].isRefused
        if !isRefused, position < props[prop].datagrams.count, draws.happens(60, for: part) {
            props[prop].position = position + 1
            append(.read(props[prop].name, upTo: nil, as: value), waking: 1, to: task)
            if !tasks[task].isDoomed {
                valueClaims.append(
                    ValueClaim(name: value, value: .bytes(props[prop].datagrams[position])))
            }
            return true
        }
        let bytes = Array(draws.pick(["x", "ask", "a longer datagram"], for: part).utf8)
        append(.write(props[prop].name, bytes, as: value), waking: 1, to: task)
        if tasks[task].isDoomed { props[prop].written = nil }
        props[prop].written? += bytes
        // Who is refused hears of it at some later send.
        if !tasks[task].isDoomed, !isRefused {
            valueClaims.append(ValueClaim(name: value, value: .ok))
        }
        return true
    }

    /// Ends a direction of a connection, or lets go of a socket.
    mutating func appendShut(to task: Int) -> Bool {
        let part = Genome.Part.task(task)
        let fit = props.indices.filter { prop in
            props[prop].isOpen && props[prop].user == task && !props[prop].isDropped
                && props[prop].exchange == nil
        }
        guard !fit.isEmpty else { return false }
        let prop = draws.pick(fit, for: part)
        let name = props[prop].name
        if !props[prop].isConnection || draws.happens(30, for: part) {
            props[prop].isDropped = true
            props[prop].isOptional = true
            append(.drop(name), waking: 0, to: task)
            return true
        }
        let kind = draws.pick([ShutdownKind.send, .send, .receive, .both], for: part)
        if kind != .receive { props[prop].isWriteShut = true }
        if kind != .send {
            props[prop].isReadShut = true
            props[prop].isOptional = true
        }
        append(.shut(name, kind, as: nextValue()), waking: 1, to: task)
        return true
    }

    mutating func appendLookup(to task: Int) -> Bool {
        let fit = props.indices.filter { props[$0].isName && !props[$0].isNever }
        guard !fit.isEmpty else { return false }
        let prop = draws.pick(fit, for: .task(task))
        use(prop: prop, by: task)
        let value = nextValue()
        append(.lookup(props[prop].name, as: value), waking: 1, to: task)
        guard !tasks[task].isDoomed, case .name(let script) = props[prop].door else { return true }
        let claim: ValueClaim.Value
        switch script.answer {
        case .addresses(let addresses):
            claim = .text(addresses.map(\.description).joined(separator: " "))
        case .failure(.unknownName): claim = .failed("name-unresolvable")
        // Hosts call these by one name or by two.
        case .failure(.temporary), .failure(.permanent): return true
        }
        valueClaims.append(ValueClaim(name: value, value: claim))
        return true
    }

    /// On a socket or a response of the task's own, what a cancel ends: it accepts where nobody calls any
    /// more, or reads where nothing comes any more.
    mutating func appendHangingSocketStep(to task: Int) -> Bool {
        guard tasks[task].isDoomed else { return false }
        let mine = props.indices.filter { prop in
            props[prop].isOpen && props[prop].user == task && !props[prop].isDropped
        }
        for prop in mine {
            let name = props[prop].name
            let step: Draft.Step
            if props[prop].isListener, props[prop].accepted == props[prop].clients.count {
                step = .accept(name, as: nil)
            } else if props[prop].isDatagrams, !props[prop].isRefused,
                props[prop].position == props[prop].datagrams.count
            {
                step = .read(name, upTo: nil, as: nil)
            } else if props[prop].isConnection, props[prop].ending == .none,
                !props[prop].isReadShut, props[prop].position == props[prop].bytes.count
            {
                step = .read(name, upTo: nil, as: nil)
            } else if props[prop].exchange != nil, !props[prop].ends,
                props[prop].position == props[prop].bytes.count
            {
                step =
                    draws.happens(50, for: .task(task))
                    ? .read(name, upTo: nil, as: nil) : .trailers(name, as: nil)
            } else {
                continue
            }
            tasks[task].steps += [step, .say("unreachable")]
            tasks[task].hangs = true
            tasks[task].isClosed = true
            return true
        }
        return false
    }

    /// The socket is the task's from here on. Nobody need meet all that its peer does.
    mutating func own(_ prop: Int, by task: Int) {
        use(prop: prop, by: task)
        props[prop].user = task
        props[prop].isOptional = props[prop].isOptional || props[prop].ending == .none
    }

    // MARK: Peers

    /// A server: it answers at once, later, with a refusal, or never.
    mutating func server(_ index: Int, _ part: Genome.Part) -> Prop {
        let name = "srv\(index)"
        let ip: IPAddress =
            draws.happens(20, for: part)
            ? .ipv6(0x2001_0DB8_0000_0000, UInt64(5 + index)) : .ipv4(0x0A00_0005 + UInt32(index))
        var prop = connection(name, part) { .tcp(SocketAddress(ip, port: 80), $0) }
        let answers: [VirtualDriver.Answer]
        switch draws.below(8, for: part) {
        case 0: answers = [.refuses]
        case 1: answers = [.silent, .refuses]
        case 2, 3: answers = [.silent, .accepts]
        case 4:
            answers = [.silent]
            prop.isNever = true
        default: answers = []
        }
        prop.isRefused = answers.last == .refuses
        if prop.isNever || prop.isRefused {
            prop.facts = []
            prop.ending = .none
            prop.door = .tcp(SocketAddress(ip, port: 80), Draft.Stream())
        }
        let times = [0] + instants(1, part)
        let facts = zip(times, answers).map { Draft.Fact(at: $0, name, .answers($1)) }
        // Nothing can follow a connection's end, an answer neither.
        let delay = facts.last?.time ?? 0
        prop.facts = facts + prop.facts.map { Draft.Fact(at: delay + $0.time, name, $0.change) }
        // A connect may come when an earlier answer is forgotten.
        if !answers.isEmpty { prop.isOptional = true }
        return prop
    }

    /// A listener with one client or two; the first calls first.
    mutating func addListener(_ index: Int, _ part: Genome.Part) {
        let address = SocketAddress(.ipv4(0x7F00_0001), port: 8_000 + UInt16(index))
        let backlog = draws.pick([nil, nil, 1], for: part)
        let listener = props.count
        props.append(Prop(name: "web\(index)", door: .listener(address, backlog: backlog)))
        let count = draws.number(in: 1...2, for: part)
        for (letter, time) in zip(["a", "b"], instants(count, part)) {
            let name = "web\(index)\(letter)"
            var client = connection(name, part) { .client(of: "web\(index)", $0) }
            // One that resets its connection may do so before it is accepted.
            if client.ending == .failed {
                client.ending = .none
                (client.position, client.written) = (0, [])
                client.facts.removeAll { $0.change == .failed }
            }
            client.facts = client.facts.map { fact in
                Draft.Fact(at: time + fact.time, name, fact.change)
            }
            client.facts.insert(Draft.Fact(at: time, name, .calls), at: 0)
            props[listener].clients.append(props.count)
            props.append(client)
        }
    }

    /// Somebody at the other end of a connection: what it sends, how it ends, how much it takes at
    /// a time.
    private mutating func connection(
        _ name: String, _ part: Genome.Part, _ door: (Draft.Stream) -> Draft.Resource.Door
    ) -> Prop {
        let chunks = chunks(of: [1, 2, 3, 5, 9], part)
        var changes = chunks.map { Draft.Fact.Change.chunk($0.letter) }
        var prop = Prop(name: name, door: door(Draft.Stream(chunks: chunks)))
        prop.bytes = chunks.flatMap(\.bytes)
        if draws.happens(25, for: part) {
            changes.insert(.permit(draws.pick([0, 1, 2], for: part)), at: 0)
            changes.append(.permit(draws.pick([1, 3, 9], for: part)))
            prop.isOptional = true
        }
        prop.ending = draws.pick([.none, .closed, .closed, .failed], for: part)
        switch prop.ending {
        case .none: break
        case .closed: changes.append(.closed)
        case .failed:
            changes.append(.failed)
            // What has arrived and was not read is lost, and the host says how much that is.
            prop.position = nil
            prop.written = nil
        }
        prop.facts = zip(instants(changes.count, part), changes).map {
            Draft.Fact(at: $0, name, $1)
        }
        return prop
    }

    /// Somebody who sends datagrams, or refuses those that it is sent.
    mutating func datagrams(_ index: Int, _ part: Genome.Part) -> Prop {
        let name = "udp\(index)"
        let address = SocketAddress(.ipv4(0x0A00_0035 + UInt32(index)), port: 53)
        if draws.happens(15, for: part) {
            var prop = Prop(name: name, door: .udp(address, Draft.Stream()))
            prop.isRefused = true
            prop.isOptional = true
            prop.facts = [Draft.Fact(at: 0, name, .answers(.refuses))]
            return prop
        }
        let chunks = chunks(of: [0, 1, 3, 8], part)
        var prop = Prop(name: name, door: .udp(address, Draft.Stream(chunks: chunks)))
        prop.datagrams = chunks.map(\.bytes)
        prop.facts = zip(instants(chunks.count, part), chunks).map {
            Draft.Fact(at: $0, name, .chunk($1.letter))
        }
        return prop
    }

    /// A name, with its answer.
    mutating func name(_ index: Int, _ part: Genome.Part) -> Prop {
        let host = "host\(index).example"
        let time: VirtualDriver.NameAnswer.Time
        switch draws.below(8, for: part) {
        case 0: time = .never
        case 1, 2: time = .after(0)
        case 3...5: time = .after(self.time(for: part))
        default: time = .at(self.time(for: part))
        }
        let addresses: [IPAddress] = [
            .ipv4(0x0A00_0007), .ipv6(0x2001_0DB8_0000_0000, 7), .ipv4(0x0A00_0008),
        ]
        var answer = VirtualDriver.NameAnswer.Answer.failure(.temporary)
        if time != .never {
            switch draws.below(6, for: part) {
            case 0: answer = .failure(.unknownName)
            case 1: answer = .failure(.temporary)
            case 2: answer = .failure(.permanent)
            default:
                answer = .addresses(Array(addresses.prefix(draws.number(in: 1...3, for: part))))
            }
        }
        var prop = Prop(name: "dns\(index)", door: .name(NameScript(host, time, answer)))
        prop.isNever = time == .never
        return prop
    }
}
