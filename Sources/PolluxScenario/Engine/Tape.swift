// What was chosen in one run, as far as there was a choice.

import PolluxHost

/// The answers to a run's choices, in order, each with the number of options that there were.
///
/// Where one option was left nobody was asked, and nothing stands here. A tape says what happened and
/// not which search came upon it, so whatever the search was, the same tape gives the same run.
public struct Tape: Hashable, Sendable {
    /// One answer.
    public struct Entry: Hashable, Sendable {
        /// What was chosen; `nil` where the tape was read from text.
        public var kind: ChoiceSite.Kind?
        /// Which option; 0 is the friendly one.
        public var answer: Int32
        /// How many there were, from 2.
        public var count: Int32

        /// Whether both are the same answer to as many options; of which kind the choice was does not
        /// count, for text does not tell it.
        public static func == (a: Entry, b: Entry) -> Bool {
            a.answer == b.answer && a.count == b.count
        }

        /// Answer and number of options, as `==` compares them.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(answer)
            hasher.combine(count)
        }
    }

    /// The answers.
    public internal(set) var entries: [Entry] = []

    /// A tape without an answer: behind its end every answer is the friendly one.
    public init() {}

    /// How many answers are not the friendly one.
    public var deviations: Int { entries.reduce(0) { $1.answer == 0 ? $0 : $0 + 1 } }
}

extension Tape: CustomStringConvertible {
    /// `2/3,0/2x5,1/4`: the third of three options, five times the first of two, the second of four.
    /// `-` where there was no choice.
    public var description: String {
        if entries.isEmpty { return "-" }
        var parts: [String] = []
        var place = 0
        while place < entries.count {
            let entry = entries[place]
            var end = place + 1
            while end < entries.count, entries[end] == entry { end += 1 }
            let repeats = end - place > 1 ? "x\(end - place)" : ""
            parts.append("\(entry.answer)/\(entry.count)\(repeats)")
            place = end
        }
        return parts.joined(separator: ",")
    }

    /// The most answers that a tape read from text may have.
    private static let most = 10_000_000

    /// Reads what ``description`` gives; `nil` for any other text.
    public init?(_ text: String) {
        if text == "-" { return }
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "x", omittingEmptySubsequences: false)
            guard halves.count <= 2, let choice = halves.first else { return nil }
            let numbers = choice.split(separator: "/", omittingEmptySubsequences: false)
            guard numbers.count == 2, let answer = Int32(numbers[0]), let count = Int32(numbers[1]),
                count >= 2, answer >= 0, answer < count
            else { return nil }
            var repeats = 1
            if halves.count == 2 {
                guard let number = Int(halves[1]), number > 0 else { return nil }
                repeats = number
            }
            guard repeats <= Self.most - entries.count else { return nil }
            let entry = Entry(kind: nil, answer: answer, count: count)
            entries.append(contentsOf: repeatElement(entry, count: repeats))
        }
    }
}

extension Tape {
    /// Its first answers.
    func prefix(_ count: Int) -> Tape {
        var tape = Tape()
        tape.entries = Array(entries.prefix(count))
        return tape
    }

    /// Whether a depth-first search with the answers in ascending order comes upon this tape first.
    func comesBefore(_ other: [Entry]) -> Bool {
        entries.lexicographicallyPrecedes(other) { $0.answer < $1.answer }
    }
}
