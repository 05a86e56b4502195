// `expect.outcome`: how a run must end.

extension Scenario {
    /// The traps that an outcome can name.
    public static let trapNames = [
        "empty-poll", "unknown-handle", "wrong-type", "child-alive", "table-full", "lent",
        "list-too-long", "misaligned", "invalid-discriminant", "invalid-utf8", "clock-overflow",
        "stalled", "no-host", "ended", "reentered", "step",
    ]
}

extension ScenarioParser {
    private static let outcomes = [
        "completed", "livelocked", "trap", "deadlock", "exit", "aborted", "abort",
    ]

    /// Reads `outcome`.
    func outcome(_ node: YAMLNode) throws(Diagnostic) -> ExpectedOutcome {
        guard case .mapping(let entries) = node.content else {
            let word = Word(try scalar(node, as: "'outcome'"))
            switch word.text {
            case "completed": return .completed
            case "livelocked": return .livelocked
            case "aborted": return .abort(nil)
            case "abort": throw bare(word, "{abort: assertion}")
            case "trap": throw bare(word, "{trap: \(Scenario.trapNames[0])}")
            case "deadlock": throw bare(word, "{deadlock: {}}")
            case "exit": throw bare(word, "{exit: 0}")
            default: throw unknown("outcome", word, among: Self.outcomes)
            }
        }
        guard let main = entries.first(where: { Self.outcomes.contains($0.key.text) }) else {
            guard let first = entries.first else {
                throw failure("'outcome' is empty", at: node.place)
            }
            throw unknown("outcome", Word(first.key), among: Self.outcomes)
        }
        switch main.key.text {
        case "trap": return try trap(node)
        case "deadlock": return try deadlock(node)
        case "exit":
            let fields = try fields(of: node, called: "key", known: ["exit"])
            guard let entry = fields["exit"] else { return .exit(0) }
            let word = Word(try scalar(entry.value, as: "'exit'"))
            return .exit(UInt8(try number(word, in: 0...255, as: "an exit code")))
        case "abort":
            let fields = try fields(of: node, called: "key", known: ["abort"])
            guard let entry = fields["abort"] else { return .abort(nil) }
            return .abort(try oneLine(entry.value, as: "'abort'"))
        default:
            throw failure("'\(main.key.text)' takes no value here", at: main.key.place)
        }
    }

    private func bare(_ word: Word, _ form: String) -> Diagnostic {
        failure("the outcome '\(word.text)' needs more, such as \(form)", at: word.place)
    }

    /// `{trap: empty-poll, in: T}`
    private func trap(_ node: YAMLNode) throws(Diagnostic) -> ExpectedOutcome {
        let fields = try fields(of: node, called: "key", known: ["trap", "in"])
        guard let entry = fields["trap"] else { throw failure("a trap has a name", at: node.place) }
        let name = Word(try scalar(entry.value, as: "'trap'"))
        guard Scenario.trapNames.contains(name.text) else {
            throw unknown("trap", name, among: Scenario.trapNames)
        }
        var task: TaskID?
        if let entry = fields["in"] {
            task = try self.task(Word(try scalar(entry.value, as: "'in'")))
        }
        return .trap(name.text, in: task)
    }

    /// `{deadlock: {A: never, B: [A, c]}, at: 0ms}`
    private func deadlock(_ node: YAMLNode) throws(Diagnostic) -> ExpectedOutcome {
        let fields = try fields(of: node, called: "key", known: ["deadlock", "at"])
        var claims: [DeadlockClaim] = []
        if let entry = fields["deadlock"] {
            for entry in try entries(entry.value, as: "'deadlock'") {
                claims.append(
                    DeadlockClaim(task: try task(Word(entry.key)), waitsOn: try causes(entry)))
            }
        }
        var time: UInt64?
        if let entry = fields["at"] {
            time = try duration(Word(try scalar(entry.value, as: "'at'")))
        }
        return .deadlock(claims, at: time)
    }

    private func causes(_ entry: YAMLEntry) throws(Diagnostic) -> [DeadlockClaim.Cause] {
        var items = [entry.value]
        if case .sequence(let list) = entry.value.content { items = list }
        var causes: [DeadlockClaim.Cause] = []
        for item in items {
            causes.append(
                try cause(Word(try scalar(item, as: "what '\(entry.key.text)' waits on"))))
        }
        return causes
    }

    /// Channels come last: they alone may share a name with something else.
    private func cause(_ word: Word) throws(Diagnostic) -> DeadlockClaim.Cause {
        if let task = taskNames.number(of: word.text) { return .task(task) }
        if let resource = resourceNames.number(of: word.text) { return .resource(resource) }
        if let name = pollNames.number(of: word.text) { return .pollable(name) }
        if let channel = channels.number(of: word.text) { return .channel(channel) }
        let known = taskNames.names + resourceNames.names + pollNames.names + channels.names
        throw unknown("name", word, among: known)
    }
}
