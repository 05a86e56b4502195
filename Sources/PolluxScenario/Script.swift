// A scenario's program as the step door follows it: what each step comes to, made once for all runs.

import PolluxHost

/// The steps of every task, with the hand-outs that each comes to.
final class Script: Sendable {
    let scenario: Scenario
    /// The streams that go with a task; the others are the guest's.
    let streamOwners: [ResourceID: TaskID]
    /// The tasks that start by themselves, in file order.
    let starts: [TaskID]
    /// The task `main`, which the entry joins alone, if there is one.
    let main: TaskID?
    /// Each task's steps.
    let steps: [[ScriptedStep]]
    /// For each task the first one that it is like.
    let firstLikes: [TaskID]
    /// Whether there are tasks that are alike.
    let hasLikes: Bool

    init(_ scenario: Scenario) {
        self.scenario = scenario
        streamOwners = scenario.streamOwners
        starts = scenario.tasks.indices.filter { !scenario.tasks[$0].isSpawned }
        main = scenario.tasks.firstIndex { $0.name == "main" }
        steps = scenario.tasks.map { ScriptedStep.list($0.steps, in: scenario) }
        used = scenario.usedStreams
        firstLikes = scenario.firstLikes
        hasLikes = firstLikes.enumerated().contains { $0.offset != $0.element }
    }

    /// The streams and sockets that steps use.
    private let used: Set<ResourceID>

    /// Whether some step uses the stream or socket.
    func isUsed(_ resource: ResourceID) -> Bool { used.contains(resource) }
}

/// One step of a task's.
struct ScriptedStep: Sendable {
    /// Where it is written.
    var place: Place
    var what: What

    enum What: Sendable {
        /// These, one after the other.
        case operations([StepDoor.Operation])
        case `repeat`(Int, [ScriptedStep])
    }

    static func list(_ steps: [Located<Step>], in scenario: Scenario) -> [ScriptedStep] {
        steps.map { step in
            if case .repeat(let count, let body) = step.value {
                return ScriptedStep(
                    place: step.place, what: .repeat(count, list(body, in: scenario)))
            }
            return ScriptedStep(
                place: step.place, what: .operations(scenario.operations(of: step.value)))
        }
    }
}

extension Scenario {
    /// What a step comes to.
    fileprivate func operations(of step: Step) -> [StepDoor.Operation] {
        switch step {
        case .sleep(let duration):
            return [.sleep(duration, "sleep \(TimeText.string(duration))")]
        case .waitAny(let targets, let name):
            return openings(of: targets) + adoptions(of: targets)
                + [.wait(targets, isAll: false, name: name, words(targets, " | ")), .releaseOwn]
        case .waitAll(let targets):
            return openings(of: targets) + adoptions(of: targets)
                + [.wait(targets, isAll: true, name: nil, words(targets, " & ")), .releaseOwn]
        case .subscribe(let resource, let name):
            return openings(of: [.resource(resource)]) + [.adopt(.resource(resource), name: name)]
        case .read(let stream, let count, let name):
            return [
                .open(stream),
                .read(stream, upTo: count, .once(as: name), "read \(resources[stream].name)"),
            ]
        case .readUntilClosed(let stream, let name):
            let reading = StepDoor.Reading.untilClosed(as: name, [])
            return [
                .open(stream),
                .read(
                    stream, upTo: StepPhrase.mostRead, reading, "read \(resources[stream].name)"),
            ]
        case .write(let stream, let bytes, let name):
            let words = "write \(resources[stream].name) \(ByteExcerpt(bytes).text)"
            return [.open(stream), .write(stream, bytes, as: name, words)]
        case .flush(let stream, let name):
            return [.open(stream), .flush(stream, as: name, "flush \(resources[stream].name)")]
        case .dropStream(let stream): return [.open(stream), .releaseStream(stream)]
        case .connect(let peer, let name): return [socket(.connect, "connect", peer, as: name)]
        case .listen(let listener, let name):
            return [socket(.listen, "listen", listener, as: name)]
        case .accept(let listener, let name):
            return [.open(listener), socket(.accept, "accept", listener, as: name)]
        case .shut(let peer, let kind, let name):
            return [.open(peer), socket(.shut(kind), "shut", peer, as: name)]
        case .lookup(let door, let name): return [socket(.lookUp, "lookup", door, as: name)]
        case .fetch(let server, let request, let name):
            return [socket(.fetch(request), "fetch", server, as: name)]
        case .trailers(let server, let name):
            return [.open(server), socket(.trailers, "trailers", server, as: name)]
        case .drop(let name): return [.release(name)]
        case .join(let others): return others.map { join($0) }
        case .spawn(let other): return [.spawn(other)]
        case .cancel(let other, let thenJoin):
            return thenJoin ? [.cancel(other), join(other)] : [.cancel(other)]
        case .yield: return [.yield]
        case .send(let channel): return [.send(channel)]
        case .recv(let channel): return [.receive(channel, "recv \(channels[channel])")]
        case .work, .say, .exit, .poll, .ready, .block, .stream: return [.here(step)]
        case .repeat: preconditionFailure("a repeat is walked, not done")
        }
    }

    private func join(_ task: TaskID) -> StepDoor.Operation {
        .join(task, "join \(tasks[task].name)")
    }

    private func socket(
        _ step: StepDoor.SocketStep, _ verb: String, _ resource: ResourceID, as name: String?
    ) -> StepDoor.Operation {
        .socket(step, resource, as: name, "\(verb) \(resources[resource].name)")
    }

    /// The streams among the targets have to be open before they can be subscribed.
    private func openings(of targets: [Target]) -> [StepDoor.Operation] {
        targets.compactMap { target in
            guard case .resource(let resource) = target else { return nil }
            return resources[resource].isOpened ? .open(resource) : nil
        }
    }

    private func adoptions(of targets: [Target]) -> [StepDoor.Operation] {
        targets.compactMap { target in
            if case .resource = target { .adopt(target, name: nil) } else { nil }
        }
    }

    private func words(_ targets: [Target], _ separator: String) -> String {
        targets.map { name(of: $0) }.joined(separator: separator)
    }

    /// How a person calls what is waited for.
    func name(of target: Target) -> String {
        switch target {
        case .resource(let resource): resources[resource].name
        case .pollable(let name): pollNames[name]
        }
    }
}
