// wasi:http/types: future-incoming-response, incoming-response, incoming-body, future-trailers.

/// What `get` of a future gave.
public enum FutureAnswer<Value: Sendable>: Sendable {
    /// Nothing yet.
    case pending
    /// The value, or why there is none; once.
    case value(Result<Value, HTTPErrorCode>)
    /// It was given before.
    case taken
}

extension FutureAnswer: Equatable where Value: Equatable {}

extension FutureAnswer {
    /// The answer with what `body` makes of the value.
    func map<Other>(
        _ body: (Value) throws(HostTrap) -> Other
    ) throws(HostTrap) -> FutureAnswer<Other> {
        switch self {
        case .pending: .pending
        case .taken: .taken
        case .value(.failure(let code)): .value(.failure(code))
        case .value(.success(let value)): .value(.success(try body(value)))
        }
    }
}

extension WASIHost {
    // MARK: Waiting for responses

    private func future(
        _ handle: Int32, in call: HostCall
    ) throws(HostTrap) -> SocketCall<FutureResponse> {
        try socketCall(handle, as: .futureIncomingResponse, in: call) { http.futures[$0] }
    }

    /// `[method]future-incoming-response.subscribe`: a pollable, ready once the response or an error is
    /// there, and from then on (HTTP-45). The future's child.
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func subscribe(response handle: Int32) throws(HostTrap) -> Int32 {
        let call = try future(handle, in: .futureResponseSubscribe)
        return try addPollable(
            PollableState(.response(call.place)), source: call.socket.exchange?.id.head,
            childOf: call.inner, named: call.socket.name, in: call.call)
    }

    /// `[method]future-incoming-response.get`: the response, once (HTTP-40 to HTTP-44). In wasmtime it
    /// looks at nothing, and knows what the pollable saw.
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func get(response handle: Int32) throws(HostTrap) -> FutureAnswer<Int32> {
        let call = try future(handle, in: .futureResponseGet)
        let future = call.socket
        if policy.rules == .spec {
            advance(future)
            if future.state.isWaiting { giveATurn(to: future.exchange?.id.head) }
        }
        let answer = take(&future.state, in: call) { "\($0.status)" }
        return try answer.map { (head) throws(HostTrap) in
            try add(head, future.exchange!, named: future.name, in: call.call)
        }
    }

    /// What a future has, once.
    /// - Parameter words: how the log calls the value.
    private func take<Future, Value>(
        _ state: inout FutureState<Value>, in call: SocketCall<Future>, _ words: (Value) -> String
    ) -> FutureAnswer<Value> {
        switch state {
        case .waiting:
            record(call, "", "none")
            return .pending
        case .taken:
            record(call, "", "taken")
            return .taken
        case .there(let result):
            state = .taken
            switch result {
            case .success(let value): record(call, "", words(value))
            case .failure(let code): record(call, "", code.description)
            }
            return .value(result)
        }
    }

    private func add(
        _ head: HTTPResponseHead, _ exchange: Exchange, named name: String, in call: HostCall
    ) throws(HostTrap) -> Int32 {
        let fields = HTTPFields(
            received: head.fields, httpLimits, rules: policy.rules)
        let response = IncomingResponse(head, fields, exchange, at: driver.now)
        let place = http.responses.insert(response)
        let handle = try insert(
            .incomingResponse, childOf: 0, pollable: .none, payload: Int32(place), in: call)
        trace?.name(resource: table.lastSerial, name)
        return handle
    }

    /// Looks how far the exchange has come, and whether its time is over (HTTP-61, HTTP-62). A response
    /// that is there at the instant at which its time ends has come in time; one that comes at that very
    /// instant may be too late (FZ-04).
    /// - Returns: when its time will be over, where it goes on.
    @discardableResult
    private func advance(_ future: FutureResponse) -> MonotonicInstant? {
        guard future.state.isWaiting, let exchange = future.exchange, let transport else {
            return nil
        }
        let progress = transport.progress(of: exchange.id)
        switch progress {
        case .response(let head):
            if let limit = exchange.lastLimit, policy.timeoutTies == .any,
                transport.arrival(of: exchange.id) == limit.instant,
                choose(.timeoutTie, about: future.serial, among: 2) == 1
            {
                fail(future, limit.code)
                break
            }
            future.state = .there(.success(head))
            progressed()
        case .failed(let code): fail(future, code.called(by: policy.rules))
        case .connecting, .sent:
            exchange.lastLimit = exchange.limit(at: progress)
            guard let limit = exchange.lastLimit else { break }
            if limit.instant > driver.now { return limit.instant }
            fail(future, limit.code)
        }
        return nil
    }

