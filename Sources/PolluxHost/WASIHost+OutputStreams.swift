// wasi:io/streams.output-stream: the calls.

extension WASIHost {
    /// The most that the blocking writes take (STREAM-24, STREAM-27).
    static let longestBlockingWrite: UInt64 = 4_096

    // MARK: Without waiting

    /// `[method]output-stream.check-write`: how many bytes the next write may carry; 0 is "not
    /// now", and then the stream's pollable is not ready (STREAM-13, STREAM-14). Never blocks. How
    /// much of the room there is the permit allows is the host's choice (FZ-15).
    /// - Throws: `unknown-handle`, `wrong-type`; `table-full` where the result is an error.
    public func checkWrite(_ stream: Int32) throws(HostTrap) -> Result<UInt64, StreamFailure> {
        let output = try output(stream, in: .outputStreamCheckWrite)
        guard let room = room(of: output) else { return .failure(try ended(output, .none)) }
        let permit = permit(within: room, of: output)
        outputs[output.place].state.grant(permit)
        // As for reads: the guest may never poll.
        if room == 0, case .outgoing = end(of: output) { giveATurn(to: end(of: output).source) }
        record(output, .none, .count(UInt64(permit)))
        return .success(UInt64(permit))
    }

    /// `[method]output-stream.write`: accepts all of `bytes`. Never blocks; what the output does
    /// not take at once goes out later (STREAM-15, STREAM-18, STREAM-19).
    /// - Returns: `nil` for ok.
    /// - Throws: `permit-overrun` (STREAM-16, STREAM-17, STREAM-20); as `checkWrite`.
    public func write(
        _ stream: Int32, _ bytes: borrowing Span<UInt8>
    ) throws(HostTrap) -> StreamFailure? {
        let output = try output(stream, in: .outputStreamWrite)
        let excerpt = trace == nil ? ByteExcerpt([]) : ByteExcerpt(bytes)
        if try hasEnded(output, orMayWrite: UInt64(bytes.count)) {
            return try ended(output, .bytes(excerpt))
        }
        accept(bytes, output.place)
        return try pushed(output, .bytes(excerpt))
    }

    /// `[method]output-stream.write-zeroes`: as ``write(_:_:)`` of `count` zero bytes (STREAM-28).
    /// - Returns: `nil` for ok.
    /// - Throws: as `write`.
    public func writeZeroes(
        _ stream: Int32, count: UInt64
    ) throws(HostTrap) -> StreamFailure? {
        let output = try output(stream, in: .outputStreamWriteZeroes)
        let rules = outputs[output.place].state.rules
        if rules.zeroesBringTheirPermit, !outputs[output.place].state.permits(count),
            let room = room(of: output)
        {
            outputs[output.place].state.grant(room)
        }
        // Without a permit there is no bound on what the host would have to make room for.
        if try hasEnded(output, orMayWrite: count, bound: rules.largestPermit) {
            return try ended(output, .count(count))
        }
        outputs[output.place].state.acceptZeroes(Int(count))
        return try pushed(output, .count(count))
    }

    /// `[method]output-stream.flush`: asks that what was written go out; returns at once. Until it
    /// has, permits are 0 and the pollable is not ready (STREAM-21, STREAM-22).
    /// - Returns: `nil` for ok.
    /// - Throws: as `checkWrite`.
    public func flush(_ stream: Int32) throws(HostTrap) -> StreamFailure? {
        let output = try output(stream, in: .outputStreamFlush)
        outputs[output.place].state.flush()
        return try pushed(output, .none)
    }

    /// `[method]output-stream.subscribe`: a pollable, ready while `check-write` would give a permit
    /// above 0 or an error (STREAM-32). The stream's child.
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func subscribe(output stream: Int32) throws(HostTrap) -> Int32 {
        let output = try output(stream, in: .outputStreamSubscribe)
        return try subscribe(output, to: PollableState(.output(output.place)))
    }

    // MARK: Waiting

    /// `[method]output-stream.blocking-flush`: flushes, and waits until the stream can be written
    /// again or has ended (STREAM-23).
    /// - Returns: `nil` for ok.
    /// - Throws: as `checkWrite`; `deadlock`.
    public func blockingFlush(_ stream: Int32) throws(HostTrap) -> StreamFailure? {
        var output = try output(stream, in: .outputStreamBlockingFlush)
        defer { finish(output) }
        outputs[output.place].state.flush()
        if try waitForRoom(of: &output) == nil { return try ended(output, .none) }
        record(output, .none, .done)
        return nil
    }

