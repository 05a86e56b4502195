// What is known of a run after it: how it ended, and what happened, in the scenario's words.

import PolluxHost
import PolluxNative

/// How a run of a scenario ended.
public enum RunOutcome: Equatable, Sendable {
    /// The entry returned and every task, or `main`, had ended.
    case completed
    /// The entry returned although these tasks had not ended.
    case leftBehind([TaskID])
    /// The entry returned; these tasks were cancelled, but their pollables were never dropped.
    case leaked([TaskID])
    case exited(UInt8)
    /// The guest took its process with it, with this text; the task is the one that had asked for a
    /// step last.
    case aborted(String, in: TaskID?)
    /// A host call was wrong; the task is the one that had asked for a step last.
    case trapped(HostTrap, in: TaskID?)
    /// Nothing can go on: the tasks that wait, and for what, at a time in ns after the start.
    case deadlocked([DeadlockClaim], at: UInt64)
    case livelocked(calls: Int)
    /// The wall clock's limit for one run passed.
    case timedOut
    /// The adapter of this guest cannot do the step at this place.
    case unsupported(Place)
}

/// One run, with its log.
public final class Run {
    /// What was played.
    public let scenario: Scenario
    /// On which host.
    public let host: HostEntry
    /// With which seed.
    public let seed: UInt64
    /// By which guest.
    public let guest: String
    /// How it ended.
    public let outcome: RunOutcome
    /// The whole log.
    public let trace: Trace
    /// Everything that expectations can name, in the order it happened.
    public let occurrences: [Occurrence]
    /// The run's length in simulated ns.
    public let duration: UInt64
    /// A mistake of the scenario's own that only showed while it ran.
    public let mistake: Diagnostic?

    /// How many turns have ended.
    let turns: Int
    /// The task that asked for a step last.
    let lastTask: TaskID?
    let polls: [PollCall]
    /// What the step door knew beside the log.
    let notes: [DoorNote]
    let values: [String: ValueClaim.Value]
    let handles: [Target: Int32]

    /// Something that happened, as expectations name it.
    public struct Occurrence: Equatable, Sendable {
        /// Whose event it is.
        public var subject: EventName.Subject
        /// What happened to it.
        public var kind: EventName.Kind
        /// ns after the start.
        public var time: UInt64
        /// Its place in the log; several occurrences of one report share it.
        public var event: Int
        /// How many turns had ended before it.
        public var turn: Int
        /// How many polls had begun before it.
        public var poll: Int
    }

    /// One poll or check, by the serials of its list and of its report.
    struct PollCall {
        var isCheck: Bool
        var list: [UInt64]
        var reported: [UInt64]
    }

    init(
        _ scenario: Scenario, on host: HostEntry, seed: UInt64, guest: String, door: StepDoor,
        outcome: Outcome
    ) {
        self.scenario = scenario
        self.host = host
        self.seed = seed
        self.guest = guest
        self.trace = door.trace
        if outcome == .timedOut {
            // The guest may still be running, and may change all that it has hold of: nothing of it
            // is known, and nothing is read.
            self.outcome = .timedOut
            (mistake, duration) = (nil, 0)
            (values, handles, resourceOf, pollNameOf, bytesRead) = ([:], [:], [:], [:], [:])
            (datagramsRead, trailersTaken) = ([:], [])
            (occurrences, polls, unmet, notes) = ([], [], [], [])
            (turns, lastTask) = (0, nil)
            return
        }
        mistake = door.mistake
        values = door.valuesWithOutputs
        handles = Dictionary(door.handles.map { ($0.target, $0.handle) }) { $1 }
        turns = door.turns.count
        lastTask = door.lastTask
        let start = door.driver.start.nanoseconds
        duration = door.driver.now.nanoseconds - start
        let reader = LogReader(scenario, door, events: trace.events)
        occurrences = reader.occurrences
        polls = reader.polls
        self.outcome = Self.outcome(outcome, door, at: duration)
        resourceOf = reader.resourceOf
        bytesRead = reader.bytesRead
        datagramsRead = reader.datagramsRead
        trailersTaken = reader.trailersTaken
        unmet = door.driver.unmet
        pollNameOf = door.pollNamesOf
        notes = door.notes
    }

    let resourceOf: DenseMap<UInt64, ResourceID>
    /// How many bytes the guest took out of each input.
    let bytesRead: [ResourceID: Int]
    /// How many datagrams it took of each peer.
    let datagramsRead: [ResourceID: Int]
    /// The servers whose trailers the guest asked for and was told.
    let trailersTaken: Set<ResourceID>
    /// Places in the scenario's facts of permits, marks and ends that no answer rested on.
    let unmet: [Int]
    let pollNameOf: DenseMap<UInt64, PollNameID>

