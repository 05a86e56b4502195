// Every mutant is found, and the sound one is not. `make mutants` measures how soon.

import Mutants
import PolluxScenario
import Testing

struct KillTests {
    /// Another one each time; a failure names it.
    private let seed = UInt64.random(in: 1...1_000_000)

    @Test(arguments: Mutant.all)
    func `a mutant is found within some rounds`(mutant: Mutant) {
        let result = mutant.hunt.run(seed: seed, budget: 5_000)
        #expect(
            result.find != nil, "\(mutant) was not found in \(result.runs) runs, seed \(seed)")
    }

    /// What is wrong with them is an assumption about the host, and the friendly host shares it.
    @Test(arguments: ["R2", "R8", "X7", "X8", "X9", "X10", "X11", "X12"])
    func `a mutant that only a freedom of the host shows is not found without one`(row: String) {
        let mutant = Mutant.named(row)
        let hunt = mutant.friendlyHunt
        let find = hunt.run(seed: 1, budget: hunt.places.count).find
        #expect(find.map { $0.description(in: hunt) } == nil, "\(mutant)")
    }

    @Test func `the sound mutant is not found`() {
        let hunt = Mutant.sound.hunt
        let result = hunt.run(seed: seed, budget: 1_500)
        let find = result.find.map { $0.description(in: hunt) }
        #expect(find == nil, "seed \(seed)")
    }

    @Test func `a found tape tells a mutant from its sound form`() throws {
        let mutant = Mutant.guests[1]
        let hunt = mutant.hunt
        let find = try #require(hunt.run(seed: seed, budget: 5_000).find)
        let place = hunt.places[find.place]
        for (guest, fails) in [(mutant.guest, true), (mutant.sound, false)] {
            let again = try #require(
                Explorer(guest: guest, by: .once)
                    .replay(find.find.tape, of: place.scenario, on: place.host))
            #expect(again.failures.isEmpty != fails, "\(guest.name), seed \(seed)")
        }
    }

    @Test func `numbers and rows name one mutant each`() {
        let all = [Mutant.sound] + Mutant.all
        #expect(all.map(\.number) == Array(all.indices))
        #expect(Set(all.map(\.row)).count == all.count)
    }
}
