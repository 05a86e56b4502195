// `eventually` and `sometimes`: what must come to be, in each run and in one of them.

extension ScenarioParser {
    /// Reads `eventually`: `[A.done, {B.done: 50ms}]`
    func eventually(_ node: YAMLNode) throws(Diagnostic) -> [Located<EventualClaim>] {
        var claims: [Located<EventualClaim>] = []
        for item in try list(node, as: "'eventually'") {
            guard case .mapping(let entries) = item.content else {
                let word = Word(try scalar(item, as: "an event"))
                let claim = EventualClaim(event: try event(word), deadline: nil)
                claims.append(Located(claim, at: word.place))
                continue
            }
            for entry in entries {
                let word = Word(entry.key)
                let event = try event(word)
                let time = try scalar(entry.value, as: "the deadline of '\(word.text)'")
                let claim = EventualClaim(event: event, deadline: try duration(Word(time)))
                claims.append(Located(claim, at: word.place))
            }
        }
        return claims
    }

    /// Reads `sometimes`: `[A.cancelled, B.done < A.done, handle(a) = handle(b)]`
    func sometimes(_ node: YAMLNode) throws(Diagnostic) -> [Located<SometimesClaim>] {
        var claims: [Located<SometimesClaim>] = []
        for item in try list(node, as: "'sometimes'") {
            var phrase = try phrase(item, as: "an event or a relation")
            let text = Self.trimmed(try scalar(item, as: "an event or a relation").text)
            let claim: SometimesClaim.Claim
            if let word = phrase.next, phrase.second == nil {
                claim = .event(try event(word))
            } else {
                claim = .relation(try relation(&phrase))
            }
            claims.append(Located(SometimesClaim(claim: claim, text: text), at: item.place))
        }
        return claims
    }
}