    private static func outcome(_ outcome: Outcome, _ door: StepDoor, at time: UInt64) -> RunOutcome
    {
        if let step = door.unsupported { return .unsupported(step.place) }
        switch outcome {
        case .completed:
            // A task that no step got round to spawning is not left behind.
            let left = door.scenario.tasks.indices.filter {
                door.isStarted($0) && !door.isEnded($0)
            }
            if !door.leaked.isEmpty { return .leaked(door.leaked) }
            let main = door.scenario.tasks.firstIndex { $0.name == "main" }
            if let main { return left.contains(main) ? .leftBehind(left) : .completed }
            return left.isEmpty ? .completed : .leftBehind(left)
        case .exited(let code): return .exited(code)
        case .aborted(let text): return .aborted(text, in: door.lastTask)
        case .deadlocked(let names) where door.scenario.entry != nil:
            return .deadlocked(door.programWaits(on: names), at: time)
        case .deadlocked: return .deadlocked(door.waits, at: time)
        case .trapped(let trap):
            // The guest's own runtime saw that its tasks wait for each other.
            if case .stalled = trap.kind, !door.waits.isEmpty {
                return .deadlocked(door.waits, at: time)
            }
            return .trapped(trap, in: door.lastTask)
        case .livelocked(let calls): return .livelocked(calls: calls)
        case .timedOut: return .timedOut
        }
    }

    /// The digest of the log: equal for equal runs. A run that was given up has none: its guest may
    /// still be logging.
    public var digest: String {
        outcome == .timedOut ? String(repeating: "0", count: 16) : trace.digest
    }

    /// The log's lines; none of a run that was given up.
    public var log: [String] { outcome == .timedOut ? [] : trace.events.map(trace.line) }
}

extension Scenario {
    /// The names, in lower case, of the fields that steps send to a server; a client may add others of its
    /// own. `nil` where a whole program sends what it likes.
    fileprivate func fieldNames(toServer server: ResourceID) -> Set<String>? {
        if entry != nil { return nil }
        var names: Set<String> = []
        func add(_ steps: [Located<Step>]) {
            for step in steps {
                switch step.value {
                case .fetch(server, let request, as: _):
                    names.formUnion(request.fields.map { $0.name.lowercased() })
                case .repeat(_, let steps): add(steps)
                default: break
                }
            }
        }
        for task in tasks { add(task.steps) }
        return names
    }
}

extension StepDoor {
    /// What steps gave, and what outputs took under their names, where no step has the name.
    fileprivate var valuesWithOutputs: [String: ValueClaim.Value] {
        var values = values
        for (index, resource) in scenario.resources.enumerated() where resource.takesBytes {
            if values[resource.name] != nil { continue }
            if resource.exchange != nil {
                for (name, value) in zip(resource.valueNames, sent(toServer: index)) {
                    values[name] = value
                }
                continue
            }
            values[resource.name] = .bytes(driver.written(to: SourceID(index: Int32(index))))
        }
        return values
    }

    /// The bodies of the requests that a server saw, their fields and their trailers; of bodies and
    /// trailers, that one was broken or has no end.
    private func sent(toServer server: ResourceID) -> [ValueClaim.Value] {
        let requests = driver.requests(toServer: scenario.resources[server].name)
        let known = scenario.fieldNames(toServer: server)
        let fields = requests.flatMap(\.head.fields).filter { field in
            known?.contains(field.name.lowercased()) ?? true
        }
        let isBroken = requests.contains {
            $0.isBroken || $0.head.body != .none && $0.trailers == nil
        }
        if isBroken { return [.failed("broken"), Self.words(fields), .failed("broken")] }
        let trailers = requests.flatMap { $0.trailers ?? [] }
        return [.bytes(requests.flatMap(\.body)), Self.words(fields), Self.words(trailers)]
    }

    private static func words(_ fields: [HTTPField]) -> ValueClaim.Value {
        if fields.isEmpty { return .text("nothing") }
        let lines = fields.map { "\($0.name): \(String(decoding: $0.value, as: UTF8.self))" }
        return .text(lines.joined(separator: ", "))
    }

    /// Who waits on what, in file order.
    var waits: [DeadlockClaim] {
        tasks.indices.compactMap { task in
            guard case .waiting(let wait) = tasks[task].status else { return nil }
            let causes: [DeadlockClaim.Cause] =
                switch wait {
                case .slots(let slots, _, _):
                    slots.map { slot in
                        // A subscribed name's slot was adopted from its resource.
                        if let name = pollNamesOf[slot.serial] { return .pollable(name) }
                        return resourceOf[slot.serial].map { .resource($0) } ?? .resource(0)
                    }
                case .join(let other): [.task(other)]
                case .receive(let channel): [.channel(channel)]
                case .read(let stream, _, _), .write(let stream, _), .flush(let stream, _),
                    .socket(_, let stream, _):
                    [.resource(stream)]
                case .sleep, .yield: []
                }
            return DeadlockClaim(task: task, waitsOn: causes)
        }
    }
}

