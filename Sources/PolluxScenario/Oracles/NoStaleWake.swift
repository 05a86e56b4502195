// no-stale-wake: what is over is not woken.

import PolluxHost

/// Nothing wakes a task that was cancelled or is done, nor one through a pollable that was dropped
/// while it waited.
///
/// A runtime may let a cancelled task find out by itself: one that never began, or whose wait was
/// over before it was cancelled, or that no runtime can call back (a yield, a join, a channel).
struct NoStaleWake: Oracle {
    static let name = OracleName.noStaleWake
    var violations: [Violation] = []

    /// Tasks that were cancelled in the middle of a wait, with the event.
    private var cancelled: [TaskID: Int] = [:]
    /// The last call on each stream that led somewhere: what a step asked may be done before its
    /// task hears of it.
    private var called: [ResourceID: Int] = [:]

    mutating func see(_ event: TraceEvent, in scene: Scene) {
        if case .stream(let call) = event.what, Self.leadsSomewhere(call),
            let resource = scene.run.resourceOf[call.stream]
        {
            called[resource] = event.id
        }
        guard case .task(let number, let what) = event.what, number > 0 else { return }
        let task = number - 1
        switch what {
        case .cancelled:
            if let wait = scene.endedWait, !isOver(wait, scene) { cancelled[task] = event.id }
        case .wake: judge(task, event, scene)
        default: break
        }
    }

    private static func leadsSomewhere(_ call: StreamEvent) -> Bool {
        switch call.answer {
        case .done: call.call != .outputStreamFlush
        case .count(let count): count > 0
        case .bytes(let bytes): bytes.count > 0
        case .closed, .failed: true
        case .text, .waits: false
        }
    }

    private func isOver(_ wait: Scene.Wait, _ scene: Scene) -> Bool {
        switch wait.what {
        case .slots(let slots, _, _):
            slots.contains { scene.pollables[$0.serial]?.told ?? -1 > wait.event }
        case .sleep: scene.deadline(of: wait).map { $0 <= scene.elapsed } ?? false
        case .read(let stream, _, _), .write(let stream, _), .flush(let stream, _):
            called[stream] ?? -1 > wait.event
                || scene.pollables.values.contains {
                    $0.resource == stream && $0.told ?? -1 > wait.event
                }
        case .yield, .join, .receive: true
        }
    }

    private mutating func judge(_ task: TaskID, _ event: TraceEvent, _ scene: Scene) {
        switch scene.statusBefore {
        case .cancelled:
            guard let end = cancelled[task] else { return }
            object(
                "\(scene.name(task)) was woken after it was cancelled", task: task,
                because: [end] + event.causes, in: scene)
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
