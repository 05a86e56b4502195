// What the library says of a run.

import CPollux
import PolluxHost
import PolluxNative
import PolluxScenario

/// How a call of `pollux_run` went.
struct LibraryReport {
    /// One of `POLLUX_COMPLETED`, …
    var kind: Int
    var code: Int32 = 0
    var text: String
    var trace: String?
}

extension LibraryReport {
    /// What became of a guest that ran by itself.
    init(_ outcome: Outcome, trace: String?) {
        self.init(kind: POLLUX_COMPLETED, text: "\(outcome)", trace: trace)
        switch outcome {
        case .completed: break
        case .exited(let code):
            kind = POLLUX_EXITED
            self.code = Int32(code)
        // Of these two the second is for guests in processes of their own.
        case .trapped, .aborted: kind = POLLUX_TRAPPED
        case .deadlocked: kind = POLLUX_DEADLOCKED
        case .livelocked: kind = POLLUX_LIVELOCKED
        case .timedOut: kind = POLLUX_TIMED_OUT
        }
    }

    /// What became of a scenario's documents: failed where one failed, else completed where one
    /// passed.
    init(_ verdicts: [Verdict], guest: String, withTrace: Bool) {
        let statuses = verdicts.map(\.status)
        if statuses.contains(.failed) {
            kind = POLLUX_FAILED
        } else {
            kind = statuses.contains(.passed) ? POLLUX_COMPLETED : POLLUX_SKIPPED
        }
        text = verdicts.flatMap { Self.lines(of: $0, guest: guest) }.joined(separator: "\n")
        guard withTrace else { return }
        let runs = verdicts.flatMap(\.hosts)
        let run = (runs.first { !$0.failures.isEmpty } ?? runs.first)?.run
        if let run, run.outcome != .timedOut { trace = run.trace.text }
    }

    private static func lines(of verdict: Verdict, guest: String) -> [String] {
        let path = verdict.scenario.file.path
        let mark =
            switch verdict.status {
            case .passed: "ok"
            case .failed: "FAIL"
            case .skipped: "skip"
            }
        var lines = ["\(mark)  \(path):\(verdict.scenario.place.line): \(verdict.scenario.name)"]
        if verdict.guests.isEmpty { lines.append("    it is not for guest '\(guest)'") }
        for skip in verdict.guests.compactMap(\.skip) {
            lines.append("    \(path):\(skip.place.line):\(skip.place.column): \(skip.message)")
        }
        return lines + verdict.report
    }
}
