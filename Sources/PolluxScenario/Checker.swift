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
    private var failures: [Failure] = []
    private var expect: Expectation { run.scenario.expectation }

    private init(_ run: Run) { self.run = run }

    /// Every expectation that does not hold, in the order of the checks: outcome, lanes, order,
    /// exact, relations, counts, polls, never, values, use. Empty for a run that the file describes.
    public static func check(_ run: Run) -> [Failure] {
        var checker = Checker(run)
        if let mistake = run.mistake {
            return [Failure(place: mistake.place, message: mistake.message, focus: checker.end)]
        }
        if case .unsupported = run.outcome { return [] }
        checker.checkOutcome()
        checker.checkLanes()
        checker.checkOrder()
        checker.checkExact()
        for relation in checker.expect.relations { checker.check(relation) }
        for count in checker.expect.counts { checker.check(count) }
        checker.checkPolls()
        for claim in checker.expect.never { checker.check(claim) }
        for claim in checker.expect.values { checker.check(claim) }
        checker.checkUse()
        return checker.failures
    }

    var end: Failure.Focus { Failure.Focus(task: nil, time: run.duration) }

    mutating func fail(_ place: Place, _ message: String, _ focus: Failure.Focus? = nil) {
        failures.append(Failure(place: place, message: message, focus: focus))
    }

    // MARK: Outcome

    private mutating func checkOutcome() {
        let expected = expect.outcome?.value ?? .completed
        let place = expect.outcome?.place ?? expect.place
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

    // MARK: Events

    private func occurrences(of name: EventName) -> [Run.Occurrence] {
        run.occurrences.filter { $0.subject == name.subject && $0.kind == name.kind }
    }

    /// The occurrence that a name means: its `#n`-th, or the first.
    private func occurrence(of name: EventName, or ordinal: Int = 1) -> Run.Occurrence? {
        let all = occurrences(of: name)
        let wanted = name.ordinal ?? ordinal
        return wanted <= all.count ? all[wanted - 1] : nil
    }

    private func missing(_ name: EventName, _ ordinal: Int) -> String {
        let count = occurrences(of: name).count
        if count == 0 { return "'\(name.text)' never happened" }
        return
            "'\(name.text)' happened \(Words.times(count)), "
            + "not \(Words.times(name.ordinal ?? ordinal))"
    }

    private func focus(_ occurrence: Run.Occurrence) -> Failure.Focus {
        if case .task(let task) = occurrence.subject {
            return Failure.Focus(task: task, time: occurrence.time)
        }
        return Failure.Focus(task: nil, time: occurrence.time)
    }

    private mutating func checkOrder() {
        var mentions: [EventName: Int] = [:]
        var last: (name: EventName, index: Int)?
        for located in expect.order {
            let name = located.value
            var key = name
            key.text = ""
            mentions[key, default: 0] += 1
            let all = run.occurrences.indices.filter {
                run.occurrences[$0].subject == name.subject && run.occurrences[$0].kind == name.kind
            }
            let wanted = name.ordinal ?? mentions[key]!
            guard wanted <= all.count else {
                return fail(located.place, "order: " + missing(name, wanted), end)
            }
            let index = all[wanted - 1]
            if let last, index < last.index {
                let (one, other) = (run.occurrences[index], run.occurrences[last.index])
                return fail(
                    located.place,
                    "order: '\(name.text)' came before '\(last.name.text)' "
                        + "(\(at(one)), \(at(other)))",
                    focus(one))
            }
            last = (name, index)
        }
    }

    private func at(_ occurrence: Run.Occurrence) -> String {
        "at \(TimeText.string(occurrence.time))"
    }

    private mutating func checkExact() {
        guard !expect.exact.isEmpty else { return }
        let names = expect.exact.map(\.value)
        let actual = run.occurrences.filter { occurrence in
            names.contains { $0.subject == occurrence.subject && $0.kind == occurrence.kind }
        }
        let words = Words(run.scenario)
        for (index, located) in expect.exact.enumerated() {
            guard index < actual.count else {
                return fail(
                    located.place,
                    "exact: expected '\(located.value.text)' next, but nothing followed",
                    end)
            }
            if actual[index].subject != located.value.subject
                || actual[index].kind != located.value.kind
            {
                return fail(
                    located.place,
                    "exact: expected '\(located.value.text)', "
                        + "but '\(words.event(actual[index]))' came (\(at(actual[index])))",
                    focus(actual[index]))
            }
        }
        if actual.count > names.count {
            let extra = actual[names.count]
            fail(
                expect.exact[names.count - 1].place,
                "exact: '\(words.event(extra))' came after the last one (\(at(extra)))",
                focus(extra))
        }
    }

    // MARK: Relations

    private mutating func check(_ relation: Located<Relation>) {
        switch relation.value {
        case .before(let chain):
            for (early, late) in zip(chain, chain.dropFirst()) {
                for one in early {
                    for other in late where !isBefore(one, other, relation.place) { return }
                }
            }
        case .within(let name, let bound, let anchor):
            guard let (one, other) = both(name, anchor, relation.place) else { return }
            let words = "\(name.text) within \(Words.bound(bound)) of \(anchor.text)"
            switch bound {
            case .turns(let limit):
                let distance = abs(one.turn - other.turn)
                if distance > limit {
                    fail(
                        relation.place, "\(words): took \(Words.count(distance, "turn"))",
                        focus(one))
                }
            case .polls(let limit):
                let distance = abs(one.poll - other.poll)
                if distance > limit {
                    fail(
                        relation.place, "\(words): took \(Words.count(distance, "poll"))",
                        focus(one))
                }
            case .time(let limit):
                let distance = max(one.time, other.time) - min(one.time, other.time)
                if distance > limit {
                    let took = TimeText.string(distance)
                    fail(
                        relation.place, "\(words): took \(took) (\(at(one)), \(at(other)))",
                        focus(one))
                }
            }
        case .sameHandle(let one, let other):
            let words = Words(run.scenario)
            let text = "handle(\(words.target(one))) = handle(\(words.target(other)))"
            guard let first = run.handles[one], let second = run.handles[other] else {
                let unused = words.target(run.handles[one] == nil ? one : other)
                return fail(relation.place, "\(text): '\(unused)' was never subscribed", end)
            }
            if first != second {
                fail(
                    relation.place,
                    "\(text): the second number is \(abs(Int(second) - Int(first))) away "
                        + "from the first",
                    end)
            }
        }
    }

    private mutating func both(
        _ one: EventName, _ other: EventName, _ place: Place
    ) -> (Run.Occurrence, Run.Occurrence)? {
        for name in [one, other] where occurrence(of: name) == nil {
            fail(place, missing(name, 1), end)
            return nil
        }
        return (occurrence(of: one)!, occurrence(of: other)!)
    }

    private mutating func isBefore(_ one: EventName, _ other: EventName, _ place: Place) -> Bool {
        guard let (early, late) = both(one, other, place) else { return false }
        let order = run.occurrences
        guard let first = order.firstIndex(of: early), let second = order.firstIndex(of: late),
            first < second
        else {
            fail(
                place,
                "\(one.text) < \(other.text): '\(other.text)' came first "
                    + "(\(at(late)), \(at(early)))",
                focus(late))
            return false
        }
        return true
    }

    // MARK: Counts, polls, never, values

    private mutating func check(_ claim: Located<CountClaim>) {
        let count = occurrences(of: claim.value.event).count
        let range = claim.value.range
        guard !range.contains(count) else { return }
        fail(
            claim.place,
            "count: '\(claim.value.event.text)' \(Words.happened(count)); "
                + "expected \(Words.range(range))",
            end)
    }

    private mutating func checkPolls() {
        guard let claims = expect.polls else { return }
        let withChecks = claims.contains { $0.value.isCheck }
        let actual = run.polls.filter { withChecks || !$0.isCheck }
        let words = Words(run.scenario)
        for (index, claim) in claims.enumerated() {
            guard index < actual.count else {
                return fail(
                    claim.place,
                    "polls: expected \(Words.ordinal(index + 1)) call '\(words.poll(claim.value))', "
                        + "but there \(actual.count == 1 ? "was" : "were") \(Words.count(actual.count, "call"))",
                    end)
            }
            let call = actual[index]
            guard call.isCheck == claim.value.isCheck, matches(claim.value.list, call.list),
                matches(claim.value.reported, call.reported)
            else {
                return fail(
                    claim.place,
                    "polls: \(Words.ordinal(index + 1)) call: expected "
                        + "'\(words.poll(claim.value))', got '\(describe(call))'",
                    end)
            }
        }
        if actual.count > claims.count {
            fail(
                claims.last?.place ?? expect.pollsPlace ?? expect.place,
                "polls: one more call, '\(describe(actual[claims.count]))'", end)
        }
    }

    /// Whether a list of pollables is this set with repetitions.
    private func matches(_ claims: [PollClaim.Polled], _ serials: [UInt64]) -> Bool {
        guard claims.count == serials.count else { return false }
        var left = serials
        for claim in claims {
            guard let place = left.firstIndex(where: { matches(claim, $0) }) else { return false }
            left.remove(at: place)
        }
        return true
    }

    private func matches(_ claim: PollClaim.Polled, _ serial: UInt64) -> Bool {
        switch claim {
        case .resource(let resource): run.resourceOf[serial] == resource
        case .pollable(let name): run.pollNameOf[serial] == name
        case .timer(let time):
            run.resourceOf[serial] == nil
                && run.trace.name(ofPollable: serial) == "@" + TimeText.string(time)
        }
    }

    private func describe(_ call: Run.PollCall) -> String {
        let list = call.list.map(name(ofPollable:)).joined(separator: " ")
        let reported = call.reported.map(name(ofPollable:)).joined(separator: " ")
        return
            "\(call.isCheck ? "check" : "block") \(list) -> \(reported.isEmpty ? "nothing" : reported)"
    }

    /// A subscribed name where the pollable has one, as claims call it.
    private func name(ofPollable serial: UInt64) -> String {
        run.pollNameOf[serial].map { run.scenario.pollNames[$0] }
            ?? run.trace.name(ofPollable: serial)
    }

    private mutating func check(_ claim: Located<NeverClaim>) {
        switch claim.value {
        case .event(let name):
            if let found = occurrence(of: name) {
                fail(claim.place, "never: '\(name.text)' happened (\(at(found)))", focus(found))
            }
        case .trap:
            if let found = run.occurrences.first(where: { $0.kind == .trap }) {
                fail(claim.place, "never: the guest trapped (\(at(found)))", focus(found))
            }
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
