// `hosts`: the hosts that a scenario must hold on.

import PolluxHost

extension ScenarioParser {
    /// What an entry of `hosts` can set.
    static let knobs = [
        "name", "order", "subset", "duplicates", "ready-lag", "handles", "fair", "executor",
        "reads", "permits", "spurious", "parent-drop", "rules",
    ]
    /// Knobs that the format has and this version does not.
    static let laterKnobs = ["stdin", "timers", "base"]
    /// Hosts by name that the format has and this version does not.
    static let laterHosts = ["wasmtime", "jco-node", "jco-browser", "uv", "any"]

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

    private func host(_ node: YAMLNode) throws(Diagnostic) -> HostEntry {
        guard case .mapping = node.content else {
            let word = Word(try scalar(node, as: "a host"))
            if word.text == "friendly" { return friendlyHost(at: word.place) }
            if Self.laterHosts.contains(word.text) { throw unsupported(word) }
            let nearest = Suggestion.nearest(to: word.text, among: ["friendly"])
            let hint = nearest.map { "did you mean '\($0)'?" }
            throw failure(
                "unknown host \(Diagnostic.quoted(word.text)); "
                    + (hint ?? "write friendly, or a map such as {order: any}"),
                at: word.place)
        }
        let fields = try fields(
            of: node, called: "knob", known: Self.knobs, later: Self.laterKnobs)
        var policy = HostPolicy()
        policy.order = try choice(fields["order"]) ?? policy.order
        policy.subset = try choice(fields["subset"]) ?? policy.subset
        policy.duplicates = try choice(fields["duplicates"]) ?? policy.duplicates
        policy.readyLag = try count(fields["ready-lag"]) ?? policy.readyLag
        policy.handles = try choice(fields["handles"]) ?? policy.handles
        policy.fair = try count(fields["fair"]) ?? policy.fair
        policy.reads = try choice(fields["reads"]) ?? policy.reads
        policy.permits = try choice(fields["permits"]) ?? policy.permits
        policy.spurious = try count(fields["spurious"]) ?? policy.spurious
        policy.parentDrop = try choice(fields["parent-drop"]) ?? policy.parentDrop
        policy.rules = try choice(fields["rules"]) ?? rules
        let executor: Executor = try choice(fields["executor"]) ?? .fifo
        return HostEntry(
            name: try hostName(node, fields["name"]), policy: policy,
            picksAnyTask: executor == .any, place: node.place)
    }

    /// How the guest's executor chooses among runnable tasks.
    private enum Executor: String, CaseIterable {
        case fifo, any
    }

    /// The case that a knob's value names, where the knob is set.
    private func choice<Choice: RawRepresentable & CaseIterable>(
        _ entry: YAMLEntry?
    ) throws(Diagnostic) -> Choice? where Choice.RawValue == String {
        guard let entry else { return nil }
        let word = Word(try scalar(entry.value, as: "'\(entry.key.text)'"))
        return try choice(word, of: entry.key.text)
    }

    private func choice<Choice: RawRepresentable & CaseIterable>(
        _ word: Word, of knob: String
    ) throws(Diagnostic) -> Choice where Choice.RawValue == String {
        if let choice = Choice(rawValue: word.text) { return choice }
        throw unknown(
            "value", word, among: Choice.allCases.map(\.rawValue),
            called: "values of '\(knob)'")
    }

    private func count(_ entry: YAMLEntry?) throws(Diagnostic) -> Int? {
        guard let entry else { return nil }
        let what = "'\(entry.key.text)'"
        return try number(Word(try scalar(entry.value, as: what)), in: 0...1_000, as: what)
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
