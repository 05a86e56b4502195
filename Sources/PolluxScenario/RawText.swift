// A file's text with everything that belongs to it, for those who write it back.

/// The lines of a file together with their line ends, so that they join to the same bytes.
struct RawText {
    /// A line without its end, and the end: `\n`, `\r\n`, `\r`, or nothing at the end of the file.
    struct Line {
        var text: String
        var end: String
    }

    /// As many lines as a ``SourceFile`` has of the same bytes.
    var lines: [Line] = []
    private let mark: [UInt8]

    /// The lines of UTF-8 bytes that a ``SourceFile`` took.
    init(_ bytes: [UInt8]) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        self.mark = bytes.starts(with: mark) ? mark : []
        let text = String(decoding: bytes.dropFirst(self.mark.count), as: UTF8.self)
        var start = text.startIndex
        for index in text.indices where text[index].isNewline {
            lines.append(Line(text: String(text[start..<index]), end: String(text[index])))
            start = text.index(after: index)
        }
        lines.append(Line(text: String(text[start...]), end: ""))
    }

    /// The bytes again.
    var bytes: [UInt8] { mark + lines.flatMap { Array($0.text.utf8) + Array($0.end.utf8) } }

    /// What ends a line in this file.
    var newline: String { lines.first { !$0.end.isEmpty }?.end ?? "\n" }
}
