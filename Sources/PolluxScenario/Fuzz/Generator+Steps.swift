// The steps of generated programs, but for those on streams.

extension Generator {
    /// Appends a step of one of the scenario's kinds; a yield where those that are drawn do not
    /// fit.
    mutating func appendStep(to task: Int) {
        for _ in 0..<4 {
            if appendStep(draws.pick(kinds, for: .task(task)), to: task) { return }
        }
        appendStep(.yield, to: task)
    }

    /// Appends a step of this kind, or a few; false where none fits.
    @discardableResult
    mutating func appendStep(_ kind: StepKind, to task: Int) -> Bool {
        switch kind {
        case .sleep: append(.sleep(time(for: .task(task))), waking: 1, to: task)
        case .yield: append(.yield, waking: 1, to: task)
        case .work: append(.work(time(for: .task(task))), waking: 0, to: task)
        case .say:
            // What stands behind a step that never ends is not to be said.
            if tasks[task].isDoomed { return false }
            append(.say("here"), waking: 0, to: task)
        case .wait:
            guard let target = target(for: task) else { return false }
            append(.waitAny([use(target, by: task)], as: nil), waking: 1, to: task)
        case .race: return appendRace(to: task)
        case .all:
            let targets = targets(for: task)
            guard targets.count > 1 else { return false }
            append(.waitAll(targets.map { use($0, by: task) }), waking: 1, to: task)
        case .named: return appendNamed(to: task)
        case .ready:
            guard let name = usableNames(for: task).first else { return false }
            append(.ready(use(.name(name), by: task), as: nil), waking: 0, to: task)
        case .repetition: appendRepetition(to: task)
        case .busy:
            let body: [Draft.Step] =
                draws.happens(50, for: .task(task))
                ? [.yield] : [.work(times.max()! / 4 + 1), .yield]
            let count = draws.pick([3, 10, 80], for: .task(task))
            append(.repeat(count, body), waking: count, to: task)
        case .spawn: return appendSpawn(to: task)
        case .join: return appendJoin(to: task)
        case .cancel: return appendCancel(to: task)
        case .send: return appendSend(to: task)
        case .receive: return appendReceive(to: task)
        case .read: return appendRead(to: task)
        case .write: return appendWrite(to: task)
        case .flush: return appendFlush(to: task)
        case .streamWait: return appendStreamWait(to: task)
        case .connect: return appendConnect(to: task)
        case .listen: return appendListen(to: task)
        case .datagram: return appendDatagram(to: task)
        case .shut: return appendShut(to: task)
        case .lookup: return appendLookup(to: task)
        case .fetch: return appendFetch(to: task)
        case .trailers: return appendTrailers(to: task)
        }
        return true
    }

    /// Appends a step after which the task has woken so many times more.
    mutating func append(_ step: Draft.Step, waking wakes: Int?, to task: Int) {
        tasks[task].steps.append(step)
        count(wakes, of: task)
    }

    // MARK: Waits

    /// What a task waits for, by its place.
    enum Target: Hashable {
        case prop(Int)
        case name(Int)
    }

    /// Something that a task can wait for and that comes: a level, a timer, or a subscribed name.
    private mutating func target(for task: Int) -> Target? {
        let part = Genome.Part.task(task)
        let names = usableNames(for: task).filter { props[self.names[$0].prop].isSure }
        if !names.isEmpty, draws.happens(50, for: part) {
            return .name(draws.pick(names, for: part))
        }
        let sure = props.indices.filter { props[$0].isPlain && props[$0].isSure }
        return sure.isEmpty ? nil : .prop(draws.pick(sure, for: part))
    }

    private mutating func targets(for task: Int) -> [Target] {
        var targets: [Target] = []
        for _ in 0..<draws.number(in: 2...3, for: .task(task)) {
            guard let target = target(for: task) else { continue }
            // Twice the same is legal, and rare in programs.
            if !targets.contains(target) || draws.happens(10, for: .task(task)) {
                targets.append(target)
            }
        }
        return targets
    }

    /// Notes who uses it, and returns its name.
    private mutating func use(_ target: Target, by task: Int) -> String {
        switch target {
        case .prop(let prop):
            use(prop: prop, by: task)
            return props[prop].name
        case .name(let name):
            names[name].users.insert(task)
            return names[name].name
        }
    }

