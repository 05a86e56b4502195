// no-block-while-runnable: the guest does not wait while a task could go on.

import PolluxHost

/// The guest does not wait in a poll while a task can run, as far as its events tell: one that was
/// spawned and has not begun, that only yielded, that is in the middle of its steps, or that waits
/// for a task that has ended or a message that is there.
struct NoBlockWhileRunnable: Oracle {
    static let name = OracleName.noBlockWhileRunnable
    var violations: [Violation] = []

    static let sees: EventKinds = []

    mutating func seeBlock(in scene: Scene) {
        guard violations.isEmpty, let poll = scene.poll, let task = scene.runnable.min() else {
            return
        }
        let why: String
        switch scene.tasks[task].status {
        case .spawned: why = "had been spawned and not begun"
        case .running: why = "was in the middle of its steps"
        default:
            guard let wait = scene.tasks[task].wait else { return }
            why =
                switch wait.what {
                case .yield: "had only yielded"
                case .join(let other): "had only to learn that \(scene.name(other)) had ended"
                default: "had only to take what was there for it"
                }
        }
        let list =
            poll.list.isEmpty
            ? "found nothing to poll" : "waited for \(scene.names(ofPollables: poll.list))"
        object(
            "the guest \(list) while \(scene.name(task)) \(why)", task: task,
            because: [scene.tasks[task].wait?.event, poll.event].compactMap { $0 }, in: scene)
    }
}
