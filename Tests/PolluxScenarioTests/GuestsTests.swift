// One document and several guests: who plays it, and which blocks of `expect` are about whom.

import Testing

@testable import PolluxScenario

extension GuestProgram {
    /// A guest that does nothing at all, so that its tasks are left behind.
    static let idle = GuestProgram(name: "idle") {}
}

struct GuestsTests {
    private static func parse(_ lines: String) throws -> Scenario {
        try #require(try Scenario.parse(path: "f", text: "pollux: 1\nname: n\n" + lines).first)
    }

    private static func verdict(
        _ lines: String, by guests: [GuestProgram] = [.local, .idle], only chosen: [String]? = nil
    ) throws -> Verdict {
        Replayer(guests: guests, only: chosen, runs: 2).replay(try parse(lines))
    }

    /// What failed, each `GUEST HOST LINE:COLUMN`.
    private static func failures(_ verdict: Verdict) -> [String] {
        verdict.hosts.flatMap { host in
            host.failures.map {
                "\(host.guest) \(host.host.name) \($0.place.line):\($0.place.column)"
            }
        }
    }

    private static let sleeper = "program: {A: [sleep 5ms]}\n"
    private static let twoHosts = "hosts: [friendly, {name: mixed, order: descending}]\n"

    // MARK: Who plays

    @Test func `a document that names no guests is played by all that there are`() throws {
        let verdict = try Self.verdict(Self.sleeper)
        #expect(verdict.guests.map(\.guest) == ["local", "idle"])
        #expect(verdict.guests.map(\.status) == [.passed, .failed])
    }

    @Test func `there is a verdict for each guest on each host`() throws {
        let verdict = try Self.verdict(Self.sleeper + Self.twoHosts)
        #expect(verdict.hosts.map(\.guest) == ["local", "local", "idle", "idle"])
        #expect(verdict.hosts.map(\.host.name) == ["friendly", "mixed", "friendly", "mixed"])
        #expect(verdict.hosts.map(\.run.guest) == ["local", "local", "idle", "idle"])
    }

    @Test func `one guest that fails makes the document fail`() throws {
        let verdict = try Self.verdict(Self.sleeper)
        #expect(verdict.status == .failed)
        #expect(Self.failures(verdict) == ["idle friendly 1:1"])
    }

    @Test func `a document is played by the guests it names, and in its order`() throws {
        let one = try Self.verdict(Self.sleeper + "guests: [local]\n")
        #expect(one.guests.map(\.guest) == ["local"])
        let both = try Self.verdict(Self.sleeper + "guests: [idle, local]\n")
        #expect(both.guests.map(\.guest) == ["idle", "local"])
    }

    @Test func `chosen guests narrow what a document names`() throws {
        let lines = Self.sleeper + "guests: [local, idle, gone]\n"
        #expect(try Self.verdict(lines, only: ["local"]).guests.map(\.guest) == ["local"])
    }

    @Test func `a document for none of the chosen guests is skipped`() throws {
        let verdict = try Self.verdict(Self.sleeper + "guests: [idle]\n", only: ["local"])
        #expect(verdict.guests.isEmpty)
        #expect(verdict.status == .skipped)
    }

    // MARK: Missing guests

