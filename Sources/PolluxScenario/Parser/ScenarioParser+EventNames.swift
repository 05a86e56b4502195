// Events as expectations name them: `A.done`, `door.report#2`, `host.block`.

extension EventName.Kind {
    /// What can happen to a task.
    static let ofTasks: [Self] = [.start, .wait, .wake, .done, .cancelled, .say, .fail]
    /// What can happen to a resource.
    static let ofResources: [Self] = [
        .subscribe, .unsubscribe, .open, .drop, .ready, .unready, .report,
    ]
    /// What the host itself does.
    static let ofHost: [Self] = [.block, .check, .trap]
}

extension ScenarioParser {
    /// Reads a list of events.
    func events(_ node: YAMLNode, as what: String) throws(Diagnostic) -> [Located<EventName>] {
        var events: [Located<EventName>] = []
        for item in try list(node, as: what) {
            let word = Word(try scalar(item, as: "an event"))
            events.append(Located(try event(word), at: word.place))
        }
        return events
    }

    /// Reads one event's name.
    func event(_ word: Word) throws(Diagnostic) -> EventName {
        guard let dot = word.text.firstIndex(of: ".") else {
            throw failure(
                "\(Diagnostic.quoted(word.text)) is not an event; one is a name and a kind, "
                    + "such as \(tasks.first?.name ?? "A").done",
                at: word.place)
        }
        let (subject, kinds) = try subject(
            Word(text: String(word.text[..<dot]), place: word.place))
        let tail = word.text[word.text.index(after: dot)...]
        let mark = tail.firstIndex(of: "#") ?? tail.endIndex
        let kindPlace = word.place(behind: word.text[...dot])
        let kindText = String(tail[..<mark])
        guard let kind = kinds.first(where: { $0.rawValue == kindText }) else {
            throw unknown(
                "event", Word(text: kindText, place: kindPlace), among: kinds.map(\.rawValue),
                called: "events of \(Diagnostic.quoted(word.text[..<dot]))")
        }
        var ordinal: Int?
        if mark < tail.endIndex {
            let number = tail[tail.index(after: mark)...]
            ordinal = Self.digits(number)
            guard let ordinal, ordinal > 0 else {
                throw failure(
                    "the number of an event counts from 1, such as \(word.text[..<dot]).\(kind)#2",
                    at: word.place(behind: word.text[...mark]))
            }
        }
        return EventName(subject: subject, kind: kind, ordinal: ordinal, text: word.text)
    }

    private func subject(
        _ word: Word
    ) throws(Diagnostic) -> (EventName.Subject, [EventName.Kind]) {
        if word.text == "host" { return (.host, EventName.Kind.ofHost) }
        if let task = taskNames.number(of: word.text) {
            return (.task(task), EventName.Kind.ofTasks)
        }
        if let resource = resourceNames.number(of: word.text) {
            return (.resource(resource), EventName.Kind.ofResources)
        }
        if let name = pollNames.number(of: word.text) {
            throw failure(
                "'\(word.text)' is a subscribed name; events name its resource, "
                    + Diagnostic.quoted(pollResources[name]),
                at: word.place)
        }
        throw unknown(
            "name", word, among: taskNames.names + resourceNames.names + ["host"])
    }
}

extension Word {
    /// The place behind a part of the word that begins it.
    fileprivate func place(behind head: Substring) -> Place {
        Place(line: place.line, column: place.column + head.count)
    }
}
