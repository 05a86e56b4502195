// Which tasks stand for each other, so that of two runs that are each other's mirror image one is
// enough.

/// The tasks of a scenario that neither its program nor its expectations tell apart.
///
/// While none of them has had a turn, two tasks that are alike are in one position: an executor
/// that may pick either goes on in the same ways with each, but for their names. So the one that
/// was spawned first is let go first, and a run in which another one does is not gone on from. That
/// takes an executor that lets any task run that can, as `executor: any` asks of it; without one,
/// tasks begin in the order in which they were spawned. The task that the entry joins is told apart
/// from the others by that.
struct Symmetry: Sendable {
    /// For each task those before it that it is like.
    private let earlier: [[TaskID]]

    /// `nil` where no two tasks stand for each other.
    init?(_ scenario: Scenario, on host: HostEntry) {
        guard host.picksAnyTask, scenario.entry == nil, scenario.schedule.isEmpty else {
            return nil
        }
        var named = Set(scenario.timeline?.taskRows.map(\.task) ?? [])
        for block in scenario.expectations { named.formUnion(block.tasks) }
        let likes = scenario.firstLikes
        earlier = likes.indices.map { task in
            if named.contains(task) { return [] }
            return (0..<task).filter { likes[$0] == likes[task] && !named.contains($0) }
        }
        if earlier.allSatisfy(\.isEmpty) { return nil }
    }

    /// Whether a run in which this task was picked for its first turn, which it has not had yet, is
    /// the mirror image of one in which one like it was.
    func isMirrored(_ task: TaskID, _ door: StepDoor) -> Bool {
        door.entryJoin != task
            && earlier[task].contains { $0 != door.entryJoin && door.isUntouched($0) }
    }
}

extension StepDoor {
    /// Whether the task can have its first turn and has not.
    func isUntouched(_ task: TaskID) -> Bool {
        guard case .waitingToStart = tasks[task].status else { return false }
        return isStarted(task)
    }
}

extension Expectation {
    /// The tasks that it names.
    fileprivate var tasks: Set<TaskID> {
        var tasks: Set<TaskID> = []
        func add(_ names: [EventName]) {
            for name in names { if case .task(let task) = name.subject { tasks.insert(task) } }
        }
        func add(_ relation: Relation) {
            switch relation {
            case .before(let chain): add(chain.flatMap { $0 })
            case .within(let name, _, of: let anchor): add([name, anchor])
            case .sameHandle: break
            }
        }
        switch outcome?.value {
        case .trap(_, in: let task?): tasks.insert(task)
        case .deadlock(let claims, at: _):
            for claim in claims {
                tasks.insert(claim.task)
                for case .task(let other) in claim.waitsOn { tasks.insert(other) }
            }
        case .completed, .trap(_, in: nil), .livelocked, .exit, .abort, nil: break
        }
        add((order + exact).map(\.value))
        for relation in relations { add(relation.value) }
        add(counts.map(\.value.event))
        for claim in never { if case .event(let name) = claim.value { add([name]) } }
        add(eventually.map(\.value.event))
        for claim in sometimes {
            switch claim.value.claim {
            case .event(let name): add([name])
            case .relation(let relation): add(relation)
            }
        }
        return tasks
    }
}
