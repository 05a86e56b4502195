// Runs that are like one that was remarkable, but for a few answers.

import PolluxHost

/// Answers one run as a tape does on which some answers were changed; behind its end, with the
/// friendly answer, or at random.
final class MutatedStrategy: Strategy, @unchecked Sendable {
    private let tape: Tape
    private let seed: UInt64
    private var entries: [Tape.Entry]
    private var generator: SplitMix64
    private let isRandomBehind: Bool
    private var hasRun = false

    init(_ tape: Tape, seed: UInt64) {
        self.tape = tape
        self.seed = seed
        entries = tape.entries
        generator = SplitMix64(seed: seed)
        isRandomBehind = generator.next(below: 2) == 0
        guard !entries.isEmpty else { return }
        for _ in 0...generator.next(below: 3) { mutate() }
    }

    private func mutate() {
        let place = generator.next(below: entries.count)
        switch generator.next(below: 4) {
        case 0, 1: entries[place].answer = Int32(generator.next(below: Int(entries[place].count)))
        case 2:
            // A stretch of friendly answers.
            let end = min(place + 1 + generator.next(below: 8), entries.count)
            for place in place..<end { entries[place].answer = 0 }
        default:
            // One choice fewer: what was answered later is answered earlier.
            if entries.count > 1 { entries.remove(at: place) }
        }
    }

    func begin() -> Int? {
        defer { hasRun = true }
        return hasRun ? nil : 0
    }

    func answer(_ site: ChoiceSite, among count: Int, at place: Int) -> Int {
        if place < entries.count { return min(Int(entries[place].answer), count - 1) }
        return isRandomBehind && generator.next(below: 4) == 0 ? generator.next(below: count) : 0
    }

    var answers: Answers { .mutated(tape, seed: seed) }

    func finish(_ tape: Tape) -> String? { nil }
}
