// Bytes on their way from the guest's writes to what stands behind the streams.

extension WASIHost {
    /// How many bytes the stream would accept now: 0 while bytes or a flush are on their way; `nil`
    /// where it has ended.
    func room(of output: StreamCall) -> Int? {
        push(output.place)
        if !outputs[output.place].state.isOpen { return nil }
        let answer = room(in: outputs.end(output.place))
        return outputs[output.place].state.room(answer)
    }

    /// As ``room(of:)``, but waits while that is 0.
    func waitForRoom(of output: inout StreamCall) throws(HostTrap) -> Int? {
        while true {
            let room = room(of: output)
            if room != 0 { return room }
            try wait(for: &output)
        }
    }

    /// Accepts bytes; what is left of them in the queue is to be pushed.
    func accept(_ bytes: borrowing Span<UInt8>, _ place: Int) {
        guard outputs[place].state.begin(bytes.count) else {
            outputs[place].state.accept(bytes)
            return
        }
        // The stream is held no longer than its answer takes.
        let answer = write(bytes, to: outputs.end(place))
        outputs[place].state.finish(bytes, answer)
    }

    /// Hands accepted bytes on, and flushes, as far as the output goes along.
    @inline(__always)
    func push(_ place: Int) {
        // Mostly there is nothing to do, and nothing to note.
        if busyOutputs.isEmpty, outputs[place].handles > 0, outputs[place].state.duty == .nothing {
            return
        }
        pushWhatIsLeft(place)
    }

    @inline(never)
    private func pushWhatIsLeft(_ place: Int) {
        pushing: while true {
            let end = outputs.end(place)
            switch outputs[place].state.duty {
            case .nothing: break pushing
            case .write:
                guard outputs[place].state.send({ write($0, to: end) }) else { break pushing }
            case .flush:
                let answer = flush(end)
                outputs[place].state.receive(answer)
                break pushing
            case .shutDown:
                // An end that cannot be told any more is one that is known already.
                _ = driver.shutDown(tcpSockets[outputs[place].owner].ends, .send)
                outputs[place].state.didShutDown()
            }
        }
        noteDuty(of: place)
    }

    /// Keeps ``busyOutputs`` right, and gives up an output without handles that has nothing left to
    /// do (STREAM-34).
    private func noteDuty(of place: Int) {
        let isBusy = outputs[place].state.duty != .nothing
        if let known = busyOutputs.firstIndex(of: place) {
            if !isBusy { busyOutputs.remove(at: known) }
        } else if isBusy {
            busyOutputs.append(place)
        }
        guard !isBusy, outputs[place].handles == 0, outputs[place].kind != .stdio else { return }
        let (owner, end) = (outputs[place].owner, outputs.end(place))
        outputs.remove(place)
        closeEnd(end, of: owner, \.output)
    }

    /// Whether anything that was written is on its way.
    var hasBusyOutputs: Bool { !busyOutputs.isEmpty || !http.sending.isEmpty }

    /// Pushes every output that has something on its way; what is then still busy joins ``unmet``,
    /// so that a wait for something else goes on with it.
    func pushBusyOutputs() {
        for place in busyOutputs { push(place) }
        for place in busyOutputs {
            if let source = outputs.end(place).source { unmet.append(source) }
        }
        for body in http.sending { send(body) }
        for body in http.sending {
            if let exchange = body.exchange { unmet.append(exchange.id.request) }
        }
    }

    // MARK: What stands behind

    func room(in end: StreamEnd) -> ByteRoom {
        switch end {
        case .source(let source): driver.room(in: source)
        case .memory(let pipe): pipe.room
        case .outgoing(let body): room(in: body)
        case .incoming: preconditionFailure("a response's body is read")
        }
    }

    private func write(_ bytes: borrowing Span<UInt8>, to end: StreamEnd) -> ByteWrite {
        switch end {
        case .source(let source): driver.write(bytes, to: source)
        case .memory(let pipe): pipe.write(bytes)
        case .outgoing(let body): write(bytes, to: body)
        case .incoming: preconditionFailure("a response's body is read")
        }
    }

    private func flush(_ end: StreamEnd) -> ByteFlush {
        switch end {
        case .source(let source): driver.flush(source)
        case .memory: .done
        // Nothing is kept back for a flush (HTTP-80).
        case .outgoing(let body): room(in: body) == .closed ? .closed : .done
        case .incoming: preconditionFailure("a response's body is read")
        }
    }
}
