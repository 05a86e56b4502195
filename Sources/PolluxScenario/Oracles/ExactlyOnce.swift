// exactly-once: each wait ends once, and each task.

import PolluxHost

/// Each task starts once and ends once, and each of its waits ends once.
struct ExactlyOnce: Oracle {
    static let name = OracleName.exactlyOnce
    var violations: [Violation] = []

    static let sees: EventKinds = [.task]

    mutating func see(_ event: TraceEvent, in scene: Scene) {
        if let task = scene.askedAfterEnd {
            object(
                "\(scene.name(task)) was resumed after it was done", task: task,
                because: event.causes, in: scene)
        }
        guard case .task(let number, let what) = event.what, number > 0 else { return }
        let task = number - 1
        let before = scene.statusBefore
        var wrong: String?
        switch what {
        case .start where before != .unborn && before != .spawned: wrong = "started again"
        case .wait where before != .running: wrong = "began to wait without being resumed"
        case .wake where before == .running: wrong = "was resumed without a wait"
        case .done where before == .done || before == .cancelled: wrong = "ended again"
        default: break
        }
        if let wrong {
            object("\(scene.name(task)) \(wrong)", task: task, because: event.causes, in: scene)
        }
    }

    mutating func seeEnd(of scene: Scene) {
        guard scene.run.outcome == .completed else { return }
        let main = scene.run.scenario.tasks.contains { $0.name == "main" }
        guard !main else { return }
        for task in scene.tasks.indices where scene.tasks[task].status == .waiting {
            object(
                "the run completed, but the wait of \(scene.name(task)) for "
                    + "\(scene.target(of: scene.tasks[task].wait!)) never ended", task: task,
                in: scene)
        }
    }
}
