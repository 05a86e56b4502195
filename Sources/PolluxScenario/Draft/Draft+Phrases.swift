// Steps, facts and claims of a draft as the phrases that files have.

import PolluxHost

extension Draft.Step {
    /// The step as a file has it, before YAML's quotes.
    var phrase: String {
        switch self {
        case .sleep(let time): "sleep \(TimeText.string(time))"
        case .work(let time): "work \(TimeText.string(time))"
        case .yield: "yield"
        case .waitAny(let targets, as: let name):
            "wait \(targets.joined(separator: " | "))" + Self.result(name)
        case .waitAll(let targets): "wait \(targets.joined(separator: " & "))"
        case .subscribe(let resource, as: let name): "subscribe \(resource) as \(name)"
        case .drop(let name): "drop \(name)"
        case .read(let stream, upTo: let most, as: let name):
            "read \(stream)" + (most.map { " \($0)" } ?? "") + Self.result(name)
        case .readUntilClosed(let stream, as: let name):
            "read \(stream) until closed" + Self.result(name)
        case .write(let stream, let bytes, as: let name):
            "write \(stream) " + Self.text(bytes, as: name)
        case .flush(let stream, as: let name): "flush \(stream)" + Self.result(name)
        case .connect(let peer, as: let name): "connect \(peer)" + Self.result(name)
        case .listen(let listener, as: let name): "listen \(listener)" + Self.result(name)
        case .accept(let listener, as: let name): "accept \(listener)" + Self.result(name)
        case .shut(let peer, let kind, as: let name):
            "shut \(peer)" + (kind == .send ? "" : " \(Self.word(kind))") + Self.result(name)
        case .lookup(let name, as: let value): "lookup \(name)" + Self.result(value)
        case .fetch(let server, let request, as: let value):
            "fetch \(server)" + Self.text(request) + Self.result(value)
        case .trailers(let server, as: let value): "trailers \(server)" + Self.result(value)
        case .join(let tasks): "join \(tasks.joined(separator: " "))"
        case .spawn(let task): "spawn \(task)"
        case .cancel(let task, let thenJoin): "cancel \(task)" + (thenJoin ? " and join" : "")
        case .repeat(let count, let steps):
            "repeat \(count) times \(steps.map(\.phrase).joined(separator: " and "))"
        case .say(let text): "say \(text)"
        case .send(let channel): "send \(channel)"
        case .recv(let channel): "recv \(channel)"
        case .exit(let code): code == 0 ? "exit" : "exit \(code)"
        case .poll(let names, as: let name):
            "poll \(names.isEmpty ? "nothing" : names.joined(separator: " "))" + Self.result(name)
        case .ready(let poll, as: let name): "ready \(poll)" + Self.result(name)
        case .block(let poll): "block \(poll)"
        case .stream(let peer, let isBinding, as: let value):
            "stream \(peer)" + (isBinding ? " while binding" : "") + Self.result(value)
        }
    }

    private static func word(_ kind: ShutdownKind) -> String {
        StepPhrase.ways.first { $0.kind == kind }!.word
    }

    /// ` first-byte 5ms with x-one=1 sending hel lo trailing sum=7`
    private static func text(_ request: FetchScript) -> String {
        let timeouts = StepPhrase.timeouts.compactMap { word, time in
            request[keyPath: time].map { " \(word) \(TimeText.string($0))" }
        }
        let parts = request.parts.map { part in
            let text = String(decoding: part, as: UTF8.self)
            return " " + (StepPhrase.isBarePart(text) ? text : "\"\(text)\"")
        }
        return timeouts.joined() + text("with", request.fields)
            + (parts.isEmpty ? "" : " sending" + parts.joined())
            + text("trailing", request.trailers)
    }

    /// ` with x-one=1 x-two="a b"`
    private static func text(_ word: String, _ fields: [HTTPField]) -> String {
        if fields.isEmpty { return "" }
        let fields = fields.map { field in
            let value = String(decoding: field.value, as: UTF8.self)
            return " \(field.name)=" + (StepPhrase.isBareValue(value) ? value : "\"\(value)\"")
        }
        return " \(word)" + fields.joined()
    }

    private static func result(_ name: String?) -> String { name.map { " as \($0)" } ?? "" }

    /// What is written: as it stands where it begins and ends with no blank or quote.
    private static func text(_ bytes: [UInt8], as name: String?) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        let isBare =
            name == nil && text.first?.isWhitespace == false && text.last?.isWhitespace == false
            && text.first != "\""
        return isBare ? text : "\"\(text)\"" + result(name)
    }
}

