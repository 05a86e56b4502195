// `golden`: recorded runs, which `pollux replay --update` writes.

extension ScenarioParser {
    /// Reads `golden`, which may be empty until something is recorded.
    func golden(_ entry: YAMLEntry, on hosts: [HostEntry]) throws(Diagnostic) -> Golden {
        guard hosts.contains(where: \.isFriendly) else {
            throw failure(
                "'golden' records the run on a friendly host, and 'hosts' lists none",
                at: entry.key.place)
        }
        if entry.value.scalar?.isAbsent == true {
            return Golden(entries: [], place: entry.key.place)
        }
        var entries: [Golden.Entry] = []
        var seen: Set<String> = []
        for item in try list(entry.value, as: "'golden'") {
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
        return Golden(entries: entries, place: entry.key.place)
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
