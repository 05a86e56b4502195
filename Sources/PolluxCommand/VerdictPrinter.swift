// Verdicts on paper: for people, and for programs.

import PolluxScenario

/// Says what came of a replay, in lines for standard output.
protocol VerdictPrinter {
    /// What stands before the first document.
    func opening(seed: UInt64, runs: Int, of scenarios: [Scenario]) -> [String]
    /// What came of one document.
    func lines(of verdict: Verdict) -> [String]
    /// What stands behind the last document; the last line is the summary.
    func closing(_ verdicts: [Verdict]) -> [String]
}

/// How many documents, or a guest's share of them, came out how.
struct Tally {
    var passed = 0
    var failed = 0
    var skipped = 0

    /// Counts these.
    init(_ statuses: some Sequence<Verdict.Status>) {
        for status in statuses {
            switch status {
            case .passed: passed += 1
            case .failed: failed += 1
            case .skipped: skipped += 1
            }
        }
    }

    /// Counts the documents that one guest should play.
    init(of guest: String, in verdicts: [Verdict]) {
        self.init(verdicts.flatMap(\.guests).filter { $0.guest == guest }.map(\.status))
    }

    /// `2 passed, 0 failed, 1 skipped`
    var text: String {
        "\(passed) passed, \(failed) failed" + (skipped > 0 ? ", \(skipped) skipped" : "")
    }
}
