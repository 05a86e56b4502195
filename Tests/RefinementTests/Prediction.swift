// The orders that simulation allows a real world.

import PolluxHost
import PolluxNative
import ScenarioGuest

@testable import PolluxScenario

/// Every order in which a scenario can go in a world that is a little late, by one guest.
struct Prediction {
    /// The orders.
    private(set) var orders: Set<Order> = []
    /// How many runs gave them.
    private(set) var runs = 0
    /// The least distance between two instants at which something happens, in ns.
    private(set) var gap: UInt64 = .max
    /// The length of the longest run.
    private(set) var duration: UInt64 = 0

    /// Why a scenario has no prediction.
    struct Objection: Error {
        var text: String
    }

    /// Plays all runs, with as many latenesses for a wait as fit in the budget.
    init(_ scenario: Scenario, by guest: GuestProgram, budget: Int) throws(Objection) {
        for levels in [3, 2] {
            if try explore(scenario, guest, levels: levels, budget: budget) { return }
        }
        throw Objection(text: "more than \(budget) runs")
    }

    /// Whether all runs were played.
    private mutating func explore(
        _ scenario: Scenario, _ guest: GuestProgram, levels: Int, budget: Int
    ) throws(Objection) -> Bool {
        (orders, runs, gap, duration) = ([], 0, .max, 0)
        var instants: Set<UInt64> = []
        let choices = EveryChoice()
        while choices.next() {
            runs += 1
            if runs > budget { return false }
            var perturbed = scenario
            var lateness: UInt64 = 0
            // One thread brings facts about in their order, and may pause before each; then the guest's
            // looks decide when the next one comes.
            for place in scenario.facts.indices where scenario.facts[place].time > 0 {
                if place > 0, scenario.facts[place].time != scenario.facts[place - 1].time {
                    lateness = 0
                }
                let site = ChoiceSite(kind: .timer, subject: 0, ordinal: 1)
                lateness += UInt64(choices.choose(site, among: 2)) * PerturbedDriver.step * 5
                perturbed.facts[place].time += lateness
            }
            let stage = Stage(perturbed, on: Self.host(of: scenario), for: guest)
            let set = stage.set(choices: choices) { PerturbedDriver($0, choices, levels: levels) }
            let outcome = Guest.run(
                on: set.host, ending: .exitThread, timeLimit: .seconds(30), guest.entry)
            let run = stage.run(set, seed: 0, outcome: outcome)
            guard case .completed = run.outcome else {
                throw Objection(text: "it does not complete")
            }
            orders.insert(Order(of: run))
            duration = max(duration, run.duration)
            for occurrence in run.occurrences { instants.insert(Self.nominal(occurrence.time)) }
            for fact in scenario.facts { instants.insert(Self.nominal(fact.time)) }
        }
        let sorted = instants.sorted()
        gap = zip(sorted.dropFirst(), sorted).map { $0 - $1 }.filter { $0 > 0 }.min() ?? .max
        return true
    }

    /// The instant that was meant: what is late is so by less than this.
    private static func nominal(_ time: UInt64) -> UInt64 { time / 100_000 * 100_000 }

    /// What the real-time host is, its lateness apart, which is the world's here.
    static func host(of scenario: Scenario) -> HostEntry {
        let rules = scenario.hosts[0].policy.rules
        return HostEntry(
            name: "uv", policy: HostPolicy(rules: rules), picksAnyTask: false,
            place: scenario.place)
    }
}