    /// `[method]output-stream.blocking-write-and-flush`: writes all of `bytes` as room comes up,
    /// flushes and waits for that (STREAM-25). Needs no permit. A stream that closes once all was
    /// accepted is ok (STREAM-26).
    /// - Returns: `nil` for ok.
    /// - Throws: `write-too-long` above 4096 bytes (STREAM-24); as `blockingFlush`.
    public func blockingWriteAndFlush(
        _ stream: Int32, _ bytes: borrowing Span<UInt8>
    ) throws(HostTrap) -> StreamFailure? {
        var output = try output(stream, in: .outputStreamBlockingWriteAndFlush)
        defer { finish(output) }
        let count = UInt64(bytes.count)
        guard count <= Self.longestBlockingWrite else {
            throw HostTrap(.writeTooLong(count), in: output.call)
        }
        let excerpt = trace == nil ? ByteExcerpt([]) : ByteExcerpt(bytes)
        return try writeAndFlush(bytes, to: &output, .bytes(excerpt))
    }

    /// `[method]output-stream.blocking-write-zeroes-and-flush`: as
    /// ``blockingWriteAndFlush(_:_:)`` of `count` zero bytes.
    /// - Returns: `nil` for ok.
    /// - Throws: `write-too-long` above 4096 (STREAM-27); as `blockingFlush`.
    public func blockingWriteZeroesAndFlush(
        _ stream: Int32, count: UInt64
    ) throws(HostTrap) -> StreamFailure? {
        var output = try output(stream, in: .outputStreamBlockingWriteZeroesAndFlush)
        defer { finish(output) }
        guard count <= Self.longestBlockingWrite else {
            throw HostTrap(.writeTooLong(count), in: output.call)
        }
        let zeroes = [UInt8](repeating: 0, count: Int(count))
        return try writeAndFlush(zeroes.span, to: &output, .count(count))
    }

    private func writeAndFlush(
        _ bytes: borrowing Span<UInt8>, to output: inout StreamCall,
        _ argument: StreamEvent.Argument
    ) throws(HostTrap) -> StreamFailure? {
        var written = 0
        repeat {
            guard let room = try waitForRoom(of: &output) else {
                return try ended(output, argument)
            }
            let end = min(written + room, bytes.count)
            outputs[output.place].state.accept(bytes.extracting(written..<end))
            written = end
        } while written < bytes.count
        return try flushAccepted(by: &output, argument)
    }

    /// All is accepted: flushes, and waits until more could be written. A stream that is closed by
    /// then has done its part (STREAM-26).
    func flushAccepted(
        by output: inout StreamCall, from origin: StreamCall? = nil,
        _ argument: StreamEvent.Argument, _ answer: StreamEvent.Answer = .done
    ) throws(HostTrap) -> StreamFailure? {
        outputs[output.place].state.flush()
        if try waitForRoom(of: &output) == nil,
            case .failed(let failure)? = outputs[output.place].state.takeEnding()
        {
            let ending = StreamEnding.failed(failure)
            record(output, from: origin, argument, StreamEvent.Answer(ending))
            return try lower(ending, of: output)
        }
        record(output, from: origin, argument, answer)
        return nil
    }

    // MARK: Permits and results

    func output(_ handle: Int32, in call: HostCall) throws(HostTrap) -> StreamCall {
        try enter(call)
        return try stream(handle, as: .outputStream, in: call)
    }

    /// FZ-15: how much of the room a permit allows.
    func permit(within room: Int, of output: StreamCall) -> Int {
        if room == 0 { return 0 }
        switch policy.permits {
        case .full: return room
        case .one: return 1
        case .any:
            let picked = choose(.permit, about: serial(of: output), among: room)
            return picked == 0 ? room : picked
        }
    }

    /// Whether the stream has ended; if not, `count` bytes have to be within the permit. A stream
    /// that has ended says so rather than trap (STREAM-19).
    private func hasEnded(
        _ output: StreamCall, orMayWrite count: UInt64, bound: Int = .max
    ) throws(HostTrap) -> Bool {
        if !outputs[output.place].state.isOpen { return true }
        if outputs[output.place].state.permits(count), count <= UInt64(bound) { return false }
        let state = outputs[output.place].state
        if state.rules.permit == .room {
            guard let room = room(of: output) else { return true }
            if count <= UInt64(room), count <= UInt64(bound) { return false }
        }
        if room(of: output) == nil { return true }
        throw HostTrap(
            .permitOverrun(count, permit: state.permit, state.permitHistory), in: output.call)
    }

    /// Hands on what was accepted, and answers ok unless the stream has ended by then.
    private func pushed(
        _ output: StreamCall, _ argument: StreamEvent.Argument
    ) throws(HostTrap) -> StreamFailure? {
        push(output.place)
        if !outputs[output.place].state.isOpen { return try ended(output, argument) }
        record(output, argument, .done)
        return nil
    }

    /// The result of a call on a stream that has ended.
    func ended(
        _ output: StreamCall, from origin: StreamCall? = nil, _ argument: StreamEvent.Argument
    ) throws(HostTrap) -> StreamFailure {
        guard let ending = outputs[output.place].state.takeEnding() else {
            preconditionFailure("the end of a stream that is open")
        }
        record(output, from: origin, argument, StreamEvent.Answer(ending))
        return try lower(ending, of: output)
    }
}