/// Reads a log in the scenario's words.
private struct LogReader {
    var occurrences: [Run.Occurrence] = []
    var polls: [Run.PollCall] = []
    var resourceOf: DenseMap<UInt64, ResourceID>
    var bytesRead: [ResourceID: Int] = [:]
    var datagramsRead: [ResourceID: Int] = [:]
    var trailersTaken: Set<ResourceID> = []
    private let door: StepDoor
    private var turn = 0
    /// The resources that the guest meets on sockets and by look-ups; traces call those by the same names.
    private var ofNetwork: [String: ResourceID] = [:]
    /// Look-ups of which something is known.
    private var lookups: Set<UInt64> = []
    /// How much the guest has of each server's exchange: futures, responses, bodies, trailers.
    private var held: [ResourceID: Int] = [:]

    init(_ scenario: Scenario, _ door: StepDoor, events: [TraceEvent]) {
        self.door = door
        resourceOf = door.resourceOf
        for (index, resource) in scenario.resources.enumerated() where resource.isOfNetwork {
            ofNetwork[resource.name] = index
        }
        let turns = door.turns
        occurrences.reserveCapacity(events.count)
        for event in events {
            while turn < turns.count, turns[turn] < event.id { turn += 1 }
            read(event)
        }
    }

    private mutating func read(_ event: TraceEvent) {
        switch event.what {
        case .task(let number, let what):
            guard number > 0 else { return }
            add(.task(number - 1), kind(of: what), event)
        case .subscribe(let serial):
            // The pollables that a guest makes of its streams are known by what makes them ready.
            // A whole program's standard output is behind the resources, and none of them.
            if resourceOf[serial] == nil, let source = door.trace.source(ofPollable: serial),
                Int(source.index) < door.scenario.resources.count
            {
                resourceOf[serial] = Int(source.index)
            } else if resourceOf[serial] == nil {
                resourceOf[serial] = door.trace.parent(ofPollable: serial).flatMap {
                    ofNetwork[door.trace.name(ofResource: $0)]
                }
            }
            add(serial, .subscribe, event)
        case .open(let serial): add(serial, .open, event)
        case .stream(let call):
            noteStandardInput(call.origin ?? call.stream, event)
            switch call.call {
            case .inputStreamDrop, .outputStreamDrop:
                // A connection is dropped with its socket.
                if ofNetwork(call.stream) == nil { add(call.stream, .drop, event) }
            default: break
            }
            noteBytes(read: call)
        case .socket(let call): read(call, event)
        case .bytes(let source, let change, _):
            // A peer's own doings show at the guest's sockets.
            if ofNetwork.isEmpty || !door.scenario.resources[Int(source.index)].isOfNetwork {
                add(.resource(Int(source.index)), change == .permit(0) ? .unready : .ready, event)
            }
        case .unsubscribe(let serial): add(serial, .unsubscribe, event)
        case .due(let serial): add(serial, .ready, event)
        case .level(let source, let isReady, _):
            // The guest's sockets are behind the resources; some are the world's at the other end.
            let resource =
                Int(source.index) < door.scenario.resources.count
                ? Int(source.index) : ofNetwork[door.trace.name(of: source)]
            if let resource { add(.resource(resource), isReady ? .ready : .unready, event) }
        case .asked(let serial, let answer):
            add(.host, .check, event)
            polls.append(
                Run.PollCall(isCheck: true, list: [serial], reported: answer ? [serial] : []))
        case .poll(let list, let isCheck):
            add(.host, isCheck ? .check : .block, event)
            let seen = isCheck ? list.filter { !door.trace.wasDueAtBirth($0) } : list
            polls.append(Run.PollCall(isCheck: isCheck, list: seen, reported: []))
        case .report(let list):
            for serial in list { add(serial, .report, event) }
            guard !polls.isEmpty else { return }
            let isCheck = polls[polls.count - 1].isCheck
            polls[polls.count - 1].reported =
                isCheck ? list.filter { !door.trace.wasDueAtBirth($0) } : list
        case .trap(let trap):
            switch trap.kind {
            case .deadlock, .livelock, .exit: break
            // Found by the guest's runtime, a deadlock is one all the same.
            case .stalled where !door.waits.isEmpty: break
            default: add(.host, .trap, event)
            }
        case .clockRead, .clock, .choice, .end: break
        }
    }

