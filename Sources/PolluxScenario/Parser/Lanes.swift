// `timeline`: lanes under a ruler, which say what the world does and what tasks should do.

import PolluxHost

extension ScenarioParser {
    /// Reads `timeline` and takes the facts of its lanes.
    ///
    /// The lanes are cut from the file's own lines: YAML takes the indentation out of a block,
    /// and with it the columns.
    mutating func timeline(_ node: YAMLNode) throws(Diagnostic) -> Timeline {
        var rows = try rows(of: node)
        guard let first = rows.first else {
            throw failure("the timeline is empty", at: node.place)
        }
        rows.removeFirst()
        var ruler = try Ruler(first.characters, line: first.line, tick: tick, in: file)
        let width = rows.map(\.characters.count).max() ?? 0
        try ruler.extend(to: width - ruler.origin)

        var timeline = Timeline(
            unit: ruler.unit, rulerLine: ruler.line, columns: ruler.columns, resourceRows: [],
            taskRows: [])
        var seen: [String: Int] = [:]
        for row in rows {
            let name = try name(of: row, under: ruler)
            if let line = seen.updateValue(row.line, forKey: name.text) {
                throw failure("'\(name.text)' has a row already, on line \(line)", at: name.place)
            }
            if let task = taskNames.number(of: name.text) {
                let claims = try claims(of: row, named: name.text, under: ruler)
                timeline.taskRows.append(.init(task: task, line: row.line, claims: claims))
            } else {
                let resource = try laneResource(name)
                if resources[resource].kind == .level {
                    try readLevels(of: row, named: name, resource: resource, under: ruler)
                } else {
                    try readStream(of: row, named: name, resource: resource, under: ruler)
                }
                lanes[resource] = row.line
                timeline.resourceRows.append((resource, row.line))
            }
        }
        return timeline
    }

    // MARK: - Rows

    /// A line of the block, without the blanks at its end.
    struct Row {
        var line: Int
        var characters: [Character]

        func place(_ index: Int) -> Place { Place(line: line, column: index + 1) }
    }

    /// The rows that are not blank.
    private func rows(of node: YAMLNode) throws(Diagnostic) -> [Row] {
        guard let scalar = node.scalar, scalar.style == .literal else {
            throw failure("'timeline' must be a block: 'timeline: |', then rows", at: node.place)
        }
        // The block's text has lost columns but not lines, and says how many there are.
        let ends = scalar.text.utf8.count { $0 == UInt8(ascii: "\n") }
        let count = scalar.text.utf8.last == UInt8(ascii: "\n") ? ends : ends + 1
        var rows: [Row] = []
        for line in file.lines.indices.dropFirst(node.place.line).prefix(count) {
            let characters = Array(file.lines[line])
            guard let last = characters.lastIndex(where: { $0 != " " && $0 != "\t" }) else {
                continue
            }
            if let tab = characters.firstIndex(of: "\t"), tab < last {
                throw failure(
                    "a tab hides columns; a timeline has only spaces",
                    at: Place(line: line + 1, column: tab + 1))
            }
            rows.append(Row(line: line + 1, characters: Array(characters[...last])))
        }
        return rows
    }

    /// The row's name, which stands before column 0 with a blank behind it.
    private func name(of row: Row, under ruler: Ruler) throws(Diagnostic) -> Word {
        let characters = row.characters
        let start = characters.firstIndex { $0 != " " } ?? 0
        let stop = characters[start...].firstIndex(of: " ") ?? characters.count
        let word = Word(text: String(characters[start..<stop]), place: row.place(start))
        guard start < ruler.origin else {
            throw failure(
                "this row has no name before column \(ruler.origin + 1), where lanes begin",
                at: word.place)
        }
        guard stop < ruler.origin || characters.count <= ruler.origin else {
            throw failure(
                "this name runs into the lane, which begins in column \(ruler.origin + 1)",
                at: word.place)
        }
        let gap = characters[stop..<max(stop, min(ruler.origin, characters.count))]
        if let stray = gap.firstIndex(where: { $0 != " " }) {
            throw failure(
                "lanes begin in column \(ruler.origin + 1), under the ruler's first digit",
                at: row.place(stray))
        }
        return word
    }

