// Choices that a test prescribes, or tries out one after the other.

import PolluxHost

/// Answers from a list for each kind of choice; what the list does not hold is the friendly 0.
final class ScriptedChoices: ChoiceSource {
    private var answers: [ChoiceSite.Kind: [Int]]

    init(_ answers: [ChoiceSite.Kind: [Int]]) { self.answers = answers }

    func choose(_ site: ChoiceSite, among count: Int) -> Int {
        guard let answer = answers[site.kind]?.first else { return 0 }
        answers[site.kind]!.removeFirst()
        return answer
    }
}

/// Every sequence of answers, each once: the body of a `while next()` is run with all of them.
final class EveryAnswer: ChoiceSource {
    private var path: [(picked: Int, count: Int)] = []
    private var place = 0
    private var hasBegun = false

    /// Goes on to the next sequence; `false` after the last.
    func next() -> Bool {
        place = 0
        if !hasBegun {
            hasBegun = true
            return true
        }
        while let (picked, count) = path.popLast() {
            if picked + 1 < count {
                path.append((picked + 1, count))
                return true
            }
        }
        return false
    }

    func choose(_ site: ChoiceSite, among count: Int) -> Int {
        if place == path.count { path.append((0, count)) }
        precondition(path[place].count == count, "the same answers must lead to the same question")
        defer { place += 1 }
        return path[place].picked
    }
}
