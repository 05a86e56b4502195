// What fuzzing finds by itself, without a scenario that was written for it.

import Foundation
import Mutants
import PolluxScenario
import Testing

struct FuzzKillTests {
    @Test func `fuzzing finds nothing in the sound mutant`() {
        Fuzzer(guests: [Mutant.sound.guest], seed: 1, runs: 600).run { find in
            Issue.record("\(find.signature), run \(find.number)\n\(find.text(seed: 1))")
            return true
        }
    }

    /// `POLLUX_FUZZ_MUTANTS=5 swift test -c release -Xswiftc -enable-testing --filter FuzzKill`
    /// prints for each mutant the runs and milliseconds to the first find, over so many seeds.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["POLLUX_FUZZ_MUTANTS"] != nil))
    func `the mutants that fuzzing finds`() throws {
        let environment = ProcessInfo.processInfo.environment
        let seeds = try #require(environment["POLLUX_FUZZ_MUTANTS"].flatMap { UInt64($0) })
        print("mutant | found | median runs | median ms | worst ms | by")
        for mutant in Mutant.guests {
            var kills: [(runs: Int, milliseconds: Double, by: String)] = []
            for seed in 1...max(seeds, 1) {
                let start = ContinuousClock.now
                let fuzzer = Fuzzer(
                    guests: [mutant.guest], seed: seed, runs: 200_000, seconds: 5)
                fuzzer.run { find in
                    let took = (ContinuousClock.now - start) / .milliseconds(1)
                    kills.append((find.number, took, find.objection))
                    return false
                }
            }
            let runs = kills.map(\.runs).sorted()
            let times = kills.map { Int($0.milliseconds.rounded(.up)) }.sorted()
            let by = Set(kills.map(\.by)).sorted()
            let middle = kills.count / 2
            print(
                kills.isEmpty
                    ? "\(mutant) | 0 of \(seeds)"
                    : "\(mutant) | \(kills.count) of \(seeds) | \(runs[middle]) | \(times[middle])"
                        + " | \(times.last!) | \(by.joined(separator: ", "))")
        }
    }
}
