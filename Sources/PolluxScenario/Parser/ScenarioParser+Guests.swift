// `guests`, and `for`, which narrows a block of `expect` to some guests and hosts.

extension Scenario {
    /// The guests that ship: those that there are unless somebody brings others.
    public static let shippedGuests = ["local", "swift"]
}

extension ScenarioParser {
    /// More than this nobody has, and every block may be about each of them.
    private static let mostGuests = 16

    /// Reads `guests`.
    func guests(_ node: YAMLNode) throws(Diagnostic) -> [Located<String>] {
        var guests: [Located<String>] = []
        var seen: [String: Place] = [:]
        for item in try list(node, as: "'guests'") {
            let word = Word(try scalar(item, as: "a guest"))
            if let objection = NameRule.objection(to: word.text) {
                throw failure(objection, at: word.place)
            }
            if let first = seen.updateValue(word.place, forKey: word.text) {
                throw failure(
                    "'\(word.text)' is among the guests already, on line \(first.line)",
                    at: word.place)
            }
            guard guests.count < Self.mostGuests else {
                throw failure("a scenario has at most \(Self.mostGuests) guests", at: word.place)
            }
            guests.append(Located(word.text, at: word.place))
        }
        guard !guests.isEmpty else { throw failure("'guests' names no guest", at: node.place) }
        return guests
    }

    /// Reads `for`: `{guest: local}`, `{guest: [local, swift], host: strict}`
    func scope(_ node: YAMLNode) throws(Diagnostic) -> Scope {
        let fields = try fields(of: node, called: "key", known: ["guest", "host"])
        guard !fields.isEmpty else {
            throw failure("'for' is empty; it takes 'guest' and 'host'", at: node.place)
        }
        let guests = try fields["guest"].map { entry throws(Diagnostic) in
            try names(entry, among: guestNames)
        }
        let hosts = try fields["host"].map { entry throws(Diagnostic) in
            try names(entry, among: hostNames)
        }
        return Scope(guests: guests, hosts: hosts)
    }

    /// A name or a list of names, all of them known.
    private func names(
        _ entry: YAMLEntry, among known: NameTable
    ) throws(Diagnostic) -> Set<String> {
        let what = entry.key.text
        var items = [entry.value]
        if case .sequence(let list) = entry.value.content { items = list }
        guard !items.isEmpty else { throw failure("'\(what)' is empty", at: entry.value.place) }
        var names: Set<String> = []
        for item in items {
            let word = Word(try scalar(item, as: "a \(what)"))
            guard known.number(of: word.text) != nil else {
                throw unknown(what, word, among: known.names)
            }
            names.insert(word.text)
        }
        return names
    }

    /// A run ends in one way: no two blocks may say how for the same guest and host.
    func refuseSecondOutcomes(in blocks: [Expectation]) throws(Diagnostic) {
        struct Cell: Hashable {
            var guest: Int
            var host: Int
        }
        // Each cell is taken once before something is thrown, so this is linear in the hosts.
        var lines: [Cell: Int] = [:]
        for block in blocks {
            guard let outcome = block.outcome else { continue }
            for (guest, name) in guestNames.names.enumerated()
            where block.scope.guests?.contains(name) != false {
                let hosts = block.scope.hosts?.compactMap(hostNames.number).sorted()
                for host in hosts ?? Array(hostNames.names.indices) {
                    let cell = Cell(guest: guest, host: host)
                    let line = lines.updateValue(outcome.place.line, forKey: cell)
                    guard let line else { continue }
                    throw failure(
                        "guest '\(name)' on host \(Diagnostic.quoted(hostNames.names[host])) "
                            + "has an outcome already, on line \(line)",
                        at: outcome.place)
                }
            }
        }
    }
}
