// `invariants`: which oracles judge a run.

extension ScenarioParser {
    /// Reads `invariants`: `all`, a list of oracles, or `{except: [progress], and: [fifo-service]}`
    func invariants(_ entry: YAMLEntry) throws(Diagnostic) -> Located<InvariantClaim> {
        let place = entry.key.place
        switch entry.value.content {
        case .sequence: return Located(.only(try oracles(entry.value, of: "invariants")), at: place)
        case .mapping:
            let fields = try fields(of: entry.value, called: "key", known: ["except", "and"])
            guard !fields.isEmpty else {
                throw failure(
                    "'invariants' is empty; it takes 'except' and 'and'", at: entry.value.place)
            }
            let less = try fields["except"].map { entry throws(Diagnostic) in
                try oracles(entry.value, of: "except")
            }
            let more = try fields["and"].map { entry throws(Diagnostic) in
                try oracles(entry.value, of: "and")
            }
            if let both = (more ?? []).first(where: { less?.contains($0) == true }) {
                throw failure(
                    "'\(both.rawValue)' is in 'except' and in 'and'", at: entry.value.place)
            }
            return Located(.change(except: less ?? [], and: more ?? []), at: place)
        default:
            let word = Word(try scalar(entry.value, as: "'invariants'"))
            guard word.text == "all" else {
                let known = ["all"] + OracleName.allCases.map(\.rawValue)
                let nearest = Suggestion.nearest(to: word.text, among: known)
                let hint = nearest.map { $0 == "all" ? "all" : "[\($0)]" }
                throw failure(
                    "'invariants' is all, a list of oracles, or {except: […], and: […]}, not "
                        + Diagnostic.quoted(word.text)
                        + (hint.map { "; did you mean \($0)?" } ?? ""),
                    at: word.place)
            }
            return Located(.usual, at: place)
        }
    }

    private func oracles(
        _ node: YAMLNode, of key: String
    ) throws(Diagnostic) -> [OracleName] {
        var names: [OracleName] = []
        for item in try list(node, as: "'\(key)'") {
            let word = Word(try scalar(item, as: "an oracle"))
            guard let name = OracleName(rawValue: word.text) else {
                throw unknown("oracle", word, among: OracleName.allCases.map(\.rawValue))
            }
            if names.contains(name) {
                throw failure("'\(word.text)' stands in '\(key)' already", at: word.place)
            }
            names.append(name)
        }
        guard !names.isEmpty else {
            throw failure("'\(key)' names no oracle", at: node.place)
        }
        return names
    }
}
