// A draft written down: the layout that people use, which `fmt` leaves as it is.

import PolluxHost

extension Draft {
    /// The document, from `pollux: 1` to the end of its last line.
    public var text: String {
        var writer = DraftWriter(self)
        writer.write()
        return writer.lines.map { $0 + "\n" }.joined()
    }
}

/// Writes one draft, key by key in the order of the reference.
struct DraftWriter {
    let draft: Draft
    private(set) var lines: [String] = []

    /// No line is longer where it can be helped.
    private static let width = 100
    /// Worlds without streams up to this width stand on one line.
    private static let narrow = 60

    init(_ draft: Draft) { self.draft = draft }

    mutating func write() {
        lines = ["pollux: 1", "name: " + YAMLText.scalar(draft.name, inFlow: false)]
        if let about = draft.about { write(about: about) }
        if !draft.tags.isEmpty { put("tags", Flow.list(draft.tags.map(Flow.text))) }
        if let found = draft.found { put("found", found.text) }
        if draft.tick != 1_000_000 { put("tick", TimeText.string(draft.tick)) }
        if draft.rules != .wasmtime { put("rules", draft.rules.rawValue) }
        writeWorld()
        writeProgram()
        if let guests = draft.guests { put("guests", Flow.list(guests)) }
        writeTimes()
        writeHosts()
        if let explore = draft.explore { put("explore", Self.text(explore)) }
        if !draft.schedule.isEmpty {
            lines.append("schedule:")
            lines += draft.schedule.map { "  - \($0)" }
        }
        writeExpectations()
        writeGolden()
    }

    private mutating func put(_ key: String, _ value: String, indent: Int = 0) {
        lines.append(String(repeating: " ", count: indent) + "\(key): \(value)")
    }

    private mutating func write(about: String) {
        let rows = about.split(separator: "\n", omittingEmptySubsequences: false)
        let isBlock =
            rows.count > 1
            && rows.allSatisfy { $0.first != " " && YAMLText.isPrintable(String($0)) }
        guard isBlock else { return put("about", YAMLText.scalar(about, inFlow: false)) }
        lines.append("about: |")
        lines += rows.map { $0.isEmpty ? "" : "  \($0)" }
    }

    // MARK: World and program

    private mutating func writeWorld() {
        if draft.world.isEmpty { return }
        let entries = draft.world.map { "\($0.name): \(Self.text($0))" }
        let line = "world: " + Flow.map(entries)
        let hasStreams = draft.world.contains { $0.door.stream != nil || $0.door.isOfNetwork }
        if entries.count > 1, !hasStreams, line.count <= Self.narrow { return lines.append(line) }
        lines.append("world:")
        lines += entries.map { "  \($0)" }
    }

    private static func text(_ resource: Draft.Resource) -> String {
        let door: String
        switch resource.door {
        case .level: door = resource.isOptional ? "level: " : "level"
        case .after(let time): door = "after: \(TimeText.string(time))"
        case .at(let time): door = "at: \(TimeText.string(time))"
        case .input(let stream): door = "input: \(text(stream))"
        case .stdin(let stream): door = "stdin: \(text(stream))"
        case .output(let stream): door = "output: \(text(stream))"
        case .tcp(let address, let stream):
            door = ([Self.text("tcp", address)] + parts(stream)).joined(separator: ", ")
        case .udp(let address, let stream):
            door = ([Self.text("udp", address)] + parts(stream)).joined(separator: ", ")
        case .client(of: let listener, let stream):
            door = (["calls: \(listener)"] + parts(stream)).joined(separator: ", ")
        case .listener(let address, let backlog):
            door = Self.text("listen", address) + (backlog.map { ", backlog: \($0)" } ?? "")
        case .name(let script): door = text(script)
        case .http(let exchange, let stream): door = text(exchange, stream)
        }
        if resource.isOptional { return "{\(door), optional: true}" }
        return resource.door == .level ? door : "{\(door)}"
    }

    private static func text(_ door: String, _ address: SocketAddress) -> String {
        "\(door): \(YAMLText.quoted("\(address)"))"
    }

    private static func text(_ script: NameScript) -> String {
        var parts = ["dns: \(Flow.text(script.name))"]
        switch script.answer {
        case .addresses(let addresses):
            parts.append("addresses: \(Flow.list(addresses.map { YAMLText.quoted("\($0)") }))")
        case .failure(let failure):
            let word = LookupFailure.words.first { $0.failure == failure }!.word
            if script.time != .never || failure != .temporary { parts.append("error: \(word)") }
        }
        switch script.time {
        case .after(0): break
        case .after(let time): parts.append("after: \(TimeText.string(time))")
        case .at(let time): parts.append("at: \(TimeText.string(time))")
        case .never: parts.append("after: never")
        }
        return parts.joined(separator: ", ")
    }

