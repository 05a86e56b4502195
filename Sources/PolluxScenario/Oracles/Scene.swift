// The state of a run at one place of its log, as the oracles share it.

import PolluxHost

/// What is known of a run's tasks, pollables and polls at one place of its log. It is read from
/// host calls and task events alone.
final class Scene {
    // One thread judges; its accesses to what stands here do not overlap.
    /// The run.
    let run: Run
    let trace: Trace
    @safe @exclusivity(unchecked) private(set) var tasks: [TaskScene]
    @safe @exclusivity(unchecked) private(set) var pollables: DenseMap<UInt64, PollableScene> = [:]
    @safe @exclusivity(unchecked) private(set) var streams: DenseMap<UInt64, StreamScene> = [:]
    /// Live pollables that the guest made for itself, and of how many streams and sockets they are.
    private(set) var ownPollables = 0
    private(set) var watchedStreams = 0
    @safe @exclusivity(unchecked) private var ownOfStream: DenseMap<ResourceID, Int> = [:]
    /// Tasks that wait for pollables, and those that wait for streams.
    @safe @exclusivity(unchecked) private(set) var waiters: DenseMap<UInt64, [TaskID]> = [:]
    @safe @exclusivity(unchecked) private(set) var streamWaiters: DenseMap<ResourceID, [TaskID]> =
        [:]
    @safe @exclusivity(unchecked) private(set) var pollWaits: DenseMap<TaskID, Wait> = [:]
    /// Tasks that were asked to end and have not ended.
    @safe @exclusivity(unchecked) private(set) var cancelling: TaskSet = []
    /// Tasks that could go on, as far as their events tell.
    @safe @exclusivity(unchecked) private(set) var runnable: TaskSet = []
    @safe @exclusivity(unchecked) private(set) var joiners: DenseMap<TaskID, [TaskID]> = [:]
    /// Tasks whose end a joiner must have heard of before the guest waits.
    @safe @exclusivity(unchecked) private(set) var over: TaskSet = []
    /// Tasks that were cancelled as they joined this one.
    @safe @exclusivity(unchecked) private(set) var lingerers: DenseMap<TaskID, [TaskID]> = [:]
    @safe @exclusivity(unchecked) private(set) var messages: DenseMap<Int, Int> = [:]
    /// Channels of which a receiver was cancelled that may have had a message already.
    private(set) var unsureChannels: Set<Int> = []
    @safe @exclusivity(unchecked) private(set) var receivers: DenseMap<Int, [TaskID]> = [:]
    /// How many turns have ended.
    @safe @exclusivity(unchecked) private(set) var turn = 0
    /// How many tasks have begun and not ended.
    @safe @exclusivity(unchecked) private(set) var aliveTasks = 0
    /// The poll in progress, or the last one.
    @safe @exclusivity(unchecked) private(set) var poll: Poll?
    /// Whether the program itself calls the host, not the guest's runtime.
    @safe @exclusivity(unchecked) private(set) var isOwnCall = false
    /// How far patience has moved the clock.
    private(set) var creep: UInt64 = 0
    /// Levels that are ready, with the turn since when.
    @safe @exclusivity(unchecked) private(set) var readyLevels: DenseMap<ResourceID, Int> = [:]
    /// The place in the log.
    @safe @exclusivity(unchecked) private(set) var event = 0
    @safe @exclusivity(unchecked) private(set) var elapsed: UInt64 = 0
    @safe @exclusivity(unchecked) private(set) var lastTask: TaskID?

    // What this event did.
    /// The wait that it ended.
    @safe @exclusivity(unchecked) private(set) var endedWait: Wait?
    /// The pollables that won it.
    @safe @exclusivity(unchecked) private(set) var won: [UInt64] = []
    /// The status that its task had before.
    @safe @exclusivity(unchecked) private(set) var statusBefore = Status.unborn
    /// A task that was done asked again before this event.
    @safe @exclusivity(unchecked) private(set) var askedAfterEnd: TaskID?

    private let notes: [DoorNote]
    @safe @exclusivity(unchecked) private var nextNote = 0
    @safe @exclusivity(unchecked) private var pendingWait: StepDoor.Wait?
    @safe @exclusivity(unchecked) private var adoption: (owner: TaskID?, resource: ResourceID)?
    private let start: UInt64

    enum Status { case unborn, spawned, running, waiting, done, cancelled }

    struct TaskScene {
        var status = Status.unborn
        var wait: Wait?
        /// The event after which it was asked to end.
        var cancelAsked: Int?
    }

    /// A task's wait.
    struct Wait {
        var task: TaskID
        var event: Int
        var turn: Int
        var time: UInt64
        /// How far patience had moved the clock when it began.
        var creep: UInt64
        var what: StepDoor.Wait
    }

