// fifo-service: waiters go on in the order of the report.

import PolluxHost

/// Under an executor that is first in, first out, the waiters of one report run in its order. A
/// contract that a reactor need not make. Handles with several waiters or copies have no order.
struct FIFOService: Oracle {
    static let name = OracleName.fifoService
    var violations: [Violation] = []

    private struct Rank {
        var wait: Int
        var report: Int
        var place: Int
        var serial: UInt64
    }
    private var ranks: DenseMap<TaskID, Rank> = [:]
    /// The last that ran of each report.
    private var last: [Int: (place: Int, task: TaskID)] = [:]

    static let sees: EventKinds = [.report, .task]

    static func applies(to run: Run) -> Bool { !run.host.picksAnyTask }

    mutating func see(_ event: TraceEvent, in scene: Scene) {
        switch event.what {
        case .report(let list):
            guard let poll = scene.poll, !poll.isOwnCall else { return }
            let listed = Copies(poll.list)
            for (place, serial) in list.enumerated() where listed[serial] == 1 {
                guard let waiters = scene.waiters[serial], waiters.count == 1,
                    let wait = scene.tasks[waiters[0]].wait,
                    case .slots(let slots, let isAll, _) = wait.what, !isAll || slots.count == 1,
                    ranks[waiters[0]]?.wait != wait.event
                else { continue }
                ranks[waiters[0]] = Rank(
                    wait: wait.event, report: event.id, place: place, serial: serial)
            }
        case .task(let number, .wake):
            guard let wait = scene.endedWait, let rank = ranks.removeValue(forKey: number - 1),
                rank.wait == wait.event
            else { return }
            let task = number - 1
            if let before = last[rank.report], before.place > rank.place {
                object(
                    "\(scene.name(ofPollable: rank.serial)) was reported first, but "
                        + "\(scene.name(before.task)) went on before \(scene.name(task))",
                    task: task, because: [rank.report, event.id], in: scene)
            } else {
                last[rank.report] = (rank.place, task)
            }
        default: break
        }
    }
}
