// Drafts made smaller: without a task or a resource, and all that speaks of it.

extension Draft.Step {
    /// The step without some names; `nil` where nothing is left to do.
    func without(_ names: Set<String>) -> Self? {
        func kept(_ list: [String]) -> [String] { list.filter { !names.contains($0) } }
        switch self {
        case .sleep, .work, .yield, .say, .exit: return self
        case .waitAny(let targets, as: let name):
            let left = kept(targets)
            return left.isEmpty ? nil : .waitAny(left, as: name)
        case .waitAll(let targets):
            let left = kept(targets)
            if left.count < 2 { return left.isEmpty ? nil : .waitAny(left, as: nil) }
            return .waitAll(left)
        case .join(let tasks):
            let left = kept(tasks)
            return left.isEmpty ? nil : .join(left)
        case .poll(let list, as: let name):
            let left = kept(list)
            return left.isEmpty && !list.isEmpty ? nil : .poll(left, as: name)
        case .repeat(let count, let steps):
            let left = steps.compactMap { $0.without(names) }
            return left.isEmpty ? nil : .repeat(count, left)
        case .subscribe(let first, as: let second):
            return names.contains(first) || names.contains(second) ? nil : self
        case .drop(let name), .spawn(let name), .cancel(let name, thenJoin: _), .block(let name),
            .read(let name, upTo: _, as: _), .readUntilClosed(let name, as: _),
            .write(let name, _, as: _), .flush(let name, as: _), .ready(let name, as: _),
            .send(let name), .recv(let name), .connect(let name, as: _),
            .listen(let name, as: _), .accept(let name, as: _), .shut(let name, _, as: _),
            .lookup(let name, as: _), .fetch(let name, _, as: _), .trailers(let name, as: _),
            .stream(let name, isBinding: _, as: _):
            return names.contains(name) ? nil : self
        }
    }

    /// The step with other names.
    func renamed(_ name: (String) -> String) -> Self {
        switch self {
        case .sleep, .work, .yield, .say, .exit: self
        case .waitAny(let targets, as: let value): .waitAny(targets.map(name), as: value)
        case .waitAll(let targets): .waitAll(targets.map(name))
        case .join(let tasks): .join(tasks.map(name))
        case .poll(let list, as: let value): .poll(list.map(name), as: value)
        case .repeat(let count, let steps): .repeat(count, steps.map { $0.renamed(name) })
        case .subscribe(let first, as: let second): .subscribe(name(first), as: name(second))
        case .drop(let target): .drop(name(target))
        case .spawn(let task): .spawn(name(task))
        case .cancel(let task, let thenJoin): .cancel(name(task), thenJoin: thenJoin)
        case .block(let poll): .block(name(poll))
        case .read(let stream, upTo: let most, as: let value):
            .read(name(stream), upTo: most, as: value)
        case .readUntilClosed(let stream, as: let value): .readUntilClosed(name(stream), as: value)
        case .write(let stream, let bytes, as: let value): .write(name(stream), bytes, as: value)
        case .flush(let stream, as: let value): .flush(name(stream), as: value)
        case .ready(let poll, as: let value): .ready(name(poll), as: value)
        case .connect(let peer, as: let value): .connect(name(peer), as: value)
        case .listen(let listener, as: let value): .listen(name(listener), as: value)
        case .accept(let listener, as: let value): .accept(name(listener), as: value)
        case .shut(let peer, let kind, as: let value): .shut(name(peer), kind, as: value)
        case .lookup(let door, as: let value): .lookup(name(door), as: value)
        case .fetch(let server, let request, as: let value):
            .fetch(name(server), request, as: value)
        case .trailers(let server, as: let value): .trailers(name(server), as: value)
        case .stream(let peer, let isBinding, as: let value):
            .stream(name(peer), isBinding: isBinding, as: value)
        // Channels have names of their own.
        case .send, .recv: self
        }
    }

    /// The step with other durations.
    func retimed(_ time: (UInt64) -> UInt64) -> Self {
        switch self {
        case .sleep(let duration): .sleep(time(duration))
        case .work(let duration): .work(time(duration))
        case .repeat(let count, let steps): .repeat(count, steps.map { $0.retimed(time) })
        case .fetch(let server, let request, as: let value):
            .fetch(server, request.retimed(time), as: value)
        default: self
        }
    }

    /// The steps in it, itself among them.
    var all: [Self] {
        if case .repeat(_, let steps) = self { return [self] + steps.flatMap(\.all) }
        return [self]
    }

    /// The durations in it.
    var durations: [UInt64] {
        all.flatMap { step -> [UInt64] in
            switch step {
            case .sleep(let time), .work(let time): [time]
            case .fetch(_, let request, as: _):
                StepPhrase.timeouts.compactMap { request[keyPath: $0.path] }
            default: []
            }
        }
    }
}

extension FetchScript {
    /// With other timeouts.
    fileprivate func retimed(_ time: (UInt64) -> UInt64) -> FetchScript {
        var request = self
        for (_, path) in StepPhrase.timeouts {
            request[keyPath: path] = request[keyPath: path].map(time)
        }
        return request
    }
}