    /// The resource whose lane a row can be.
    private func laneResource(_ name: Word) throws(Diagnostic) -> ResourceID {
        if let resource = resourceNames.number(of: name.text) {
            guard resources[resource].hasLane else {
                throw failure(
                    "'\(name.text)' is \(resources[resource].timeless("lane"))", at: name.place)
            }
            return resource
        }
        if pollNames.number(of: name.text) != nil { return try self.resource(name) }
        let known = resources.filter(\.hasLane).map(\.name) + taskNames.names
        throw unknown("row", name, among: known, called: "possible rows")
    }

    // MARK: - Lanes

    /// Takes a fact for each change against the column before; before column 0 nothing is ready.
    private mutating func readLevels(
        of row: Row, named name: Word, resource: ResourceID, under ruler: Ruler
    ) throws(Diagnostic) {
        guard row.characters.count > ruler.origin else {
            throw failure("the lane '\(name.text)' is empty", at: name.place)
        }
        var level: Character = "_"
        var last: Character?
        for index in ruler.origin..<row.characters.count {
            let character = row.characters[index]
            guard let time = ruler.times[index - ruler.origin] else {
                try checkJump(character, last: last, at: row.place(index), named: name.text)
                continue
            }
            guard character == "_" || character == "#" else {
                throw badCharacter(
                    character, at: row.place(index), time: time,
                    named: "lane '\(name.text)'", legal: "a level lane has only '_' and '#'")
            }
            last = character
            guard character != level else { continue }
            level = character
            facts.append(
                Fact(
                    time: time, resource: resource, change: .ready(character == "#"),
                    place: row.place(index)))
        }
    }

    /// What a task's row claims; blanks and `?` claim nothing.
    private func claims(
        of row: Row, named name: String, under ruler: Ruler
    ) throws(Diagnostic) -> [Timeline.Claim] {
        let marks: Set<Character> = [
            "w", ".", "*", "1", "2", "3", "4", "5", "6", "7", "8", "9", "|", "x",
        ]
        var claims: [Timeline.Claim] = []
        var last: Character?
        for index in row.characters.indices.dropFirst(ruler.origin) {
            let character = row.characters[index]
            let column = index - ruler.origin
            guard let time = ruler.times[column] else {
                if character != " ", character != "?" {
                    try checkJump(character, last: last, at: row.place(index), named: name)
                }
                continue
            }
            if let end = last, end == "|" || end == "x", character != " ", character != "?" {
                throw failure(
                    "row '\(name)' goes on after '\(end)', which ends the task",
                    at: row.place(index))
            }
            if character == " " || character == "?" { continue }
            guard marks.contains(character) else {
                throw badCharacter(
                    character, at: row.place(index), time: time, named: "row '\(name)'",
                    legal: "a task's row has only w . * 1-9 | x ? and blanks")
            }
            last = character
            claims.append(Timeline.Claim(column: column, character: character))
        }
        return claims
    }

    /// Inside a jump time does not pass by columns, so nothing can change there.
    func checkJump(
        _ character: Character, last: Character?, at place: Place, named name: String
    ) throws(Diagnostic) {
        if character == "~" || character == last { return }
        let found = Diagnostic.quoted(String(character))
        let same = last.map { " or \(Diagnostic.quoted(String($0))) as before" } ?? ""
        throw failure(
            "row '\(name)' has \(found) inside the ruler's jump; it may have only '~'\(same)",
            at: place)
    }

    func badCharacter(
        _ character: Character, at place: Place, time: UInt64, named row: String, legal: String
    ) -> Diagnostic {
        if character == "~" {
            return failure("'~' stands only where the ruler jumps", at: place)
        }
        let found = character == " " ? "a blank" : Diagnostic.quoted(String(character))
        return failure(
            "\(row) has \(found) at \(TimeText.string(time)); \(legal)", at: place)
    }
}

extension Resource {
    /// Whether a timeline can say what it does: timers and names know their time, and a listener does
    /// nothing.
    var hasLane: Bool { kind == .level || script != nil }

    /// Why it has no lane or events, behind `is`.
    func timeless(_ what: String) -> String {
        switch kind {
        case .listener: "a listener and has no \(what): clients connect to it, in theirs"
        case .name: "a name and has no \(what): its door says when the answer comes"
        default: "a timer and has no \(what): its time says when it is ready"
        }
    }
}