    private static func text(_ exchange: ExchangeScript, _ body: Draft.Stream) -> String {
        var parts = ["http: \(YAMLText.quoted(exchange.request))"]
        if exchange.status != 200 { parts.append("status: \(exchange.status)") }
        if !exchange.fields.isEmpty { parts.append("fields: \(text(exchange.fields))") }
        parts += Self.parts(body)
        if !exchange.trailers.isEmpty { parts.append("trailers: \(text(exchange.trailers))") }
        if let failure = body.failure { parts.append("error: \(failure)") }
        if exchange.isAfterBody { parts.append("answers: after-body") }
        switch exchange.delay {
        case 0: break
        case nil: parts.append("after: never")
        case let delay?: parts.append("after: \(TimeText.string(delay))")
        }
        return parts.joined(separator: ", ")
    }

    /// Fields by name; values of one name are a list.
    private static func text(_ fields: [HTTPField]) -> String {
        var names: [String] = []
        for field in fields where !names.contains(field.name) { names.append(field.name) }
        return Flow.map(
            names.map { name in
                let values = fields.filter { $0.name == name }.map {
                    YAMLText.quoted(String(decoding: $0.value, as: UTF8.self))
                }
                return "\(Flow.text(name)): "
                    + (values.count == 1 ? values[0] : Flow.list(values))
            })
    }

    private static func parts(_ stream: Draft.Stream) -> [String] {
        stream.chunks.map { chunk in
            "\(chunk.letter): \(YAMLText.quoted(String(decoding: chunk.bytes, as: UTF8.self)))"
        }
    }

    private static func text(_ stream: Draft.Stream) -> String {
        let chunks = parts(stream)
        let failure = stream.failure.map { "\"!\": \(Flow.text($0))" }
        return Flow.map(chunks + (failure.map { [$0] } ?? []))
    }

    private mutating func writeProgram() {
        switch draft.program {
        case .entry(let entry): write(entry)
        case .tasks(let tasks):
            lines.append("program:")
            for task in tasks { write(task) }
        }
    }

    private mutating func write(_ task: Draft.Task) {
        let steps = task.steps.map(\.phrase)
        if steps.allSatisfy({ YAMLText.isPlain($0, inFlow: true) }) {
            let line = "  \(task.name): " + Flow.list(steps)
            if line.count <= Self.width { return lines.append(line) }
        }
        lines.append("  \(task.name):")
        lines += steps.map { "    - " + YAMLText.scalar($0, inFlow: false) }
    }

    private mutating func write(_ entry: Draft.Entry) {
        lines.append("program:")
        put("entry", entry.name, indent: 2)
        if !entry.arguments.isEmpty {
            put("args", Self.text(arguments: entry.arguments), indent: 2)
        }
        if !entry.variables.isEmpty {
            let variables = entry.variables.map { "\(Flow.text($0.name)): \(Flow.text($0.value))" }
            put("env", Flow.map(variables), indent: 2)
        }
    }

    /// `--key=value` as a map where all have that form, else a list.
    private static func text(arguments: [String]) -> String {
        var keys: [(key: String, values: [String])] = []
        for argument in arguments {
            guard argument.hasPrefix("--"), let mark = argument.firstIndex(of: "=") else {
                return Flow.list(arguments.map(Flow.text))
            }
            let key = String(argument[..<mark].dropFirst(2))
            let value = String(argument[argument.index(after: mark)...])
            if keys.last?.key == key {
                keys[keys.count - 1].values.append(value)
            } else if keys.contains(where: { $0.key == key }) || key.isEmpty {
                return Flow.list(arguments.map(Flow.text))
            } else {
                keys.append((key, [value]))
            }
        }
        return Flow.map(
            keys.map { key, values in
                let value =
                    values.count == 1 ? Flow.text(values[0]) : Flow.list(values.map(Flow.text))
                return "\(Flow.text(key)): \(value)"
            })
    }

    // MARK: Times

    private mutating func writeTimes() {
        let lanes = DraftLanes(draft)
        if !lanes.rows.isEmpty {
            lines.append("timeline: |")
            lines += lanes.rows.map { "  \($0)" }
        }
        var moments: [(time: UInt64, facts: [String])] = []
        for fact in lanes.events {
            if moments.last?.time != fact.time { moments.append((fact.time, [])) }
            moments[moments.count - 1].facts.append(fact.phrase)
        }
        if moments.isEmpty { return }
        let entries = moments.map { time, facts in
            "\(TimeText.string(time)): \(facts.count == 1 ? facts[0] : Flow.list(facts))"
        }
        write("events", entries)
    }

    /// A list on one line, or else an item a line.
    private mutating func write(_ key: String, _ items: [String], indent: Int = 0) {
        let blanks = String(repeating: " ", count: indent)
        let line = blanks + "\(key): \(Flow.list(items))"
        if line.count <= Self.width { return lines.append(line) }
        lines.append(blanks + "\(key):")
        lines += items.map { "\(blanks)  - \($0)" }
    }

    // MARK: Hosts

    private mutating func writeHosts() {
        if draft.hosts.isEmpty { return }
        let hosts = draft.hosts.map { Self.text($0, rules: draft.rules) }
        if hosts == ["friendly"] { return }
        write("hosts", hosts)
    }

