// wasi:http/types: outgoing-body, and its bytes on their way to the transport.

extension WASIHost {
    private func outgoing(
        _ handle: Int32, in call: HostCall
    ) throws(HostTrap) -> SocketCall<OutgoingBody> {
        try socketCall(handle, as: .outgoingBody, in: call) { http.outgoingBodies[$0] }
    }

    /// `[method]outgoing-body.write`: the stream of the body's bytes, once; its child (HTTP-70).
    /// - Returns: `nil` for an error: it was taken.
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func stream(ofOutgoingBody handle: Int32) throws(HostTrap) -> Int32? {
        let call = try outgoing(handle, in: .outgoingBodyWrite)
        let body = call.socket
        record(call, "", body.state.hasGivenStream ? "error" : "ok")
        guard !body.state.hasGivenStream else { return nil }
        body.state.hasGivenStream = true
        let stream = OpenStream(
            state: OutputStream(rules: StreamRules(rules: policy.rules, kind: .http)),
            end: .outgoing(body), kind: .http, name: body.name)
        return try self.handle(
            ofOutput: outputs.insert(stream), childOf: call.inner, in: call.call)
    }

    /// `[static]outgoing-body.finish`: the body is complete, which `content-length` may deny. Consumes
    /// body and trailers (HTTP-71 to HTTP-77).
    /// - Returns: `nil` for ok.
    /// - Throws: `child-alive` while the stream lives, `unknown-handle`, `wrong-type`.
    public func finish(
        outgoingBody handle: Int32, trailers: Int32?
    ) throws(HostTrap) -> HTTPErrorCode? {
        try enter(.outgoingBodyFinish)
        let index = try takeOut(handle, as: .outgoingBody, in: .outgoingBodyFinish)
        let entry = table.entries[index]
        let fields = try trailers.map { (trailers) throws(HostTrap) in
            try consumeFields(trailers, in: .outgoingBodyFinish)
        }
        let body = http.outgoingBodies[Int(entry.payload)]
        http.outgoingBodies.remove(Int(entry.payload))
        let code = body.state.finish(fields?.entries ?? [])
        if let trace {
            let names = fields?.entries.map(\.name).joined(separator: ", ")
            let event = SocketEvent(
                .outgoingBodyFinish, of: entry.serial, names.map { "trailers \($0)" } ?? "",
                code?.description ?? "ok")
            trace.record(.socket(event), at: driver.now)
        }
        send(body)
        return code
    }

    // MARK: The stream's end

    /// What a write to the body would be good for, once what waits has gone on.
    func room(in body: OutgoingBody) -> ByteRoom {
        send(body)
        // With nothing to send only this finds out that nobody reads (HTTP-81).
        if body.state.phase == .sending, body.state.duty == .nothing, let exchange = body.exchange {
            switch driver.room(in: exchange.id.request) {
            case .closed, .failed: body.state.leave()
            case .bytes, .none: break
            }
        }
        return body.state.room
    }

    /// Takes one write, whole.
    func write(_ bytes: borrowing Span<UInt8>, to body: OutgoingBody) -> ByteWrite {
        let answer = body.state.accept(bytes)
        send(body)
        return answer
    }

    /// The script has a name for whoever gets the body.
    func rename(_ body: OutgoingBody, _ name: String) {
        body.name = name
        for entry in table.entries where entry.kind == .outgoingBody {
            guard http.outgoingBodies[Int(entry.payload)] === body else { continue }
            trace?.name(resource: entry.serial, name)
        }
        for entry in table.entries where entry.kind == .outputStream {
            guard case .outgoing(let other) = outputs[Int(entry.payload)].end, other === body
            else { continue }
            outputs[Int(entry.payload)].name = name
            trace?.name(resource: entry.serial, name)
        }
    }

    // MARK: The transport

    /// Hands on what the transport takes, and in the end tells it that it was all, or will never be.
    func send(_ body: OutgoingBody) {
        sending: while let transport, let exchange = body.exchange {
            switch body.state.duty {
            case .nothing: break sending
            case .write:
                let answer = body.state.withNext { driver.write($0, to: exchange.id.request) }
                if case .took = answer { progressed() }
                guard body.state.receive(answer) else { break sending }
            case .finish(let trailers):
                transport.finish(exchange.id, trailers: trailers)
                body.state.didTell()
            case .breakOff:
                transport.breakOff(exchange.id)
                body.state.didTell()
            }
        }
        let isBusy = body.exchange != nil && body.state.duty != .nothing
        let known = http.sending.firstIndex { $0 === body }
        if let known, !isBusy { http.sending.remove(at: known) }
        if known == nil, isBusy { http.sending.append(body) }
    }

    /// Gives an exchange up; what the guest still writes is for nobody (HTTP-46).
    func close(_ exchange: Exchange) {
        guard !exchange.isClosed, let transport else { return }
        exchange.isClosed = true
        if let body = exchange.body {
            body.state.leave()
            send(body)
        }
        transport.close(exchange.id)
    }

    // MARK: Drops

    /// A handle of wasi:http is gone.
    func releasedHTTP(_ kind: ResourceKind, _ place: Int) {
        switch kind {
        case .fields: http.fields.remove(place)
        case .requestOptions: http.timeouts.remove(place)
        case .outgoingRequest:
            // HTTP-82.
            http.requests[place].body?.state.leave()
            http.requests.remove(place)
        case .outgoingBody:
            let body = http.outgoingBodies[place]
            http.outgoingBodies.remove(place)
            body.state.breakOff()
            send(body)
        case .futureIncomingResponse:
            let future = http.futures[place]
            http.futures.remove(place)
            if future.state != .taken, let exchange = future.exchange { close(exchange) }
        case .incomingResponse:
            let response = http.responses[place]
            http.responses.remove(place)
            if !response.hasGivenBody { close(response.exchange) }
        case .incomingBody:
            close(http.incomingBodies[place].exchange)
            http.incomingBodies.remove(place)
        case .futureTrailers:
            close(http.trailers[place].body.exchange)
            http.trailers.remove(place)
        default: preconditionFailure("no resource of wasi:http")
        }
    }

    /// Takes in what decides what the resources of wasi:http do next.
    func hashHTTP(into hash: inout StateHash) {
        func add<Element>(_ places: Places<Element>, _ value: (Element) -> Int) {
            hash.add(places.count)
            for place in 0..<places.count { hash.add(places.element(at: place).map(value) ?? 0) }
        }
        add(http.fields) { $0.fields.hashValue }
        add(http.requests) { $0.stateHash }
        add(http.timeouts) { $0.timeouts.hashValue }
        add(http.outgoingBodies) { $0.stateHash }
        add(http.futures) { $0.stateHash }
        add(http.responses) { $0.stateHash }
        add(http.incomingBodies) { $0.stateHash }
        add(http.trailers) { $0.stateHash }
        for body in http.sending { hash.add(body.stateHash) }
    }
}
