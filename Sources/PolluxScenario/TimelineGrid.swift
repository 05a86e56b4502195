// A timeline cut into names and lanes, to be laid out anew.

/// The rows of one `timeline`, aligned under their ruler.
struct TimelineGrid {
    /// The laid out lines, with their numbers from 1; blank ones are among them.
    private(set) var rows: [(line: Int, text: String)] = []

    /// Blanks between the longest name and the lanes.
    private static let gap = 2

    /// Cuts a timeline; `nil` where it is no block, or no ruler can be made out.
    init?(_ timeline: YAMLNode, of root: YAMLNode, in file: SourceFile) {
        guard let scalar = timeline.scalar, scalar.style == .literal else { return nil }
        let numbers = timeline.place.line + 1..<max(timeline.place.line, timeline.end.line) + 1
        let lines = numbers.map { Array(file.lines[$0 - 1]) }
        // A tab hides columns; the parser says so.
        guard !lines.contains(where: { $0.contains("\t") }) else { return nil }
        guard let first = lines.first(where: { !Self.isBlank($0) }),
            let ruler = RulerText(first, tick: Self.tick(of: root))
        else { return nil }
        let resources = Self.resources(of: root)
        var cut: [(line: Int, name: [Character], lane: [Character])] = []
        var isFirst = true
        for (number, line) in zip(numbers, lines) {
            if Self.isBlank(line) {
                cut.append((number, [], []))
            } else if isFirst {
                isFirst = false
                cut.append((number, ruler.unit, ruler.body))
            } else {
                let (name, lane) = Self.cut(line, origin: ruler.origin, resources)
                cut.append((number, name, lane))
            }
        }
        let width = cut.map(\.name.count).max() ?? 0
        let indent = String(repeating: " ", count: ruler.indent)
        rows = cut.map { number, name, lane in
            let blanks = String(repeating: " ", count: width - name.count + Self.gap)
            return (number, Self.trimmed(indent + String(name) + blanks + String(lane)))
        }
    }

    /// A row's name and lane. A resource's lane has no blank in front, so it begins with its first
    /// character; a task's row keeps its place under the ruler, unless its name runs into it.
    private static func cut(
        _ line: [Character], origin: Int, _ resources: Set<String>
    ) -> (name: [Character], lane: [Character]) {
        let start = line.firstIndex { $0 != " " } ?? 0
        let stop = line[start...].firstIndex(of: " ") ?? line.count
        let name = Array(line[start..<stop])
        let first = line[stop...].firstIndex { $0 != " " } ?? line.count
        if !resources.contains(String(name)), stop < origin, first >= origin {
            return (name, Array(line.dropFirst(origin)))
        }
        return (name, Array(line[first...]))
    }

    private static func resources(of root: YAMLNode) -> Set<String> {
        guard case .mapping(let entries) = root["world"]?.value.content else { return [] }
        return Set(entries.map(\.key.text))
    }

    private static func tick(of root: YAMLNode) -> UInt64 {
        let text = root["tick"]?.value.scalar?.text
        return text.flatMap { try? DurationText.nanoseconds($0) } ?? 1_000_000
    }

    private static func isBlank(_ line: [Character]) -> Bool { line.allSatisfy { $0 == " " } }

    private static func trimmed(_ text: String) -> String {
        guard let last = text.lastIndex(where: { $0 != " " }) else { return "" }
        return String(text[...last])
    }
}

/// A ruler's row as text: its unit and what stands from the first number on.
private struct RulerText {
    let indent: Int
    let unit: [Character]
    /// Characters before the first number.
    let origin: Int
    /// From the first number on, each number in its column.
    let body: [Character]

    init?(_ row: [Character], tick: UInt64) {
        guard let start = row.firstIndex(where: { $0 != " " }),
            let stop = row[start...].firstIndex(of: " "),
            let origin = row[stop...].firstIndex(where: { $0 != " " }),
            Self.isNumber(row[origin]),
            let unit = DurationText.units.first(where: { $0.name == String(row[start..<stop]) })
        else { return nil }
        indent = start
        self.unit = Array(row[start..<stop])
        self.origin = origin
        let body = Array(row[origin...])
        self.body = Self.mended(body, unit: unit.nanoseconds, tick: tick) ?? body
    }

    private static func isNumber(_ character: Character) -> Bool {
        character == "." || ("0"..."9").contains(character)
    }

    /// The body with numbers that stand beside their column moved onto it; `nil` where there is more
    /// than one way to read it, such as another tick, or no room.
    private static func mended(_ body: [Character], unit: UInt64, tick: UInt64) -> [Character]? {
        var result: [Character] = []
        var last: (time: UInt64, column: Int, place: Int)?
        var index = 0
        while index < body.count {
            let column = index
            switch body[index] {
            case " ":
                index += 1
                continue
            case "~":
                index += 1
                guard column >= result.count else { return nil }
                result = padded(result, to: column) + ["~"]
                last = nil
                continue
            case let character where isNumber(character):
                while index < body.count, isNumber(body[index]) { index += 1 }
            default: return nil
            }
            let number = body[column..<index]
            guard tick > 0, let time = try? DurationText.nanoseconds(String(number)[...], of: unit)
            else { return nil }
            var place = column
            if let last {
                guard time > last.time else { return nil }
                let (distance, span) = (UInt64(column - last.column), time - last.time)
                let (ticks, rest) = span.quotientAndRemainder(dividingBy: tick)
                guard rest == 0, ticks <= 10_000 else { return nil }
                guard ticks == distance || span % distance != 0 else { return nil }
                place = last.place + Int(ticks)
            }
            guard place > result.count || result.isEmpty || result.last == "~" else { return nil }
            guard place >= result.count else { return nil }
            result = padded(result, to: place) + number
            last = (time, column, place)
        }
        return result
    }

    private static func padded(_ text: [Character], to count: Int) -> [Character] {
        text + Array(repeating: " ", count: count - text.count)
    }
}
