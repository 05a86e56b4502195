// `world`: the resources that the host owns, and the names that everything shares.

extension ScenarioParser {
    /// More than any picture can show.
    static let mostResources = 1_000
    /// The ways in which a resource meets the program.
    static let doors = FormatKey.doors.map(\.name)
    /// Reads `world`.
    mutating func readWorld(_ node: YAMLNode) throws(Diagnostic) {
        let entries = try entries(node, as: "'world'")
        guard entries.count <= Self.mostResources else {
            let first = entries[Self.mostResources].key.place
            throw failure("the world has more than \(Self.mostResources) resources", at: first)
        }
        var callers: [ResourceID: Word] = [:]
        for entry in entries {
            try declare(Word(entry.key), as: "resource")
            _ = resourceNames.add(entry.key.text)
            let resource = try resource(entry)
            if case .client = resource.kind, case .mapping(let parts) = entry.value.content,
                let calls = parts.first(where: { $0.key.text == "calls" })?.value
            {
                callers[resources.count] = Word(try scalar(calls, as: "'calls'"))
            }
            if case .stdin = resource.kind, let other = standardInput {
                throw failure(
                    "a program has one standard input, and '\(other)' is it", at: entry.key.place)
            }
            resources.append(resource)
        }
        try closeWorld(callers: callers)
    }

    /// Takes a name for a resource, a task or a subscription.
    mutating func declare(_ word: Word, as what: String) throws(Diagnostic) {
        if let objection = NameRule.objection(to: word.text) {
            throw failure(objection, at: word.place)
        }
        if let other = declarations[word.text] {
            throw failure(
                "'\(word.text)' is already the \(other.what) of line \(other.place.line)",
                at: word.place)
        }
        declarations[word.text] = (what, word.place)
    }

    /// The name of the world's standard input, if it has one.
    private var standardInput: String? {
        resources.first { if case .stdin = $0.kind { true } else { false } }?.name
    }

    private func resource(_ entry: YAMLEntry) throws(Diagnostic) -> Resource {
        var resource = Resource(
            name: entry.key.text, kind: .level, isOptional: false, place: entry.key.place)
        if case .mapping = entry.value.content {
            (resource.kind, resource.isOptional) = try door(entry.value)
        } else {
            guard let scalar = entry.value.scalar, !scalar.isAbsent else {
                let doors = Suggestion.list(Self.doors, called: "doors")
                throw failure("'\(resource.name)' needs a door; \(doors)", at: entry.value.place)
            }
            let word = Word(scalar)
            switch word.text {
            case "level": break
            case "after", "at":
                throw failure(
                    "the door '\(word.text)' needs a time, such as {\(word.text): 10ms}",
                    at: word.place)
            case "input", "output", "stdin":
                throw failure(
                    "the door '\(word.text)' needs a map, such as {\(word.text): {}}",
                    at: word.place)
            case "tcp", "listen", "udp":
                throw failure(
                    "the door '\(word.text)' needs an address, such as "
                        + "{\(word.text): '127.0.0.1:80'}",
                    at: word.place)
            case "calls":
                throw failure(
                    "the door 'calls' needs the name of a listener, such as {calls: web}",
                    at: word.place)
            case "dns":
                throw failure(
                    "the door 'dns' needs a name and an answer, such as "
                        + "{dns: example.com, addresses: [10.0.0.5]}",
                    at: word.place)
            case "http":
                throw failure(
                    "the door 'http' needs a method and a URL, such as "
                        + "{http: 'GET http://a.example/'}",
                    at: word.place)
            default: throw unknown("door", word, among: Self.doors)
            }
        }
        return resource
    }

