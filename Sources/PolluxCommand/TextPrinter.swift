// Verdicts for people.

import PolluxScenario

/// A line a document with a mark for each guest; failures begin with `FILE:LINE:COL:`.
struct TextPrinter: VerdictPrinter {
    /// The columns.
    let guests: [String]
    /// Whether marks have colours.
    let isColoured: Bool
    let showsTrace: Bool
    let showsDigests: Bool

    func opening(seed: UInt64, runs: Int, of scenarios: [Scenario]) -> [String] {
        var lines: [String] = []
        // What a schedule says is one run.
        let isDrawn = scenarios.contains { scenario in
            scenario.schedule.isEmpty && scenario.hosts.contains(where: \.hasChoices)
        }
        if isDrawn {
            lines.append(
                "seed \(seed), \(runs == 1 ? "1 run" : "\(runs) runs") on a host that has choices")
        }
        if guests.count > 1 {
            let header = guests.map { Self.pad($0, width(of: $0)) }.joined()
            lines.append(String(header.reversed().drop { $0 == " " }.reversed()))
        }
        return lines
    }

    func lines(of verdict: Verdict) -> [String] {
        let scenario = verdict.scenario
        var line = guests.map { mark(of: $0, in: verdict) }.joined()
        if showsDigests {
            line += verdict.hosts.map(\.digest).joined(separator: " ") + "  "
        }
        line += "\(scenario.file.path):\(scenario.place.line): \(scenario.name)"
        let hosts = scenario.hosts.map(\.name)
        if hosts != ["friendly"] { line += "  [\(hosts.joined(separator: ", "))]" }
        return [line]
            + verdict.guests.compactMap { $0.skip.map { self.line(of: $0, in: scenario) } }
            + verdict.report + (showsTrace ? verdict.hosts.flatMap(trace) : [])
    }

    /// The mark of one column, with the blanks behind it.
    private func mark(of guest: String, in verdict: Verdict) -> String {
        let (text, colour): (String, Terminal.Colour?) =
            switch verdict.guests.first(where: { $0.guest == guest })?.status {
            case .passed: ("ok", .green)
            case .failed: ("FAIL", .red)
            case .skipped: ("skip", .yellow)
            case nil: ("-", nil)
            }
        let mark = Self.pad(text, width(of: guest))
        guard isColoured, let colour else { return mark }
        return Terminal.coloured(mark, colour)
    }

    /// A column is as wide as its header, or its widest mark, and two blanks.
    private func width(of guest: String) -> Int {
        2 + max("FAIL".count, guests.count > 1 ? guest.count : 0)
    }

    private func line(of skip: Verdict.Skip, in scenario: Scenario) -> String {
        String(repeating: " ", count: guests.map(width).reduce(0, +))
            + "\(scenario.file.path):\(skip.place.line):\(skip.place.column): \(skip.message)"
    }

    private func trace(of verdict: Verdict.HostVerdict) -> [String] {
        ["    trace of \(verdict.title), digest \(verdict.run.digest):"]
            + verdict.run.log.map { "    " + $0 }
    }

    func closing(_ verdicts: [Verdict]) -> [String] {
        var lines: [String] = []
        if guests.count > 1 {
            let widest = guests.map(\.count).max() ?? 0
            lines = guests.map {
                Self.pad($0, widest + 2) + Tally(of: $0, in: verdicts).text
            }
        }
        return lines + [Tally(verdicts.map(\.status)).text]
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
