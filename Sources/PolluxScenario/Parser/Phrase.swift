// One-line phrases: steps, relations and poll claims, as words with places.

/// A word of a scenario file and where it stands.
struct Word: Equatable {
    var text: String
    var place: Place
}

extension Word {
    /// The whole text of a scalar as one word.
    init(_ scalar: YAMLScalar) {
        self.init(text: scalar.text, place: scalar.place(at: 0))
    }
}

/// A phrase that is read word by word.
///
/// Words end at blanks; each of `| & < = ( )` is a word of its own, so that `a|b` reads like
/// `a | b`.
struct Phrase {
    private let file: SourceFile
    private let characters: [Character]
    /// Behind the last character, where a missing word would stand.
    let end: Place
    private let words: [Word]
    /// The offset behind each word.
    private let ends: [Int]
    private var index = 0

    /// A phrase over a scalar of one line.
    init(_ scalar: YAMLScalar, in file: SourceFile) {
        self.file = file
        characters = Array(scalar.text)
        end = scalar.place(at: characters.count)
        var words: [Word] = []
        var ends: [Int] = []
        var start = 0
        while start < characters.count {
            var stop = start + 1
            if characters[start].isWhitespace {
                start = stop
                continue
            }
            if !Self.isSymbol(characters[start]) {
                while stop < characters.count, !characters[stop].isWhitespace,
                    !Self.isSymbol(characters[stop])
                {
                    stop += 1
                }
            }
            let place = scalar.place(at: start)
            words.append(Word(text: String(characters[start..<stop]), place: place))
            ends.append(stop)
            start = stop
        }
        self.words = words
        self.ends = ends
    }

    /// The next word, which stays where it is.
    var next: Word? { index < words.count ? words[index] : nil }

    /// The word after the next one.
    var second: Word? { index + 1 < words.count ? words[index + 1] : nil }

    /// The word after those.
    var third: Word? { index + 2 < words.count ? words[index + 2] : nil }

    /// Takes the next word if it is this one.
    mutating func take(_ text: String) -> Bool {
        guard next?.text == text else { return false }
        index += 1
        return true
    }

    /// Takes the next word; `what` says what is missing if there is none.
    mutating func word(_ what: String) throws(Diagnostic) -> Word {
        guard let word = next else { throw Diagnostic("\(what) is missing", at: end, in: file) }
        index += 1
        return word
    }

    /// Takes the next word, which must be a name.
    mutating func name(_ what: String) throws(Diagnostic) -> Word {
        let word = try word(what)
        if let objection = NameRule.objection(to: word.text) {
            throw Diagnostic(objection, at: word.place, in: file)
        }
        return word
    }

    /// Takes the next word, which must be this one.
    mutating func require(_ text: String) throws(Diagnostic) {
        let word = try word("'\(text)'")
        guard word.text == text else {
            let found = Diagnostic.quoted(word.text)
            throw Diagnostic("expected '\(text)' instead of \(found)", at: word.place, in: file)
        }
    }

    /// Takes all that is left, as it is written between the blanks at both its ends.
    mutating func rest() -> String {
        let start = index > 0 ? ends[index - 1] : 0
        index = words.count
        let blank = characters[start...].prefix { $0.isWhitespace }.count
        let stop = ends.last ?? characters.count
        return String(characters[min(start + blank, stop)..<stop])
    }

    /// Takes a text in double quotes, if one is next; what is between them stands as it is.
    ///
    /// The text ends at the first quote behind which a blank or the end follows.
    mutating func quotedText() -> String? {
        guard let first = next, first.text.first == "\"" else { return nil }
        let start = ends[index] - first.text.count + 1
        var last = index
        while last < words.count {
            if words[last].text.last == "\"", ends[last] > start {
                let isEnd = ends[last] == characters.count || characters[ends[last]].isWhitespace
                if isEnd {
                    index = last + 1
                    return String(characters[start..<(ends[last] - 1)])
                }
            }
            last += 1
        }
        return nil
    }

    /// Nothing may be left.
    func finish(after what: String) throws(Diagnostic) {
        guard let word = next else { return }
        let found = Diagnostic.quoted(word.text)
        throw Diagnostic("unexpected \(found) after \(what)", at: word.place, in: file)
    }

    private static func isSymbol(_ character: Character) -> Bool {
        switch character {
        case "|", "&", "<", "=", "(", ")": true
        default: false
        }
    }
}
