// What expectations ask of a run's past, so that a state can say how they stand.

import PolluxHost

/// The claims of a scenario that are about what has happened, and what of the past decides them.
///
/// A claim about the order of two events is decided by which of them have happened and which came
/// first; when they did is nobody's business.
struct HistoryClaims {
    /// The pairs of which a claim asks which comes first, each with its ordinal.
    private var pairs: [(EventName, EventName)] = []
    /// The pairs of which a claim asks how far apart they are.
    private var distances: [(EventName, EventName, Relation.Bound)] = []
    private var counted: [EventName] = []
    private var timed: [EventName] = []
    /// Of these, everything in order.
    private var exact: [EventName] = []
    private var wantsPolls = false
    private var wantsTrapTask = false
    private var handles: [Target] = []
    private let rows: [TaskID]
    /// Whether a row claims to be the n-th to wake at an instant.
    private let wantsWakes: Bool

    init(_ scenario: Scenario, _ blocks: [Expectation]) {
        let rows = scenario.timeline?.taskRows ?? []
        self.rows = rows.map(\.task)
        wantsWakes = rows.contains { $0.claims.contains { $0.character.isWholeNumber } }
        for block in blocks { add(block) }
    }

    private mutating func add(_ block: Expectation) {
        if case .trap(_, in: _?)? = block.outcome?.value { wantsTrapTask = true }
        var mentions: [EventName: Int] = [:]
        var last: EventName?
        for located in block.order {
            var key = located.value
            key.text = ""
            mentions[key, default: 0] += 1
            var name = located.value
            name.ordinal = name.ordinal ?? mentions[key]
            if let last { pairs.append((last, name)) }
            last = name
            counted.append(name)
        }
        exact += block.exact.map(\.value)
        for relation in block.relations { add(relation.value) }
        counted += block.counts.map(\.value.event)
        for claim in block.never { if case .event(let name) = claim.value { counted.append(name) } }
        timed += block.eventually.map(\.value.event)
        for claim in block.sometimes {
            switch claim.value.claim {
            case .event(let name): counted.append(name)
            case .relation(let relation): add(relation)
            }
        }
        if block.polls != nil { wantsPolls = true }
    }

    private mutating func add(_ relation: Relation) {
        switch relation {
        case .before(let chain):
            for (early, late) in zip(chain, chain.dropFirst()) {
                for one in early { for other in late { pairs.append((one, other)) } }
            }
        case .within(let name, let bound, let anchor): distances.append((name, anchor, bound))
        case .sameHandle(let one, let other): handles += [one, other]
        }
    }

    /// Takes in how the claims stand after the run so far.
    func hash(_ run: Run, into hash: inout StateHash) {
        let checker = Checker(run)
        for (one, other) in pairs {
            let (first, second) = (checker.index(of: one), checker.index(of: other))
            hash.add(first != nil)
            hash.add(second != nil)
            if let first, let second { hash.add(first < second) }
            // How many more it takes.
            if first == nil, one.ordinal != nil { hash.add(checker.count(of: one)) }
            if second == nil, other.ordinal != nil { hash.add(checker.count(of: other)) }
        }
        for (one, other, bound) in distances { add(one, other, bound, checker, to: &hash) }
        for name in counted { hash.add(checker.count(of: name)) }
        for name in timed {
            let found = checker.occurrence(of: name)
            hash.add(found != nil)
            if let found { hash.add(found.time) } else { hash.add(checker.count(of: name)) }
        }
        hash.add(-3)
        if !exact.isEmpty {
            for (place, one) in run.occurrences.enumerated() {
                let isNamed = exact.contains { $0.kind == one.kind && $0.subject == one.subject }
                if isNamed { add(run.occurrences[place], to: &hash) }
            }
        }
        if wantsPolls {
            for call in run.polls {
                hash.add(call.isCheck)
                hash.add(call.list.count)
                for serial in call.list { hash.add(run.pollName(serial)) }
                hash.add(call.reported.count)
                for serial in call.reported { hash.add(run.pollName(serial)) }
            }
        }
        hash.add(-3)
        for target in handles { hash.add(run.handles[target].map { Int($0) }) }
        addRows(run, to: &hash)
        addUse(run, to: &hash)
    }

    private func add(
        _ one: EventName, _ other: EventName, _ bound: Relation.Bound, _ checker: Checker,
        to hash: inout StateHash
    ) {
        let (first, second) = (checker.occurrence(of: one), checker.occurrence(of: other))
        func measure(_ occurrence: Run.Occurrence) -> Int {
            switch bound {
            case .turns: occurrence.turn
            case .polls: occurrence.poll
            case .time: Int(bitPattern: UInt(occurrence.time))
            }
        }
        let run = checker.run
        let now: Int =
            switch bound {
            case .turns: run.turns
            case .polls: run.polls.count
            case .time: Int(bitPattern: UInt(run.duration))
            }
        if let first, let second { return hash.add(measure(first) &- measure(second)) }
        hash.add(first.map { now &- measure($0) })
        hash.add(second.map { now &- measure($0) })
        if first == nil { hash.add(checker.count(of: one)) }
        if second == nil { hash.add(checker.count(of: other)) }
    }

    private func add(_ occurrence: Run.Occurrence, to hash: inout StateHash) {
        hash.add(occurrence.subject.hashValue)
        hash.add(occurrence.kind.hashValue)
        hash.add(occurrence.time)
    }

    /// The rows of tasks claim when each did what; not in which order two tasks did.
    private func addRows(_ run: Run, to hash: inout StateHash) {
        if rows.isEmpty { return }
        for task in rows {
            hash.add(-1)
            for one in run.occurrences where one.subject == .task(task) { add(one, to: &hash) }
        }
        hash.add(-1)
        guard wantsWakes else { return }
        for one in run.occurrences where one.kind == .wake { add(one, to: &hash) }
    }

    /// What must have been used by the end, and what steps have come to.
    private func addUse(_ run: Run, to hash: inout StateHash) {
        var used: Set<ResourceID> = []
        for one in run.occurrences where one.kind == .subscribe || one.kind == .open {
            if case .resource(let resource) = one.subject { used.insert(resource) }
        }
        hash.add(used.count)
        for resource in used.sorted() { hash.add(resource) }
        for (resource, count) in run.bytesRead.sorted(by: { $0.key < $1.key }) {
            hash.add(resource)
            hash.add(count)
        }
        hash.add(run.values.count)
        for (name, value) in run.values.sorted(by: { $0.key < $1.key }) {
            hash.add(name)
            hash.add("\(value)")
        }
        if wantsTrapTask { hash.add(run.lastTask) }
    }
}

extension Checker {
    /// How often an event happened.
    func count(of name: EventName) -> Int {
        var count = 0
        for one in run.occurrences where one.kind == name.kind && one.subject == name.subject {
            count += 1
        }
        return count
    }
}

extension Run {
    /// What claims about polls call a pollable.
    fileprivate func pollName(_ serial: UInt64) -> Int {
        if let name = pollNameOf[serial] { return name }
        if let resource = resourceOf[serial] { return 1_000 + resource }
        return trace.name(ofPollable: serial).hashValue
    }
}
