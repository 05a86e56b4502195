// `events`: what the world does, by time and in words.

extension ScenarioParser {
    /// Reads `events`, a list of `10ms: door ready`.
    mutating func readEvents(_ node: YAMLNode) throws(Diagnostic) {
        for item in try list(node, as: "'events'") {
            let entries = try entries(item, as: "an event")
            guard let entry = entries.first, entries.count == 1 else {
                throw failure("an event has one time, such as '10ms: door ready'", at: item.place)
            }
            let time = try duration(Word(entry.key))
            guard case .sequence(let items) = entry.value.content else {
                try readFact(entry.value, at: time)
                continue
            }
            for item in items { try readFact(item, at: time) }
        }
    }

    private mutating func readFact(_ node: YAMLNode, at time: UInt64) throws(Diagnostic) {
        var phrase = try phrase(node, as: "a fact")
        let name = try phrase.name("the name of a resource")
        let resource = try resource(name)
        let kind = resources[resource].kind
        guard resources[resource].hasLane else {
            throw failure(
                "'\(name.text)' is \(resources[resource].timeless("events"))", at: name.place)
        }
        if let line = lanes[resource] {
            throw failure(
                "'\(name.text)' has a lane on line \(line); it cannot have events too",
                at: name.place)
        }
        let what = try phrase.word(kind == .level ? "'ready' or 'unready'" : "what happens")
        let change = try change(what, of: resource, &phrase)
        try phrase.finish(after: "the fact '\(what.text)'")
        facts.append(Fact(time: time, resource: resource, change: change, place: name.place))
    }

    private func change(
        _ word: Word, of resource: ResourceID, _ phrase: inout Phrase
    ) throws(Diagnostic) -> Fact.Change {
        let known: [String] =
            switch resources[resource].kind {
            case .input, .stdin: ["empty", "closed", "failed"]
            case .output: ["permit", "flushed", "closed", "failed"]
            case .tcp: ["accepts", "refuses", "silent", "permit", "closed", "failed"]
            case .client: ["calls", "permit", "closed", "failed"]
            case .udp: ["accepts", "refuses"]
            case .http: ["accepts", "refuses", "silent", "head", "permit", "closed", "failed"]
            default: ["ready", "unready"]
            }
        if resources[resource].isReadable, Self.isLetter(word.text) {
            return try chunk(word, of: resource)
        }
        guard known.contains(word.text) else {
            let chunks = resources[resource].script?.chunks.map(\.name) ?? []
            throw unknown("fact", word, among: chunks + known)
        }
        switch word.text {
        case "ready": return .ready(true)
        case "unready": return .ready(false)
        case "empty": return .empty
        case "flushed": return .flushed
        case "closed": return .closed
        case "accepts": return .answers(.accepts)
        case "refuses": return .answers(.refuses)
        case "silent": return .answers(.silent)
        case "calls": return .calls
        case "head": return .head
        case "failed": return try failed(resource, at: word.place)
        default:
            let count = try phrase.word("the number of bytes that the output takes")
            return .permit(try number(count, in: 0...65_536, as: "a permit"))
        }
    }
}
