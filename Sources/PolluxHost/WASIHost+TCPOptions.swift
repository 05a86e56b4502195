// wasi:sockets/tcp: addresses, options, subscribe.

extension WASIHost {
    /// `[method]tcp-socket.local-address`.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func localAddress(
        tcp handle: Int32
    ) throws(HostTrap) -> Result<SocketAddress, NetworkError> {
        let call = try tcp(handle, in: .tcpLocalAddress)
        if let refusal = call.socket.state.refusal(of: .localAddress) {
            return answer(call, .failure(refusal))
        }
        return answer(
            call, driver.localAddress(of: call.socket.ends).mapError { $0.code(policy.rules) })
    }

    /// `[method]tcp-socket.remote-address` (TCP-45).
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func remoteAddress(
        tcp handle: Int32
    ) throws(HostTrap) -> Result<SocketAddress, NetworkError> {
        let call = try tcp(handle, in: .tcpRemoteAddress)
        if let refusal = call.socket.state.refusal(of: .remoteAddress) {
            return answer(call, .failure(refusal))
        }
        return answer(
            call, driver.remoteAddress(of: call.socket.ends).mapError { $0.code(policy.rules) })
    }

    /// `[method]tcp-socket.is-listening`.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func isListening(tcp handle: Int32) throws(HostTrap) -> Bool {
        let call = try tcp(handle, in: .tcpIsListening)
        record(call, "", "\(call.socket.state.isListening)")
        return call.socket.state.isListening
    }

    /// `[method]tcp-socket.address-family`.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func addressFamily(tcp handle: Int32) throws(HostTrap) -> AddressFamily {
        let call = try tcp(handle, in: .tcpAddressFamily)
        record(call, "", "\(call.socket.family)")
        return call.socket.family
    }

    /// `[method]tcp-socket.set-listen-backlog-size` (TCP-60, FZ-31).
    /// - Returns: `nil` for ok.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func setBacklog(tcp handle: Int32, _ value: UInt64) throws(HostTrap) -> NetworkError? {
        let call = try tcp(handle, in: .tcpSetBacklog)
        let error = setBacklog(of: call.socket, value)
        record(call, "\(value)", error: error)
        return error
    }

    private func setBacklog(of socket: TCPSocket, _ value: UInt64) -> NetworkError? {
        guard let backlog = OptionRange.backlog(value) else { return .invalidArgument }
        if let refusal = socket.state.refusal(of: .setBacklog) { return refusal }
        if socket.state.hasQueue, driver.listen(socket.ends, backlog: backlog) != nil {
            return .notSupported
        }
        socket.backlog = backlog
        return nil
    }

    /// Any getter of an option (TCP-61 to TCP-66).
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func value(
        of option: SocketOption, tcp handle: Int32, in call: HostCall
    ) throws(HostTrap) -> Result<UInt64, NetworkError> {
        let call = try tcp(handle, in: call)
        if let refusal = call.socket.state.refusal(of: .option) {
            return answer(call, .failure(refusal))
        }
        return answer(call, value(of: option, call.socket.ends))
    }

    /// Any setter of an option (TCP-61 to TCP-66).
    /// - Returns: `nil` for ok.
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func set(
        _ option: SocketOption, to value: UInt64, tcp handle: Int32, in call: HostCall
    ) throws(HostTrap) -> NetworkError? {
        let call = try tcp(handle, in: call)
        let error: NetworkError? =
            if value == 0, OptionRange.refusesZeroFirst(option) {
                .invalidArgument
            } else if let refusal = call.socket.state.refusal(of: .option) {
                refusal
            } else {
                set(option, to: value, call.socket.ends)
            }
        record(call, "\(value)", error: error)
        return error
    }

    func value(of option: SocketOption, _ ends: SocketID) -> Result<UInt64, NetworkError> {
        driver.value(of: option, of: ends)
            .map { OptionRange.lower($0, of: option) }
            .mapError { $0.code(policy.rules) }
    }

    func set(_ option: SocketOption, to value: UInt64, _ ends: SocketID) -> NetworkError? {
        guard let value = OptionRange.lift(value, for: option) else { return .invalidArgument }
        let error = driver.set(option, to: value, of: ends)
        // A buffer as large as can be had is what was asked for (TCP-66).
        if error == .enobufs, option == .receiveBuffer || option == .sendBuffer { return nil }
        return error?.code(policy.rules)
    }

    /// `[method]tcp-socket.subscribe`: a pollable, ready while the operation that the socket is at
    /// then would not block (TCP-46 to TCP-49). The socket's child.
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func subscribe(tcp handle: Int32) throws(HostTrap) -> Int32 {
        let call = try tcp(handle, in: .tcpSubscribe)
        let source =
            call.socket.state.hasQueue ? call.socket.ends.input : call.socket.ends.output
        return try addPollable(
            PollableState(.tcp(call.place)), source: source, childOf: call.inner,
            named: call.socket.name, in: call.call)
    }
}
