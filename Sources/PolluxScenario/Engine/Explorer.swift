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
    /// Wall time after which one run is given up, in seconds.
    var timeLimit = 60.0

    /// An explorer.
    /// - Parameters:
    ///   - guest: who plays.
    ///   - search: how to look.
    ///   - seed: what a search that draws depends on.
    ///   - budget: the most runs.
    ///   - seconds: the most wall time.
    ///   - jobs: how many workers play at a time. What is found does not depend on it.
    public init(
        guest: GuestProgram, by search: Search, seed: UInt64 = 1, budget: Int = 1_000_000,
        seconds: Double? = nil, jobs: Int = 1
    ) {
        self.guest = guest
        self.search = search
        self.seed = seed
        self.budget = budget
        self.seconds = seconds
        self.jobs = max(jobs, 1)
    }

    /// Plays runs on one host until one fails, all are played, or the budget is used up.
    /// - Parameter progress: called now and then on some thread, with the number of runs so far.
    public func explore(
        _ scenario: Scenario, on host: HostEntry, progress: (@Sendable (Int) -> Void)? = nil
    ) -> Exploration {
        let stage = Stage(scenario, on: host, for: guest)
        let plan = Plan(search, seed: seed, budget: budget) { canonicalLength(on: stage) }
        let clock = ContinuousClock()
        let start = clock.now
        let deadline = seconds.map { start + .seconds($0) }
        let tally = RunTally(progress: progress, deadline: deadline)
        Workers.run(jobs) {
            let supply = ExplorerSupply(stage, plan: plan, tally: tally)
            GuestWorker.run(supply, timeLimit: timeLimit)
        }
        let took = start.duration(to: clock.now)
        return Exploration(
            guest: guest.name, host: host, search: search, runs: tally.runs,
            mostChoices: tally.mostChoices, frontier: plan.frontierSize,
            seconds: Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18,
            find: tally.find, unsupported: tally.unsupported)
    }

    /// Plays the run that a tape describes.
    public func replay(_ tape: Tape, of scenario: Scenario, on host: HostEntry) -> Exploration.Find
    {
        play(TapeStrategy(tape), on: Stage(scenario, on: host, for: guest))
    }

    private func play(_ strategy: any Strategy, on stage: Stage) -> Exploration.Find {
        let tally = RunTally(progress: nil, deadline: nil, keepsAll: true)
        let supply = ExplorerSupply(stage, strategy: strategy, tally: tally)
        GuestWorker.run(supply, timeLimit: timeLimit)
        return tally.find!
    }

    /// How many choices the run has in which every answer is the friendly one.
    private func canonicalLength(on stage: Stage) -> Int {
        play(TapeStrategy(Tape()), on: stage).tape.entries.count
    }
}

/// What the workers of one exploration share: where the next run comes from.
struct Plan: Sendable {
    private let strategy: @Sendable () -> any Strategy
    private let frontier: Frontier?
    private let numbers: RunNumbers

    init(_ search: Search, seed: UInt64, budget: Int, length: () -> Int) {
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
