// The gate that every scenario file passes before anything parses it.

extension SourceFile {
    /// No scenario that people read comes near this; the parser's time grows with its input.
    static let mostBytes = 1 << 20

    /// A file of these bytes: UTF-8, not too large, and without characters that cannot be seen.
    ///
    /// A byte order mark at the start is dropped. After this gate the lines here and libyaml's
    /// lines are the same ones: YAML 1.1 also ends a line at U+0085, U+2028 and U+2029, which
    /// editors do not, so they are refused.
    init(path: String, bytes: [UInt8]) throws(Diagnostic) {
        let start = Place(line: 1, column: 1)
        guard bytes.count <= Self.mostBytes else {
            throw Diagnostic(
                "the file has \(bytes.count) bytes; a scenario file has at most \(Self.mostBytes)",
                at: start, in: SourceFile(path: path, text: ""))
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let bytes = bytes.starts(with: mark) ? bytes[mark.count...] : bytes[...]
        self.init(path: path, text: String(decoding: bytes, as: UTF8.self))
        if let flaw = Self.firstFlaw(in: bytes) {
            let place = Place(line: flaw.line + 1, scalars: flaw.column, in: self)
            throw Diagnostic(flaw.message, at: place, in: self)
        }
        // Directives would let a file say what its own syntax means; a `%` in column 1 is one.
        if let line = lines.firstIndex(where: { $0.utf8.first == UInt8(ascii: "%") }) {
            throw Diagnostic(
                "YAML directives (%…) are not supported", at: Place(line: line + 1, column: 1),
                in: self)
        }
    }

    /// The first thing that must not be in a file, its line from 0, and its column in scalars.
    private static func firstFlaw(
        in bytes: ArraySlice<UInt8>
    ) -> (message: String, line: Int, column: Int)? {
        var decoder = UTF8()
        var rest = bytes.makeIterator()
        var line = 0
        var column = 0
        var last: Unicode.Scalar = " "
        while true {
            switch decoder.decode(&rest) {
            case .emptyInput: return nil
            case .error: return ("the file is not UTF-8 text", line, column)
            case .scalarValue(let scalar) where isRefused(scalar):
                let number = String(scalar.value, radix: 16, uppercase: true)
                let code = String(repeating: "0", count: max(4 - number.count, 0)) + number
                return ("the control character U+\(code) is not allowed", line, column)
            case .scalarValue(let scalar):
                column += 1
                if scalar == "\r" || (scalar == "\n" && last != "\r") { line += 1 }
                if scalar == "\r" || scalar == "\n" { column = 0 }
                last = scalar
            }
        }
    }

    private static func isRefused(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: false
        case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
        default: false
        }
    }
}

extension Place {
    /// The place behind the first so many scalars of a line.
    fileprivate init(line: Int, scalars: Int, in file: SourceFile) {
        let text = file.lines.indices.contains(line - 1) ? file.lines[line - 1] : ""
        let before = String(String.UnicodeScalarView(text.unicodeScalars.prefix(scalars)))
        self.init(line: line, column: before.count + 1)
    }
}
