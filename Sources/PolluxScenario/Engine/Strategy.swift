// Who answers the choices of many runs.

import PolluxHost

/// One way through the runs of a scenario; one worker uses it, one thread at a time.
///
/// For each run there is a ``begin()``, then an ``answer(_:among:at:)`` for each choice, then a
/// ``finish(_:)``.
protocol Strategy: AnyObject, Sendable {
    /// Gets ready for another run and returns its number; `nil` where there is none left.
    func begin() -> Int?
    /// Picks one of `count` options, of which there are two or more; `place` counts the run's choices
    /// from 0.
    func answer(_ site: ChoiceSite, among count: Int, at place: Int) -> Int
    /// The answers of the run that has begun, as a value.
    var answers: Answers { get }
    /// Takes what the run came to; returns what is wrong with it, where the run was not the one that
    /// the answers asked for.
    func finish(_ tape: Tape) -> String?
}

/// How to look for a run that fails.
public enum Search: Hashable, Sendable {
    /// The one run in which every answer is the friendly one.
    case once
    /// Every run there is.
    case exhaustive
    /// Every run with at most so many answers that are not the friendly one.
    case delays(Int)
    /// Runs drawn at random; each first draws which kinds of choices deviate and how often.
    case random
    /// Runs that keep to priorities drawn at random, which change at one place fewer than this.
    case pct(Int)

    /// Whether it can come to an end by itself.
    public var canExhaust: Bool {
        switch self {
        case .once, .exhaustive, .delays: true
        case .random, .pct: false
        }
    }
}

/// The numbers of runs, handed out in order to several workers.
final class RunNumbers: Sendable {
    private let next = Counter()
    /// One more than the last number that is handed out.
    private let end: Counter

    init(_ count: Int) { end = Counter(count) }

    /// This number alone.
    init(only number: Int) {
        end = Counter(number + 1)
        next.add(number)
    }

    /// The next number, from 0.
    func take() -> Int? {
        let number = next.add(1)
        return number < end.value ? number : nil
    }

    /// No number from this one on matters any more. Lower ones are with the workers already.
    func close(at number: Int) { end.lower(to: number) }
}

/// Answers each run as a tape says; behind its end, with the friendly answer.
final class TapeStrategy: Strategy, @unchecked Sendable {
    private let tape: Tape
    private var hasRun = false
    private var difference: String?

    init(_ tape: Tape) { self.tape = tape }

    func begin() -> Int? {
        defer { hasRun = true }
        return hasRun ? nil : 0
    }

    func answer(_ site: ChoiceSite, among count: Int, at place: Int) -> Int {
        guard place < tape.entries.count else { return 0 }
        let entry = tape.entries[place]
        if Int(entry.count) != count, difference == nil {
            difference = Self.difference(at: place, on: site, count: count, not: entry)
        }
        return min(Int(entry.answer), count - 1)
    }

    var answers: Answers { .inOrder(tape.entries.map { Int($0.answer) }) }

    func finish(_ tape: Tape) -> String? {
        if difference == nil, tape.entries.count < self.tape.entries.count {
            return "the run had \(tape.entries.count) choices, the tape \(self.tape.entries.count)"
        }
        return difference
    }

    /// Says that another question was asked than the one a tape answers.
    static func difference(
        at place: Int, on site: ChoiceSite, count: Int, not entry: Tape.Entry
    ) -> String {
        "choice \(place + 1) (\(site.kind.rawValue)) has \(count) options, on the tape \(entry.count)"
    }
}