    @Test func `a guest that is missing is skipped by name, and the others count`() throws {
        let verdict = try Self.verdict(Self.sleeper + "guests: [local, idel]\n")
        #expect(verdict.guests.map(\.status) == [.passed, .skipped])
        #expect(verdict.status == .passed)
        #expect(
            verdict.guests[1].skip
                == Verdict.Skip(
                    place: Place(line: 4, column: 17),
                    message: "there is no guest 'idel'; did you mean 'idle'?"))
    }

    @Test func `a document whose guests are all missing is skipped`() throws {
        let verdict = try Self.verdict(Self.sleeper + "guests: [wstd]\n")
        #expect(verdict.status == .skipped)
        #expect(verdict.hosts.isEmpty)
        #expect(
            verdict.guests[0].skip?.message
                == "there is no guest 'wstd'; the guests are local and idle")
    }

    @Test func `columns are the guests that play something, missing ones last`() throws {
        let replayer = Replayer(guests: [.local, .idle])
        let files = try ["[gone, idle]", "[idle, local, wstd]"].map {
            try Self.parse(Self.sleeper + "guests: \($0)\n")
        }
        #expect(replayer.guests(of: files) == ["local", "idle", "gone", "wstd"])
        #expect(replayer.guests(of: [files[0]]) == ["idle", "gone"])
    }

    // MARK: Blocks

    @Test func `a block without 'for' holds everywhere`() throws {
        let verdict = try Self.verdict(
            Self.sleeper + Self.twoHosts + "expect: [{outcome: livelocked}]\n")
        #expect(
            Self.failures(verdict) == [
                "local friendly 5:20", "local mixed 5:20", "idle friendly 5:20", "idle mixed 5:20",
            ])
    }

    @Test func `a block for a guest says nothing of the others`() throws {
        let verdict = try Self.verdict(
            Self.sleeper + "guests: [local, idle]\n"
                + "expect: [{for: {guest: local}, count: {A.done: 7}}, {count: {A.start: 8}}]\n")
        #expect(
            Self.failures(verdict) == [
                "local friendly 5:40", "local friendly 5:62",
                "idle friendly 5:1", "idle friendly 5:62",
            ])
    }

    @Test func `a block for a host says nothing of the others`() throws {
        let verdict = try Self.verdict(
            Self.sleeper + Self.twoHosts + "expect: {for: {host: mixed}, never: [A.done]}\n",
            by: [.local])
        #expect(Self.failures(verdict) == ["local mixed 5:38"])
    }

    @Test func `a block can be for one guest on one host`() throws {
        let verdict = try Self.verdict(
            Self.sleeper + Self.twoHosts
                + "expect: {for: {guest: local, host: [mixed]}, never: [A.done]}\n")
        #expect(
            Self.failures(verdict).filter { $0.hasPrefix("local") } == ["local mixed 5:54"])
    }

    @Test func `each run has the outcome of the block that is about it`() throws {
        let verdict = try Self.verdict(
            """
            world: {sock: {input: {}}}
            program: {T: [subscribe sock as s, drop sock, say dropped, drop s]}
            hosts: [{name: strict, parent-drop: trap}, {name: lenient, parent-drop: allow}]
            expect:
              - for: {host: strict}
                outcome: {trap: child-alive, in: T}
                never: [T.say]
              - for: {host: lenient}
                order: [sock.drop, T.say]
            """, by: [.local])
        #expect(Self.failures(verdict) == [])
    }

    @Test func `orders of two blocks are two orders`() throws {
        let verdict = try Self.verdict(
            Self.sleeper + "expect: [{order: [A.wake, A.done]}, {order: [A.start, A.done]}]\n",
            by: [.local])
        #expect(Self.failures(verdict) == [])
    }

    @Test func `lanes hold for every guest`() throws {
        let verdict = try Self.verdict(
            Self.sleeper + "timeline: |\n  ms  0\n  A   w...|\nguests: [local, idle]\n")
        #expect(
            Self.failures(verdict) == [
                "local friendly 6:11", "idle friendly 1:1", "idle friendly 6:7",
            ])
    }

    // MARK: Parsing

    @Test func `guests keep their order and their places`() throws {
        let guests = try Self.parse(Self.sleeper + "guests: [swift, wstd-2]\n").guests
        #expect(guests?.map(\.value) == ["swift", "wstd-2"])
        #expect(guests?.map(\.place.column) == [10, 17])
    }

    @Test func `a document without 'guests' can narrow to those that ship`() throws {
        let scenario = try Self.parse(
            Self.sleeper + "expect: {for: {guest: [local, swift]}, never: [trap]}\n")
        #expect(scenario.guests == nil)
        #expect(scenario.expectations.map(\.scope.guests) == [["local", "swift"]])
    }

    @Test func `'for' takes a name or a list, and leaves open what it does not say`() throws {
        let scenario = try Self.parse(
            Self.sleeper + Self.twoHosts
                + "expect: [{for: {host: mixed}, never: [trap]}, "
                + "{for: {guest: [swift], host: [mixed]}, never: [trap]}, {}]\n")
        #expect(
            scenario.expectations.map(\.scope) == [
                Scope(guests: nil, hosts: ["mixed"]), Scope(guests: ["swift"], hosts: ["mixed"]),
                .everywhere,
            ])
    }

    @Test func `outcomes that are about different runs stand side by side`() throws {
        let scenario = try Self.parse(
            Self.sleeper + Self.twoHosts
                + "expect: [{for: {host: mixed}, outcome: completed}, "
                + "{for: {guest: local, host: friendly}, outcome: completed}, "
                + "{for: {guest: swift, host: friendly}, outcome: completed}]\n")
        #expect(scenario.expectations.count == 3)
    }

    // MARK: Diagnostics

    private static func guests(_ guests: String) -> String {
        "pollux: 1\nname: n\nprogram: {A: []}\nguests: \(guests)\n"
    }

    private static func blocks(_ blocks: String) -> String {
        "pollux: 1\nname: n\nprogram: {A: []}\n"
            + "guests: [local, wstd]\nhosts: [friendly, {name: strict}]\nexpect: \(blocks)\n"
    }

    static let malformed: [Malformed] = [
        Malformed(
            "guests that are not a list", guests("local"),
            "f:4:9: error: 'guests' must be a list, not a text"),
        Malformed("no guests", guests("[]"), "f:4:9: error: 'guests' names no guest"),
        Malformed(
            "a guest that is a map", guests("[{name: local}]"),
            "f:4:10: error: a guest must be a text, not a map"),
        Malformed(
            "a guest that is no name", guests("[local, ./libmine.so]"),
            "f:4:17: error: './libmine.so' is not a name; one is a letter or '_', then letters, "
                + "digits, '_', '-'"),
        Malformed(
            "a guest twice", guests("[local, swift, local]"),
            "f:4:24: error: 'local' is among the guests already, on line 4"),
        Malformed(
            "a crowd of guests", guests("[\((0...16).map { "g\($0)" }.joined(separator: ", "))]"),
            "f:4:80: error: a scenario has at most 16 guests"),
        Malformed(
            "a block that is a text", blocks("[completed]"),
            "f:6:10: error: this must be a map, not a text"),
        Malformed(
            "a 'for' of nothing", blocks("{for: {}}"),
            "f:6:15: error: 'for' is empty; it takes 'guest' and 'host'"),
        Malformed(
            "a 'for' that is a name", blocks("{for: local}"),
            "f:6:15: error: this must be a map, not a text"),
        Malformed(
            "a 'for' of something else", blocks("{for: {guests: local}}"),
            "f:6:16: error: unknown key 'guests'; did you mean 'guest'?"),
        Malformed(
            "a 'for' of no host", blocks("{for: {host: []}}"),
            "f:6:22: error: 'host' is empty"),
        Malformed(
            "a misspelt host", blocks("{for: {host: [friendly, strct]}}"),
            "f:6:33: error: unknown host 'strct'; did you mean 'strict'?"),
        Malformed(
            "an unknown host", blocks("{for: {host: wasmtime}}"),
            "f:6:22: error: unknown host 'wasmtime'; the hosts are friendly and strict"),
        Malformed(
            "a guest that the document does not name", blocks("{for: {guest: swift}}"),
            "f:6:23: error: unknown guest 'swift'; the guests are local and wstd"),
        Malformed(
            "a guest that does not ship", document(for: "wstd"),
            "f:4:23: error: unknown guest 'wstd'; the guests are local and swift"),
        Malformed(
            "two outcomes", blocks("[{outcome: completed}, {outcome: livelocked}]"),
            "f:6:42: error: guest 'local' on host 'friendly' has an outcome already, on line 6"),
        Malformed(
            "two outcomes of one run",
            blocks(
                "\n  - for: {guest: wstd}\n    outcome: completed\n"
                    + "  - for: {host: [strict]}\n    outcome: livelocked"),
            "f:10:14: error: guest 'wstd' on host 'strict' has an outcome already, on line 8"),
    ]

    private static func document(for guest: String) -> String {
        "pollux: 1\nname: n\nprogram: {A: []}\nexpect: {for: {guest: \(guest)}}\n"
    }

    @Test func `for may name the guests that there are, where no file lists any`() throws {
        let document = Self.document(for: "wstd").replacing("wstd}", with: "wstd}, never: [trap]")
        let guests = ["local", "wstd"]
        let scenario = try Scenario.parse(path: "f", bytes: Array(document.utf8), guests: guests)[0]
        #expect(scenario.expectations[0].scope.guests == ["wstd"])
        let wrong = document.replacing("wstd", with: "swift")
        let diagnostic = #expect(throws: Diagnostic.self) {
            try Scenario.parse(path: "f", bytes: Array(wrong.utf8), guests: guests)
        }
        #expect(
            diagnostic?.message == "unknown guest 'swift'; the guests are local and wstd")
    }

    @Test(arguments: Self.malformed)
    func `guests and blocks that cannot be are refused where they are wrong`(_ text: Malformed) {
        #expect(text.firstLine() == text.said)
    }
}
