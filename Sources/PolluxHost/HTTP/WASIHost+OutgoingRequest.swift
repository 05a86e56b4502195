// wasi:http/types: outgoing-request and request-options.

extension WASIHost {
    /// `[constructor]outgoing-request`: a GET with these headers, which it consumes (HTTP-17, HTTP-20).
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func makeRequest(headers: Int32) throws(HostTrap) -> Int32 {
        try enter(.requestConstructor)
        let fields = try consumeFields(headers, in: .requestConstructor)
        http.requestCount += 1
        let request = OutgoingRequest(
            OutgoingRequestState(fields), name: "request-\(http.requestCount)")
        let place = http.requests.insert(request)
        let handle = try insert(
            .outgoingRequest, childOf: 0, pollable: .none, payload: Int32(place),
            in: .requestConstructor)
        trace?.name(resource: table.lastSerial, request.name)
        return handle
    }

    private func request(
        _ handle: Int32, in call: HostCall
    ) throws(HostTrap) -> SocketCall<OutgoingRequest> {
        try socketCall(handle, as: .outgoingRequest, in: call) { http.requests[$0] }
    }

    /// `[method]outgoing-request.body`: the body, once (HTTP-26).
    /// - Returns: `nil` for an error: it was taken, or `content-length` says two things.
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func body(ofRequest handle: Int32) throws(HostTrap) -> Int32? {
        let call = try request(handle, in: .requestBody)
        let request = call.socket
        guard !request.state.hasGivenBody,
            case .success(let length) = request.state.fields.contentLength
        else {
            record(call, "", "error")
            return nil
        }
        request.state.hasGivenBody = true
        let body = OutgoingBody(
            OutgoingBodyState(expecting: length, limits: httpLimits), name: "\(request.name) body")
        request.body = body
        let place = http.outgoingBodies.insert(body)
        let handle = try insert(
            .outgoingBody, childOf: 0, pollable: .none, payload: Int32(place), in: call.call)
        trace?.name(resource: table.lastSerial, body.name)
        record(call, "", "ok")
        return handle
    }

