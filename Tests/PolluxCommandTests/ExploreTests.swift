// `pollux explore`, as a process.

import Foundation
import Testing

struct ExploreTests {
    private static func explore(_ arguments: String..., text: String) throws -> PolluxProcess {
        let scratch = try ScratchDirectory()
        return try PolluxProcess(["explore"] + arguments + [scratch.write("a.yaml", text)])
    }

    @Test func `a document that holds is exhausted`() throws {
        let run = try Self.explore(text: Document.pair)
        #expect(run.exitCode == 0)
        #expect(run.lines.last?.hasPrefix("exhausted: 2 schedules, ") == true)
        #expect(run.errors == "")
    }

    @Test func `runs that differ in the names of tasks that are alike are left out, which is told`()
        throws
    {
        let text = """
            pollux: 1
            name: three of a kind
            program: {A: [yield], B: [yield], C: [yield]}
            hosts: [{executor: any}]
            guests: [local]

            """
        let run = try Self.explore(text: text)
        #expect(run.exitCode == 0)
        let last = try #require(run.lines.last)
        #expect(last.hasPrefix("exhausted: "))
        #expect(last.hasSuffix(" states, up to symmetry"))
        let whole = try Self.explore("--no-symmetry", text: text)
        #expect(whole.lines.last?.hasSuffix(" states") == true)
        #expect(try Self.schedules(last) < Self.schedules(#require(whole.lines.last)))
    }

    /// The number in `exhausted: 12 schedules, …`.
    private static func schedules(_ line: String) throws -> Int {
        try #require(Int(line.split(separator: " ")[1]))
    }

    @Test func `a budget that is used up is told`() throws {
        let run = try Self.explore("--budget", "1", text: Document.pair)
        #expect(run.exitCode == 0)
        #expect(run.lines.last == "stopped at budget: frontier 1")
    }

    @Test func `schedules are more runs`() throws {
        let run = try Self.explore("--schedules", text: Document.quiet)
        #expect(run.lines.last?.hasPrefix("exhausted: 1 schedule, ") == true)
        let more = try Self.explore("--schedules", text: Document.chancy)
        #expect(more.exitCode == 1)
    }

    @Test func `a failing run's tape plays it again`() throws {
        let run = try Self.explore(text: Document.chancy)
        #expect(run.exitCode == 1)
        #expect(run.lines.contains { $0.contains("order: 'B.done' came before 'A.done'") })
        let tape = try #require(run.lines.first { $0.hasPrefix("    tape ") }).dropFirst(9)
        let again = try Self.explore("--replay", String(tape), text: Document.chancy)
        #expect(again.exitCode == 1)
        #expect(again.lines.contains { $0.contains("order: 'B.done' came before 'A.done'") })
        #expect(again.lines.last == "the run fails")
    }

