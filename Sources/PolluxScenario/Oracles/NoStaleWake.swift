// no-stale-wake: what is over is not woken.

import PolluxHost

/// Nothing wakes a task that was cancelled or is done, nor one through a pollable that was dropped
/// while it waited.
struct NoStaleWake: Oracle {
    static let name = OracleName.noStaleWake
    var violations: [Violation] = []

    mutating func see(_ event: TraceEvent, in scene: Scene) {
        guard case .task(let number, .wake) = event.what, number > 0 else { return }
        let task = number - 1
        switch scene.statusBefore {
        case .cancelled:
            object(
                "\(scene.name(task)) was woken after it was cancelled", task: task,
                because: event.causes, in: scene)
        case .done:
            object(
                "\(scene.name(task)) was woken after it was done", task: task,
                because: event.causes, in: scene)
        default:
            guard let wait = scene.endedWait else { return }
            for serial in scene.won {
                guard let pollable = scene.pollables[serial], !pollable.isAlive,
                    pollable.told.map({ $0 < wait.event }) ?? true
                else { continue }
                object(
                    "\(scene.name(task)) was woken through \(scene.name(ofPollable: serial)), "
                        + "which was dropped before it was ready", task: task,
                    because: event.causes, in: scene)
            }
        }
    }
}
