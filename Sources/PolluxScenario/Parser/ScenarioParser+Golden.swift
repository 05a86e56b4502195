// `golden`: recorded runs, which `pollux replay --update` writes.

extension ScenarioParser {
    /// Reads `golden`, which may be empty until something is recorded.
    func golden(_ entry: YAMLEntry, on hosts: [HostEntry]) throws(Diagnostic) -> Golden {
        let isUnfriendly = !hosts.contains(where: \.isFriendly)
        let needsFriend = failure(
            "'golden' records the run on a friendly host, and 'hosts' lists none",
            at: entry.key.place)
        if entry.value.scalar?.isAbsent == true {
            if isUnfriendly { throw needsFriend }
            return Golden(entries: [], place: entry.key.place)
        }
        var entries: [Golden.Entry] = []
        var explored: [Golden.Explored] = []
        var seen: Set<String> = []
        for item in try list(entry.value, as: "'golden'") {
            if item["explored"] != nil {
                explored.append(try exploredCounts(item, on: hosts, besides: explored))
                continue
            }
            if isUnfriendly { throw needsFriend }
            let fields = try fields(
                of: item, called: "key", known: ["guests", "polls", "wakes", "lanes"])
            func field(_ key: String) throws(Diagnostic) -> YAMLNode {
                guard let field = fields[key] else {
                    throw failure("this record has no '\(key)'", at: item.place)
                }
                return field.value
            }
            var guests: [String] = []
            for name in try words(try field("guests"), as: "a guest") {
                guard seen.insert(name.text).inserted else {
                    throw failure(
                        "there is a record of \(Diagnostic.quoted(name.text)) already",
                        at: name.place)
                }
                guests.append(name.text)
            }
            let polls = try words(try field("polls"), as: "a poll")
            let wakes = try field("wakes")
            let lanes = try goldenLanes(try field("lanes"))
            let record = Golden.Record(
                polls: polls.map(\.text), wakes: try words(wakes, as: "a task").map(\.text),
                lanes: lanes.map(\.value))
            entries.append(
                Golden.Entry(
                    guests: guests, record: record,
                    places: polls.map(\.place) + [wakes.place] + lanes.map(\.place)))
        }
        return Golden(entries: entries, explored: explored, place: entry.key.place)
    }

    /// Reads `{guests: [local], explored: any, schedules: 24, states: 17}`.
    private func exploredCounts(
        _ item: YAMLNode, on hosts: [HostEntry], besides others: [Golden.Explored]
    ) throws(Diagnostic) -> Golden.Explored {
        let fields = try fields(
            of: item, called: "key", known: ["guests", "explored", "schedules", "states"])
        func field(_ key: String) throws(Diagnostic) -> YAMLNode {
            guard let field = fields[key] else {
                throw failure("this record has no '\(key)'", at: item.place)
            }
            return field.value
        }
        func count(_ node: YAMLNode, _ key: String) throws(Diagnostic) -> Int {
            try number(Word(try scalar(node, as: "'\(key)'")), in: 1...Int.max, as: "'\(key)'")
        }
        let host = Word(try scalar(try field("explored"), as: "'explored'"))
        guard hosts.contains(where: { $0.name == host.text }) else {
            throw unknown("host", host, among: hosts.map(\.name), called: "hosts")
        }
        var guests: [String] = []
        for name in try words(try field("guests"), as: "a guest") {
            let isKnown = others.contains { $0.host == host.text && $0.guests.contains(name.text) }
            guard !isKnown, !guests.contains(name.text) else {
                throw failure(
                    "there is a record of \(Diagnostic.quoted(name.text)) on "
                        + "\(Diagnostic.quoted(host.text)) already",
                    at: name.place)
            }
            guests.append(name.text)
        }
        let schedules = try count(try field("schedules"), "schedules")
        let states = try fields["states"].map { entry throws(Diagnostic) in
            try count(entry.value, "states")
        }
        return Golden.Explored(
            guests: guests, host: host.text,
            counts: Golden.Explored.Counts(schedules: schedules, states: states),
            place: item.place)
    }

    private func words(_ node: YAMLNode, as what: String) throws(Diagnostic) -> [Word] {
        var words: [Word] = []
        for item in try list(node, as: "this") {
            let text = try oneLine(item, as: what)
            words.append(Word(text: text, place: item.place))
        }
        return words
    }

    private func goldenLanes(_ node: YAMLNode) throws(Diagnostic) -> [Located<String>] {
        guard let scalar = node.scalar, scalar.style == .literal else {
            throw failure("'lanes' must be a block: 'lanes: |', then rows", at: node.place)
        }
        let rows = scalar.text.split(separator: "\n", omittingEmptySubsequences: false)
        let last = rows.lastIndex { !$0.allSatisfy { $0 == " " } } ?? -1
        return rows.prefix(last + 1).enumerated().map { offset, row in
            Located(
                String(row.reversed().drop { $0 == " " }.reversed()),
                at: Place(line: node.place.line + 1 + offset, column: 1))
        }
    }
}
