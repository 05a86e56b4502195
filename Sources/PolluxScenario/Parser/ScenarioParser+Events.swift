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
        guard resources[resource].kind == .level else {
            throw failure(
                "'\(name.text)' is a timer and has no events: its time says when it is ready",
                at: name.place)
        }
        if let line = lanes[resource] {
            throw failure(
                "'\(name.text)' has a lane on line \(line); it cannot have events too",
                at: name.place)
        }
        let what = try phrase.word("'ready' or 'unready'")
        let known = ["ready", "unready"]
        guard known.contains(what.text) else { throw unknown("fact", what, among: known) }
        try phrase.finish(after: "the fact '\(what.text)'")
        facts.append(
            Fact(
                time: time, resource: resource, change: .ready(what.text == "ready"),
                place: name.place))
    }
}
