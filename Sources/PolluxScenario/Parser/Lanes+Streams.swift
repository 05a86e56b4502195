// Lanes of streams: one character for what a stream gets, permits or ends with.

import PolluxHost

extension ScenarioParser {
    /// Takes a fact for each character that is not `-`.
    mutating func readStream(
        of row: Row, named name: Word, resource: ResourceID, under ruler: Ruler
    ) throws(Diagnostic) {
        guard row.characters.count > ruler.origin else {
            throw failure("the lane '\(name.text)' is empty", at: name.place)
        }
        var end: Character?
        for index in ruler.origin..<row.characters.count {
            let (character, place) = (row.characters[index], row.place(index))
            if let end {
                if character == " " { continue }
                throw failure(
                    "lane '\(name.text)' goes on after '\(end)', which ends the stream", at: place)
            }
            guard let time = ruler.times[index - ruler.origin] else {
                try checkJump(character, last: "-", at: place, named: name.text)
                continue
            }
            if character == "-" { continue }
            let change = try change(
                character, of: resource, named: name, at: place, time: time)
            if change.isEnd { end = character }
            facts.append(Fact(time: time, resource: resource, change: change, place: place))
        }
    }

    private func change(
        _ character: Character, of resource: ResourceID, named name: Word, at place: Place,
        time: UInt64
    ) throws(Diagnostic) -> Fact.Change {
        if resources[resource].isPeer || resources[resource].exchange != nil {
            return try peerChange(character, of: resource, named: name, at: place, time: time)
        }
        let isInput = resources[resource].isInput
        switch character {
        case "|": return .closed
        case "!": return try failed(resource, at: place)
        case "0" where isInput: return .empty
        case "f" where !isInput: return .flushed
        case "0"..."9" where !isInput && character.isASCII:
            return .permit(character.wholeNumberValue!)
        case _ where isInput && Self.isLetter(String(character)):
            return try chunk(Word(text: String(character), place: place), of: resource)
        default:
            throw badCharacter(
                character, at: place, time: time, named: "lane '\(name.text)'",
                legal: isInput
                    ? "an input's lane has only - 0 | ! and the letters of its chunks"
                    : "an output's lane has only - 0-9 f | !")
        }
    }

    /// What a peer on the network does.
    private func peerChange(
        _ character: Character, of resource: ResourceID, named name: Word, at place: Place,
        time: UInt64
    ) throws(Diagnostic) -> Fact.Change {
        switch (resources[resource].kind, character) {
        case (.tcp, "_"), (.http, "_"): return .answers(.silent)
        case (.tcp, "+"), (.udp, "+"), (.http, "+"): return .answers(.accepts)
        case (.tcp, "x"), (.udp, "x"), (.http, "x"): return .answers(.refuses)
        case (.client, "+"): return .calls
        case (.http, "#"): return .head
        case (.tcp, "|"), (.client, "|"), (.http, "|"): return .closed
        case (.tcp, "!"), (.client, "!"), (.http, "!"): return try failed(resource, at: place)
        case (.tcp, "0"..."9"), (.client, "0"..."9"), (.http, "0"..."9"):
            if character.isASCII { return .permit(character.wholeNumberValue!) }
        case (.client, "x"): break
        case _ where Self.isLetter(String(character)):
            return try chunk(Word(text: String(character), place: place), of: resource)
        default: break
        }
        let marks =
            switch resources[resource].kind {
            case .tcp: "a server's lane has only - _ + x 0-9 | !"
            case .client: "a client's lane has only - + 0-9 | !"
            case .http: "a lane of HTTP has only - _ + x # 0-9 | !"
            default: "a lane of datagrams has only - + x"
            }
        throw badCharacter(
            character, at: place, time: time, named: "lane '\(name.text)'",
            legal: marks + " and the letters of its chunks")
    }
}
