// Every mutant's find becomes a file that a person can read, and that survives edits of the program.

import Mutants
import Testing

@testable import PolluxScenario

struct ShrinkTests {
    /// What a search that is not told where to look comes upon, made small.
    private func shrunk(_ mutant: Mutant) throws -> Shrinker.Shrunk {
        let hunt = mutant.hunt
        let find = try #require(hunt.run(seed: 1, budget: 5_000).find, "\(mutant) was not found")
        let place = hunt.places[find.place]
        // In a debug build, and beside other tests, a run takes long; the budget bounds the work.
        let shrinker = Shrinker(
            guest: mutant.guest, reference: mutant.sound, budget: 1_500, seconds: 60)
        let found = Found(by: "hunt", seed: 1, runs: UInt64(find.find.number))
        let result = shrinker.shrink(
            find.find, of: place.scenario, on: place.host, found: found)
        switch result {
        case .shrunk(let shrunk): return shrunk
        case .refused(let why):
            throw Diagnostic(
                "\(mutant): \(why)", at: place.scenario.place, in: place.scenario.file)
        }
    }

    @Test(arguments: Mutant.guests)
    func `a mutant's find becomes 25 lines and 3 deviations that survive edits`(
        mutant: Mutant
    ) throws {
        let shrunk = try shrunk(mutant)
        print(
            "shrunk \(mutant.row): \(shrunk.runs) runs, \(Int(shrunk.seconds * 1_000)) ms, "
                + "\(shrunk.text.split(separator: "\n").count) lines, "
                + "\(shrunk.draft.schedule.count) deviations\n\(shrunk.text)")
        #expect(shrunk.text.split(separator: "\n").count <= 25)
        #expect(shrunk.draft.schedule.count <= 3)
        #expect(shrunk.holdsOnReference == true, "\(shrunk.text)")
        let bytes = Array(shrunk.text.utf8)
        #expect(try Formatter.format(path: "found.yaml", bytes: bytes) == bytes)
        for edited in shrunk.draft.harmlessEdits {
            let scenario = try edited.scenario()
            let player = Player(guest: mutant.guest)
            let (run, failures) = player.runSchedule(
                of: scenario, on: scenario.hosts[0], livelockLimit: 5_000)
            let checks = failures.map { FailureSignature($0, of: run).check }
            #expect(checks.contains(shrunk.signature.check), "\(checks)\n\(edited.text)")
        }
    }
}

extension Draft {
    /// The draft with a log line more, with a task more that yields, and with another name for a task
    /// that no deviation names.
    fileprivate var harmlessEdits: [Draft] {
        var said = self
        said.tasks[0].steps.insert(.say("hello"), at: 0)
        var yielding = self
        yielding.tasks.append(Draft.Task("bystander", [.yield]))
        let named = Set(schedule.flatMap { $0.tasks + [$0.after?.subject].compactMap { $0 } })
        let free = tasks.map(\.name).first { !named.contains($0) && $0 != "main" }
        return [said, yielding] + (free.map { [renamed([$0: "Someone"])] } ?? [])
    }
}
