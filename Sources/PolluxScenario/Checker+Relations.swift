// `relations`: how events, or handles, stand to each other.

import PolluxHost

extension Checker {
    mutating func check(_ relation: Located<Relation>) {
        switch relation.value {
        case .before(let chain):
            for (early, late) in zip(chain, chain.dropFirst()) {
                for one in early {
                    for other in late where !isBefore(one, other, relation.place) { return }
                }
            }
        case .within(let name, let bound, let anchor):
            guard let (one, other) = both(name, anchor, relation.place) else { return }
            let words = "\(name.text) within \(Words.bound(bound)) of \(anchor.text)"
            switch bound {
            case .turns(let limit):
                let distance = abs(one.turn - other.turn)
                if distance > limit {
                    fail(
                        relation.place, "\(words): took \(Words.count(distance, "turn"))",
                        focus(one))
                }
            case .polls(let limit):
                let distance = abs(one.poll - other.poll)
                if distance > limit {
                    fail(
                        relation.place, "\(words): took \(Words.count(distance, "poll"))",
                        focus(one))
                }
            case .time(let limit):
                let distance = max(one.time, other.time) - min(one.time, other.time)
                if distance > limit {
                    let took = TimeText.string(distance)
                    fail(
                        relation.place, "\(words): took \(took) (\(at(one)), \(at(other)))",
                        focus(one))
                }
            }
        case .sameHandle(let one, let other):
            let words = Words(run.scenario)
            let text = "handle(\(words.target(one))) = handle(\(words.target(other)))"
            guard let first = run.handles[one], let second = run.handles[other] else {
                let unused = words.target(run.handles[one] == nil ? one : other)
                return fail(relation.place, "\(text): '\(unused)' was never subscribed", end)
            }
            if first != second {
                fail(
                    relation.place,
                    "\(text): the second number is \(abs(Int(second) - Int(first))) away "
                        + "from the first",
                    end)
            }
        }
    }

    private mutating func both(
        _ one: EventName, _ other: EventName, _ place: Place
    ) -> (Run.Occurrence, Run.Occurrence)? {
        for name in [one, other] where occurrence(of: name) == nil {
            fail(place, missing(name, 1), end)
            return nil
        }
        return (occurrence(of: one)!, occurrence(of: other)!)
    }

    private mutating func isBefore(_ one: EventName, _ other: EventName, _ place: Place) -> Bool {
        if let first = index(of: one), let second = index(of: other), first < second {
            return true
        }
        if let (early, late) = both(one, other, place) {
            fail(
                place,
                "\(one.text) < \(other.text): '\(other.text)' came first "
                    + "(\(at(late)), \(at(early)))",
                focus(late))
        }
        return false
    }
}
