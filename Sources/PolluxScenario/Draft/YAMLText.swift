// Texts as YAML scalars: plain where that says the same, else in double quotes.

/// Writes scalars.
enum YAMLText {
    /// The text as a scalar of one line.
    /// - Parameter inFlow: whether it stands between brackets or braces.
    static func scalar(_ text: String, inFlow: Bool) -> String {
        isPlain(text, inFlow: inFlow) ? text : quoted(text)
    }

    /// Whether the text means itself without quotes, to this reader and to others.
    static func isPlain(_ text: String, inFlow: Bool) -> Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last,
            first != " ", last != " "
        else { return false }
        if "!&*#|>%@`\"'{}[],?:-".unicodeScalars.contains(first) { return false }
        var before: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            guard isPrintable(scalar) else { return false }
            if inFlow, "[]{},".unicodeScalars.contains(scalar) { return false }
            if scalar == "#", before == " " { return false }
            if before == ":", scalar == " " || inFlow { return false }
            before = scalar
        }
        return last != ":"
    }

    /// The text in double quotes, with escapes where the quotes need them.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16, uppercase: true)
                let (letter, width) =
                    switch scalar.value {
                    case ..<0x100: ("x", 2)
                    case ..<0x1_0000: ("u", 4)
                    default: ("U", 8)
                    }
                let zeros = String(repeating: "0", count: width - digits.count)
                result += "\\" + letter + zeros + digits
            }
        }
        return result + "\""
    }

    /// Whether all of the text may stand in a file as it is, on one line.
    static func isPrintable(_ text: String) -> Bool { text.unicodeScalars.allSatisfy(isPrintable) }

    /// What may stand in a YAML file as it is and does not end a line or confuse a reader.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA1...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
            0x1_0000...0x10_FFFD:
            true
        default: false
        }
    }
}
