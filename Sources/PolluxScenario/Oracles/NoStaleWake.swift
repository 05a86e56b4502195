// no-stale-wake: what is over is not woken.

import PolluxHost

/// Nothing wakes a task that was cancelled or is done, nor one through a pollable that was dropped
/// while it waited.
///
/// A runtime may let a cancelled task find out by itself: one that never began, or whose wait was
/// over before it was cancelled, or that no runtime can call back (a yield, a join, a channel). And
/// where a task has no pollables of its own whose end could show that it is gone, its wait may come to
/// an end behind the request, but not after the guest has waited.
struct NoStaleWake: Oracle {
    static let name = OracleName.noStaleWake
    var violations: [Violation] = []

    private struct Cancel {
        var event: Int
        /// Whether the task must be gone by now.
        var isOver: Bool
    }
    /// Tasks that were cancelled in the middle of a wait.
    private var cancelled: DenseMap<TaskID, Cancel> = [:]

    static let sees: EventKinds = [.task, .poll]

    mutating func see(_ event: TraceEvent, in scene: Scene) {
        if case .poll(_, isCheck: false) = event.what, scene.poll?.isOwnCall == false {
            for (task, _) in cancelled { cancelled[task]?.isOver = true }
        }
        guard case .task(let number, let what) = event.what, number > 0 else { return }
        let task = number - 1
        switch what {
        case .cancelled:
            guard let wait = scene.endedWait, !isOver(wait, scene) else { return }
            cancelled[task] = Cancel(event: event.id, isOver: waitedForOwn(wait, scene))
        case .wake: judge(task, event, scene)
        default: break
        }
    }

    /// Whether the task waited for a pollable of its own, which had to go before it was said to be
    /// cancelled.
    private func waitedForOwn(_ wait: Scene.Wait, _ scene: Scene) -> Bool {
        guard case .slots(let slots, _, _) = wait.what else { return false }
        return slots.contains { scene.pollables[$0.serial]?.owner == .task(wait.task) }
    }

    private func isOver(_ wait: Scene.Wait, _ scene: Scene) -> Bool {
        switch wait.what {
        case .slots(let slots, _, _):
            slots.contains { scene.pollables[$0.serial]?.told ?? -1 > wait.event }
        case .sleep: scene.deadline(of: wait).map { $0 <= scene.elapsed } ?? false
        case .socket(.shut, _, _), .socket(.listen, _, _): true
        case .read(let stream, _, _), .write(let stream, _), .flush(let stream, _),
            .socket(_, let stream, _):
            scene.pollables.values.contains {
                $0.resource == stream && $0.told ?? -1 > wait.event
            }
        case .yield, .join, .receive: true
        }
    }

    private mutating func judge(_ task: TaskID, _ event: TraceEvent, _ scene: Scene) {
        switch scene.statusBefore {
        case .cancelled:
            guard let cancel = cancelled[task] else { return }
            guard cancel.isOver else {
                cancelled[task] = nil
                return
            }
            object(
                "\(scene.name(task)) was woken after it was cancelled", task: task,
                because: [cancel.event] + event.causes, in: scene)
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

    func hashState(into hash: inout StateHash, _ ages: Ages, in scene: Scene) {
        for (task, cancel) in cancelled {
            hash.add(task)
            hash.add(cancel.isOver)
        }
        hash.add(-3)
    }
}
