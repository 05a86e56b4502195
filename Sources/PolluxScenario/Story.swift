// A run told in numbered sentences: what happened, and why each task woke.

import PolluxHost

/// Tells a run.
///
/// A sentence is a stretch of the log with one subject: a task from its start or wake until it waits
/// or ends, or a poll with what happened in the world until it returned. Reasons name the sentence
/// in which the cause stands.
public struct Story {
    /// The sentences, without their numbers, which count from 1.
    public private(set) var sentences: [String] = []

    let run: Run
    /// The sentence in which each event stands.
    var numbers: [Int: Int] = [:]
    /// Who did what for whom.
    let owners: StoryOwners
    /// What each task that waits waits for.
    var waits: [Int: String] = [:]
    /// The task that goes on: it has started or woken, and neither waits nor has ended.
    private var running: Int?
    /// What the runtime did for a task before it let it go on, by the event with which it does.
    private var doings: [Int: Doings] = [:]
    private var open = Sentence(subject: .none, time: 0)
    /// The last sentence, and how often running it was told.
    private var lastText = ""
    private var repeats = 1

    /// A stretch of the log with one subject.
    private struct Sentence {
        enum Subject {
            case none
            case task(Int)
            case poll, world
            /// The guest's runtime, between its tasks.
            case guest
        }
        var subject: Subject
        var time: UInt64
        /// How it begins: `A starts`.
        var head = ""
        var clauses: [String] = []
        /// What the task does at its end: waits, or ends.
        var last: String?
        /// How far the clock crept while nothing waited.
        var creep: String?
        var events: [Int] = []
    }

    /// What is kept of a sentence until its subject is told.
    private struct Doings {
        var clauses: [String] = []
        /// What is to stand behind the next clause.
        var notes = ""
        var events: [Int] = []
    }

    /// The story of this run. One that was given up has none.
    public init(_ run: Run) {
        self.run = run
        guard run.outcome != .timedOut else {
            owners = StoryOwners()
            return
        }
        owners = StoryOwners(run)
        for event in run.trace.events {
            if let end = owners.end[event.id] { keep(event, for: end) } else { tell(event) }
        }
        close()
    }

    // MARK: Events

    private mutating func tell(_ event: TraceEvent) {
        switch event.what {
        case .task(let number, let what):
            if number > 0 { tell(what, of: number, event) }
        case .socket(let call) where call.call.isOfHTTP: add(clause(event), of: call, event)
        case .socket: addNote(run.trace.words(event), event)
        case .subscribe, .unsubscribe, .open, .stream, .asked: add(clause(event), event)
        case .poll(let list, let isCheck):
            begin(.poll, event)
            let names = names(list)
            open.head = isCheck ? "a look at \(names)" : "the guest polls \(names)"
        case .report(let list): tellReport(list, event)
        case .level, .bytes, .due: tellWorld(event)
        case .clock(let target, let reason): tellClock(to: target, reason, event)
        case .choice: addNote("the host picks: \(run.trace.words(event))", event)
        case .trap:
            // The run's end says these.
            if case .deadlocked = run.outcome { break }
            if case .exited = run.outcome { break }
            begin(.world, event)
            open.head = "the host ends the guest: \(run.trace.words(event))"
        case .clockRead, .end: break
        }
    }

    /// Keeps what is told with the event that it leads to.
    private mutating func keep(_ event: TraceEvent, for end: Int) {
        doings[end, default: Doings()].events.append(event.id)
        if case .choice = event.what {
            doings[end]!.notes += " (the host picks: \(run.trace.words(event)))"
        } else if let clause = clause(event), doings[end]!.clauses.last != clause {
            doings[end]!.clauses.append(clause + doings[end]!.notes)
            doings[end]!.notes = ""
        }
    }

    private mutating func tell(
        _ what: TraceEvent.TaskEvent, of task: Int, _ event: TraceEvent
    ) {
        let name = run.trace.name(ofTask: task)
        switch what {
        case .start:
            begin(.task(task), event)
            let spawner = event.causes.first.flatMap(taskName(ofEvent:))
            open.head = "\(name)\(spawner.map { ", which \($0) spawned," } ?? "") starts"
            running = task
        case .wake:
            close()
            let reason = reason(for: task, event)
            begin(.task(task), event)
            open.head = "\(name) \(reason)"
            open.clauses = take(event)
            waits[task] = nil
            running = task
        case .wait(let words):
            waits[task] = words
            running = nil
            end("\(Self.wait(words))", of: task, event)
        case .done:
            running = nil
            end("ends", of: task, event)
        case .cancelled:
            waits[task] = nil
            if running == task { running = nil }
            begin(.world, event)
            open.head = "\(name) is cancelled"
            let doings = take(event)
            if !doings.isEmpty { open.head += " and " + Self.list(doings) }
        case .say(let text): add("says \(text)", event)
        case .fail(let text): add("fails: \(text)", event)
        }
    }

    private mutating func tellReport(_ list: [UInt64], _ event: TraceEvent) {
        if case .poll = open.subject {} else { begin(.poll, event) }
        let wakes = owners.woken[event.id].map { ", which wakes \(Self.list($0))" } ?? ""
        let returned = "returns \(list.isEmpty ? "nothing" : names(list))\(wakes)"
        open.last = (open.clauses.isEmpty ? "" : "it ") + returned
        note(event)
        close()
    }

