// wasi:io/streams: from an input straight into an output.

extension WASIHost {
    /// `[method]output-stream.splice`: moves up to `count` bytes from `source`, as far as this
    /// stream has room and that one has bytes; 0 where one has none. Never blocks (STREAM-29). The
    /// two may be of any kinds (STREAM-30).
    /// - Throws: `unknown-handle`, `wrong-type`; `table-full` where the result is an error.
    public func splice(
        _ stream: Int32, from source: Int32, upTo count: UInt64
    ) throws(HostTrap) -> Result<UInt64, StreamFailure> {
        let output = try output(stream, in: .outputStreamSplice)
        let input = try self.stream(source, as: .inputStream, in: output.call)
        guard let room = room(of: output) else {
            return .failure(try ended(output, from: input, .count(count)))
        }
        let permit = permit(within: room, of: output)
        let taken: InputStream.Taken =
            permit == 0 ? .bytes([]) : takeAndTurn(from: input, upTo: min(count, UInt64(permit)))
        switch consume taken {
        case .ended(let ending): return .failure(try ended(input, ending, output, count))
        case .bytes(let bytes):
            guard move(bytes, from: input, to: output) else {
                return .failure(try ended(output, from: input, .count(count)))
            }
            record(output, from: input, .count(count), .count(UInt64(bytes.count)))
            return .success(UInt64(bytes.count))
        }
    }

    /// `[method]output-stream.blocking-splice`: waits until this stream can be written, then until
    /// `source` can be read, moves at least one byte unless `count` is 0, and flushes (STREAM-31).
    /// The limit of the blocking writes does not apply.
    /// - Throws: as `splice`; `deadlock`.
    public func blockingSplice(
        _ stream: Int32, from source: Int32, upTo count: UInt64
    ) throws(HostTrap) -> Result<UInt64, StreamFailure> {
        var output = try output(stream, in: .outputStreamBlockingSplice)
        var input = try self.stream(source, as: .inputStream, in: output.call)
        defer { finish(output) }
        guard let room = try waitForRoom(of: &output) else {
            return .failure(try ended(output, from: input, .count(count)))
        }
        let permit = permit(within: room, of: output)
        let taken = try waitAndTake(from: &input, upTo: min(count, UInt64(permit)))
        switch taken {
        case .ended(let ending): return .failure(try ended(input, ending, output, count))
        case .bytes(let bytes):
            guard move(bytes, from: input, to: output) else {
                return .failure(try ended(output, from: input, .count(count)))
            }
            let moved = UInt64(bytes.count)
            let failure = try flushAccepted(
                by: &output, from: input, .count(count), .count(moved))
            return failure.map { .failure($0) } ?? .success(moved)
        }
    }

    /// Writes bytes that were read. Where the output has ended by then, they go back to the input,
    /// for they must not vanish (STREAM-29); returns whether it has not.
    private func move(
        _ bytes: [UInt8], from input: StreamCall, to output: StreamCall
    ) -> Bool {
        accept(bytes.span, output.place)
        push(output.place)
        if outputs[output.place].state.isOpen { return true }
        let left = outputs[output.place].state.takeBack(bytes.count)
        inputs[input.place].state.putBack(left)
        if let source = inputs.end(input.place).ownSource { unpark(source) }
        return false
    }

    /// The input's end is the result (STREAM-29).
    private func ended(
        _ input: StreamCall, _ ending: StreamEnding, _ output: StreamCall, _ count: UInt64
    ) throws(HostTrap) -> StreamFailure {
        record(output, from: input, .count(count), StreamEvent.Answer(ending))
        return try lower(ending, of: input)
    }
}
