// cancel-frees: what a cancelled task held is gone before the guest waits.

import PolluxHost

/// A task that was cancelled while it waited has let go of its pollables and streams before the
/// guest's next blocking poll, and nothing that it alone waited for stands in the list. A runtime may
/// have no way to end a join: then the task finds out when the other one is over.
struct CancelFrees: Oracle {
    static let name = OracleName.cancelFrees
    var violations: [Violation] = []

    /// What each task has of its own.
    private var pollables: DenseMap<TaskID, [UInt64]> = [:]
    /// What nobody but a cancelled task waited for.
    private var abandoned: DenseMap<UInt64, TaskID> = [:]
    private var seen: TaskSet = []

    static let sees: EventKinds = [.subscribe, .task, .poll]

    mutating func see(_ event: TraceEvent, in scene: Scene) {
        switch event.what {
        case .subscribe(let serial):
            if case .task(let task) = scene.pollables[serial]?.owner {
                pollables[task, default: []].append(serial)
            }
        case .task(let number, let what):
            if number == 0 { return }
            if case .cancelled = what { abandon(number - 1, scene.endedWait) }
        case .poll(let list, let isCheck):
            guard !isCheck, !scene.isOwnCall else { return }
            for task in scene.cancelling { judge(task, event, scene) }
            for serial in list {
                guard let task = abandoned[serial], scene.waiters[serial]?.isEmpty != false else {
                    continue
                }
                object(
                    "\(scene.name(task)) was cancelled, and the guest still polled "
                        + "\(scene.name(ofPollable: serial)), for which nobody else waited",
                    task: task, because: [event.id], in: scene)
            }
        default: break
        }
    }

    private mutating func abandon(_ task: TaskID, _ wait: Scene.Wait?) {
        guard let wait, case .slots(let slots, _, _) = wait.what else { return }
        for slot in slots { abandoned[slot.serial] = task }
    }

    private mutating func judge(_ task: TaskID, _ event: TraceEvent, _ scene: Scene) {
        guard let asked = scene.tasks[task].cancelAsked, scene.tasks[task].status != .running,
            !seen.contains(task)
        else { return }
        if case .join(let other)? = scene.tasks[task].wait?.what, !scene.over.contains(other) {
            return
        }
        let left = (pollables[task] ?? []).filter { scene.pollables[$0]?.isAlive == true }
        var names = left.map { scene.name(ofPollable: $0) }
        for stream in scene.streams.values where stream.owner == task && stream.isAlive {
            if let resource = stream.resource { names.append(scene.name(ofResource: resource)) }
        }
        if names.isEmpty { return }
        seen.insert(task)
        object(
            "\(scene.name(task)) was cancelled, and the guest waited on before it had let go of "
                + names.sorted().joined(separator: " and "), task: task,
            because: [asked, event.id], in: scene)
    }

    func hashState(into hash: inout StateHash, _ ages: Ages, in scene: Scene) {
        for (serial, task) in abandoned where ages.contains(serial) {
            hash.add(ages[serial])
            hash.add(task)
        }
        hash.add(-3)
    }
}
