// `expect`: what must hold after a run.

extension ScenarioParser {
    private static let expectKeys = FormatKey.expectation.map(\.name)

    /// Reads `expect`, one block or a list of them; a document that has none gets an empty one.
    func expectations(
        _ entry: YAMLEntry?, default place: Place
    ) throws(Diagnostic) -> [Expectation] {
        guard let entry else { return [Self.nothing(at: place)] }
        guard case .sequence(let items) = entry.value.content else {
            return [try expectation(entry.value, at: entry.key.place)]
        }
        guard !items.isEmpty else { throw failure("'expect' has no block", at: entry.value.place) }
        var blocks: [Expectation] = []
        for item in items { blocks.append(try expectation(item, at: entry.key.place)) }
        try refuseSecondOutcomes(in: blocks)
        return blocks
    }

    private static func nothing(at place: Place) -> Expectation {
        Expectation(
            scope: .everywhere, outcome: nil, order: [], exact: [], relations: [], counts: [],
            polls: nil, never: [], eventually: [], sometimes: [], values: [], pollsPlace: nil,
            place: place)
    }

    private func expectation(
        _ node: YAMLNode, at place: Place
    ) throws(Diagnostic) -> Expectation {
        var expectation = Self.nothing(at: place)
        let fields = try fields(
            of: node, called: "key", known: Self.expectKeys)
        if let entry = fields["for"] { expectation.scope = try scope(entry.value) }
        if fields.count == 1, let entry = fields["for"] {
            throw failure(
                "this block only has 'for' and claims nothing; say what must hold there",
                at: entry.key.place)
        }
        if let entry = fields["outcome"] {
            expectation.outcome = Located(try outcome(entry.value), at: entry.value.place)
        }
        if let entry = fields["order"] {
            expectation.order = try events(entry.value, as: "'order'")
        }
        if let entry = fields["exact"] {
            expectation.exact = try events(entry.value, as: "'exact'")
        }
        if let entry = fields["relations"] { expectation.relations = try relations(entry.value) }
        if let entry = fields["count"] { expectation.counts = try counts(entry.value) }
        if let entry = fields["polls"] {
            expectation.polls = try polls(entry.value)
            expectation.pollsPlace = entry.key.place
        }
        if let entry = fields["never"] { expectation.never = try never(entry.value) }
        if let entry = fields["eventually"] {
            expectation.eventually = try eventually(entry.value)
        }
        if let entry = fields["sometimes"] { expectation.sometimes = try sometimes(entry.value) }
        if let entry = fields["value"] { expectation.values = try values(entry.value) }
        if let entry = fields["invariants"] { expectation.invariants = try invariants(entry) }
        return expectation
    }

    // MARK: - Counts

    /// `A.done: 1`, `host.block: 1..4`, `host.check: 2..`
    private func counts(_ node: YAMLNode) throws(Diagnostic) -> [Located<CountClaim>] {
        var claims: [Located<CountClaim>] = []
        for entry in try entries(node, as: "'count'") {
            let word = Word(entry.key)
            let event = try event(word)
            if let ordinal = event.ordinal {
                throw failure(
                    "'count' counts every such event; leave out '#\(ordinal)'", at: word.place)
            }
            let value = try scalar(entry.value, as: "the count of '\(word.text)'")
            guard let range = Self.range(value.text) else {
                throw failure(
                    "a count is N, N..M or N.., not \(Diagnostic.quoted(value.text))",
                    at: value.place)
            }
            claims.append(Located(CountClaim(event: event, range: range), at: word.place))
        }
        return claims
    }

    private static func range(_ text: String) -> ClosedRange<Int>? {
        let dots = text.firstIndex(of: ".") ?? text.endIndex
        guard let low = digits(text[..<dots]) else { return nil }
        guard dots < text.endIndex else { return low...low }
        guard text[dots...].hasPrefix("..") else { return nil }
        let end = text[dots...].dropFirst(2)
        guard !end.isEmpty else { return low...Int.max }
        guard let high = digits(end), low <= high else { return nil }
        return low...high
    }

    // MARK: - Never

    private func never(_ node: YAMLNode) throws(Diagnostic) -> [Located<NeverClaim>] {
        var claims: [Located<NeverClaim>] = []
        for item in try list(node, as: "'never'") {
            let word = Word(try scalar(item, as: "an event"))
            let situation = NeverClaim.Situation(rawValue: word.text)
            let claim: NeverClaim =
                if let situation { .situation(situation) } else { .event(try event(word)) }
            claims.append(Located(claim, at: word.place))
        }
        return claims
    }

    // MARK: - Values

    /// `{who: a, r: [a, b], now: true, body: "hello", end: closed, out: "what it took"}`
    private func values(_ node: YAMLNode) throws(Diagnostic) -> [Located<ValueClaim>] {
        var claims: [Located<ValueClaim>] = []
        for entry in try entries(node, as: "'value'") {
            let word = Word(entry.key)
            if pollNames.number(of: word.text) != nil, valueNames.number(of: word.text) == nil {
                throw failure(
                    "'\(word.text)' is a subscribed name and has no value", at: word.place)
            }
            let outputs = resources.flatMap(\.valueNames)
            guard valueNames.number(of: word.text) != nil || outputs.contains(word.text) else {
                throw unknown(
                    "value", word, among: valueNames.names + outputs,
                    called: "values that a step gives")
            }
            let claim = ValueClaim(name: word.text, value: try value(entry))
            claims.append(Located(claim, at: word.place))
        }
        return claims
    }

    private func value(_ entry: YAMLEntry) throws(Diagnostic) -> ValueClaim.Value {
        let what = "the value of '\(entry.key.text)'"
        if case .sequence(let items) = entry.value.content {
            var names: [String] = []
            for item in items { names.append(try oneLine(item, as: "a name")) }
            return .names(names)
        }
        if case .mapping = entry.value.content {
            let fields = try fields(of: entry.value, called: "key", known: ["failed"])
            guard let failed = fields["failed"] else {
                throw failure(
                    "\(what) as a map is {failed: TEXT}", at: entry.value.place)
            }
            return .failed(try oneLine(failed.value, as: "the text of the failure"))
        }
        let scalar = try scalar(entry.value, as: what)
        switch (scalar.style, scalar.text) {
        case (.plain, "true"): return .truth(true)
        case (.plain, "false"): return .truth(false)
        case (.plain, "ok"): return .ok
        case (.plain, "closed"): return .closed
        default: return .text(scalar.text)
        }
    }
}
