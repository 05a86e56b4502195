// The grammar of a step's phrase, before its names are known to mean anything.

import PolluxHost

/// One step as it is written: the shape of ``Step`` with words where that has numbers.
///
/// Names may be used before the step that gives them is read, so a program is read twice: first
/// into these, then into steps.
indirect enum StepPhrase {
    case sleep(UInt64)
    case waitAny([Word], as: Word?)
    case waitAll([Word])
    case subscribe(Word, as: Word)
    case drop(Word)
    case join([Word])
    case spawn(Word)
    case cancel(Word, thenJoin: Bool)
    case work(UInt64)
    case yield
    case `repeat`(Int, [Located<StepPhrase>])
    case say(String)
    case send(Word)
    case recv(Word)
    case exit(UInt8)
    case poll([Word], as: Word?)
    case ready(Word, as: Word?)
    case block(Word)
    case stream(Word, isBinding: Bool, as: Word?)
    case read(Word, upTo: Int?, as: Word?)
    case readUntilClosed(Word, as: Word?)
    case write(Word, String, as: Word?)
    case flush(Word, as: Word?)
    case connect(Word, as: Word?)
    case listen(Word, as: Word?)
    case accept(Word, as: Word?)
    case shut(Word, ShutdownKind, as: Word?)
    case lookup(Word, as: Word?)
    case fetch(Word, FetchScript, as: Word?)
    case trailers(Word, as: Word?)

    /// The verbs, as the reference lists them.
    static let verbs = [
        "sleep", "wait", "subscribe", "drop", "join", "spawn", "cancel", "work", "yield",
        "repeat", "say", "send", "recv", "exit", "poll", "ready", "block", "read", "write", "flush",
        "connect", "listen", "accept", "shut", "lookup", "fetch", "trailers", "stream",
    ]
    /// The most times that anything is repeated, repeats in repeats included.
    static let mostRepeats = 1_000_000
    /// The deepest that repeats stand in each other; a recursion bounds them, not a product of 1s.
    static let deepestRepeat = 16
}

/// Reads one step's phrase.
struct StepPhraseReader {
    let file: SourceFile
    var phrase: Phrase

    /// A reader of a whole phrase.
    init(_ phrase: Phrase, in file: SourceFile) {
        self.phrase = phrase
        self.file = file
    }

    /// The phrase's one step.
    mutating func step() throws(Diagnostic) -> Located<StepPhrase> {
        let (verb, step) = try self.step(times: 1, depth: 0)
        try phrase.finish(after: "the step '\(verb.text)'")
        return Located(step, at: verb.place)
    }

    /// One step that runs `times` times for each run of the whole phrase.
    private mutating func step(
        times: Int, depth: Int
    ) throws(Diagnostic) -> (verb: Word, step: StepPhrase) {
        let verb = try phrase.word("a step")
        switch verb.text {
        case "sleep": return (verb, .sleep(try duration()))
        case "work": return (verb, .work(try duration()))
        case "yield": return (verb, .yield)
        case "wait": return (verb, try wait())
        case "subscribe":
            let resource = try phrase.name("the name of a resource")
            try phrase.require("as")
            return (verb, .subscribe(resource, as: try phrase.name("the name to subscribe as")))
        case "drop": return (verb, .drop(try phrase.name("the name to drop")))
        case "join": return (verb, .join(try names("the name of a task")))
        case "spawn": return (verb, .spawn(try phrase.name("the name of a task")))
        case "cancel": return (verb, try cancel())
        case "repeat": return (verb, try repetition(times: times, depth: depth))
        case "say":
            let text = phrase.rest()
            guard !text.isEmpty else { throw missing("what to say is missing") }
            return (verb, .say(text))
        case "send": return (verb, .send(try phrase.name("the name of a channel")))
        case "recv": return (verb, .recv(try phrase.name("the name of a channel")))
        case "exit": return (verb, try exit())
        case "poll":
            if phrase.take("nothing") { return (verb, .poll([], as: try result())) }
            return (verb, .poll(try names("a subscribed name or 'nothing'"), as: try result()))
        case "ready":
            return (verb, .ready(try phrase.name("a subscribed name"), as: try result()))
        case "block": return (verb, .block(try phrase.name("a subscribed name")))
        case "read": return (verb, try read())
        case "write": return (verb, try write())
        case "flush":
            let stream = try phrase.name("the name of an output")
            return (verb, .flush(stream, as: try result()))
        case "connect":
            return (verb, .connect(try phrase.name("the name of a peer"), as: try result()))
        case "listen":
            return (verb, .listen(try phrase.name("the name of a listener"), as: try result()))
        case "accept":
            return (verb, .accept(try phrase.name("the name of a listener"), as: try result()))
        case "shut": return (verb, try shut())
        case "lookup":
            return (verb, .lookup(try phrase.name("the name of a 'dns' door"), as: try result()))
        case "fetch": return (verb, try fetch())
        case "trailers":
            return (
                verb, .trailers(try phrase.name("the name of an 'http' door"), as: try result())
            )
        case "stream": return (verb, try stream())
        default: throw unknownVerb(verb)
        }
    }

