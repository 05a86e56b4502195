// The phrases of steps on streams: `read`, `write`.

extension StepPhraseReader {
    /// After `read`: `sock`, `sock 4 as x`, `sock [4] as x`, `sock until closed as body`.
    mutating func read() throws(Diagnostic) -> StepPhrase {
        let stream = try phrase.name("the name of an input")
        if phrase.take("until") {
            try phrase.require("closed")
            return .readUntilClosed(stream, as: try result())
        }
        var count: Int?
        if let word = phrase.next, word.text.first == "[" || word.text.first?.isNumber == true {
            _ = phrase.take(word.text)
            count = try byteCount(word)
        }
        return .read(stream, upTo: count, as: try result())
    }

    private func byteCount(_ word: Word) throws(Diagnostic) -> Int {
        var digits = word.text[...]
        if digits.first == "[", digits.last == "]" { digits = digits.dropFirst().dropLast() }
        let most = StepPhrase.mostRead
        guard let count = ScenarioParser.digits(digits), (1...most).contains(count) else {
            throw Diagnostic(
                "a read is of 1 to \(most) bytes, not \(Diagnostic.quoted(word.text))",
                at: word.place, in: file)
        }
        return count
    }

    /// After `write`: `out hello` to the end of the phrase, or `out "hello" as w`.
    mutating func write() throws(Diagnostic) -> StepPhrase {
        let stream = try phrase.name("the name of an output")
        if let text = phrase.quotedText() {
            return .write(stream, text, as: try result())
        }
        let text = phrase.rest()
        guard !text.isEmpty else { throw missing("what to write is missing") }
        return .write(stream, text, as: nil)
    }
}

extension StepPhrase {
    /// The most bytes that one read asks for; no host returns more.
    static let mostRead = 65_536
}
