// The phrases of steps on requests: `fetch`.

import PolluxHost

extension StepPhraseReader {
    /// After `fetch`: `api`, `api first-byte 5ms as head`, `api with x-one=1 sending hel lo trailing sum=7`.
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
        if phrase.take("with") { request.fields = try fields() }
        if phrase.take("sending") {
            request.parts = try parts()
            if phrase.take("trailing") { request.trailers = try fields() }
        }
        return .fetch(server, request, as: try result())
    }

    /// After `sending`: what is written, a word or a quoted text for each write.
    private mutating func parts() throws(Diagnostic) -> [[UInt8]] {
        var parts: [[UInt8]] = []
        while let next = phrase.next, !StepPhrase.wordsBehindParts.contains(next.text) {
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

    /// After `with` and `trailing`: `x-one=1 x-two="a b"`.
    private mutating func fields() throws(Diagnostic) -> [HTTPField] {
        var fields: [HTTPField] = []
        while fields.isEmpty || phrase.second?.text == "=" {
            let name = try phrase.word("a field such as x-one=1")
            guard HTTPSyntax.isToken(name.text) else {
                let found = Diagnostic.quoted(name.text)
                throw Diagnostic("\(found) is no field's name", at: name.place, in: file)
            }
            try phrase.require("=")
            let place = phrase.next?.place ?? phrase.end
            let text: String
            if let quoted = phrase.quotedText() {
                text = quoted
            } else {
                text = try phrase.word("the value of '\(name.text)'").text
            }
            guard HTTPSyntax.isFieldValue(Array(text.utf8)) else {
                throw Diagnostic(
                    "the value of '\(name.text)' has characters that no field has", at: place,
                    in: file)
            }
            fields.append(HTTPField(name.text, text))
        }
        return fields
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

    /// The words that end what is sent; quoted they are parts of it.
    static let wordsBehindParts = ["as", "and", "trailing"]

    /// Whether a part of a body needs no quotes.
    static func isBarePart(_ text: String) -> Bool {
        !wordsBehindParts.contains(text) && isBareValue(text)
    }

    /// Whether a field's value needs no quotes.
    static func isBareValue(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix("\"")
            && !text.contains { $0.isWhitespace || "|&<=()".contains($0) }
    }
}