extension Draft.Fact {
    /// The fact as `events` has it, without its time.
    var phrase: String {
        switch change {
        case .ready(let isReady): "\(resource) \(isReady ? "ready" : "unready")"
        case .chunk(let letter): "\(resource) \(letter)"
        case .empty: "\(resource) empty"
        case .permit(let count): "\(resource) permit \(count)"
        case .flushed: "\(resource) flushed"
        case .closed: "\(resource) closed"
        case .failed: "\(resource) failed"
        case .answers(let answer): "\(resource) \(answer)"
        case .calls: "\(resource) calls"
        case .head: "\(resource) head"
        }
    }
}

extension Draft.Event {
    /// `A.done#2`
    var text: String { "\(subject).\(kind.rawValue)" + (ordinal.map { "#\($0)" } ?? "") }
}

extension Draft.Outcome {
    var text: String {
        switch self {
        case .completed: return "completed"
        case .livelocked: return "livelocked"
        case .exit(let code): return "{exit: \(code)}"
        case .abort(nil): return "aborted"
        case .abort(let text?): return "{abort: \(YAMLText.scalar(text, inFlow: true))}"
        case .trap(let name, in: let task):
            return Flow.map(["trap: \(name)"] + (task.map { ["in: \($0)"] } ?? []))
        case .deadlock(let waiters, at: let time):
            let waits = waiters.map { waiter in
                let causes = waiter.waitsOn
                return "\(waiter.task): \(causes.count == 1 ? causes[0] : Flow.list(causes))"
            }
            let at = time.map { ["at: \(TimeText.string($0))"] } ?? []
            return Flow.map(["deadlock: \(Flow.map(waits))"] + at)
        }
    }
}

extension Draft.Relation {
    var text: String {
        switch self {
        case .before(let groups):
            groups.map { $0.map(\.text).joined(separator: " & ") }.joined(separator: " < ")
        case .within(let first, let bound, of: let other):
            "\(first.text) within \(Self.text(bound)) of \(other.text)"
        case .sameHandle(let first, let second): "handle(\(first)) = handle(\(second))"
        }
    }

    private static func text(_ bound: Bound) -> String {
        switch bound {
        case .turns(let count): "\(count) turns"
        case .polls(let count): "\(count) polls"
        case .time(let time): TimeText.string(time)
        }
    }
}

extension Draft.Count {
    /// `A.done: 1..4`
    var text: String {
        let (low, high) = (range.lowerBound, range.upperBound)
        if low == high { return "\(event.text): \(low)" }
        return "\(event.text): \(low)..\(high == .max ? "" : String(high))"
    }
}

extension Draft.Poll {
    /// `block A B -> A`
    var text: String {
        func text(_ list: [Polled]) -> String {
            let names = list.map { polled in
                switch polled {
                case .name(let name): name
                case .timer(let time): "@\(TimeText.string(time))"
                }
            }
            return names.isEmpty ? "nothing" : names.joined(separator: " ")
        }
        return "\(isCheck ? "check" : "block") \(text(list)) -> \(text(reported))"
    }
}

extension Draft.Never {
    var text: String {
        switch self {
        case .event(let event): event.text
        case .situation(let situation): situation.rawValue
        }
    }
}

extension Draft.Eventual {
    var text: String {
        deadline.map { "{\(event.text): \(TimeText.string($0))}" } ?? event.text
    }
}

extension Draft.Sometimes {
    var text: String {
        switch self {
        case .event(let event): event.text
        case .relation(let relation): relation.text
        }
    }
}

extension ValueClaim {
    /// `who: a`
    var text: String {
        let value =
            switch value {
            case .truth(let truth): "\(truth)"
            case .ok: "ok"
            case .closed: "closed"
            case .failed(let text): "{failed: \(Flow.text(text))}"
            case .names(let names): Flow.list(names.map(Flow.text))
            case .bytes(let bytes): YAMLText.quoted(String(decoding: bytes, as: UTF8.self))
            case .text(let text):
                NameRule.objection(to: text) == nil && text != "ok" && text != "closed"
                    ? text : YAMLText.quoted(text)
            }
        return "\(name): \(value)"
    }
}

extension InvariantClaim {
    var text: String {
        func names(_ names: [OracleName]) -> String { Flow.list(names.map(\.rawValue)) }
        switch self {
        case .usual: return "all"
        case .only(let few): return names(few)
        case .change(except: let less, and: let more):
            let less = less.isEmpty ? [] : ["except: \(names(less))"]
            return Flow.map(less + (more.isEmpty ? [] : ["and: \(names(more))"]))
        }
    }
}
