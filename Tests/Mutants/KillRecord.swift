// What it takes to find each mutant: measured over many seeds.

import PolluxScenario

/// What is known of one mutant after hunts with many seeds.
package struct KillRecord: Sendable {
    /// Which.
    package var mutant: Mutant
    /// What objected first, by how many seeds; the most frequent first. An oracle by its name, any
    /// other expectation by its key.
    package var killers: [(name: String, count: Int)] = []
    /// Where it was found, by how many seeds; the most frequent first.
    package var scenarios: [(name: String, count: Int)] = []
    /// Runs up to the one that fails, of each seed that found it, ascending.
    package var runs: [Int] = []
    /// The wall time that these took in seconds, ascending.
    package var seconds: [Double] = []
    /// How many seeds did not find it.
    package var survived = 0
    /// What objects to it on the friendly host, where every scenario is played once.
    package var onFriendly: String?
    /// What the first seed's find becomes; none where the mistake is a host's, which no file has.
    package var file: SmallFile?
    /// The wall time in seconds up to the first find in generated programs, of each seed that found
    /// it, ascending.
    package var fuzzed: [Double] = []

    /// A document that a find was shrunk to.
    package struct SmallFile: Sendable {
        package var lines: Int
        package var deviations: Int
        /// Wall time of the shrinking.
        package var seconds: Double
    }

    /// Hunts the mutant once for each seed, and fuzzes it with so many seeds for at most five seconds
    /// each.
    package init(_ mutant: Mutant, seeds: Int, budget: Int, fuzzSeeds: Int) {
        self.mutant = mutant
        let hunt = mutant.hunt
        var killers: [String: Int] = [:]
        var scenarios: [String: Int] = [:]
        for seed in 1...seeds {
            let result = hunt.run(seed: UInt64(seed), budget: budget)
            guard let find = result.find else {
                survived += 1
                continue
            }
            killers[Self.killer(find.find), default: 0] += 1
            scenarios[hunt.places[find.place].scenario.name, default: 0] += 1
            runs.append(result.runs)
            seconds.append(result.seconds)
            if file == nil { file = Self.file(of: find, hunt, mutant) }
        }
        runs.sort()
        seconds.sort()
        self.killers = Self.ranked(killers)
        self.scenarios = Self.ranked(scenarios)
        let friendly = mutant.friendlyHunt
        let once = friendly.run(seed: 1, budget: friendly.places.count)
        onFriendly = once.find.map { Self.killer($0.find) }
        fuzzed = Self.fuzz(mutant, seeds: fuzzSeeds)
    }

    /// Shrinks a find, for at most ten seconds.
    private static func file(
        of find: Hunt.Find, _ hunt: Hunt, _ mutant: Mutant
    ) -> SmallFile? {
        if mutant.tampering != nil { return nil }
        let place = hunt.places[find.place]
        let shrinker = Shrinker(guest: mutant.guest, reference: mutant.sound)
        guard
            case .shrunk(let shrunk) = shrinker.shrink(
                find.find, of: place.scenario, on: place.host)
        else { return nil }
        return SmallFile(
            lines: shrunk.text.split(separator: "\n").count,
            deviations: shrunk.draft.schedule.count, seconds: shrunk.seconds)
    }

    /// How long fuzzing takes with each seed that finds the mutant.
    private static func fuzz(_ mutant: Mutant, seeds: Int) -> [Double] {
        if mutant.tampering != nil { return [] }
        var found: [Double] = []
        for seed in 0..<UInt64(seeds) {
            let start = ContinuousClock.now
            Fuzzer(guests: [mutant.guest], seed: seed + 1, runs: 1_000_000, seconds: 5).run { _ in
                found.append((ContinuousClock.now - start) / .seconds(1))
                return false
            }
        }
        return found.sorted()
    }

    private static func ranked(_ counts: [String: Int]) -> [(name: String, count: Int)] {
        counts.map { (name: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    /// What objected: an oracle where one did, else the key of the first expectation.
    package static func killer(_ find: Exploration.Find) -> String {
        let messages = find.failures.map(\.message)
        let words = messages.map { String($0.prefix { $0 != ":" }) }
        if let oracle = words.first(where: { $0.hasPrefix("invariant ") }) {
            return String(oracle.dropFirst("invariant ".count))
        }
        guard let word = words.first else { return "nothing" }
        if word.hasPrefix("lane ") { return "lane" }
        let keys: Set = [
            "outcome", "order", "exact", "count", "polls", "eventually", "never", "value", "use",
        ]
        // A relation begins with its events.
        return keys.contains(word) ? word : "relations"
    }
}

extension Hunt.Find {
    /// What was found, where, and how to have it again.
    package func description(in hunt: Hunt) -> String {
        let place = hunt.places[self.place]
        let messages = find.failures.map(\.message).joined(separator: "; ")
        return "\(place.scenario.file.path): \(place.scenario.name), host \(place.host.name), "
            + "\(search): \(messages); tape \(find.tape)"
    }
}
