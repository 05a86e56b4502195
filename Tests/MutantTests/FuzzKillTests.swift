// What fuzzing finds by itself, without a scenario that was written for it.

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
}
