// One UDP socket of a guest's, and its streams of datagrams.

/// A datagram that has come.
public struct IncomingDatagram: Hashable, Sendable {
    /// Its bytes, perhaps none.
    public var bytes: [UInt8]
    /// Who sent it.
    public var peer: SocketAddress

    /// A datagram.
    public init(_ bytes: [UInt8], from peer: SocketAddress) {
        self.bytes = bytes
        self.peer = peer
    }
}

/// A datagram that is to go.
public struct OutgoingDatagram: Hashable, Sendable {
    /// Its bytes, perhaps none.
    public var bytes: [UInt8]
    /// Where to; `nil` for the streams' own peer.
    public var peer: SocketAddress?

    /// A datagram.
    public init(_ bytes: [UInt8], to peer: SocketAddress?) {
        self.bytes = bytes
        self.peer = peer
    }
}

/// What stands behind a `udp-socket` and its streams; it goes when the last of them has.
final class UDPSocket {
    // As the host's own: one thread at a time, and no access overlaps another.
    @safe @exclusivity(unchecked) var state: UDPState
    let family: AddressFamily
    let ends: SocketID
    /// How traces call it.
    var name: String
    /// The world gave the name, for what is at its other end.
    var hasGivenName = false
    /// The guest has its handle.
    @safe @exclusivity(unchecked) var isHeld = true
    /// How many streams of it live.
    @safe @exclusivity(unchecked) var streams = 0
    /// Datagrams taken in to know that there are some, in the order in which they came.
    @safe @exclusivity(unchecked) var arrived: [IncomingDatagram] = []
    /// What the world said behind those.
    @safe @exclusivity(unchecked) var failure: SystemError?
    /// How many more times `finish-bind` says would-block; negative while undecided.
    var lag = -1

    init(_ state: UDPState, _ family: AddressFamily, _ ends: SocketID, name: String) {
        self.state = state
        self.family = family
        self.ends = ends
        self.name = name
    }

    /// How traces call one of its directions.
    func name(of direction: String) -> String { hasGivenName ? name : "\(name) \(direction)" }

    /// What decides what it does next.
    var stateHash: Int {
        var hasher = Hasher()
        hasher.combine(state)
        hasher.combine(ends)
        hasher.combine(isHeld)
        hasher.combine(streams)
        hasher.combine(arrived)
        hasher.combine(failure)
        hasher.combine(lag)
        return hasher.finalize()
    }
}

/// An `incoming-datagram-stream` or `outgoing-datagram-stream`.
final class DatagramStream {
    /// The place of its socket.
    let socket: Int
    /// Which pair it belongs to.
    let pair: Int
    /// How many datagrams the next send may carry, and why; of an outgoing one.
    var permit = 0
    var permitHistory = HostTrap.PermitHistory.neverAsked

    init(of socket: Int, pair: Int) {
        self.socket = socket
        self.pair = pair
    }

    /// What decides what it does next.
    var stateHash: Int {
        var hasher = Hasher()
        hasher.combine(socket)
        hasher.combine(pair)
        hasher.combine(permit)
        hasher.combine(permitHistory)
        return hasher.finalize()
    }
}
