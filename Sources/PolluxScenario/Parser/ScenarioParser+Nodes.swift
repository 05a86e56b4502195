// What every key's reader asks of the YAML under it.

extension ScenarioParser {
    /// A diagnostic at a place of this file.
    func failure(_ message: String, at place: Place) -> Diagnostic {
        Diagnostic(message, at: place, in: file)
    }

    /// A diagnostic about a word that is none of the known ones.
    func unknown(
        _ what: String, _ word: Word, among known: [String], called plural: String? = nil
    ) -> Diagnostic {
        let clause = Suggestion.clause(for: word.text, among: known, called: plural ?? what + "s")
        return failure("unknown \(what) \(Diagnostic.quoted(word.text))\(clause)", at: word.place)
    }

    /// A diagnostic about a word that the format has and this version does not.
    func unsupported(_ word: Word) -> Diagnostic {
        let quoted = Diagnostic.quoted(word.text)
        return failure("\(quoted) is not supported by this version of Pollux", at: word.place)
    }

    /// The entries of a map by their keys, all of which must be known.
    func fields(
        of node: YAMLNode, called what: String, known: [String], later: [String] = []
    ) throws(Diagnostic) -> [String: YAMLEntry] {
        var fields: [String: YAMLEntry] = [:]
        for entry in try entries(node, as: "this") {
            let key = Word(entry.key)
            if later.contains(key.text) { throw unsupported(key) }
            guard known.contains(key.text) else { throw unknown(what, key, among: known) }
            fields[key.text] = entry
        }
        return fields
    }

    /// The entries of a map.
    func entries(_ node: YAMLNode, as what: String) throws(Diagnostic) -> [YAMLEntry] {
        guard case .mapping(let entries) = node.content else {
            throw failure("\(what) must be a map, not \(node.kind)", at: node.place)
        }
        return entries
    }

    /// The items of a list.
    func list(_ node: YAMLNode, as what: String) throws(Diagnostic) -> [YAMLNode] {
        guard case .sequence(let items) = node.content else {
            throw failure("\(what) must be a list, not \(node.kind)", at: node.place)
        }
        return items
    }

    /// A scalar that is not left out.
    func scalar(_ node: YAMLNode, as what: String) throws(Diagnostic) -> YAMLScalar {
        guard let scalar = node.scalar, !scalar.isAbsent else {
            throw failure("\(what) must be a text, not \(node.kind)", at: node.place)
        }
        return scalar
    }

    /// A text of one line that says something, without the blanks around it.
    func oneLine(_ node: YAMLNode, as what: String) throws(Diagnostic) -> String {
        let text = Self.trimmed(try scalar(node, as: what).text)
        guard !text.isEmpty else { throw failure("\(what) is empty", at: node.place) }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw failure("\(what) must be one line", at: node.place) }
        return text
    }

    /// A phrase; it must stand on one line, so that its words have columns.
    func phrase(_ node: YAMLNode, as what: String) throws(Diagnostic) -> Phrase {
        let scalar = try scalar(node, as: what)
        guard scalar.isOneLine else {
            throw failure("\(what) must stand on one line", at: node.place)
        }
        return Phrase(scalar, in: file)
    }

    /// The nanoseconds of a duration.
    func duration(_ word: Word) throws(Diagnostic) -> UInt64 {
        try DurationText.nanoseconds(word, in: file)
    }

    /// A whole number within a range.
    func number(
        _ word: Word, in range: ClosedRange<Int>, as what: String
    ) throws(Diagnostic) -> Int {
        guard let number = Self.digits(word.text), range.contains(number) else {
            throw failure(
                "\(what) is a whole number from \(range.lowerBound) to \(range.upperBound), not "
                    + Diagnostic.quoted(word.text),
                at: word.place)
        }
        return number
    }

    /// Digits only: no sign, and nothing that does not fit.
    static func digits(_ text: some StringProtocol) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }

    /// The text without blanks and line ends around it.
    static func trimmed(_ text: String) -> String {
        let head = text.drop(while: \.isWhitespace)
        guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(head[...last])
    }
}

extension DurationText {
    /// The nanoseconds of a word of a file.
    static func nanoseconds(_ word: Word, in file: SourceFile) throws(Diagnostic) -> UInt64 {
        do {
            return try nanoseconds(word.text)
        } catch {
            let what = Diagnostic.quoted(word.text)
            throw Diagnostic("\(what) \(error.sentence)", at: word.place, in: file)
        }
    }
}

extension DurationText.Problem {
    /// What to say behind the word.
    var sentence: String {
        switch self {
        case .malformed: "is not a duration; one is a number and ns, us, ms or s, such as 10ms"
        case .notWhole: "is not a whole number of nanoseconds"
        case .tooLong: "is too long; 64 bits of nanoseconds are 584 years"
        }
    }
}
