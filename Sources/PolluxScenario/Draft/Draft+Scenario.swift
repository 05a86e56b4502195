// From a scenario to its draft, and back through its text.

import PolluxHost

extension Draft {
    /// What a scenario says.
    public init(_ scenario: Scenario) {
        let names = Names(scenario)
        self.init(name: scenario.name, program: names.program)
        about = scenario.about
        tags = scenario.tags
        tick = scenario.tick
        world = scenario.resources.map { Resource($0, in: scenario) }
        facts = scenario.facts.map {
            Fact(at: $0.time, names[resource: $0.resource], .init($0.change))
        }
        timeline = scenario.timeline.map(names.timeline)
        guests = scenario.guests?.map(\.value)
        hosts = scenario.hosts.map { Host($0.name, $0.policy, picksAnyTask: $0.picksAnyTask) }
        // A file says it once; hosts that follow another reading say so themselves.
        rules = hosts.first?.policy.rules ?? .wasmtime
        explore = scenario.explore.map { Explore($0.search, budget: $0.budget) }
        schedule = scenario.schedule.map(\.value)
        found = scenario.found
        expect = scenario.expectations.map(names.expectation).filter { $0 != Expectation() }
        golden = scenario.golden?.entries.map { Record(guests: $0.guests, run: $0.record) }
        explored = (scenario.golden?.explored ?? []).map {
            Explored(guests: $0.guests, host: $0.host, counts: $0.counts)
        }
    }

    /// The scenario that the draft's text is read as.
    /// - Parameter path: only shown.
    /// - Throws: what the parser objects to.
    public func scenario(
        path: String = "draft.yaml", project: Project? = nil
    ) throws(Diagnostic) -> Scenario {
        try Scenario.parse(path: path, bytes: Array(text.utf8), project: project)[0]
    }
}

extension Draft.Resource {
    fileprivate init(_ resource: Resource, in scenario: Scenario) {
        let door: Door =
            switch resource.kind {
            case .level: .level
            case .after(let time): .after(time)
            case .at(let time): .at(time)
            case .input(let script): .input(.init(script))
            case .stdin(let script): .stdin(.init(script))
            case .output(let script): .output(.init(script))
            case .tcp(let address, let script): .tcp(address, .init(script))
            case .listener(let address, let backlog): .listener(address, backlog: backlog)
            case .client(of: let listener, let script):
                .client(of: scenario.resources[listener].name, .init(script))
            case .udp(let address, let script): .udp(address, .init(script))
            case .name(let script): .name(script)
            case .http(let exchange, let script): .http(exchange, .init(script))
            }
        self.init(resource.name, door, isOptional: resource.isOptional)
    }
}

extension Draft.Stream {
    fileprivate init(_ script: StreamScript) {
        self.init(
            chunks: script.chunks.map { Chunk($0.name, $0.bytes) }, failure: script.failure?.value)
    }
}

extension Draft.Fact.Change {
    fileprivate init(_ change: Fact.Change) {
        self =
            switch change {
            case .ready(let isReady): .ready(isReady)
            case .chunk(let letter, _): .chunk(letter)
            case .empty: .empty
            case .permit(let count): .permit(count)
            case .flushed: .flushed
            case .closed: .closed
            case .failed: .failed
            case .answers(let answer): .answers(answer)
            case .calls: .calls
            case .head: .head
            }
    }
}

/// Turns the numbers of a scenario into its names.
private struct Names {
    let scenario: Scenario

    init(_ scenario: Scenario) { self.scenario = scenario }

    subscript(resource id: ResourceID) -> String { scenario.resources[id].name }
    subscript(task id: TaskID) -> String { scenario.tasks[id].name }
    subscript(poll id: PollNameID) -> String { scenario.pollNames[id] }
    subscript(target: Target) -> String {
        switch target {
        case .resource(let id): self[resource: id]
        case .pollable(let id): self[poll: id]
        }
    }

    // MARK: The program

    var program: Draft.Program {
        if let entry = scenario.entry {
            return .entry(
                .init(
                    entry.name.value, arguments: entry.arguments, variables: entry.variables))
        }
        return .tasks(scenario.tasks.map { Draft.Task($0.name, $0.steps.map { step($0.value) }) })
    }

