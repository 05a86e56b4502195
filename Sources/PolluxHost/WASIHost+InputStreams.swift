// wasi:io/streams.input-stream: the calls.

extension WASIHost {
    /// `[method]input-stream.read`: up to `count` bytes of what is there; none is "nothing now".
    /// Never blocks (STREAM-01 to STREAM-08). How many of the bytes that are there it returns is
    /// the host's choice (FZ-13).
    /// - Throws: `unknown-handle`, `wrong-type`; `table-full` where the result is an error.
    public func read(
        _ stream: Int32, upTo count: UInt64
    ) throws(HostTrap) -> Result<[UInt8], StreamFailure> {
        let input = try input(stream, in: .inputStreamRead)
        return try answer(takeAndTurn(from: input, upTo: count), of: input, count)
    }

    /// `[method]input-stream.blocking-read`: as ``read(_:upTo:)``, but waits until there is a byte,
    /// the end or a failure (STREAM-09); for `count` 0, until the stream is ready (STREAM-10).
    /// - Throws: as `read`; `deadlock`.
    public func blockingRead(
        _ stream: Int32, upTo count: UInt64
    ) throws(HostTrap) -> Result<[UInt8], StreamFailure> {
        var input = try input(stream, in: .inputStreamBlockingRead)
        let taken = try waitAndTake(from: &input, upTo: count)
        return try answer(taken, of: input, count)
    }

    /// `[method]input-stream.skip`: as ``read(_:upTo:)``, but the bytes are thrown away and counted
    /// (STREAM-11).
    /// - Throws: as `read`.
    public func skip(
        _ stream: Int32, upTo count: UInt64
    ) throws(HostTrap) -> Result<UInt64, StreamFailure> {
        let input = try input(stream, in: .inputStreamSkip)
        return try skipAnswer(takeAndTurn(from: input, upTo: count), of: input, count)
    }

    /// `[method]input-stream.blocking-skip`: as ``blockingRead(_:upTo:)``, counting (STREAM-11).
    /// - Throws: as `blockingRead`.
    public func blockingSkip(
        _ stream: Int32, upTo count: UInt64
    ) throws(HostTrap) -> Result<UInt64, StreamFailure> {
        var input = try input(stream, in: .inputStreamBlockingSkip)
        let taken = try waitAndTake(from: &input, upTo: count)
        return try skipAnswer(taken, of: input, count)
    }

    /// `[method]input-stream.subscribe`: a pollable, ready while a read would give bytes, the end
    /// or a failure (STREAM-12). The stream's child.
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func subscribe(input stream: Int32) throws(HostTrap) -> Int32 {
        let input = try input(stream, in: .inputStreamSubscribe)
        inputs[input.place].state.hasBegun = true
        return try subscribe(input, to: PollableState(.input(input.place)))
    }

    private func input(_ handle: Int32, in call: HostCall) throws(HostTrap) -> StreamCall {
        try enter(call)
        return try stream(handle, as: .inputStream, in: call)
    }

    // MARK: Taking bytes

    /// Takes up to `count` bytes from a stream for a call that never waits: only turns bring a body on,
    /// and the guest may never poll. A call that waits must not take such a turn between its look and its
    /// wait, which the driver ends for what comes after it.
    func takeAndTurn(from input: StreamCall, upTo count: UInt64) -> InputStream.Taken {
        let taken = take(from: input, upTo: count)
        if taken.count == 0, case .incoming = end(of: input) {
            giveATurn(to: end(of: input).source)
        }
        return taken
    }

    /// Takes up to `count` bytes from a stream, without waiting.
    private func take(from input: StreamCall, upTo count: UInt64) -> InputStream.Taken {
        defer { parkAnew(input.place) }
        let isFirst = !inputs[input.place].state.hasBegun
        inputs[input.place].state.hasBegun = true
        let taken: InputStream.Taken
        let end = inputs.end(input.place)
        switch inputs[input.place].state.begin(count, isAtEnd: isAtEnd(end)) {
        case .now(let known): taken = known
        case .ask(let count):
            // The stream is held no longer than its answer takes.
            let answer = read(from: end, upTo: count)
            taken = inputs[input.place].state.receive(answer)
        }
        guard let there = taken.count, there > 0 else { return taken }
        if isFirst, comesLate(input) { return leave(taken, but: 0, in: input) }
        progressed()
        let kept = length(of: there, in: input)
        return kept == there ? taken : leave(taken, but: kept, in: input)
    }

    /// Puts what was taken back, but for the first bytes.
    @inline(never)
    private func leave(
        _ taken: InputStream.Taken, but kept: Int, in input: StreamCall
    ) -> InputStream.Taken {
        guard case .bytes(let bytes) = taken else { return taken }
        inputs[input.place].state.putBack(Array(bytes[kept...]))
        return .bytes(Array(bytes[..<kept]))
    }

    /// FZ-53: whether the first read of the process's input gives nothing, though bytes are there.
    private func comesLate(_ input: StreamCall) -> Bool {
        guard policy.stdin == .lazyFirstRead, inputs[input.place].kind == .stdio else {
            return false
        }
        return choose(.stdin, about: serial(of: input), among: 2) == 1
    }

    /// FZ-13: how many of `count` bytes a read returns.
    private func length(of count: Int, in input: StreamCall) -> Int {
        switch policy.reads {
        case .full: return count
        case .short: return 1
        case .any:
            let picked = choose(.readLength, about: serial(of: input), among: count)
            return picked == 0 ? count : picked
        }
    }

    /// As ``take(from:upTo:)``, but waits while there is nothing. Readiness that proves stale is
    /// waited through, however often (STREAM-09).
    func waitAndTake(
        from input: inout StreamCall, upTo count: UInt64
    ) throws(HostTrap) -> InputStream.Taken {
        defer { finish(input) }
        inputs[input.place].state.hasBegun = true
        while true {
            if count > 0 {
                let taken = take(from: input, upTo: count)
                if taken.count != 0 { return taken }
            } else if isReadable(input.place, subject: serial(of: input), mayRaiseFalseAlarm: false)
            {
                return take(from: input, upTo: 0)
            }
            try wait(for: &input)
        }
    }

    private func read(from end: StreamEnd, upTo count: Int) -> ByteRead {
        switch end {
        case .source(let source): driver.read(source, upTo: count)
        case .memory(let pipe): pipe.read(upTo: count)
        case .incoming(let body): read(body, upTo: count)
        case .outgoing: preconditionFailure("a request's body is written")
        }
    }

    private func isAtEnd(_ end: StreamEnd) -> Bool {
        if case .memory(let pipe) = end { pipe.isEmpty } else { false }
    }

    // MARK: Results

    private func answer(
        _ taken: InputStream.Taken, of input: StreamCall, _ count: UInt64
    ) throws(HostTrap) -> Result<[UInt8], StreamFailure> {
        switch taken {
        case .bytes(let bytes):
            if trace != nil { record(input, .count(count), .bytes(ByteExcerpt(bytes))) }
            return .success(bytes)
        case .ended(let ending):
            record(input, .count(count), StreamEvent.Answer(ending))
            return .failure(try lower(ending, of: input))
        }
    }

    private func skipAnswer(
        _ taken: InputStream.Taken, of input: StreamCall, _ count: UInt64
    ) throws(HostTrap) -> Result<UInt64, StreamFailure> {
        switch taken {
        case .bytes(let bytes):
            record(input, .count(count), .count(UInt64(bytes.count)))
            return .success(UInt64(bytes.count))
        case .ended(let ending):
            record(input, .count(count), StreamEvent.Answer(ending))
            return .failure(try lower(ending, of: input))
        }
    }
}
