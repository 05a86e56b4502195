// The facts of a draft as lanes under a ruler, where they fit, and as events.

import PolluxHost

/// What of a draft stands in its `timeline`, and what in its `events`.
struct DraftLanes {
    /// The ruler and the rows, without indentation; empty where there is no timeline.
    private(set) var rows: [String] = []
    /// What is no lane, by time.
    private(set) var events: [Draft.Fact] = []

    /// More columns than this are no picture; sparse facts stand in a list.
    private static let mostColumns = 60
    /// Blanks between the longest name and the lanes.
    private static let gap = 2

    init(_ draft: Draft) {
        let facts = draft.facts.enumerated()
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
        if let timeline = draft.timeline {
            lay(facts, of: draft, on: timeline)
        } else if !facts.isEmpty, let timeline = Self.timeline(for: facts, of: draft) {
            lay(facts, of: draft, on: timeline)
        } else {
            events = facts
        }
    }

    /// A ruler on which all facts have a place, without a change of their order; `nil` where they are
    /// too far apart, or two of one resource fall together.
    private static func timeline(for facts: [Draft.Fact], of draft: Draft) -> Draft.Timeline? {
        guard draft.tick > 0, let last = facts.last?.time,
            last / draft.tick < UInt64(mostColumns),
            facts.allSatisfy({ $0.time % draft.tick == 0 })
        else { return nil }
        let unit = DurationText.units.last { draft.tick % $0.nanoseconds == 0 } ?? ("ns", 1)
        guard String(last / unit.nanoseconds).count < RulerLabels.widest else { return nil }
        let columns = stride(from: 0, through: last, by: Int(draft.tick)).map { UInt64?.some($0) }
        let used = Set(facts.map(\.resource))
        let lanes = draft.world.map(\.name).filter(used.contains)
        guard lanes.count == used.count else { return nil }
        // Facts of one instant apply in the order of their rows.
        let place = Dictionary(uniqueKeysWithValues: lanes.enumerated().map { ($1, $0) })
        for (first, second) in zip(facts, facts.dropFirst()) where first.time == second.time {
            guard place[first.resource]! < place[second.resource]! else { return nil }
        }
        for name in lanes where lane(of: name, facts, draft, columns) == nil { return nil }
        return Draft.Timeline(unit: unit.name, columns: columns, lanes: lanes, taskRows: [])
    }

    private mutating func lay(
        _ facts: [Draft.Fact], of draft: Draft, on timeline: Draft.Timeline
    ) {
        var lanes: [(name: String, lane: [Character])] = []
        var drawn: Set<String> = []
        for name in timeline.lanes {
            guard let lane = Self.lane(of: name, facts, draft, timeline.columns) else { continue }
            lanes.append((name, lane))
            drawn.insert(name)
        }
        events = facts.filter { !drawn.contains($0.resource) }
        for row in timeline.taskRows {
            let width = row.claims.keys.max().map { $0 + 1 } ?? 0
            lanes.append((row.task, (0..<width).map { row.claims[$0] ?? " " }))
        }
        // The last column is on the ruler because some row reaches it.
        if !lanes.isEmpty, !lanes.contains(where: { $0.lane.count >= timeline.columns.count }),
            !timeline.taskRows.isEmpty
        {
            let missing = timeline.columns.count - lanes[lanes.count - 1].lane.count
            lanes[lanes.count - 1].lane += Array(repeating: "?", count: missing)
        }
        let width = ([timeline.unit] + lanes.map(\.name)).map(\.count).max() ?? 0
        func row(_ name: String, _ lane: String) -> String {
            let blanks = String(repeating: " ", count: width - name.count + Self.gap)
            return String((name + blanks + lane).reversed().drop { $0 == " " }.reversed())
        }
        rows.append(row(timeline.unit, RulerLabels(timeline).text))
        rows += lanes.map { row($0.name, String($0.lane)) }
    }

    /// The lane of a resource; `nil` where some fact has no character or no column of its own.
    private static func lane(
        of name: String, _ facts: [Draft.Fact], _ draft: Draft, _ columns: [UInt64?]
    ) -> [Character]? {
        guard let door = draft.world.first(where: { $0.name == name })?.door else { return nil }
        var rest = facts.filter { $0.resource == name }[...]
        var lane: [Character] = []
        var isReady = false
        var isOver = false
        for column in columns {
            let fact = rest.first?.time == column && column != nil ? rest.popFirst() : nil
            var character: Character
            if case .level = door {
                if let fact {
                    guard case .ready(let level) = fact.change, level != isReady else { return nil }
                    isReady = level
                }
                character = isReady ? "#" : "_"
            } else {
                if rest.isEmpty, fact == nil { break }
                character = "-"
                if let fact {
                    guard let mark = mark(fact.change) else { return nil }
                    character = mark
                    isOver = mark == "|" || mark == "!"
                }
            }
            if column == nil { character = "~" }
            lane.append(character)
            if isOver { break }
        }
        guard rest.isEmpty else { return nil }
        if lane.isEmpty, case .level = door { return nil }
        return lane.isEmpty ? ["-"] : lane
    }

    /// The character of a stream's fact.
    private static func mark(_ change: Draft.Fact.Change) -> Character? {
        switch change {
        case .ready: nil
        case .chunk(let letter): letter.count == 1 ? letter.first : nil
        case .empty: "0"
        case .permit(let count): (0...9).contains(count) ? Character(String(count)) : nil
        case .flushed: "f"
        case .closed: "|"
        case .failed: "!"
        case .answers(.silent): "_"
        case .answers(.accepts), .calls: "+"
        case .answers(.refuses): "x"
        case .head: "#"
        }
    }
}

/// The numbers of a ruler and its jumps.
private struct RulerLabels {
    private(set) var text = ""

    /// No label is wider than this; two of them never touch.
    static let widest = 9

    init(_ timeline: Draft.Timeline) {
        let unit = DurationText.units.first { $0.name == timeline.unit }?.nanoseconds ?? 1
        let columns = timeline.columns
        let widest = columns.compactMap { $0 }.map { Self.decimal($0, of: unit).count }.max() ?? 1
        let spacing = columns.count <= 26 && widest < 5 ? 5 : 10
        var start = 0
        for (index, time) in columns.enumerated() {
            guard let time else {
                if index > 0, columns[index - 1] != nil { put("~", at: index) }
                continue
            }
            let isStart = index == 0 || columns[index - 1] == nil
            if isStart { start = index }
            guard (index - start) % spacing == 0 else { continue }
            let label = Self.decimal(time, of: unit)
            // A number must end before the next jump, or the jump's place would move.
            let end = columns[index...].firstIndex { $0 == nil } ?? .max
            if isStart || (index > text.count && index + label.count <= end) {
                put(label, at: index)
            }
        }
    }

    private mutating func put(_ label: String, at column: Int) {
        text += String(repeating: " ", count: max(0, column - text.count)) + label
    }

    /// A time as a number of units.
    private static func decimal(_ time: UInt64, of unit: UInt64) -> String {
        let (whole, rest) = time.quotientAndRemainder(dividingBy: unit)
        if rest == 0 { return String(whole) }
        var digits = String(rest)
        digits = String(repeating: "0", count: String(unit).count - 1 - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}