    /// `[method]outgoing-request.method`.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func method(ofRequest handle: Int32) throws(HostTrap) -> HTTPMethod {
        try request(handle, in: .requestMethod).socket.state.method
    }

    /// `[method]outgoing-request.scheme`.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func scheme(ofRequest handle: Int32) throws(HostTrap) -> HTTPScheme? {
        try request(handle, in: .requestScheme).socket.state.scheme
    }

    /// `[method]outgoing-request.authority`.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func authority(ofRequest handle: Int32) throws(HostTrap) -> String? {
        try request(handle, in: .requestAuthority).socket.state.authority
    }

    /// `[method]outgoing-request.path-with-query`.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func path(ofRequest handle: Int32) throws(HostTrap) -> String? {
        try request(handle, in: .requestPath).socket.state.path
    }

    /// `[method]outgoing-request.set-method`: whether it is one (HTTP-21).
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func setMethod(
        _ method: HTTPMethod, ofRequest handle: Int32
    ) throws(HostTrap) -> Bool {
        let call = try request(handle, in: .requestSetMethod)
        return taken(call.socket.state.setMethod(method), method.name, call)
    }

    /// `[method]outgoing-request.set-scheme`: whether it is one (HTTP-22).
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func setScheme(
        _ scheme: HTTPScheme?, ofRequest handle: Int32
    ) throws(HostTrap) -> Bool {
        let call = try request(handle, in: .requestSetScheme)
        return taken(call.socket.state.setScheme(scheme), scheme?.name, call)
    }

    /// `[method]outgoing-request.set-authority`: whether it is one (HTTP-23, HTTP-24).
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func setAuthority(
        _ authority: String?, ofRequest handle: Int32
    ) throws(HostTrap) -> Bool {
        let call = try request(handle, in: .requestSetAuthority)
        return taken(call.socket.state.setAuthority(authority), authority, call)
    }

    /// `[method]outgoing-request.set-path-with-query`: whether it is one (HTTP-25).
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func setPath(_ path: String?, ofRequest handle: Int32) throws(HostTrap) -> Bool {
        let call = try request(handle, in: .requestSetPath)
        return taken(call.socket.state.setPath(path), path, call)
    }

    private func taken(
        _ isTaken: Bool, _ value: String?, _ call: SocketCall<OutgoingRequest>
    ) -> Bool {
        record(
            call, value.map { ByteExcerpt(Array($0.utf8)).text } ?? "none",
            isTaken ? "ok" : "error")
        return isTaken
    }

    /// `[method]outgoing-request.headers`: another handle of its headers, immutable (HTTP-17).
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func headers(ofRequest handle: Int32) throws(HostTrap) -> Int32 {
        let call = try request(handle, in: .requestHeaders)
        return try add(call.socket.state.fields, in: call.call)
    }

    // MARK: Options

    /// `[constructor]request-options`: nothing is set.
    /// - Throws: `table-full`.
    public func makeOptions() throws(HostTrap) -> Int32 {
        try enter(.optionsConstructor)
        let place = http.timeouts.insert(TimeoutsBox())
        let handle = try insert(
            .requestOptions, childOf: 0, pollable: .none, payload: Int32(place),
            in: .optionsConstructor)
        trace?.name(resource: table.lastSerial, "options")
        return handle
    }

    /// The three getters of `request-options`: ns, or none (HTTP-28). `call` says which.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func timeout(
        _ which: WritableKeyPath<HTTPTimeouts, UInt64?>, ofOptions handle: Int32,
        in call: HostCall
    ) throws(HostTrap) -> UInt64? {
        try socketCall(handle, as: .requestOptions, in: call) { http.timeouts[$0] }
            .socket.timeouts[keyPath: which]
    }

    /// The three setters of `request-options`, which this host has all (HTTP-28).
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func setTimeout(
        _ which: WritableKeyPath<HTTPTimeouts, UInt64?>, to timeout: UInt64?,
        ofOptions handle: Int32, in call: HostCall
    ) throws(HostTrap) {
        let call = try socketCall(handle, as: .requestOptions, in: call) { http.timeouts[$0] }
        call.socket.timeouts[keyPath: which] = timeout
        record(call, timeout.map(TimeText.string) ?? "none", "ok")
    }

    // MARK: Sending

    /// `outgoing-handler.handle`: sends the request and returns the future of its response; or says
    /// at once why it is none. Consumes request and options (HTTP-29 to HTTP-39). Nothing waits.
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func handle(
        request handle: Int32, options: Int32?
    ) throws(HostTrap) -> Result<Int32, HTTPErrorCode> {
        try enter(.outgoingHandle)
        let entry = table.entries[try takeOut(handle, as: .outgoingRequest, in: .outgoingHandle)]
        let request = http.requests[Int(entry.payload)]
        http.requests.remove(Int(entry.payload))
        let timeouts = try options.map { (options) throws(HostTrap) in try consume(options) }
        let sent = send(request, timeouts ?? HTTPTimeouts())
        let answer: String
        switch sent {
        case .success(let future): answer = future.name
        case .failure(let code):
            request.body?.state.leave()
            answer = code.description
        }
        if let trace {
            let event = SocketEvent(
                .outgoingHandle, of: entry.serial, request.state.summary, answer)
            trace.record(.socket(event), at: driver.now)
        }
        switch sent {
        case .failure(let code): return .failure(code)
        case .success(let future):
            progressed()
            let place = http.futures.insert(future)
            let handle = try insert(
                .futureIncomingResponse, childOf: 0, pollable: .none, payload: Int32(place),
                in: .outgoingHandle)
            future.serial = table.lastSerial
            trace?.name(resource: future.serial, future.name)
            return .success(handle)
        }
    }

    private func consume(_ options: Int32) throws(HostTrap) -> HTTPTimeouts {
        let index = try takeOut(options, as: .requestOptions, in: .outgoingHandle)
        let entry = table.entries[index]
        let timeouts = http.timeouts[Int(entry.payload)].timeouts
        http.timeouts.remove(Int(entry.payload))
        trace?.noteConsumed(entry.serial)
        return timeouts
    }

    private func send(
        _ request: OutgoingRequest, _ timeouts: HTTPTimeouts
    ) -> Result<FutureResponse, HTTPErrorCode> {
        let head: HTTPRequestHead
        do throws(HTTPErrorCode) {
            try checkLength(of: request)
            head = try request.state.head(
                body: request.body?.state.framing ?? .none, policy.rules)
        } catch {
            return .failure(error)
        }
        var name = "response-" + request.name.dropFirst("request-".count)
        let target = target(of: head)
        if let refusal = target.refusal ?? (transport == nil ? .configurationError : nil) {
            request.body?.state.leave()
            return .success(FutureResponse(refusal, name: name))
        }
        let network = network
        let id = transport!.begin(head) { network.reaches($0, knownAs: target.names) }
        let given = transport!.name(of: id)
        if let given {
            name = given
            if let body = request.body { rename(body, given) }
        }
        let exchange = Exchange(
            id, name: name, isGiven: given != nil, began: driver.now, timeouts,
            default: httpLimits.timeout)
        trace?.name(id.head, name)
        trace?.name(id.response, exchange.bodyName)
        trace?.name(id.request, given.map { "\($0)'s request" } ?? "\(request.name) body")
        if let body = request.body {
            exchange.body = body
            body.exchange = exchange
            body.state.handOver()
            send(body)
        }
        return .success(FutureResponse(exchange, name: name))
    }

    /// A request without a body cannot say that it has one, nor can one say two things of it.
    private func checkLength(of request: OutgoingRequest) throws(HTTPErrorCode) {
        guard request.body == nil else { return }
        switch request.state.fields.contentLength {
        case .success(nil), .success(0): break
        case .success: throw .requestBodySize(0)
        case .failure: throw .protocolError
        }
    }

    /// Under which names the guest may reach the request's host, or why it may not (HTTP-38, HTTP-39).
    private func target(
        of head: HTTPRequestHead
    ) -> (names: Set<String>, refusal: HTTPErrorCode?) {
        // CONNECT has no target in origin form, and nobody to tunnel for.
        if head.method == .connect { return ([], .protocolError) }
        guard network.hasTCP else { return ([], .requestDenied) }
        switch HostName(head.authority.host, rules: policy.rules) {
        case nil: return ([], .dnsError(rcode: "address not available", infoCode: nil))
        case .address(let ip)?:
            let address = SocketAddress(ip.mapped ?? ip, port: head.authority.port)
            return ([], network.reaches(address, knownAs: []) ? nil : .requestDenied)
        case .name(let name)?:
            let isReached =
                network.hasLookup && network.reaches(name: name, port: head.authority.port)
            return ([name], isReached ? nil : .requestDenied)
        }
    }
}
