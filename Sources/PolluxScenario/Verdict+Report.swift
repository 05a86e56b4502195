// What does not hold, in lines for people.

extension Verdict {
    /// What does not hold, each thing once, beginning `FILE:LINE:COL:`, with a picture of the first run
    /// that shows it; of a run that stands in a picture already there is no other.
    public var report: [String] {
        var lines: [String] = []
        var drawn: Set<String> = []
        for finding in findings {
            lines.append("\(finding.failure.line(in: scenario)) (\(finding.title))")
            let titles = finding.runs.map(\.title)
            if let run = finding.runs.first?.run, run.outcome != .timedOut,
                !finding.failure.isGolden, drawn.isDisjoint(with: titles)
            {
                let picture = Picture(run).rows(markedAt: finding.failure.focus)
                lines += picture.map { "    " + $0 }
            }
            drawn.formUnion(titles)
            lines += finding.failure.detail.map { "    " + $0 }
        }
        return lines
    }
}

extension Failure {
    /// `FILE:LINE:COL: message`
    public func line(in scenario: Scenario) -> String {
        "\(scenario.file.path):\(place.line):\(place.column): \(message)"
    }
}