    private func door(_ node: YAMLNode) throws(Diagnostic) -> (Resource.Kind, isOptional: Bool) {
        var door: YAMLEntry?
        var besides: [YAMLEntry] = []
        var isOptional = false
        let entries = try entries(node, as: "this")
        // `at` and `after` of a name or a server are no doors.
        let answers = entries.lazy.compactMap { Self.answerKeys[$0.key.text] }.first ?? []
        for entry in entries {
            let key = Word(entry.key)
            if key.text == "optional" {
                isOptional = try truth(entry.value, as: "'optional'")
            } else if Self.doors.contains(key.text), !answers.contains(key.text) {
                if let door {
                    throw failure(
                        "a resource has one door; this one has '\(door.key.text)'", at: key.place)
                }
                door = entry
            } else {
                besides.append(entry)
            }
        }
        guard let door else {
            if let first = besides.first { throw unknownBeside(nil, Word(first.key)) }
            let doors = Suggestion.list(Self.doors, called: "doors")
            throw failure("this resource has no door; \(doors)", at: node.place)
        }
        for entry in besides where !Self.canStand(entry.key.text, beside: door.key.text) {
            throw unknownBeside(door.key.text, Word(entry.key))
        }
        return (try kind(door, besides), isOptional)
    }

    /// What the doors say of their answers.
    private static let answerKeys = [
        "dns": FormatKey.answer.map(\.name), "http": FormatKey.response.map(\.name),
    ]

    /// Whether a door can have this key beside it.
    private static func canStand(_ key: String, beside door: String) -> Bool {
        switch door {
        case "tcp", "calls", "udp": isLetter(key)
        case "listen": key == "backlog"
        case "dns": answerKeys[door]!.contains(key)
        case "http": isLetter(key) || answerKeys[door]!.contains(key)
        default: false
        }
    }

    private func unknownBeside(_ door: String?, _ key: Word) -> Diagnostic {
        switch door {
        case "tcp", "calls", "udp":
            return failure(
                "a chunk's name is one letter, as in a lane, not " + Diagnostic.quoted(key.text),
                at: key.place)
        case "listen": return unknown("key", key, among: ["backlog", FormatKey.optional.name])
        case "dns", "http":
            return unknown(
                "key", key, among: Self.answerKeys[door!]! + [FormatKey.optional.name])
        default: return unknown("key", key, among: Self.doors + [FormatKey.optional.name])
        }
    }

    private func kind(
        _ door: YAMLEntry, _ besides: [YAMLEntry]
    ) throws(Diagnostic) -> Resource.Kind {
        let name = door.key.text
        switch name {
        case "after": return .after(try duration(Word(try scalar(door.value, as: "'after'"))))
        case "at": return .at(try duration(Word(try scalar(door.value, as: "'at'"))))
        case "input": return .input(try streamScript(door, hasChunks: true))
        case "stdin": return .stdin(try streamScript(door, hasChunks: true))
        case "output": return .output(try streamScript(door, hasChunks: false))
        case "tcp":
            let address = try socketAddress(door.value, as: "'tcp'")
            return .tcp(address, try sentChunks(besides, beside: name))
        case "udp":
            let address = try socketAddress(door.value, as: "'udp'")
            return .udp(address, try sentChunks(besides, beside: name))
        // Which listener that is shows when all are read.
        case "calls": return .client(of: 0, try sentChunks(besides, beside: name))
        case "listen":
            let address = try socketAddress(door.value, as: "'listen'")
            let backlog = try besides.first.map { entry throws(Diagnostic) in
                try self.backlog(entry.value)
            }
            return .listener(address, backlog: backlog)
        case "dns":
            let fields = Dictionary(uniqueKeysWithValues: besides.map { ($0.key.text, $0) })
            return .name(try nameScript(fields, of: door))
        case "http": return try exchange(door, besides)
        default:
            guard door.value.kind == "nothing" || door.value.scalar?.text == "true" else {
                throw failure("the door 'level' takes no value", at: door.value.place)
            }
            return .level
        }
    }

    private func truth(_ node: YAMLNode, as what: String) throws(Diagnostic) -> Bool {
        switch try scalar(node, as: what).text {
        case "true": return true
        case "false": return false
        default: throw failure("\(what) is true or false", at: node.place)
        }
    }
}
