// Sockets and names in `world`: servers, listeners, clients, datagrams, look-ups.

import PolluxHost

extension ScenarioParser {
    /// The longest queue of connections that a listener can ask for.
    static let longestBacklog = 65_535
    /// The characters of a connection's lane that are no chunk's.
    static let connectMarks = "_ + x"

    /// Reads what stands beside `tcp`, `calls` or `udp`: the chunks that are sent, by their letters.
    func sentChunks(
        _ entries: [YAMLEntry], beside door: String
    ) throws(Diagnostic) -> StreamScript {
        var script = StreamScript()
        for entry in entries {
            let key = Word(entry.key)
            if key.text == "x" {
                throw failure(
                    "'x' in the lane is a refusal; the chunk needs another letter", at: key.place)
            }
            let bytes = Array(try scalar(entry.value, as: "the chunk '\(key.text)'").text.utf8)
            if bytes.isEmpty, door != "udp" {
                throw failure("the chunk '\(key.text)' has no bytes", at: entry.value.place)
            }
            if bytes.count > 65_507, door == "udp" {
                throw failure(
                    "the datagram '\(key.text)' has \(bytes.count) bytes; 65507 are the most",
                    at: entry.value.place)
            }
            script.chunks.append(.init(name: key.text, bytes: bytes, place: key.place))
        }
        return script
    }

    /// Reads `10.0.0.5:80` or `[2001:db8::5]:80`: one host, one port.
    func socketAddress(_ node: YAMLNode, as what: String) throws(Diagnostic) -> SocketAddress {
        let word = Word(try scalar(node, as: what))
        let form = "an address is such as 10.0.0.5:80 or '[2001:db8::5]:80', not "
        guard let colon = word.text.lastIndex(of: ":"),
            let port = Self.digits(word.text[word.text.index(after: colon)...]),
            let port = UInt16(exactly: port)
        else { throw failure(form + Diagnostic.quoted(word.text), at: word.place) }
        var host = word.text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let ip = IPAddress(host), isBracketed == (ip.family == .ipv6) else {
            throw failure(form + Diagnostic.quoted(word.text), at: word.place)
        }
        guard port > 0, ip.isUnicast, !ip.isUnspecified, ip.mapped == nil else {
            throw failure(
                "\(word.text) is nobody's: a port is 1 to 65535, and an address one machine's",
                at: word.place)
        }
        return SocketAddress(ip, port: port)
    }

    /// Reads what stands beside `listen`.
    func backlog(_ node: YAMLNode) throws(Diagnostic) -> Int {
        try number(
            Word(try scalar(node, as: "'backlog'")), in: 1...Self.longestBacklog,
            as: "the length of a queue")
    }

    // MARK: - Names

    /// Reads `{dns: example.com, addresses: [10.0.0.5], after: 4ms}`.
    func nameScript(_ fields: [String: YAMLEntry], of door: YAMLEntry) throws(Diagnostic)
        -> NameScript
    {
        let word = Word(try scalar(door.value, as: "'dns'"))
        guard let name = Self.hostName(word.text) else {
            throw failure("\(Diagnostic.quoted(word.text)) is no name of a host", at: word.place)
        }
        guard name != "localhost", !name.hasSuffix(".localhost") else {
            throw failure("'\(name)' is this machine's own and asks nobody", at: word.place)
        }
        let time = try answerTime(fields)
        if let error = fields["error"] {
            if let addresses = fields["addresses"] {
                throw failure(
                    "an answer has 'addresses' or an 'error', not both", at: addresses.key.place)
            }
            return NameScript(name, time, .failure(try lookupFailure(error.value)))
        }
        guard let list = fields["addresses"] else {
            if time == .never { return NameScript(name, time, .failure(.temporary)) }
            throw failure(
                "the answer for '\(name)' needs 'addresses', an 'error' or 'after: never'",
                at: door.key.place)
        }
        var addresses: [IPAddress] = []
        for item in try self.list(list.value, as: "'addresses'") {
            let text = try scalar(item, as: "an address").text
            guard let address = IPAddress(text) else {
                throw failure("\(Diagnostic.quoted(text)) is no address", at: item.place)
            }
            addresses.append(address)
        }
        guard !addresses.isEmpty else {
            throw failure(
                "an answer has an address at least; 'error: unknown' says that there is none",
                at: list.value.place)
        }
        return NameScript(name, time, .addresses(addresses))
    }

    private func answerTime(
        _ fields: [String: YAMLEntry]
    ) throws(Diagnostic) -> VirtualDriver.NameAnswer.Time {
        if let after = fields["after"] {
            if let at = fields["at"] {
                throw failure(
                    "the answer comes 'after' the look-up or 'at' a time, not both",
                    at: at.key.place)
            }
            let word = Word(try scalar(after.value, as: "'after'"))
            return word.text == "never" ? .never : .after(try duration(word))
        }
        guard let at = fields["at"] else { return .after(0) }
        return .at(try duration(Word(try scalar(at.value, as: "'at'"))))
    }

    private func lookupFailure(_ node: YAMLNode) throws(Diagnostic) -> LookupFailure {
        let word = Word(try scalar(node, as: "'error'"))
        guard let failure = LookupFailure.words.first(where: { $0.word == word.text }) else {
            throw unknown("error", word, among: LookupFailure.words.map(\.word))
        }
        return failure.failure
    }

    /// The name as resolvers are asked for it; `nil` for an address and for what cannot be a name.
    static func hostName(_ text: String) -> String? {
        guard IPAddress(text) == nil else { return nil }
        let name = text.lowercased()
        let isName = name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
            label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy {
                    (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95
                }
        }
        let last = name.split(separator: ".").last ?? ""
        let endsInNumber = last.utf8.allSatisfy { (48...57).contains($0) } || last.hasPrefix("0x")
        return isName && !endsInNumber && name.utf8.count <= 253 ? name : nil
    }

    // MARK: - The whole world

    /// Gives clients their listeners, and refuses two of one address or of one name.
    mutating func closeWorld(callers: [ResourceID: Word]) throws(Diagnostic) {
        for (client, word) in callers.sorted(by: { $0.key < $1.key }) {
            let listener = try resource(word)
            guard case .listener = resources[listener].kind else {
                throw failure(
                    "'\(word.text)' is no listener, such as {listen: '127.0.0.1:80'}",
                    at: word.place)
            }
            let script = resources[client].script ?? StreamScript()
            resources[client].kind = .client(of: listener, script)
        }
        var owners: [String: ResourceID] = [:]
        for (index, resource) in resources.enumerated() {
            let (key, what): (String, String)
            switch resource.kind {
            case .tcp(let address, _), .listener(let address, backlog: _):
                (key, what) = ("tcp \(address)", "\(address)")
            case .udp(let address, _): (key, what) = ("udp \(address)", "\(address)")
            case .name(let script): (key, what) = ("dns \(script.name)", script.name)
            case .http(let exchange, _):
                (key, what) = ("http \(exchange.request)", exchange.request)
            default: continue
            }
            if let owner = owners.updateValue(index, forKey: key) {
                throw failure(
                    "\(what) is '\(resources[owner].name)' of line "
                        + "\(resources[owner].place.line) already",
                    at: resource.place)
            }
        }
    }
}

extension LookupFailure {
    /// How files call them.
    static let words: [(word: String, failure: LookupFailure)] = [
        ("unknown", .unknownName), ("temporary", .temporary), ("permanent", .permanent),
    ]
}
