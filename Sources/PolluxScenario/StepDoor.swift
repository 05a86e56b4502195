// The step door's far side: interprets a scenario's program, one step at a time, as a guest asks.

import PolluxHost

/// The interpreter of one run's program, behind the step door.
///
/// Task 0 is the guest's entry, written by nobody: it spawns the tasks that start by themselves, in
/// file order, then joins `main`, or else every task. Scenario task `n` is number `n + 1`. It knows
/// nothing of the runtime that asks; what it sees are the calls.
final class StepDoor {
    /// What a suspended task waits for.
    enum Wait {
        case slots([Slot], isAll: Bool, name: String?)
        case sleep(UInt64)
        case yield
        case join(TaskID)
        case receive(Int)
        case read(ResourceID, upTo: Int, Reading)
        case write(ResourceID, as: String?)
        case flush(ResourceID, as: String?)
        case socket(SocketStep, ResourceID, as: String?)
    }

    /// What becomes of what a read gives.
    enum Reading: Sendable {
        /// It is the value of this name, if there is one.
        case once(as: String?)
        /// It joins what came before, and reads follow until the stream is closed.
        case untilClosed(as: String?, [UInt8])
    }

    /// A pollable in the guest's hands.
    struct Slot: Hashable {
        var number: UInt32
        var handle: Int32
        var serial: UInt64
        var target: Target
    }

    /// A stream in the guest's hands.
    struct StreamSlot {
        var number: UInt32
        var handle: Int32
        var serial: UInt64
        var resource: ResourceID
    }

    /// What a task does with a socket or a request, beside reading and writing.
    enum SocketStep: Sendable, Hashable {
        case connect, listen, accept, lookUp
        case shut(ShutdownKind)
        indirect case fetch(FetchScript)
        case trailers
    }

    enum Status {
        case waitingToStart
        case running
        case waiting(Wait)
        case done
        /// With whether it was in the middle of a wait.
        case cancelled(inWait: Bool)
    }

    struct TaskState {
        var cursor: Cursor
        /// The step in progress, and what remains of it.
        var operations: [Operation] = []
        var nextOperation = 0
        var status = Status.waitingToStart
        /// The pollables that go with the task.
        var own: [Slot] = []
        /// The streams that go with the task.
        var ownStreams: [StreamSlot] = []
        /// The slot for the socket or response that its step makes, and whether that will go with the
        /// task.
        var socketSlot: (number: UInt32, isOwn: Bool)?
        var isCancelRequested = false
        /// The event that made it what it is; for causes.
        var lastEvent: Int?
        /// The log's place at which it had its first turn.
        var firstTurn: Int?

        init(_ steps: [ScriptedStep]) { cursor = Cursor(steps) }

        /// Begins anew.
        mutating func reset(_ steps: [ScriptedStep]) {
            cursor.reset(steps)
            operations = []
            nextOperation = 0
            status = .waitingToStart
            own.removeAll(keepingCapacity: true)
            ownStreams.removeAll(keepingCapacity: true)
            socketSlot = nil
            isCancelRequested = false
            lastEvent = nil
            firstTurn = nil
        }

        /// Puts an operation before what remains of the step, in place of the one that was last
        /// taken.
        mutating func goBack(to operation: Operation) {
            nextOperation -= 1
            operations[nextOperation] = operation
        }
    }

    /// One hand-out, or something that the host does itself. Those that suspend the task carry the
    /// words for it.
    enum Operation: Sendable {
        case adopt(Target, name: PollNameID?)
        case wait([Target], isAll: Bool, name: String?, String)
        case releaseOwn
        case release(PollNameID)
        case sleep(UInt64, String)
        case yield
        case spawn(TaskID)
        case join(TaskID, String)
        case cancel(TaskID)
        case send(Int)
        case receive(Int, String)
        case open(ResourceID)
        case read(ResourceID, upTo: Int, Reading, String)
        case write(ResourceID, [UInt8], as: String?, String)
        case flush(ResourceID, as: String?, String)
        case releaseStream(ResourceID)
        case socket(SocketStep, ResourceID, as: String?, String)
        case here(Step)
    }

    let script: Script
    let host: WASIHost
    let driver: VirtualDriver
    let trace: Trace
    let picksAnyTask: Bool

