// Verdicts on paper: for people, and for programs.

import Foundation
import PolluxScenario

/// Prints what came of a replay.
protocol VerdictPrinter {
    func begin(seed: UInt64, runs: Int, of scenarios: [Scenario])
    func print(_ verdict: Verdict)
    func end(_ verdicts: [Verdict])
}

/// Lines for people; failures begin with `FILE:LINE:COL:`, the last line is the summary.
struct TextPrinter: VerdictPrinter {
    let showsTrace: Bool
    let showsDigests: Bool

    func begin(seed: UInt64, runs: Int, of scenarios: [Scenario]) {
        let chancy = scenarios.contains { $0.hosts.contains(where: \.hasChoices) }
        if chancy {
            Terminal.line(
                "seed \(seed), \(runs == 1 ? "1 run" : "\(runs) runs") on a host that has choices")
        }
    }

    func print(_ verdict: Verdict) {
        let scenario = verdict.scenario
        let mark =
            switch verdict.status {
            case .passed: Terminal.green("ok  ")
            case .failed: Terminal.red("FAIL")
            case .skipped: Terminal.yellow("skip")
            }
        var line = "\(mark)  "
        if showsDigests {
            line += verdict.hosts.map(\.digest).joined(separator: " ") + "  "
        }
        line += "\(scenario.file.path):\(scenario.place.line): \(scenario.name)"
        let hosts = verdict.hosts.map(\.host.name)
        if hosts != ["friendly"] { line += "  [\(hosts.joined(separator: ", "))]" }
        Terminal.line(line)
        for host in verdict.hosts {
            if case .unsupported(let place) = host.run.outcome {
                Terminal.line(
                    "      \(scenario.file.path):\(place.line):\(place.column): "
                        + "guest '\(host.run.guest)' does not support this step"
                )
            }
            if !host.failures.isEmpty { print(host) }
            if showsTrace { print(traceOf: host) }
        }
    }

    private func print(_ verdict: Verdict.HostVerdict) {
        let run = verdict.run
        let path = run.scenario.file.path
        let seed = run.host.hasChoices ? ", seed \(run.seed)" : ""
        for (index, failure) in verdict.failures.enumerated() {
            let place = "\(path):\(failure.place.line):\(failure.place.column)"
            Terminal.line("\(place): \(failure.message) (host \(run.host.name)\(seed))")
            // One picture says it; the others would repeat it.
            if index == 0, run.outcome != .timedOut {
                for row in Picture(run).rows(markedAt: failure.focus) {
                    Terminal.line("    " + row)
                }
            }
        }
    }

    private func print(traceOf verdict: Verdict.HostVerdict) {
        let run = verdict.run
        let seed = run.host.hasChoices ? ", seed \(run.seed)" : ""
        Terminal.line("    trace of host \(run.host.name)\(seed), digest \(run.digest):")
        for line in run.log { Terminal.line("    " + line) }
    }

    func end(_ verdicts: [Verdict]) {
        let count = { (status: Verdict.Status) in verdicts.count { $0.status == status } }
        var line = "\(count(.passed)) passed, \(count(.failed)) failed"
        if count(.skipped) > 0 { line += ", \(count(.skipped)) skipped" }
        Terminal.line(line)
    }
}

/// One JSON object on stdout, at the end.
struct JSONPrinter: VerdictPrinter {
    let showsTrace: Bool

    private struct Report: Encodable {
        struct Document: Encodable {
            var file: String
            var line: Int
            var name: String
            var verdict: String
            var hosts: [WASIHost]
        }
        struct WASIHost: Encodable {
            var name: String
            var runs: Int
            var seed: UInt64
            var digest: String
            var outcome: String
            var failures: [Failed]
            var lanes: [String]?
            var trace: [String]?
        }
        struct Failed: Encodable {
            var line: Int
            var column: Int
            var message: String
        }
        var documents: [Document]
        var passed: Int
        var failed: Int
        var skipped: Int
    }

    func begin(seed: UInt64, runs: Int, of scenarios: [Scenario]) {}
    func print(_ verdict: Verdict) {}

    func end(_ verdicts: [Verdict]) {
        let count = { (status: Verdict.Status) in verdicts.count { $0.status == status } }
        let report = Report(
            documents: verdicts.map(document), passed: count(.passed), failed: count(.failed),
            skipped: count(.skipped))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(report) else {
            preconditionFailure("a report of strings and numbers encodes")
        }
        Terminal.line(String(decoding: data, as: UTF8.self))
    }

    private func document(_ verdict: Verdict) -> Report.Document {
        Report.Document(
            file: verdict.scenario.file.path, line: verdict.scenario.place.line,
            name: verdict.scenario.name, verdict: verdict.status.rawValue,
            hosts: verdict.hosts.map(host))
    }

    private func host(_ verdict: Verdict.HostVerdict) -> Report.WASIHost {
        let run = verdict.run
        let failures = verdict.failures.map {
            Report.Failed(line: $0.place.line, column: $0.place.column, message: $0.message)
        }
        return Report.WASIHost(
            name: verdict.host.name, runs: verdict.runs, seed: run.seed, digest: verdict.digest,
            outcome: run.outcomeText, failures: failures,
            lanes: failures.isEmpty
                ? nil : Picture(run).rows(markedAt: verdict.failures.first?.focus),
            trace: showsTrace ? run.log : nil)
    }
}
