// One worker's share of an exploration.

import PolluxHost
import PolluxNative

/// Sets up each run of one worker, and checks it when it has ended.
final class ExplorerSupply: GuestSupply, @unchecked Sendable {
    private let stage: Stage
    private let plan: Plan?
    private let strategy: any Strategy
    private let tally: RunTally
    /// One run in so many is played twice; 0 for none.
    private let repeatsOneIn: Int
    private let isByOraclesAlone: Bool
    // One thread at a time uses it.
    @safe @exclusivity(unchecked) private var recorder = Recorder()
    @safe @exclusivity(unchecked) private var current: (set: Stage.Set, number: Int)?
    @safe @exclusivity(unchecked) private var mostChoices = 0
    /// The current run is the mirror image of another one.
    @safe @exclusivity(unchecked) private var isMirrored = false
    /// The run that is to be played again, or is being so.
    @safe @exclusivity(unchecked) private var original: Trial?
    /// A run that nobody looks at any more.
    @safe @exclusivity(unchecked) private var used: Stage.Set?
    /// The keys of runs that hold.
    @safe @exclusivity(unchecked) private var holding: Set<UInt64> = []
    /// As many keys as are kept, 16 MB of them.
    private static let mostKeys = 1_000_000

    /// A run that was played and judged.
    private struct Trial {
        var set: Stage.Set
        var outcome: Outcome
        var tape: Tape
        var number: Int
        /// `nil` where the key alone says that it holds.
        var run: Run?
        var failures: [Failure]
    }

    init(
        _ stage: Stage, plan: Plan, tally: RunTally, repeatsOneIn: Int, byOraclesAlone: Bool
    ) {
        isByOraclesAlone = byOraclesAlone
        self.stage = stage
        self.plan = plan
        self.tally = tally
        self.repeatsOneIn = repeatsOneIn
        strategy = plan.makeStrategy()
    }

    /// The runs of one strategy alone.
    init(_ stage: Stage, strategy: any Strategy, tally: RunTally) {
        self.stage = stage
        self.strategy = strategy
        self.tally = tally
        plan = nil
        repeatsOneIn = 0
        isByOraclesAlone = false
    }

    func next() -> (host: WASIHost, entry: @Sendable () -> Void)? {
        let number: Int
        if let original {
            number = original.number
            let again = TapeStrategy(original.tape)
            _ = again.begin()
            recorder.begin(again)
        } else {
            guard let next = strategy.begin() else { return nil }
            number = next
            recorder.begin(strategy)
        }
        let set = stage.set(
            choices: recorder, firstHandle: plan?.states == nil ? nil : 3, over: used.take())
        current = (set, number)
        if original == nil, plan?.states != nil {
            set.door.onState = { [unowned self, unowned door = set.door] state in
                self.come(to: state, door)
            }
        }
        isMirrored = false
        if original == nil, let symmetry = plan?.symmetry {
            set.door.onFirstTurn = { [unowned self, unowned door = set.door] task in
                if symmetry.isMirrored(task, door) { self.leaveToMirrorImage() }
            }
        }
        return (set.host, stage.guest.entry)
    }

    func ended(_ outcome: Outcome, of host: WASIHost) {
        guard let (set, number) = current else { return }
        current = nil
        let tape = recorder.end()
        // A guest that was given up keeps the recorder that it has.
        if outcome == .timedOut { recorder = Recorder() }
        if let original {
            self.original = nil
            endRepeat(of: original, set, outcome)
            return
        }
        let difference = strategy.finish(tape)
        let isPruned = (strategy as? OdometerStrategy)?.isPruned ?? false
        if isMirrored { tally.countMirrored() }
        if !tally.count() { plan?.stop() }
        if tape.entries.count > mostChoices {
            mostChoices = tape.entries.count
            tally.note(choices: mostChoices)
        }
        // What follows from a state is judged where it is gone through.
        if isPruned, difference == nil, outcome != .timedOut, plan?.judgesPruned != true {
            stage.finish(set, outcome)
            let trial = Trial(
                set: set, outcome: outcome, tape: tape, number: number, failures: [])
            if isRepeated(trial) { original = trial } else { letGo(of: set, outcome) }
            return
        }
        guard var trial = judge(set, outcome, tape, number) else { return }
        if trial.failures.isEmpty, let difference {
            trial.failures = [plan == nil ? otherTape(difference) : notRepeatable(difference)]
        } else if plan != nil, isRepeated(trial) {
            original = trial
            return
        }
        report(trial)
        // That its key is known is all that anybody knows of it.
        if trial.run == nil, trial.failures.isEmpty { letGo(of: set, outcome) }
    }

