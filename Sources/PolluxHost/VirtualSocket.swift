// One socket of a simulated network.

/// A socket as its kernel would have it. A pure value; ``VirtualNetwork`` moves what goes between
/// two of them.
struct VirtualSocket: Hashable {
    enum Phase: Hashable {
        case idle
        /// TCP: connections are queued.
        case listening
        case connecting
        case connected
        case failed(SystemError)
        /// Given up by its owner.
        case gone
    }

    struct Datagram: Hashable {
        var bytes: [UInt8]
        var sender: SocketAddress
    }

    let kind: SocketKind
    let family: AddressFamily
    var phase = Phase.idle
    var local: SocketAddress?
    var remote: SocketAddress?
    /// TCP: the other end of the connection.
    var peer: Int?
    /// The peer of the script's whose socket it is; `nil` for the guest's.
    var script: Int?
    var options: [SocketOption: Int] = [:]
    /// Nothing arrives before what was sent earlier.
    var nextArrival: UInt64 = 0

    // A queue of connections.
    var backlog = OptionRange.backlog
    var queue: [Int] = []
    /// Those that found the queue full.
    var waiting: [Int] = []

    // A connection.
    var received = ByteQueue()
    /// Bytes under way to this end.
    var inFlight = 0
    /// The other end has ended what it sends.
    var isEnded = false
    var isReceiveShut = false
    var isSendShut = false
    /// Nothing can be sent any more.
    var isBroken = false
    /// What the next call that moves bytes or datagrams is told, once.
    var error: SystemError?

    // Datagrams.
    var datagrams: [Datagram] = []
    /// Whose full queue a send met last.
    var blockedOn: Int?

    init(_ kind: SocketKind, _ family: AddressFamily) {
        self.kind = kind
        self.family = family
    }

    /// The value of an option, set or not.
    func value(of option: SocketOption) -> Int {
        if let value = options[option] { return value }
        switch option {
        case .keepAlive: return 0
        case .keepAliveIdle: return 7_200
        case .keepAliveInterval: return 75
        case .keepAliveCount: return 9
        case .hopLimit: return 64
        case .receiveBuffer, .sendBuffer: return 131_072
        }
    }

    /// How many bytes it would still take in.
    var room: Int { max(0, value(of: .receiveBuffer) - received.count - inFlight) }

    /// Whether another datagram fits; one always does.
    var takesDatagrams: Bool {
        let held = datagrams.reduce(0) { $0 + $1.bytes.count }
        return held + inFlight < value(of: .receiveBuffer)
    }

    /// Whether a read, an accept or a receive would say something.
    var isInputReady: Bool {
        switch (kind, phase) {
        case (.udp, _): !datagrams.isEmpty || error != nil
        case (.tcp, .listening): !queue.isEmpty
        case (.tcp, .connected):
            !received.isEmpty || isEnded || isReceiveShut || error != nil || isBroken
        case (.tcp, .failed): true
        case (.tcp, _): false
        }
    }

    /// Whether this is its address.
    func isBound(to address: SocketAddress) -> Bool {
        guard phase != .gone, let local, local.family == address.family else { return false }
        return local.port == address.port && (local.ip == address.ip || local.ip.isUnspecified)
    }

    /// Whether it has the port of this address, at an address that meets it.
    func collides(with address: SocketAddress) -> Bool {
        guard phase != .gone, let local, local.family == address.family else { return false }
        return local.port == address.port
            && (local.ip == address.ip || local.ip.isUnspecified || address.ip.isUnspecified)
    }
}
