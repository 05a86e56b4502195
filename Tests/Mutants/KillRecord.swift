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

    /// Hunts the mutant once for each seed.
    package init(_ mutant: Mutant, seeds: Int, budget: Int) {
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
        }
        runs.sort()
        seconds.sort()
        self.killers = Self.ranked(killers)
        self.scenarios = Self.ranked(scenarios)
        let friendly = mutant.friendlyHunt
        let once = friendly.run(seed: 1, budget: friendly.places.count)
        onFriendly = once.find.map { Self.killer($0.find) }
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
