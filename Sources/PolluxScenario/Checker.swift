// Compares a run with what its scenario expects.

import PolluxHost

/// One expectation that a run did not meet.
public struct Failure: Equatable, Sendable {
    /// Where the expectation is written.
    public var place: Place
    /// What was expected and what happened, in a sentence.
    public var message: String
    /// Where in the run it shows, for a picture.
    public var focus: Focus?
    /// The run only differs from the recorded one.
    public var isGolden = false
    /// What was recorded and what was played, line by line.
    public var detail: [String] = []

    /// A point of a picture.
    public struct Focus: Equatable, Sendable {
        /// The task whose row it is; `nil` for all.
        public var task: TaskID?
        /// ns after the start.
        public var time: UInt64
    }
}

/// Checks a run against its scenario's expectations.
public struct Checker {
    let run: Run
    private(set) var failures: [Failure] = []
    /// The blocks of `expect` that are about this run's guest and host.
    let blocks: [Expectation]

    init(_ run: Run) {
        self.run = run
        blocks = run.scenario.expectations.filter {
            $0.scope.includes(guest: run.guest, host: run.host.name)
        }
    }

    /// Every expectation that does not hold, in the order of the checks: outcome, lanes; order,
    /// exact, relations, counts, polls, eventually, never and values of each block; use; invariants. Empty
    /// for a run that
    /// the file describes.
    /// - Parameter againstRecord: whether a run that differs from the recorded one is a failure, too; one of
    ///   many that a search plays is none for that.
    public static func check(_ run: Run, againstRecord: Bool = true) -> [Failure] {
        var checker = Checker(run)
        if let mistake = run.mistake {
            return [Failure(place: mistake.place, message: mistake.message, focus: checker.end)]
        }
        if case .unsupported = run.outcome { return [] }
        checker.checkOutcome()
        // The guest may still be running: of its log nothing is known.
        if run.outcome == .timedOut { return checker.failures }
        checker.checkLanes()
        for block in checker.blocks { checker.check(block) }
        checker.checkUse()
        checker.checkInvariants()
        if againstRecord { checker.checkGolden() }
        return checker.failures
    }

    /// What the oracles alone have against a run: for hosts and schedules of which its scenario claims
    /// nothing.
    static func checkInvariants(_ run: Run) -> [Failure] {
        var checker = Checker(run)
        if run.outcome == .timedOut { checker.checkOutcome() } else { checker.checkInvariants() }
        return checker.failures
    }

    private mutating func check(_ block: Expectation) {
        checkOrder(block.order)
        checkExact(block.exact)
        for relation in block.relations { check(relation) }
        for count in block.counts { check(count) }
        if let polls = block.polls { check(polls, at: block.pollsPlace ?? block.place) }
        for claim in block.eventually { check(claim) }
        for claim in block.never { check(claim) }
        for claim in block.values { check(claim) }
    }

    var end: Failure.Focus { Failure.Focus(task: nil, time: run.duration) }

    mutating func fail(_ place: Place, _ message: String, _ focus: Failure.Focus? = nil) {
        failures.append(Failure(place: place, message: message, focus: focus))
    }

    mutating func fail(_ failure: Failure) { failures.append(failure) }

    // MARK: Outcome

    private mutating func checkOutcome() {
        let outcome = blocks.lazy.compactMap(\.outcome).first
        let expected = outcome?.value ?? .completed
        let place = outcome?.place ?? run.scenario.expectations[0].place
        guard !holds(expected) else { return }
        let words = Words(run.scenario)
        let actual = words.outcome(run.outcome)
        fail(place, "outcome: expected \(words.outcome(expected)), but the run \(actual)", end)
    }

    private func holds(_ expected: ExpectedOutcome) -> Bool {
        switch (expected, run.outcome) {
        case (.completed, .completed): true
        case (.livelocked, .livelocked): true
        case (.exit(let code), .exited(let actual)): code == actual
        case (.abort(let text), .aborted(let actual, _)):
            text.map { actual.contains($0) } ?? true
        case (.trap(let name, let task), .trapped(let trap, let actual)):
            name == trap.name && (task == nil || task == actual)
        case (.deadlock(let claims, let time), .deadlocked(let waits, let actual)):
            (time == nil || time == actual) && (claims.isEmpty || holds(claims, waits))
        default: false
        }
    }

    private func holds(_ claims: [DeadlockClaim], _ waits: [DeadlockClaim]) -> Bool {
        guard claims.count == waits.count else { return false }
        return claims.allSatisfy { claim in
            guard let wait = waits.first(where: { $0.task == claim.task }) else { return false }
            return Set(wait.waitsOn) == Set(claim.waitsOn)
        }
    }

    // MARK: Counts, never, values

    private mutating func check(_ claim: Located<CountClaim>) {
        let name = claim.value.event
        var count = 0
        for one in run.occurrences where one.kind == name.kind && one.subject == name.subject {
            count += 1
        }
        let range = claim.value.range
        guard !range.contains(count) else { return }
        fail(
            claim.place,
            "count: '\(claim.value.event.text)' \(Words.happened(count)); "
                + "expected \(Words.range(range))",
            end)
    }

    private mutating func check(_ claim: Located<NeverClaim>) {
        switch claim.value {
        case .event(let name):
            if let found = occurrence(of: name) {
                fail(claim.place, "never: '\(name.text)' happened (\(at(found)))", focus(found))
            }
        case .situation(let situation): check(situation, at: claim.place)
        }
    }

    private mutating func check(_ situation: NeverClaim.Situation, at place: Place) {
        if case .trap = situation {
            if let found = run.occurrences.first(where: { $0.kind == .trap }) {
                fail(place, "never: the guest trapped (\(at(found)))", focus(found))
            }
            return
        }
        let name = situation.rawValue
        if case .spin = situation, case .livelocked = run.outcome {
            return fail(place, "never: \(name): the run \(run.outcomeText)", end)
        }
        for violation in run.violations(of: situation.oracles) {
            fail(
                place, "never: \(name): \(violation.words)",
                Failure.Focus(task: violation.task, time: violation.time))
        }
    }

    private mutating func check(_ claim: Located<ValueClaim>) {
        let name = claim.value.name
        guard let actual = run.values[name] else {
            return fail(claim.place, "value: no step gave '\(name)'", end)
        }
        if !claim.value.value.holds(for: actual) {
            fail(
                claim.place,
                "value: '\(name)' is \(Words.value(actual)), not \(Words.value(claim.value.value))",
                end)
        }
    }

    // MARK: Lanes

    private mutating func checkLanes() {
        guard let timeline = run.scenario.timeline else { return }
        let lanes = RunLanes(run)
        for row in timeline.taskRows {
            for claim in row.claims {
                let column = timeline.columns[claim.column]
                guard let time = column.time else { continue }
                // A column before a jump stands for the jump, too; the last one for its own tick.
                let after = timeline.columns[(claim.column + 1)...].first { $0.time != nil }?.time
                let (end, overflow) = time.addingReportingOverflow(run.scenario.tick)
                let next = after ?? (overflow ? .max : end)
                guard let wrong = lanes.contradiction(of: claim.character, row.task, time, next)
                else { continue }
                let task = run.scenario.tasks[row.task].name
                fail(
                    Place(line: row.line, column: column.column),
                    "lane '\(task)' at \(TimeText.string(time)): \(wrong)",
                    Failure.Focus(task: row.task, time: time))
                break
            }
        }
    }
}
