// `invariants`: what must hold of every run, whatever its scenario is about.

import PolluxHost

extension Checker {
    /// Asks the oracles; a violation stands at `invariants`, or else at the document.
    mutating func checkInvariants() {
        var names = Set(OracleName.usual)
        var place = run.scenario.place
        for block in blocks {
            guard let claim = block.invariants else { continue }
            claim.value.apply(to: &names)
            place = claim.place
        }
        for violation in run.violations(of: OracleName.allCases.filter(names.contains)) {
            let causes = violation.causes.map { " #\($0)" }.joined()
            let because = causes.isEmpty ? "" : " <-" + causes
            fail(
                place,
                "invariant \(violation.oracle.rawValue): \(violation.message) "
                    + "(at \(TimeText.string(violation.time)), #\(violation.event)\(because))",
                Failure.Focus(task: violation.task, time: violation.time))
        }
    }
}
