// `pollux fuzz`, as a process.

import Foundation
import Testing

struct FuzzTests {
    @Test func `nothing is found in the guests that ship`() throws {
        let run = try PolluxProcess(["fuzz", "--seed", "7", "--runs", "300"])
        #expect(run.exitCode == 0)
        #expect(run.lines.first == "seed 7")
        #expect(run.lines.last?.hasPrefix("nothing found in 300 runs of ") == true)
        #expect(run.errors == "")
    }

    @Test func `a mistake is written once, and fails when it is replayed`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.chancy)
        let into = scratch.path + "/found"
        func fuzz() throws -> PolluxProcess {
            try PolluxProcess(["fuzz", "--seed", "1", "--runs", "200", "--into", into, file])
        }
        let first = try fuzz()
        #expect(first.exitCode == 1)
        #expect(first.lines.contains { $0.hasPrefix("\(into)/local-order.yaml: found by run") })
        #expect(first.lines.last?.hasPrefix("1 mistake found in 200 runs, ") == true)
        let again = try fuzz()
        #expect(again.exitCode == 1)
        #expect(again.lines.contains { $0.hasSuffix("(the file was there already)") })
        let check = try PolluxProcess(["check", into])
        #expect(check.exitCode == 0)
        let replay = try PolluxProcess(["replay", into])
        #expect(replay.exitCode == 1)
    }

    @Test func `a directory that cannot be made is told before the search`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.chancy)
        for into in [file, file + "/found", file + "/found/deep"] {
            let run = try PolluxProcess(
                ["fuzz", "--seed", "1", "--runs", "200", "--into", into, file])
            #expect(run.exitCode == 2)
            #expect(run.errors == "\(into): error: cannot be written: Not a directory\n")
            #expect(run.output == "")
        }
    }

    @Test func `looking whether a directory can be made leaves nothing behind`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.passing)
        let run = try PolluxProcess(
            ["fuzz", "--runs", "1", "--into", scratch.path + "/found/deep", file])
        #expect(run.exitCode == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["a.yaml"])
    }

    @Test func `a find that cannot be written is printed`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.chancy)
        // A link to nowhere: nothing is there, and yet no directory can be made.
        let into = scratch.path + "/found"
        symlink("nowhere/deep", into)
        let run = try PolluxProcess(
            ["fuzz", "--seed", "1", "--runs", "200", "--into", into, file])
        #expect(run.exitCode == 2)
        #expect(
            run.errors
                == "\(into)/local-order.yaml: error: cannot be written: "
                + "No such file or directory\n")
        #expect(run.lines.contains("pollux: 1"))
    }

    @Test func `a host that there is not is wrong usage`() throws {
        let run = try PolluxProcess(["fuzz", "--hosts", "wasmtim"])
        #expect(run.exitCode == 64)
        #expect(run.errors.contains("unknown host 'wasmtim'; did you mean 'wasmtime'?"))
    }

    @Test func `a file that is no scenario ends it before it begins`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.malformed)
        let run = try PolluxProcess(["fuzz", file])
        #expect(run.exitCode == 2)
        #expect(run.lines == [])
    }
}
