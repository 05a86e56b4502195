// The choices of a run by name: which poll they belong to, whose they are, what came of them.

import PolluxHost

extension Rehearsal.Take {
    /// What is known of the poll that a choice belongs to.
    struct Report {
        /// The event with which the poll began.
        var call: Int
        /// What it reported, by name; copies and pollables of one name are told apart by `#2`.
        var names: [String]
    }

    /// The poll within which a choice was made.
    func report(around index: Int) -> Report? {
        let events = run.trace.events
        let event = chosen[index].event
        var call: Int?
        for id in events.indices[..<event].reversed() {
            if case .poll = events[id].what {
                call = id
                break
            }
            if case .report = events[id].what { return nil }
        }
        guard let call else { return nil }
        for later in events[event...] {
            if case .report(let serials) = later.what {
                return Report(call: call, names: names(of: serials))
            }
            if case .poll = later.what { break }
        }
        return nil
    }

    /// Names of several pollables. Of those that share one, the second by age is `name#2`.
    private func names(of serials: [UInt64]) -> [String] {
        var seen: [String: [UInt64]] = [:]
        for serial in Set(serials).sorted() { seen[name(of: serial), default: []].append(serial) }
        return serials.map { serial in
            let name = name(of: serial)
            let place = seen[name]!.firstIndex(of: serial)!
            return place == 0 ? name : "\(name)#\(place + 1)"
        }
    }

    /// The name of a pollable or stream: its own, or that of what makes it ready.
    func name(of serial: UInt64) -> String {
        let trace = run.trace
        // The process's own input has a name of its own in the log.
        if let resource = run.resourceOf[serial], run.scenario.resources.indices.contains(resource)
        {
            return run.scenario.resources[resource].name
        }
        let name = trace.name(ofResource: serial)
        if !name.isEmpty, !name.hasPrefix("#") { return name }
        return trace.source(ofPollable: serial).map(trace.name(of:)) ?? "#\(serial)"
    }

    /// What a choice is about, by name.
    func subject(of index: Int) -> String? {
        let site = chosen[index].site
        switch site.kind {
        case .pollOrder, .pick: return nil
        case .handle:
            // What gets the number is told next, where it is a pollable.
            let next = chosen[index].event + 1
            guard next < run.trace.events.count,
                case .subscribe(let serial) = run.trace.events[next].what
            else { return nil }
            return name(of: serial)
        default: return site.subject == 0 ? nil : name(of: site.subject)
        }
    }

    /// The first task that came to the step door, or began, behind a pick.
    func runner(behind index: Int) -> String? {
        for event in run.trace.events.dropFirst(chosen[index].event + 1) {
            switch event.what {
            case .choice(let site, _, _) where site.kind == .pick: return nil
            case .poll: return nil
            case .task(let number, .start), .task(let number, .wake):
                return number > 0 ? run.scenario.tasks[number - 1].name : nil
            default: continue
            }
        }
        return nil
    }

    /// The place in the log of an event that expectations could name.
    func place(of event: Draft.Event) -> Int? {
        let subject = subject(named: event.subject)
        var left = event.ordinal ?? 1
        for occurrence in run.occurrences
        where occurrence.subject == subject && occurrence.kind == event.kind {
            left -= 1
            if left == 0 { return occurrence.event }
        }
        return nil
    }

    private func subject(named name: String) -> EventName.Subject? {
        if name == "host" { return .host }
        if let task = run.scenario.tasks.firstIndex(where: { $0.name == name }) {
            return .task(task)
        }
        return run.scenario.resources.firstIndex { $0.name == name }.map { .resource($0) }
    }

    /// The name of an occurrence's subject.
    func name(of subject: EventName.Subject) -> String {
        switch subject {
        case .host: "host"
        case .task(let task): run.scenario.tasks[task].name
        case .resource(let resource): run.scenario.resources[resource].name
        }
    }
}
