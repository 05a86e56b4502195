// `world`: the resources that the host owns, and the names that everything shares.

extension ScenarioParser {
    /// More than any picture can show.
    static let mostResources = 1_000
    /// The ways in which a resource meets the program.
    static let doors = FormatKey.doors.map(\.name)
    /// Doors that the format has and this version does not.
    static let laterDoors = ["tcp", "udp", "http", "dns"]

    /// Reads `world`.
    mutating func readWorld(_ node: YAMLNode) throws(Diagnostic) {
        let entries = try entries(node, as: "'world'")
        guard entries.count <= Self.mostResources else {
            let first = entries[Self.mostResources].key.place
            throw failure("the world has more than \(Self.mostResources) resources", at: first)
        }
        for entry in entries {
            try declare(Word(entry.key), as: "resource")
            _ = resourceNames.add(entry.key.text)
            let resource = try resource(entry)
            if case .stdin = resource.kind, let other = standardInput {
                throw failure(
                    "a program has one standard input, and '\(other)' is it", at: entry.key.place)
            }
            resources.append(resource)
        }
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
            case _ where Self.laterDoors.contains(word.text): throw unsupported(word)
            default: throw unknown("door", word, among: Self.doors)
            }
        }
        return resource
    }

    private func door(_ node: YAMLNode) throws(Diagnostic) -> (Resource.Kind, isOptional: Bool) {
        var door: (kind: Resource.Kind, name: String)?
        var isOptional = false
        for entry in try entries(node, as: "this") {
            let key = Word(entry.key)
            if Self.laterDoors.contains(key.text) { throw unsupported(key) }
            if key.text == "optional" {
                isOptional = try truth(entry.value, as: "'optional'")
                continue
            }
            if let door, Self.doors.contains(key.text) {
                throw failure("a resource has one door; this one has '\(door.name)'", at: key.place)
            }
            switch key.text {
            case "level":
                guard entry.value.kind == "nothing" || entry.value.scalar?.text == "true" else {
                    throw failure("the door 'level' takes no value", at: entry.value.place)
                }
                door = (.level, key.text)
            case "after":
                let time = try duration(Word(try scalar(entry.value, as: "'after'")))
                door = (.after(time), key.text)
            case "at":
                let time = try duration(Word(try scalar(entry.value, as: "'at'")))
                door = (.at(time), key.text)
            case "input": door = (.input(try streamScript(entry, hasChunks: true)), key.text)
            case "stdin": door = (.stdin(try streamScript(entry, hasChunks: true)), key.text)
            case "output": door = (.output(try streamScript(entry, hasChunks: false)), key.text)
            default: throw unknown("key", key, among: Self.doors + [FormatKey.optional.name])
            }
        }
        guard let door else {
            let doors = Suggestion.list(Self.doors, called: "doors")
            throw failure("this resource has no door; \(doors)", at: node.place)
        }
        return (door.kind, isOptional)
    }

    private func truth(_ node: YAMLNode, as what: String) throws(Diagnostic) -> Bool {
        switch try scalar(node, as: what).text {
        case "true": return true
        case "false": return false
        default: throw failure("\(what) is true or false", at: node.place)
        }
    }
}