    private mutating func tellWorld(_ event: TraceEvent) {
        let elapsed = event.time.nanoseconds &- run.trace.start.nanoseconds
        if case .poll = open.subject {
            let time = elapsed == open.time ? "" : "at \(TimeText.string(elapsed)) "
            let clause = time + run.trace.words(event)
            // A response and its body are ready under one name.
            if open.clauses.last != clause { open.clauses.append(clause) }
        } else if isGuests {
            return addNote("\(run.trace.words(event)) at \(TimeText.string(elapsed))", event)
        } else {
            if case .world = open.subject, open.time == elapsed, open.last == nil {
                open.clauses.append(run.trace.words(event))
            } else {
                begin(.world, event)
                open.head = run.trace.words(event)
            }
        }
        note(event)
    }

    private mutating func tellClock(
        to target: MonotonicInstant, _ reason: TraceEvent.ClockReason, _ event: TraceEvent
    ) {
        let time = TimeText.string(target.nanoseconds &- run.trace.start.nanoseconds)
        switch reason {
        case .wait: break
        case .work: add("works until \(time)", event)
        case .patience:
            // The clock creeps by many small steps; the last one says it all.
            open.creep = time
            note(event)
        }
    }

    // MARK: Sentences

    private mutating func begin(_ subject: Sentence.Subject, _ event: TraceEvent) {
        close()
        open = Sentence(
            subject: subject, time: event.time.nanoseconds &- run.trace.start.nanoseconds)
        note(event)
    }

    private mutating func note(_ event: TraceEvent) {
        open.events.append(event.id)
    }

    /// What was done towards this event; its sentence has just begun.
    private mutating func take(_ event: TraceEvent) -> [String] {
        guard let doings = doings.removeValue(forKey: event.id) else { return [] }
        open.events += doings.events
        open.head += doings.notes
        return doings.clauses
    }

    private mutating func add(_ clause: String?, _ event: TraceEvent) {
        guard let clause else { return }
        turn(to: event)
        note(event)
        if open.clauses.last != clause { open.clauses.append(clause) }
    }

    /// Sees to it that the open sentence is about who makes this call: the task that goes on; the one
    /// that waits for what the call is about; or whoever was told of last.
    private mutating func turn(to event: TraceEvent) {
        let resource = owners.resource(of: event, in: run)
        let waiters = waits.filter {
            $0.value.split(separator: " ").contains { $0 == resource ?? "" }
        }
        switch open.subject {
        case .task(let task) where task == running || waiters[task] != nil || waiters.isEmpty:
            return
        case .guest where running == nil && waiters.isEmpty: return
        default: break
        }
        if let task = running ?? (waiters.count == 1 ? waiters.first?.key : nil) {
            if case .task(task) = open.subject { return }
            begin(.task(task), event)
            open.head = run.trace.name(ofTask: task)
        } else {
            if case .guest = open.subject { return }
            begin(.guest, event)
            open.head = "the guest"
        }
    }

    /// A call of wasi:http; those that only make a request up, or look at what is there, are not told.
    private mutating func add(_ clause: String?, of call: SocketEvent, _ event: TraceEvent) {
        if let clause { return add(clause, event) }
        if call.call.isOfRequestInTheMaking, ["error", "forbidden"].contains(call.answer) {
            return addNote(run.trace.words(event), event)
        }
        note(event)
    }

    private mutating func addNote(_ text: String, _ event: TraceEvent) {
        if case .socket = event.what, isGuests { turn(to: event) }
        note(event)
        if open.head.isEmpty {
            begin(.world, event)
            open.head = text
        } else if open.clauses.isEmpty {
            open.head += " (\(text))"
        } else {
            open.clauses[open.clauses.count - 1] += " (\(text))"
        }
    }

    private mutating func end(_ last: String, of task: Int, _ event: TraceEvent) {
        if case .task(task) = open.subject {
        } else {
            begin(.task(task), event)
            open.head = run.trace.name(ofTask: task)
        }
        note(event)
        open.last = last
    }

    private mutating func close() {
        defer { open = Sentence(subject: .none, time: 0) }
        guard !open.head.isEmpty || open.last != nil else { return }
        if let creep = open.creep { open.head += " (the clock creeps to \(creep))" }
        var text = "at \(TimeText.string(open.time)) " + open.head
        switch open.subject {
        case .poll:
            text += open.clauses.map { ", \($0)" }.joined()
            text += open.last.map { (open.clauses.isEmpty ? ", which " : "; ") + $0 } ?? ""
        case .task, .guest:
            let doings = open.clauses + [open.last].compactMap { $0 }
            guard !doings.isEmpty else { break }
            let isBare = !open.head.contains(" ") || open.head.hasPrefix("the guest")
            let joint = isBare ? " " : open.head.contains("because") ? "; it " : ", "
            let isPair = joint == ", " && doings.count == 1
            text += (isPair ? " and " : joint) + Self.list(doings)
        case .world, .none: text += open.clauses.map { ", \($0)" }.joined()
        }
        if text == lastText {
            repeats += 1
            sentences[sentences.count - 1] = "\(text) (\(Words.times(repeats)))"
        } else {
            (lastText, repeats) = (text, 1)
            sentences.append(text)
        }
        for event in open.events { numbers[event] = sentences.count }
    }

    /// Whether the open sentence is about the guest.
    private var isGuests: Bool {
        switch open.subject {
        case .task, .guest: true
        case .none, .poll, .world: false
        }
    }
}
