// Plays many runs of a scenario, each with other choices, until one fails.

import PolluxHost
import PolluxNative

/// Looks for a run of a scenario in which something expected does not hold.
public struct Explorer: Sendable {
    let guest: GuestProgram
    private let search: Search
    private let seed: UInt64
    private let budget: Int
    private let seconds: Double?
    private let jobs: Int
    private let repeatsOneIn: Int
    /// Wall time after which one run is given up, in seconds.
    var timeLimit = 60.0
    /// Whether an exhaustive search goes on from each state once, where the guest tells its states.
    public var hashesStates = true
    /// Whether an exhaustive search plays one of two runs in which tasks that are alike have
    /// changed places.
    public var usesSymmetry = true
    /// Whether runs are judged by the oracles alone, not by what their scenario expects.
    public var judgesByOraclesAlone = false
    /// Asked on any thread after each run; true ends the search as a budget that is used up does.
    public var isStopped: (@Sendable () -> Bool)?
    /// Whether runs are judged, too, that another one stands for.
    var judgesPruned = false
    /// Told of each run that holds and whose like was not judged before, on some thread.
    var onHolding: (@Sendable (Run) -> Void)?

    /// An explorer.
    /// - Parameters:
    ///   - guest: who plays.
    ///   - search: how to look.
    ///   - seed: what a search that draws depends on.
    ///   - budget: the most runs.
    ///   - seconds: the most wall time.
    ///   - jobs: how many workers play at a time. What is found does not depend on it.
    ///   - repeatsOneIn: of how many runs one is played twice and compared, and so is each that
    ///     fails: a guest whose runs do not follow from its answers alone cannot be searched. 0 for
    ///     none.
    public init(
        guest: GuestProgram, by search: Search, seed: UInt64 = 1, budget: Int = 1_000_000,
        seconds: Double? = nil, jobs: Int = 1, repeatsOneIn: Int = 64
    ) {
        self.guest = guest
        self.search = search
        self.seed = seed
        self.budget = budget
        self.seconds = seconds
        self.jobs = max(jobs, 1)
        self.repeatsOneIn = repeatsOneIn
    }

    /// Plays runs on one host until one fails, all are played, or the budget is used up.
    /// - Parameter progress: called now and then on some thread, with the number of runs so far.
    public func explore(
        _ scenario: Scenario, on host: HostEntry, progress: (@Sendable (Int) -> Void)? = nil
    ) -> Exploration {
        let deadline = seconds.map { ContinuousClock.now + .seconds($0) }
        let exploration = explore(
            scenario, on: host, jobs: jobs, until: deadline, progress: progress)
        guard exploration.find != nil, exploration.states != nil, jobs > 1 else {
            return exploration
        }
        // Which of several workers comes to a state first is chance, and so is on whose way a
        // failure behind it lies. One alone finds the first, if it comes that far.
        let alone = explore(scenario, on: host, jobs: 1, until: deadline, progress: progress)
        return alone.find != nil ? alone : exploration
    }

    private func explore(
        _ scenario: Scenario, on host: HostEntry, jobs: Int,
        until deadline: ContinuousClock.Instant?,
        progress: (@Sendable (Int) -> Void)?
    ) -> Exploration {
        let stage = Stage(scenario, on: host, for: guest)
        let key =
            search == .exhaustive && hashesStates
            ? StateKey(scenario, on: host, by: guest.name) : nil
        let states = key.map { VisitedStates($0) }
        let symmetry =
            search == .exhaustive && usesSymmetry ? Symmetry(scenario, on: host) : nil
        let plan = Plan(
            search, seed: seed, budget: budget, states: states, symmetry: symmetry,
            judgesPruned: judgesPruned
        ) {
            canonicalLength(on: stage)
        }
        let clock = ContinuousClock()
        let start = clock.now
        let tally = RunTally(
            scenario, progress: progress, deadline: deadline, isStopped: isStopped,
            onHolding: onHolding)
        Workers.run(jobs) {
            let supply = ExplorerSupply(
                stage, plan: plan, tally: tally, repeatsOneIn: repeatsOneIn,
                byOraclesAlone: judgesByOraclesAlone)
            GuestWorker.run(supply, timeLimit: timeLimit)
        }
        let took = start.duration(to: clock.now)
        return Exploration(
            guest: guest.name, host: host, search: search, runs: tally.runs,
            states: states.flatMap { $0.count == 0 ? nil : $0.count }, mirrored: tally.mirrored,
            mostChoices: tally.mostChoices, frontier: plan.frontierSize,
            seconds: Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18,
            find: tally.find, repeated: tally.repeated, sometimes: tally.sometimes,
            unsupported: tally.unsupported)
    }

    /// Plays the run that a tape describes. A run in which other choices come up than the tape answers
    /// fails with that for a reason.
    /// - Returns: the run; `nil` where the guest's adapter cannot do a step of it.
    public func replay(
        _ tape: Tape, of scenario: Scenario, on host: HostEntry
    ) -> Exploration.Find? {
        play(TapeStrategy(tape), on: Stage(scenario, on: host, for: guest))
    }

    private func play(_ strategy: any Strategy, on stage: Stage) -> Exploration.Find? {
        let tally = RunTally(stage.scenario, keepsAll: true)
        let supply = ExplorerSupply(stage, strategy: strategy, tally: tally)
        GuestWorker.run(supply, timeLimit: timeLimit)
        return tally.find
    }

    /// How many choices the run has in which every answer is the friendly one; 0 where the guest cannot
    /// do a step of it.
    private func canonicalLength(on stage: Stage) -> Int {
        play(TapeStrategy(Tape()), on: stage)?.tape.entries.count ?? 0
    }
}

/// What the workers of one exploration share: where the next run comes from.
struct Plan: Sendable {
    private let strategy: @Sendable () -> any Strategy
    private let frontier: Frontier?
    private let numbers: RunNumbers
    /// The states that were come to, in a search that goes on from each once.
    let states: VisitedStates?
    /// The tasks that stand for each other, in a search that leaves mirror images out.
    let symmetry: Symmetry?
    /// Whether runs are judged that another one stands for; none of them can be wrong then.
    let judgesPruned: Bool

    init(
        _ search: Search, seed: UInt64, budget: Int, states: VisitedStates? = nil,
        symmetry: Symmetry? = nil, judgesPruned: Bool = false, length: () -> Int
    ) {
        self.states = states
        self.symmetry = symmetry
        self.judgesPruned = judgesPruned
        let numbers = RunNumbers(budget)
        self.numbers = numbers
        let most: Int
        switch search {
        case .random:
            frontier = nil
            strategy = { RandomStrategy(seed: seed, numbers: numbers) }
            return
        case .pct(let depth):
            let length = length()
            frontier = nil
            strategy = {
                PriorityStrategy(seed: seed, depth: depth, length: length, numbers: numbers)
            }
            return
        case .once: most = 0
        case .delays(let bound): most = bound
        case .exhaustive: most = .max
        }
        let frontier = Frontier(budget: budget)
        self.frontier = frontier
        strategy = { OdometerStrategy(frontier, mostDeviations: most) }
    }

    /// A strategy for one worker.
    func makeStrategy() -> any Strategy { strategy() }

    /// How much is left of a search that can be exhausted.
    var frontierSize: Int { frontier?.size ?? 0 }

    /// The run of this number failed.
    func failed(_ tape: Tape, number: Int) {
        frontier?.failed(tape)
        numbers.close(at: number)
    }

    /// No run begins from here on.
    func stop() {
        frontier?.stop()
        numbers.close(at: 0)
    }
}
