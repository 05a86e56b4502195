// `pollux show`: runs drawn as lanes.

import ArgumentParser
import PolluxScenario

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Draw the runs of scenario files as lanes.",
        discussion: """
            Examples:
              pollux show a.yaml                  by every guest, on every host
              pollux show --guest local a.yaml    by one guest
              pollux show --host any --seed 7 a.yaml

            Guests whose runs look alike on a host are drawn once. A run that
            does not hold has its failures below it.

            Exit codes:
              0   drawn, whether or not the runs hold
              2   a file is not a scenario
              64  wrong usage
              74  standard output cannot be written
            """)

    @Argument(help: "Scenario files, or directories with .yaml and .yml files.")
    var paths: [String]

    @OptionGroup var narrowing: Narrowing

    func run() throws {
        try narrowing.print(paths) { run, failures in
            guard run.outcome != .timedOut else { return [run.outcomeText] }
            return Picture(run).rows(markedAt: failures.first?.focus)
                + failures.map { $0.line(in: run.scenario) }
        }
    }
}
