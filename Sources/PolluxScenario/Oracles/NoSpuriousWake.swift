// no-spurious-wake: who is woken finds what it waited for.

import PolluxHost

/// A task that is resumed from a wait finds it over: the pollable was reported, or is ready; the
/// other task has ended; a message is there.
struct NoSpuriousWake: Oracle {
    static let name = OracleName.noSpuriousWake
    var violations: [Violation] = []

    mutating func see(_ event: TraceEvent, in scene: Scene) {
        guard case .task(let number, .wake) = event.what, number > 0,
            let wait = scene.endedWait, !scene.isCancelling(wait.task)
        else { return }
        var why: String?
        switch wait.what {
        case .slots:
            let early = scene.won.first { !isOrWasReady($0, since: wait, scene) }
            why = early.map { "\(scene.name(ofPollable: $0)) has not been ready" }
        case .join(let other):
            let status = scene.tasks[other].status
            if status != .done, status != .cancelled, !scene.isCancelling(other) {
                why = "\(scene.name(other)) has not ended"
            }
        case .receive(let channel):
            if scene.messages[channel, default: 0] < 0, !scene.unsureChannels.contains(channel) {
                why = "nothing was sent to '\(scene.run.scenario.channels[channel])'"
            }
        case .sleep, .yield, .read, .write, .flush: break
        }
        if let why {
            object(
                "\(scene.name(wait.task)) was woken, but \(why) since it began to wait at "
                    + scene.text(wait.time), task: wait.task,
                because: [wait.event] + event.causes, in: scene)
        }
    }

    private func isOrWasReady(_ serial: UInt64, since wait: Scene.Wait, _ scene: Scene) -> Bool {
        guard let pollable = scene.pollables[serial] else { return true }
        if let told = pollable.told {
            if told > wait.event { return true }
            // A runtime may remember what it was told of a stream.
            if let resource = pollable.resource,
                scene.run.scenario.resources[resource].script != nil
            {
                return true
            }
        }
        if pollable.dueTurn != nil { return true }
        return pollable.resource.map { scene.readyLevels[$0] != nil } ?? true
    }
}
