// `eventually`, and what `sometimes` asks of one run.

import PolluxHost

extension Checker {
    mutating func check(_ claim: Located<EventualClaim>) {
        let name = claim.value.event
        guard let found = occurrence(of: name) else {
            return fail(claim.place, "eventually: \(missing(name, 1))", end)
        }
        if let deadline = claim.value.deadline, found.time > deadline {
            fail(
                claim.place,
                "eventually: '\(name.text)' happened after \(TimeText.string(deadline)) "
                    + "(\(at(found)))",
                focus(found))
        }
    }

    /// Whether a claim of `sometimes` holds in a run.
    static func holds(_ claim: SometimesClaim, in run: Run) -> Bool {
        var checker = Checker(run)
        switch claim.claim {
        case .event(let name): return checker.occurrence(of: name) != nil
        case .relation(let relation):
            checker.check(Located(relation, at: run.scenario.place))
            return checker.failures.isEmpty
        }
    }
}

/// What `sometimes` claims of all runs of one guest together.
public struct SometimesTally: Sendable {
    private struct Entry {
        var claim: Located<SometimesClaim>
        var scope: Scope
        var runs = 0
        var hasHeld = false
    }
    private var entries: [Entry]

    /// No run yet.
    init(_ scenario: Scenario) {
        entries = scenario.expectations.flatMap { block in
            block.sometimes.map { Entry(claim: $0, scope: block.scope) }
        }
    }

    /// Whether the scenario claims no such thing.
    var isEmpty: Bool { entries.isEmpty }

    /// Takes in what another tally of the same scenario has, of other runs of the guest.
    public mutating func add(_ other: SometimesTally) {
        precondition(entries.count == other.entries.count, "tallies of two scenarios")
        for index in entries.indices {
            entries[index].runs += other.entries[index].runs
            if other.entries[index].hasHeld { entries[index].hasHeld = true }
        }
    }

    /// Takes in one more run.
    mutating func add(_ run: Run) {
        for index in entries.indices {
            guard entries[index].scope.includes(guest: run.guest, host: run.host.name) else {
                continue
            }
            entries[index].runs += 1
            if entries[index].hasHeld { continue }
            entries[index].hasHeld = Checker.holds(entries[index].claim.value, in: run)
        }
    }

    /// The claims that held in no run, of those that some run was asked about.
    public var failures: [Failure] {
        entries.filter { $0.runs > 0 && !$0.hasHeld }.map { entry in
            let runs = entry.runs == 1 ? "the one run" : "any of \(entry.runs) runs"
            return Failure(
                place: entry.claim.place,
                message: "sometimes: '\(entry.claim.value.text)' did not hold in \(runs)",
                focus: nil)
        }
    }
}
