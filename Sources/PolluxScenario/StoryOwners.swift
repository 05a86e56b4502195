// Whose doing a host call is, where the runtime makes it before it lets a task go on.

import PolluxHost

/// What a story knows of a run before it tells it: which calls led to which wake or cancellation, and
/// which report to which wake.
struct StoryOwners {
    /// For a call, the event of the task that it led to.
    private(set) var end: [Int: Int] = [:]
    /// For a wake behind a call, the report that let the runtime call.
    private(set) var report: [Int: Int] = [:]
    /// The tasks that each report woke.
    private(set) var woken: [Int: [String]] = [:]

    /// Of a run that is not told.
    init() {}

    init(_ run: Run) {
        var waits: [Int: (event: Int, words: Set<Substring>)] = [:]
        var lastReport: [String: Int] = [:]
        for event in run.trace.events {
            switch event.what {
            case .report(let list):
                for serial in list {
                    lastReport[Self.resource(ofPollable: serial, in: run)] = event.id
                }
            case .task(let task, .wait(let words)):
                waits[task] = (event.id, Set(words.split(separator: " ")))
            case .task(let task, .wake):
                let name = run.trace.name(ofTask: task)
                guard let call = event.causes.first, run.trace.events.indices.contains(call),
                    run.trace.events[call].isOnStreamOrSocket,
                    let resource = resource(of: run.trace.events[call], in: run)
                else {
                    for cause in event.causes { woken[cause, default: []].append(name) }
                    break
                }
                claim([resource], from: call, to: event, of: run)
                // A report from before the wait woke nobody who did not wait yet.
                if let report = lastReport[resource], report > waits[task]?.event ?? 0 {
                    self.report[event.id] = report
                    woken[report, default: []].append(name)
                }
            case .task(let task, .cancelled):
                let words = waits[task]?.words ?? []
                claim(Set(words.map(String.init)), from: event.id - 1, to: event, of: run)
            default: break
            }
        }
    }

    /// The calls on these resources that stand right before an event of a task, from this one to both
    /// sides, are made for it. What it subscribed stands where it began to wait.
    private mutating func claim(
        _ resources: Set<String>, from call: Int, to end: TraceEvent, of run: Run
    ) {
        let known = Set(run.scenario.resources.map(\.name))
        func isPart(_ place: Int) -> Bool {
            let event = run.trace.events[place]
            // The number of a new handle is chosen in any call.
            if case .choice(let site, _, _) = event.what, site.kind == .handle {
                return self.end[place] == nil
            }
            guard self.end[place] == nil, let name = resource(of: event, in: run) else {
                return false
            }
            // An error, and the fields of a request or a response, are nobody's in the world.
            switch event.what {
            case .stream(let call) where [.errorToDebugString, .errorDrop].contains(call.call):
                return true
            case .socket(let call) where call.call.isOfHTTP && !known.contains(name): return true
            default: return resources.contains(name)
            }
        }
        var place = call
        while place >= 0, isPart(place) {
            if case .subscribe = run.trace.events[place].what { break }
            if case .open = run.trace.events[place].what { break }
            self.end[place] = end.id
            place -= 1
        }
        place = call + 1
        while place < end.id, isPart(place) {
            self.end[place] = end.id
            place += 1
        }
    }

    /// The name of what a call is about, or a choice made in one; `nil` for other events.
    func resource(of event: TraceEvent, in run: Run) -> String? {
        switch event.what {
        case .subscribe(let serial), .unsubscribe(let serial), .asked(let serial, _):
            Self.resource(ofPollable: serial, in: run)
        case .open(let serial): run.trace.name(ofResource: serial)
        case .stream(let call): run.trace.name(ofResource: call.stream)
        case .socket(let call): run.trace.name(ofResource: call.socket)
        case .choice(let site, _, _):
            switch site.kind {
            case .readLength, .permit, .finish, .segment, .stdin, .timeoutTie:
                run.trace.name(ofResource: site.subject)
            default: nil
            }
        default: nil
        }
    }

    /// The stream or socket that a pollable is of, or what it is called itself.
    static func resource(ofPollable serial: UInt64, in run: Run) -> String {
        run.trace.name(ofResource: run.trace.parent(ofPollable: serial) ?? serial)
    }
}

extension TraceEvent {
    /// Whether it is a call on a stream or a socket, or of wasi:http.
    fileprivate var isOnStreamOrSocket: Bool {
        switch what {
        case .stream, .socket: true
        default: false
        }
    }
}
