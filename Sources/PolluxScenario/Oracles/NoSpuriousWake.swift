// no-spurious-wake: who is woken finds what it waited for.

import PolluxHost

/// A task that is resumed from a wait finds it over: the pollable was reported, or is ready; the
/// other task has ended; a message is there.
struct NoSpuriousWake: Oracle {
    static let name = OracleName.noSpuriousWake
    var violations: [Violation] = []

    /// What is known of an output: the events of its last write and flush, and of the last answer
    /// that a flush is done or will never be.
    private struct Output {
        var write = -1
        var flush = -1
        var isOut = -1
    }
    private var outputs: DenseMap<ResourceID, Output> = [:]

    static let sees: EventKinds = [.stream, .report, .task]

    mutating func see(_ event: TraceEvent, in scene: Scene) {
        switch event.what {
        case .stream(let call): note(call, event, scene)
        case .report(let list):
            for serial in list {
                if let resource = scene.pollables[serial]?.resource {
                    outputs[resource]?.isOut = event.id
                }
            }
        case .task: judge(event, scene)
        default: break
        }
    }

    private mutating func note(_ call: StreamEvent, _ event: TraceEvent, _ scene: Scene) {
        guard let resource = scene.run.resourceOf[call.stream],
            scene.run.scenario.resources[resource].isWritable
        else { return }
        var output = outputs[resource] ?? Output()
        switch call.call {
        case .outputStreamWrite: output.write = event.id
        case .outputStreamFlush: output.flush = event.id
        case .outputStreamBlockingFlush, .outputStreamBlockingWriteAndFlush:
            (output.flush, output.isOut) = (event.id, event.id)
        default: break
        }
        switch call.answer {
        case .count(1...) where call.call == .outputStreamCheckWrite: output.isOut = event.id
        case .closed, .failed: (output.flush, output.isOut) = (event.id, .max)
        default: break
        }
        outputs[resource] = output
    }

    private mutating func judge(_ event: TraceEvent, _ scene: Scene) {
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
        case .flush(let stream, _):
            guard let output = outputs[stream], output.isOut != .max else { break }
            if output.flush < output.write, output.write < wait.event {
                why = "nobody asked \(scene.name(ofResource: stream)) for a flush"
            } else if output.isOut < wait.event, output.flush > wait.event {
                why = "\(scene.name(ofResource: stream)) has not said that it is flushed"
            }
        case .sleep, .yield, .read, .write, .socket: break
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

    func hashState(into hash: inout StateHash, _ ages: Ages, in scene: Scene) {
        for (resource, output) in outputs {
            hash.add(resource)
            hash.add(output.flush < output.write)
            hash.add(output.isOut == .max)
            for task in scene.tasks {
                guard let wait = task.wait, case .flush(resource, _) = wait.what else { continue }
                hash.add(output.write < wait.event)
                hash.add(output.isOut < wait.event)
                hash.add(output.flush > wait.event)
            }
        }
        hash.add(-3)
    }
}