    enum Owner: Equatable {
        case task(TaskID)
        /// A subscribed name of the program's.
        case program
        /// The guest's runtime made it itself.
        case guest
    }

    struct PollableScene {
        var owner: Owner
        var resource: ResourceID?
        var born: Int
        var isAlive = true
        /// The last event that told the guest that it is ready.
        var told: Int?
        /// The turn since when a clock pollable is due.
        var dueTurn: Int?
        var isReleased = false
    }

    struct StreamScene {
        var resource: ResourceID?
        var owner: TaskID?
        var isAlive = true
        var isReleased = false
    }

    /// A call of poll or block.
    struct Poll {
        var event: Int
        var list: [UInt64]
        var isCheck: Bool
        /// Whether the program made it itself.
        var isOwnCall: Bool
        var hasWaited = false
        var isOver = false
    }

    init(_ run: Run) {
        self.run = run
        trace = run.trace
        tasks = run.scenario.tasks.map { _ in TaskScene() }
        notes = run.notes
        start = run.trace.start.nanoseconds
    }

    /// Takes the next event in; true where with it the guest begins to wait in a poll of its own.
    func take(_ event: TraceEvent) -> Bool {
        self.event = event.id
        elapsed = event.time.nanoseconds - start
        if endedWait != nil { endedWait = nil }
        if !won.isEmpty { won = [] }
        askedAfterEnd = nil
        while nextNote < notes.count, notes[nextNote].event <= event.id {
            take(notes[nextNote])
            nextNote += 1
        }
        switch event.what {
        case .subscribe(let serial): subscribe(serial)
        case .unsubscribe(let serial):
            if let pollable = pollables[serial], pollable.owner == .guest {
                countOwn(-1, of: pollable.resource)
            }
            pollables[serial]?.isAlive = false
        case .asked(let serial, let answer): if answer { pollables[serial]?.told = event.id }
        case .poll(let list, let isCheck):
            poll = Poll(event: event.id, list: list, isCheck: isCheck, isOwnCall: isOwnCall)
        case .report(let list):
            poll?.isOver = true
            for serial in list { pollables[serial]?.told = event.id }
        case .stream(let call):
            switch call.call {
            case .inputStreamDrop, .outputStreamDrop: streams[call.stream]?.isAlive = false
            default: break
            }
        case .level(let source, let isReady, _):
            // Sockets are behind the resources; their levels only rise here.
            if Int(source.index) < run.scenario.resources.count {
                readyLevels[Int(source.index)] = isReady ? turn : nil
            }
        case .due(let serial): pollables[serial]?.dueTurn = turn
        case .task(let number, let what): if number > 0 { take(what, of: number - 1) }
        case .clock(let target, .patience): creep += target.nanoseconds - event.time.nanoseconds
        case .clock(_, .wait): return beginsToWait()
        case .trap(let trap):
            switch trap.kind {
            case .deadlock: return beginsToWait()
            case .stalled:
                poll = Poll(event: event.id, list: [], isCheck: false, isOwnCall: isOwnCall)
                return !isOwnCall
            default: break
            }
        default: break
        }
        return false
    }

    private func beginsToWait() -> Bool {
        guard let call = poll, !call.isOver, !call.hasWaited else { return false }
        poll!.hasWaited = true
        return !call.isOwnCall
    }

    private func subscribe(_ serial: UInt64) {
        let owner: Owner
        if let adoption {
            owner = adoption.owner.map { .task($0) } ?? .program
        } else {
            owner = isOwnCall ? .program : .guest
        }
        let resource = adoption?.resource ?? run.resourceOf[serial]
        if owner == .guest { countOwn(1, of: resource) }
        pollables[serial] = PollableScene(owner: owner, resource: resource, born: event)
        adoption = nil
    }

    private func countOwn(_ change: Int, of resource: ResourceID?) {
        ownPollables += change
        guard let resource, run.scenario.resources[resource].isOpened else { return }
        let before = ownOfStream[resource] ?? 0
        ownOfStream[resource] = before + change
        if (before == 0) != (before + change == 0) { watchedStreams += change }
    }

    private func take(_ note: DoorNote) {
        switch note.what {
        case .waits(_, let wait): pendingWait = wait
        case .wakes(_, let serials): won = serials
        case .spawned(let task):
            if tasks[task].status == .unborn {
                tasks[task].status = .spawned
                aliveTasks += 1
                if tasks[task].cancelAsked == nil { runnable.insert(task) }
            }
        case .cancelAsked(let task):
            tasks[task].cancelAsked = note.event
            cancelling.insert(task)
            runnable.remove(task)
        case .adopts(let owner, let resource): adoption = (owner, resource)
        case .adoptsStream(let serial, let owner):
            streams[serial] = StreamScene(resource: run.resourceOf[serial], owner: owner)
        case .released(let serial):
            pollables[serial]?.isReleased = true
            streams[serial]?.isReleased = true
        case .sent(let channel):
            messages[channel, default: 0] += 1
            deliver(channel)
        case .ownCall(let isOn): isOwnCall = isOn
        case .askedAfterEnd(let task): askedAfterEnd = task
        }
    }

