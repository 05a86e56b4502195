// Verdicts for programs.

import Foundation
import PolluxScenario

/// One JSON object, at the end.
struct JSONPrinter: VerdictPrinter {
    let guests: [String]
    let showsTrace: Bool

    private struct Report: Encodable {
        struct Count: Encodable {
            var name: String
            var passed: Int
            var failed: Int
            var skipped: Int
        }
        struct Document: Encodable {
            var file: String
            var line: Int
            var name: String
            var verdict: String
            var guests: [Guest]
            var runs: [Played]
        }
        struct Guest: Encodable {
            var name: String
            var verdict: String
            var skipped: Remark?
            var failures: [Remark]?
        }
        /// The run of one guest on one host that is told: the first that failed, or the first.
        struct Played: Encodable {
            var guest: String
            var host: String
            var seeds: Int
            var seed: UInt64
            var digest: String
            var outcome: String
            var failures: [Remark]
            var lanes: [String]?
            var trace: [String]?
        }
        var documents: [Document]
        var guests: [Count]
        var passed: Int
        var failed: Int
        var skipped: Int
    }

    func opening(seed: UInt64, runs: Int, of scenarios: [Scenario]) -> [String] { [] }
    func lines(of verdict: Verdict) -> [String] { [] }

    func closing(_ verdicts: [Verdict]) -> [String] {
        let total = Tally(verdicts.map(\.status))
        let report = Report(
            documents: verdicts.map(document), guests: guests.map { count($0, in: verdicts) },
            passed: total.passed, failed: total.failed, skipped: total.skipped)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(report) else {
            preconditionFailure("a report of strings and numbers encodes")
        }
        return [String(decoding: data, as: UTF8.self)]
    }

    private func count(_ guest: String, in verdicts: [Verdict]) -> Report.Count {
        let tally = Tally(of: guest, in: verdicts)
        return Report.Count(
            name: guest, passed: tally.passed, failed: tally.failed, skipped: tally.skipped)
    }

    private func document(_ verdict: Verdict) -> Report.Document {
        let guests = verdict.guests.map { guest in
            Report.Guest(
                name: guest.guest, verdict: guest.status.rawValue,
                skipped: guest.skip.map { Remark($0.message, at: $0.place) },
                failures: guest.failures.isEmpty ? nil : guest.failures.map { Remark($0) })
        }
        return Report.Document(
            file: verdict.scenario.file.path, line: verdict.scenario.place.line,
            name: verdict.scenario.name, verdict: verdict.status.rawValue, guests: guests,
            runs: verdict.hosts.map(played))
    }

    private func played(_ verdict: Verdict.HostVerdict) -> Report.Played {
        let run = verdict.run
        let failures = verdict.failures.map { Remark($0) }
        return Report.Played(
            guest: verdict.guest, host: verdict.host.name, seeds: verdict.runs, seed: run.seed,
            digest: verdict.digest, outcome: run.outcomeText, failures: failures,
            lanes: failures.isEmpty || run.outcome == .timedOut
                ? nil : Picture(run).rows(markedAt: verdict.failures.first?.focus),
            trace: showsTrace ? run.log : nil)
    }
}
