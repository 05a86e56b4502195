// `schedule`: where the run leaves the canonical one; and `found`: how it was come upon.

extension ScenarioParser {
    /// Reads `schedule`, a list of `{at: "poll after p.ready", order: [q, p]}`.
    func schedule(
        _ entry: YAMLEntry, on hosts: [HostEntry]
    ) throws(Diagnostic) -> [Located<Deviation>] {
        guard hosts.contains(where: \.hasChoices) else {
            throw failure(
                "'schedule' says what a host chooses, and 'hosts' lists none that has choices",
                at: entry.key.place)
        }
        var schedule: [Located<Deviation>] = []
        for item in try list(entry.value, as: "'schedule'") {
            schedule.append(Located(try deviation(item), at: item.place))
        }
        guard !schedule.isEmpty else {
            throw failure("'schedule' has no deviation", at: entry.value.place)
        }
        return schedule
    }

    private func deviation(_ node: YAMLNode) throws(Diagnostic) -> Deviation {
        let fields = try fields(
            of: node, called: "key", known: FormatKey.deviation.map(\.name))
        guard let at = fields["at"] else {
            throw failure("a deviation says where: 'at', such as 'at: poll'", at: node.place)
        }
        let choices = FormatKey.deviation.map(\.name).filter {
            !["at", "instead-of", "copy"].contains($0) && fields[$0] != nil
        }
        guard let key = choices.first, choices.count == 1, let entry = fields[key] else {
            let known = FormatKey.deviation.map(\.name).filter {
                !["at", "instead-of", "copy"].contains($0)
            }
            let what = choices.isEmpty ? "says what is chosen" : "is one choice"
            throw failure(
                "a deviation \(what): \(Suggestion.list(known, called: "keys"))", at: node.place)
        }
        for (part, whole) in [("instead-of", "run"), ("copy", "omit")] {
            if let stray = fields[part], key != whole {
                throw failure("'\(part)' belongs to '\(whole)'", at: stray.key.place)
            }
        }
        var deviation = try site(at.value, for: try choice(key, entry, fields))
        let verbs = Self.verbs(of: deviation.choice)
        guard verbs.contains(deviation.verb) else {
            throw failure(
                "'\(key)' is chosen at '\(verbs[0].rawValue)', not at "
                    + "'\(deviation.verb.rawValue)'",
                at: at.value.place)
        }
        if case .turn = deviation.verb { deviation.name = nil }
        return deviation
    }

    /// `poll`, `turn #2 after c2.ready`, `read sock`
    private func site(
        _ node: YAMLNode, for choice: Deviation.Choice
    ) throws(Diagnostic) -> Deviation {
        var phrase = try phrase(node, as: "'at'")
        let word = try phrase.word("what is done there")
        guard let verb = Deviation.Verb(rawValue: word.text) else {
            throw unknown(
                "site", word, among: Deviation.Verb.allCases.map(\.rawValue), called: "sites")
        }
        var deviation = Deviation(verb, choice)
        if verb.takesName, let next = phrase.next, next.text != "after",
            next.text.first != "#"
        {
            let word = try phrase.word("a name")
            // What a program calls a socket nobody knows before it runs.
            deviation.name = verb == .finish ? word.text : try polled(word)
        }
        if let next = phrase.next, next.text.first == "#" {
            let word = try phrase.word("a number")
            guard let number = Self.digits(word.text.dropFirst()), (1...1_000_000).contains(number)
            else { throw failure("a site's number counts from 1, such as #2", at: word.place) }
            deviation.ordinal = number
        }
        if phrase.take("after") {
            let event = try event(try phrase.word("an event"))
            deviation.after = Draft.Event(
                name(of: event.subject), event.kind, ordinal: event.ordinal)
        }
        try phrase.finish(after: "the site")
        return deviation
    }

    private func name(of subject: EventName.Subject) -> String {
        switch subject {
        case .host: "host"
        case .task(let task): tasks[task].name
        case .resource(let resource): resources[resource].name
        }
    }

    private static func verbs(of choice: Deviation.Choice) -> [Deviation.Verb] {
        switch choice {
        case .order, .omit, .omitCopy: [.poll]
        case .run, .pick: [.turn]
        case .length, .empty: [.read]
        case .permit: [.write]
        case .lag: [.ready, .finish]
        case .cut: [.send]
        case .spurious: [.look]
        case .handle, .late: [.subscribe]
        case .timeout: [.tie]
        }
    }

