// The phrases of steps on sockets: `shut`, `stream`.

import PolluxHost

extension StepPhraseReader {
    /// After `shut`: `server`, `server receive`, `server both as r`.
    mutating func shut() throws(Diagnostic) -> StepPhrase {
        let peer = try phrase.name("the name of a peer")
        var kind = ShutdownKind.send
        if let word = phrase.next,
            let known = StepPhrase.ways.first(where: { $0.word == word.text })
        {
            _ = phrase.take(word.text)
            kind = known.kind
        }
        return .shut(peer, kind, as: try result())
    }

    /// After `stream`: `ns as r`, `ns while binding as r`.
    mutating func stream() throws(Diagnostic) -> StepPhrase {
        let peer = try phrase.name("the name of a peer for datagrams")
        let isBinding = phrase.take("while")
        if isBinding { try phrase.require("binding") }
        return .stream(peer, isBinding: isBinding, as: try result())
    }
}

extension StepPhrase {
    /// The directions that can end; what is sent unless said.
    static let ways: [(word: String, kind: ShutdownKind)] = [
        ("send", .send), ("receive", .receive), ("both", .both),
    ]
}
