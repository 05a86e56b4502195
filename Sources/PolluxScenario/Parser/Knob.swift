// The knobs of a host: one table, for the parser and for the schema.

import PolluxHost

/// One thing that an entry of `hosts` can set.
struct Knob: Sendable {
    /// How its value is written.
    enum Form: Sendable {
        /// One of these words, the friendly one first.
        case words([String])
        case count(ClosedRange<Int>)
        /// One of the words alone, or one of the verbs before a duration.
        case timing(words: [String], verbs: [String])
    }

    let name: String
    let about: String
    let form: Form
    /// Values that people may want and that no host may have, with the reason.
    var illegal: [String: String] = [:]
    private let set: @Sendable (inout HostEntry, Word, UInt64?) -> Void
    /// Its value as a file has it.
    private let text: @Sendable (HostPolicy, _ picksAnyTask: Bool) -> String

    /// Every knob, in the order of the document.
    static let all: [Knob] = [
        words(
            "order", "In which order a poll reports what is ready.", \.order),
        words(
            "subset", "Which of the ready ones a poll reports.", \.subset,
            illegal: ["none": "a poll that returns reports at least one (POLL-05)"]),
        count("fair", "How often running a ready one may be left out.", \.fair),
        words(
            "duplicates", "Which copies of a handle a poll reports.", \.duplicates,
            illegal: ["none": "of what is ready at least one copy is reported (POLL-05)"]),
        count("ready-lag", "How often 'ready' may still say no.", \.readyLag),
        words("handles", "Which number a new handle gets.", \.handles),
        words(
            "reads", "How many of the bytes that are there a read gives.", \.reads,
            illegal: [
                "none": "a read of a stream that has bytes gives at least one; 'spurious' is the "
                    + "knob for readiness with nothing there"
            ]),
        words(
            "permits", "How much of an output's room a permit allows.", \.permits,
            illegal: ["none": "an output that is ready takes at least one byte (STREAM-13)"]),
        count(
            "spurious", "How often running an input may be ready with nothing there.",
            \.spurious),
        Knob(
            name: "timers", about: "When a timer is ready: at its instant or later.",
            form: .timing(words: ["exact"], verbs: ["late", "grain"]),
            illegal: ["early": "a timer is never ready before its instant (CLOCK-09)"],
            text: { policy, _ in
                switch policy.timers {
                case .exact: "exact"
                case .late(let time): "late \(TimeText.string(time))"
                case .grain(let time): "grain \(TimeText.string(time))"
                }
            },
            set: { entry, word, duration in
                switch (word.text, duration) {
                case ("late", let duration?): entry.policy.timers = .late(duration)
                case ("grain", let duration?): entry.policy.timers = .grain(duration)
                default: entry.policy.timers = .exact
                }
            }),
        words("stdin", "What the first read of standard input gives.", \.stdin),
        words(
            "parent-drop", "What dropping a parent before its children does.", \.parentDrop),
        words("connects", "When a connect goes out.", \.connects),
        count(
            "finish-lag", "How often a finish of a socket may say would-block though it is done.",
            \.finishLag),
        words(
            "segments", "How the bytes of one write to a simulated connection travel.",
            \.segments,
            illegal: ["lost": "a connection's bytes arrive, in order, or it breaks"]),
        words(
            "timeout-ties",
            "What wins where a response comes at the very instant of its timeout.",
            \.timeoutTies),
        words("rules", "Whose reading counts where two differ.", \.rules),
        Knob(
            name: "executor", about: "Which runnable task the guest's runtime may run next.",
            form: .words(["fifo", "any"]), text: { $1 ? "any" : "fifo" },
            set: { entry, word, _ in entry.picksAnyTask = word.text == "any" }),
    ]

    private init(
        name: String, about: String, form: Form, illegal: [String: String] = [:],
        text: @escaping @Sendable (HostPolicy, Bool) -> String,
        set: @escaping @Sendable (inout HostEntry, Word, UInt64?) -> Void
    ) {
        (self.name, self.about, self.form) = (name, about, form)
        (self.illegal, self.text, self.set) = (illegal, text, set)
    }

    private static func words<Choice: RawRepresentable & CaseIterable & SendableMetatype>(
        _ name: String, _ about: String, _ path: WritableKeyPath<HostPolicy, Choice> & Sendable,
        illegal: [String: String] = [:]
    ) -> Knob where Choice.RawValue == String {
        let words = Choice.allCases.map(\.rawValue)
        return Knob(
            name: name, about: about, form: .words(words), illegal: illegal,
            text: { policy, _ in policy[keyPath: path].rawValue },
            set: { entry, word, _ in
                if let choice = Choice(rawValue: word.text) { entry.policy[keyPath: path] = choice }
            })
    }

    private static func count(
        _ name: String, _ about: String, _ path: WritableKeyPath<HostPolicy, Int> & Sendable
    ) -> Knob {
        Knob(
            name: name, about: about, form: .count(0...1_000),
            text: { policy, _ in String(policy[keyPath: path]) },
            set: { entry, word, _ in
                if let count = Int(word.text) { entry.policy[keyPath: path] = count }
            })
    }

    /// The knobs in which a host is not as a policy, each as `name: value`.
    static func differences(
        of host: Draft.Host, from policy: HostPolicy, rules: HostPolicy.Rules
    ) -> [String] {
        var base = policy
        base.rules = rules
        return all.compactMap { knob in
            let value = knob.text(host.policy, host.picksAnyTask)
            return value == knob.text(base, false) ? nil : "\(knob.name): \(value)"
        }
    }

    /// The host with this knob's friendly value.
    func friendly(_ host: HostEntry) -> HostEntry {
        var host = host
        let value = text(.friendly, false)
        set(&host, Word(text: value, place: host.place), nil)
        return host
    }

    /// Reads a value and sets it.
    func read(
        _ node: YAMLNode, into entry: inout HostEntry, _ parser: ScenarioParser
    ) throws(Diagnostic) {
        let what = "'\(name)'"
        switch form {
        case .count(let range):
            let word = Word(try parser.scalar(node, as: what))
            _ = try parser.number(word, in: range, as: what)
            set(&entry, word, nil)
        case .words(let words):
            let word = Word(try parser.scalar(node, as: what))
            try check(word, among: words, parser)
            set(&entry, word, nil)
        case .timing(let words, let verbs):
            var phrase = try parser.phrase(node, as: what)
            let word = try phrase.word("a value of \(what)")
            try check(word, among: words + verbs, parser)
            var duration: UInt64?
            if verbs.contains(word.text) {
                let time = try phrase.word("a duration, such as '\(word.text) 5ms',")
                duration = try parser.duration(time)
            }
            try phrase.finish(after: what)
            set(&entry, word, duration)
        }
    }

    private func check(
        _ word: Word, among words: [String], _ parser: ScenarioParser
    ) throws(Diagnostic) {
        if words.contains(word.text) { return }
        if let reason = illegal[word.text] {
            throw parser.failure(
                "'\(name): \(word.text)' is no legal host: \(reason)", at: word.place)
        }
        throw parser.unknown("value", word, among: words, called: "values of '\(name)'")
    }
}
