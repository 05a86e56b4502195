// The step door's far side: interprets a scenario's program, one step at a time, as a guest asks.

import PolluxHost

/// The interpreter of one run's program, behind the step door.
///
/// Task 0 is the guest's entry, written by nobody: it spawns the tasks that start by themselves,
/// in file order, then joins `main`, or else every task. Scenario task `n` is number `n + 1`. It knows
/// nothing of the runtime that asks; what it sees are the calls.
final class StepDoor {
    /// What a suspended task waits for.
    enum Wait {
        case slots([Slot], isAll: Bool, name: String?)
        case sleep(UInt64)
        case yield
        case join(TaskID)
        case receive(Int)
    }

    /// A pollable in the guest's hands.
    struct Slot: Hashable {
        var number: UInt32
        var handle: Int32
        var serial: UInt64
        var target: Target
    }

    enum Status {
        case waitingToStart
        case running
        case waiting(Wait)
        case done
        case cancelled
    }

    struct TaskState {
        var cursor: Cursor
        /// What remains of the step in progress.
        var queue: [Operation] = []
        var status = Status.waitingToStart
        /// The slots that go with the task.
        var own: [Slot] = []
        var isCancelRequested = false
        /// The event that made it what it is; for causes.
        var lastEvent: Int?
    }

    /// One hand-out, or something that the host does itself.
    enum Operation {
        case adopt(Target, name: PollNameID?)
        case wait([Target], isAll: Bool, name: String?)
        case releaseOwn
        case release(PollNameID)
        case sleep(UInt64)
        case yield
        case spawn(TaskID)
        case join(TaskID)
        case cancel(TaskID)
        case send(Int)
        case receive(Int)
        case here(Step)
    }

    let scenario: Scenario
    let host: Host
    let driver: VirtualDriver
    let trace: Trace
    private let picksAnyTask: Bool

    private(set) var tasks: [TaskState]
    private(set) var values: [String: ValueClaim.Value] = [:]
    /// What the guest's pollables stand for, by serial.
    private(set) var resourceOf: [UInt64: ResourceID] = [:]
    private(set) var pollNamesOf: [UInt64: PollNameID] = [:]
    /// The handles that each resource and subscribed name has had; the last one counts.
    private(set) var handles: [Target: Int32] = [:]
    /// The log's places at which a turn ended: a step that suspends was handed out.
    private(set) var turns: [Int] = []
    /// The task that asked last.
    private(set) var lastTask: TaskID?
    /// What is wrong with the scenario itself, found while it ran.
    private(set) var mistake: Diagnostic?
    /// A step that the adapter cannot do.
    private(set) var unsupported: Located<String>?
    /// The entry was told that it is done.
    private(set) var isOver = false
    /// Tasks that were cancelled and joined, and whose own pollables live on.
    private(set) var leaked: [TaskID] = []

    private var named: [PollNameID: Slot] = [:]
    private var nextSlot: UInt32 = 0
    private var entryStarts: [TaskID] = []
    /// The task that the entry joined last.
    private var entryJoin: TaskID?

    init(_ scenario: Scenario, _ entry: HostEntry, host: Host, driver: VirtualDriver, trace: Trace)
    {
        self.scenario = scenario
        self.host = host
        self.driver = driver
        self.trace = trace
        picksAnyTask = entry.picksAnyTask
        tasks = scenario.tasks.map { TaskState(cursor: Cursor($0.steps)) }
        entryStarts = scenario.tasks.indices.filter { !scenario.tasks[$0].isSpawned }
    }

    // MARK: The door

    /// `next`: the outcome of the task's last step in, its next step out.
    func next(_ number: Int, _ outcome: StepReport) throws(HostTrap) -> HandOut {
        try host.enterDoor(.stepsNext)
        if number == 0 { return try nextOfEntry(outcome) }
        let task = number - 1
        guard tasks.indices.contains(task) else {
            throw wrong("there is no task \(number); the scenario's are 0 to \(tasks.count)")
        }
        host.progressed()
        lastTask = task
        if try !takeUp(task, outcome) { return .done }
        while true {
            if tasks[task].queue.isEmpty {
                guard let step = tasks[task].cursor.next() else {
                    tasks[task].status = .done
                    log(task, .done, because: tasks[task].lastEvent.map { [$0] } ?? [])
                    return .done
                }
                tasks[task].queue = operations(of: step.value)
            }
            let operation = tasks[task].queue.removeFirst()
            if let handOut = try perform(operation, for: task) { return handOut }
        }
    }

