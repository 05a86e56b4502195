// Every run there is, one after the other.

import PolluxHost

/// Counts through all tapes like an odometer: the last answer that can go up does, everything behind
/// it begins at 0 again. Because a run's later choices follow from the earlier answers, that visits
/// every tape once, in ascending order.
///
/// With a bound on deviations it visits those tapes with no more answers that are not 0.
final class OdometerStrategy: Strategy, @unchecked Sendable {
    private let frontier: Frontier
    private let mostDeviations: Int
    private var subtree: Frontier.Subtree?
    private var difference: String?
    /// From this choice on the run goes through what another one has gone through.
    private var prunedAt: Int?

    init(_ frontier: Frontier, mostDeviations: Int) {
        self.frontier = frontier
        self.mostDeviations = mostDeviations
    }

    func begin() -> Int? {
        if let subtree, frontier.isBehindFailure(subtree.prefix) {
            self.subtree = nil
            frontier.leave()
        }
        if subtree == nil { subtree = frontier.take() }
        difference = nil
        prunedAt = nil
        guard let part = subtree else { return nil }
        if let number = frontier.nextNumber() { return number }
        frontier.putBack(part)
        subtree = nil
        return nil
    }

    func answer(_ site: ChoiceSite, among count: Int, at place: Int) -> Int {
        guard let prefix = subtree?.prefix, place < prefix.count else { return 0 }
        let entry = prefix[place]
        if Int(entry.count) != count, difference == nil {
            difference = TapeStrategy.difference(at: place, on: site, count: count, not: entry)
        }
        return min(Int(entry.answer), count - 1)
    }

    var answers: Answers { .inOrder((subtree?.prefix ?? []).map { Int($0.answer) }) }

    /// Whether what follows was not in the run before: the answers that this run repeats are over.
    func isNew(at place: Int) -> Bool {
        prunedAt == nil && place >= subtree?.prefix.count ?? .max
    }

    /// The run has come to a state that another one goes on from: later choices are not gone through.
    func prune(at place: Int) { prunedAt = place }

    /// Whether the run was left to another one.
    var isPruned: Bool { prunedAt != nil }

    func finish(_ tape: Tape) -> String? {
        guard var subtree else { return nil }
        if difference == nil, tape.entries.count < subtree.prefix.count {
            difference =
                "the run had \(tape.entries.count) choices and \(subtree.prefix.count) before"
        }
        if difference != nil {
            // What follows from answers to other questions is nothing to go on from.
            self.subtree = nil
            frontier.leave()
            return difference
        }
        let tape = prunedAt.map { tape.prefix($0) } ?? tape
        if frontier.isWanted, let place = placeToGoUp(in: tape, from: subtree.floor, first: true) {
            // The largest part that this worker has not begun: all later answers at the first place.
            frontier.give(Frontier.Subtree(prefix: raised(tape, at: place), floor: place))
            subtree.floor = place + 1
        }
        if let place = placeToGoUp(in: tape, from: subtree.floor, first: false) {
            subtree.prefix = raised(tape, at: place)
            self.subtree = subtree
        } else {
            self.subtree = nil
            frontier.leave()
        }
        return nil
    }

    private func raised(_ tape: Tape, at place: Int) -> [Tape.Entry] {
        var prefix = Array(tape.entries[...place])
        prefix[place].answer += 1
        return prefix
    }

    /// The first or the last place from `floor` on whose answer can go up.
    private func placeToGoUp(in tape: Tape, from floor: Int, first: Bool) -> Int? {
        var found: Int?
        var deviations = 0
        for (place, entry) in tape.entries.enumerated() {
            if deviations >= mostDeviations, entry.answer == 0 { continue }
            if place >= floor, entry.answer + 1 < entry.count {
                if first { return place }
                found = place
            }
            if entry.answer != 0 { deviations += 1 }
        }
        return found
    }
}
