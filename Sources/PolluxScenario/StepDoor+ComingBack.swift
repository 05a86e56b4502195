// The step door takes up a task that is back from its last step.

import PolluxHost

extension StepDoor {
    /// Notes that a task is back from its last step; false where it has no more.
    func takeUp(_ task: TaskID, _ outcome: StepReport) throws(HostTrap) -> Bool {
        if outcome == .cancelled, tasks[task].isCancelRequested, !isEnded(task) {
            endCancelled(task)
            return false
        }
        guard canEnd(task, with: outcome) else {
            throw wrong("the last step of task \(task + 1) cannot end with \(outcome)")
        }
        switch tasks[task].status {
        case .waitingToStart:
            guard isStarted(task) else {
                throw wrong("task \(task + 1) asked for a step before it was spawned")
            }
            tasks[task].status = .running
            let cause = tasks[task].lastEvent
            let event = log(task, .start, because: EventCauses(cause))
            tasks[task].lastEvent = event
            tasks[task].firstTurn = event
        case .waiting(let wait): try wake(task, from: wait, outcome)
        case .cancelled(let inWait):
            // A runtime that lets a cancelled task run on and find out, or one that woke it. What had
            // not begun to wait is not woken: this is the turn in which it finds out.
            if outcome != .cancelled, inWait { log(task, .wake, because: []) }
            return false
        case .done:
            note(.askedAfterEnd(task))
            throw wrong("task \(task + 1) asked for a step after it was done")
        case .running: break
        }
        if outcome == .unsupported {
            let place = tasks[task].cursor.place ?? scenario.place
            throw unsupported(scenario.tasks[task].name, at: place)
        }
        noteCancellations()
        return true
    }

    /// Whether the task's last step can have this outcome. A wait for any checks its index itself,
    /// and of an ended task nothing is asked.
    func canEnd(_ task: TaskID, with outcome: StepReport) -> Bool {
        switch (tasks[task].status, outcome) {
        case (.waiting(.read(let resource, let count, _)), _):
            canEndRead(of: resource, upTo: count, with: outcome)
        case (.waiting(.socket(.lookUp, _, _)), .bytes), (.waiting(.socket(.fetch, _, _)), .bytes),
            (.waiting(.socket(.trailers, _, _)), .bytes), (.waiting(.socket), .failed):
            true
        case (.waiting(.socket(.lookUp, _, _)), .none), (.waiting(.socket(.fetch, _, _)), .none):
            false
        case (_, .none), (.done, _), (.cancelled, _): true
        case (.waitingToStart, _): false
        case (.waiting(.slots(_, isAll: false, _)), .index), (_, .unsupported): true
        case (.waiting(.join), .cancelled): true
        case (.waiting(.write), .closed), (.waiting(.write), .failed): true
        case (.waiting(.flush), .closed), (.waiting(.flush), .failed): true
        case (_, .index), (_, .cancelled), (_, .bytes), (_, .closed), (_, .failed): false
        }
    }

    func unsupported(_ task: String, at place: Place) -> HostTrap {
        unsupported = Located(task, at: place)
        return wrong("the adapter does not support this step")
    }

    func wake(_ task: TaskID, from wait: Wait, _ outcome: StepReport) throws(HostTrap) {
        var causes = EventCauses()
        var wonSerials: [UInt64] = []
        switch wait {
        case .slots(let slots, let isAll, let name):
            func wins(_ slot: Slot) {
                wonSerials.append(slot.serial)
                if let report = trace.lastReport(of: slot.serial), !causes.contains(report) {
                    causes.append(report)
                }
            }
            if isAll {
                for slot in slots { wins(slot) }
            } else {
                guard case .index(let index) = outcome, slots.indices.contains(index) else {
                    if outcome == .unsupported { return }
                    throw wrong(
                        "a wait for any of \(slots.count) slots ended without a valid index")
                }
                wins(slots[index])
                if let name { values[name] = .text(scenario.name(of: slots[index].target)) }
            }
        case .sleep: causes = EventCauses(trace.lastReport)
        case .join(let other): causes = EventCauses(tasks[other].lastEvent)
        case .read(let resource, _, _), .write(let resource, _), .flush(let resource, _),
            .socket(_, let resource, _):
            causes = EventCauses(lastCall(on: resource))
        case .yield, .receive: break
        }
        tasks[task].status = .running
        let event = log(task, .wake, because: causes)
        note(.wakes(task, won: wonSerials), at: event)
        tasks[task].lastEvent = event
        try take(outcome, of: wait, for: task)
    }

    /// A cancelled task is gone when its slots are; one without slots, as soon as it was asked.
    func noteCancellations() {
        if cancelsInProgress == 0 { return }
        for task in tasks.indices where tasks[task].isCancelRequested && !isEnded(task) {
            if case .running = tasks[task].status { continue }
            let pollables = tasks[task].own
            guard pollables.allSatisfy({ host.serial(ofPollable: $0.handle) != $0.serial }),
                !tasks[task].ownStreams.contains(where: isAlive)
            else { continue }
            endCancelled(task)
        }
    }

    func endCancelled(_ task: TaskID) {
        cancelsInProgress -= 1
        let wasWaiting = if case .waiting = tasks[task].status { true } else { false }
        tasks[task].status = .cancelled(inWait: wasWaiting)
        tasks[task].own = []
        tasks[task].ownStreams = []
        tasks[task].lastEvent = log(
            task, .cancelled, because: EventCauses(tasks[task].lastEvent))
    }
}