    /// `choose`: which of `count` runnable tasks goes next.
    func choose(_ count: Int) throws(HostTrap) -> Int {
        try host.enterDoor(.stepsChoose)
        guard count > 0 else { throw wrong("choose among 0", in: .stepsChoose) }
        return picksAnyTask ? host.choose(.pick, among: count) : 0
    }

    private func nextOfEntry(_ outcome: StepReport) throws(HostTrap) -> HandOut {
        if isOver { throw wrong("task 0 asked for a step after it was done") }
        if outcome == .unsupported { throw unsupported("the entry", at: scenario.place) }
        // The entry may be the first to ask after a cancelled task is gone.
        noteCancellations()
        if !entryStarts.isEmpty { return .spawn(entryStarts.removeFirst() + 1) }
        if let main = scenario.tasks.firstIndex(where: { $0.name == "main" }) {
            if isEnded(main) || leaked.contains(main) {
                isOver = true
                return .done
            }
            return try joinOfEntry(main)
        }
        let open = tasks.indices.first { !isEnded($0) && isStarted($0) && !leaked.contains($0) }
        guard let open else {
            isOver = true
            return .done
        }
        return try joinOfEntry(open)
    }

    /// Hands the entry a join; one that has ended before was no use, and another would be none.
    private func joinOfEntry(_ task: TaskID) throws(HostTrap) -> HandOut {
        if entryJoin == task {
            guard tasks[task].isCancelRequested else {
                throw wrong("the join of task \(task + 1) ended before the task did")
            }
            leaked.append(task)
            entryJoin = nil
            return try nextOfEntry(.none)
        }
        entryJoin = task
        return .join(task + 1)
    }

    /// Whether the task starts by itself or has been spawned.
    func isStarted(_ task: TaskID) -> Bool {
        if case .waitingToStart = tasks[task].status {
            // A task that starts by itself, or was spawned, and has not had its first turn.
            return !scenario.tasks[task].isSpawned || tasks[task].lastEvent != nil
        }
        return true
    }

    /// Whether the task is done or cancelled.
    func isEnded(_ task: TaskID) -> Bool {
        switch tasks[task].status {
        case .done, .cancelled: true
        default: false
        }
    }

    // MARK: Coming back

