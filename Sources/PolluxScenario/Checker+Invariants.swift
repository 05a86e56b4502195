// `invariants`: what must hold of every run, whatever its scenario is about.

import PolluxHost

extension Checker {
    /// Asks the oracles; a violation stands at `invariants`, or else at the document.
    mutating func checkInvariants() {
        // What a `never` asks for by name is told there.
        let names = blocks.invariantOracles.subtracting(blocks.neverOracles)
        let place = blocks.last { $0.invariants != nil }?.invariants?.place ?? run.scenario.place
        for violation in run.violations(of: OracleName.allCases.filter(names.contains)) {
            fail(
                place, "invariant \(violation.oracle.rawValue): \(violation.words)",
                Failure.Focus(task: violation.task, time: violation.time))
        }
    }
}

extension Violation {
    /// What is wrong, when, at which event, and because of which.
    var words: String {
        let because = causes.isEmpty ? "" : " <-" + causes.map { " #\($0)" }.joined()
        return "\(message) (at \(TimeText.string(time)), #\(event)\(because))"
    }
}
