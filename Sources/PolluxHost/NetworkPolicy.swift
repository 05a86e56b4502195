// Whom a guest may reach, and who may reach it.

/// The part of the network that a guest has. Without grants that is this machine's loopback.
///
/// A refusal is an error of the call's, as a row of docs/Conformance.md names it (TCP-27, UDP-19,
/// DNS-01); what comes in from outside is dropped without a word (TCP-37, UDP-27).
public struct NetworkPolicy: Hashable, Sendable {
    /// Something beyond loopback that is allowed.
    public struct Grant: Hashable, Sendable {
        /// Which host.
        public enum Host: Hashable, Sendable {
            case any
            case address(IPAddress)
            /// A name in lower case; its look-up, and the addresses that this gave.
            case name(String)
        }

        /// Which host.
        public var host: Host
        /// Which port; `nil` for all.
        public var port: UInt16?

        /// A grant.
        public init(_ host: Host, port: UInt16?) {
            self.host = host
            self.port = port
        }
    }

    /// Connects, sends, binds and look-ups beyond loopback.
    public var grants: [Grant]
    /// Who may connect and send to the guest, beside loopback and the hosts of ``grants``; ports do
    /// not count.
    public var admitted: [Grant.Host]
    /// Whether there are TCP sockets at all (TCP-03).
    public var hasTCP: Bool
    /// Whether there are UDP sockets at all (UDP-01).
    public var hasUDP: Bool
    /// Whether anything can be looked up, literals included (DNS-01).
    public var hasLookup: Bool

    /// A policy; every argument left out is that of ``loopback``.
    public init(
        grants: [Grant] = [], admitted: [Grant.Host] = [], hasTCP: Bool = true,
        hasUDP: Bool = true, hasLookup: Bool = true
    ) {
        self.grants = grants
        self.admitted = admitted
        self.hasTCP = hasTCP
        self.hasUDP = hasUDP
        self.hasLookup = hasLookup
    }

    /// Loopback and nothing else.
    public static let loopback = NetworkPolicy()
    /// Everything.
    public static let all = NetworkPolicy(grants: [Grant(.any, port: nil)])

    // MARK: Questions

    /// Whether the guest may connect or send to this address.
    /// - Parameter names: under which names the guest has come to know the address.
    func reaches(_ address: SocketAddress, knownAs names: Set<String>) -> Bool {
        address.ip.isLoopback
            || grants.contains { grant in
                grant.covers(port: address.port) && grant.host.covers(address.ip, names)
            }
    }

    /// Whether the guest may have this local address; port 0 needs a grant for all of them.
    func binds(_ address: SocketAddress) -> Bool {
        address.ip.isLoopback
            || grants.contains { grant in
                grant.covers(port: address.port) && grant.host.covers(address.ip, [])
            }
    }

    /// Whether somebody at this address may connect or send to the guest.
    func admits(_ peer: IPAddress, knownAs names: Set<String>) -> Bool {
        peer.isLoopback || admitted.contains { $0.covers(peer, names) }
            || grants.contains { $0.host.covers(peer, names) }
    }

    /// Whether the guest may ask for what is at this port of a name; a valid one, in lower case. The
    /// addresses that it stands for have to be reached, too.
    func reaches(name: String, port: UInt16) -> Bool {
        name == "localhost" || name.hasSuffix(".localhost")
            || grants.contains { grant in
                grant.covers(port: port) && (grant.host == .any || grant.host == .name(name))
            }
    }

    /// Whether the guest may look this name up; a valid one, in lower case.
    func resolves(_ name: String) -> Bool {
        name == "localhost" || name.hasSuffix(".localhost")
            || grants.contains { $0.host == .any || $0.host == .name(name) }
    }
}

extension NetworkPolicy.Grant {
    fileprivate func covers(port: UInt16) -> Bool { self.port == nil || self.port == port }
}

extension NetworkPolicy.Grant.Host {
    fileprivate func covers(_ address: IPAddress, _ names: Set<String>) -> Bool {
        switch self {
        case .any: true
        case .address(let granted): granted == address
        case .name(let name): names.contains(name)
        }
    }
}
