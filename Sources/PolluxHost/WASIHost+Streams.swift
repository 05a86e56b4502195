// wasi:io/streams: what input and output streams share. Making, looking, waiting, dropping.

/// The `stream-error` of a call, as the guest gets it.
public enum StreamFailure: Error, Hashable, Sendable {
    /// The handle of a new own `error`.
    case lastOperationFailed(Int32)
    case closed
}

/// A call on a stream, once its handle is looked up.
struct StreamCall {
    let call: HostCall
    /// The stream's place in its pool.
    let place: Int
    let handle: Int32
    /// The handle as the table counts places.
    let inner: Int32
    /// Which of the two pools the place is in.
    let isInput: Bool
    /// The event with which it began to wait.
    var waits: Int?
    var hasWaited = false
}

extension WASIHost {
    // MARK: Making streams

    /// Gives the guest an `input-stream` over a source of the driver's. A second one over the same
    /// source is another handle of the same stream (CLI-01).
    /// - Parameters:
    ///   - kind: how the stream behaves where kinds differ.
    ///   - parent: the handle that must outlive it (RES-23), or 0.
    ///   - name: how traces call it and its pollables; `nil` takes the source's name.
    /// - Throws: `table-full`.
    public func addInputStream(
        _ source: SourceID, kind: StreamKind = .scripted, childOf parent: Int32 = 0,
        named name: String? = nil, in call: HostCall? = nil
    ) throws(HostTrap) -> Int32 {
        let name = name ?? trace?.name(of: source) ?? "source \(source.index)"
        return try addInput(.source(source), kind, childOf: parent, name, in: call)
    }

    /// Gives the guest an `input-stream` of bytes in memory.
    /// - Throws: `table-full`.
    public func addInputStream(
        _ pipe: MemoryPipe, kind: StreamKind = .memory, childOf parent: Int32 = 0,
        named name: String = "memory", in call: HostCall? = nil
    ) throws(HostTrap) -> Int32 {
        try addInput(.memory(pipe), kind, childOf: parent, name, in: call)
    }

    /// Gives the guest an `output-stream` over a source of the driver's; see
    /// ``addInputStream(_:kind:childOf:named:in:)-(SourceID,_,_,_,_)``.
    /// - Throws: `table-full`.
    public func addOutputStream(
        _ source: SourceID, kind: StreamKind = .scripted, childOf parent: Int32 = 0,
        named name: String? = nil, in call: HostCall? = nil
    ) throws(HostTrap) -> Int32 {
        let name = name ?? trace?.name(of: source) ?? "source \(source.index)"
        return try addOutput(.source(source), kind, childOf: parent, name, in: call)
    }

    /// Gives the guest an `output-stream` into memory.
    /// - Throws: `table-full`.
    public func addOutputStream(
        _ pipe: MemoryPipe, kind: StreamKind = .memory, childOf parent: Int32 = 0,
        named name: String = "memory", in call: HostCall? = nil
    ) throws(HostTrap) -> Int32 {
        try addOutput(.memory(pipe), kind, childOf: parent, name, in: call)
    }

    private func addInput(
        _ end: StreamEnd, _ kind: StreamKind, childOf parent: Int32, _ name: String,
        in call: HostCall?
    ) throws(HostTrap) -> Int32 {
        let place =
            inputs.place(of: end)
            ?? inputs.insert(
                OpenStream(
                    state: InputStream(rules: StreamRules(rules: policy.rules, kind: kind)),
                    end: end, kind: kind, name: name))
        return try handle(ofInput: place, childOf: parent, in: call)
    }

    /// One more handle of the input stream at this place.
    func handle(
        ofInput place: Int, childOf parent: Int32, in call: HostCall?
    ) throws(HostTrap) -> Int32 {
        let handle = try insert(
            .inputStream, childOf: parent, pollable: .none, payload: Int32(place), in: call)
        inputs[place].handles += 1
        trace?.name(resource: table.lastSerial, inputs[place].name)
        return handle
    }

    private func addOutput(
        _ end: StreamEnd, _ kind: StreamKind, childOf parent: Int32, _ name: String,
        in call: HostCall?
    ) throws(HostTrap) -> Int32 {
        let place =
            outputs.place(of: end)
            ?? outputs.insert(
                OpenStream(
                    state: OutputStream(rules: StreamRules(rules: policy.rules, kind: kind)),
                    end: end, kind: kind, name: name))
        return try handle(ofOutput: place, childOf: parent, in: call)
    }

    /// One more handle of the output stream at this place.
    func handle(
        ofOutput place: Int, childOf parent: Int32, in call: HostCall?
    ) throws(HostTrap) -> Int32 {
        let handle = try insert(
            .outputStream, childOf: parent, pollable: .none, payload: Int32(place), in: call)
        outputs[place].handles += 1
        trace?.name(resource: table.lastSerial, outputs[place].name)
        return handle
    }

    // MARK: Calls

    /// Looks up the stream of a call.
    func stream(
        _ handle: Int32, as kind: ResourceKind, in call: HostCall
    ) throws(HostTrap) -> StreamCall {
        guard let index = table.place(of: handle, as: kind) else {
            throw refusal(of: handle, as: kind, in: call)
        }
        let place = Int(table.heads[index].payload)
        precondition(place >= 0, "a stream with nothing behind it")
        if kind == .inputStream, parking.isInUse, let source = inputs.end(place).ownSource {
            unpark(source)
        }
        return StreamCall(
            call: call, place: place, handle: handle, inner: table.base + Int32(index),
            isInput: kind == .inputStream)
    }