    /// Notes that a task is back from its last step; false where it has no more.
    private func takeUp(_ task: TaskID, _ outcome: StepReport) throws(HostTrap) -> Bool {
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
            tasks[task].lastEvent = log(task, .start, because: cause.map { [$0] } ?? [])
        case .waiting(let wait): try wake(task, from: wait, outcome)
        case .cancelled:
            // A runtime that lets a cancelled task run on and find out; or one that woke it.
            if outcome != .cancelled { log(task, .wake, because: []) }
            return false
        case .done: throw wrong("task \(task + 1) asked for a step after it was done")
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
    private func canEnd(_ task: TaskID, with outcome: StepReport) -> Bool {
        switch (tasks[task].status, outcome) {
        case (_, .none), (.done, _), (.cancelled, _): true
        case (.waitingToStart, _): false
        case (.waiting(.slots(_, isAll: false, _)), .index), (_, .unsupported): true
        case (.waiting(.join), .cancelled): true
        case (_, .index), (_, .cancelled): false
        }
    }

    private func unsupported(_ task: String, at place: Place) -> HostTrap {
        unsupported = Located(task, at: place)
        return wrong("the adapter does not support this step")
    }

    private func wake(_ task: TaskID, from wait: Wait, _ outcome: StepReport) throws(HostTrap) {
        var causes: [Int] = []
        switch wait {
        case .slots(let slots, let isAll, let name):
            var won = slots
            if !isAll {
                guard case .index(let index) = outcome, slots.indices.contains(index) else {
                    if outcome == .unsupported { return }
                    throw wrong(
                        "a wait for any of \(slots.count) slots ended without a valid index")
                }
                won = [slots[index]]
                if let name { values[name] = .text(self.name(of: slots[index].target)) }
            }
            for slot in won {
                if let report = trace.lastReport(of: slot.serial), !causes.contains(report) {
                    causes.append(report)
                }
            }
        case .sleep: causes = trace.lastReport.map { [$0] } ?? []
        case .join(let other): causes = tasks[other].lastEvent.map { [$0] } ?? []
        case .yield, .receive: break
        }
        tasks[task].status = .running
        tasks[task].lastEvent = log(task, .wake, because: causes)
    }

    /// A cancelled task is gone when its slots are; one without slots, as soon as it was asked.
    private func noteCancellations() {
        for task in tasks.indices where tasks[task].isCancelRequested && !isEnded(task) {
            if case .running = tasks[task].status { continue }
            if tasks[task].own.allSatisfy({ host.serial(ofPollable: $0.handle) != $0.serial }) {
                endCancelled(task)
            }
        }
    }

    private func endCancelled(_ task: TaskID) {
        tasks[task].status = .cancelled
        tasks[task].own = []
        tasks[task].lastEvent = log(
            task, .cancelled, because: tasks[task].lastEvent.map { [$0] } ?? [])
    }

    // MARK: Going on

    private func operations(of step: Step) -> [Operation] {
        switch step {
        case .sleep(let duration): return [.sleep(duration)]
        case .waitAny(let targets, let name):
            return adoptions(of: targets) + [.wait(targets, isAll: false, name: name), .releaseOwn]
        case .waitAll(let targets):
            return adoptions(of: targets) + [.wait(targets, isAll: true, name: nil), .releaseOwn]
        case .subscribe(let resource, let name): return [.adopt(.resource(resource), name: name)]
        case .drop(let name): return [.release(name)]
        case .join(let others): return others.map { .join($0) }
        case .spawn(let other): return [.spawn(other)]
        case .cancel(let other, let thenJoin):
            return thenJoin ? [.cancel(other), .join(other)] : [.cancel(other)]
        case .yield: return [.yield]
        case .send(let channel): return [.send(channel)]
        case .recv(let channel): return [.receive(channel)]
        case .work, .say, .exit, .poll, .ready, .block: return [.here(step)]
        case .repeat: preconditionFailure("the cursor unrolls repeats")
        }
    }

    private func adoptions(of targets: [Target]) -> [Operation] {
        targets.compactMap { target in
            if case .resource = target { .adopt(target, name: nil) } else { nil }
        }
    }

    /// Does an operation; returns what is handed out, or `nil` where the host did it alone.
    private func perform(_ operation: Operation, for task: TaskID) throws(HostTrap) -> HandOut? {
        switch operation {
        case .adopt(let target, let name): return try adopt(target, name: name, for: task)
        case .wait(let targets, let isAll, let name):
            return try wait(for: targets, isAll: isAll, name: name, task)
        case .releaseOwn:
            // One slot a time: the rest stays queued.
            guard !tasks[task].own.isEmpty else { return nil }
            let slot = tasks[task].own.removeFirst()
            if !tasks[task].own.isEmpty { tasks[task].queue.insert(.releaseOwn, at: 0) }
            return .release(slot.number)
        case .release(let name):
            guard let slot = named.removeValue(forKey: name) else { throw unsubscribed(name, task) }
            return .release(slot.number)
        case .sleep(let duration):
            return suspend(
                task, .sleep(duration), "sleep \(TimeText.string(duration))", .sleep(duration))
        case .yield: return suspend(task, .yield, "yield", .yield)
        case .spawn(let other):
            guard case .waitingToStart = tasks[other].status, tasks[other].lastEvent == nil else {
                throw fault("'\(scenario.tasks[other].name)' has been spawned already", task)
            }
            tasks[other].lastEvent = tasks[task].lastEvent
            return .spawn(other + 1)
        case .join(let other):
            guard isStarted(other) else {
                throw fault("'\(scenario.tasks[other].name)' has not been spawned yet", task)
            }
            return suspend(
                task, .join(other), "join \(scenario.tasks[other].name)", .join(other + 1))
        case .cancel(let other):
            guard isStarted(other) else {
                throw fault("'\(scenario.tasks[other].name)' has not been spawned yet", task)
            }
            if !isEnded(other) {
                tasks[other].isCancelRequested = true
                tasks[other].lastEvent = tasks[task].lastEvent
            }
            return .cancel(other + 1)
        case .send(let channel): return .send(channel)
        case .receive(let channel):
            return suspend(
                task, .receive(channel), "recv \(scenario.channels[channel])", .receive(channel))
        case .here(let step):
            try doHere(step, for: task)
            return nil
        }
    }

    private func suspend(
        _ task: TaskID, _ wait: Wait, _ words: String, _ handOut: HandOut
    ) -> HandOut {
        tasks[task].status = .waiting(wait)
        let event = log(task, .wait(words), because: [])
        turns.append(event)
        return handOut
    }

    private func adopt(
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
        switch scenario.resources[resource].kind {
        case .level:
            handle = try host.subscribe(SourceID(index: Int32(resource)), named: label)
        case .after(let delay):
            handle = try host.subscribe(driver.now.advanced(by: delay), named: label)
        case .at(let time):
            handle = try host.subscribe(driver.start.advanced(by: time), named: label)
        }
        nextSlot += 1
        let serial = host.serial(ofPollable: handle)!
        let slot = Slot(number: nextSlot, handle: handle, serial: serial, target: target)
        resourceOf[serial] = resource
        handles[target] = handle
        if let name {
            named[name] = slot
            pollNamesOf[serial] = name
            handles[.pollable(name)] = handle
        } else {
            tasks[task].own.append(slot)
        }
        return .adopt(slot: slot.number, handle: handle, isOwnedByTask: name == nil)
    }

    private func wait(
        for targets: [Target], isAll: Bool, name: String?, _ task: TaskID
    ) throws(HostTrap) -> HandOut {
        var slots: [Slot] = []
        var own = tasks[task].own[...]
        for target in targets {
            switch target {
            case .resource: slots.append(own.removeFirst())
            case .pollable(let name):
                guard let slot = named[name] else { throw unsubscribed(name, task) }
                slots.append(slot)
            }
        }
        let words = targets.map { self.name(of: $0) }.joined(separator: isAll ? " & " : " | ")
        let numbers = slots.map(\.number)
        return suspend(
            task, .slots(slots, isAll: isAll, name: name), words,
            isAll ? .waitAll(numbers) : .waitAny(numbers))
    }

    // MARK: Steps on the imports themselves

    private func doHere(_ step: Step, for task: TaskID) throws(HostTrap) {
        switch step {
        case .work(let duration):
            try driver.work(duration)
            host.progressed()
            host.rest()
        case .say(let text):
            log(task, .say(text), because: tasks[task].lastEvent.map { [$0] } ?? [])
        case .exit(let code): throw HostTrap(.exit(code), in: .stepsNext)
        case .poll(let names, let value):
            var list: [Int32] = []
            for name in names { list.append(try slot(name, task).handle) }
            let ready = try host.poll(list.span)
            if let value {
                values[value] = .names(ready.map { scenario.pollNames[names[Int($0)]] })
            }
        case .ready(let name, let value):
            let answer = try host.ready(slot(name, task).handle)
            if let value { values[value] = .truth(answer) }
        case .block(let name): try host.block(slot(name, task).handle)
        default: preconditionFailure("not a step of the host's own")
        }
    }

    private func slot(_ name: PollNameID, _ task: TaskID) throws(HostTrap) -> Slot {
        guard let slot = named[name] else { throw unsubscribed(name, task) }
        return slot
    }

    // MARK: Words

    /// How a person calls what is waited for.
    func name(of target: Target) -> String {
        switch target {
        case .resource(let resource): scenario.resources[resource].name
        case .pollable(let name): scenario.pollNames[name]
        }
    }

    @discardableResult
    private func log(_ task: TaskID, _ event: TraceEvent.TaskEvent, because causes: [Int]) -> Int {
        trace.record(.task(task + 1, event), at: driver.now, because: causes)
    }

    private func wrong(_ message: String, in call: HostCall = .stepsNext) -> HostTrap {
        HostTrap(.step(message), in: call)
    }

    private func unsubscribed(_ name: PollNameID, _ task: TaskID) -> HostTrap {
        fault("'\(scenario.pollNames[name])' is not subscribed at this point of the run", task)
    }

    /// The scenario asks for something that makes no sense at this point of the run.
    private func fault(_ message: String, _ task: TaskID) -> HostTrap {
        let place = tasks[task].cursor.place ?? scenario.tasks[task].place
        mistake = Diagnostic(message, at: place, in: scenario.file)
        return wrong(message)
    }
}

/// What the door hands out: a step of `pollux_harness.h`, before lowering.
enum HandOut: Equatable {
    case done
    case adopt(slot: UInt32, handle: Int32, isOwnedByTask: Bool)
    case waitAny([UInt32])
    case waitAll([UInt32])
    case release(UInt32)
    case sleep(UInt64)
    case yield
    case spawn(Int)
    case join(Int)
    case cancel(Int)
    case send(Int)
    case receive(Int)
}

/// What an adapter reports of a step.
enum StepReport: Equatable, CustomStringConvertible {
    case none
    case index(Int)
    case unsupported
    case cancelled

    var description: String {
        switch self {
        case .none: "none"
        case .index(let index): "index \(index)"
        case .unsupported: "unsupported"
        case .cancelled: "cancelled"
        }
    }
}