    private func step(_ step: Step) -> Draft.Step {
        switch step {
        case .sleep(let time): .sleep(time)
        case .work(let time): .work(time)
        case .yield: .yield
        case .waitAny(let targets, as: let name): .waitAny(targets.map { self[$0] }, as: name)
        case .waitAll(let targets): .waitAll(targets.map { self[$0] })
        case .subscribe(let id, as: let name): .subscribe(self[resource: id], as: self[poll: name])
        case .drop(let name): .drop(self[poll: name])
        case .dropStream(let id): .drop(self[resource: id])
        case .read(let id, upTo: let most, as: let name):
            .read(self[resource: id], upTo: most == StepPhrase.mostRead ? nil : most, as: name)
        case .readUntilClosed(let id, as: let name): .readUntilClosed(self[resource: id], as: name)
        case .write(let id, let bytes, as: let name): .write(self[resource: id], bytes, as: name)
        case .flush(let id, as: let name): .flush(self[resource: id], as: name)
        case .connect(let id, as: let name): .connect(self[resource: id], as: name)
        case .listen(let id, as: let name): .listen(self[resource: id], as: name)
        case .accept(let id, as: let name): .accept(self[resource: id], as: name)
        case .shut(let id, let kind, as: let name): .shut(self[resource: id], kind, as: name)
        case .lookup(let id, as: let name): .lookup(self[resource: id], as: name)
        case .fetch(let id, let request, as: let name):
            .fetch(self[resource: id], request, as: name)
        case .trailers(let id, as: let name): .trailers(self[resource: id], as: name)
        case .join(let others): .join(others.map { self[task: $0] })
        case .spawn(let other): .spawn(self[task: other])
        case .cancel(let other, let thenJoin): .cancel(self[task: other], thenJoin: thenJoin)
        case .repeat(let count, let steps): .repeat(count, steps.map { self.step($0.value) })
        case .say(let text): .say(text)
        case .send(let channel): .send(scenario.channels[channel])
        case .recv(let channel): .recv(scenario.channels[channel])
        case .exit(let code): .exit(code)
        case .poll(let names, as: let name): .poll(names.map { self[poll: $0] }, as: name)
        case .ready(let poll, as: let name): .ready(self[poll: poll], as: name)
        case .block(let poll): .block(self[poll: poll])
        case .stream(let id, let isBinding, as: let name):
            .stream(self[resource: id], isBinding: isBinding, as: name)
        }
    }

    // MARK: The timeline

    func timeline(_ timeline: Timeline) -> Draft.Timeline {
        Draft.Timeline(
            unit: timeline.unit, columns: timeline.columns.map(\.time),
            lanes: timeline.resourceRows.map { self[resource: $0.resource] },
            taskRows: timeline.taskRows.map { row in
                let claims = row.claims.map { ($0.column, $0.character) }
                return .init(self[task: row.task], claims: Dictionary(uniqueKeysWithValues: claims))
            })
    }

    // MARK: Expectations

    func expectation(_ block: Expectation) -> Draft.Expectation {
        var draft = Draft.Expectation()
        draft.scope = block.scope
        draft.outcome = block.outcome.map { outcome($0.value) }
        draft.order = block.order.map { event($0.value) }
        draft.exact = block.exact.map { event($0.value) }
        draft.relations = block.relations.map { relation($0.value) }
        draft.counts = block.counts.map { .init(event($0.value.event), $0.value.range) }
        draft.polls = block.polls?.map { poll($0.value) }
        draft.never = block.never.map { never in
            switch never.value {
            case .event(let name): .event(event(name))
            case .situation(let situation): .situation(situation)
            }
        }
        draft.eventually = block.eventually.map {
            .init(event($0.value.event), by: $0.value.deadline)
        }
        draft.sometimes = block.sometimes.map { claim in
            switch claim.value.claim {
            case .event(let name): .event(event(name))
            case .relation(let relation): .relation(self.relation(relation))
            }
        }
        draft.values = block.values.map(\.value)
        draft.invariants = block.invariants?.value
        return draft
    }

    private func event(_ event: EventName) -> Draft.Event {
        let subject =
            switch event.subject {
            case .task(let id): self[task: id]
            case .resource(let id): self[resource: id]
            case .host: "host"
            }
        return Draft.Event(subject, event.kind, ordinal: event.ordinal)
    }

    private func outcome(_ outcome: ExpectedOutcome) -> Draft.Outcome {
        switch outcome {
        case .completed: .completed
        case .livelocked: .livelocked
        case .trap(let name, in: let task): .trap(name, in: task.map { self[task: $0] })
        case .deadlock(let claims, let time):
            .deadlock(
                claims.map { .init(self[task: $0.task], on: $0.waitsOn.map(cause)) }, at: time)
        case .exit(let code): .exit(code)
        case .abort(let text): .abort(text)
        }
    }

    private func cause(_ cause: DeadlockClaim.Cause) -> String {
        switch cause {
        case .task(let id): self[task: id]
        case .resource(let id): self[resource: id]
        case .pollable(let id): self[poll: id]
        case .channel(let number): scenario.channels[number]
        }
    }

    private func relation(_ relation: Relation) -> Draft.Relation {
        switch relation {
        case .before(let groups): .before(groups.map { $0.map(event) })
        case .within(let first, let bound, of: let other):
            .within(event(first), bound, of: event(other))
        case .sameHandle(let first, let second): .sameHandle(self[first], self[second])
        }
    }

    private func poll(_ claim: PollClaim) -> Draft.Poll {
        func polled(_ polled: PollClaim.Polled) -> Draft.Poll.Polled {
            switch polled {
            case .resource(let id): .name(self[resource: id])
            case .pollable(let id): .name(self[poll: id])
            case .timer(let time): .timer(time)
            }
        }
        return Draft.Poll(
            isCheck: claim.isCheck, list: claim.list.map(polled),
            reported: claim.reported.map(polled))
    }
}