    private func fail(_ future: FutureResponse, _ code: HTTPErrorCode) {
        future.state = .there(.failure(code))
        progressed()
        if let exchange = future.exchange { close(exchange) }
    }

    /// Whether what a pollable of wasi:http waits for is there; if not, the source to wait for, and
    /// until when.
    func lookAtHTTP(
        _ condition: PollableState.Condition
    ) -> (isReady: Bool, source: SourceID?, limit: MonotonicInstant?) {
        switch condition {
        case .response(let place):
            let future = http.futures[place]
            let limit = advance(future)
            guard future.state.isWaiting, let exchange = future.exchange else {
                return (true, nil, nil)
            }
            return (false, exchange.id.head, limit)
        case .trailers(let place):
            let future = http.trailers[place]
            advance(future)
            guard future.state.isWaiting else { return (true, nil, nil) }
            return (false, future.body.exchange.id.response, future.body.limit)
        default: preconditionFailure("no pollable of wasi:http")
        }
    }

    // MARK: Responses

    private func response(
        _ handle: Int32, in call: HostCall
    ) throws(HostTrap) -> SocketCall<IncomingResponse> {
        try socketCall(handle, as: .incomingResponse, in: call) { http.responses[$0] }
    }

    /// `[method]incoming-response.status` (HTTP-48).
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func status(ofResponse handle: Int32) throws(HostTrap) -> UInt16 {
        try response(handle, in: .responseStatus).socket.status
    }

    /// `[method]incoming-response.headers`: another handle of its headers, immutable, which may outlive
    /// it (HTTP-48).
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func headers(ofResponse handle: Int32) throws(HostTrap) -> Int32 {
        let call = try response(handle, in: .responseHeaders)
        return try add(call.socket.fields, in: call.call)
    }

    /// `[method]incoming-response.consume`: the body, once (HTTP-49).
    /// - Returns: `nil` for an error: it was taken.
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func body(ofResponse handle: Int32) throws(HostTrap) -> Int32? {
        let call = try response(handle, in: .responseConsume)
        let response = call.socket
        record(call, "", response.hasGivenBody ? "error" : "ok")
        guard !response.hasGivenBody else { return nil }
        response.hasGivenBody = true
        let place = http.incomingBodies.insert(
            IncomingBody(response.exchange, after: response.taken))
        let handle = try insert(
            .incomingBody, childOf: 0, pollable: .none, payload: Int32(place), in: call.call)
        trace?.name(resource: table.lastSerial, response.exchange.bodyName)
        return handle
    }

    // MARK: Bodies

    /// `[method]incoming-body.stream`: the stream of the body's bytes, once; its child (HTTP-51).
    /// - Returns: `nil` for an error: it was taken.
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func stream(ofIncomingBody handle: Int32) throws(HostTrap) -> Int32? {
        let call = try socketCall(handle, as: .incomingBody, in: .incomingBodyStream) {
            http.incomingBodies[$0]
        }
        let body = call.socket
        record(call, "", body.hasGivenStream ? "error" : "ok")
        guard !body.hasGivenStream else { return nil }
        body.hasGivenStream = true
        let stream = OpenStream(
            state: InputStream(rules: StreamRules(rules: policy.rules, kind: .http)),
            end: .incoming(body), kind: .http, name: body.exchange.bodyName)
        return try self.handle(
            ofInput: inputs.insert(stream), childOf: call.inner, in: call.call)
    }

    /// Takes bytes of a body. What keeps the guest waiting too long fails (HTTP-63).
    func read(_ body: IncomingBody, upTo count: Int) -> ByteRead {
        if body.exchange.isClosed { return .closed }
        var answer = driver.read(body.exchange.id.response, upTo: count)
        if case .failed(let failure) = answer {
            answer = .failed(failure.called(by: policy.rules))
        }
        switch answer {
        case .bytes: body.lastPart = driver.now
        case .closed: body.end = .closed
        case .failed(let failure): body.end = .failed(failure)
        case .wouldBlock:
            guard let limit = body.limit, limit <= driver.now else { break }
            let failure = ByteFailure(.connectionReadTimeout)
            body.end = .failed(failure)
            close(body.exchange)
            return .failed(failure)
        }
        return answer
    }

