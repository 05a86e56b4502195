// `pollux fmt`: which files it writes, and what it says of them.

import Foundation
import Testing

struct FmtTests {
    private let crooked = """
        pollux: 1
        name: n
        program: {A: [sleep 5ms]}
        timeline: |
          ms      0
          A       w....|

        """

    @Test func `a crooked file is rewritten and named, a straight one is not`() throws {
        let scratch = try ScratchDirectory()
        let a = try scratch.write("a.yaml", crooked)
        try scratch.write("b.yaml", Document.passing)
        let run = try PolluxProcess(["fmt", scratch.path])
        #expect(run.exitCode == 0)
        #expect(run.output == "\(a)\n2 files, 1 changed\n")
        let text = try String(contentsOfFile: a, encoding: .utf8)
        #expect(text.hasSuffix("  ms  0\n  A   w....|\n"))
        #expect(try PolluxProcess(["fmt", scratch.path]).output == "2 files, 0 changed\n")
    }

    @Test func `with --check nothing is written and the exit code says 1`() throws {
        let scratch = try ScratchDirectory()
        let a = try scratch.write("a.yaml", crooked)
        let run = try PolluxProcess(["fmt", "--check", a])
        #expect(run.exitCode == 1)
        #expect(run.output == "\(a)\n1 file, 1 would change\n")
        #expect(try String(contentsOfFile: a, encoding: .utf8) == crooked)
    }

    @Test func `what is no scenario stays, and the others are aligned`() throws {
        let scratch = try ScratchDirectory()
        let a = try scratch.write("a.yaml", Document.malformed)
        let b = try scratch.write("b.yaml", crooked)
        let run = try PolluxProcess(["fmt", a, b])
        #expect(run.exitCode == 2)
        #expect(run.output == "\(b)\n2 files, 1 changed, 1 error\n")
        #expect(run.errors.hasPrefix("\(a):3:15: error: unknown step 'slep'"))
        #expect(try String(contentsOfFile: a, encoding: .utf8) == Document.malformed)
    }

    @Test func `a file on a host of the project's is aligned like any other`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("pollux.yaml", "pollux: 1\nhosts: {tired: {timers: late 5ms}}\n")
        let a = try scratch.write("a.yaml", crooked + "hosts: [tired]\n")
        let run = try PolluxProcess(["fmt", a])
        #expect(run.errors == "")
        #expect(run.output == "\(a)\n1 file, 1 changed\n")
    }
}
