// `polls`: the poll calls themselves.

import PolluxHost

extension Checker {
    mutating func check(_ claims: [Located<PollClaim>], at place: Place) {
        let withChecks = claims.contains { $0.value.isCheck }
        let actual = run.polls.filter { withChecks || !$0.isCheck }
        let words = Words(run.scenario)
        for (index, claim) in claims.enumerated() {
            guard index < actual.count else {
                return fail(
                    claim.place,
                    "polls: expected \(Words.ordinal(index + 1)) call '\(words.poll(claim.value))', "
                        + "but there \(actual.count == 1 ? "was" : "were") \(Words.count(actual.count, "call"))",
                    end)
            }
            let call = actual[index]
            guard call.isCheck == claim.value.isCheck, matches(claim.value.list, call.list),
                matches(claim.value.reported, call.reported)
            else {
                return fail(
                    claim.place,
                    "polls: \(Words.ordinal(index + 1)) call: expected "
                        + "'\(words.poll(claim.value))', got '\(describe(call))'",
                    end)
            }
        }
        if actual.count > claims.count {
            fail(
                claims.last?.place ?? place,
                "polls: one more call, '\(describe(actual[claims.count]))'", end)
        }
    }

    /// Whether a list of pollables is this set with repetitions.
    private func matches(_ claims: [PollClaim.Polled], _ serials: [UInt64]) -> Bool {
        guard claims.count == serials.count else { return false }
        var left = serials
        for claim in claims {
            guard let place = left.firstIndex(where: { matches(claim, $0) }) else { return false }
            left.remove(at: place)
        }
        return true
    }

    private func matches(_ claim: PollClaim.Polled, _ serial: UInt64) -> Bool {
        switch claim {
        case .resource(let resource): run.resourceOf[serial] == resource
        case .pollable(let name): run.pollNameOf[serial] == name
        case .timer(let time):
            run.resourceOf[serial] == nil
                && run.trace.name(ofPollable: serial) == "@" + TimeText.string(time)
        }
    }

    private func describe(_ call: Run.PollCall) -> String {
        let list = call.list.map(name(ofPollable:)).joined(separator: " ")
        let reported = call.reported.map(name(ofPollable:)).joined(separator: " ")
        return
            "\(call.isCheck ? "check" : "block") \(list) -> \(reported.isEmpty ? "nothing" : reported)"
    }

    /// A subscribed name where the pollable has one, as claims call it.
    private func name(ofPollable serial: UInt64) -> String {
        run.pollNameOf[serial].map { run.scenario.pollNames[$0] }
            ?? run.trace.name(ofPollable: serial)
    }
}
