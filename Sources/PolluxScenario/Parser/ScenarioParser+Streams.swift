// Streams in `world`: what they send, and how they break.

import PolluxHost

extension ScenarioParser {
    /// Reads what stands behind `input`, `stdin` or `output`: chunks by their letters, and the
    /// text of a failure by `!`.
    func streamScript(
        _ entry: YAMLEntry, hasChunks: Bool
    ) throws(Diagnostic) -> StreamScript {
        var script = StreamScript()
        for part in try entries(entry.value, as: "'\(entry.key.text)'") {
            let key = Word(part.key)
            if key.text == "!" {
                let text = try oneLine(part.value, as: "the text of the failure")
                script.failure = Located(text, at: key.place)
                continue
            }
            guard hasChunks else {
                throw failure(
                    "an output sends nothing; it can have only '!' with the text of its failure",
                    at: key.place)
            }
            guard Self.isLetter(key.text) else {
                throw failure(
                    "a chunk's name is one letter, as in a lane, not "
                        + Diagnostic.quoted(key.text),
                    at: key.place)
            }
            let bytes = Array(try scalar(part.value, as: "the chunk '\(key.text)'").text.utf8)
            guard !bytes.isEmpty else {
                throw failure(
                    "the chunk '\(key.text)' has no bytes; '0' in a lane is ready with nothing "
                        + "there",
                    at: part.value.place)
            }
            script.chunks.append(.init(name: key.text, bytes: bytes, place: key.place))
        }
        return script
    }

    /// Whether the text is one ASCII letter.
    static func isLetter(_ text: String) -> Bool {
        guard let byte = text.utf8.first, text.utf8.count == 1 else { return false }
        return (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
    }

    // MARK: - Facts

    /// The chunk of this letter, as a fact.
    func chunk(_ word: Word, of resource: ResourceID) throws(Diagnostic) -> Fact.Change {
        let chunks = resources[resource].script?.chunks ?? []
        guard let chunk = chunks.first(where: { $0.name == word.text }) else {
            throw unknown("chunk", word, among: chunks.map(\.name))
        }
        return .chunk(chunk.name, chunk.bytes)
    }

    /// The failure of a stream, as a fact.
    func failed(_ resource: ResourceID, at place: Place) throws(Diagnostic) -> Fact.Change {
        if resources[resource].isConnection { return .failed(Self.reset) }
        if resources[resource].exchange != nil {
            let code = resources[resource].script?.failure?.value
            return .failed(code ?? HTTPErrorCode.protocolError.name)
        }
        if let failure = resources[resource].script?.failure { return .failed(failure.value) }
        let name = resources[resource].name
        throw failure(
            "'\(name)' has no failure; give its door one, such as {\"!\": connection-reset}",
            at: place)
    }

    /// What guests are told of a connection that breaks.
    static let reset = "connection reset"

    /// Puts the facts in the order of time and checks that each stream's script hangs together:
    /// nothing stands after its end, and all that its door promises comes.
    mutating func closeFacts() throws(Diagnostic) {
        // Facts stand in the order of writing; the offset keeps that order within an instant.
        facts = facts.enumerated()
            .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
            .map(\.element)
        var ends: [ResourceID: Fact] = [:]
        var sent: [ResourceID: Set<String>] = [:]
        var calls: [ResourceID: Fact] = [:]
        for fact in facts {
            if let end = ends[fact.resource] {
                throw failure(
                    "'\(resources[fact.resource].name)' has ended at "
                        + "\(TimeText.string(end.time)) (line \(end.place.line)); nothing can "
                        + "follow",
                    at: fact.place)
            }
            if fact.change.isEnd { ends[fact.resource] = fact }
            switch fact.change {
            case .chunk(let name, _): sent[fact.resource, default: []].insert(name)
            case .failed: sent[fact.resource, default: []].insert("!")
            case .calls:
                if let first = calls.updateValue(fact, forKey: fact.resource) {
                    throw failure(
                        "'\(resources[fact.resource].name)' connects once, and did at "
                            + "\(TimeText.string(first.time)) (line \(first.place.line))",
                        at: fact.place)
                }
            case .ready, .empty, .permit, .flushed, .closed, .answers, .head: break
            }
        }
        for (index, resource) in resources.enumerated() {
            guard case .client = resource.kind, calls[index] == nil, !resource.isOptional else {
                continue
            }
            throw failure(
                "'\(resource.name)' never connects: no '+' in its lane and no event 'calls'",
                at: resource.place)
        }
        for (index, resource) in resources.enumerated() {
            guard let script = resource.script else { continue }
            try checkExchange(of: index)
            // A server of which no fact says anything sends all that it has.
            if resource.exchange != nil, !facts.contains(where: { $0.resource == index }) {
                continue
            }
            let sent = sent[index] ?? []
            if let chunk = script.chunks.first(where: { !sent.contains($0.name) }) {
                throw failure(
                    "the chunk '\(chunk.name)' of '\(resource.name)' is in no lane and no event",
                    at: chunk.place)
            }
            if let failure = script.failure, !sent.contains("!") {
                throw self.failure(
                    "the failure of '\(resource.name)' is in no lane and no event",
                    at: failure.place)
            }
        }
    }
}
