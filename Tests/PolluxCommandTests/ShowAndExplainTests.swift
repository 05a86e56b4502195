// `pollux show` and `pollux explain`: runs for people, whether or not they hold.

import Foundation
import Testing

struct ShowAndExplainTests {
    private let shared = """
        pollux: 1
        name: two wait
        world: {door: level}
        program:
          A: [subscribe door as d, spawn B, wait d, join B, drop d]
          B: [wait d]
        events: [10ms: door ready]
        hosts: [friendly, {name: free, order: any}]

        """

    @Test func `show draws a run once for guests whose runs look alike`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", shared)
        let run = try PolluxProcess(["show", "--host", "friendly", file])
        #expect(run.exitCode == 0)
        #expect(
            run.output == """
                \(file):1: two wait
                  guests local, swift, host friendly
                              ms    0         10
                    world     door  __________#
                    actual    A     w.........|
                    actual    B     w.........|

                """)
    }

    @Test func `show names the seed of a host that has choices`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", shared)
        let run = try PolluxProcess(
            ["show", "--guest", "local", "--host", "free", "--seed", "7", file])
        #expect(run.lines[1] == "  guest local, host free, seed 7")
    }

    @Test func `show has failures below the lanes and exits with 0`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.failing)
        let run = try PolluxProcess(["show", file])
        #expect(run.exitCode == 0)
        #expect(run.lines.last?.hasPrefix("    \(file):4:22: A.done within 4ms") == true)
    }

    @Test func `explain says why each task woke, by the number of the sentence`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", shared)
        let run = try PolluxProcess(["explain", "--guest", "local", "--host", "friendly", file])
        #expect(run.exitCode == 0)
        #expect(
            run.output == """
                \(file):1: two wait
                  guest local, host friendly
                    1. at 0ms A starts, subscribes door and waits for d
                    2. at 0ms B, which A spawned, starts and waits for d
                    3. at 0ms the guest polls door, at 10ms door is ready (line 7); it returns door, \
                which wakes A and B
                    4. at 10ms A wakes, because 3 returned door; it waits for the end of B
                    5. at 10ms B wakes, because 3 returned door; it ends
                    6. at 10ms A wakes, because B ended in 5; it drops door and ends
                    7. the run completed

                """)
    }

    @Test func `explain ends a run that does not hold with what was expected`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", Document.failing)
        let run = try PolluxProcess(["explain", file])
        #expect(
            run.lines.suffix(2) == [
                "    expected instead:",
                "    \(file):4:22: A.done within 4ms of A.start: took 5ms (at 5ms, at 0ms)",
            ])
    }

    @Test func `explain tells what streams gave, and how a run deadlocked`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write(
            "a.yaml",
            """
            pollux: 1
            name: n
            world: {sock: {input: {a: "hi"}}}
            program: {R: [read sock as x, join S], S: [join R]}
            events: [2ms: sock a]

            """)
        let run = try PolluxProcess(["explain", "--guest", "local", file])
        let told = """
                1. at 0ms R starts, opens sock, subscribes sock and waits to read sock
                2. at 0ms S starts and waits for the end of R
                3. at 0ms the guest polls sock, at 2ms sock gets "hi" (line 5); it returns sock, which wakes R
                4. at 2ms R wakes, because 3 returned sock; it reads "hi" from sock and waits for the end of S
                5. the run deadlocked at 2ms: R waits on S, S waits on R
                expected instead:
                \(file):1:1: outcome: expected completion, but the run deadlocked at 2ms: R waits on S, S waits on R
            """
        #expect(run.lines.dropFirst(2).joined(separator: "\n") == told)
    }

    @Test(arguments: ["show", "explain"])
    func `a host or guest that is not there is wrong usage, with a suggestion`(_ verb: String)
        throws
    {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", shared)
        let host = try PolluxProcess([verb, "--host", "fre", file])
        #expect(host.exitCode == 64)
        #expect(host.errors.contains("unknown host 'fre'; did you mean 'free'?"))
        #expect(try PolluxProcess([verb, "--guest", "locl", file]).exitCode == 64)
    }

    @Test(arguments: ["show", "explain"])
    func `every shipped scenario can be shown and told`(_ verb: String) throws {
        let run = try PolluxProcess([verb, "--guest", "local", shippedScenarios])
        #expect(run.exitCode == 0)
        #expect(run.errors == "")
    }
}
