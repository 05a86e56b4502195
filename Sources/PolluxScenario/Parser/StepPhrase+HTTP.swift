// The phrases of steps on requests: `fetch`.

extension StepPhraseReader {
    /// After `fetch`: `api`, `api first-byte 5ms as head`, `api sending hel lo`.
    mutating func fetch() throws(Diagnostic) -> StepPhrase {
        let server = try phrase.name("the name of an 'http' door")
        var request = FetchScript()
        while let word = phrase.next,
            let timeout = StepPhrase.timeouts.first(where: { $0.word == word.text })
        {
            _ = phrase.take(word.text)
            if request[keyPath: timeout.path] != nil {
                throw Diagnostic("'\(word.text)' stands here twice", at: word.place, in: file)
            }
            request[keyPath: timeout.path] = try duration()
        }
        if phrase.take("sending") { request.parts = try parts() }
        return .fetch(server, request, as: try result())
    }

    /// After `sending`: what is written, a word or a quoted text for each write.
    private mutating func parts() throws(Diagnostic) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        while let next = phrase.next, next.text != "as", next.text != "and" {
            guard parts.count < StepPhrase.mostParts else {
                throw Diagnostic(
                    "a request is written in at most \(StepPhrase.mostParts) parts",
                    at: next.place, in: file)
            }
            let text: String
            if let quoted = phrase.quotedText() {
                text = quoted
            } else {
                text = try phrase.word("what to send").text
            }
            guard !text.isEmpty else {
                throw Diagnostic("this part has no bytes", at: next.place, in: file)
            }
            parts.append(Array(text.utf8))
        }
        if parts.isEmpty { throw missing("what to send is missing") }
        return parts
    }
}

extension StepPhrase {
    /// The timeouts that a request can have, in the order of writing.
    static let timeouts: [(word: String, path: WritableKeyPath<FetchScript, UInt64?> & Sendable)] =
        [
            ("connect", \.connect), ("first-byte", \.firstByte), ("between-bytes", \.betweenBytes),
        ]
    /// More than any scenario needs.
    static let mostParts = 100

    /// Whether a part of a body needs no quotes.
    static func isBarePart(_ text: String) -> Bool {
        text != "as" && text != "and" && !text.hasPrefix("\"")
            && !text.contains { $0.isWhitespace || "|&<=()".contains($0) }
    }
}
