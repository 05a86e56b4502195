// A run drawn as lanes under a ruler, for people who read a failure.

import PolluxHost

/// Draws runs.
public struct Picture {
    private let run: Run
    private let lanes: RunLanes
    /// The columns: where each begins and where the next one does.
    private let columns: [(time: UInt64, next: UInt64)]
    private let unit: (name: String, scale: UInt64)

    /// More columns than this do not fit a terminal; the ruler then gets coarser.
    private static let mostColumns = 64

    /// A picture of this run, on its timeline's ruler where it has one that fits, else on its own.
    public init(_ run: Run) {
        self.run = run
        lanes = RunLanes(run)
        var end = run.duration
        let ruler = run.scenario.timeline?.columns.compactMap(\.time) ?? []
        if let last = ruler.last { end = max(end, last) }
        let tick = Self.tick(for: end, from: run.scenario.tick)
        columns = stride(from: 0, through: end / tick, by: 1).map { index in
            let (next, overflow) = (index + 1).multipliedReportingOverflow(by: tick)
            return (index * tick, overflow ? .max : next)
        }
        unit = Self.unit(for: tick)
    }

    /// The smallest of 1, 2, 5, 10, … ticks with which `end` fits.
    private static func tick(for end: UInt64, from tick: UInt64) -> UInt64 {
        var factor: UInt64 = 1
        while true {
            for step: UInt64 in [1, 2, 5] {
                let (width, overflow) = tick.multipliedReportingOverflow(by: factor * step)
                if overflow { return .max }
                if end / width < UInt64(mostColumns) { return width }
            }
            factor *= 10
        }
    }

    private static func unit(for tick: UInt64) -> (String, UInt64) {
        for (name, scale) in [("s", 1_000_000_000 as UInt64), ("ms", 1_000_000), ("us", 1_000)]
        where tick % scale == 0 {
            return (name, scale)
        }
        return ("ns", 1)
    }

    /// The rows, without a caret: ruler, resources, tasks.
    public var rows: [String] { rows(markedAt: nil) }

    /// The rows: ruler, resources, for each task with claims what was expected above what was, and
    /// a caret under the column of the failure.
    public func rows(markedAt focus: Failure.Focus?) -> [String] {
        let names = run.scenario.tasks.map(\.name) + run.scenario.resources.map(\.name)
        let width = (names.map(\.count) + [unit.name.count]).max()!
        func row(_ kind: String, _ name: String, _ lane: String) -> String {
            let head = Self.pad(kind, 9) + " " + Self.pad(name, width) + "  "
            let text = head + lane
            return String(text.reversed().drop { $0 == " " }.reversed())
        }
        var rows = [row("", unit.name, ruler)]
        for (index, resource) in run.scenario.resources.enumerated() {
            let lane = columns.map {
                lanes.character(ofResource: index, from: $0.time, upTo: $0.next)
            }
            rows.append(row("world", resource.name, String(lane)))
        }
        let marked = focus.map { focus in columns.lastIndex { $0.time <= focus.time } ?? 0 }
        var hasCaret = false
        for (index, task) in run.scenario.tasks.enumerated() {
            if let expected = expectedLane(of: index) {
                rows.append(row("expected", task.name, expected))
            }
            let lane = columns.map { lanes.character(ofTask: index, from: $0.time, upTo: $0.next) }
            rows.append(row("actual", task.name, String(lane)))
            if let marked, focus?.task == index {
                rows.append(row("", "", String(repeating: " ", count: marked) + "^"))
                hasCaret = true
            }
        }
        if let marked, !hasCaret {
            rows.append(row("", "", String(repeating: " ", count: marked) + "^"))
        }
        return rows
    }

    /// The lanes alone, under their ruler: what was, of resources and of tasks.
    var bareRows: [String] {
        let names = run.scenario.tasks.map(\.name) + run.scenario.resources.map(\.name)
        let width = (names.map(\.count) + [unit.name.count]).max()!
        func row(_ name: String, _ lane: String) -> String {
            let text = Self.pad(name, width) + "  " + lane
            return String(text.reversed().drop { $0 == " " }.reversed())
        }
        let resources = run.scenario.resources.enumerated().map { index, resource in
            row(
                resource.name,
                String(
                    columns.map { lanes.character(ofResource: index, from: $0.time, upTo: $0.next) }
                ))
        }
        let tasks = run.scenario.tasks.enumerated().map { index, task in
            row(
                task.name,
                String(columns.map { lanes.character(ofTask: index, from: $0.time, upTo: $0.next) })
            )
        }
        return [row(unit.name, ruler)] + resources + tasks
    }

    /// The claims of a task row, moved to this picture's columns.
    private func expectedLane(of task: TaskID) -> String? {
        guard let timeline = run.scenario.timeline,
            let row = timeline.taskRows.first(where: { $0.task == task })
        else { return nil }
        var lane = Array(repeating: Character(" "), count: columns.count)
        for claim in row.claims {
            guard let time = timeline.columns[claim.column].time,
                let place = columns.lastIndex(where: { $0.time <= time })
            else { continue }
            // Where claims share a column, waiting says the least.
            if claim.character != "." || lane[place] == " " { lane[place] = claim.character }
        }
        return String(lane)
    }

    private var ruler: String {
        var text = ""
        for index in stride(from: 0, to: columns.count, by: 10) {
            // Two numbers without a blank between them would be one.
            guard index == 0 || text.count < index else { continue }
            text = Self.pad(text, index) + String(columns[index].time / unit.scale)
        }
        return text
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
