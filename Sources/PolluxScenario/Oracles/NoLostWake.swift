// no-lost-wake: a guest that waits, waits for all that its tasks wait for.

import PolluxHost

/// When the guest begins to wait, its list has whatever its tasks wait for: a reactor that waits
/// without it is deaf to it. Where all stands in the list and nothing comes, the world is silent,
/// and that is nobody's fault.
struct NoLostWake: Oracle {
    static let name = OracleName.noLostWake
    var violations: [Violation] = []

    static let sees: EventKinds = []

    mutating func seeBlock(in scene: Scene) {
        guard let poll = scene.poll else { return }
        let list = Copies(poll.list)
        var resources: [ResourceID] = []
        var hasTimer = false
        for serial in poll.list {
            guard let pollable = scene.pollables[serial] else { continue }
            if let resource = pollable.resource { resources.append(resource) }
            if pollable.owner == .guest, pollable.resource == nil { hasTimer = true }
        }
        for (_, wait) in scene.pollWaits where !scene.isCancelling(wait.task) {
            switch wait.what {
            case .slots(let slots, let isAll, _):
                let alive = slots.filter { scene.pollables[$0.serial]?.isAlive == true }
                // Of several that are all needed, those that were reported are over, and one of the
                // rest may be waited for at a time.
                let rest = alive.filter {
                    scene.pollables[$0.serial]?.told ?? -1 < wait.event
                }
                let needed = isAll && !rest.isEmpty ? rest : alive
                let missing = needed.filter { list[$0.serial] == 0 }
                guard let first = missing.first, !isAll || missing.count == needed.count else {
                    continue
                }
                deaf(wait, to: scene.name(ofPollable: first.serial), poll, scene)
            case .read(let stream, _, _), .write(let stream, _), .flush(let stream, _),
                .socket(_, let stream, _):
                if !resources.contains(stream) {
                    deaf(wait, to: scene.name(ofResource: stream), poll, scene)
                }
            case .sleep:
                if !hasTimer, let deadline = scene.deadline(of: wait) {
                    deaf(wait, to: "its time, \(scene.text(deadline))", poll, scene)
                }
            case .yield, .join, .receive: break
            }
        }
    }

    private mutating func deaf(
        _ wait: Scene.Wait, to what: String, _ poll: Scene.Poll, _ scene: Scene
    ) {
        if let first = violations.first, first.event < scene.event { return }
        let list =
            poll.list.isEmpty
            ? "the guest had nothing to poll"
            : "the guest waited for \(scene.names(ofPollables: poll.list))"
        object(
            "the reactor is deaf: \(scene.name(wait.task)) had waited for \(what) since "
                + "\(scene.text(wait.time)), and \(list)", task: wait.task,
            because: [wait.event, poll.event], in: scene)
    }
}
