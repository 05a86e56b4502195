// What came of exploring, in words and for programs.

import Foundation
import PolluxScenario

/// Says what came of each exploration, and of all of them.
struct ExploreReport {
    let format: Replay.Format
    private var explored: [Entry] = []

    init(format: Replay.Format) { self.format = format }

    private struct Entry: Encodable {
        struct Find: Encodable {
            var number: Int
            var tape: String
            var digest: String
            var outcome: String
            var failures: [Remark]
            var choices: [String]
            var lanes: [String]
            var schedule: [String]
            var document: String?
            var refused: String?
        }
        var file: String
        var line: Int
        var name: String
        var guest: String
        var host: String
        var search: String
        var verdict: String
        var schedules: Int
        var mostChoices: Int
        var frontier: Int
        var seconds: Double
        var find: Find?
    }

    private struct Report: Encodable {
        var explorations: [Entry]
        var summary: String
    }

    /// Whether a run failed.
    var hasFailure: Bool { explored.contains { $0.find != nil } }

    /// Takes an exploration up, and says what came of it.
    mutating func lines(
        of exploration: Exploration, in scenario: Scenario, seed: UInt64,
        schedule: [Deviation] = [], shrunk: Shrinker.Result? = nil
    ) -> [String] {
        var entry = Self.entry(of: exploration, in: scenario)
        entry.find?.schedule = schedule.map(\.description)
        switch shrunk {
        case .shrunk(let small): entry.find?.document = small.text
        case .refused(let why): entry.find?.refused = why
        case nil: break
        }
        explored.append(entry)
        guard format == .text else { return [] }
        let rate = Int(Double(exploration.runs) / max(exploration.seconds, 0.000_001))
        var line =
            "\(scenario.file.path):\(scenario.place.line): \(scenario.name) "
            + "(guest \(exploration.guest), host \(exploration.host.name), \(entry.search)"
            + (exploration.search.canExhaust ? "" : ", seed \(seed)") + "): "
            + Self.ending(of: entry)
        if exploration.seconds >= 1 { line += ", \(rate) a second" }
        guard let find = exploration.find else { return [line] }
        return [line] + Self.lines(of: find, in: scenario) + Self.lines(of: schedule)
            + Self.lines(of: shrunk)
    }

    private static func lines(of schedule: [Deviation]) -> [String] {
        schedule.isEmpty ? [] : ["    schedule:"] + schedule.map { "      - \($0)" }
    }

    private static func lines(of shrunk: Shrinker.Result?) -> [String] {
        switch shrunk {
        case nil: return []
        case .refused(let why): return ["    not shrunk: \(why)"]
        case .shrunk(let small):
            let holds =
                switch small.holdsOnReference {
                case true: "; it holds for another guest"
                case false: "; no guest meets it, so the document may be wrong"
                case nil: ""
                }
            return ["    shrunk in \(small.runs) runs\(holds):", ""]
                + small.text.split(separator: "\n").map(String.init) + [""]
        }
    }

    /// What stands behind the last exploration.
    func closing() -> [String] {
        if format == .text { return [summary] }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard
            let data = try? encoder.encode(Report(explorations: explored, summary: summary))
        else { preconditionFailure("a report of strings and numbers encodes") }
        return [String(decoding: data, as: UTF8.self)]
    }

    private var summary: String {
        let played = explored.filter { $0.verdict != "skipped" }
        let schedules = played.reduce(0) { $0 + $1.schedules }
        let frontier = played.reduce(0) { $0 + $1.frontier }
        if hasFailure { return "failed after \(schedules) schedules" }
        if frontier > 0 { return "stopped at budget: frontier \(frontier)" }
        if played.isEmpty { return "skipped" }
        let isExhausted = played.allSatisfy { $0.verdict == "exhausted" }
        return "\(isExhausted ? "exhausted" : "played"): \(schedules) schedules"
    }

    /// A run, its picture, its choices and its tape.
    static func lines(of find: Exploration.Find, in scenario: Scenario) -> [String] {
        let path = scenario.file.path
        var lines = find.failures.map { failure in
            "\(path):\(failure.place.line):\(failure.place.column): \(failure.message)"
        }
        if find.run.outcome != .timedOut {
            let picture = Picture(find.run).rows(markedAt: find.failures.first?.focus)
            lines.insert(contentsOf: picture.map { "    " + $0 }, at: min(1, lines.count))
        }
        lines += choices(of: find).map { "    " + $0 }
        lines.append("    tape \(find.tape)")
        return lines
    }

    /// The answers of a run that are not the friendly one.
    private static func choices(of find: Exploration.Find) -> [String] {
        find.run.deviations.map { String($0.drop { $0 == " " }) }
    }

    private static func ending(of entry: Entry) -> String {
        switch entry.verdict {
        case "failed": "run \(entry.find?.number ?? 0) fails"
        case "exhausted": "exhausted: \(entry.schedules) schedules"
        case "stopped":
            "stopped at budget: \(entry.schedules) schedules, frontier \(entry.frontier)"
        case "played": "played: \(entry.schedules) schedules"
        default: "skipped, the guest does not support a step"
        }
    }

    private static func entry(of exploration: Exploration, in scenario: Scenario) -> Entry {
        let verdict: String
        if exploration.find != nil {
            verdict = "failed"
        } else if exploration.unsupported != nil {
            verdict = "skipped"
        } else if exploration.isExhausted {
            verdict = "exhausted"
        } else {
            verdict = exploration.search.canExhaust ? "stopped" : "played"
        }
        let find = exploration.find.map { find in
            Entry.Find(
                number: find.number, tape: find.tape.description, digest: find.run.digest,
                outcome: find.run.outcomeText,
                failures: find.failures.map { Remark($0) },
                choices: choices(of: find),
                lanes: find.run.outcome == .timedOut
                    ? [] : Picture(find.run).rows(markedAt: find.failures.first?.focus),
                schedule: [])
        }
        return Entry(
            file: scenario.file.path, line: scenario.place.line, name: scenario.name,
            guest: exploration.guest, host: exploration.host.name, search: name(exploration.search),
            verdict: verdict, schedules: exploration.runs, mostChoices: exploration.mostChoices,
            frontier: exploration.frontier, seconds: exploration.seconds, find: find)
    }

    static func name(_ search: Search) -> String {
        switch search {
        case .once: "once"
        case .exhaustive: "exhaustive"
        case .random: "random"
        case .pct(let depth): "pct=\(depth)"
        case .delays(let most): "delays=\(most)"
        }
    }
}

/// How far an exploration is, on standard error where that is a terminal.
struct ExploreProgress: Sendable {
    private let start = ContinuousClock.now

    init?() {
        guard isatty(STDERR_FILENO) != 0 else { return nil }
    }

    /// Writes over the line that is there.
    func show(_ runs: Int) {
        guard runs % 8_192 == 0 else { return }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        write("\r\(runs) schedules, \(Int(Double(runs) / max(seconds, 0.001))) a second ")
    }

    /// Takes the line away.
    func clear() { write("\r\u{1B}[K") }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
