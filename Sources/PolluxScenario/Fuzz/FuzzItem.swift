// One scenario of a fuzzer's round: what to play, and what came of it.

import PolluxHost

/// What one item of a round is about. It depends on the seed and on the rounds before, and on nothing
/// that other workers do.
struct FuzzItem: Sendable {
    /// Its number in the whole search, from 0.
    var number: Int
    /// Who plays, by its place among the targets.
    var target: Int
    /// The scenario that is to be made; `nil` for the target's own.
    var genome: Genome?
    /// A run to vary; `nil` where all are drawn.
    var tape: Tape?
    /// The most runs.
    var runs: Int
    /// What the runs depend on.
    var seed: UInt64

    /// How to answer the run of this number; the first is the friendly one, or the one to vary.
    /// - Parameter choices: how many the first run had.
    func strategy(forRun run: Int, choices: Int) -> any Strategy {
        if let tape, run == 0 { return TapeStrategy(tape) }
        var numbers = SplitMix64.ofRun(run, seed: seed)
        let seed = numbers.next()
        if let tape { return MutatedStrategy(tape, seed: seed) }
        // A scenario of its own has its friendly run once.
        if run == 0, genome != nil || number < Fuzzer.itemsInRound { return TapeStrategy(Tape()) }
        if run % 4 == 0, choices > 0 {
            return PriorityStrategy(
                seed: seed, depth: 1 + Int(seed % 3), length: choices, numbers: RunNumbers(1))
        }
        return RandomStrategy(seed: seed, numbers: RunNumbers(1))
    }
}

/// What came of an item.
struct FuzzResult: Sendable {
    /// How many runs were played.
    var runs = 0
    /// Runs that showed something new, with what it was.
    var news: [(tape: Tape, features: [UInt16])] = []
    /// The first run that fails.
    var find: FuzzFind?
    /// The guest cannot do a step.
    var isUnsupported = false
}
