// Looks for runs that fail among scenarios that nobody wrote.

import PolluxHost
import PolluxNative

/// Plays scenarios that it makes itself, or given ones, with choices drawn at random, and follows up
/// what shows something new.
///
/// The work is done in rounds. What a round plays depends on the seed and on what the rounds before
/// came to; the workers share out its items, and what they found is taken in in the order of the
/// items. So what is played and found depends on the seed and the number of runs, not on the number of
/// workers. Only a limit of time ends a search where the clock wants.
public struct Fuzzer: Sendable {
    private let seed: UInt64
    private let runs: Int
    private let seconds: Double?
    private let jobs: Int
    private let hosts: [Draft.Host]
    private let targets: [FuzzTarget]
    /// Asked before each round; true ends the search.
    public var isStopped: (@Sendable () -> Bool)?
    /// Wall time after which one run is given up, in seconds.
    var timeLimit = 20.0

    /// Items in a round, and the most runs of one.
    static let itemsInRound = 48
    static let runsOfItem = 12

    /// How far a search is.
    public struct Progress: Sendable {
        /// Runs so far.
        public var runs: Int
        /// Scenarios that were made, of those.
        public var scenarios: Int
        /// How many different features they showed; of several guests, all told.
        public var features: Int
        /// How many different mistakes were found.
        public var finds: Int
        /// Wall time, in seconds.
        public var seconds: Double
    }

    /// A fuzzer that makes scenarios.
    /// - Parameters:
    ///   - guests: who plays; each gets scenarios of its own, in turns.
    ///   - hosts: on which host a scenario may be; each is drawn. Empty leaves that to the scenario, most
    ///     of which use every freedom.
    ///   - seed: what all that is played depends on.
    ///   - runs: the most runs.
    ///   - seconds: the most wall time; what is begun is ended.
    ///   - jobs: how many workers play at a time.
    public init(
        guests: [GuestProgram], hosts: [Draft.Host] = [], seed: UInt64, runs: Int = .max,
        seconds: Double? = nil, jobs: Int = 1
    ) {
        self.init(
            guests.map { FuzzTarget($0) }, hosts: hosts, seed: seed, runs: runs, seconds: seconds,
            jobs: jobs)
    }

    /// A fuzzer of given scenarios, each played by one guest on one host, in turns.
    public init(
        of places: [(scenario: Scenario, host: HostEntry, guest: GuestProgram)], seed: UInt64,
        runs: Int = .max, seconds: Double? = nil, jobs: Int = 1
    ) {
        self.init(
            places.map { FuzzTarget($0.guest, given: ($0.scenario, $0.host)) }, hosts: [],
            seed: seed, runs: runs, seconds: seconds, jobs: jobs)
    }

    private init(
        _ targets: [FuzzTarget], hosts: [Draft.Host], seed: UInt64, runs: Int, seconds: Double?,
        jobs: Int
    ) {
        self.targets = targets
        self.hosts = hosts
        self.seed = seed
        self.runs = runs
        self.seconds = seconds
        self.jobs = max(jobs, 1)
    }

    /// Plays until the runs or the time are used up; blocks.
    /// - Parameters:
    ///   - progress: called after each round.
    ///   - found: called for the first find of each mistake, in order; false ends the search.
    /// - Returns: how far it came.
    @discardableResult
    public func run(
        progress: ((Progress) -> Void)? = nil, found: (FuzzFind) -> Bool
    ) -> Progress {
        let clock = ContinuousClock()
        let start = clock.now
        let deadline = seconds.map { start + .seconds($0) }
        var targets = targets
        for index in targets.indices where targets[index].given == nil {
            targets[index].abilities = Generator.Abilities(of: targets[index].guest)
        }
        var state = Progress(runs: 0, scenarios: 0, features: 0, finds: 0, seconds: 0)
        var signatures: Set<String> = []
        var number = 0
        while state.runs < runs {
            if let deadline, clock.now >= deadline { break }
            if isStopped?() == true { break }
            let items = items(from: number, runs: runs - state.runs, for: targets)
            if items.isEmpty { break }
            number += items.count
            let round = FuzzRound(
                items, for: targets, hosts: hosts, seed: seed, deadline: deadline)
            Workers.run(min(jobs, items.count)) {
                GuestWorker.run(FuzzSupply(round), timeLimit: timeLimit)
            }
            var finds: [FuzzFind] = []
            for (item, result) in zip(items, round.results) {
                if var find = result.find {
                    find.number += state.runs
                    if signatures.insert(find.signature).inserted { finds.append(find) }
                }
                state.runs += result.runs
                if item.genome != nil, result.runs > 0 { state.scenarios += 1 }
                if result.isUnsupported { targets[item.target].isUnsupported = true }
                for news in result.news {
                    targets[item.target].take(news.features, of: item.genome, news.tape)
                }
            }
            state.features = targets.reduce(0) { $0 + $1.features.count }
            state.finds = signatures.count
            state.seconds = (clock.now - start) / .seconds(1)
            progress?(state)
            for find in finds where !found(find) { return state }
        }
        return state
    }

    /// What the next round plays: every target has its turn.
    private func items(from number: Int, runs: Int, for targets: [FuzzTarget]) -> [FuzzItem] {
        let able = targets.indices.filter { targets[$0].given == nil || !targets[$0].isUnsupported }
        if able.isEmpty { return [] }
        var items: [FuzzItem] = []
        var left = runs
        while items.count < Self.itemsInRound, left > 0 {
            let index = number + items.count
            let target = able[index % able.count]
            var numbers = SplitMix64.ofRun(index, seed: seed)
            let (genome, tape) = targets[target].subject(&numbers)
            let runs = min(Self.runsOfItem, left)
            items.append(
                FuzzItem(
                    number: index, target: target, genome: genome, tape: tape, runs: runs,
                    seed: numbers.next()))
            left -= runs
        }
        return items
    }
}
