// One worker's share of an exploration.

import PolluxHost
import PolluxNative

/// Sets up each run of one worker, and checks it when it has ended.
final class ExplorerSupply: GuestSupply, @unchecked Sendable {
    private let stage: Stage
    private let plan: Plan?
    private let strategy: any Strategy
    private let tally: RunTally
    private var recorder = Recorder()
    private var current: (set: Stage.Set, number: Int)?
    private var mostChoices = 0

    init(_ stage: Stage, plan: Plan, tally: RunTally) {
        self.stage = stage
        self.plan = plan
        self.tally = tally
        strategy = plan.makeStrategy()
    }

    /// The runs of one strategy alone.
    init(_ stage: Stage, strategy: any Strategy, tally: RunTally) {
        self.stage = stage
        self.strategy = strategy
        self.tally = tally
        plan = nil
    }

    func next() -> (host: WASIHost, entry: @Sendable () -> Void)? {
        guard let number = strategy.begin() else { return nil }
        recorder.begin(strategy)
        let set = stage.set(choices: recorder)
        current = (set, number)
        return (set.host, stage.guest.entry)
    }

    func ended(_ outcome: Outcome, of host: WASIHost) {
        guard let (set, number) = current else { return }
        current = nil
        let tape = recorder.end()
        // A guest that was given up keeps the recorder that it has.
        if outcome == .timedOut { recorder = Recorder() }
        let difference = strategy.finish(tape)
        let run = stage.run(set, seed: 0, outcome: outcome)
        if !tally.count() { plan?.stop() }
        if tape.entries.count > mostChoices {
            mostChoices = tape.entries.count
            tally.note(choices: mostChoices)
        }
        if case .unsupported(let step) = run.outcome {
            tally.cannot(do: step)
            plan?.stop()
            return
        }
        var failures = Checker.check(run)
        if failures.isEmpty, let difference { failures = [notRepeatable(difference)] }
        if failures.isEmpty, plan != nil { return }
        plan?.failed(tape, number: number)
        tally.add(
            Exploration.Find(run: run, failures: failures, tape: tape, number: number + 1),
            inOrderOf: strategy is OdometerStrategy)
    }

    private func notRepeatable(_ difference: String) -> Failure {
        Failure(
            place: stage.scenario.place,
            message:
                "the same answers gave another run: \(difference); the guest is not deterministic",
            focus: nil)
    }
}
