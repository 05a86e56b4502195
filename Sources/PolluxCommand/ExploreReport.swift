// What came of exploring, in words and for programs.

import Foundation
import PolluxScenario

/// Says what came of each exploration, and of all of them.
struct ExploreReport {
    let format: Replay.Format
    private var explored: [Entry] = []
    /// What `sometimes` claims of the guest whose hosts these are, while all of them hold.
    private var sometimes: SometimesTally?
    private var isWhole = true
    /// Whether somebody ended the last exploration, and so all of it, before its time.
    private(set) var isInterrupted = false

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
        /// The most deviations of its runs, where these are few by intention.
        var bound: Int?
        var verdict: String
        var schedules: Int
        var states: Int?
        var mirrored: Int
        var mostChoices: Int
        var frontier: Int
        var seconds: Double
        var repeated: Int
        var find: Find?
        /// What happens sometimes, and did in none of the guest's runs.
        var never: [Remark] = []
        /// That there are not as many as were recorded.
        var golden: [Remark] = []
    }

    private struct Report: Encodable {
        var explorations: [Entry]
        var summary: String
    }

    /// Whether a run failed.
    var hasFailure: Bool {
        explored.contains { $0.find != nil || !$0.never.isEmpty || !$0.golden.isEmpty }
    }

    /// Takes an exploration up, and says what came of it.
    mutating func lines(
        of exploration: Exploration, in scenario: Scenario, seed: UInt64,
        schedule: [Deviation] = [], shrunk: Shrinker.Result? = nil, isInterrupted: Bool = false
    ) -> [String] {
        self.isInterrupted = isInterrupted
        var entry = Self.entry(of: exploration, in: scenario)
        if isInterrupted, entry.verdict == "stopped" || entry.verdict == "played" {
            entry.verdict = "interrupted"
        }
        entry.find?.schedule = schedule.map(\.description)
        switch shrunk {
        case .shrunk(let small): entry.find?.document = small.text
        case .refused(let why): entry.find?.refused = why
        case nil: break
        }
        explored.append(entry)
        sometimes?.add(exploration.sometimes)
        if sometimes == nil { sometimes = exploration.sometimes }
        if entry.verdict != "exhausted", entry.verdict != "played" { isWhole = false }
        guard format == .text else { return [] }
        let rate = Int(Double(exploration.runs) / max(exploration.seconds, 0.000_001))
        var line =
            "\(scenario.file.path):\(scenario.place.line): \(scenario.name) "
            + "(guest \(exploration.guest), host \(exploration.host.name), \(entry.search)"
            + (exploration.search.canExhaust ? "" : ", seed \(seed)") + "): "
            + Self.ending(of: entry)
        if exploration.repeated == exploration.runs, exploration.runs > 1 {
            line += ", each played twice"
        }
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

    /// Takes note that the last exploration was on the guest's last host, and says what happens
    /// sometimes and did in none of its runs. A search that was not through knows nothing of that.
    mutating func endOfGuest(in scenario: Scenario, asksSometimes: Bool) -> [String] {
        let failures = isWhole && asksSometimes ? sometimes?.failures ?? [] : []
        sometimes = nil
        isWhole = true
        if failures.isEmpty { return [] }
        explored[explored.count - 1].never = failures.map { Remark($0) }
        guard format == .text else { return [] }
        return failures.map {
            "\(scenario.file.path):\($0.place.line):\($0.place.column): \($0.message)"
        }
    }

    /// Says where the explorations of a document, the last ones of all, differ from what it records.
    mutating func compare(_ explorations: [Exploration], with scenario: Scenario) -> [String] {
        var lines: [String] = []
        let first = explored.count - explorations.count
        for (offset, exploration) in explorations.enumerated() {
            guard let failure = exploration.difference(from: scenario.golden) else { continue }
            let place = failure.place
            explored[first + offset].golden.append(Remark(failure))
            lines.append(
                "\(scenario.file.path):\(place.line):\(place.column): \(failure.message) "
                    + "(guest \(exploration.guest), host \(exploration.host.name))")
        }
        return format == .text ? lines : []
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
        if hasFailure { return "failed after \(Self.count(schedules))" }
        if isInterrupted {
            return "interrupted: \(Self.count(schedules))"
                + (frontier > 0 ? ", frontier \(frontier)" : "")
        }
        if frontier > 0 { return "stopped at budget: frontier \(frontier)" }
        if played.isEmpty { return "skipped" }
        let isExhausted = played.allSatisfy { $0.verdict == "exhausted" }
        let states = played.reduce(0) { $0 + ($1.states ?? 0) }
        let bounds = Set(played.map(\.bound))
        let isWithin = isExhausted && bounds.count == 1
        return (isWithin ? Self.exhausted(within: played[0].bound) : "played")
            + ": \(Self.count(schedules))" + (states > 0 ? ", \(states) states" : "")
            + (isExhausted && played.contains { $0.mirrored > 0 } ? ", up to symmetry" : "")
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

    private static func count(_ schedules: Int) -> String {
        schedules == 1 ? "1 schedule" : "\(schedules) schedules"
    }

    /// What was gone through: everything, or what has at most so many deviations.
    private static func exhausted(within bound: Int?) -> String {
        guard let bound else { return "exhausted" }
        return "exhausted within \(bound == 1 ? "1 deviation" : "\(bound) deviations")"
    }

    private static func ending(of entry: Entry) -> String {
        switch entry.verdict {
        case "failed": "run \(entry.find?.number ?? 0) fails"
        case "exhausted":
            "\(exhausted(within: entry.bound)): \(count(entry.schedules))"
                + (entry.states.map { ", \($0) states" } ?? "")
                + (entry.mirrored > 0 ? ", up to symmetry" : "")
        case "stopped":
            "stopped at budget: \(count(entry.schedules)), frontier \(entry.frontier)"
        case "interrupted":
            "interrupted: \(count(entry.schedules))"
                + (entry.frontier > 0 ? ", frontier \(entry.frontier)" : "")
        case "played":
            "played: \(count(entry.schedules))"
                + (entry.mostChoices == 0 ? ", no choice in it" : "")
        default: "skipped, the guest does not support a step"
        }
    }

    private static func entry(of exploration: Exploration, in scenario: Scenario) -> Entry {
        let verdict: String
        if exploration.find != nil {
            verdict = "failed"
        } else if exploration.unsupported != nil {
            verdict = "skipped"
        } else if exploration.isExhausted, exploration.search != .once {
            verdict = "exhausted"
        } else {
            // One run, or some that were drawn, are played; nothing is gone through.
            let isPlayed = exploration.isExhausted || !exploration.search.canExhaust
            verdict = isPlayed ? "played" : "stopped"
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
            bound: bound(of: exploration.search), verdict: verdict, schedules: exploration.runs,
            states: exploration.states,
            mirrored: exploration.mirrored, mostChoices: exploration.mostChoices,
            frontier: exploration.frontier, seconds: exploration.seconds,
            repeated: exploration.repeated, find: find)
    }

    private static func bound(of search: Search) -> Int? {
        if case .delays(let most) = search { most } else { nil }
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
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        write("\r\(runs) schedules, \(Int(Double(runs) / max(seconds, 0.001))) a second ")
    }

    /// Takes the line away.
    func clear() { write("\r\u{1B}[K") }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