    /// The serial of the handle's resource.
    func serial(of stream: StreamCall) -> UInt64 {
        table.entries[Int(stream.inner - table.base)].serial
    }

    /// What stands behind the stream of a call.
    func end(of stream: StreamCall) -> StreamEnd {
        stream.isInput ? inputs.end(stream.place) : outputs.end(stream.place)
    }

    /// How traces call it.
    private func name(of stream: StreamCall) -> String {
        stream.isInput ? inputs[stream.place].name : outputs[stream.place].name
    }

    /// Waits in the driver until the stream's end may be ready. Never called for one in memory,
    /// which always has an answer.
    /// - Throws: `deadlock`; `ended` where somebody asked the guest to stop.
    func wait(for stream: inout StreamCall) throws(HostTrap) {
        let end = end(of: stream)
        if case .memory = end { preconditionFailure("a wait for memory") }
        if !stream.hasWaited {
            let begins = StreamEvent(stream.call, of: serial(of: stream), .none, .waits)
            stream.waits = trace?.record(.stream(begins), at: driver.now)
        }
        stream.hasWaited = true
        unmet.removeAll(keepingCapacity: true)
        // The body of a request that was not handed over has none, and nothing ends the wait (HTTP-79).
        if let source = end.source { unmet.append(source) }
        if hasBusyOutputs { pushBusyOutputs() }
        let name = name(of: stream)
        try wait(until: end.limit, in: stream.call) { [name] }
    }

    /// A call that may have waited is over.
    func finish(_ stream: StreamCall) {
        if stream.hasWaited {
            progressed()
            rest()
        }
    }

    /// The result of a stream that has ended; a failure becomes a new `error` of the guest's.
    func lower(_ ending: StreamEnding, of stream: StreamCall) throws(HostTrap) -> StreamFailure {
        switch ending {
        case .closed: return .closed
        case .failed(let failure):
            return .lastOperationFailed(
                try addError(failure, named: "\(name(of: stream))'s error", in: stream.call))
        }
    }

    /// Logs a call with its answer, because of what made the stream ready last and of its wait.
    func record(
        _ stream: StreamCall, from origin: StreamCall? = nil,
        _ argument: @autoclosure () -> StreamEvent.Argument, _ answer: StreamEvent.Answer
    ) {
        guard let trace else { return }
        let event = StreamEvent(
            stream.call, of: serial(of: stream), from: origin.map { serial(of: $0) }, argument(),
            answer)
        var causes = EventCauses()
        if !event.isIdle {
            for stream in [origin, stream] {
                if let source = stream.flatMap({ end(of: $0).source }),
                    let ready = trace.readiness(of: source)
                {
                    causes.append(ready)
                }
            }
        }
        for waits in [origin?.waits, stream.waits] {
            if let waits { causes.append(waits) }
        }
        trace.record(.stream(event), at: driver.now, because: causes)
    }

    // MARK: Pollables

    /// `subscribe` of either direction: a pollable that is the stream's child (RES-23).
    func subscribe(_ stream: StreamCall, to state: PollableState) throws(HostTrap) -> Int32 {
        try addPollable(
            state, source: end(of: stream).source, childOf: stream.inner, named: name(of: stream),
            in: stream.call)
    }

    /// Whether a read would give bytes, the end or a failure (STREAM-12).
    ///
    /// Within its policy a host may say so though nothing is there, and stays with it until the
    /// next read (FZ-07).
    @inline(__always)
    func isReadable(
        _ place: Int, subject: @autoclosure () -> UInt64, mayRaiseFalseAlarm: Bool
    ) -> Bool {
        if hasSomethingToRead(place) { return true }
        guard mayRaiseFalseAlarm, policy.spurious > 0,
            inputs[place].state.mayRaiseFalseAlarm(policy.spurious),
            choose(.spurious, about: subject(), among: 2) == 1
        else { return false }
        inputs[place].state.raiseFalseAlarm()
        return true
    }

    private func hasSomethingToRead(_ place: Int) -> Bool {
        if inputs[place].state.isReady { return true }
        return switch inputs.end(place) {
        case .memory: true
        case .source(let source): driver.isReady(source)
        case .incoming(let body): isReady(body)
        case .outgoing: preconditionFailure("a request's body is written")
        }
    }

    /// Whether `check-write` would give a permit above 0 or an error; exact (STREAM-13, STREAM-32).
    func isWritable(_ place: Int) -> Bool {
        push(place)
        if !outputs[place].state.isOpen { return true }
        let answer = room(in: outputs.end(place))
        return outputs[place].state.room(answer) != 0
    }

    // MARK: Drops

    /// A handle of the stream or error is gone. A stream's last one gives up what is behind it, once all
    /// that was accepted has gone out (STREAM-34); the process's own streams stay.
    func releasedStream(_ kind: ResourceKind, _ place: Int) {
        switch kind {
        case .inputStream:
            inputs[place].handles -= 1
            guard inputs[place].handles == 0, inputs[place].kind != .stdio else { return }
            let (owner, end) = (inputs[place].owner, inputs.end(place))
            inputs.remove(place)
            closeEnd(end, of: owner, \.input)
        case .outputStream:
            outputs[place].handles -= 1
            if outputs[place].handles == 0 { push(place) }
        case .error: errors[place] = nil
        default: preconditionFailure("no stream")
        }
    }
}
