// `pollux replay`: plays scenario files and says whether what they expect holds.

import ArgumentParser
import Foundation
import PolluxScenario

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Play scenario files and check what they expect.",
        discussion: """
            Examples:
              pollux replay Scenarios               every file below a directory
              pollux replay a.yaml b.yaml           two files
              pollux replay --trace a.yaml          with the log of the run
              pollux replay --seed 77 --runs 1 a.yaml   one seed again
              pollux replay --repeat 10 Scenarios   every run ten times

            A host that leaves something to chance is run with several
            seeds; all must hold. With --repeat each document has its
            digest, which is the same for the same runs.

            Exit codes:
              0   all hold
              1   an expectation failed
              2   a file is not a scenario; then nothing runs
              64  wrong usage
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Argument(help: "Scenario files, or directories with .yaml and .yml files.")
    var paths: [String]

    @Option(help: "How to print the verdicts.")
    var format = Format.text

    @Option(help: "The first seed for hosts that leave something to chance.")
    var seed: UInt64 = 1

    @Option(help: "How many seeds to run on such a host, counting up from --seed.")
    var runs = 20

    @Option(help: "Play every run this often and demand the same log each time.")
    var `repeat` = 1

    @Flag(help: "Print the log of the first failing run of each host, or of its first run.")
    var trace = false

    func validate() throws {
        guard (1...1_000_000).contains(runs) else {
            throw ValidationError("--runs is from 1 to 1,000,000")
        }
        guard (1...1_000_000).contains(`repeat`) else {
            throw ValidationError("--repeat is from 1 to 1,000,000")
        }
    }

    func run() throws {
        let scenarios: [Scenario]
        do {
            scenarios = try ScenarioFiles.read(paths)
        } catch {
            for diagnostic in error.diagnostics { Terminal.error(diagnostic) }
            throw ExitCode(2)
        }
        let replayer = Replayer(
            player: Player(guest: PolluxCommand.guests[0]), seed: seed, runs: runs,
            repeats: `repeat`)
        let printer: any VerdictPrinter =
            switch format {
            case .text: TextPrinter(showsTrace: trace, showsDigests: `repeat` > 1)
            case .json: JSONPrinter(showsTrace: trace)
            }
        printer.begin(seed: seed, runs: runs, of: scenarios)
        var verdicts: [Verdict] = []
        for scenario in scenarios {
            let verdict = replayer.replay(scenario)
            printer.print(verdict)
            verdicts.append(verdict)
        }
        printer.end(verdicts)
        if verdicts.contains(where: { $0.status == .failed }) { throw ExitCode(1) }
    }
}
