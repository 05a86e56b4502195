// A generated scenario as a draft, with what every sound reactor makes of it.

extension Generator {
    /// The draft of what was written.
    func draft(named name: String, on host: Draft.Host) -> Draft {
        let tasks = tasks.map { Draft.Task($0.name, $0.steps) }
        var draft = Draft(name: name, program: .tasks(tasks))
        let used = props.filter(\.isUsed)
        draft.world = used.map { prop in
            let isReadUp = prop.isOver && !prop.isShared
            let isLeft =
                prop.exchange.map { !$0.script.trailers.isEmpty && !$0.areTrailersTaken } ?? false
            return Draft.Resource(
                prop.name, prop.door,
                isOptional: prop.isOptional || isLeft || prop.isReadable && !isReadUp)
        }
        draft.facts = used.flatMap(\.facts).enumerated()
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
        draft.hosts = [host]
        draft.expect = [expectation]
        return draft
    }

    private var expectation: Draft.Expectation {
        var expect = Draft.Expectation()
        expect.outcome = endsInDeadlock ? .deadlock([], at: nil) : .completed
        expect.invariants = .usual
        for task in tasks.indices where !tasks[task].isDoomed {
            if tasks[task].hangs { continue }
            expect.counts.append(.init(.init(tasks[task].name, .done), 1...1))
            if let wakes = tasks[task].wakes, wakes > 0 {
                expect.counts.append(.init(.init(tasks[task].name, .wake), wakes...wakes))
            }
        }
        for task in tasks where task.hangs && task.steps.contains(.say("unreachable")) {
            expect.never.append(.event(.init(task.name, .say)))
        }
        expect.relations = relations
        expect.values = valueClaims + requestClaims
        for prop in props where prop.isUsed && prop.isWritten && prop.takesAll {
            if let written = prop.written {
                expect.values.append(ValueClaim(name: prop.name, value: .bytes(written)))
            }
        }
        return expect
    }
}
