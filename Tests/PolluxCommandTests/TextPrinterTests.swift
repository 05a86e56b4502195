// Guests as columns, with a second guest that does what it likes.

import PolluxScenario
import Testing

@testable import PolluxCommand

extension GuestProgram {
    /// A guest that does nothing at all, so that its tasks are left behind.
    static let idle = GuestProgram(name: "idle") {}
}

struct TextPrinterTests {
    private static let sleeper = "pollux: 1\nname: a sleeper wakes\nprogram: {A: [sleep 5ms]}\n"

    /// All that the command would print.
    private static func print(
        _ text: String, by guests: [GuestProgram] = [.local, .idle], only chosen: [String]? = nil,
        inColour isColoured: Bool = false, withTrace showsTrace: Bool = false,
        withDigests showsDigests: Bool = false
    ) throws -> [String] {
        let scenarios = try Scenario.parse(path: "f", text: text)
        let replayer = Replayer(guests: guests, only: chosen, runs: 3)
        let printer = TextPrinter(
            guests: replayer.guests(of: scenarios), isColoured: isColoured,
            showsTrace: showsTrace, showsDigests: showsDigests)
        let verdicts = scenarios.map(replayer.replay)
        return printer.opening(seed: 1, runs: 3, of: scenarios)
            + verdicts.flatMap(printer.lines) + printer.closing(verdicts)
    }

    @Test func `several guests have a column each, a header and a count`() throws {
        let done = GuestProgram(name: "second", entry: GuestProgram.local.entry)
        #expect(
            try Self.print(Self.sleeper, by: [.local, done]) == [
                "local  second", "ok     ok      f:1: a sleeper wakes",
                "local   1 passed, 0 failed",
                "second  1 passed, 0 failed", "1 passed, 0 failed",
            ])
    }

    @Test func `one guest has neither header nor count of its own`() throws {
        #expect(
            try Self.print(Self.sleeper, only: ["local"])
                == ["ok    f:1: a sleeper wakes", "1 passed, 0 failed"])
    }

    @Test func `a failure says of which guest and which host it is`() throws {
        let lines = try Self.print(Self.sleeper)
        #expect(lines[1] == "ok     FAIL  f:1: a sleeper wakes")
        #expect(
            lines[2]
                == "f:1:1: outcome: expected completion, but the run ended while A had not: "
                + "the adapter's entry returned early (guest idle, host friendly)")
        #expect(
            lines.suffix(3) == [
                "local  1 passed, 0 failed", "idle   0 passed, 1 failed", "0 passed, 1 failed",
            ])
    }

    @Test func `what fails alike is told once, with one picture, and names all that it is about`()
        throws
    {
        let text = """
            pollux: 1
            name: a sleeper wakes
            program: {A: [sleep 5ms]}
            timeline: |
              ms  0
              A   w...|
            hosts: [friendly, {name: mixed, order: descending}]
            """
        let second = GuestProgram(name: "second", entry: GuestProgram.local.entry)
        let lines = try Self.print(text, by: [.local, second])
        #expect(
            lines[2..<(lines.count - 3)] == [
                "f:6:11: lane 'A' at 4ms: expected that it wakes and ends, but it still waits "
                    + "(guests local, second, host friendly; guests local, second, host mixed)",
                "              ms  0",
                "    expected  A   w...|",
                "    actual    A   w....|",
                "                      ^",
            ])
    }

    @Test func `what fails in different ways is told for each`() throws {
        let text = """
            pollux: 1
            name: a sleeper wakes
            program: {A: [sleep 5ms]}
            hosts: [friendly, {name: coarse, timers: grain 7ms}]
            expect: {eventually: [{A.done: 4ms}]}
            """
        let lines = try Self.print(text, by: [.local]).filter { $0.contains("f:5:") }
        #expect(lines.count == 2)
        #expect(lines.first?.hasSuffix("(at 5ms) (guest local, host friendly)") == true)
        #expect(lines.last?.hasSuffix("(at 7ms) (guest local, host coarse)") == true)
    }

    @Test func `a missing guest is skipped by name, with the reason behind the columns`() throws {
        #expect(
            try Self.print(Self.sleeper + "guests: [local, wstd]\n", by: [.local]) == [
                "local  wstd", "ok     skip  f:1: a sleeper wakes",
                "             f:4:17: there is no guest 'wstd'; there is only 'local'",
                "local  1 passed, 0 failed", "wstd   0 passed, 0 failed, 1 skipped",
                "1 passed, 0 failed",
            ])
    }

    @Test func `a document that is not for a guest has a dash in its column`() throws {
        let text = Self.sleeper + "guests: [local]\n---\n" + Self.sleeper + "guests: [idle]\n"
        let lines = try Self.print(text)
        #expect(lines[1] == "ok     -     f:1: a sleeper wakes")
        #expect(lines[2] == "-      FAIL  f:6: a sleeper wakes")
    }

    @Test func `a document for none of the chosen guests counts as skipped`() throws {
        #expect(
            try Self.print(Self.sleeper + "guests: [idle]\n", only: ["local"])
                == ["-     f:1: a sleeper wakes", "0 passed, 0 failed, 1 skipped"])
    }

    @Test func `marks have colours where they may`() throws {
        let lines = try Self.print(Self.sleeper, inColour: true)
        #expect(
            lines[1] == "\u{1B}[32mok     \u{1B}[0m\u{1B}[31mFAIL  \u{1B}[0mf:1: a sleeper wakes")
    }

    @Test func `a trace is there for every guest`() throws {
        let headers = try Self.print(Self.sleeper, withTrace: true)
            .filter { $0.contains("trace of") }
            .map { $0.prefix { $0 != "," } }
        #expect(headers == ["    trace of guest local", "    trace of guest idle"])
    }

    @Test func `there is a digest for every guest on every host`() throws {
        let text = Self.sleeper + "hosts: [friendly, {name: mixed, order: descending}]\n"
        let second = GuestProgram(name: "second", entry: GuestProgram.local.entry)
        let words = try Self.print(text, by: [.local, second], withDigests: true)[1]
            .split(separator: " ")
        #expect(words[2..<6].allSatisfy { $0.count == 16 })
        #expect(words[6] == "f:1:")
    }
}