    /// A wait for any of several, some of which may never come.
    private mutating func appendRace(to task: Int) -> Bool {
        let part = Genome.Part.task(task)
        guard let sure = target(for: task) else { return false }
        var targets = [sure]
        let never = props.indices.first { props[$0].isPlain && props[$0].isNever }
        if let never, draws.happens(50, for: part) {
            targets.append(.prop(never))
        } else if let other = target(for: task), other != sure {
            targets.append(other)
        }
        guard targets.count > 1 else { return false }
        if draws.happens(50, for: part) { targets.swapAt(0, 1) }
        let isCertain = never.map { targets.contains(.prop($0)) } ?? false
        let value = isCertain && !tasks[task].isDoomed ? nextValue() : nil
        let names = targets.map { use($0, by: task) }
        append(.waitAny(names, as: value), waking: 1, to: task)
        if let value {
            // What a step gives is the resource, by whatever name it was waited for.
            let prop =
                switch sure {
                case .prop(let prop): prop
                case .name(let name): self.names[name].prop
                }
            valueClaims.append(ValueClaim(name: value, value: .text(props[prop].name)))
        }
        return true
    }

    /// Subscribes a name, or drops one that nobody uses any more.
    private mutating func appendNamed(to task: Int) -> Bool {
        let part = Genome.Part.task(task)
        if draws.happens(40, for: part) {
            let free = names.indices.filter { name in
                !names[name].isDropped && names[name].subscriber == task
                    && names[name].users.isSubset(of: tasks[task].joined.union([task]))
            }
            if let name = free.first {
                names[name].isDropped = true
                append(.drop(names[name].name), waking: 0, to: task)
                return true
            }
        }
        let fit = props.indices.filter { props[$0].isPlain }
        guard !fit.isEmpty, names.count < 12 else { return false }
        let prop = draws.pick(fit, for: part)
        use(prop: prop, by: task)
        let name = NamePlan(
            name: "n\(names.count + 1)", prop: prop, subscriber: task)
        names.append(name)
        tasks[task].knownNames.append(names.count - 1)
        append(.subscribe(props[prop].name, as: name.name), waking: 0, to: task)
        return true
    }

    private func usableNames(for task: Int) -> [Int] {
        tasks[task].knownNames.filter { !names[$0].isDropped }
    }

    /// A resource is used; by a task that may not come to it, maybe not.
    mutating func use(prop: Int, by task: Int) {
        props[prop].isUsed = true
        if tasks[task].isDoomed { props[prop].isOptional = true }
    }

    // MARK: Repeats

    /// A few short steps, several times.
    private mutating func appendRepetition(to task: Int) {
        let part = Genome.Part.task(task)
        let count = draws.pick([2, 2, 3, 5], for: part)
        var body: [Draft.Step] = []
        var wakes = 0
        for _ in 0..<draws.number(in: 1...2, for: part) {
            switch draws.below(5, for: part) {
            case 0:
                body.append(.sleep(time(for: part)))
                wakes += 1
            case 1: body.append(.work(time(for: part)))
            case 2:
                guard let target = target(for: task) else { continue }
                body.append(.waitAny([use(target, by: task)], as: nil))
                wakes += 1
            case 3:
                let fit = props.indices.filter { props[$0].isPlain && props[$0].isSure }
                guard !fit.isEmpty, names.count < 12 else { continue }
                let prop = draws.pick(fit, for: part)
                use(prop: prop, by: task)
                let name = "n\(names.count + 1)"
                names.append(
                    NamePlan(
                        name: name, prop: prop, subscriber: task, users: [task], isDropped: true))
                body += [
                    .subscribe(props[prop].name, as: name), .waitAny([name], as: nil), .drop(name),
                ]
                wakes += 1
            default:
                body.append(.yield)
                wakes += 1
            }
        }
        if body.isEmpty {
            body = [.yield]
            wakes = 1
        }
        append(.repeat(count, body), waking: wakes * count, to: task)
    }

    // MARK: Tasks

    private mutating func appendSpawn(to task: Int) -> Bool {
        // Where there is a main task it joins all others, so it must know them.
        guard tasks.count < Self.mostTasks, !tasks[task].isDoomed, !hasMain || task == 0 else {
            return false
        }
        let child = addTask(spawnedBy: task, tasks.count)
        // What it is told of is there by then; its parent knows it from here on.
        tasks[child].knownTasks.append(child)
        tasks[task].knownTasks.append(child)
        append(.spawn(tasks[child].name), waking: 0, to: task)
        return true
    }

    private mutating func appendJoin(to task: Int) -> Bool {
        let fit = tasks[task].knownTasks.filter { other in
            other != task && other != 0 && (!tasks[other].isDoomed || tasks[other].isCancelled)
        }
        guard !fit.isEmpty else { return false }
        join(draws.pick(fit, for: .task(task)), by: task)
        return true
    }

