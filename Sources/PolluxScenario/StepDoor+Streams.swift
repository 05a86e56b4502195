// Steps on streams: who owns them, opening, dropping, and what reads and writes give.

import PolluxHost

extension StepDoor {
    /// Gives the guest a stream, if it has not got it; a step's first use of it opens it.
    ///
    /// A stream that one task alone uses, by steps alone, goes with that task; another is the
    /// guest's, until a step drops it.
    func open(_ resource: ResourceID, for task: TaskID) throws(HostTrap) -> HandOut? {
        if streams[resource] != nil { return nil }
        if scenario.resources[resource].isOfNetwork { throw unopened(resource, task) }
        let label = scenario.resources[resource].name
        let source = SourceID(index: Int32(resource))
        if case .stdin = scenario.resources[resource].kind {
            // The process's own: each time it is another handle of the one stream.
        } else if droppedStreams.contains(resource) {
            throw fault("'\(label)' was dropped before, and a stream is opened once", task)
        }
        let handle: Int32
        switch scenario.resources[resource].kind {
        case .input: handle = try host.addInputStream(source, named: label)
        case .stdin: handle = try host.addInputStream(source, kind: .stdio, named: label)
        case .output: handle = try host.addOutputStream(source, named: label)
        case .level, .after, .at, .tcp, .client, .udp, .listener, .name, .http:
            preconditionFailure("only streams are opened")
        }
        let isInput = scenario.resources[resource].isInput
        nextSlot += 1
        let serial = host.serial(of: handle, as: isInput ? .inputStream : .outputStream)!
        let slot = StreamSlot(
            number: nextSlot, handle: handle, serial: serial, resource: resource)
        streams[resource] = slot
        resourceOf[serial] = resource
        handles.append((.resource(resource), handle))
        trace.record(.open(serial), at: driver.now)
        let isOwn = script.streamOwners[resource] == task
        note(.adoptsStream(serial, owner: isOwn ? task : nil))
        if isOwn { tasks[task].ownStreams.append(slot) }
        return .adoptStream(
            slot: slot.number, handle: handle, isInput: isInput, isOwnedByTask: isOwn)
    }

    /// Hands out the release of a stream that nobody is using.
    func releaseStream(_ resource: ResourceID, _ task: TaskID) throws(HostTrap) -> HandOut {
        let user = tasks.indices.first { other in
            switch tasks[other].status {
            case .waiting(.read(resource, _, _)), .waiting(.write(resource, _)),
                .waiting(.flush(resource, _)), .waiting(.socket(_, resource, _)):
                !tasks[other].isCancelRequested
            default: false
            }
        }
        if let user {
            throw fault(
                "'\(scenario.resources[resource].name)' cannot be dropped while "
                    + "'\(scenario.tasks[user].name)' uses it",
                task)
        }
        let slot = streams.removeValue(forKey: resource)!
        tasks[task].ownStreams.removeAll { $0.number == slot.number }
        // A socket can be opened again.
        if scenario.resources[resource].isOfNetwork { return .release(slot.number) }
        droppedStreams.insert(resource)
        note(.released(slot.serial))
        return .release(slot.number)
    }

    /// Whether the guest still holds the stream.
    func isAlive(_ stream: StreamSlot) -> Bool {
        let resource = scenario.resources[stream.resource]
        if resource.isOfNetwork { return host.holdsSocket(named: resource.name) }
        let isInput = resource.isInput
        return host.serial(of: stream.handle, as: isInput ? .inputStream : .outputStream)
            == stream.serial
    }

    // MARK: Results

    /// Whether a read of up to `count` bytes can end so.
    func canEndRead(of resource: ResourceID, upTo count: Int, with outcome: StepReport) -> Bool {
        // A datagram may have no bytes.
        let least = if case .udp = scenario.resources[resource].kind { 0 } else { 1 }
        return switch outcome {
        case .bytes(let bytes): (least...count).contains(bytes.count)
        case .closed, .failed, .unsupported: true
        case .none, .index, .cancelled: false
        }
    }