    @Test func `what fails is written as a small document that fails again`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.chancy)
        let found = file + ".found.yaml"
        let run = try PolluxProcess(["explore", "--guest", "local", "--write", found, file])
        #expect(run.exitCode == 1)
        #expect(run.lines.contains("    schedule:"))
        #expect(run.lines.last == "wrote \(found)")
        let text = try String(contentsOfFile: found, encoding: .utf8)
        #expect(text.contains("\n  - {at: turn after B.start, run: B, instead-of: A}\n"))
        #expect(text.contains("\nfound: {by: exhaustive, runs: "))
        #expect(text.contains("\nguests: [local]\n"))
        let again = try PolluxProcess(["replay", found])
        #expect(again.exitCode == 1)
        #expect(again.lines.contains { $0.contains("order: ") }, "\(again.output)")
        #expect(try PolluxProcess(["fmt", "--check", found]).exitCode == 0)
        let twice = try PolluxProcess(["explore", "--write", found, file])
        #expect(twice.exitCode == 64)
    }

    @Test func `a file that cannot be written is told before the search`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.chancy)
        for (found, why) in [
            (scratch.path + "/nowhere/w.yaml", "No such file or directory"),
            (file + "/w.yaml", "Not a directory"),
        ] {
            let run = try PolluxProcess(["explore", "--write", found, file])
            #expect(run.exitCode == 2)
            #expect(run.errors == "\(found): error: cannot be written: \(why)\n")
            #expect(run.output == "")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["a.yaml"])
    }

    @Test func `what cannot be written after the search is printed`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.chancy)
        let found = scratch.path + "/" + String(repeating: "w", count: 300)
        let run = try PolluxProcess(["explore", "--write", found, file])
        #expect(run.exitCode == 2)
        #expect(run.errors == "\(found): error: cannot be written: File name too long\n")
        let printed = try #require(run.output.components(separatedBy: "failed after ").last)
        #expect(printed.contains("\npollux: 1\n"))
    }

    @Test func `JSON has the numbers of the text`() throws {
        struct Report: Decodable {
            struct Entry: Decodable {
                var guest: String
                var verdict: String
                var schedules: Int
            }
            var explorations: [Entry]
            var summary: String
        }
        let run = try Self.explore("--format", "json", text: Document.pair)
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        #expect(report.summary.hasPrefix("exhausted: 2 schedules, "))
        #expect(report.explorations.map(\.schedules) == [2])
        #expect(report.explorations.map(\.verdict) == ["exhausted"])
    }

    @Test func `paranoid plays each run twice`() throws {
        let run = try Self.explore("--paranoid", text: Document.pair)
        #expect(run.exitCode == 0)
        #expect(run.lines.first?.hasSuffix(", each played twice") == true)
    }

    @Test func `what happens sometimes and did in no run is a failure`() throws {
        let expecting = "expect: {sometimes: [B.done < A.done]}\n"
        let held = try Self.explore(text: Document.pair + expecting)
        #expect(held.exitCode == 0)
        let text = Document.pair.replacing("order: any", with: "order: ascending") + expecting
        let run = try Self.explore(text: text)
        #expect(run.exitCode == 1)
        #expect(
            run.lines.contains {
                $0.hasSuffix(
                    "a.yaml:8:22: sometimes: 'B.done < A.done' did not hold in the one run")
            })
    }

    @Test(arguments: ["once", "delays=0"])
    func `a search that leaves runs out does not ask what happens sometimes`(by: String) throws {
        let expecting = "expect: {sometimes: [B.done < A.done]}\n"
        let text = Document.pair.replacing("order: any", with: "order: ascending") + expecting
        #expect(try Self.explore("--by", by, text: text).exitCode == 0)
    }

    @Test(arguments: [["--invariants"], ["--host", "free"]])
    func `documents of one file need not say as much of sometimes`(options: [String]) throws {
        let claim = "expect: {sometimes: [B.done < A.done]}\n"
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.pair + claim + "---\n" + Document.pair)
        let both = try PolluxProcess(["explore"] + options + [file])
        #expect(both.exitCode == 0)
    }

    @Test func `invariants judges by the oracles alone`() throws {
        #expect(try Self.explore("--invariants", text: Document.chancy).exitCode == 0)
    }

    @Test func `an update records how many there are, and another count is a failure`() throws {
        let scratch = try ScratchDirectory()
        let text =
            Document.pair.replacing("hosts: [", with: "hosts: [friendly, ")
            + "explore: exhaustive\ngolden:\n"
        let file = try scratch.write("a.yaml", text)
        let update = try PolluxProcess(["explore", "--update", file])
        #expect(update.exitCode == 0)
        let written = try String(contentsOfFile: file, encoding: .utf8)
        #expect(
            written.hasPrefix(text + "  - {guests: [local], explored: friendly, schedules: 1, "))
        #expect(written.contains("\n  - {guests: [local], explored: free, schedules: 2, states: "))
        #expect(try PolluxProcess(["explore", file]).exitCode == 0)
        try written.replacing("schedules: 2", with: "schedules: 3")
            .write(toFile: file, atomically: true, encoding: .utf8)
        let other = try PolluxProcess(["explore", file])
        #expect(other.exitCode == 1)
        #expect(other.lines.contains { $0.contains("a.yaml:11:5: golden: recorded 3 schedules") })
    }

    @Test func `only documents that say explore are explored where that is asked for`() throws {
        let run = try Self.explore("--declared", text: Document.pair)
        #expect(run.exitCode == 64)
        let said = try Self.explore("--declared", text: Document.pair + "explore: exhaustive\n")
        #expect(said.lines.last?.hasPrefix("exhausted: 2 schedules") == true)
    }

    @Test func `a host with every freedom has more runs`() throws {
        let run = try Self.explore("--hosts", "any", "--budget", "50", text: Document.pair)
        #expect(run.exitCode == 0)
        #expect(run.lines.first?.contains("host any") == true)
    }

    @Test(arguments: [
        ("random 30", "played: 30 schedules"), ("pct 2 x 20", "played: 20 schedules"),
        ("delays 1", "exhausted within 1 deviation: 2 schedules"),
        ("delays 0", "exhausted within 0 deviations: 1 schedule"), ("once", "played: 1 schedule"),
        ("exhaustive", "exhausted: 2 schedules, "),
    ])
    func `a document says how it is explored`(phrase: String, summary: String) throws {
        let run = try Self.explore(text: Document.pair + "explore: \(phrase)\n")
        let last = try #require(run.lines.last)
        #expect(summary.hasSuffix(", ") ? last.hasPrefix(summary) : last == summary)
        #expect(run.lines.first?.contains("): \(summary)") == true)
    }

    @Test func `searches that end in different ways are not said to be exhausted together`() throws
    {
        let text =
            Document.pair + "explore: delays 1\n---\n" + Document.pair + "explore: exhaustive\n"
        let run = try Self.explore(text: text)
        #expect(run.lines.last?.hasPrefix("played: 4 schedules") == true)
    }

    @Test(arguments: ["random", "pct=2"])
    func `what is drawn where there is no choice is played once`(by: String) throws {
        let lone = Document.pair.replacing(", q: level", with: "")
            .replacing(", B: [wait q]", with: "").replacing(", q ready", with: "")
        // The first host has no freedom, the second none that such a guest meets.
        for text in [Document.quiet, lone] {
            let run = try Self.explore("--by", by, text: text)
            #expect(run.exitCode == 0)
            #expect(run.lines.first?.hasSuffix("): played: 1 schedule, no choice in it") == true)
            #expect(run.lines.last == "played: 1 schedule")
        }
        let two = try Self.explore("--by", by, "--budget", "9", text: Document.pair)
        #expect(two.lines.last == "played: 9 schedules")
    }

    @Test func `hosts that are the same with every freedom are played once`() throws {
        let text = Document.pair.replacing(
            "hosts: [", with: "hosts: [friendly, {name: down, order: descending}, ")
        let run = try Self.explore("--hosts", "any", "--by", "once", text: text)
        #expect(run.lines.count == 2)
        #expect(run.lines.last == "played: 1 schedule")
        // What sets hosts apart besides their freedoms still does.
        let coarse = text.replacing("order: descending", with: "timers: grain 7ms")
        let both = try Self.explore("--hosts", "any", "--by", "once", text: coarse)
        #expect(both.lines.last == "played: 2 schedules")
    }

    @Test func `a host that no document has is told with those that there are`() throws {
        let run = try Self.explore("--host", "nope", text: Document.pair)
        #expect(run.exitCode == 64)
        #expect(run.errors.hasPrefix("Error: unknown host 'nope'; there is only 'free'\n"))
    }

    @Test(arguments: ["--seed", "--budget", "--silence", "--time", "--jobs"])
    func `a negative number is told as such`(option: String) throws {
        let run = try Self.explore(option, "-1", text: Document.pair)
        #expect(run.exitCode == 64)
        #expect(!run.errors.contains("Missing value"))
        #expect(run.errors.contains(" from ") || run.errors.contains(" more than 0"))
    }

    @Test(arguments: ["random", "pct 3", "delays", "delays -1", "pct 0 x 5", "twice"])
    func `another way to explore is an error with its place`(phrase: String) throws {
        let run = try Self.explore(text: Document.pair + "explore: \(phrase)\n")
        #expect(run.exitCode == 2)
        #expect(run.errors.contains("a.yaml:8:10: error: 'explore' is once, exhaustive"))
    }

    @Test(arguments: [
        ["--by", "luck"], ["--by", "pct=0"], ["--replay", "0/2", "--format", "json"],
        ["--budget", "0"], ["--replay", "3/2"], ["--jobs", "0"],
    ])
    func `wrong usage is 64`(arguments: [String]) throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.pair)
        #expect(try PolluxProcess(["explore"] + arguments + [file]).exitCode == 64)
    }
}
