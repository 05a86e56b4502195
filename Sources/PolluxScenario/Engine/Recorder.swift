// Between a host and a strategy: asks on and writes down.

import PolluxHost
import Synchronization

/// Passes a run's choices to a strategy and records the answers.
///
/// A guest that was given up may go on asking; once the tape was taken it gets the friendly answer,
/// and the strategy never hears of it.
final class Recorder: RepeatableChoices, Sendable {
    private struct State {
        var strategy: (any Strategy)?
        var tape = Tape()
    }
    private let state = Mutex(State())

    /// Begins a run whose choices this strategy answers.
    func begin(_ strategy: any Strategy) {
        state.withLock { state in
            state.strategy = strategy
            state.tape.entries.removeAll(keepingCapacity: true)
        }
    }

    func choose(_ site: ChoiceSite, among count: Int) -> Int {
        state.withLock { state in
            guard let strategy = state.strategy else { return 0 }
            let place = state.tape.entries.count
            let answer = strategy.answer(site, among: count, at: place)
            state.tape.entries.append(
                Tape.Entry(kind: site.kind, answer: Int32(answer), count: Int32(count)))
            return answer
        }
    }

    var answers: Answers { state.withLock { $0.strategy?.answers ?? .inOrder([]) } }

    /// How many choices the run has had.
    var count: Int { state.withLock { $0.tape.entries.count } }

    /// Ends the run and returns its tape.
    func end() -> Tape {
        state.withLock { state in
            state.strategy = nil
            return state.tape
        }
    }
}
