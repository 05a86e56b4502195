// A find as a file.

extension FuzzFind {
    /// The name of the file that it belongs in, by its mistake: `local-no-lost-wake.yaml`.
    public var fileName: String {
        let words = "\(guest.name)-\(objection)".lowercased().map { character in
            character.isASCII && (character.isLetter || character.isNumber) ? character : "-"
        }
        return String(words).split(separator: "-").joined(separator: "-") + ".yaml"
    }

    /// The document that shows it: what was played on its one host, with how it was found.
    /// - Parameter seed: of the search.
    public func text(seed: UInt64) -> String {
        var found = draft ?? Draft(scenario)
        found.name = "found: \(objection), by \(guest.name)"
        let first = run.failures.first?.message ?? ""
        found.about =
            "\(first)\nFound by fuzz with seed \(seed), run \(number), tape \(run.tape)."
        found.guests = [guest.name]
        found.hosts = [Draft.Host(host.name, host.policy, picksAnyTask: host.picksAnyTask)]
        return found.text
    }
}

/// What is left of a find for a person to read.
public struct FuzzDocument: Sendable {
    /// The document as a file.
    public let text: String
    /// How small it became and in how many runs, or why it did not.
    public let remark: String
}

extension FuzzFind {
    /// The find as a document, as small as it gets with the same mistake in it; as it was played, with
    /// its tape, where it cannot be made smaller. Blocks while it is played again and again.
    /// - Parameters:
    ///   - seed: of the search.
    ///   - reference: a guest for which the document must hold.
    public func document(seed: UInt64, reference: GuestProgram? = nil) -> FuzzDocument {
        // Each run of a guest that does not come back takes all the time that a run may take.
        if run.run.outcome == .timedOut {
            return FuzzDocument(text: text(seed: seed), remark: "not shrunk: the run does not end")
        }
        let found = Found(by: "fuzz", seed: seed, runs: UInt64(number))
        switch Shrinker(guest: guest, reference: reference)
            .shrink(run, of: scenario, on: host, found: found)
        {
        case .shrunk(let shrunk):
            let lines = shrunk.text.split(separator: "\n").count
            return FuzzDocument(
                text: shrunk.text, remark: "shrunk to \(lines) lines in \(shrunk.runs) runs")
        case .refused(let reason):
            return FuzzDocument(text: text(seed: seed), remark: "not shrunk: \(reason)")
        }
    }
}
