// Writes recorded runs into a file, and leaves everything else in it alone.

/// The new records of some documents of one file.
public struct GoldenUpdate {
    private var entries: [Place: Golden] = [:]

    /// Nothing to write.
    public init() {}

    /// Whether there is nothing to write.
    public var isEmpty: Bool { entries.isEmpty }

    /// Takes the records of a document whose runs meet everything else that it expects; what it has
    /// of guests that did not play stays.
    /// - Returns: whether they differ from what the document has.
    public mutating func add(_ verdict: Verdict) -> Bool {
        guard let golden = verdict.scenario.golden, let host = verdict.scenario.goldenHost else {
            return false
        }
        let runs = verdict.hosts.filter { $0.host.name == host.name }.map(\.run)
            .filter { run in
                if case .unsupported = run.outcome { return false }
                return run.outcome != .timedOut
            }
        guard !runs.isEmpty else { return false }
        var merged: [Golden.Entry] = []
        for run in runs {
            let record = Golden.Record(run)
            if let index = merged.firstIndex(where: { $0.record == record }) {
                merged[index].guests.append(run.guest)
            } else {
                merged.append(Golden.Entry(guests: [run.guest], record: record, places: []))
            }
        }
        let played = Set(runs.map(\.guest))
        for entry in golden.entries {
            let others = entry.guests.filter { !played.contains($0) }
            guard !others.isEmpty else { continue }
            if let index = merged.firstIndex(where: { $0.record == entry.record }) {
                merged[index].guests += others
            } else {
                merged.append(Golden.Entry(guests: others, record: entry.record, places: []))
            }
        }
        let isSame = played.union(golden.entries.flatMap(\.guests)).allSatisfy { guest in
            golden.entries.first { $0.guests.contains(guest) }?.record
                == merged.first { $0.guests.contains(guest) }?.record
        }
        if isSame { return false }
        var new = golden
        new.entries = merged
        entries[verdict.scenario.place] = new
        return true
    }

    /// Takes the counts of explorations that exhausted the hosts of a document; what it has of other
    /// guests and hosts stays.
    /// - Returns: whether they differ from what the document has.
    public mutating func add(_ explorations: [Exploration], of scenario: Scenario) -> Bool {
        guard let golden = scenario.golden else { return false }
        var all = golden.explored.flatMap { entry in
            entry.guests.map { (guest: $0, host: entry.host, counts: entry.counts) }
        }
        for exploration in explorations {
            guard let counts = exploration.counts else { continue }
            let (guest, host) = (exploration.guest, exploration.host.name)
            all.removeAll { $0.guest == guest && $0.host == host }
            all.append((guest, host, counts))
        }
        let hosts = scenario.hosts.map(\.name)
        var merged: [Golden.Explored] = []
        for one in all where hosts.contains(one.host) {
            let same = merged.firstIndex { $0.host == one.host && $0.counts == one.counts }
            if let same {
                merged[same].guests.append(one.guest)
            } else {
                merged.append(
                    Golden.Explored(
                        guests: [one.guest], host: one.host, counts: one.counts,
                        place: golden.place))
            }
        }
        merged.sort {
            hosts.firstIndex(of: $0.host)! < hosts.firstIndex(of: $1.host)!
        }
        for index in merged.indices { merged[index].guests.sort() }
        var new = golden
        new.explored = merged
        if new.text == golden.text || merged.isEmpty { return false }
        entries[scenario.place] = new
        return true
    }

    /// What the file becomes: the values of its `golden` keys written anew, all other bytes as they
    /// were.
    ///
    /// The bytes are read again, for a file may have changed since; a document that is not where it
    /// was is thrown.
    public func rewrite(path: String, _ bytes: [UInt8]) throws(Diagnostic) -> [UInt8] {
        let file = try SourceFile(path: path, bytes: bytes)
        var reader = YAMLReader(file: file)
        var text = RawText(bytes)
        var roots: [YAMLNode] = []
        while let root = try reader.nextDocument() { roots.append(root) }
        for place in entries.keys where !roots.contains(where: { $0.place == place }) {
            throw Diagnostic("the file has changed meanwhile", at: place, in: file)
        }
        // From the end, so that places before stay right.
        for root in roots.reversed() {
            guard let entries = entries[root.place] else { continue }
            guard let golden = root["golden"] else {
                throw Diagnostic("the file has changed meanwhile", at: root.place, in: file)
            }
            try replace(golden, by: entries.text, in: &text, of: file)
        }
        return text.bytes
    }

    private func replace(
        _ golden: YAMLEntry, by lines: [String], in text: inout RawText, of file: SourceFile
    ) throws(Diagnostic) {
        let key = golden.key.place
        let line = Array(text.lines[key.line - 1].text)
        guard line.prefix(key.column - 1).allSatisfy({ $0 == " " }),
            let colon = line[(key.column - 1)...].firstIndex(of: ":")
        else {
            throw Diagnostic(
                "'golden' must begin its line to be updated; write the document in block style",
                at: key, in: file)
        }
        let indent = String(repeating: " ", count: key.column + 1)
        var block = lines.map {
            RawText.Line(text: indent + $0, end: text.newline)
        }
        let (start, end) = (golden.value.place, golden.value.end)
        let first: Int
        if golden.value.scalar?.isAbsent == true || start.line == key.line {
            // On the key's own line: the value goes, a comment behind it stays.
            let isAbsent = golden.value.scalar?.isAbsent == true
            let last = isAbsent ? key.line : end.line
            let rest =
                isAbsent
                ? line[(colon + 1)...] : Array(text.lines[last - 1].text)[(end.column - 1)...]
            let lineEnd = text.lines[last - 1].end
            text.lines[key.line - 1] = RawText.Line(
                text: String(line[...colon]) + String(rest), end: text.newline)
            text.lines.removeSubrange(key.line..<last)
            first = key.line
            block[block.count - 1].end = lineEnd
        } else {
            first = start.line - 1
            block[block.count - 1].end = text.lines[end.line - 1].end
            text.lines.removeSubrange(first..<end.line)
        }
        text.lines.insert(contentsOf: block, at: first)
    }
}
