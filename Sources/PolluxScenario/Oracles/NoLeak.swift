// no-leak: at its end a guest has let go of everything.

import PolluxHost

/// At the end of a run that completed the guest holds no pollable, stream or socket: but for two timers
/// that a runtime may keep for itself, and what belongs to tasks or names that the program left behind.
/// While it runs it does not hold many more pollables than it has tasks, and streams and sockets that it
/// watches: one task may have a hundred connections.
struct NoLeak: Oracle {
    static let name = OracleName.noLeak
    var violations: [Violation] = []

    /// What a runtime may keep for ever: a timer, and one that is always ready.
    static let kept = 2
    /// How many pollables of its own a runtime may hold beside two a task and two a stream or socket.
    static let spare = 8

    static let sees: EventKinds = [.subscribe]

    mutating func see(_ event: TraceEvent, in scene: Scene) {
        guard case .subscribe = event.what, !scene.tasks.isEmpty else { return }
        let most = Self.spare + 2 * (scene.aliveTasks + scene.watchedStreams)
        if scene.ownPollables == most + 1 {
            object(
                "the guest holds \(scene.ownPollables) pollables of its own with "
                    + Words.count(scene.aliveTasks, "task") + " and "
                    + Words.count(scene.watchedStreams, "stream"), because: [event.id], in: scene)
        }
    }

    mutating func seeEnd(of scene: Scene) {
        switch scene.run.outcome {
        case .completed, .leaked: break
        default: return
        }
        let left = scene.tasks.filter { $0.status != .done && $0.status != .cancelled }.count
        let leaked = scene.run.outcome == .completed ? [] : scene.cancelling
        let leftBehind = left - leaked.count
        var names: [String] = []
        var births: [Int] = []
        var timers: [UInt64] = []
        for (serial, pollable) in scene.pollables.sorted(by: { $0.key < $1.key })
        where pollable.isAlive {
            let isLeak: Bool
            switch pollable.owner {
            case .task(let task): isLeak = hasEnded(task, scene) || leaked.contains(task)
            case .program: isLeak = pollable.isReleased
            case .guest:
                isLeak = pollable.resource != nil && leftBehind <= 0
                if pollable.resource == nil { timers.append(serial) }
            }
            if isLeak {
                names.append(scene.name(ofPollable: serial))
                births.append(pollable.born)
            }
        }
        for (_, stream) in scene.streams.sorted(by: { $0.key < $1.key }) where stream.isAlive {
            let isLeak =
                stream.isReleased
                || stream.owner.map { hasEnded($0, scene) || leaked.contains($0) } ?? false
            if isLeak, let resource = stream.resource {
                names.append("the stream " + scene.name(ofResource: resource))
            }
        }
        if timers.count > Self.kept + max(0, leftBehind) {
            names.append(
                "\(timers.count) timers of its own "
                    + scene.names(ofPollables: Array(timers.suffix(3))))
            births.append(scene.pollables[timers.last!]!.born)
        }
        if leftBehind <= 0, scene.run.hasTasks { names += openSockets(of: scene.run) }
        if names.isEmpty { return }
        let some = names.prefix(3).joined(separator: " and ")
        let rest = names.count > 3 ? " and \(names.count - 3) more" : ""
        object("at its end the guest still held \(some)\(rest)", because: births, in: scene)
    }

    /// The sockets and look-ups, by what is at their other end, that were opened and not dropped.
    private func openSockets(of run: Run) -> [String] {
        var open: Set<ResourceID> = []
        for occurrence in run.occurrences {
            guard case .resource(let resource) = occurrence.subject,
                run.scenario.resources[resource].isOfNetwork
            else { continue }
            switch occurrence.kind {
            case .open: open.insert(resource)
            case .drop: open.remove(resource)
            default: break
            }
        }
        return open.sorted().map { "the socket of '\(run.scenario.resources[$0].name)'" }
    }

    private func hasEnded(_ task: TaskID, _ scene: Scene) -> Bool {
        scene.tasks[task].status == .done || scene.tasks[task].status == .cancelled
    }
}
