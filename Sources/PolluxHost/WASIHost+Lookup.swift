// wasi:sockets/ip-name-lookup.

/// What stands behind a `resolve-address-stream`.
final class Lookup {
    /// The name that was looked up; `nil` for an address.
    let name: String?
    /// The world's look-up; `nil` where the answer was known without one.
    let source: SourceID?
    /// How traces call it.
    var title = ""
    /// Addresses that the guest has not taken; `nil` while the world has not answered.
    var left: ArraySlice<IPAddress>?
    /// Why there are none (DNS-10).
    var failure: LookupFailure?

    init(name: String?, source: SourceID?, left: ArraySlice<IPAddress>?) {
        self.name = name
        self.source = source
        self.left = left
    }

    /// What decides what it does next.
    var stateHash: Int {
        var hasher = Hasher()
        hasher.combine(name)
        hasher.combine(source)
        hasher.combine(left)
        hasher.combine(failure)
        return hasher.finalize()
    }
}

extension WASIHost {
    /// `ip-name-lookup.resolve-addresses`: begins to look up a name (DNS-01 to DNS-07).
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func resolveAddresses(
        of name: String, on network: Int32
    ) throws(HostTrap) -> Result<Int32, NetworkError> {
        try enter(.resolveAddresses)
        try checkNetwork(network, in: .resolveAddresses)
        guard self.network.hasLookup else { return .failure(.permanentResolverFailure) }
        let lookup: Lookup
        switch HostName(name, rules: policy.rules) {
        case nil: return .failure(.invalidArgument)
        case .address(let address)?:
            lookup = Lookup(name: nil, source: nil, left: [address.mapped ?? address])
        case .name(let name)?:
            guard self.network.resolves(name) else {
                return .failure(.permanentResolverFailure)
            }
            lookup = Lookup(name: name, source: driver.lookUp(name), left: nil)
        }
        let place = lookups.insert(lookup)
        let handle = try insert(
            .resolveAddressStream, childOf: 0, pollable: .none, payload: Int32(place),
            in: .resolveAddresses)
        lookup.title = lookup.name.flatMap(driver.name(ofLookup:)) ?? name
        trace?.name(resource: table.lastSerial, lookup.title)
        if let source = lookup.source { trace?.name(source, lookup.title) }
        return .success(handle)
    }

    private func lookup(_ handle: Int32, in call: HostCall) throws(HostTrap) -> SocketCall<Lookup> {
        try socketCall(handle, as: .resolveAddressStream, in: call) { lookups[$0] }
    }

    /// `[method]resolve-address-stream.resolve-next-address`: the next address, `nil` after the last
    /// (DNS-08 to DNS-11).
    /// - Throws: `unknown-handle`, `wrong-type`.
    public func resolveNextAddress(
        _ handle: Int32
    ) throws(HostTrap) -> Result<IPAddress?, NetworkError> {
        let call = try lookup(handle, in: .resolveNextAddress)
        let result = nextAddress(of: call.socket)
        switch result {
        case .success(let address): record(call, "", address?.description ?? "none")
        case .failure(let error): record(call, error: error)
        }
        return result
    }

    private func nextAddress(of lookup: Lookup) -> Result<IPAddress?, NetworkError> {
        if lookup.left == nil, lookup.failure == nil, let source = lookup.source {
            switch driver.lookingUp(source) {
            case .pending: return .failure(.wouldBlock)
            case .addresses(let addresses):
                lookup.left = addresses.map { $0.mapped ?? $0 }[...]
                progressed()
            case .failed(let failure): lookup.failure = failure
            }
        }
        if let failure = lookup.failure { return .failure(code(of: failure)) }
        guard let address = lookup.left?.popFirst() else { return .success(nil) }
        // What a granted name stands for may be reached as the name may.
        if let name = lookup.name { knownNames[address, default: []].insert(name) }
        return .success(address)
    }

    private func code(of failure: LookupFailure) -> NetworkError {
        if policy.rules == .wasmtime { return .nameUnresolvable }
        return switch failure {
        case .unknownName: .nameUnresolvable
        case .temporary: .temporaryResolverFailure
        case .permanent: .permanentResolverFailure
        }
    }

    /// `[method]resolve-address-stream.subscribe`: a pollable, ready once the answer is there, and
    /// from then on (DNS-12). The stream's child.
    /// - Throws: `unknown-handle`, `wrong-type`, `table-full`.
    public func subscribe(lookup handle: Int32) throws(HostTrap) -> Int32 {
        let call = try lookup(handle, in: .resolveSubscribe)
        return try addPollable(
            PollableState(.lookup(call.place)), source: call.socket.source, childOf: call.inner,
            named: call.socket.title, in: call.call)
    }
}
