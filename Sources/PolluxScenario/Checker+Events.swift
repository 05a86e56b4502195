// `order` and `exact`, and what the other claims ask of a run's events.

import PolluxHost

extension Checker {
    func occurrences(of name: EventName) -> [Run.Occurrence] {
        run.occurrences.filter { $0.subject == name.subject && $0.kind == name.kind }
    }

    /// The occurrence that a name means: its `#n`-th, or the first.
    func occurrence(of name: EventName, or ordinal: Int = 1) -> Run.Occurrence? {
        index(of: name, or: ordinal).map { run.occurrences[$0] }
    }

    /// Where that occurrence stands among all of the run's.
    func index(of name: EventName, or ordinal: Int = 1) -> Int? {
        var left = name.ordinal ?? ordinal
        for (index, one) in run.occurrences.enumerated()
        where one.kind == name.kind && one.subject == name.subject {
            left -= 1
            if left == 0 { return index }
        }
        return nil
    }

    func missing(_ name: EventName, _ ordinal: Int) -> String {
        let count = occurrences(of: name).count
        if count == 0 { return "'\(name.text)' never happened" }
        return
            "'\(name.text)' happened \(Words.times(count)), "
            + "not \(Words.times(name.ordinal ?? ordinal))"
    }

    func focus(_ occurrence: Run.Occurrence) -> Failure.Focus {
        if case .task(let task) = occurrence.subject {
            return Failure.Focus(task: task, time: occurrence.time)
        }
        return Failure.Focus(task: nil, time: occurrence.time)
    }

    mutating func checkOrder(_ names: [Located<EventName>]) {
        var mentions: [EventName: Int] = [:]
        var last: (name: EventName, index: Int)?
        for located in names {
            let name = located.value
            var key = name
            key.text = ""
            mentions[key, default: 0] += 1
            let wanted = name.ordinal ?? mentions[key]!
            guard let index = self.index(of: name, or: wanted) else {
                return fail(located.place, "order: " + missing(name, wanted), end)
            }
            if let last, index < last.index {
                let (one, other) = (run.occurrences[index], run.occurrences[last.index])
                return fail(
                    located.place,
                    "order: '\(name.text)' came before '\(last.name.text)' "
                        + "(\(at(one)), \(at(other)))",
                    focus(one))
            }
            last = (name, index)
        }
    }

    func at(_ occurrence: Run.Occurrence) -> String {
        "at \(TimeText.string(occurrence.time))"
    }

    mutating func checkExact(_ names: [Located<EventName>]) {
        guard let last = names.last else { return }
        let actual = run.occurrences.filter { occurrence in
            names.contains {
                $0.value.subject == occurrence.subject && $0.value.kind == occurrence.kind
            }
        }
        let words = Words(run.scenario)
        for (index, located) in names.enumerated() {
            guard index < actual.count else {
                return fail(
                    located.place,
                    "exact: expected '\(located.value.text)' next, but nothing followed",
                    end)
            }
            if actual[index].subject != located.value.subject
                || actual[index].kind != located.value.kind
            {
                return fail(
                    located.place,
                    "exact: expected '\(located.value.text)', "
                        + "but '\(words.event(actual[index]))' came (\(at(actual[index])))",
                    focus(actual[index]))
            }
        }
        if actual.count > names.count {
            let extra = actual[names.count]
            fail(
                last.place,
                "exact: '\(words.event(extra))' came after the last one (\(at(extra)))",
                focus(extra))
        }
    }
}
