// What tasks and resources did, column by column.

import PolluxHost

/// A run as lanes: what a task row or a resource row shows at a time.
struct RunLanes {
    private let run: Run
    private let byTask: [[Run.Occurrence]]
    private let byResource: [[Run.Occurrence]]

    init(_ run: Run) {
        self.run = run
        var byTask = Array(repeating: [Run.Occurrence](), count: run.scenario.tasks.count)
        var byResource = Array(repeating: [Run.Occurrence](), count: run.scenario.resources.count)
        for occurrence in run.occurrences {
            switch occurrence.subject {
            case .task(let task): byTask[task].append(occurrence)
            case .resource(let resource): byResource[resource].append(occurrence)
            case .host: break
            }
        }
        self.byTask = byTask
        self.byResource = byResource
    }

    // MARK: Claims

    /// Why a claim about a task does not hold, in words; `nil` where it does. The column stands for
    /// the time from `time` up to, not including, `next`.
    func contradiction(
        of claim: Character, _ task: TaskID, _ time: UInt64, _ next: UInt64
    ) -> String? {
        let now = byTask[task].lazy.filter { $0.time == time }
        func has(_ kind: EventName.Kind) -> Bool { now.contains { $0.kind == kind } }
        let holds: Bool
        let wanted: String
        switch claim {
        case "w":
            holds = has(.wait)
            wanted = "begins to wait"
        case ".":
            let during = byTask[task].lazy.filter { $0.time >= time && $0.time < next }
            let moved = during.contains {
                $0.kind == .wake || $0.kind == .done || $0.kind == .cancelled
            }
            holds = !moved && isWaiting(task, at: time)
            wanted = "waits"
        case "*":
            holds = has(.wake) && !has(.done)
            wanted = "wakes and goes on"
        case "|":
            holds = has(.done)
            wanted = "wakes and ends"
        case "x":
            holds = has(.cancelled)
            wanted = "is cancelled"
        default:
            let wakes = run.occurrences.filter { $0.kind == .wake && $0.time == time }
            let place = wakes.firstIndex { $0.subject == .task(task) }.map {
                wakes.distance(from: wakes.startIndex, to: $0) + 1
            }
            holds = place == claim.wholeNumberValue
            wanted = "wakes as number \(claim) of this instant"
        }
        if holds { return nil }
        return "expected that it \(wanted), but it \(story(task, time, next))"
    }

    private func isWaiting(_ task: TaskID, at time: UInt64) -> Bool {
        let last = byTask[task].last { $0.time <= time && $0.kind != .say && $0.kind != .fail }
        return last?.kind == .wait
    }

    /// What a task did in a column, in words.
    private func story(_ task: TaskID, _ time: UInt64, _ next: UInt64) -> String {
        let during = byTask[task].filter { $0.time >= time && $0.time < next }
        let verbs = during.compactMap { occurrence -> String? in
            let verb: String? =
                switch occurrence.kind {
                case .wait: "begins to wait"
                case .wake: "wakes"
                case .done: "ends"
                case .cancelled: "is cancelled"
                case .start: "starts"
                default: nil
                }
            return occurrence.time == time
                ? verb : verb.map { $0 + " at \(TimeText.string(occurrence.time))" }
        }
        if !verbs.isEmpty { return verbs.joined(separator: ", ") }
        if isWaiting(task, at: time) { return "still waits" }
        let before = byTask[task].last { $0.time <= time }
        switch before?.kind {
        case nil: return "has not started"
        case .done: return "has ended at \(TimeText.string(before!.time))"
        case .cancelled: return "was cancelled at \(TimeText.string(before!.time))"
        default: return "is at work"
        }
    }

    // MARK: Rows

    /// The character of a task's row for the time from `time` up to, not including, `next`.
    func character(ofTask task: TaskID, from time: UInt64, upTo next: UInt64) -> Character {
        let during = byTask[task].filter { $0.time >= time && $0.time < next }
        func has(_ kind: EventName.Kind) -> Bool { during.contains { $0.kind == kind } }
        if has(.cancelled) { return "x" }
        if has(.done) { return "|" }
        if has(.wake) { return "*" }
        if has(.wait) { return "w" }
        if isWaiting(task, at: time) { return "." }
        let before = byTask[task].last { $0.time <= time }
        switch before?.kind {
        case nil, .done, .cancelled: return " "
        default: return "*"
        }
    }

    /// The character of a resource's row.
    func character(ofResource resource: ResourceID, from time: UInt64, upTo next: UInt64)
        -> Character
    {
        let isScripted =
            run.scenario.resources[resource].exchange == nil
            || run.scenario.facts.contains { $0.resource == resource }
        if isScripted, run.scenario.resources[resource].script != nil {
            return character(ofStream: resource, from: time, upTo: next)
        }
        if case .listener = run.scenario.resources[resource].kind {
            // A connection waits there; when it no longer does nobody is told.
            let comes = byResource[resource].contains {
                $0.kind == .ready && $0.time >= time && $0.time < next
            }
            return comes ? "+" : "-"
        }
        let last = byResource[resource].last {
            $0.time < next && ($0.kind == .ready || $0.kind == .unready)
        }
        return last?.kind == .ready ? "#" : "_"
    }

    /// The character of a stream's row: the last thing that happened in the column, `-` where
    /// nothing did, and nothing once it is over.
    private func character(
        ofStream stream: ResourceID, from time: UInt64, upTo next: UInt64
    ) -> Character {
        let facts = run.scenario.facts.filter {
            $0.resource == stream && $0.time < next && $0.time <= run.duration
        }
        guard let last = facts.last else { return "-" }
        if last.time < time { return last.change.isEnd ? " " : "-" }
        return switch last.change {
        case .ready(let isReady): isReady ? "#" : "_"
        case .chunk(let name, _): Character(name)
        case .empty: "0"
        case .permit(let count): count < 10 ? Character(String(count)) : "+"
        case .flushed: "f"
        case .closed: "|"
        case .failed: "!"
        case .answers(.silent): "_"
        case .answers(.accepts), .calls: "+"
        case .answers(.refuses): "x"
        case .head: "#"
        }
    }
}