    // As WASIHost's: one thread at a time asks.
    @safe @exclusivity(unchecked) var tasks: [TaskState]
    @safe @exclusivity(unchecked) var values: [String: ValueClaim.Value] = [:]
    /// What the guest's pollables stand for, by serial.
    @safe @exclusivity(unchecked) var resourceOf: DenseMap<UInt64, ResourceID> = [:]
    @safe @exclusivity(unchecked) var pollNamesOf: DenseMap<UInt64, PollNameID> = [:]
    /// The handles that each resource and subscribed name has had; the last one counts.
    @safe @exclusivity(unchecked) var handles: [(target: Target, handle: Int32)] = []
    /// The log's places at which a turn ended: a step that suspends was handed out.
    @safe @exclusivity(unchecked) var turns: [Int] = []
    /// What the log does not say, in its order.
    @safe @exclusivity(unchecked) var notes: [DoorNote] = []
    /// The task that asked last.
    @safe @exclusivity(unchecked) var lastTask: TaskID?
    /// What is wrong with the scenario itself, found while it ran.
    @safe @exclusivity(unchecked) var mistake: Diagnostic?
    /// A step that the adapter cannot do.
    @safe @exclusivity(unchecked) var unsupported: Located<String>?
    /// The entry was told that it is done.
    @safe @exclusivity(unchecked) var isOver = false
    /// Tasks that were cancelled and joined, and whose own pollables live on.
    @safe @exclusivity(unchecked) var leaked: [TaskID] = []

    @safe @exclusivity(unchecked) var named: DenseMap<PollNameID, Slot> = [:]
    /// The streams that are open.
    @safe @exclusivity(unchecked) var streams: [ResourceID: StreamSlot] = [:]
    /// The log's place up to which the connections that listeners gave are known to whom.
    @safe @exclusivity(unchecked) var acceptsSeen: [ResourceID: Int] = [:]
    /// The servers to whom a request was sent.
    @safe @exclusivity(unchecked) var fetched: Set<ResourceID> = []
    /// The streams that a step dropped.
    @safe @exclusivity(unchecked) var droppedStreams: Set<ResourceID> = []
    @safe @exclusivity(unchecked) var nextSlot: UInt32 = 0
    /// How many of those that start by themselves the entry has spawned.
    @safe @exclusivity(unchecked) var entrySpawned = 0
    /// Tasks that were asked to end and have not.
    @safe @exclusivity(unchecked) var cancelsInProgress = 0
    /// What a whole program has written of the line that it is at.
    @safe @exclusivity(unchecked) var line: [UInt8] = []
    /// Told of the guest's state between two turns; false for no more.
    @safe @exclusivity(unchecked) var onState: ((UInt64) -> Bool)?
    /// Told of a task that was picked before others for its first turn, which it has not had yet.
    @safe @exclusivity(unchecked) var onFirstTurn: ((TaskID) -> Void)?
    /// The last choice of the guest's was for another task than the first.
    @safe @exclusivity(unchecked) private var hasPicked = false
    /// What is played here, for another process.
    @safe @exclusivity(unchecked) var stageScript: StageScript?
    /// The task that the entry joined last.
    @safe @exclusivity(unchecked) var entryJoin: TaskID?
    /// The log's place at which it did.
    @safe @exclusivity(unchecked) var entryJoinEvent = 0

    init(
        _ script: Script, _ entry: HostEntry, host: WASIHost, driver: VirtualDriver, trace: Trace
    ) {
        self.script = script
        self.host = host
        self.driver = driver
        self.trace = trace
        picksAnyTask = entry.picksAnyTask
        tasks = script.steps.map { TaskState($0) }
        notes.reserveCapacity(32)
        turns.reserveCapacity(16)
        handles.reserveCapacity(4)
    }

    /// Becomes the door of another run of its script on its host, as a new one would be. To be called when host,
    /// driver and log have been reset.
    func reset() {
        for task in tasks.indices { tasks[task].reset(script.steps[task]) }
        if !values.isEmpty { values = [:] }
        resourceOf.removeAll()
        pollNamesOf.removeAll()
        handles.removeAll(keepingCapacity: true)
        turns.removeAll(keepingCapacity: true)
        notes.removeAll(keepingCapacity: true)
        lastTask = nil
        (mistake, unsupported) = (nil, nil)
        isOver = false
        leaked = []
        named.removeAll()
        if !streams.isEmpty { streams = [:] }
        if !acceptsSeen.isEmpty { acceptsSeen = [:] }
        if !fetched.isEmpty { fetched = [] }
        if !droppedStreams.isEmpty { droppedStreams = [] }
        nextSlot = 0
        entrySpawned = 0
        cancelsInProgress = 0
        line = []
        (onState, onFirstTurn) = (nil, nil)
        hasPicked = false
        (entryJoin, entryJoinEvent) = (nil, 0)
    }

    /// What is played.
    var scenario: Scenario {
        _read { yield script.scenario }
    }

    // MARK: The door

