// What is wrong with a scenario file, and where.

/// Why a text is not a scenario: one place, one sentence.
public struct Diagnostic: Error, Hashable, Sendable {
    /// The file, as the user named it.
    public var path: String
    /// Where the text is wrong.
    public var place: Place
    /// The sentence after `error: `; it ends without a full stop.
    public var message: String
    /// The line it stands on, printable, cut where it is very long.
    public var excerpt: String
    /// How many characters of ``excerpt`` stand before the caret.
    public var caret: Int

    /// A diagnostic at a place of a file.
    public init(_ message: String, at place: Place, in file: SourceFile) {
        path = file.path
        self.place = place
        self.message = message
        let index = place.line - 1
        let line = file.lines.indices.contains(index) ? file.lines[index] : ""
        (excerpt, caret) = Self.excerpt(of: line, around: place.column - 1)
    }

    /// `FILE:LINE:COL: error: …`
    public var line: String {
        "\(Self.printable(path)):\(place.line):\(place.column): error: \(message)"
    }

    /// ``line``, then the text's line and a caret under the column.
    public var rendered: String {
        let number = String(place.line)
        let margin = String(repeating: " ", count: max(5 - number.count, 0)) + number
        let blank = String(repeating: " ", count: margin.count)
        let indent = String(repeating: " ", count: caret)
        return """
            \(line)
            \(margin) | \(excerpt)
            \(blank) | \(indent)^
            """
    }
}

// Everything below keeps untrusted text from filling or steering the reader's terminal.

extension Diagnostic {
    /// A word of the file between quotes, for a message: printable, and cut where it is very long.
    static func quoted(_ text: some StringProtocol) -> String {
        let longest = 40
        let head = printable(text.prefix(longest))
        return text.dropFirst(longest).isEmpty ? "'\(head)'" : "'\(head)…'"
    }

    /// The text with what a terminal would act on written as escapes.
    ///
    /// Format characters are among them: a right-to-left mark would make the picture lie.
    static func printable(_ text: some StringProtocol) -> String {
        var result = ""
        for character in text { result += printable(character) }
        return result
    }

    private static func printable(_ character: Character) -> String {
        let scalars = character.unicodeScalars
        // Nothing that people write as one character has more scalars than a family of emoji.
        guard scalars.count <= 8 else { return "\u{FFFD}" }
        let isEmoji = scalars.first?.properties.isEmojiPresentation == true
        let isJoined = isEmoji && scalars.count > 1
        var result = ""
        for scalar in scalars {
            let isHarmless = !isUnprintable(scalar) || (isJoined && scalar == "\u{200D}")
            result += isHarmless ? String(scalar) : scalar.escaped(asASCII: true)
        }
        return result
    }

    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// The part of a line around a character, and how many characters stand before that one.
    private static func excerpt(of line: String, around offset: Int) -> (text: String, caret: Int) {
        let width = 120
        let caret =
            line.index(
                line.startIndex, offsetBy: max(0, offset), limitedBy: line.endIndex)
            ?? line.endIndex
        // Each side may have what the other leaves, and neither more than half if both are long.
        let least = pieces(line[caret...], width: width / 2)
        let before = pieces(line[..<caret].reversed(), width: width - least.length)
        let after = pieces(line[caret...], width: width - min(before.length, width / 2))
        let head = (before.isCut ? "…" : "") + before.text.reversed().joined()
        let tail = after.text.joined() + (after.isCut ? "…" : "")
        return (head + tail, head.count)
    }

    /// The characters, printable, as far as they fit.
    private static func pieces(
        _ characters: some Sequence<Character>, width: Int
    ) -> (text: [String], length: Int, isCut: Bool) {
        var text: [String] = []
        var length = 0
        for character in characters {
            let piece = printable(character)
            guard length + piece.count <= width else { return (text, length, true) }
            text.append(piece)
            length += piece.count
        }
        return (text, length, false)
    }
}
