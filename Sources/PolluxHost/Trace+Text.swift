// The log as lines of text, and their digest.

extension Trace {
    /// One line: time, place in the log, what happened, and the places of its causes.
    public func line(_ event: TraceEvent) -> String {
        let elapsed = event.time.nanoseconds &- start.nanoseconds
        let time = TimeText.string(elapsed)
        let number = "#\(event.id)"
        var text = pad(time, 9, left: true) + "  " + pad(number, 5) + " " + phrase(event.what)
        if !event.causes.isEmpty {
            text += "  <- " + event.causes.map { "#\($0)" }.joined(separator: " ")
        }
        return text
    }

    /// What happened, as ``line(_:)`` says it, without time, place and causes.
    public func words(_ event: TraceEvent) -> String { phrase(event.what) }

    /// All lines, each ended by a newline.
    public var text: String {
        events.map { line($0) + "\n" }.joined()
    }

    /// The ``Digest`` of ``text``, in 16 hexadecimal digits.
    public var digest: String {
        var digest = Digest()
        for event in events {
            digest.add(line(event).utf8)
            digest.add(CollectionOfOne(UInt8(ascii: "\n")))
        }
        return digest.text
    }

    private func phrase(_ what: TraceEvent.What) -> String {
        switch what {
        case .subscribe(let serial): "subscribe \(name(ofPollable: serial))"
        case .unsubscribe(let serial): "drop \(name(ofPollable: serial))"
        case .asked(let serial, let answer): "ready \(name(ofPollable: serial)) -> \(answer)"
        case .poll(let list, let isCheck):
            "\(isCheck ? "check" : "block") {\(list.map(name(ofPollable:)).sorted().joined(separator: ", "))}"
        case .report(let list): "  -> \(list.map(name(ofPollable:)).joined(separator: ", "))"
        case .clockRead(let now): "now -> \(TimeText.string(now.nanoseconds &- start.nanoseconds))"
        case .open(let serial): "open \(name(ofResource: serial))"
        case .stream(let event): phrase(event)
        case .socket(let event):
            "\(event.call.verb) \(name(ofResource: event.socket))"
                + (event.argument.isEmpty ? "" : " \(event.argument)")
                + (event.answer.isEmpty ? "" : " -> \(event.answer)")
        case .bytes(let source, let change, let origin):
            "\(name(of: source)) \(change.phrase)" + (origin.map { " (\($0))" } ?? "")
        case .level(let source, let isReady, let origin):
            "\(name(of: source)) is \(isReady ? "ready" : "not ready")"
                + (origin.map { " (\($0))" } ?? "")
        case .due(let serial): "\(name(ofPollable: serial)) is due"
        case .clock(let target, let reason):
            "clock to \(TimeText.string(target.nanoseconds &- start.nanoseconds)) (\(reason.rawValue))"
        case .choice(let site, let picked, let count):
            "choice \(site.kind.rawValue) \(site.ordinal)"
                + (site.subject == 0 ? "" : " of \(name(ofResource: site.subject))")
                + ": \(picked) of \(count)"
        case .task(let task, let event): "\(name(ofTask: task)) \(phrase(event))"
        case .trap(let trap): trap.repeatableDescription
        case .end(let outcome): outcome
        }
    }

    private func phrase(_ event: TraceEvent.TaskEvent) -> String {
        switch event {
        case .start: "starts"
        case .wait(let what): "waits: \(what)"
        case .wake: "wakes"
        case .done: "is done"
        case .cancelled: "is cancelled"
        case .say(let text): "says \(text)"
        case .fail(let text): "fails: \(text)"
        }
    }

    /// `read sock 64 -> "hel"`, `write out "ab"`, `flush out -> closed`, `drop sock`.
    private func phrase(_ event: StreamEvent) -> String {
        var text = "\(event.call.verb) \(name(ofResource: event.stream))"
        if let origin = event.origin { text += " from \(name(ofResource: origin))" }
        switch event.argument {
        case .none: break
        case .count(let count): text += " \(count)"
        case .bytes(let bytes): text += " \(bytes.text)"
        }
        switch event.answer {
        case .done: break
        case .count(let count): text += " -> \(count)"
        case .bytes(let bytes): text += " -> \(bytes.text)"
        case .text(let answer): text += " -> \(ByteExcerpt(Array(answer.utf8)).text)"
        case .closed: text += " -> closed"
        case .failed(let failure): text += " -> failed: \(failure)"
        case .waits: text += " waits"
        }
        return text
    }

    private func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        return left ? blanks + text : text + blanks
    }
}

/// FNV-1a, 64 bits: tells logs apart that differ, and is no protection against anybody.
package struct Digest {
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    /// The digest of nothing.
    package init() {}

    /// Takes these bytes behind those it has.
    package mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    /// 16 hexadecimal digits.
    package var text: String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
