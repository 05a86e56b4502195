// time-sane: sleeps are as long as they should be.

import PolluxHost

/// No wait for a time ends early, and no sleep late through the guest's own doing: when it waited
/// past a sleep's end, it had asked for an instant that was no later. What tasks compute, and how
/// late a host is, does not count.
struct TimeSane: Oracle {
    static let name = OracleName.timeSane
    var violations: [Violation] = []

    /// One move of the clock in a poll of the guest's: to when, and the first instant in the list.
    private struct Move {
        var to: UInt64
        var asked: UInt64
        var event: Int
    }
    private var moves: [Move] = []

    static let sees: EventKinds = [.clock, .task]

    mutating func see(_ event: TraceEvent, in scene: Scene) {
        switch event.what {
        case .clock(let target, .wait):
            guard let poll = scene.poll, !poll.isOver, !poll.isOwnCall else { return }
            let asked = poll.list.lazy.compactMap { scene.instant(ofPollable: $0) }.min()
            let to = target.nanoseconds - scene.trace.start.nanoseconds
            moves.append(Move(to: to, asked: asked ?? .max, event: poll.event))
        case .task(let number, .wake):
            guard let wait = scene.endedWait, number > 0 else { return }
            judgeStart(of: wait, event, scene)
            judgeLateness(of: wait, scene)
        default: break
        }
    }

    mutating func seeEnd(of scene: Scene) {
        for task in scene.tasks {
            if let wait = task.wait, task.cancelAsked == nil { judgeLateness(of: wait, scene) }
        }
    }

    private mutating func judgeStart(
        of wait: Scene.Wait, _ event: TraceEvent, _ scene: Scene
    ) {
        if scene.isCancelling(wait.task) { return }
        var due = scene.deadline(of: wait)
        if case .sleep = wait.what, due == nil { due = .max }
        for serial in scene.won {
            guard let instant = scene.instant(ofPollable: serial) else { continue }
            due = max(due ?? 0, instant)
        }
        guard let due, scene.elapsed < due else { return }
        let early =
            due == .max ? "though it never ends" : "\(scene.text(due - scene.elapsed)) early"
        object(
            "\(scene.name(wait.task)) was woken from \(scene.target(of: wait)) \(early)",
            task: wait.task, because: [wait.event] + event.causes, in: scene)
    }

    func hashState(into hash: inout StateHash, _ ages: Ages, in scene: Scene) {
        for task in scene.tasks {
            if let wait = task.wait { hash.add(lateness(of: wait, scene) != nil) }
        }
    }

    private mutating func judgeLateness(of wait: Scene.Wait, _ scene: Scene) {
        guard let (deadline, move) = lateness(of: wait, scene) else { return }
        let asked = move.asked == .max ? "no time at all" : scene.text(move.asked)
        object(
            "\(scene.name(wait.task)) slept to \(scene.text(deadline)), and the guest waited on "
                + "to \(scene.text(move.to)), asking for \(asked)", task: wait.task,
            because: [wait.event, move.event], in: scene)
    }

    /// The end of a sleep past which the guest waited, and when it did.
    private func lateness(of wait: Scene.Wait, _ scene: Scene) -> (deadline: UInt64, Move)? {
        // On a host that is late itself an instant stands for a later one.
        guard scene.run.host.policy.timers == .exact, let deadline = scene.deadline(of: wait) else {
            return nil
        }
        // The guest may have read its clock after patience moved it.
        let (due, overflow) = deadline.addingReportingOverflow(scene.creep - wait.creep)
        if overflow { return nil }
        var (low, high) = (0, moves.count)
        while low < high {
            let middle = (low + high) / 2
            if moves[middle].to > due { high = middle } else { low = middle + 1 }
        }
        guard low < moves.count, moves[low].asked > due, moves[low].event > wait.event else {
            return nil
        }
        return (deadline, moves[low])
    }
}