    /// Whether a read of the body would say something.
    func isReady(_ body: IncomingBody) -> Bool {
        if body.exchange.isClosed || driver.isReady(body.exchange.id.response) { return true }
        return body.limit.map { $0 <= driver.now } ?? false
    }

    // MARK: Trailers

    /// `[static]incoming-body.finish`: gives the rest of the body up for its trailers. Consumes the
    /// body (HTTP-52, HTTP-56).
    /// - Throws: `child-alive` while the stream lives, `unknown-handle`, `wrong-type`, `table-full`.
    public func finish(incomingBody handle: Int32) throws(HostTrap) -> Int32 {
        try enter(.incomingBodyFinish)
        let index = try takeOut(handle, as: .incomingBody, in: .incomingBodyFinish)
        let entry = table.entries[index]
        let body = http.incomingBodies[Int(entry.payload)]
        http.incomingBodies.remove(Int(entry.payload))
        if let trace {
            let event = SocketEvent(.incomingBodyFinish, of: entry.serial, "", "")
            trace.record(.socket(event), at: driver.now)
        }
        let place = http.trailers.insert(FutureTrailers(body))
        let trailers = try insert(
            .futureTrailers, childOf: 0, pollable: .none, payload: Int32(place),
            in: .incomingBodyFinish)
        trace?.name(resource: table.lastSerial, body.exchange.trailersName)
        return trailers
    }

    private func trailers(
        _ handle: Int32, in call: HostCall
    ) throws(HostTrap) -> SocketCall<FutureTrailers> {
        try socketCall(handle, as: .futureTrailers, in: call) { http.trailers[$0] }
    }

    /// `[method]future-trailers.subscribe`: a pollable, ready once the body is over, and from then on
    /// (HTTP-57). The future's child.
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func subscribe(trailers handle: Int32) throws(HostTrap) -> Int32 {
        let call = try trailers(handle, in: .futureTrailersSubscribe)
        let exchange = call.socket.body.exchange
        return try addPollable(
            PollableState(.trailers(call.place)), source: exchange.id.response,
            childOf: call.inner, named: exchange.trailersName, in: call.call)
    }

    /// `[method]future-trailers.get`: the trailers, if there are any, once; as
    /// ``get(response:)`` otherwise (HTTP-57 to HTTP-59).
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func get(trailers handle: Int32) throws(HostTrap) -> FutureAnswer<Int32?> {
        let call = try trailers(handle, in: .futureTrailersGet)
        let future = call.socket
        if policy.rules == .spec {
            advance(future)
            if future.state.isWaiting { giveATurn(to: future.body.exchange.id.response) }
        }
        let answer = take(&future.state, in: call) { trailers in
            trailers.map { $0.map(\.name).joined(separator: ", ") } ?? "no trailers"
        }
        return try answer.map { (trailers) throws(HostTrap) -> Int32? in
            guard let trailers else { return nil }
            let fields = HTTPFields(
                received: trailers, httpLimits, rules: policy.rules)
            return try add(fields, in: call.call)
        }
    }

    /// Throws away what the guest left of the body, as far as it has come, to get at the trailers
    /// (HTTP-56).
    private func advance(_ future: FutureTrailers) {
        let body = future.body
        guard future.state.isWaiting else { return }
        let toldEnd = body.end
        while body.end == nil {
            switch read(body, upTo: StreamRules.longestRead) {
            case .bytes: continue
            case .wouldBlock: return
            case .closed, .failed: break
            }
            // A body whose exchange was given up has no end of its own.
            if body.end == nil { body.end = .closed }
        }
        switch body.end {
        case .failed(let failure)? where toldEnd == nil || policy.rules == .spec:
            future.state = .there(.failure(failure.httpCode ?? .protocolError))
        case .failed?: future.state = .there(.success(nil))
        default:
            let isKnown = !body.exchange.isClosed
            future.state = .there(
                .success(isKnown ? transport?.trailers(of: body.exchange.id) ?? nil : nil))
        }
        progressed()
        close(body.exchange)
    }
}
