// Names by number, in the order in which a file first gives them.

/// An ordered set of names; a name's index is its number.
struct NameTable {
    private(set) var names: [String] = []
    private var numbers: [String: Int] = [:]

    /// The name's number, if it is known.
    func number(of name: String) -> Int? { numbers[name] }

    /// The name's number; a new name gets the next one.
    mutating func add(_ name: String) -> Int {
        if let number = numbers[name] { return number }
        numbers[name] = names.count
        names.append(name)
        return names.count - 1
    }
}

/// Which words can be names at all.
enum NameRule {
    /// Longer names would break every picture they stand in.
    static let longest = 64

    /// Words that mean something else wherever a name may stand, and what they mean.
    private static let taken = [
        "host": "events use it for the host",
        "nothing": "'poll nothing' uses it",
        "and": "it joins steps",
        "as": "it gives names",
    ]

    /// What YAML 1.1 reads as something other than a text; a file that another tool reads must
    /// mean the same there.
    private static let booleans: Set = ["on", "off", "yes", "no", "y", "n", "true", "false"]

    /// Why the text cannot be a name, or `nil` if it can.
    static func objection(to text: String) -> String? {
        let word = Diagnostic.quoted(text)
        if let meaning = taken[text] { return "\(word) cannot be a name: \(meaning)" }
        let lowercase = text.utf8.count <= 5 ? text.lowercased() : text
        if booleans.contains(lowercase) {
            return "\(word) cannot be a name: YAML reads it as a boolean"
        }
        if lowercase == "null" || text == "~" {
            return "\(word) cannot be a name: YAML reads it as null"
        }
        guard text.utf8.first.map(isStart) == true, text.utf8.allSatisfy(isPart) else {
            return "\(word) is not a name; one is a letter or '_', then letters, digits, '_', '-'"
        }
        if text.utf8.count > longest { return "a name has at most \(longest) characters" }
        return nil
    }

    private static func isStart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        isStart(byte) || byte == UInt8(ascii: "-")
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
