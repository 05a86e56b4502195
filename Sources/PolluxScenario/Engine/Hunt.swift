// Looks for a failing run in many scenarios at once.

import PolluxHost
import PolluxNative

/// Looks for one run that fails, of many scenarios on many hosts, all of them in turn: for whoever
/// asks whether a guest is wrong, and not which scenario shows it.
///
/// A first round plays at each place the run in which every answer is the friendly one. Later rounds
/// play, where there is something to choose, one run of a search that draws or that deviates a
/// little, another search each round. Short programs come first in a round; among those of about one
/// length the seed draws the order, so nothing depends on how scenarios are called.
package struct Hunt: Sendable {
    /// A scenario on a host.
    package struct Place: Sendable {
        /// What is played and what must hold of it.
        package var scenario: Scenario
        /// On which host; need not be one of the scenario's own.
        package var host: HostEntry
        /// Whether the first round plays here, too.
        package var isInFirstRound: Bool

        /// A scenario on a host.
        package init(_ scenario: Scenario, on host: HostEntry, isInFirstRound: Bool = true) {
            self.scenario = scenario
            self.host = host
            self.isInFirstRound = isInFirstRound
        }
    }

    /// The run that fails.
    package struct Find: Sendable {
        /// Where, as a place in the list that was given.
        package var place: Int
        /// The run, its failures, its tape; its number counts all runs of the hunt.
        package var find: Exploration.Find
        /// Which search drew it.
        package var search: Search
    }

    /// What came of it.
    package struct Result: Sendable {
        /// How many runs there were.
        package var runs: Int
        /// Wall time, without reading the scenarios.
        package var seconds: Double
        /// The first run that fails.
        package var find: Find?
    }

    /// Where it looks.
    package let places: [Place]
    private let stages: [Stage]
    /// Host calls without progress after which a run is ended; what spins shows it much sooner.
    private static let livelockLimit = 5_000

    /// A hunt after this guest, or after what tampers with its hosts.
    package init(
        _ guest: GuestProgram, in places: [Place],
        _ tampering: (@Sendable () -> any Tampering)? = nil
    ) {
        self.places = places
        stages = places.map { place in
            var stage = Stage(place.scenario, on: place.host, for: guest)
            stage.livelockLimit = Self.livelockLimit
            stage.tampering = tampering
            return stage
        }
    }

    /// Plays on one thread until a run fails or so many have been played; blocks.
    package func run(seed: UInt64, budget: Int) -> Result {
        let clock = ContinuousClock()
        let start = clock.now
        let supply = HuntSupply(places, stages, seed: seed, budget: budget)
        GuestWorker.run(supply)
        let took = start.duration(to: clock.now).components
        return Result(
            runs: supply.runs, seconds: Double(took.seconds) + Double(took.attoseconds) / 1e18,
            find: supply.find)
    }
}

/// Hands out the runs of one hunt.
private final class HuntSupply: GuestSupply, @unchecked Sendable {
    private let places: [Hunt.Place]
    private let stages: [Stage]
    private let seed: UInt64
    private let budget: Int
    private let numbers = RunNumbers(.max)
    private let random: RandomStrategy
    private var recorder = Recorder()
    private var generator: SplitMix64
    /// The most choices that a run at each place had.
    private var lengths: [Int]
    /// How long the programs are: the powers of two of their steps.
    private let sizes: [Int]
    private var odometers: [Int: OdometerStrategy] = [:]
    private var round = -1
    /// What is left of the round.
    private var queue: [Int] = []
    private var current: (place: Int, set: Stage.Set, strategy: any Strategy, search: Search)?
    private(set) var runs = 0
    private(set) var find: Hunt.Find?

    init(_ places: [Hunt.Place], _ stages: [Stage], seed: UInt64, budget: Int) {
        self.places = places
        self.stages = stages
        self.seed = seed
        self.budget = budget
        generator = SplitMix64(seed: seed)
        random = RandomStrategy(seed: seed, numbers: numbers)
        lengths = Array(repeating: 1, count: places.count)
        sizes = places.map { place in
            let steps = place.scenario.tasks.reduce(0) { $0 + $1.steps.unrolledCount }
            return Int.bitWidth - steps.leadingZeroBitCount
        }
    }

    func next() -> (host: WASIHost, entry: @Sendable () -> Void)? {
        while find == nil, runs < budget {
            while queue.isEmpty { guard beginRound() else { return nil } }
            let place = queue.removeLast()
            let (strategy, search) = strategy(at: place)
            guard strategy.begin() != nil else { continue }
            recorder.begin(strategy)
            let set = stages[place].set(choices: recorder)
            current = (place, set, strategy, search)
            return (set.host, stages[place].guest.entry)
        }
        return nil
    }

    /// Draws the order of another round; false where there is nothing left to play.
    private func beginRound() -> Bool {
        round += 1
        queue = places.indices.filter {
            round == 0 ? places[$0].isInFirstRound : places[$0].host.hasChoices
        }
        queue.shuffle(using: &generator)
        // Taken from its end; sorting keeps the order of equals.
        queue.sort { sizes[$0] > sizes[$1] }
        return round == 0 || !queue.isEmpty
    }

    private func strategy(at place: Int) -> (any Strategy, Search) {
        if round == 0 { return (TapeStrategy(Tape()), .once) }
        switch round % 4 {
        case 1, 3: return (random, .random)
        case 2:
            let strategy = PriorityStrategy(
                seed: seed, depth: 3, length: lengths[place], numbers: numbers)
            return (strategy, .pct(3))
        default:
            let known = odometers[place]
            let odometer =
                known ?? OdometerStrategy(Frontier(budget: .max), mostDeviations: 1)
            odometers[place] = odometer
            return (odometer, .delays(1))
        }
    }

    func ended(_ outcome: Outcome, of host: WASIHost) {
        guard let (place, set, strategy, search) = current else { return }
        current = nil
        let tape = recorder.end()
        if outcome == .timedOut { recorder = Recorder() }
        _ = strategy.finish(tape)
        runs += 1
        lengths[place] = max(lengths[place], tape.entries.count)
        let run = stages[place].run(set, seed: 0, outcome: outcome)
        if case .unsupported = run.outcome { return }
        let failures = Checker.check(run, againstRecord: false)
        if failures.isEmpty { return }
        let find = Exploration.Find(run: run, failures: failures, tape: tape, number: runs)
        self.find = Hunt.Find(place: place, find: find, search: search)
    }
}

extension [Located<Step>] {
    /// How many steps these are when they are done.
    fileprivate var unrolledCount: Int {
        reduce(0) { sum, step in
            guard case .repeat(let times, let steps) = step.value else { return sum + 1 }
            return sum + times * steps.unrolledCount
        }
    }
}
