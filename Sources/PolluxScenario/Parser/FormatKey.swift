// The keys of the format: one table, for the parser and for the schema.

import PolluxHost

/// One key of a map: what it is called, what it says, and how its value is written.
struct FormatKey: Sendable {
    let name: String
    let about: String
    let shape: Shape

    init(_ name: String, _ about: String, _ shape: Shape) {
        (self.name, self.about, self.shape) = (name, about, shape)
    }

    /// How a value is written.
    indirect enum Shape: Sendable {
        /// Any scalar.
        case text
        /// A scalar that the pattern matches.
        case pattern(String)
        case words([String])
        case count(ClosedRange<Int>)
        case truth
        case nothing
        case list(of: Shape)
        /// These keys and no others.
        case map([FormatKey])
        /// These keys, and those that the pattern matches, each with such a value.
        case open([FormatKey], String, Shape)
        /// Names of the writer's own, each with such a value.
        case named(Shape)
        /// Names that the pattern matches, each with such a value.
        case matching(String, Shape)
        case either([Shape])
        /// One of ``FormatKey/definitions``.
        case definition(String)

        static let duration = pattern(#"^(0|[0-9]+(\.[0-9]+)?(ns|us|ms|s))$"#)
        static let address = pattern(#"^(\[[0-9a-fA-F:.]+\]|[0-9.]+):[0-9]+$"#)
        static let name = pattern("^[A-Za-z_][A-Za-z0-9_-]{0,63}$")
        static let event = pattern(#"^[^.\s]+\.[a-z]+(#[0-9]+)?$"#)
        static let rules = words(HostPolicy.Rules.allCases.map(\.rawValue))
        static func listOrOne(_ shape: Shape) -> Shape { either([shape, .list(of: shape)]) }
    }

    /// The keys of a document.
    static let document = [
        FormatKey("pollux", "The version of the format; always the first key.", .words(["1"])),
        FormatKey("name", "The sentence that is checked.", .text),
        FormatKey("about", "More about it than the name says.", .text),
        FormatKey("tags", "Words to select scenarios by.", .list(of: .text)),
        FormatKey("found", "How a search came upon it.", .map(found)),
        FormatKey("tick", "The width of a lane's column; 1ms unless said.", .duration),
        FormatKey("world", "Resources that the host owns.", .named(.definition("door"))),
        FormatKey(
            "program", "Tasks, each a list of steps, or a whole program by its name.",
            .either([.map(entry), .named(.list(of: .text))])),
        FormatKey("timeline", "What the world does and when, in lanes under a ruler.", .text),
        FormatKey(
            "events", "The same as a list of times.", .list(of: .named(.listOrOne(.text)))),
        FormatKey("rules", "Whose reading counts where two differ.", .rules),
        FormatKey("guests", "The runtimes it must hold for.", .list(of: .name)),
        FormatKey("hosts", "The hosts it must hold on.", .list(of: .definition("host"))),
        FormatKey("explore", "How the choices of hosts are gone through.", .text),
        FormatKey(
            "schedule", "Where the run leaves the canonical one.", .list(of: .map(deviation))),
        FormatKey(
            "expect", "What must hold, for every guest on every host.",
            .listOrOne(.definition("expectation"))),
        FormatKey(
            "golden",
            "Recorded runs, which `pollux replay --update` writes, and how many there are, which `pollux explore --update` does.",
            .either([.nothing, .list(of: .map(golden))])),
    ]

    /// The keys of `found`.
    static let found = [
        FormatKey("by", "Which search.", .text),
        FormatKey("seed", "Its seed.", .count(0...Int.max)),
        FormatKey("runs", "The number of the run that failed.", .count(0...Int.max)),
        FormatKey("oracle", "What found fault with it.", .text),
        FormatKey("shrunk", "What was made smaller.", .text),
        FormatKey("commit", "Which version of the guest.", .text),
    ]

    /// The keys of one deviation of `schedule`.
    static let deviation = [
        FormatKey(
            "at", "The site: what is done, to what, which time, after which event.", .text),
        FormatKey("order", "What a poll reports first, in order.", .list(of: .text)),
        FormatKey(
            "omit", "What a poll leaves out of its report.",
            .either([.text, .list(of: .text)])),
        FormatKey("copy", "Which copy of a handle is left out, from 1.", .count(1...65_536)),
        FormatKey("run", "The task that goes on.", .name),
        FormatKey("instead-of", "The task whose turn it would be.", .name),
        FormatKey("pick", "Which runnable task, by number.", .count(1...65_536)),
        FormatKey("length", "How many bytes a read gives.", .count(1...65_536)),
        FormatKey("empty", "The first read of standard input gives nothing.", .words(["true"])),
        FormatKey("permit", "How many bytes an output permits.", .count(1...65_536)),
        FormatKey(
            "lag", "How often `ready` says no, or a finish of a socket would-block.",
            .count(1...65_536)),
        FormatKey(
            "cut", "Where a write to a connection is cut.",
            .words(Deviation.Cut.allCases.map { "\($0)" })),
        FormatKey("spurious", "An input is ready with nothing there.", .words(["true"])),
        FormatKey("handle", "Which number a new handle gets.", .count(1...65_536)),
        FormatKey("late", "How late a timer is, of the most.", .words(["half", "full"])),
        FormatKey(
            "timeout", "A timeout wins against the response of its instant.", .words(["true"])),
    ]

    /// The keys of one record of `golden`.
    static let golden = [
        FormatKey("guests", "The guests that ran so.", .list(of: .name)),
        FormatKey("polls", "The polls that could wait.", .list(of: .text)),
        FormatKey("wakes", "The tasks in the order in which they woke.", .list(of: .text)),
        FormatKey("lanes", "The run as lanes.", .text),
        FormatKey("explored", "The host whose choices were exhausted.", .name),
        FormatKey("schedules", "How many runs that were.", .count(1...Int(Int32.max))),
        FormatKey("states", "How many states they came to.", .count(1...Int(Int32.max))),
    ]

    /// The keys of a program by `entry`.
    static let entry = [
        FormatKey("entry", "The name under which a whole program is registered.", .name),
        FormatKey(
            "args", "Its arguments behind its name.",
            .either([.list(of: .text), .named(.listOrOne(.text))])),
        FormatKey("env", "Its environment variables.", .named(.text)),
    ]

    /// The ways in which a resource meets the program.
    static let doors = plainDoors + socketDoors + [nameDoor, httpDoor]

    /// Those that say all there is to say.
    private static let plainDoors = [
        FormatKey("level", "Ready while its lane says so.", .either([.nothing, .words(["true"])])),
        FormatKey("after", "A timer, from when it is subscribed.", .duration),
        FormatKey("at", "A timer, from the start of the run.", .duration),
        FormatKey("input", "A stream to read: chunks by letters.", .matching("^[A-Za-z!]$", .text)),
        FormatKey("output", "A stream to write.", .matching("^!$", .text)),
        FormatKey("stdin", "The process's standard input.", .matching("^[A-Za-z!]$", .text)),
    ]

    /// Those beside which chunks stand, by letters.
    private static let socketDoors = [
        FormatKey("tcp", "A server at this address.", .address),
        FormatKey("listen", "An address on which the guest may listen.", .address),
        FormatKey("calls", "A client of this listener.", .name),
        FormatKey("udp", "Somebody at this address, who sends datagrams.", .address),
    ]

    private static let nameDoor = FormatKey("dns", "A name that is looked up.", .text)

    private static let httpDoor = FormatKey(
        "http", "A server of one kind of request: method and URL.",
        .pattern("^[!-~]+ https?://[!-~]+$"))

    /// What a listener can have beside its address.
    private static let backlog = FormatKey(
        "backlog", "How many connections may wait.", .count(1...ScenarioParser.longestBacklog))

    /// What a name has beside itself.
    static let answer = [
        FormatKey("addresses", "What the resolver says.", .list(of: .text)),
        FormatKey(
            "error", "Why it has no addresses.", .words(LookupFailure.words.map(\.word))),
        FormatKey(
            "after", "When the answer comes, from the look-up on.",
            .either([.duration, .words(["never"])])),
        FormatKey("at", "When the answer comes, from the start of the run.", .duration),
    ]

    /// What a server of HTTP has beside the request and its chunks.
    static let response = [
        FormatKey(
            "status", "The response's status; 200 unless said.", .count(ScenarioParser.statuses)),
        FormatKey("fields", "The response's header fields.", .named(.listOrOne(.text))),
        FormatKey("trailers", "What comes behind its body.", .named(.listOrOne(.text))),
        FormatKey(
            "error", "How it fails, in place of the response or in its middle.",
            .words(HTTPErrorCode.bare.map(\.name))),
        FormatKey(
            "answers", "What of the request it waits for.", .words(ScenarioParser.answerings)),
        FormatKey(
            "after", "When it answers, from the request on, where nothing else says so.",
            .either([.duration, .words(["never"])])),
    ]

    /// What a door's map can have beside the door.
    static let optional = FormatKey("optional", "Nobody need use it.", .truth)

    /// What an entry of `hosts` can have beside knobs.
    static let host = [
        FormatKey("name", "How reports call it.", .text),
        FormatKey("like", "The host whose knobs it has, but for those it sets.", .name),
    ]

    /// The keys of a block of `expect`.
    static let expectation = [
        FormatKey(
            "for", "The guests and hosts that the block is about.",
            .map([
                FormatKey("guest", "A guest, or several.", .listOrOne(.text)),
                FormatKey("host", "A host, or several.", .listOrOne(.text)),
            ])),
        FormatKey("outcome", "How the run ends; completed unless said.", .definition("outcome")),
        FormatKey("order", "These events, in this order.", .list(of: .event)),
        FormatKey(
            "exact", "These events, and no others of their names and kinds.", .list(of: .event)),
        FormatKey("relations", "How events lie to each other.", .list(of: .text)),
        FormatKey(
            "count", "How often events happen.",
            .named(.pattern(#"^[0-9]+(\.\.[0-9]*)?$"#))),
        FormatKey("polls", "The poll calls, a phrase each.", .list(of: .text)),
        FormatKey(
            "eventually", "What happens before the run ends, or by a time.",
            .list(of: .either([.event, .named(.duration)]))),
        FormatKey(
            "never", "Events that do not happen, or situations.",
            .list(
                of: .either([.words(NeverClaim.Situation.allCases.map(\.rawValue)), .event]))),
        FormatKey(
            "sometimes", "What holds in one run at least, of all runs of a guest.",
            .list(of: .text)),
        FormatKey("value", "What steps gave and outputs took.", .named(.definition("value"))),
        FormatKey(
            "invariants", "The oracles that judge the run; all but two unless said.",
            .either([
                .words(["all"]), .list(of: .text),
                .map([
                    FormatKey("except", "Those left out.", .listOrOne(.text)),
                    FormatKey("and", "Those on request.", .listOrOne(.text)),
                ]),
            ])),
    ]

    /// What several keys share.
    static let definitions = [
        FormatKey(
            "door", "How a resource meets the program.",
            .either([
                .words(["level"]), .map(plainDoors + [optional]),
                .open(socketDoors + [backlog, optional], "^[A-Za-z]$", .text),
                .map([nameDoor] + answer + [optional]),
                .open([httpDoor] + response + [optional], "^[A-Za-z]$", .text),
            ])),
        FormatKey(
            "host", "A host by its name, or a map of knobs.",
            .either([.name, .map(host + Knob.all.map(\.key))])),
        FormatKey("expectation", "What must hold after a run.", .map(expectation)),
        FormatKey(
            "outcome", "How a run ends.",
            .either([
                .words(["completed", "livelocked", "aborted"]),
                .map([
                    FormatKey("trap", "A host call was wrong.", .words(Scenario.trapNames)),
                    FormatKey("in", "The task that called.", .name),
                ]),
                .map([
                    FormatKey(
                        "deadlock", "Who waits on what.", .named(.listOrOne(.text))),
                    FormatKey("at", "When.", .duration),
                ]),
                .map([FormatKey("exit", "The code.", .count(0...255))]),
                .map([FormatKey("abort", "Words of what the guest said last.", .text)]),
            ])),
        FormatKey(
            "value", "What a step gave.",
            .either([
                .text, .list(of: .text),
                .map([FormatKey("failed", "The text of the failure.", .text)]),
            ])),
    ]
}

extension Knob {
    /// The knob as a key of a host's map.
    fileprivate var key: FormatKey {
        let shape: FormatKey.Shape =
            switch form {
            case .words(let words): .words(words)
            case .count(let range): .count(range)
            case .timing(let words, let verbs):
                .pattern(
                    "^(\(words.joined(separator: "|"))|(\(verbs.joined(separator: "|"))) "
                        + #"(0|[0-9]+(\.[0-9]+)?(ns|us|ms|s)))$"#)
            }
        return FormatKey(name, about, shape)
    }
}
