// Every mutant, hunted with many seeds.

import ArgumentParser
import Foundation
import Mutants
import PolluxScenario

struct Matrix: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hunt every mutant with many seeds and print what found it, and how soon.",
        discussion: """
            Examples:
              kill-matrix                          every mutant, with 100 seeds
              kill-matrix --row R12 --seeds 1000   one of them
              kill-matrix --write docs/Mutants.md  also puts the table into that page

            Exit codes: 0 all were found with every seed, 1 one was not, or the sound one was.
            """)

    @Option(help: "How many seeds each mutant is hunted with.")
    var seeds = 100

    @Option(help: "The most runs of one hunt.")
    var budget = 100_000

    @Option(
        help: "With how many seeds each is looked for in generated programs, 5 s each at most.")
    var fuzzSeeds = 3

    @Option(help: "Only the mutants of these rows, such as R1; repeat it for more of them.")
    var row: [String] = []

    @Option(help: "A page of documentation whose table is replaced.")
    var write: String?

    @Option(help: "A file with the rows of the patches, for that page.")
    var patches: String?

    func validate() throws {
        if seeds < 1 || budget < 1 { throw ValidationError("--seeds and --budget are from 1") }
        if fuzzSeeds < 0 { throw ValidationError("--fuzz-seeds is from 0") }
        for row in row where !Mutant.all.contains(where: { $0.row == row }) {
            throw ValidationError("there is no mutant '\(row)'")
        }
        if write != nil, !row.isEmpty { throw ValidationError("--write is for all rows") }
    }

    func run() throws {
        var isRight = true
        let sound = Mutant.sound.hunt.run(seed: 1, budget: budget)
        if let find = sound.find {
            isRight = false
            print("the sound mutant is found:", find.description(in: Mutant.sound.hunt))
        }
        var records: [KillRecord] = []
        for line in KillTable.head { print(line) }
        for mutant in Mutant.all where row.isEmpty || row.contains(mutant.row) {
            let record = KillRecord(
                mutant, seeds: seeds, budget: budget, fuzzSeeds: fuzzSeeds)
            records.append(record)
            print(KillTable.line(record, fuzzSeeds: fuzzSeeds))
            if record.survived > 0 { isRight = false }
        }
        let closing = KillTable.closing(records, seeds: seeds, soundRuns: sound.runs)
        print("\n" + closing)
        if let write { try self.write(records, closing, to: write) }
        if !isRight { throw ExitCode(1) }
    }

    private func write(_ records: [KillRecord], _ closing: String, to path: String) throws {
        var page = try Page(path)
        page.replace(
            "figures",
            by: KillTable.head
                + records.map { KillTable.line($0, fuzzSeeds: fuzzSeeds) } + ["", closing])
        if let patches {
            let rows = try String(contentsOfFile: patches, encoding: .utf8)
            page.replace(
                "patches", by: KillTable.patchHead + rows.split(separator: "\n").map(String.init))
        }
        try page.write()
    }
}
