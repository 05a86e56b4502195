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