    private func kind(of event: TraceEvent.TaskEvent) -> EventName.Kind {
        switch event {
        case .start: .start
        case .wait: .wait
        case .wake: .wake
        case .done: .done
        case .cancelled: .cancelled
        case .say: .say
        case .fail: .fail
        }
    }

    /// The resource at the other end of a socket, or of a socket's stream, or that a look-up is of.
    private mutating func ofNetwork(_ serial: UInt64) -> ResourceID? {
        if ofNetwork.isEmpty { return nil }
        let resource = ofNetwork[door.trace.name(ofResource: serial)]
        if let resource { resourceOf[serial] = resource }
        return resource
    }

    /// What a call on a socket says of the resource at its other end.
    private mutating func read(_ call: SocketEvent, _ event: TraceEvent) {
        if call.call == .outgoingHandle, let server = ofNetwork[call.answer] {
            held[server, default: 0] += 1
        }
        guard let resource = ofNetwork(call.socket) else { return }
        switch (call.call, call.answer) {
        case (.tcpFinishConnect, "ok"), (.tcpFinishListen, "ok"), (.udpStream, "ok"):
            add(.resource(resource), .open, event)
        case (.tcpAccept, let name):
            if let client = ofNetwork[name] { add(.resource(client), .open, event) }
        case (.resolveNextAddress, _):
            if lookups.insert(call.socket).inserted { add(.resource(resource), .open, event) }
        case (.incomingReceive, let count): datagramsRead[resource, default: 0] += Int(count) ?? 0
        case (.tcpDrop, _), (.udpDrop, _), (.resolveDrop, _): add(.resource(resource), .drop, event)
        case (.futureResponseGet, let head) where UInt16(head) != nil:
            held[resource, default: 0] += 1
            add(.resource(resource), .open, event)
        case (.responseConsume, "ok"): held[resource, default: 0] += 1
        case (.futureResponseDrop, _), (.responseDrop, _), (.incomingBodyDrop, _),
            (.futureTrailersDrop, _):
            held[resource, default: 0] -= 1
            if held[resource] == 0 { add(.resource(resource), .drop, event) }
        case (.futureTrailersGet, let trailers) where trailers != "none" && trailers != "taken":
            trailersTaken.insert(resource)
        default: break
        }
    }

    /// A guest may get the standard input by itself; its first call on it opens it then.
    private mutating func noteStandardInput(_ serial: UInt64, _ event: TraceEvent) {
        guard resourceOf[serial] == nil else { return }
        let resources = door.scenario.resources
        let index = resources.firstIndex { if case .stdin = $0.kind { true } else { false } }
        guard let index else { return }
        let name = door.trace.name(ofResource: serial)
        guard name == "stdin" || name == resources[index].name else { return }
        resourceOf[serial] = index
        add(serial, .open, event)
    }

    /// Counts what a call took out of an input.
    private mutating func noteBytes(read call: StreamEvent) {
        let count: Int
        switch (call.call, call.answer) {
        case (.inputStreamRead, .bytes(let bytes)), (.inputStreamBlockingRead, .bytes(let bytes)):
            count = bytes.count
        case (.inputStreamSkip, .count(let number)), (.inputStreamBlockingSkip, .count(let number)),
            (.outputStreamSplice, .count(let number)),
            (.outputStreamBlockingSplice, .count(let number)):
            count = Int(clamping: number)
        default: return
        }
        let stream = call.origin ?? call.stream
        guard let resource = resourceOf[stream] ?? ofNetwork(stream) else { return }
        bytesRead[resource, default: 0] += count
    }

    private mutating func add(_ serial: UInt64, _ kind: EventName.Kind, _ event: TraceEvent) {
        guard let resource = resourceOf[serial] else { return }
        add(.resource(resource), kind, event)
    }

    private mutating func add(
        _ subject: EventName.Subject, _ kind: EventName.Kind, _ event: TraceEvent
    ) {
        let start = door.driver.start.nanoseconds
        occurrences.append(
            Run.Occurrence(
                subject: subject, kind: kind, time: event.time.nanoseconds - start,
                event: event.id, turn: turn, poll: polls.count))
    }
}

extension Run {
    /// What its host's choices were, to stand behind the host's name: `, seed 7`; `, as scheduled`;
    /// nothing where it has none.
    public var choicesClause: String {
        if !host.hasChoices { return "" }
        return scenario.schedule.isEmpty ? ", seed \(seed)" : ", as scheduled"
    }

    /// How the run ended, in words: `completed`, `trapped in T: …`.
    public var outcomeText: String { Words(scenario).outcome(outcome) }
}
