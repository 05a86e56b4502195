// The reasons and the words of a story.

import PolluxHost

extension Story {
    // MARK: Reasons

    /// `wakes, because 3 returned door`
    func reason(for task: Int, _ event: TraceEvent) -> String {
        let words = waits[task] ?? ""
        guard let cause = event.causes.first, run.trace.events.indices.contains(cause) else {
            if words.hasPrefix("recv ") {
                return "wakes, because of a message in \(words.dropFirst(5))"
            }
            return "goes on"
        }
        let number = numbers[cause].map(String.init) ?? "?"
        switch run.trace.events[cause].what {
        case .report(let list):
            return "wakes, because \(number) returned \(wanted(list, by: words))"
        case .task(let other, _):
            let name = run.trace.name(ofTask: other)
            let verb = words.hasPrefix("join ") ? "ended" : "went on"
            return "wakes, because \(name) \(verb) in \(number)"
        case .stream, .socket:
            // It may have had nothing to wait for.
            guard let report = owners.report[event.id], let number = numbers[report],
                case .report(let list) = run.trace.events[report].what
            else { return "goes on" }
            let resource = owners.resource(of: run.trace.events[cause], in: run)
            let mine = list.filter { StoryOwners.resource(ofPollable: $0, in: run) == resource }
            return "wakes, because \(number) returned \(names(mine))"
        default: return "wakes, because \(run.trace.words(run.trace.events[cause])) in \(number)"
        }
    }

    /// Those of a report that a wait names, or all.
    func wanted(_ list: [UInt64], by words: String) -> String {
        let wanted = Set(words.split(separator: " ").map(String.init))
        let mine = list.filter { serial in
            let given = run.pollNameOf[serial].map { run.scenario.pollNames[$0] }
            return wanted.contains(run.trace.name(ofPollable: serial))
                || given.map(wanted.contains) == true
        }
        // A sleep names no timer.
        let timers = list.filter { run.trace.name(ofPollable: $0).hasPrefix("@") }
        let rest = words.hasPrefix("sleep ") && !timers.isEmpty ? timers : list
        return names(mine.isEmpty ? rest : mine)
    }

    func taskName(ofEvent id: Int) -> String? {
        guard run.trace.events.indices.contains(id),
            case .task(let task, _) = run.trace.events[id].what, task > 0
        else { return nil }
        return run.trace.name(ofTask: task)
    }

    // MARK: Words

    /// A resource's name; `nil` for a timer of the guest's own, which polls tell of.
    func named(_ serial: UInt64) -> String? {
        let name = run.trace.name(ofResource: serial)
        return name.hasPrefix("@") ? nil : name
    }

    func names(_ list: [UInt64]) -> String {
        var seen: Set<String> = []
        let names = list.map { run.trace.name(ofPollable: $0) }
        return Self.list(names.filter { seen.insert($0).inserted })
    }

    static func wait(_ words: String) -> String {
        for (verb, phrase) in [
            ("sleep ", "sleeps "), ("join ", "waits for the end of "), ("read ", "waits to read "),
            ("write ", "waits to write "), ("flush ", "waits to flush "),
            ("recv ", "waits for a message in "), ("yield", "yields"),
            ("fetch ", "waits for the response of "), ("trailers ", "waits for the trailers of "),
        ] where words.hasPrefix(verb) {
            return phrase + words.dropFirst(verb.count)
        }
        return "waits for \(words)"
    }

    /// What a call does; `nil` where it is not told.
    func clause(_ event: TraceEvent) -> String? {
        switch event.what {
        case .subscribe(let serial): return named(serial).map { "subscribes \($0)" }
        case .unsubscribe(let serial): return named(serial).map { "drops \($0)" }
        case .open(let serial): return named(serial).map { "opens \($0)" }
        case .asked(let serial, let answer):
            let name = run.trace.name(ofPollable: serial)
            return "asks whether \(name) is ready (\(answer ? "yes" : "no"))"
        case .stream(let call): return words(call, event)
        case .socket(let call) where call.call.isOfHTTP: return words(call, event)
        case .socket: return "calls '\(run.trace.words(event))'"
        default: return nil
        }
    }

    func words(_ call: StreamEvent, _ event: TraceEvent) -> String? {
        let name = run.trace.name(ofResource: call.stream)
        switch (call.call, call.answer) {
        case (.inputStreamDrop, _), (.outputStreamDrop, _): return "drops the stream \(name)"
        case (.inputStreamRead, .bytes(let bytes)): return "reads \(bytes.text) from \(name)"
        case (.outputStreamWrite, .done):
            if case .bytes(let bytes) = call.argument { return "writes \(bytes.text) to \(name)" }
        case (_, .closed): return "finds \(name) closed"
        case (_, .failed(let text)): return "finds \(name) failed (\(text))"
        default: break
        }
        return "calls '\(run.trace.words(event))'"
    }

    /// What a call of wasi:http does that a reader of the story wants to know.
    func words(_ call: SocketEvent, _ event: TraceEvent) -> String? {
        let name = run.trace.name(ofResource: call.socket)
        switch (call.call, call.answer) {
        case (.outgoingHandle, let answer): return "sends \(call.argument) to \(answer)"
        case (.futureResponseGet, "none"), (.futureTrailersGet, "none"): return nil
        case (.futureResponseGet, let answer):
            return UInt16(answer) == nil
                ? "finds \(name) failed (\(answer))" : "gets the response \(answer) of \(name)"
        case (.futureTrailersGet, let answer): return "gets the trailers of \(name) (\(answer))"
        case (.outgoingBodyFinish, "ok"): return "ends the body for \(name)"
        case (.outgoingBodyDrop, _): return "breaks the body for \(name) off"
        case (.incomingBodyFinish, _): return "finishes the body of \(name)"
        case (.futureResponseDrop, _): return "drops the future of \(name)"
        case (.responseDrop, _): return "drops the response of \(name)"
        case (.incomingBodyDrop, _): return "drops the body of \(name)"
        case (.futureTrailersDrop, _): return "drops the trailers of \(name)"
        default: return nil
        }
    }

    /// `a`, `a and b`, `a, b and c`
    static func list(_ parts: [String]) -> String {
        guard parts.count > 1 else { return parts.first ?? "nothing" }
        return parts.dropLast().joined(separator: ", ") + " and " + parts[parts.count - 1]
    }
}
