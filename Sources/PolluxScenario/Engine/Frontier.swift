// What an exhaustive search has still to do, shared by its workers.

import Glibc
import PolluxNative
import Synchronization

/// The parts of the tree of tapes that no worker has begun.
final class Frontier: Sendable {
    /// All tapes that begin with ``prefix``, and those that go up from it at places from ``floor`` on.
    struct Subtree: Sendable {
        /// The answers of its first tape; behind them, 0.
        var prefix: [Tape.Entry]
        /// The first place that it counts through.
        var floor: Int
    }

    private struct State {
        var parts = [Subtree(prefix: [], floor: 0)]
        /// Workers that are in a part.
        var busy = 0
        /// Parts that were left unfinished.
        var open: [Subtree] = []
        var failure: Tape?
    }
    private let state = Locked(State())
    private let waiting = Counter()
    private let hasFailure = Counter()
    private let runsLeft: Counter
    private let started = Counter()

    /// All tapes, of which so many may be played.
    init(budget: Int) { runsLeft = Counter(budget) }

    /// Whether some worker has nothing to do.
    var isWanted: Bool { waiting.value > 0 }

    /// A part to go through; waits while others may still give one, and is `nil` once all is done.
    func take() -> Subtree? {
        var isWaiting = false
        defer { if isWaiting { waiting.add(-1) } }
        while true {
            let (part, isOver) = state.withLock { state -> (Subtree?, Bool) in
                while let part = state.parts.popLast() {
                    if Self.isBehind(part.prefix, state.failure) { continue }
                    state.busy += 1
                    return (part, false)
                }
                return (nil, state.busy == 0)
            }
            if part != nil || isOver { return part }
            if !isWaiting { waiting.add(1) }
            isWaiting = true
            usleep(50)
        }
    }

    /// Leaves a part to whoever waits.
    func give(_ part: Subtree) { state.withLock { $0.parts.append(part) } }

    /// The caller is through with its part.
    func leave() { state.withLock { $0.busy -= 1 } }

    /// The number of another run, from 0; `nil` where the budget is used up.
    func nextNumber() -> Int? { runsLeft.add(-1) > 0 ? started.add(1) : nil }

    /// No run begins from here on.
    func stop() { runsLeft.lower(to: 0) }

    /// The caller may not go on with its part.
    func putBack(_ part: Subtree) {
        state.withLock { state in
            state.busy -= 1
            state.open.append(part)
        }
    }

    /// Whether everything was gone through.
    var isExhausted: Bool { size == 0 }

    /// How many parts nobody has begun.
    var size: Int {
        state.withLock { state in
            let parts = (state.parts + state.open).filter {
                !Self.isBehind($0.prefix, state.failure)
            }
            // Each place of an unfinished part that can still go up is a part not begun, and the run
            // that its prefix stands for is another.
            return parts.reduce(0) { sum, part in
                part.prefix.dropLast().enumerated().reduce(sum + 1) { sum, place in
                    guard place.offset >= part.floor else { return sum }
                    return sum + Int(place.element.count - 1 - place.element.answer)
                }
            }
        }
    }

    // MARK: Failures

    /// This run failed: only what comes before it matters any more, so that the failure that is told
    /// in the end is the first one, however many workers there are.
    func failed(_ tape: Tape) {
        state.withLock { state in
            if let first = state.failure, !tape.comesBefore(first.entries) { return }
            state.failure = tape
        }
        hasFailure.add(1)
    }

    /// Whether all of a part comes behind a run that failed.
    func isBehindFailure(_ prefix: [Tape.Entry]) -> Bool {
        hasFailure.value > 0 && state.withLock { Self.isBehind(prefix, $0.failure) }
    }

    private static func isBehind(_ prefix: [Tape.Entry], _ failure: Tape?) -> Bool {
        guard let failure else { return false }
        return failure.comesBefore(prefix)
    }
}
