// How verdicts call things.

import PolluxHost

/// Puts a scenario's facts into words, for messages.
struct Words {
    let scenario: Scenario

    init(_ scenario: Scenario) { self.scenario = scenario }

    func task(_ task: TaskID) -> String { scenario.tasks[task].name }

    func target(_ target: Target) -> String {
        switch target {
        case .resource(let resource): scenario.resources[resource].name
        case .pollable(let name): scenario.pollNames[name]
        }
    }

    /// What happens to a stream and is no chunk: `the permit 4`, `the end`.
    func mark(_ change: Fact.Change) -> String? {
        switch change {
        case .ready, .chunk: nil
        case .empty: "the empty readiness"
        case .permit(let count): "the permit \(count)"
        case .flushed: "the flush mark"
        case .closed: "the end"
        case .failed: "the failure"
        case .answers(.accepts): "the '+'"
        case .answers(.refuses): "the refusal"
        case .answers(.silent): "the silence"
        case .calls: "the connection"
        case .head: "the response's head"
        }
    }

    func event(_ occurrence: Run.Occurrence) -> String {
        let subject =
            switch occurrence.subject {
            case .task(let task): self.task(task)
            case .resource(let resource): scenario.resources[resource].name
            case .host: "host"
            }
        return "\(subject).\(occurrence.kind.rawValue)"
    }

    /// `completed`, `trap empty-poll in T`, …
    func outcome(_ outcome: ExpectedOutcome) -> String {
        switch outcome {
        case .completed: "completion"
        case .trap(let name, let task): "trap \(name)" + (task.map { " in \(self.task($0))" } ?? "")
        case .deadlock(let claims, let time):
            "deadlock" + (claims.isEmpty ? "" : " (\(waits(claims)))")
                + (time.map { " at \(TimeText.string($0))" } ?? "")
        case .livelocked: "livelock"
        case .exit(let code): "exit with code \(code)"
        case .abort(let text): "abort" + (text.map { " with '\($0)'" } ?? "")
        }
    }

    /// `completed`, `trapped: …`: what a run did.
    func outcome(_ outcome: RunOutcome) -> String {
        switch outcome {
        case .completed: "completed"
        case .leftBehind(let tasks):
            "ended while \(tasks.map(task).joined(separator: ", ")) had not: "
                + "the adapter's entry returned early"
        case .leaked(let tasks):
            "left the pollables of the cancelled \(tasks.map(task).joined(separator: ", ")) undropped"
        case .exited(let code): "exited with code \(code)"
        case .aborted(let text, let task):
            "aborted\(task.map { " in \(self.task($0))" } ?? ""): \(text)"
        case .trapped(let trap, let task):
            "trapped\(task.map { " in \(self.task($0))" } ?? ""): \(trap)"
        case .deadlocked(let claims, let time):
            "deadlocked at \(TimeText.string(time)): \(waits(claims))"
        case .livelocked(let calls): "livelocked: \(calls) host calls in a row without progress"
        case .timedOut: "did not end, and was given up by the wall clock"
        case .unsupported: "needs a step that the guest's adapter does not support"
        }
    }

    /// `A waits on never, B waits on A`.
    func waits(_ claims: [DeadlockClaim]) -> String {
        if claims.isEmpty { return "no task waits" }
        return claims.map { claim in
            let causes = claim.waitsOn.map(cause).joined(separator: ", ")
            return "\(task(claim.task)) waits on \(causes.isEmpty ? "a timer" : causes)"
        }.joined(separator: ", ")
    }

    private func cause(_ cause: DeadlockClaim.Cause) -> String {
        switch cause {
        case .task(let task): self.task(task)
        case .resource(let resource): scenario.resources[resource].name
        case .pollable(let name): scenario.pollNames[name]
        case .channel(let channel): scenario.channels[channel]
        }
    }

    /// `block A B -> A`.
    func poll(_ claim: PollClaim) -> String {
        let list = claim.list.map(polled).joined(separator: " ")
        let reported = claim.reported.map(polled).joined(separator: " ")
        return
            "\(claim.isCheck ? "check" : "block") \(list) -> \(reported.isEmpty ? "nothing" : reported)"
    }

    private func polled(_ polled: PollClaim.Polled) -> String {
        switch polled {
        case .resource(let resource): scenario.resources[resource].name
        case .pollable(let name): scenario.pollNames[name]
        case .timer(let time): "@" + TimeText.string(time)
        }
    }

    /// `1 turn`, `2 turns`.
    static func count(_ count: Int, _ noun: String) -> String {
        count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
    }

    /// `never happened`, `happened twice`.
    static func happened(_ count: Int) -> String {
        count == 0 ? "never happened" : "happened \(times(count))"
    }

    static func times(_ count: Int) -> String {
        switch count {
        case 0: "never"
        case 1: "once"
        case 2: "twice"
        default: "\(count) times"
        }
    }

    static func range(_ range: ClosedRange<Int>) -> String {
        if range.lowerBound == range.upperBound { return times(range.lowerBound) }
        if range.upperBound == .max { return "\(range.lowerBound) times or more" }
        return "\(range.lowerBound) to \(range.upperBound) times"
    }

    static func ordinal(_ number: Int) -> String { "#\(number)" }

    static func bound(_ bound: Relation.Bound) -> String {
        switch bound {
        case .turns(let count): self.count(count, "turn")
        case .polls(let count): self.count(count, "poll")
        case .time(let time): TimeText.string(time)
        }
    }

    static func value(_ value: ValueClaim.Value) -> String {
        switch value {
        case .text(let text): "'\(text)'"
        case .truth(let truth): "\(truth)"
        case .names(let names): "[\(names.sorted().joined(separator: ", "))]"
        case .bytes(let bytes): ByteExcerpt(bytes).text
        case .ok: "ok"
        case .closed: "closed"
        case .failed(let text): "failed: \(text)"
        }
    }
}
