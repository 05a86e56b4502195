// `expect.relations` and `expect.polls`: phrases about how events and polls lie to each other.

extension ScenarioParser {
    /// Reads `relations`.
    func relations(_ node: YAMLNode) throws(Diagnostic) -> [Located<Relation>] {
        var relations: [Located<Relation>] = []
        for item in try list(node, as: "'relations'") {
            var phrase = try phrase(item, as: "a relation")
            relations.append(Located(try relation(&phrase), at: item.place))
        }
        return relations
    }

    /// Reads one relation.
    func relation(_ phrase: inout Phrase) throws(Diagnostic) -> Relation {
        if phrase.next?.text == "handle", phrase.second?.text == "(" {
            let first = try handle(&phrase)
            try phrase.require("=")
            let second = try handle(&phrase)
            try phrase.finish(after: "the relation")
            return .sameHandle(first, second)
        }
        let first = try event(try phrase.word("an event"))
        if phrase.take("within") {
            let bound = try bound(&phrase)
            try phrase.require("of")
            let other = try event(try phrase.word("an event"))
            try phrase.finish(after: "the relation")
            return .within(first, bound, of: other)
        }
        var groups = [[first]]
        while let word = phrase.next {
            if phrase.take("<") {
                groups.append([try event(try phrase.word("an event"))])
            } else if phrase.take("&") {
                groups[groups.count - 1].append(try event(try phrase.word("an event")))
            } else {
                throw failure(
                    "expected '<', '&' or 'within' instead of \(Diagnostic.quoted(word.text))",
                    at: word.place)
            }
        }
        guard groups.count > 1 else {
            throw failure(
                "a relation is missing, such as '< B.done' or 'within 5ms of B.done'",
                at: phrase.end)
        }
        return .before(groups)
    }

    /// `handle(a)`
    private func handle(_ phrase: inout Phrase) throws(Diagnostic) -> Target {
        try phrase.require("handle")
        try phrase.require("(")
        let target = try target(try phrase.word("the name of a resource or a subscription"))
        try phrase.require(")")
        return target
    }

    /// `26 turns`, `2 polls`, `5ms`
    private func bound(_ phrase: inout Phrase) throws(Diagnostic) -> Relation.Bound {
        let word = try phrase.word("a distance such as '4 turns', '2 polls' or '5ms'")
        // `0` alone is a duration, so the word behind a number decides what it counts.
        guard let number = Self.digits(word.text), let unit = phrase.next, unit.text != "of" else {
            return .time(try duration(word))
        }
        _ = phrase.take(unit.text)
        switch unit.text {
        case "turn", "turns": return .turns(number)
        case "poll", "polls": return .polls(number)
        default: throw unknown("distance", unit, among: ["turns", "polls"])
        }
    }

    // MARK: - Polls

    /// Reads `polls`, one call a phrase.
    func polls(_ node: YAMLNode) throws(Diagnostic) -> [Located<PollClaim>] {
        var claims: [Located<PollClaim>] = []
        for item in try list(node, as: "'polls'") {
            var phrase = try phrase(item, as: "a poll")
            claims.append(Located(try pollClaim(&phrase), at: item.place))
        }
        return claims
    }

    /// `block A B -> A`, `check door -> nothing`
    private func pollClaim(_ phrase: inout Phrase) throws(Diagnostic) -> PollClaim {
        let verb = try phrase.word("'block' or 'check'")
        let known = ["block", "check"]
        guard known.contains(verb.text) else { throw unknown("call", verb, among: known) }
        var list: [PollClaim.Polled] = []
        repeat {
            list.append(try polled(try phrase.word("what is polled")))
        } while phrase.next != nil && phrase.next?.text != "->"
        try phrase.require("->")
        var reported: [PollClaim.Polled] = []
        if phrase.take("nothing") {
            try phrase.finish(after: "'nothing'")
        } else {
            var left: [PollClaim.Polled: Int] = [:]
            for polled in list { left[polled, default: 0] += 1 }
            repeat {
                let word = try phrase.word("what the poll reports")
                let polled = try polled(word)
                guard let copies = left[polled], copies > 0 else {
                    throw failure(
                        "this poll reports \(Diagnostic.quoted(word.text)) more often than its "
                            + "list has it",
                        at: word.place)
                }
                left[polled] = copies - 1
                reported.append(polled)
            } while phrase.next != nil
        }
        return PollClaim(isCheck: verb.text == "check", list: list, reported: reported)
    }

    private func polled(_ word: Word) throws(Diagnostic) -> PollClaim.Polled {
        if word.text.hasPrefix("@") {
            let place = Place(line: word.place.line, column: word.place.column + 1)
            return .timer(try duration(Word(text: String(word.text.dropFirst()), place: place)))
        }
        switch try target(word) {
        case .resource(let resource): return .resource(resource)
        case .pollable(let name): return .pollable(name)
        }
    }
}