extension Deviation {
    /// The deviation without some names; `nil` where nothing is left of it.
    func without(_ names: Set<String>) -> Deviation? {
        func isGone(_ name: String) -> Bool { names.contains(Self.base(of: name)) }
        if name.map(isGone) == true { return nil }
        var result = self
        if let after, names.contains(after.subject) { result.after = nil }
        switch choice {
        case .order(let list):
            let left = list.filter { !isGone($0) }
            if left.isEmpty { return nil }
            result.choice = .order(left)
        case .omit(let list):
            let left = list.filter { !isGone($0) }
            if left.isEmpty { return nil }
            result.choice = .omit(left)
        case .omitCopy(let name, _) where isGone(name): return nil
        case .run(let task, insteadOf: let other):
            if names.contains(task) { return nil }
            if let other, names.contains(other) { result.choice = .run(task, insteadOf: nil) }
        default: break
        }
        return result
    }

    /// The deviation with other names.
    func renamed(_ name: (String) -> String) -> Deviation {
        func renamed(_ text: String) -> String {
            let base = Self.base(of: text)
            return name(base) + text.dropFirst(base.count)
        }
        var result = self
        result.name = self.name.map(renamed)
        result.after = after.map { Draft.Event(name($0.subject), $0.kind, ordinal: $0.ordinal) }
        switch choice {
        case .order(let list): result.choice = .order(list.map(renamed))
        case .omit(let list): result.choice = .omit(list.map(renamed))
        case .omitCopy(let text, let copy): result.choice = .omitCopy(renamed(text), copy)
        case .run(let task, insteadOf: let other):
            result.choice = .run(name(task), insteadOf: other.map(name))
        default: break
        }
        return result
    }

    /// `door` of `door#2`.
    private static func base(of text: String) -> String { String(text.prefix { $0 != "#" }) }
}

extension Draft {
    /// The names that go with a resource: its own, and those that it is subscribed as.
    func names(with resource: String) -> Set<String> {
        var names: Set = [resource]
        // Without its listener a client is nothing.
        for other in world {
            if case .client(of: resource, _) = other.door {
                names.formUnion(self.names(with: other.name))
            }
        }
        for step in tasks.flatMap(\.steps).flatMap(\.all) {
            if case .subscribe(resource, as: let name) = step { names.insert(name) }
        }
        return names
    }

    /// The draft without some tasks, resources or subscribed names, and without what speaks of them.
    func without(_ names: Set<String>) -> Draft {
        var draft = self
        draft.timeline?.lanes.removeAll { names.contains($0) }
        draft.timeline?.taskRows.removeAll { names.contains($0.task) }
        draft.world.removeAll { names.contains($0.name) }
        draft.facts.removeAll { names.contains($0.resource) }
        if case .tasks(let tasks) = program {
            draft.tasks = tasks.filter { !names.contains($0.name) }.map { task in
                Task(task.name, task.steps.compactMap { $0.without(names) })
            }
        }
        draft.schedule = schedule.compactMap { $0.without(names) }
        draft.expect = expect.map { $0.without(names) }
        return draft
    }

    /// The draft with other names of tasks, resources and subscribed names.
    func renamed(_ names: [String: String]) -> Draft {
        func name(_ old: String) -> String { names[old] ?? old }
        var draft = self
        draft.timeline?.lanes = timeline?.lanes.map(name) ?? []
        for index in draft.timeline?.taskRows.indices ?? 0..<0 {
            draft.timeline?.taskRows[index].task = name(timeline?.taskRows[index].task ?? "")
        }
        for index in draft.world.indices {
            draft.world[index].name = name(world[index].name)
            if case .client(of: let listener, let stream) = world[index].door {
                draft.world[index].door = .client(of: name(listener), stream)
            }
        }
        for index in draft.facts.indices {
            draft.facts[index].resource = name(facts[index].resource)
        }
        if case .tasks(let tasks) = program {
            draft.tasks = tasks.map { Task(name($0.name), $0.steps.map { $0.renamed(name) }) }
        }
        draft.schedule = schedule.map { $0.renamed(name) }
        draft.expect = expect.map { $0.renamed(name) }
        return draft
    }

    /// The draft with other times: of facts, timers, sleeps and work.
    func retimed(_ time: (UInt64) -> UInt64) -> Draft {
        var draft = self
        draft.timeline = nil
        for index in draft.facts.indices { draft.facts[index].time = time(facts[index].time) }
        for index in draft.world.indices {
            switch world[index].door {
            case .after(let instant): draft.world[index].door = .after(time(instant))
            case .at(let instant): draft.world[index].door = .at(time(instant))
            case .name(var script):
                switch script.time {
                case .after(let delay): script.time = .after(time(delay))
                case .at(let instant): script.time = .at(time(instant))
                case .never: break
                }
                draft.world[index].door = .name(script)
            case .http(var exchange, let stream):
                exchange.delay = exchange.delay.map(time)
                draft.world[index].door = .http(exchange, stream)
            default: break
            }
        }
        if case .tasks(let tasks) = program {
            draft.tasks = tasks.map { Task($0.name, $0.steps.map { $0.retimed(time) }) }
        }
        return draft
    }