    // MARK: Tasks

    private func take(_ what: TraceEvent.TaskEvent, of task: TaskID) {
        statusBefore = tasks[task].status
        lastTask = task
        switch what {
        case .start:
            tasks[task].status = .running
            markRunnable(task)
        case .wait:
            turn += 1
            runnable.remove(task)
            let wait = Wait(
                task: task, event: event, turn: turn, time: elapsed, creep: creep,
                what: pendingWait ?? .yield)
            tasks[task].status = .waiting
            tasks[task].wait = wait
            begin(wait)
        case .wake:
            if let wait = tasks[task].wait { end(wait, isWake: true) }
            if statusBefore != .done, statusBefore != .cancelled {
                tasks[task].status = .running
                markRunnable(task)
            }
        case .done, .cancelled:
            let wait = tasks[task].wait
            if let wait { end(wait, isWake: false) }
            tasks[task].status = what == .done ? .done : .cancelled
            if statusBefore != .done, statusBefore != .cancelled { aliveTasks -= 1 }
            cancelling.remove(task)
            runnable.remove(task)
            end(task, cancelledIn: what == .done ? nil : wait)
        case .say, .fail: break
        }
    }

    /// A task has ended, and whoever joins it can go on; but not, as far as can be seen, where it was
    /// cancelled in a wait without a pollable: a runtime may have no way to end such an await, so the
    /// join lasts until that wait is over too.
    private func end(_ task: TaskID, cancelledIn wait: Wait?) {
        switch wait?.what {
        case .join(let other) where !over.contains(other):
            lingerers[other, default: []].append(task)
            return
        case .receive: return
        default: break
        }
        guard over.insert(task).inserted else { return }
        for joiner in joiners[task] ?? [] { markRunnable(joiner) }
        for lingerer in lingerers.removeValue(forKey: task) ?? [] {
            end(lingerer, cancelledIn: nil)
        }
    }

    private func markRunnable(_ task: TaskID) {
        if tasks[task].cancelAsked == nil { runnable.insert(task) }
    }

    private func begin(_ wait: Wait) {
        switch wait.what {
        case .slots(let slots, _, _):
            for slot in slots { waiters[slot.serial, default: []].append(wait.task) }
            pollWaits[wait.task] = wait
        case .socket(let step, let resource, _) where isImmediate(step, resource):
            markRunnable(wait.task)
        case .read(let stream, _, _), .write(let stream, _), .flush(let stream, _),
            .socket(_, let stream, _):
            streamWaiters[stream, default: []].append(wait.task)
            pollWaits[wait.task] = wait
        case .sleep: pollWaits[wait.task] = wait
        case .yield: markRunnable(wait.task)
        case .join(let other):
            joiners[other, default: []].append(wait.task)
            if over.contains(other) { markRunnable(wait.task) }
        case .receive(let channel):
            receivers[channel, default: []].append(wait.task)
            deliver(channel)
        }
    }

    /// Whether the host has its answer at once.
    private func isImmediate(_ step: StepDoor.SocketStep, _ resource: ResourceID) -> Bool {
        switch step {
        case .shut, .listen: true
        case .connect: !run.scenario.resources[resource].isConnection
        case .accept, .lookUp, .fetch, .trailers: false
        }
    }

    private func end(_ wait: Wait, isWake: Bool) {
        tasks[wait.task].wait = nil
        endedWait = wait
        pollWaits[wait.task] = nil
        switch wait.what {
        case .slots(let slots, _, _):
            for slot in slots { waiters[slot.serial]?.removeAll { $0 == wait.task } }
        case .read(let stream, _, _), .write(let stream, _), .flush(let stream, _),
            .socket(_, let stream, _):
            streamWaiters[stream]?.removeAll { $0 == wait.task }
        case .join(let other): joiners[other]?.removeAll { $0 == wait.task }
        case .receive(let channel):
            receivers[channel]?.removeAll { $0 == wait.task }
            if isWake {
                messages[channel, default: 0] -= 1
            } else if messages[channel, default: 0] > 0 {
                unsureChannels.insert(channel)
            }
        case .sleep, .yield: break
        }
    }

    /// The receivers that there are messages for can go on.
    private func deliver(_ channel: Int) {
        if unsureChannels.contains(channel) { return }
        let waiting = receivers[channel] ?? []
        for task in waiting.prefix(max(0, messages[channel] ?? 0)) { markRunnable(task) }
    }
}
