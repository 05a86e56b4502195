// A UDP socket's phase, and what each call may do in it.

/// The state machine of `udp-socket`, without the socket.
public struct UDPState: Hashable, Sendable {
    /// Where a socket is in its life.
    public enum Phase: Hashable, Sendable, CaseIterable {
        case unbound, bindStarted, bound
    }

    /// The calls whose answer depends on the phase; options are legal in every one (UDP-45).
    public enum Call: Hashable, Sendable, CaseIterable {
        case startBind, finishBind, stream, localAddress, remoteAddress
    }

    /// Where it is.
    public private(set) var phase = Phase.unbound
    /// The one peer of the streams that were made last (UDP-15).
    public private(set) var peer: SocketAddress?
    /// Counts the pairs of streams; only those of the last one do anything (UDP-17).
    private(set) var pair = 0
    let rules: HostPolicy.Rules

    /// A fresh socket under these rules.
    public init(rules: HostPolicy.Rules) { self.rules = rules }

    /// Why the call does not do its work in this phase; `nil` where it does.
    public func refusal(of call: Call) -> NetworkError? {
        switch call {
        case .startBind:
            switch phase {
            case .unbound: nil
            case .bindStarted: pair == 0 ? .concurrencyConflict : .invalidState
            case .bound: .invalidState
            }
        case .finishBind: phase == .bindStarted ? nil : .notInProgress
        case .stream:
            switch phase {
            case .unbound: .invalidState
            // UDP-12.
            case .bindStarted: rules == .wasmtime ? nil : .invalidState
            case .bound: nil
            }
        case .localAddress: phase == .unbound ? .invalidState : nil
        case .remoteAddress: peer == nil ? .invalidState : nil
        }
    }

    /// The address is the socket's; the guest still has to ask.
    public mutating func beginBind() {
        precondition(phase == .unbound, "bound twice")
        phase = .bindStarted
    }

    /// The guest has been told.
    public mutating func endBind() {
        precondition(phase == .bindStarted, "a bind that was not begun")
        phase = .bound
    }

    /// A new pair of streams, with this peer or without one.
    public mutating func stream(with peer: SocketAddress?) {
        precondition(phase != .unbound, "streams of a socket without an address")
        self.peer = peer
        pair += 1
    }
}
