// The order of events in which a run goes: what is compared between worlds.

import PolluxHost
import ScenarioGuest

@testable import PolluxScenario

/// Which tasks woke, ended, were cancelled or spoke, in which order.
struct Order: Hashable, CustomStringConvertible {
    let events: [String]

    init(of run: Run) {
        events = run.occurrences.compactMap { occurrence in
            guard case .task(let task) = occurrence.subject else { return nil }
            switch occurrence.kind {
            case .wake, .done, .cancelled, .say: break
            default: return nil
            }
            return "\(run.scenario.tasks[task].name).\(occurrence.kind.rawValue)"
        }
    }

    var description: String { events.joined(separator: " ") }
}

/// Every sequence of answers, each once: the body of a `while next()` is run with all of them.
final class EveryChoice: ChoiceSource {
    private var path: [(picked: Int, count: Int)] = []
    private var place = 0
    private var hasBegun = false

    /// Goes on to the next sequence; false after the last.
    func next() -> Bool {
        place = 0
        if !hasBegun {
            hasBegun = true
            return true
        }
        while let (picked, count) = path.popLast() {
            if picked + 1 < count {
                path.append((picked + 1, count))
                return true
            }
        }
        return false
    }

    func choose(_ site: ChoiceSite, among count: Int) -> Int {
        if place == path.count { path.append((0, count)) }
        precondition(path[place].count == count, "the same answers must lead to the same question")
        defer { place += 1 }
        return path[place].picked
    }
}

extension Scenario {
    /// The same, with every time so many times as long.
    func stretched(by factor: UInt64) -> Scenario {
        var scenario = self
        scenario.tick *= factor
        for place in facts.indices { scenario.facts[place].time *= factor }
        for place in resources.indices {
            switch resources[place].kind {
            case .after(let time): scenario.resources[place].kind = .after(time * factor)
            case .at(let time): scenario.resources[place].kind = .at(time * factor)
            default: break
            }
        }
        for task in tasks.indices {
            scenario.tasks[task].steps = tasks[task].steps.map { Self.stretched($0, by: factor) }
        }
        return scenario
    }

    private static func stretched(_ step: Located<Step>, by factor: UInt64) -> Located<Step> {
        var step = step
        switch step.value {
        case .sleep(let duration): step.value = .sleep(duration * factor)
        case .work(let duration): step.value = .work(duration * factor)
        case .repeat(let times, let steps):
            step.value = .repeat(times, steps.map { stretched($0, by: factor) })
        default: break
        }
        return step
    }

    /// Every duration and instant in it.
    private var times: [UInt64] {
        func times(_ steps: [Located<Step>]) -> [UInt64] {
            steps.flatMap { step -> [UInt64] in
                switch step.value {
                case .sleep(let duration), .work(let duration): [duration]
                case .repeat(_, let steps): times(steps)
                default: []
                }
            }
        }
        let doors = resources.compactMap { resource -> UInt64? in
            switch resource.kind {
            case .after(let time), .at(let time): time
            default: nil
            }
        }
        return tasks.flatMap { times($0.steps) } + doors + facts.map(\.time)
    }

    /// Why it cannot be played in a real world; `nil` where it can.
    var objectionToReality: String? {
        if entry != nil { return "a whole program" }
        if times.contains(where: { $0 > 3_000_000_000 }) { return "too long" }
        // Too small to be told from the lateness that a prediction plays with.
        if times.contains(where: { $0 > 0 && $0 < 10_000 }) { return "too short" }
        for fact in facts
        where !RealDoor.canBring(about: fact.change, on: resources[fact.resource].kind) {
            return "facts that only a simulated world has"
        }
        var risen: Set<ResourceID> = []
        for fact in facts where fact.change == .ready(true) {
            if !risen.insert(fact.resource).inserted { return "a level that rises twice" }
        }
        if resources.contains(where: \.isOutput) { return "an output" }
        if resources.contains(where: \.isOfNetwork) { return "a network" }
        return nil
    }
}
