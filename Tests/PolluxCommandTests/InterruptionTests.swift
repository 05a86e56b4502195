// Searches that somebody ends before their time.

import Foundation
import Testing

struct InterruptionTests {
    /// Those that the command's process is not started to ignore, as in the background of a shell.
    static let signals: [Int32] = [SIGINT, SIGTERM].filter { number in
        var action = sigaction()
        sigaction(number, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) != 1
    }

    @Test(arguments: signals)
    func `an interrupted exploration says how far it came`(number: Int32) throws {
        let scratch = try ScratchDirectory()
        // The first is over at once, and its line says that the search has begun.
        let file = try scratch.write(
            "a.yaml", Document.quiet + "---\n" + Document.pair + "---\n" + Document.failing)
        let run = try PolluxProcess(
            ["explore", "--by", "random", "--budget", "1000000000", file],
            whileRunning: { kill($0, number) })
        #expect(run.exitCode == 130)
        try #require(run.lines.count == 3, "\(run.output)")
        #expect(run.lines[1].contains("two at once (guest local, host free, random, seed 1): "))
        #expect(run.lines[1].contains(": interrupted: "))
        #expect(run.lines[2].hasPrefix("interrupted: "))
        #expect(run.lines[2].contains(" schedule"))
        #expect(run.errors == "")
    }

    @Test func `an interrupted search by fuzz says how far it came`() throws {
        let scratch = try ScratchDirectory()
        let run = try PolluxProcess(
            ["fuzz", "--time", "3600", "--into", scratch.path + "/found"],
            whileRunning: { kill($0, SIGTERM) })
        #expect(run.exitCode == 130)
        #expect(run.lines.last?.hasPrefix("interrupted: nothing found in ") == true)
        #expect(run.errors == "")
    }
}