    /// Nothing is appended to a task that somebody joins: its end stands before the join.
    mutating func join(_ other: Int, by task: Int) {
        if tasks[other].steps.isEmpty { append(.yield, waking: 1, to: other) }
        tasks[other].isClosed = true
        append(.join([tasks[other].name]), waking: 1, to: task)
        tasks[task].joined.insert(other)
        if !tasks[other].isDoomed, !tasks[task].isDoomed, relations.count < 4 {
            relations.append(
                .before([[.init(tasks[other].name, .done)], [.init(tasks[task].name, .done)]]))
        }
    }

    private mutating func appendCancel(to task: Int) -> Bool {
        guard !tasks[task].isDoomed else { return false }
        let fit = tasks[task].knownTasks.filter { other in
            other != task && tasks[other].isDoomed && !tasks[other].isCancelled
                && !tasks[other].steps.isEmpty
        }
        guard !fit.isEmpty else { return false }
        cancel(
            draws.pick(fit, for: .task(task)), by: task,
            thenJoin: draws.happens(70, for: .task(task)))
        return true
    }

    mutating func cancel(_ other: Int, by task: Int, thenJoin: Bool) {
        tasks[other].isCancelled = true
        tasks[other].isClosed = true
        append(.cancel(tasks[other].name, thenJoin: thenJoin), waking: thenJoin ? 1 : 0, to: task)
        if thenJoin { tasks[task].joined.insert(other) }
    }

    /// A step that does not end by itself, for a task that will be cancelled, or for a deadlock.
    mutating func hangingStep(for task: Int) -> Draft.Step {
        if abilities.channels, draws.happens(40, for: .task(task)) {
            let name = "c\(channels.count + 1)"
            channels.append(ChannelPlan(name: name, receivers: [task], isSilent: true))
            return .recv(name)
        }
        let nevers = props.indices.filter { prop in
            // Every wait for a response comes to an end.
            props[prop].isNever && props[prop].user == nil
                && (props[prop].exchange == nil || tasks[task].isDoomed)
        }
        if !nevers.isEmpty {
            let never = draws.pick(nevers, for: .task(task))
            use(prop: never, by: task)
            let name = props[never].name
            switch props[never].door {
            case .name: return .lookup(name, as: nil)
            case .tcp:
                props[never].user = task
                return .connect(name, as: nil)
            case .http:
                props[never].user = task
                return .fetch(name, Self.patient, as: nil)
            default: return .waitAny([name], as: nil)
            }
        }
        var prop = Prop(name: "p\(props.count)", door: .level)
        prop.isNever = true
        props.append(prop)
        use(prop: props.count - 1, by: task)
        return .waitAny([prop.name], as: nil)
    }

    // MARK: Channels

    private mutating func appendSend(to task: Int) -> Bool {
        guard !tasks[task].isDoomed else { return false }
        let part = Genome.Part.task(task)
        // Where two tasks receive, all messages were sent before they did.
        let fit = channels.indices.filter {
            !channels[$0].isSilent && channels[$0].receivers.count < 2
        }
        let channel: Int
        if fit.isEmpty || (channels.count < 4 && draws.happens(30, for: part)) {
            channels.append(ChannelPlan(name: "c\(channels.count + 1)"))
            channel = channels.count - 1
        } else {
            channel = draws.pick(fit, for: part)
        }
        let count = draws.pick([1, 1, 1, 3], for: part)
        let step = Draft.Step.send(channels[channel].name)
        channels[channel].sent += count
        if !channels[channel].receivers.isEmpty { channels[channel].isSentToLater = true }
        append(count == 1 ? step : .repeat(count, [step]), waking: 0, to: task)
        return true
    }

    private mutating func appendReceive(to task: Int) -> Bool {
        let part = Genome.Part.task(task)
        if tasks[task].isDoomed {
            guard draws.happens(50, for: part) else { return false }
            tasks[task].steps += [hangingStep(for: task), .say("unreachable")]
            tasks[task].hangs = true
            tasks[task].isClosed = true
            return true
        }
        let fit = channels.indices.filter { channel in
            let plan = channels[channel]
            return plan.sent > plan.received
                && (plan.receivers.isSubset(of: [task]) || !plan.isSentToLater)
        }
        guard !fit.isEmpty else { return false }
        let channel = draws.pick(fit, for: part)
        channels[channel].received += 1
        channels[channel].receivers.insert(task)
        append(.recv(channels[channel].name), waking: 1, to: task)
        return true
    }
}