    /// Keeps what a step on a stream gave, and reads on where that is what the step says.
    func take(_ outcome: StepReport, of wait: Wait, for task: TaskID) throws(HostTrap) {
        if outcome == .unsupported { return }
        switch wait {
        case .read(let stream, let count, .untilClosed(let name, let before)):
            switch outcome {
            case .bytes(let bytes):
                let reading = Reading.untilClosed(as: name, before + bytes)
                let label = scenario.resources[stream].name
                tasks[task].goBack(to: .read(stream, upTo: count, reading, "read \(label)"))
            case .closed: keep(.bytes(before), as: name, "read", stream, for: task)
            default: keep(value(outcome), as: name, "read", stream, for: task)
            }
        case .read(let stream, _, .once(let name)):
            keep(value(outcome), as: name, "read", stream, for: task)
        case .write(let stream, let name):
            keep(value(outcome), as: name, "write", stream, for: task)
        case .flush(let stream, let name):
            keep(value(outcome), as: name, "flush", stream, for: task)
        case .socket(let step, let resource, let name):
            try takeSocket(outcome, of: step, resource, as: name, for: task)
        case .slots, .sleep, .yield, .join, .receive: break
        }
    }

    func value(_ outcome: StepReport) -> ValueClaim.Value {
        switch outcome {
        case .bytes(let bytes): .bytes(bytes)
        case .closed: .closed
        case .failed(let text): .failed(text)
        case .none, .index, .unsupported, .cancelled: .ok
        }
    }

    /// Keeps a value under its name; one without a name that is no success is a `fail` of the task.
    func keep(
        _ value: ValueClaim.Value, as name: String?, _ verb: String, _ stream: ResourceID,
        for task: TaskID
    ) {
        if let name {
            values[name] = value
            return
        }
        switch value {
        case .closed, .failed:
            let label = scenario.resources[stream].name
            log(
                task, .fail("\(verb) \(label): \(Words.value(value))"),
                because: EventCauses(tasks[task].lastEvent))
        default: break
        }
    }

    /// The log's place of the guest's last call on the stream; for causes.
    func lastCall(on resource: ResourceID) -> Int? {
        // The call that ended a read or write stands near the end, or is not to be found.
        if scenario.resources[resource].isOfNetwork {
            let label = scenario.resources[resource].name
            return trace.events.suffix(64).last { event in
                switch event.what {
                case .stream(let call): trace.name(ofResource: call.stream) == label
                case .socket(let call): trace.name(ofResource: call.socket) == label
                default: false
                }
            }?.id
        }
        guard let serial = streams[resource]?.serial else { return nil }
        for event in trace.events.suffix(64).reversed() {
            if case .stream(let call) = event.what, call.stream == serial { return event.id }
        }
        return nil
    }
}

extension Scenario {
    /// The streams that go with a task: only that task uses them, and under no subscribed name.
    var streamOwners: [ResourceID: TaskID] {
        let (users, subscribed) = streamUsers
        var owners: [ResourceID: TaskID] = [:]
        for (resource, tasks) in users where tasks.count == 1 {
            if !subscribed.contains(resource) { owners[resource] = tasks.first! }
        }
        return owners
    }

    /// The streams and sockets that steps use or subscribe.
    var usedStreams: Set<ResourceID> {
        let (users, subscribed) = streamUsers
        return subscribed.union(users.keys)
    }

    private var streamUsers: (users: [ResourceID: Set<TaskID>], subscribed: Set<ResourceID>) {
        var users: [ResourceID: Set<TaskID>] = [:]
        var subscribed: Set<ResourceID> = []
        func visit(_ steps: [Located<Step>], of task: TaskID) {
            for step in steps {
                switch step.value {
                case .read(let stream, _, _), .readUntilClosed(let stream, _),
                    .write(let stream, _, _), .flush(let stream, _), .dropStream(let stream),
                    .connect(let stream, _), .listen(let stream, _), .accept(let stream, _),
                    .shut(let stream, _, _), .fetch(let stream, _, _), .trailers(let stream, _):
                    users[stream, default: []].insert(task)
                case .waitAny(let targets, _), .waitAll(let targets):
                    for case .resource(let resource) in targets {
                        users[resource, default: []].insert(task)
                    }
                case .subscribe(let resource, _): subscribed.insert(resource)
                case .repeat(_, let steps): visit(steps, of: task)
                default: break
                }
            }
        }
        for (index, task) in tasks.enumerated() { visit(task.steps, of: index) }
        return (users, subscribed)
    }
}
