// Where a task is in its steps.

import PolluxHost

/// Walks a list of steps; repeats are walked, not unrolled.
struct Cursor {
    private struct Frame {
        var steps: [Located<Step>]
        var next = 0
        var rounds = 1
    }

    private var frames: [Frame]
    /// Where the step that was returned last is written.
    private(set) var place: Place?

    /// Where it is, as one number for each list of steps that it is in and its round.
    var position: Int {
        var hash = StateHash()
        for frame in frames {
            hash.add(frame.next)
            hash.add(frame.rounds)
        }
        return Int(bitPattern: UInt(hash.value))
    }

    init(_ steps: [Located<Step>]) {
        frames = [Frame(steps: steps)]
    }

    /// The next step that is no repeat; `nil` at the end.
    mutating func next() -> Located<Step>? {
        while let frame = frames.last {
            let top = frames.count - 1
            if frame.next == frame.steps.count {
                if frame.rounds > 1 {
                    frames[top].rounds -= 1
                    frames[top].next = 0
                } else {
                    frames.removeLast()
                }
                continue
            }
            frames[top].next += 1
            let step = frame.steps[frame.next]
            if case .repeat(let count, let steps) = step.value {
                if count > 0, !steps.isEmpty { frames.append(Frame(steps: steps, rounds: count)) }
                continue
            }
            place = step.place
            return step
        }
        return nil
    }
}
