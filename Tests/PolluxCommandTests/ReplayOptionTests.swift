// The options of `pollux replay`, and the variable that follows any guest.

import Foundation
import Testing

struct ReplayOptionTests {
    // MARK: JSON

    private struct Report: Decodable {
        struct Document: Decodable {
            var file: String
            var line: Int
            var name: String
            var verdict: String
            var guests: [Guest]
            var runs: [Played]
        }
        struct Guest: Decodable {
            var name: String
            var verdict: String
            var skipped: Remark?
        }
        struct Played: Decodable {
            var guest: String
            var host: String
            var seeds: Int
            var seed: UInt64
            var digest: String
            var outcome: String
            var failures: [Remark]
            var lanes: [String]?
            var trace: [String]?
        }
        struct Remark: Decodable {
            var line: Int
            var column: Int
            var message: String
        }
        struct Count: Decodable, Equatable {
            var name: String
            var passed: Int
            var failed: Int
            var skipped: Int
        }
        var documents: [Document]
        var guests: [Count]
        var passed: Int
        var failed: Int
        var skipped: Int
    }

    private static func report(_ arguments: String...) throws -> Report {
        let run = try PolluxProcess(["replay", "--format", "json"] + arguments)
        return try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
    }

    @Test func `JSON is one object with the numbers of the text`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("a.yaml", Document.passing + "---\n" + Document.failing)
        try scratch.write("b.yaml", Document.passing)
        let report = try Self.report(scratch.path)
        #expect((report.passed, report.failed, report.skipped) == (2, 1, 0))
        #expect(report.documents.map(\.verdict) == ["passed", "failed", "passed"])
        #expect(try PolluxProcess.replay(scratch.path).lines.last == "2 passed, 1 failed")
    }

    @Test func `JSON has every document's place and every failure's`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.passing + "---\n" + Document.failing)
        let document = try #require(try Self.report(file).documents.last)
        #expect(document.file == file)
        #expect(document.line == 6)
        #expect(document.name == "a sleeper wakes too late")
        let run = try #require(document.runs.first)
        #expect((run.guest, run.host, run.seeds) == ("local", "friendly", 1))
        #expect(run.outcome == "completed")
        #expect(run.failures.map(\.line) == [9])
        #expect(run.failures.map(\.column) == [22])
        #expect(
            run.failures.map(\.message) == [
                "A.done within 4ms of A.start: took 5ms (at 5ms, at 0ms)"
            ])
        #expect(run.lanes == ["          ms  0", "actual    A   w....|", "                   ^"])
    }

    @Test func `JSON has lanes for failures only, and a trace only where one is asked for`() throws
    {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.passing)
        let quiet = try Self.report(file).documents.first?.runs.first
        #expect(quiet?.lanes == nil)
        #expect(quiet?.trace == nil)
        let loud = try Self.report("--trace", file).documents.first?.runs.first
        #expect(loud?.trace?.first == "      0ms  #0    A starts")
    }

    @Test func `JSON has guests with their counts, and every run's guest and host`() throws {
        let scratch = try ScratchDirectory()
        let text = Document.passing.replacing("[local]", with: "[local, wstd]")
        let hosts = "hosts: [friendly, {name: mixed, order: descending}]\n"
        let report = try Self.report(try scratch.write("a.yaml", text + hosts))
        let document = try #require(report.documents.first)
        #expect(document.runs.map(\.guest) == ["local", "local"])
        #expect(document.runs.map(\.host) == ["friendly", "mixed"])
        #expect(document.guests.map(\.verdict) == ["passed", "skipped"])
        #expect(document.guests.last?.skipped?.column == 17)
        #expect(
            report.guests == [
                Report.Count(name: "local", passed: 1, failed: 0, skipped: 0),
                Report.Count(name: "wstd", passed: 0, failed: 0, skipped: 1),
            ])
    }

    @Test func `a failure in JSON exits with 1, too`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.failing)
        #expect(try PolluxProcess.replay("--format", "json", file).exitCode == 1)
    }

    // MARK: Guests

    @Test func `--guest plays by one guest only`() throws {
        let scratch = try ScratchDirectory()
        let text = Document.passing.replacing("[local]", with: "[local, wstd]")
        let file = try scratch.write("a.yaml", text)
        #expect(try PolluxProcess.replay(file).lines.first == "local  wstd")
        let run = try PolluxProcess.replay("--guest", "local", file)
        #expect(run.output == "ok    \(file):1: a sleeper wakes\n1 passed, 0 failed\n")
    }

    @Test func `where nobody plays any document nothing is shown to hold`() throws {
        let scratch = try ScratchDirectory()
        let text = Document.failing.replacing("[local]", with: "[wstd]")
        let run = try PolluxProcess.replay(try scratch.write("a.yaml", text))
        #expect(run.exitCode == 1)
        #expect(run.lines.last == "0 passed, 0 failed, 1 skipped")
    }

    @Test func `a guest that is misspelt on the command line is wrong usage`() throws {
        let run = try PolluxProcess.replay("--guest", "lokal", "a.yaml")
        #expect(run.exitCode == 64)
        #expect(run.errors.hasPrefix("Error: unknown guest 'lokal'; did you mean 'local'?\n"))
    }

    // MARK: Trace

    /// The log of ``Document/quiet``.
    private static let log = [
        "      0ms  #0    A starts", "      0ms  #1    A waits: yield", "      0ms  #2    A wakes",
        "      0ms  #3    A is done  <- #2",
    ]

    @Test func `a trace follows its document, with the digest of the run`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.quiet)
        let run = try PolluxProcess.replay("--trace", file)
        #expect(run.lines[1].hasPrefix("    trace of guest local, host friendly, digest "))
        #expect(Array(run.lines[2...]) == Self.log.map { "    " + $0 } + ["1 passed, 0 failed"])
    }

    // MARK: Seeds

    @Test func `seeds are told first, where a host has choices`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.chancy)
        let run = try PolluxProcess.replay("--seed", "7", "--runs", "1", file)
        #expect(run.lines.first == "seed 7, 1 run on a host that has choices")
    }

    @Test func `no seeds are told where a schedule says which run it is`() throws {
        let scratch = try ScratchDirectory()
        let schedule = "schedule:\n  - {at: turn after B.start, run: B, instead-of: A}\n"
        let file = try scratch.write("a.yaml", Document.chancy + schedule)
        let run = try PolluxProcess.replay(file)
        #expect(run.lines.first?.hasPrefix("FAIL  ") == true)
    }

    @Test func `a failure names the seed with which it can be seen again`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.chancy)
        let run = try PolluxProcess.replay("--runs", "100", file)
        let line = try #require(run.lines.first { $0.contains("(guest local, host free, seed ") })
        let seed = String(line.split(separator: " ").last!.dropLast())
        let again = try PolluxProcess.replay("--seed", seed, "--runs", "1", file)
        #expect(again.exitCode == 1)
        #expect(again.lines.contains(line))
    }

    @Test func `a failure of a scheduled run names no seed, for it depends on none`() throws {
        let scratch = try ScratchDirectory()
        let text = Document.chancy + "schedule: [{at: turn, pick: 1}]\n"
        let run = try PolluxProcess.replay(try scratch.write("a.yaml", text))
        #expect(run.exitCode == 1)
        #expect(run.lines.contains { $0.hasSuffix("(guest local, host free, as scheduled)") })
    }

    @Test func `fewer runs can miss what more runs find`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.chancy)
        let codes = try (1...12).map { seed in
            try PolluxProcess.replay("--seed", "\(seed)", "--runs", "1", file).exitCode
        }
        #expect(Set(codes) == [0, 1])
    }

    // MARK: Repeats

    @Test func `repeats show a digest for each document, equal from one call to the next`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.passing)
        let first = try PolluxProcess.replay("--repeat", "3", file)
        let second = try PolluxProcess.replay("--repeat", "5", file)
        #expect(first.exitCode == 0)
        #expect(first.output == second.output)
        let words = first.lines[0].split(separator: " ")
        #expect(words[0] == "ok")
        #expect(words[1].count == 16 && words[1].allSatisfy(\.isHexDigit))
    }

    // MARK: POLLUX_TRACE

    @Test func `POLLUX_TRACE=stderr follows the run on standard error`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.quiet)
        let run = try PolluxProcess.replay(file, environment: ["POLLUX_TRACE": "stderr"])
        #expect(run.errors.split(separator: "\n").map(String.init) == Self.log)
        #expect(run.lines.last == "1 passed, 0 failed")
    }

    @Test func `POLLUX_TRACE=FILE appends to the file and leaves the output alone`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.quiet)
        let log = try scratch.write("log", "before\n")
        let run = try PolluxProcess.replay(file, environment: ["POLLUX_TRACE": log])
        let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        #expect(lines.map(String.init) == ["before"] + Self.log)
        #expect(run.errors == "")
        #expect(run.output == "ok    \(file):1: a yield comes back\n1 passed, 0 failed\n")
    }

    @Test func `a POLLUX_TRACE that cannot be written is said once and harms nothing`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.passing)
        let log = scratch.path + "/no/log"
        let run = try PolluxProcess.replay(file, file, environment: ["POLLUX_TRACE": log])
        #expect(run.exitCode == 0)
        #expect(
            run.errors
                == "pollux: POLLUX_TRACE: cannot write to \(log): No such file or directory\n")
    }
}
