// `make mutants`: how each mutant is found, and how soon.

import ArgumentParser
import Mutants
import PolluxScenario

@main
struct KillMatrix: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill-matrix",
        abstract: "Look for mistakes that were made on purpose, and say what finds them.",
        subcommands: [Matrix.self, Shipped.self],
        defaultSubcommand: Matrix.self)
}