    private static func text(_ host: Draft.Host, rules: HostPolicy.Rules) -> String {
        func isSame(as policy: HostPolicy) -> Bool {
            var policy = policy
            policy.rules = host.policy.rules
            return host.policy == policy && !host.picksAnyTask
        }
        let named = HostPolicy.presets.first {
            $0.name == host.name || (host.name.isEmpty && isSame(as: $0.policy))
        }
        if let named, host.policy.rules == rules, isSame(as: named.policy) { return named.name }
        let candidates = HostPolicy.presets.map { preset in
            (preset.name == "friendly" ? [] : ["like: \(preset.name)"])
                + Knob.differences(of: host, from: preset.policy, rules: rules)
        }
        // The friendly one is the first, so it is the base where nothing is shorter.
        let knobs = candidates.min { $0.count < $1.count } ?? []
        let automatic = knobs.map { $0.replacing(": ", with: "=") }.joined(separator: ",")
        if host.name == automatic || host.name.isEmpty {
            return knobs.isEmpty ? "friendly" : Flow.map(knobs)
        }
        // Names that the parser made of knobs may be longer than names that people may give.
        let words = host.name.split(whereSeparator: \.isWhitespace).joined(separator: "-")
        let name = String(words.prefix(NameRule.longest))
        return Flow.map(["name: \(Flow.text(name))"] + knobs)
    }

    private static func text(_ explore: Draft.Explore) -> String {
        switch explore.search {
        case .once: "once"
        case .exhaustive: "exhaustive"
        case .delays(let most): "delays \(most)"
        case .random: "random \(explore.budget ?? 10_000)"
        case .pct(let depth): "pct \(depth) x \(explore.budget ?? 10_000)"
        }
    }

    // MARK: Expectations

    private mutating func writeExpectations() {
        let blocks = draft.expect.map(Self.items).filter { !$0.isEmpty }
        guard let first = blocks.first else { return }
        lines.append("expect:")
        let isList = blocks.count > 1 || draft.expect.contains { $0.scope != .everywhere }
        guard isList else { return write(first, indent: 2, first: "  ") }
        for block in blocks { write(block, indent: 4, first: "  - ") }
    }

    /// One key of a block: a value, or a list that may have a line for each item.
    private enum Item {
        case value(String, String)
        case list(String, [String])
    }

    private mutating func write(_ block: [Item], indent: Int, first: String) {
        for (index, item) in block.enumerated() {
            let start = lines.count
            switch item {
            case .value(let key, let value): put(key, value, indent: indent)
            case .list(let key, let items): write(key, items, indent: indent)
            }
            if index == 0 { lines[start] = first + lines[start].dropFirst(indent) }
        }
    }

    private static func items(_ block: Draft.Expectation) -> [Item] {
        var items: [Item] = []
        func name(_ key: String, _ names: Set<String>?) -> [String] {
            guard let names = names?.sorted() else { return [] }
            let texts = names.map(Flow.text)
            return ["\(key): \(texts.count == 1 ? texts[0] : Flow.list(texts))"]
        }
        if block.scope != .everywhere {
            let names = name("guest", block.scope.guests) + name("host", block.scope.hosts)
            items.append(.value("for", Flow.map(names)))
        }
        if let outcome = block.outcome { items.append(.value("outcome", outcome.text)) }
        func add(_ key: String, _ list: [String]) {
            if !list.isEmpty { items.append(.list(key, list)) }
        }
        add("order", block.order.map(\.text))
        add("exact", block.exact.map(\.text))
        add("relations", block.relations.map(\.text))
        if !block.counts.isEmpty {
            items.append(.value("count", Flow.map(block.counts.map(\.text))))
        }
        if let polls = block.polls { items.append(.list("polls", polls.map(\.text))) }
        add("eventually", block.eventually.map(\.text))
        add("never", block.never.map(\.text))
        add("sometimes", block.sometimes.map(\.text))
        if !block.values.isEmpty {
            items.append(.value("value", Flow.map(block.values.map(\.text))))
        }
        if let invariants = block.invariants { items.append(.value("invariants", invariants.text)) }
        return items
    }

    // MARK: Golden

    private mutating func writeGolden() {
        guard let golden = draft.golden else { return }
        lines.append("golden:")
        for record in golden {
            let entry = Golden.Entry(guests: record.guests, record: record.run, places: [])
            lines += entry.text.map { "  \($0)" }
        }
        for record in draft.explored {
            let counts = Golden.Explored(
                guests: record.guests, host: record.host, counts: record.counts,
                place: Place(line: 1, column: 1))
            lines.append("  \(counts.text)")
        }
    }
}

/// Collections on one line.
enum Flow {
    static func list(_ items: [String]) -> String { "[\(items.joined(separator: ", "))]" }
    static func map(_ entries: [String]) -> String { "{\(entries.joined(separator: ", "))}" }
    static func text(_ text: String) -> String { YAMLText.scalar(text, inFlow: true) }
}