    /// All times that ``retimed(_:)`` changes.
    var times: [UInt64] {
        let timers = world.compactMap { resource -> UInt64? in
            switch resource.door {
            case .after(let time), .at(let time): return time
            case .name(let script):
                switch script.time {
                case .after(let time), .at(let time): return time
                case .never: return nil
                }
            case .http(let exchange, _): return exchange.delay
            default: return nil
            }
        }
        return facts.map(\.time) + timers + tasks.flatMap(\.steps).flatMap(\.durations)
    }

    /// Without chunks and failures that no fact sends.
    var withoutIdleScripts: Draft {
        var draft = self
        for index in draft.world.indices {
            let changes = facts.filter { $0.resource == world[index].name }.map(\.change)
            guard var stream = world[index].door.stream else { continue }
            // A server without a script sends all that it has.
            if case .http = world[index].door, changes.isEmpty { continue }
            stream.chunks.removeAll { !changes.contains(.chunk($0.letter)) }
            if !changes.contains(.failed) { stream.failure = nil }
            draft.world[index].door = world[index].door.with(stream)
        }
        return draft
    }
}

extension Draft.Relation {
    private var subjects: [String] {
        switch self {
        case .before(let groups): groups.flatMap { $0.map(\.subject) }
        case .within(let first, _, of: let other): [first.subject, other.subject]
        case .sameHandle(let first, let second): [first, second]
        }
    }

    func speaks(of names: Set<String>) -> Bool { subjects.contains(where: names.contains) }

    func renamed(_ name: (String) -> String) -> Self {
        func event(_ event: Draft.Event) -> Draft.Event { event.renamed(name) }
        return switch self {
        case .before(let groups): .before(groups.map { $0.map(event) })
        case .within(let first, let bound, of: let other):
            .within(event(first), bound, of: event(other))
        case .sameHandle(let first, let second): .sameHandle(name(first), name(second))
        }
    }
}

extension Draft.Event {
    func renamed(_ name: (String) -> String) -> Self { Self(name(subject), kind, ordinal: ordinal) }
}

extension Draft.Expectation {
    /// The block without the claims that speak of some names.
    func without(_ names: Set<String>) -> Self {
        func isKept(_ event: Draft.Event) -> Bool { !names.contains(event.subject) }
        var block = self
        block.order.removeAll { !isKept($0) }
        block.exact.removeAll { !isKept($0) }
        block.relations.removeAll { $0.speaks(of: names) }
        block.counts.removeAll { !isKept($0.event) }
        block.eventually.removeAll { !isKept($0.event) }
        block.never.removeAll { if case .event(let event) = $0 { !isKept(event) } else { false } }
        block.sometimes = []
        block.values.removeAll { names.contains($0.subject) }
        if polls?.contains(where: { $0.speaks(of: names) }) == true { block.polls = nil }
        switch outcome {
        case .trap(_, in: let task?) where names.contains(task): block.outcome = nil
        case .deadlock: block.outcome = .deadlock([], at: nil)
        default: break
        }
        return block
    }

    func renamed(_ name: (String) -> String) -> Self {
        var block = self
        block.order = order.map { $0.renamed(name) }
        block.exact = exact.map { $0.renamed(name) }
        block.relations = relations.map { $0.renamed(name) }
        block.counts = counts.map { .init($0.event.renamed(name), $0.range) }
        block.eventually = eventually.map { .init($0.event.renamed(name), by: $0.deadline) }
        block.never = never.map { never in
            if case .event(let event) = never { .event(event.renamed(name)) } else { never }
        }
        block.sometimes = []
        block.values = values.map { $0.renamed(name) }
        block.polls = polls?.map { $0.renamed(name) }
        switch outcome {
        case .trap(let trap, in: let task): block.outcome = .trap(trap, in: task.map(name))
        case .deadlock(let waiters, at: let time):
            let renamed = waiters.map { Draft.Waiter(name($0.task), on: $0.waitsOn.map(name)) }
            block.outcome = .deadlock(renamed, at: time)
        default: break
        }
        return block
    }
}

extension Draft.Poll {
    func speaks(of names: Set<String>) -> Bool {
        (list + reported).contains {
            if case .name(let name) = $0 { names.contains(name) } else { false }
        }
    }

    func renamed(_ name: (String) -> String) -> Self {
        func polled(_ polled: Polled) -> Polled {
            if case .name(let old) = polled { .name(name(old)) } else { polled }
        }
        return Self(isCheck: isCheck, list: list.map(polled), reported: reported.map(polled))
    }
}

extension ValueClaim {
    /// Whose value it is: that of `api.fields` is `api`.
    fileprivate var subject: String { name.split(separator: ".").first.map(String.init) ?? name }

    fileprivate func renamed(_ rename: (String) -> String) -> ValueClaim {
        let rest = name.dropFirst(subject.count)
        return ValueClaim(name: rename(subject) + rest, value: value)
    }
}
