// The answers to one run's choices as a value, so that they can be given elsewhere as well.

import PolluxHost

/// Who answers the choices of one run: made again from the same value, the same answers.
package enum Answers: Sendable {
    /// In order; behind the last, the friendly answer.
    case inOrder([Int])
    /// By site; elsewhere the friendly answer.
    case bySite([Rehearsal.Site: Int])
    /// Drawn alike from a seed.
    case seeded(UInt64)
    /// As ``Search/random`` draws them for the run of this number.
    case random(seed: UInt64, number: Int)
    /// As ``Search/pct(_:)`` draws them for the run of this number.
    case priorities(seed: UInt64, depth: Int, length: Int, number: Int)
    /// As a tape that is changed at random.
    case mutated(Tape, seed: UInt64)

    /// A source that gives them.
    package var source: any ChoiceSource {
        let strategy: any Strategy
        switch self {
        case .inOrder, .bySite: return Prompter(self)
        case .seeded(let seed): return SeededChoices(seed: seed)
        case .random(let seed, let number):
            strategy = RandomStrategy(seed: seed, numbers: RunNumbers(only: number))
        case .priorities(let seed, let depth, let length, let number):
            strategy = PriorityStrategy(
                seed: seed, depth: depth, length: length, numbers: RunNumbers(only: number))
        case .mutated(let tape, let seed): strategy = MutatedStrategy(tape, seed: seed)
        }
        _ = strategy.begin()
        let recorder = Recorder()
        recorder.begin(strategy)
        return recorder
    }
}

/// A source whose answers can be given elsewhere as well.
package protocol RepeatableChoices: ChoiceSource {
    /// All of its answers.
    var answers: Answers { get }
}

extension SeededChoices: RepeatableChoices {
    package var answers: Answers { .seeded(seed) }
}

extension FriendlyChoices: RepeatableChoices {
    package var answers: Answers { .inOrder([]) }
}
