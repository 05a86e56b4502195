// Real runs against the prediction.

import Foundation
import PolluxHost
import PolluxNative
import ScenarioGuest

@testable import PolluxScenario

/// What came of playing one scenario by one guest in both worlds.
struct Refinement {
    /// How many orders simulation allows, and in how many runs it found them.
    private(set) var predicted = 0
    private(set) var predictions = 0
    /// The orders that were seen, with how often.
    private(set) var seen: [Order: Int] = [:]
    /// Runs of which nothing can be said, because the machine was too busy.
    private(set) var inconclusive = 0
    /// What was seen and is not allowed.
    private(set) var violations: [String] = []
    /// Why it was not played.
    private(set) var skipped: String?

    /// The distance that instants have in real time, in ns. A run is judged where all that was late in
    /// it comes to less than half of that.
    static let distance: UInt64 = 12_000_000

    /// Plays the scenario `runs` times, and as often again where runs say nothing.
    init(_ scenario: Scenario, by guest: GuestProgram, runs: Int, budget: Int) {
        if let objection = scenario.objectionToReality {
            skipped = objection
            return
        }
        // Stretched for both worlds, so that one prediction is of what is played.
        let prediction: Prediction
        let factor: UInt64
        do throws(Prediction.Objection) {
            let first = try Prediction(scenario.stretched(by: 100), by: guest, budget: budget)
            let gap = first.gap == .max ? Self.distance : first.gap / 100
            factor = max((Self.distance + gap - 1) / gap, 1)
            guard first.duration / 100 * factor <= 2_000_000_000 else {
                skipped = "too long in real time"
                return
            }
            prediction = first
        } catch {
            skipped = error.text
            return
        }
        predicted = prediction.orders.count
        predictions = prediction.runs
        for seed in 0..<runs * 2 where seen.values.reduce(0, +) < runs {
            play(scenario.stretched(by: factor), guest, prediction, seed: UInt64(seed))
            if !violations.isEmpty { return }
        }
    }

    private mutating func play(
        _ scenario: Scenario, _ guest: GuestProgram, _ prediction: Prediction, seed: UInt64
    ) {
        let script = RealScript(
            scenario, start: MonotonicInstant(nanoseconds: RealScript.now), seed: seed)
        let stage = Stage(scenario, on: Prediction.host(of: scenario), for: guest)
        var driver: RealDriver?
        let set = stage.set(choices: FriendlyChoices()) { shadow in
            let real = RealDriver(shadow, script)
            driver = real
            return real
        }
        let outcome = Guest.run(
            on: set.host, ending: .exitThread, timeLimit: .seconds(30), guest.entry)
        driver?.finish()
        script.stop()
        let run = stage.run(set, seed: 0, outcome: outcome)
        guard case .completed = run.outcome else {
            violations.append("the run did not complete: \(run.outcomeText)")
            return
        }
        let slip = (driver?.slip ?? 0) + script.worstLateness
        let order = Order(of: run)
        if prediction.orders.contains(order) {
            seen[order, default: 0] += 1
        } else if slip < Self.distance / 2 {
            let known = prediction.orders.map(\.description).sorted().prefix(5)
            violations.append(
                "run \(seed) went \(order), \(slip / 1_000) us late in all; allowed: "
                    + known.joined(separator: " / "))
        } else {
            inconclusive += 1
        }
    }
}
