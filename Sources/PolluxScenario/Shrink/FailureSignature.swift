// What is wrong with a run, whatever its tasks are called.

import Foundation

/// Which failure of a run is meant: the oracle or the kind of expectation, whom it is about, and what it
/// says but for names and numbers.
///
/// A search for a smaller run keeps to one signature, so that it does not slide to another fault.
public struct FailureSignature: Hashable, Sendable, CustomStringConvertible {
    /// The oracle's name, or the kind of expectation, such as `order`.
    public let check: String
    /// Whom an expectation is about. An oracle demands the same of everybody.
    let roles: [String]
    /// The relation that does not hold: the sentence without names, numbers and short words.
    let relation: [String]

    /// The signature of a failure.
    init(_ failure: Failure, of run: Run) {
        let message = failure.message
        let head = message.prefix { $0 != ":" }
        var words = message.dropFirst(head.count + 1)
        let invariant = "invariant "
        let isOracle = head.hasPrefix(invariant)
        let first = head.prefix { $0 != " " }
        if isOracle {
            check = String(head.dropFirst(invariant.count))
            // Behind the sentence stand time and events.
            if let tail = words.range(of: " (at ", options: .backwards) {
                words = words[..<tail.lowerBound]
            }
        } else {
            // A relation begins with its events.
            check = first.contains(".") || first.contains("(") ? "relations" : String(first)
        }
        let scenario = run.scenario
        let names = Set(
            scenario.tasks.map(\.name) + scenario.resources.map(\.name) + scenario.pollNames)
        func split(_ text: Substring) -> [String] {
            let words: [Substring] = text.split { character in
                !character.isLetter && !character.isNumber && !"-_@".contains(character)
            }
            return words.map(String.init)
        }
        roles = isOracle ? [] : split(message[...]).filter(names.contains)
        relation = split(words).filter {
            $0.count > 3 && !names.contains($0) && !$0.contains(where: \.isNumber)
        }
    }

    /// Whether both are the same failure, of whomever.
    func isLike(_ other: FailureSignature) -> Bool {
        check == other.check && relation == other.relation
    }

    /// The oracle, or the kind of expectation.
    public var description: String { check }

    /// The oracle, if it is one that found fault.
    public var oracle: OracleName? { OracleName(rawValue: check) }

    /// The failure of a run that matters most: an oracle's, which says what is wrong with the guest,
    /// before an expectation's.
    static func main(of failures: [Failure], in run: Run) -> FailureSignature? {
        let oracle = failures.first { $0.message.hasPrefix("invariant ") }
        return (oracle ?? failures.first).map { FailureSignature($0, of: run) }
    }
}
