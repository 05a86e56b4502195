// What a YAML document is made of, and where: the little of YAML that scenario files use.

/// One node of a document.
struct YAMLNode {
    enum Content {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        /// In the order of writing, because that is part of what a file says.
        case mapping([YAMLEntry])
    }
    var content: Content
    var place: Place
    /// Behind its last character; comments and blank lines after it are not part of it.
    var end: Place
}

/// One `key: value` of a mapping.
struct YAMLEntry {
    var key: YAMLScalar
    var value: YAMLNode
}

/// A scalar: always text, whatever YAML would make of it.
struct YAMLScalar {
    enum Style {
        case plain, quoted, literal, folded
    }
    var text: String
    var style: Style
    var place: Place
    /// It starts and ends on one line.
    var isOneLine: Bool
    /// Every character of the text stands as such in the file, on one line, without escapes.
    var isVerbatim: Bool

    /// The plain empty scalar that YAML reads where nothing is written.
    var isAbsent: Bool { style == .plain && text.isEmpty }

    /// Where the character at this offset of the text stands; the scalar's own place where
    /// escapes or line ends hide it.
    func place(at offset: Int) -> Place {
        guard isVerbatim else { return place }
        let quote = style == .quoted ? 1 : 0
        return Place(line: place.line, column: place.column + quote + offset)
    }
}

extension YAMLNode {
    /// The value of a key, where it is a map that has the key.
    subscript(key: String) -> YAMLEntry? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key.text == key }
    }

    /// The scalar, if it is one.
    var scalar: YAMLScalar? {
        if case .scalar(let scalar) = content { scalar } else { nil }
    }

    /// What it is, for messages.
    var kind: String {
        switch content {
        case .scalar(let scalar): scalar.isAbsent ? "nothing" : "a text"
        case .sequence: "a list"
        case .mapping: "a map"
        }
    }
}