    /// `next`: the outcome of the task's last step in, its next step out.
    func next(_ number: Int, _ outcome: StepReport) throws(HostTrap) -> HandOut {
        try host.enterDoor(.stepsNext)
        let isPicked = hasPicked
        hasPicked = false
        if scenario.entry != nil { throw wrong("this scenario runs a whole program, not steps") }
        if number == 0 { return try nextOfEntry(outcome) }
        let task = number - 1
        guard tasks.indices.contains(task) else {
            throw wrong("there is no task \(number); the scenario's are 0 to \(tasks.count)")
        }
        host.progressed()
        lastTask = task
        if isPicked, let onFirstTurn, isUntouched(task) { onFirstTurn(task) }
        if try !takeUp(task, outcome) { return .done }
        while true {
            if tasks[task].nextOperation == tasks[task].operations.count {
                guard let operations = tasks[task].cursor.next() else {
                    tasks[task].status = .done
                    log(task, .done, because: EventCauses(tasks[task].lastEvent))
                    return .done
                }
                tasks[task].operations = operations
                tasks[task].nextOperation = 0
                continue
            }
            let operation = tasks[task].operations[tasks[task].nextOperation]
            tasks[task].nextOperation += 1
            if let handOut = try perform(operation, for: task) { return handOut }
        }
    }

    /// `choose`: which of `count` runnable tasks goes next.
    func choose(_ count: Int) throws(HostTrap) -> Int {
        try host.enterDoor(.stepsChoose)
        guard count > 0 else { throw wrong("choose among 0", in: .stepsChoose) }
        let answer = picksAnyTask ? host.choose(.pick, among: count) : 0
        hasPicked = answer > 0
        return answer
    }

    /// `state`: between two turns, what the guest's runtime is like. It is no call: a guest is in
    /// no other position for having told.
    func tell(state: UInt64) -> Bool {
        guard let onState, !host.isStopping else { return false }
        return onState(state)
    }

    func nextOfEntry(_ outcome: StepReport) throws(HostTrap) -> HandOut {
        if isOver { throw wrong("task 0 asked for a step after it was done") }
        if outcome == .unsupported { throw unsupported("the entry", at: scenario.place) }
        // The entry may be the first to ask after a cancelled task is gone.
        noteCancellations()
        if entrySpawned < script.starts.count {
            let task = script.starts[entrySpawned]
            entrySpawned += 1
            note(.spawned(task))
            return .spawn(task + 1)
        }
        if let main = script.main {
            if isEnded(main) || leaked.contains(main) {
                isOver = true
                return .done
            }
            return try joinOfEntry(main)
        }
        guard let open = taskToJoin else {
            isOver = true
            return .done
        }
        return try joinOfEntry(open)
    }

    /// The task that the entry joins next. File order it is, but of those that are alike the one
    /// that began first: where it stands in the file says nothing about it.
    private var taskToJoin: TaskID? {
        func isOpen(_ task: TaskID) -> Bool {
            !isEnded(task) && isStarted(task) && !leaked.contains(task)
        }
        guard script.hasLikes else { return tasks.indices.first(where: isOpen) }
        return tasks.indices.filter(isOpen).min { one, other in
            let likes = script.firstLikes
            if likes[one] != likes[other] { return likes[one] < likes[other] }
            return (tasks[one].firstTurn ?? .max, one) < (tasks[other].firstTurn ?? .max, other)
        }
    }

    /// Hands the entry a join; one that has ended before was no use, and another would be none.
    func joinOfEntry(_ task: TaskID) throws(HostTrap) -> HandOut {
        if entryJoin == task {
            guard tasks[task].isCancelRequested else {
                throw wrong("the join of task \(task + 1) ended before the task did")
            }
            leaked.append(task)
            entryJoin = nil
            return try nextOfEntry(.none)
        }
        entryJoin = task
        entryJoinEvent = trace.count
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

    // MARK: Words

    @discardableResult
    func log(_ task: TaskID, _ event: TraceEvent.TaskEvent, because causes: EventCauses) -> Int {
        trace.record(.task(task + 1, event), at: driver.now, because: causes)
    }

    /// Keeps a note for the oracles, at the event that is logged next unless another is given.
    func note(_ what: DoorNote.What, at event: Int? = nil) {
        notes.append(DoorNote(event: event ?? trace.count, what: what))
    }

    func wrong(_ message: String, in call: HostCall = .stepsNext) -> HostTrap {
        HostTrap(.step(message), in: call)
    }

    func unsubscribed(_ name: PollNameID, _ task: TaskID) -> HostTrap {
        fault("'\(scenario.pollNames[name])' is not subscribed at this point of the run", task)
    }

    /// The scenario asks for something that makes no sense at this point of the run.
    func fault(_ message: String, _ task: TaskID) -> HostTrap {
        let place = tasks[task].cursor.place ?? scenario.tasks[task].place
        mistake = Diagnostic(message, at: place, in: scenario.file)
        return wrong(message)
    }
}
