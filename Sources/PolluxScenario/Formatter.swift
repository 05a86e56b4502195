// `fmt`: a scenario file with its timelines aligned, and every other byte as it was.

/// Lays scenario files out.
///
/// It touches two things: the columns of each `timeline`, and blanks at the ends of lines and of
/// the file. Comments, quotes, the order of keys and line ends stay.
public enum Formatter {
    /// The file's bytes, laid out; formatting the result changes nothing more.
    ///
    /// Lanes that stand in wrong columns are mended where their right place is beyond doubt. What is
    /// no scenario even then is thrown, by what is wrong with the bytes as they came; `project` and
    /// `guests` are as for ``Scenario/parse(path:bytes:project:guests:)``.
    public static func format(
        path: String, bytes: [UInt8], project: Project? = nil,
        guests: [String] = Scenario.shippedGuests
    ) throws(Diagnostic) -> [UInt8] {
        let file = try SourceFile(path: path, bytes: bytes)
        var reader = YAMLReader(file: file)
        var documents: [YAMLNode] = []
        while let root = try reader.nextDocument() { documents.append(root) }
        var text = RawText(bytes)
        var isKept = Array(repeating: false, count: text.lines.count)
        for root in documents { keepScalars(of: root, in: &isKept) }
        for root in documents {
            guard let timeline = root["timeline"]?.value,
                let grid = TimelineGrid(timeline, of: root, in: file)
            else { continue }
            for (line, row) in grid.rows { text.lines[line - 1].text = row }
        }
        for index in text.lines.indices where !isKept[index] {
            text.lines[index].text = trimmed(text.lines[index].text)
        }
        end(&text, keeping: isKept)
        let result = text.bytes
        let isSame = try holds(result, for: bytes) { bytes throws(Diagnostic) in
            try Scenario.parse(path: path, bytes: bytes, project: project, guests: guests)
        }
        return isSame ? result : bytes
    }

    /// Blanks inside a scalar of several lines may be part of it.
    private static func keepScalars(of node: YAMLNode, in isKept: inout [Bool]) {
        switch node.content {
        case .scalar(let scalar):
            guard !scalar.isOneLine else { return }
            for line in node.place.line...max(node.place.line, node.end.line) {
                isKept[line - 1] = true
            }
            // Blank lines behind a block may be kept by its header.
            for line in isKept.indices.dropFirst(node.end.line) {
                guard scalar.keepsLineEnds else { break }
                isKept[line] = true
            }
        case .sequence(let items):
            for item in items { keepScalars(of: item, in: &isKept) }
        case .mapping(let entries):
            for entry in entries { keepScalars(of: entry.value, in: &isKept) }
        }
    }

    private static func trimmed(_ text: String) -> String {
        guard let last = text.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return String(text[...last])
    }

    /// The file ends with one line end.
    private static func end(_ text: inout RawText, keeping isKept: [Bool]) {
        while text.lines.count > 2, text.lines.last?.text == "",
            text.lines[text.lines.count - 2].text == "", !isKept[text.lines.count - 2]
        {
            text.lines.removeLast()
            text.lines[text.lines.count - 1].end = ""
        }
        guard text.lines.last?.text != "" else { return }
        let newline = text.newline
        text.lines[text.lines.count - 1].end = newline
    }

    /// Whether the result says what the file said; a file that said nothing may be mended by it.
    private static func holds(
        _ result: [UInt8], for bytes: [UInt8],
        by parse: ([UInt8]) throws(Diagnostic) -> [Scenario]
    ) throws(Diagnostic) -> Bool {
        let before: [Scenario]
        do throws(Diagnostic) {
            before = try parse(bytes)
        } catch {
            guard (try? parse(result)) != nil else { throw error }
            return true
        }
        guard let after = try? parse(result) else { return false }
        return before.elementsEqual(after) { $0.says(sameAs: $1) }
    }
}

extension YAMLScalar {
    /// A block whose blank lines at the end may be part of it: `|+`.
    fileprivate var keepsLineEnds: Bool {
        (style == .literal || style == .folded) && text.hasSuffix("\n\n")
    }
}

extension Scenario {
    /// Whether both say the same about the world and the tasks' rows, wherever it stands.
    fileprivate func says(sameAs other: Scenario) -> Bool {
        name == other.name && tasks.count == other.tasks.count
            && facts.elementsEqual(other.facts) {
                $0.time == $1.time && $0.resource == $1.resource && $0.change == $1.change
            }
            && timeline?.columns.map(\.time) == other.timeline?.columns.map(\.time)
            && timeline?.taskRows == other.timeline?.taskRows
    }
}
