// What a scenario scripts, and a run that completed made no use of.

import PolluxHost

extension Checker {
    /// A script that nobody meets tests nothing: every resource must have been used, every chunk
    /// read, and every permit, mark and end have had a part in an answer, unless its resource is
    /// optional. Only a run that completed has met all it ever will.
    mutating func checkUse() {
        guard run.outcome == .completed else { return }
        for (index, resource) in run.scenario.resources.enumerated() where !resource.isOptional {
            let used = run.occurrences.contains {
                $0.subject == .resource(index) && ($0.kind == .subscribe || $0.kind == .open)
            }
            if !used {
                let verb = resource.isOpened ? "opened" : "subscribed"
                fail(
                    resource.place,
                    "use: '\(resource.name)' was never \(verb); "
                        + "add 'optional: true' where nobody need use it",
                    end)
                continue
            }
            if resource.isReadable { checkChunks(of: index) }
            checkFacts(of: index)
            if let exchange = resource.exchange, !exchange.trailers.isEmpty,
                !run.trailersTaken.contains(index)
            {
                fail(
                    resource.place,
                    "use: the trailers of '\(resource.name)' were never asked for; "
                        + "add 'optional: true' where nobody need have them",
                    end)
            }
        }
    }

    /// What is no chunk and had no part in any answer.
    private mutating func checkFacts(of index: ResourceID) {
        for place in run.unmet {
            let fact = run.scenario.facts[place]
            guard fact.resource == index, let name = Words(run.scenario).mark(fact.change) else {
                continue
            }
            let why =
                fact.change == .flushed
                ? "was waited for by no flush" : "was never met"
            fail(
                fact.place,
                "use: \(name) of '\(run.scenario.resources[index].name)' at "
                    + "\(TimeText.string(fact.time)) \(why); "
                    + "add 'optional: true' where nobody need meet it",
                Failure.Focus(task: nil, time: min(fact.time, run.duration)))
        }
    }

    /// The first chunk of an input that was not read to its last byte.
    private mutating func checkChunks(of index: ResourceID) {
        let resource = run.scenario.resources[index]
        if case .udp = resource.kind { return checkDatagrams(of: index) }
        if resource.exchange != nil, !run.scenario.facts.contains(where: { $0.resource == index }) {
            return checkBody(of: index)
        }
        var left = run.bytesRead[index] ?? 0
        for fact in run.scenario.facts where fact.resource == index {
            guard case .chunk(let name, let bytes) = fact.change else { continue }
            if bytes.count <= left {
                left -= bytes.count
                continue
            }
            let what =
                left == 0
                ? "was never read"
                : "was read up to byte \(left) of \(bytes.count)"
            return fail(
                fact.place,
                "use: chunk '\(name)' of '\(resource.name)' at \(TimeText.string(fact.time)) "
                    + "\(what); add 'optional: true' where nobody need read all",
                Failure.Focus(task: nil, time: min(fact.time, run.duration)))
        }
    }

    /// The first chunk of a response that comes without a script and was not read to its last byte.
    private mutating func checkBody(of index: ResourceID) {
        let resource = run.scenario.resources[index]
        var left = run.bytesRead[index] ?? 0
        for chunk in resource.script?.chunks ?? [] {
            left -= chunk.bytes.count
            if left >= 0 { continue }
            return fail(
                chunk.place,
                "use: chunk '\(chunk.name)' of '\(resource.name)' was never read to its end; "
                    + "add 'optional: true' where nobody need read all",
                end)
        }
    }

    /// The first datagram that was not received.
    private mutating func checkDatagrams(of index: ResourceID) {
        var left = run.datagramsRead[index] ?? 0
        for fact in run.scenario.facts where fact.resource == index {
            guard case .chunk(let name, _) = fact.change else { continue }
            left -= 1
            if left >= 0 { continue }
            return fail(
                fact.place,
                "use: datagram '\(name)' of '\(run.scenario.resources[index].name)' at "
                    + "\(TimeText.string(fact.time)) was never received; "
                    + "add 'optional: true' where nobody need receive all",
                Failure.Focus(task: nil, time: min(fact.time, run.duration)))
        }
    }
}
