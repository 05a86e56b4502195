// Where a task is in its steps.

import PolluxHost

/// Walks a list of steps; repeats are walked, not unrolled.
struct Cursor {
    private struct Frame {
        var steps: [ScriptedStep]
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

    init(_ steps: [ScriptedStep]) {
        frames = [Frame(steps: steps)]
    }

    /// Begins anew, at the first of these.
    mutating func reset(_ steps: [ScriptedStep]) {
        frames.removeAll(keepingCapacity: true)
        frames.append(Frame(steps: steps))
        place = nil
    }

    /// What the next step that is no repeat comes to; `nil` at the end.
    mutating func next() -> [StepDoor.Operation]? {
        while !frames.isEmpty {
            let top = frames.count - 1
            let place = frames[top].next
            if place == frames[top].steps.count {
                if frames[top].rounds > 1 {
                    frames[top].rounds -= 1
                    frames[top].next = 0
                } else {
                    frames.removeLast()
                }
                continue
            }
            frames[top].next += 1
            switch frames[top].steps[place].what {
            case .repeat(let count, let steps):
                if count > 0, !steps.isEmpty { frames.append(Frame(steps: steps, rounds: count)) }
            case .operations(let operations):
                self.place = frames[top].steps[place].place
                return operations
            }
        }
        return nil
    }
}