    /// Nobody looks at the run any more, and the next may be played in its memory: unless its guest still
    /// runs, or took along what it had of the thread.
    private func letGo(of set: Stage.Set, _ outcome: Outcome) {
        if outcome == .completed { used = set }
    }

    /// The guest of the current run tells its state; false for no more of that.
    private func come(to state: UInt64, _ door: StepDoor) -> Bool {
        guard let states = plan?.states, let odometer = strategy as? OdometerStrategy else {
            return false
        }
        let place = recorder.count
        guard odometer.isNew(at: place) else { return !odometer.isPruned }
        guard let key = states.key.of(door, guest: state) else { return true }
        if states.insert(key) { return true }
        odometer.prune(at: place)
        return false
    }

    /// The current run is, from here on, another one with the tasks' names exchanged.
    private func leaveToMirrorImage() {
        guard let odometer = strategy as? OdometerStrategy else { return }
        let place = recorder.count
        guard odometer.isNew(at: place) else { return }
        odometer.prune(at: place)
        isMirrored = true
    }

    // MARK: Judging

    /// What is known of a run after it; `nil` where the guest cannot do a step.
    private func judge(
        _ set: Stage.Set, _ outcome: Outcome, _ tape: Tape, _ number: Int
    ) -> Trial? {
        let key = plan == nil ? nil : RunKey.of(set, outcome)
        if let key, holding.contains(key) {
            stage.finish(set, outcome)
            return Trial(set: set, outcome: outcome, tape: tape, number: number, failures: [])
        }
        let run = stage.run(set, seed: 0, outcome: outcome)
        if case .unsupported(let step) = run.outcome {
            tally.cannot(do: step)
            plan?.stop()
            return nil
        }
        let failures =
            isByOraclesAlone
            ? Checker.checkInvariants(run) : Checker.check(run, againstRecord: false)
        if failures.isEmpty {
            tally.sawHolding(run)
            if let key, holding.count < Self.mostKeys { holding.insert(key) }
        }
        return Trial(
            set: set, outcome: outcome, tape: tape, number: number, run: run, failures: failures)
    }

    private func report(_ trial: Trial) {
        if trial.failures.isEmpty, plan != nil { return }
        plan?.failed(trial.tape, number: trial.number)
        let run = trial.run ?? stage.run(trial.set, seed: 0, outcome: trial.outcome)
        tally.add(
            Exploration.Find(
                run: run, failures: trial.failures, tape: trial.tape, number: trial.number + 1),
            inOrderOf: strategy is OdometerStrategy)
    }

    // MARK: The self-check

    /// Whether the run is played again, as one that fails is, and one in so many.
    private func isRepeated(_ trial: Trial) -> Bool {
        if repeatsOneIn == 0 || trial.outcome == .timedOut { return false }
        return !trial.failures.isEmpty || trial.number % repeatsOneIn == 0
    }

    private func endRepeat(of original: Trial, _ set: Stage.Set, _ outcome: Outcome) {
        stage.finish(set, outcome)
        tally.countRepeat()
        defer { letGo(of: set, outcome) }
        var original = original
        if let difference = difference(of: set, outcome, from: original) {
            original.failures.insert(notRepeatable(difference), at: 0)
        }
        report(original)
    }

    /// Where the two logs part.
    private func difference(
        of set: Stage.Set, _ outcome: Outcome, from original: Trial
    ) -> String? {
        if outcome == .timedOut { return "it did not end when it was played again" }
        let (one, other) = (original.set.door.trace, set.door.trace)
        for place in 0..<min(one.events.count, other.events.count)
        where one.events[place] != other.events[place] {
            // Handles differ from run to run, and a list may stand in any order.
            let lines = (one.line(one.events[place]), other.line(other.events[place]))
            if lines.0 == lines.1 { continue }
            let words = (lines.0.trimmed, lines.1.trimmed)
            return "first '\(words.0)', then '\(words.1)'"
        }
        if one.events.count == other.events.count { return nil }
        let (longer, place, which) =
            one.events.count > other.events.count
            ? (one, other.events.count, "first") : (other, one.events.count, "then")
        let line = longer.line(longer.events[place]).trimmed
        return "\(which) '\(line)' followed, and the other time nothing did"
    }

    /// The tape came from outside, and may be of anything.
    private func otherTape(_ difference: String) -> Failure {
        Failure(
            place: stage.scenario.place,
            message:
                "the tape is not of this document, guest and host as they are, unless the guest is "
                + "not deterministic: \(difference)",
            focus: nil)
    }

    private func notRepeatable(_ difference: String) -> Failure {
        Failure(
            place: stage.scenario.place,
            message:
                "the same answers gave another run: \(difference); the guest is not deterministic",
            focus: nil)
    }
}

extension String {
    /// Without the blanks that pad a line of the log.
    fileprivate var trimmed: Substring { drop { $0 == " " } }
}
