// One worker's share of a fuzzer's round.

import PolluxHost
import PolluxNative

/// What the workers of one round share.
final class FuzzRound: Sendable {
    let items: [FuzzItem]
    let targets: [FuzzTarget]
    let hosts: [Draft.Host]
    private let next = Counter()
    private let state: Locked<[FuzzResult]>
    private let deadline: ContinuousClock.Instant?

    init(
        _ items: [FuzzItem], for targets: [FuzzTarget], hosts: [Draft.Host], seed: UInt64,
        deadline: ContinuousClock.Instant?
    ) {
        self.items = items
        self.targets = targets
        self.hosts = hosts
        self.deadline = deadline
        state = Locked(Array(repeating: FuzzResult(), count: items.count))
    }

    /// The next item that nobody has begun; none where the time is up.
    func take() -> Int? {
        if let deadline, ContinuousClock.now >= deadline { return nil }
        let index = next.add(1)
        return index < items.count ? index : nil
    }

    func put(_ result: FuzzResult, at index: Int) { state.withLock { $0[index] = result } }

    /// What came of each item, in their order.
    var results: [FuzzResult] { state.withLock { $0 } }
}

/// Plays items of a round, one after the other.
final class FuzzSupply: GuestSupply, @unchecked Sendable {
    private let round: FuzzRound
    private var recorder = Recorder()
    private var current: Current?

    init(_ round: FuzzRound) { self.round = round }

    /// The item that is played.
    private final class Current {
        let index: Int
        let item: FuzzItem
        let stage: Stage
        let draft: Draft?
        var features: FeatureMap
        var result = FuzzResult()
        /// The run in progress.
        var set: Stage.Set?
        /// How many choices the first run had.
        var choices = 0
        var isOver = false

        init(_ index: Int, of round: FuzzRound) {
            self.index = index
            item = round.items[index]
            let target = round.targets[item.target]
            features = target.features
            guard let genome = item.genome else {
                draft = nil
                stage = Stage(target.given!.scenario, on: target.given!.host, for: target.guest)
                return
            }
            let place = Int(item.seed % UInt64(max(round.hosts.count, 1)))
            let draft = Generator.draft(
                genome, abilities: target.abilities,
                on: round.hosts.isEmpty ? nil : round.hosts[place])
            let scenario = draft.generated
            self.draft = draft
            stage = Stage(scenario, on: scenario.hosts[0], for: target.guest)
        }
    }

    func next() -> (host: WASIHost, entry: @Sendable () -> Void)? {
        while true {
            if current == nil {
                guard let index = round.take() else { return nil }
                current = Current(index, of: round)
            }
            if let begun = begin(current!) { return begun }
            round.put(current!.result, at: current!.index)
            current = nil
        }
    }

    /// Begins the next run of the item; `nil` where it has had all.
    private func begin(_ current: Current) -> (host: WASIHost, entry: @Sendable () -> Void)? {
        let run = current.result.runs
        // Where there is no choice there is one run.
        let most = current.stage.entry.hasChoices ? current.item.runs : 1
        if current.isOver || run >= most { return nil }
        let strategy = current.item.strategy(forRun: run, choices: current.choices)
        _ = strategy.begin()
        recorder.begin(strategy)
        let set = current.stage.set(choices: recorder)
        current.set = set
        return (set.host, current.stage.guest.entry)
    }

    func ended(_ outcome: Outcome, of host: WASIHost) {
        guard let current, let set = current.set else { return }
        current.set = nil
        let tape = recorder.end()
        // A guest that was given up keeps the recorder that it has.
        if outcome == .timedOut { recorder = Recorder() }
        let run = current.stage.run(set, seed: 0, outcome: outcome)
        if current.result.runs == 0 { current.choices = tape.entries.count }
        current.result.runs += 1
        if case .unsupported = run.outcome {
            current.result.isUnsupported = true
            current.isOver = true
            return
        }
        let features = RunFeatures(run, tape: tape, notIn: current.features).new
        if !features.isEmpty {
            for feature in features { _ = current.features.insert(feature) }
            current.result.news.append((tape, features))
        }
        let failures = Checker.check(run, againstRecord: false)
        if failures.isEmpty { return }
        current.isOver = true
        let number = current.result.runs
        current.result.find = FuzzFind(
            guest: current.stage.guest, scenario: current.stage.scenario, draft: current.draft,
            host: current.stage.entry,
            run: Exploration.Find(run: run, failures: failures, tape: tape, number: number),
            number: number)
    }
}

extension Draft {
    /// The scenario of a draft that was generated: such a one always reads.
    var generated: Scenario {
        do throws(Diagnostic) {
            return try scenario(path: "generated.yaml")
        } catch {
            fatalError("a generated scenario does not read: \(error.rendered)\n\(text)")
        }
    }
}
