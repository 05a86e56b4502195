// How oracles call what they talk about, and small questions that several of them ask.

import PolluxHost

extension Scene {
    /// A task's name in quotes.
    func name(_ task: TaskID) -> String { "'\(run.scenario.tasks[task].name)'" }

    /// Tasks' names, in file order.
    func names(_ tasks: some Sequence<TaskID>) -> String {
        tasks.sorted().map { name($0) }.joined(separator: " and ")
    }

    /// A pollable's name in quotes: the program's for it, its resource's, or its instant.
    func name(ofPollable serial: UInt64) -> String {
        if let name = run.pollNameOf[serial] { return "'\(run.scenario.pollNames[name])'" }
        return "'\(trace.name(ofPollable: serial))'"
    }

    /// A list as a set of names.
    func names(ofPollables list: [UInt64]) -> String {
        let names = list.map { serial in
            run.pollNameOf[serial].map { run.scenario.pollNames[$0] }
                ?? trace.name(ofPollable: serial)
        }
        return "{\(names.sorted().joined(separator: ", "))}"
    }

    /// A resource's name in quotes.
    func name(ofResource resource: ResourceID) -> String {
        "'\(run.scenario.resources[resource].name)'"
    }

    /// A time as people read it.
    func text(_ time: UInt64) -> String { TimeText.string(time) }

    /// What the task waits for, in quotes.
    func target(of wait: Wait) -> String {
        switch wait.what {
        case .slots(let slots, let isAll, _):
            slots.map { name(ofPollable: $0.serial) }.joined(separator: isAll ? " and " : " or ")
        case .sleep(let duration): "a sleep of \(text(duration))"
        case .yield: "its next turn"
        case .join(let other): "the end of \(name(other))"
        case .receive(let channel): "'\(run.scenario.channels[channel])'"
        case .read(let stream, _, _), .write(let stream, _), .flush(let stream, _),
            .socket(_, let stream, _):
            name(ofResource: stream)
        }
    }

    /// Whether the task still is in the wait that began with this event.
    func isWaiting(_ task: TaskID, since event: Int) -> Bool {
        tasks[task].wait?.event == event
    }

    /// Whether the task was asked to end.
    func isCancelling(_ task: TaskID) -> Bool { tasks[task].cancelAsked != nil }

    /// The instant of a sleep's end in ns after the start; `nil` for one that never ends.
    func deadline(of wait: Wait) -> UInt64? {
        guard case .sleep(let duration) = wait.what else { return nil }
        let (time, overflow) = wait.time.addingReportingOverflow(duration)
        return overflow || time.addingReportingOverflow(trace.start.nanoseconds).overflow
            ? nil : time
    }

    /// How many ns after its instant the host may report a clock pollable first.
    var lateness: UInt64 {
        switch run.host.policy.timers {
        case .exact: 0
        case .late(let most), .grain(let most): most
        }
    }

    /// The instant of a clock pollable in ns after the start, 0 for one before it.
    func instant(ofPollable serial: UInt64) -> UInt64? {
        guard let instant = trace.instant(ofPollable: serial)?.nanoseconds else { return nil }
        let start = trace.start.nanoseconds
        return instant > start ? instant - start : 0
    }
}

extension StepDoor.Wait {
    /// The stream that a step is about.
    var stream: ResourceID? {
        switch self {
        case .read(let stream, _, _), .write(let stream, _), .flush(let stream, _),
            .socket(_, let stream, _):
            stream
        case .slots, .sleep, .yield, .join, .receive: nil
        }
    }
}
