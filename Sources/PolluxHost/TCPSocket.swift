// One TCP socket of a guest's.

/// What stands behind a `tcp-socket` and its two streams; it goes when the last of the three has
/// (TCP-51).
final class TCPSocket {
    // As the host's own: one thread at a time, and no access overlaps another.
    @safe @exclusivity(unchecked) var state: TCPState
    let family: AddressFamily
    let ends: SocketID
    /// How traces call it.
    var name: String
    /// The world gave the name, for what is at its other end.
    var hasGivenName = false
    /// The guest has its handle.
    @safe @exclusivity(unchecked) var isHeld = true
    /// The places of its streams; negative for none.
    @safe @exclusivity(unchecked) var input = -1
    @safe @exclusivity(unchecked) var output = -1
    /// How many connections may wait.
    var backlog = OptionRange.backlog
    /// Where a connect is to go that has not gone out (TCP-23).
    var target: SocketAddress?
    /// Why the connect failed, until the guest is told.
    var failure: NetworkError?
    /// The next connection of the queue, taken out to know that there is one (TCP-35).
    var next: Next?
    /// How many more times a `finish-…` says would-block; negative while undecided.
    var lag = -1

    /// How traces call one of its directions.
    func name(of direction: String) -> String { hasGivenName ? name : "\(name) \(direction)" }

    /// What a queue of connections gave.
    enum Next {
        case connection(SocketID, peer: SocketAddress)
        case failed(SystemError)
    }

    init(_ state: TCPState, _ family: AddressFamily, _ ends: SocketID, name: String) {
        self.state = state
        self.family = family
        self.ends = ends
        self.name = name
    }

    /// What decides what it does next.
    var stateHash: Int {
        var hasher = Hasher()
        hasher.combine(state)
        hasher.combine(ends)
        hasher.combine(isHeld)
        hasher.combine(input)
        hasher.combine(output)
        hasher.combine(backlog)
        hasher.combine(target)
        hasher.combine(failure)
        hasher.combine(lag)
        if case .connection(let ends, _)? = next { hasher.combine(ends) }
        if case .failed(let error)? = next { hasher.combine(error) }
        return hasher.finalize()
    }
}
