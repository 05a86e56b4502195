// The step door turns a scenario's steps into hand-outs.

import PolluxHost

extension StepDoor {
    /// Does an operation; returns what is handed out, or `nil` where the host did it alone.
    func perform(_ operation: Operation, for task: TaskID) throws(HostTrap) -> HandOut? {
        switch operation {
        case .adopt(let target, let name): return try adopt(target, name: name, for: task)
        case .wait(let targets, let isAll, let name, let words):
            return try wait(for: targets, isAll: isAll, name: name, words, task)
        case .releaseOwn:
            // One slot a time: the rest stays queued.
            guard !tasks[task].own.isEmpty else { return nil }
            let slot = tasks[task].own.removeFirst()
            if !tasks[task].own.isEmpty { tasks[task].nextOperation -= 1 }
            note(.released(slot.serial))
            return .release(slot.number)
        case .release(let name):
            guard let slot = named.removeValue(forKey: name) else { throw unsubscribed(name, task) }
            note(.released(slot.serial))
            return .release(slot.number)
        case .sleep(let duration, let words):
            return suspend(task, .sleep(duration), words, .sleep(duration))
        case .yield: return suspend(task, .yield, "yield", .yield)
        case .spawn(let other):
            guard case .waitingToStart = tasks[other].status, tasks[other].lastEvent == nil else {
                throw fault("'\(scenario.tasks[other].name)' has been spawned already", task)
            }
            tasks[other].lastEvent = tasks[task].lastEvent
            note(.spawned(other))
            return .spawn(other + 1)
        case .join(let other, let words):
            guard isStarted(other) else {
                throw fault("'\(scenario.tasks[other].name)' has not been spawned yet", task)
            }
            return suspend(task, .join(other), words, .join(other + 1))
        case .cancel(let other):
            guard isStarted(other) else {
                throw fault("'\(scenario.tasks[other].name)' has not been spawned yet", task)
            }
            if !isEnded(other) {
                if !tasks[other].isCancelRequested { cancelsInProgress += 1 }
                tasks[other].isCancelRequested = true
                note(.cancelAsked(other))
                tasks[other].lastEvent = tasks[task].lastEvent
            }
            return .cancel(other + 1)
        case .send(let channel):
            note(.sent(channel))
            return .send(channel)
        case .receive(let channel, let words):
            return suspend(task, .receive(channel), words, .receive(channel))
        case .open(let stream): return try open(stream, for: task)
        case .read(let stream, let count, let reading, let words):
            return suspend(
                task, .read(stream, upTo: count, reading), words,
                .read(slot: streams[stream]!.number, upTo: count))
        case .write(let stream, let bytes, let name, let words):
            return suspend(
                task, .write(stream, as: name), words,
                .write(slot: streams[stream]!.number, bytes))
        case .flush(let stream, let name, let words):
            return suspend(
                task, .flush(stream, as: name), words,
                .flush(slot: streams[stream]!.number))
        case .releaseStream(let stream): return try releaseStream(stream, task)
        case .socket(let step, let resource, let name, let words):
            let handOut = try socketStep(step, resource, task)
            return suspend(task, .socket(step, resource, as: name), words, handOut)
        case .here(let step):
            note(.ownCall(true))
            try doHere(step, for: task)
            note(.ownCall(false))
            return nil
        }
    }

    func suspend(
        _ task: TaskID, _ wait: Wait, _ words: String, _ handOut: HandOut
    ) -> HandOut {
        tasks[task].status = .waiting(wait)
        let event = log(task, .wait(words), because: [])
        note(.waits(task, wait), at: event)
        turns.append(event)
        return handOut
    }

    func adopt(
        _ target: Target, name: PollNameID?, for task: TaskID
    ) throws(HostTrap) -> HandOut {
        guard case .resource(let resource) = target else {
            preconditionFailure("only resources are adopted")
        }
        if let name, named[name] != nil {
            throw fault("'\(scenario.pollNames[name])' is subscribed already; drop it first", task)
        }
        let handle: Int32
        let label = scenario.resources[resource].name
        note(.adopts(owner: name == nil ? task : nil, resource))
        switch scenario.resources[resource].kind {
        case .level:
            handle = try host.subscribe(SourceID(index: Int32(resource)), named: label)
        case .after(let delay):
            handle = try host.subscribe(driver.now.advanced(by: delay), named: label)
        case .at(let time):
            handle = try host.subscribe(driver.start.advanced(by: time), named: label)
        case .input, .stdin: handle = try host.subscribe(input: streams[resource]!.handle)
        case .output: handle = try host.subscribe(output: streams[resource]!.handle)
        case .tcp, .client, .udp, .listener, .name, .http:
            guard let known = try host.subscribe(toSocketNamed: label) else {
                throw unopened(resource, task)
            }
            handle = known
        }
        nextSlot += 1
        let serial = host.serial(ofPollable: handle)!
        let slot = Slot(number: nextSlot, handle: handle, serial: serial, target: target)
        resourceOf[serial] = resource
        if streams[resource] == nil { handles.append((target, handle)) }
        if let name {
            named[name] = slot
            pollNamesOf[serial] = name
            handles.append((.pollable(name), handle))
        } else {
            tasks[task].own.append(slot)
        }
        return .adopt(slot: slot.number, handle: handle, isOwnedByTask: name == nil)
    }

    func wait(
        for targets: [Target], isAll: Bool, name: String?, _ words: String, _ task: TaskID
    ) throws(HostTrap) -> HandOut {
        var slots: [Slot] = []
        slots.reserveCapacity(targets.count)
        var own = tasks[task].own[...]
        for target in targets {
            switch target {
            case .resource: slots.append(own.removeFirst())
            case .pollable(let name):
                guard let slot = named[name] else { throw unsubscribed(name, task) }
                slots.append(slot)
            }
        }
        return suspend(
            task, .slots(slots, isAll: isAll, name: name), words,
            isAll ? .waitAll(slots) : .waitAny(slots))
    }
}
