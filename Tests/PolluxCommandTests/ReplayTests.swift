// `pollux replay`: exit codes and what people read.

import Foundation
import Testing

struct ReplayTests {
    @Test func `a passing file exits with 0 and two lines`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.passing)
        let run = try PolluxProcess.replay(file)
        #expect(run.exitCode == 0)
        #expect(run.output == "ok    \(file):1: a sleeper wakes\n1 passed, 0 failed\n")
        #expect(run.errors == "")
    }

    @Test func `a failing file exits with 1 and says where, what and how it looked`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.failing)
        let run = try PolluxProcess.replay(file)
        #expect(run.exitCode == 1)
        #expect(
            run.output == """
                FAIL  \(file):1: a sleeper wakes too late
                \(file):4:22: A.done within 4ms of A.start: took 5ms (at 5ms, at 0ms) (guest local, host friendly)
                              ms  0
                    actual    A   w....|
                                       ^
                0 passed, 1 failed

                """)
        #expect(run.errors == "")
    }

    @Test func `a malformed file exits with 2 and a diagnostic on standard error`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.malformed)
        let run = try PolluxProcess.replay(file)
        #expect(run.exitCode == 2)
        #expect(run.output == "")
        #expect(
            run.errors == """
                \(file):3:15: error: unknown step 'slep'; did you mean 'sleep'?
                    3 | program: {A: [slep 5ms]}
                      |               ^

                """)
    }

    @Test func `an unknown file exits with 2`() throws {
        let run = try PolluxProcess.replay("no-such.yaml")
        #expect(run.exitCode == 2)
        #expect(run.output == "")
        #expect(run.errors == "no-such.yaml: error: no such file\n")
    }

    @Test func `a directory without scenarios exits with 2`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("notes.txt", "nothing")
        let run = try PolluxProcess.replay(scratch.path)
        #expect(run.exitCode == 2)
        #expect(
            run.errors == "\(scratch.path): error: no .yaml or .yml file in this directory\n")
    }

    @Test func `nothing runs where one of several files is malformed`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("a.yaml", Document.passing)
        try scratch.write("b.yaml", Document.malformed)
        try scratch.write("c.yaml", Document.failing)
        let run = try PolluxProcess.replay(scratch.path)
        #expect(run.exitCode == 2)
        #expect(run.output == "")
    }

    @Test func `every file that is malformed has its diagnostic, in the order of the arguments`()
        throws
    {
        let scratch = try ScratchDirectory()
        let first = try scratch.write("b.yaml", Document.malformed)
        let second = try scratch.write("a.yaml", "name: n\n")
        let run = try PolluxProcess.replay(first, "gone.yaml", second)
        let heads = run.errors.split(separator: "\n").filter { $0.contains(": error: ") }
        #expect(
            heads == [
                "\(first):3:15: error: unknown step 'slep'; did you mean 'sleep'?",
                "gone.yaml: error: no such file",
                "\(second):1:1: error: a scenario begins with 'pollux: 1'",
            ])
    }

    @Test func `several documents of a file are told apart by their lines`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.failing + "---\n" + Document.passing)
        let run = try PolluxProcess.replay(file)
        #expect(run.exitCode == 1)
        #expect(run.lines.first == "FAIL  \(file):1: a sleeper wakes too late")
        #expect(run.lines.suffix(2) == ["ok    \(file):7: a sleeper wakes", "1 passed, 1 failed"])
    }

    @Test func `output that is no terminal has no colours`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("a.yaml", Document.passing)
        try scratch.write("b.yaml", Document.failing)
        let run = try PolluxProcess.replay(scratch.path, environment: ["TERM": "xterm-256color"])
        #expect(!run.output.contains("\u{1B}"))
    }

    @Test func `hosts other than the friendly one are named behind the document`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write(
            "a.yaml", Document.passing + "hosts: [friendly, {name: slow, ready-lag: 2}]\n")
        let run = try PolluxProcess.replay(file)
        #expect(
            run.lines == [
                "seed 1, 20 runs on a host that has choices",
                "ok    \(file):1: a sleeper wakes  [friendly, slow]", "1 passed, 0 failed",
            ])
    }

    // MARK: Directories

    @Test func `the files below a directory run by path, hidden ones left out`() throws {
        let scratch = try ScratchDirectory()
        for name in ["b.yaml", "a/z.yml", "a/.lock.yaml", ".cache/c.yaml", "c.json"] {
            try scratch.write(name, Document.passing)
        }
        let run = try PolluxProcess.replay(scratch.path)
        #expect(
            run.lines.dropLast() == [
                "ok    \(scratch.path)/a/z.yml:1: a sleeper wakes",
                "ok    \(scratch.path)/b.yaml:1: a sleeper wakes",
            ])
    }

    @Test func `a directory that is called like a file is no file`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("a.yaml/b.yaml", Document.passing)
        let run = try PolluxProcess.replay(scratch.path)
        #expect(
            run.lines == [
                "ok    \(scratch.path)/a.yaml/b.yaml:1: a sleeper wakes", "1 passed, 0 failed",
            ])
    }

    @Test func `a link to a directory is as good as the directory`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("real/a.yaml", Document.passing)
        let link = scratch.url.appending(path: "link")
        try FileManager.default.createSymbolicLink(
            at: link, withDestinationURL: scratch.url.appending(path: "real"))
        let run = try PolluxProcess.replay(link.path)
        #expect(run.lines.first == "ok    \(link.path)/a.yaml:1: a sleeper wakes")
    }

    // MARK: A full disk

    @Test(arguments: [Document.passing, Document.failing])
    func `a verdict that cannot be printed is neither of both`(text: String) throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", text)
        let run = try PolluxProcess(["replay", file], outputTo: "/dev/full")
        #expect(run.exitCode == 74)
        #expect(
            run.errors == "pollux: cannot write standard output: No space left on device\n")
    }

    // MARK: Usage

    static let misused: [[String]] = [
        ["replay"], ["replay", "--runs", "0", "a.yaml"], ["replay", "--runs", "1000001", "a.yaml"],
        ["replay", "--repeat", "0", "a.yaml"], ["replay", "--seed", "x", "a.yaml"],
        ["replay", "--format", "xml", "a.yaml"], ["replay", "--guest", "nobody", "a.yaml"],
        ["replay", "--loud", "a.yaml"], ["play"],
    ]

    @Test(arguments: misused) func `wrong usage exits with 64`(arguments: [String]) throws {
        let run = try PolluxProcess(arguments)
        #expect(run.exitCode == 64)
        #expect(run.output == "")
        #expect(run.errors.hasPrefix("Error: "))
    }

    @Test func `the help says what the exit codes mean, in lines that no terminal breaks`() throws {
        let run = try PolluxProcess(["replay", "--help"])
        #expect(run.exitCode == 0)
        for line in ["  0   all hold", "  64  wrong usage"] { #expect(run.lines.contains(line)) }
        let prose = run.lines.prefix { !$0.hasPrefix("USAGE") }
        #expect(prose.allSatisfy { $0.count < 76 })
    }

    // MARK: The repository's own

    @Test func `every scenario of the repository passes`() throws {
        let run = try PolluxProcess.replay(shippedScenarios)
        #expect(run.exitCode == 0)
        #expect(run.lines.filter { $0.contains("FAIL") } == [])
        #expect(run.errors == "")
        #expect(run.lines.last?.hasSuffix(" passed, 0 failed") == true)
    }

    @Test func `a repository's pollux.yaml names hosts for the scenarios below it`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write(".git/HEAD", "")
        try scratch.write("pollux.yaml", "pollux: 1\nhosts: {coarse: {timers: grain 7ms}}\n")
        let file = try scratch.write(
            "deep/down/a.yaml",
            """
            pollux: 1
            name: n
            program: {A: [sleep 10ms]}
            hosts: [coarse]
            expect: {eventually: [{A.done: 14ms}]}
            """)
        let run = try PolluxProcess.replay(file)
        #expect(run.exitCode == 0)
        #expect(try PolluxProcess.replay(scratch.path).exitCode == 0)
        try scratch.write("pollux.yaml", "pollux: 1\nhosts: {coarse: {timers: early}}\n")
        let refused = try PolluxProcess.replay(file, file)
        #expect(refused.exitCode == 2)
        #expect(refused.errors.components(separatedBy: "error:").count == 2)
        #expect(refused.errors.contains("pollux.yaml:2:26: error: 'timers: early'"))
    }

    @Test func `a program that this binary does not have is an error at its name`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", "pollux: 1\nname: n\nprogram: {entry: Echo}\n")
        let run = try PolluxProcess.replay(file)
        #expect(run.exitCode == 2)
        #expect(run.errors.contains("a.yaml:3:18: error: there is no program 'Echo'"))
    }
}
