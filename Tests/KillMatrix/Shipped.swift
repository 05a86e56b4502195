// The shipped guests, hunted as mutants are: whether these sources have a mistake.

import ArgumentParser
import Mutants
import PolluxScenario
import ScenarioGuest

struct Shipped: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hunt the shipped guests, and the sound mutant, on the shipped hosts.",
        discussion: """
            Nothing should be found: unless these sources are patched with a mistake, and then
            it should.

            Exit codes: 0 nothing was found, 1 something was.
            """)

    @Option(help: "The most runs of one hunt.")
    var budget = 5_000

    @Option(help: "The seed of the hunt.")
    var seed: UInt64 = 1

    @Flag(help: "Print what was found as a row of docs/Mutants.md, without its first columns.")
    var asRow = false

    func run() throws {
        for guest in Mutant.shipped {
            let hunt = Hunt(guest, in: HuntingGround.everywhere)
            let result = hunt.run(seed: seed, budget: budget)
            guard let find = result.find else {
                if !asRow { print("\(guest.name): nothing in \(result.runs) runs") }
                continue
            }
            if asRow {
                let scenario = hunt.places[find.place].scenario.name
                print(
                    "`\(KillRecord.killer(find.find))` | \(scenario) | \(guest.name) "
                        + "| \(result.runs) |")
            } else {
                print("\(guest.name), \(result.runs) runs: \(find.description(in: hunt))")
            }
            throw ExitCode(1)
        }
    }
}