    private func choice(
        _ key: String, _ entry: YAMLEntry, _ fields: [String: YAMLEntry]
    ) throws(Diagnostic) -> Deviation.Choice {
        func count() throws(Diagnostic) -> Int {
            let word = Word(try scalar(entry.value, as: "'\(key)'"))
            return try number(word, in: 1...65_536, as: "'\(key)'")
        }
        func isTrue() throws(Diagnostic) {
            let word = Word(try scalar(entry.value, as: "'\(key)'"))
            guard word.text == "true" else {
                throw failure("'\(key)' is true, or not there", at: word.place)
            }
        }
        func taskName(_ entry: YAMLEntry) throws(Diagnostic) -> String {
            tasks[try task(Word(try scalar(entry.value, as: "a task")))].name
        }
        switch key {
        // A pollable that stands twice in the list may stand twice in the report.
        case "order": return .order(try names(entry.value, as: "'order'", mayRepeat: true))
        case "omit":
            guard let copy = fields["copy"] else {
                return .omit(try names(entry.value, as: "'omit'"))
            }
            let name = try polled(Word(try scalar(entry.value, as: "'omit' of a copy")))
            let word = Word(try scalar(copy.value, as: "'copy'"))
            return .omitCopy(name, try number(word, in: 1...65_536, as: "a copy"))
        case "run":
            let other = try fields["instead-of"].map { other throws(Diagnostic) in
                try taskName(other)
            }
            return .run(try taskName(entry), insteadOf: other)
        case "pick": return .pick(try count())
        case "length": return .length(try count())
        case "permit": return .permit(try count())
        case "lag": return .lag(try count())
        case "handle": return .handle(try count())
        case "cut":
            let word = Word(try scalar(entry.value, as: "'cut'"))
            guard let place = Deviation.Cut.allCases.first(where: { "\($0)" == word.text }) else {
                throw unknown("value", word, among: Deviation.Cut.allCases.map { "\($0)" })
            }
            return .cut(place)
        case "empty":
            try isTrue()
            return .empty
        case "spurious":
            try isTrue()
            return .spurious
        case "timeout":
            try isTrue()
            return .timeout
        default:
            let word = Word(try scalar(entry.value, as: "'late'"))
            switch word.text {
            case "half": return .late(1)
            case "full": return .late(2)
            default: throw unknown("value", word, among: ["half", "full"])
            }
        }
    }

    private func names(
        _ node: YAMLNode, as what: String, mayRepeat: Bool = false
    ) throws(Diagnostic) -> [String] {
        var names: [String] = []
        for item in try list(node, as: what) {
            let word = Word(try scalar(item, as: "a name"))
            let name = try polled(word)
            if !mayRepeat, names.contains(name) {
                throw failure(
                    "\(Diagnostic.quoted(name)) stands in \(what) already", at: word.place)
            }
            names.append(name)
        }
        guard !names.isEmpty else { throw failure("\(what) is empty", at: node.place) }
        return names
    }

    /// A resource, `@10ms`, or the second of them by age: `door#2`.
    private func polled(_ word: Word) throws(Diagnostic) -> String {
        let mark = word.text.firstIndex(of: "#") ?? word.text.endIndex
        let name = Word(text: String(word.text[..<mark]), place: word.place)
        if mark < word.text.endIndex {
            let number = Self.digits(word.text[word.text.index(after: mark)...])
            guard let number, number > 1 else {
                throw failure("of several of a name the second is #2", at: word.place)
            }
        }
        if name.text.hasPrefix("@") {
            let time = Word(text: String(name.text.dropFirst()), place: word.place)
            if time.text != "never" { _ = try duration(time) }
            return word.text
        }
        _ = try resource(name)
        return word.text
    }

    // MARK: Found

    /// Reads `found`.
    func found(_ node: YAMLNode) throws(Diagnostic) -> Found {
        let fields = try fields(of: node, called: "key", known: FormatKey.found.map(\.name))
        func text(_ key: String) throws(Diagnostic) -> String? {
            guard let entry = fields[key] else { return nil }
            return try oneLine(entry.value, as: "'\(key)'")
        }
        func count(_ key: String) throws(Diagnostic) -> UInt64? {
            guard let entry = fields[key] else { return nil }
            let word = Word(try scalar(entry.value, as: "'\(key)'"))
            guard word.text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = UInt64(word.text)
            else {
                throw failure(
                    "'\(key)' is a whole number, not \(Diagnostic.quoted(word.text))",
                    at: word.place)
            }
            return number
        }
        return Found(
            by: try text("by"), seed: try count("seed"), runs: try count("runs"),
            oracle: try text("oracle"), shrunk: try text("shrunk"), commit: try text("commit"))
    }
}