    private func unknownVerb(_ verb: Word) -> Diagnostic {
        let quoted = Diagnostic.quoted(verb.text)
        let clause = Suggestion.clause(for: verb.text, among: StepPhrase.verbs, called: "steps")
        return Diagnostic("unknown step \(quoted)\(clause)", at: verb.place, in: file)
    }

    // MARK: - The longer forms

    /// After `wait`: `a`, `a | b as who`, `a & b`.
    private mutating func wait() throws(Diagnostic) -> StepPhrase {
        let what = "the name of a resource or a subscription"
        var targets = [try phrase.name(what)]
        var joint: String?
        while let next = phrase.next, next.text == "|" || next.text == "&" {
            if let joint, joint != next.text {
                throw Diagnostic(
                    "a wait has '|' or '&', not both; this one has '\(joint)'", at: next.place,
                    in: file)
            }
            joint = next.text
            _ = phrase.take(next.text)
            targets.append(try phrase.name(what))
        }
        guard joint == "&" else { return .waitAny(targets, as: try result()) }
        if let next = phrase.next, next.text == "as" {
            throw Diagnostic(
                "'as' names the one that ended the wait; a wait with '&' ends with all",
                at: next.place, in: file)
        }
        return .waitAll(targets)
    }

    /// After `cancel`: `W`, `W and join`; a `join` with names behind it is the next step.
    private mutating func cancel() throws(Diagnostic) -> StepPhrase {
        let task = try phrase.name("the name of a task")
        let endsThere = phrase.third == nil || phrase.third?.text == "and"
        guard phrase.next?.text == "and", phrase.second?.text == "join", endsThere else {
            return .cancel(task, thenJoin: false)
        }
        return .cancel(task, thenJoin: phrase.take("and") && phrase.take("join"))
    }

    /// After `repeat`: `50 times work 1ms and yield`.
    private mutating func repetition(times: Int, depth: Int) throws(Diagnostic) -> StepPhrase {
        let word = try phrase.word("how often to repeat")
        let most = StepPhrase.mostRepeats
        guard let count = ScenarioParser.digits(word.text), (1...most).contains(count) else {
            let found = Diagnostic.quoted(word.text)
            throw Diagnostic(
                "a step is repeated 1 to \(most) times, not \(found)", at: word.place, in: file)
        }
        // Both factors are at most a million, so the product fits.
        guard count * times <= most else {
            throw Diagnostic(
                "repeats in repeats come to \(count * times) times; at most \(most) are possible",
                at: word.place, in: file)
        }
        guard depth < StepPhrase.deepestRepeat else {
            throw Diagnostic(
                "repeats stand in each other more than \(StepPhrase.deepestRepeat) deep",
                at: word.place, in: file)
        }
        try phrase.require("times")
        var steps: [Located<StepPhrase>] = []
        repeat {
            let (verb, step) = try self.step(times: count * times, depth: depth + 1)
            steps.append(Located(step, at: verb.place))
        } while phrase.take("and")
        return .repeat(count, steps)
    }

    /// After `exit`: nothing or a code.
    private mutating func exit() throws(Diagnostic) -> StepPhrase {
        guard let word = phrase.next, word.text != "and" else { return .exit(0) }
        guard let code = ScenarioParser.digits(word.text), let byte = UInt8(exactly: code) else {
            let found = Diagnostic.quoted(word.text)
            throw Diagnostic("an exit code is 0 to 255, not \(found)", at: word.place, in: file)
        }
        _ = phrase.take(word.text)
        return .exit(byte)
    }

    // MARK: - Parts

    mutating func duration() throws(Diagnostic) -> UInt64 {
        try DurationText.nanoseconds(try phrase.word("a duration such as 10ms"), in: file)
    }

    /// `as NAME`, if that is next.
    mutating func result() throws(Diagnostic) -> Word? {
        phrase.take("as") ? try phrase.name("the name of the result") : nil
    }

    /// Names up to `as`, `and` or the end; at least one.
    private mutating func names(_ what: String) throws(Diagnostic) -> [Word] {
        var names = [try phrase.name(what)]
        while let next = phrase.next, next.text != "as", next.text != "and" {
            names.append(try phrase.name(what))
        }
        return names
    }

    func missing(_ message: String) -> Diagnostic {
        Diagnostic(message, at: phrase.end, in: file)
    }
}
