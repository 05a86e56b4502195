// bounded-starvation: what is ready is served before long.

import PolluxHost

/// A task whose pollable is ready goes on within a number of turns. Turns begin to count when the
/// host last left the pollable out of a report that could have held it: what a host omits is not
/// the reactor's doing. With an executor that picks any task there is no bound.
struct BoundedStarvation: Oracle {
    static let name = OracleName.boundedStarvation
    var violations: [Violation] = []

    /// How many turns a task may be kept waiting, beside one for each task.
    static let limit = 64

    /// The turn at which each was reported last, or left out last.
    private var reported: DenseMap<UInt64, Int> = [:]
    private var omitted: DenseMap<UInt64, Int> = [:]
    /// The turn at which a host last left out a timer of the guest's own.
    private var omittedTimer = 0
    /// The turn at which a stream was reported and not called since.
    private var pending: DenseMap<ResourceID, Int> = [:]
    /// When the clock moved: to when, and in which turn.
    private var moves: [(to: UInt64, turn: Int)] = []

    static let sees: EventKinds = [.clock, .report, .stream, .socket, .task]

    static func applies(to run: Run) -> Bool { !run.host.picksAnyTask }

    mutating func see(_ event: TraceEvent, in scene: Scene) {
        switch event.what {
        case .clock(let target, _):
            moves.append((target.nanoseconds - scene.trace.start.nanoseconds, scene.turn))
        case .report(let list): note(list, scene)
        case .stream(let call):
            if let resource = scene.run.resourceOf[call.stream] { pending[resource] = nil }
        case .socket(let call):
            if let resource = scene.run.resourceOf[call.socket] { pending[resource] = nil }
        case .task(let number, .wake):
            guard let wait = scene.endedWait, number > 0, !scene.isCancelling(wait.task) else {
                return
            }
            judge(wait, because: event.causes, scene)
        default: break
        }
    }

    mutating func seeEnd(of scene: Scene) {
        for task in scene.tasks where task.cancelAsked == nil {
            if let wait = task.wait { judge(wait, because: [], scene) }
        }
    }

    private mutating func note(_ list: [UInt64], _ scene: Scene) {
        guard let poll = scene.poll else { return }
        for serial in list {
            reported[serial] = scene.turn
            if let resource = scene.pollables[serial]?.resource, pending[resource] == nil {
                pending[resource] = scene.turn
            }
        }
        guard poll.list.count > list.count else { return }
        let shown = Copies(list)
        for serial in poll.list where shown[serial] == 0 {
            omitted[serial] = scene.turn
            if let pollable = scene.pollables[serial], pollable.owner == .guest,
                pollable.resource == nil, pollable.dueTurn != nil
            {
                omittedTimer = scene.turn
            }
        }
    }

    /// The turn since when the pollable could have been served.
    private func readyTurn(_ serial: UInt64, _ wait: Scene.Wait, _ scene: Scene) -> Int? {
        guard let pollable = scene.pollables[serial] else { return nil }
        if let turn = reported[serial], turn >= wait.turn, pollable.told ?? 0 > wait.event {
            return turn
        }
        let level = pollable.resource.flatMap { scene.readyLevels[$0] }
        guard let turn = pollable.dueTurn ?? level else { return nil }
        return max(turn, omitted[serial] ?? 0)
    }

    private mutating func judge(_ wait: Scene.Wait, because causes: EventCauses, _ scene: Scene) {
        var since: Int?
        switch wait.what {
        case .slots(let slots, let isAll, _):
            let turns = slots.map { readyTurn($0.serial, wait, scene) }
            if isAll {
                since = turns.contains(nil) ? nil : turns.compactMap { $0 }.max()
            } else {
                since = turns.compactMap { $0 }.min()
            }
        case .sleep:
            guard let exact = scene.deadline(of: wait) else { return }
            // A host that is late is so at the sleeper's expense.
            let (deadline, overflow) = exact.addingReportingOverflow(scene.lateness)
            if overflow || deadline > scene.elapsed { return }
            var (low, high) = (0, moves.count)
            while low < high {
                let middle = (low + high) / 2
                if moves[middle].to >= deadline { high = middle } else { low = middle + 1 }
            }
            since = max(low < moves.count ? moves[low].turn : wait.turn, omittedTimer)
        case .read(let stream, _, _), .write(let stream, _), .flush(let stream, _),
            .socket(_, let stream, _):
            since = pending[stream]
        case .yield, .join, .receive: return
        }
        guard let since else { return }
        let turns = scene.turn - max(since, wait.turn)
        guard turns > Self.limit + scene.tasks.count else { return }
        object(
            "\(scene.name(wait.task)) waited \(Words.count(turns, "turn")) for "
                + "\(scene.target(of: wait)), which was ready", task: wait.task,
            because: [wait.event] + causes, in: scene)
    }
}
