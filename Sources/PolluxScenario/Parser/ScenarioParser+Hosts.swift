// `hosts`: the hosts that a scenario must hold on.

import PolluxHost

extension ScenarioParser {
    /// What an entry of `hosts` can have beside knobs.
    static let hostKeys = FormatKey.host.map(\.name)
    /// The hosts that every scenario can name.
    static let presetNames = HostPolicy.presets.map(\.name)
    /// Knobs that the format has and this version does not.
    static let laterKnobs = ["base"]

    /// The host of a file that names none.
    func friendlyHost(at place: Place) -> HostEntry {
        HostEntry(
            name: "friendly", policy: HostPolicy(rules: rules), picksAnyTask: false, place: place)
    }

    /// Reads the document's `rules`.
    func rules(_ node: YAMLNode) throws(Diagnostic) -> HostPolicy.Rules {
        try choice(Word(try scalar(node, as: "'rules'")), of: "rules")
    }

    /// Reads `hosts`.
    func hosts(_ node: YAMLNode) throws(Diagnostic) -> [HostEntry] {
        var hosts: [HostEntry] = []
        var seen: [String: Place] = [:]
        for item in try list(node, as: "'hosts'") {
            let host = try host(item)
            if let first = seen.updateValue(host.place, forKey: host.name) {
                throw failure(
                    "a host named \(Diagnostic.quoted(host.name)) stands on line \(first.line) "
                        + "already; give this one another 'name'",
                    at: host.place)
            }
            hosts.append(host)
        }
        guard !hosts.isEmpty else { throw failure("'hosts' names no host", at: node.place) }
        return hosts
    }

    /// Reads one host: the name of one, or a map of knobs over the one that it is like.
    func host(_ node: YAMLNode) throws(Diagnostic) -> HostEntry {
        guard case .mapping = node.content else {
            return try namedHost(Word(try scalar(node, as: "a host")))
        }
        let fields = try fields(
            of: node, called: "knob", known: Self.hostKeys + Knob.all.map(\.name),
            later: Self.laterKnobs)
        var host = friendlyHost(at: node.place)
        if let entry = fields["like"] {
            host = try namedHost(Word(try scalar(entry.value, as: "'like'")))
            host.place = node.place
        }
        for knob in Knob.all {
            if let entry = fields[knob.name] { try knob.read(entry.value, into: &host, self) }
        }
        host.name = try hostName(node, fields["name"])
        return host
    }

    /// A host by its name: the project's, or else a preset.
    private func namedHost(_ word: Word) throws(Diagnostic) -> HostEntry {
        if let found = projectHosts.first(where: { $0.entry.name == word.text }) {
            var host = found.entry
            host.place = word.place
            if !found.hasRules { host.policy.rules = rules }
            return host
        }
        if let preset = HostPolicy.presets.first(where: { $0.name == word.text }) {
            var host = friendlyHost(at: word.place)
            host.name = preset.name
            host.policy = preset.policy
            host.policy.rules = rules
            return host
        }
        let known = Self.presetNames + projectHosts.map(\.entry.name)
        let clause = Suggestion.clause(for: word.text, among: known, called: "hosts")
        throw failure(
            "unknown host \(Diagnostic.quoted(word.text))\(clause)", at: word.place)
    }

    private func choice<Choice: RawRepresentable & CaseIterable>(
        _ word: Word, of knob: String
    ) throws(Diagnostic) -> Choice where Choice.RawValue == String {
        if let choice = Choice(rawValue: word.text) { return choice }
        throw unknown(
            "value", word, among: Choice.allCases.map(\.rawValue),
            called: "values of '\(knob)'")
    }

    /// The given name, or else one made of the knobs as they are written.
    private func hostName(_ node: YAMLNode, _ entry: YAMLEntry?) throws(Diagnostic) -> String {
        guard let entry else {
            let knobs = try entries(node, as: "a host").map { entry in
                "\(entry.key.text)=\(entry.value.scalar?.text ?? "")"
            }
            return knobs.isEmpty ? "friendly" : knobs.joined(separator: ",")
        }
        let name = try oneLine(entry.value, as: "the host's name")
        guard name.count <= NameRule.longest, !name.contains(where: \.isWhitespace) else {
            throw failure(
                "a host's name is one word of at most \(NameRule.longest) characters",
                at: entry.value.place)
        }
        return name
    }
}
