// Somebody of a script's on a simulated network: who it is, and what it is to do.

/// A peer of a script's: a server that waits to be connected to, a client that connects to the guest,
/// or somebody who sends datagrams.
///
/// A pure value; ``VirtualNetwork`` moves what goes between it and the guest. A peer reads whatever it
/// is sent at once, as far as its permits go, and has one connection at a time.
struct VirtualPeer: Hashable {
    /// Who it is, and where.
    enum Role: Hashable {
        /// Connected to at this address.
        case server(SocketAddress)
        /// Connects to this address, from that one.
        case client(of: SocketAddress, from: SocketAddress)
        /// Sends and receives datagrams at this address.
        case datagrams(SocketAddress)
    }

    /// Something to do that waits for a connection.
    struct Task: Hashable {
        var change: VirtualDriver.Change
        var line: Int
    }

    /// The source that its script speaks of.
    let source: SourceID
    /// How traces call it.
    let name: String
    let role: Role
    /// What comes of a connect or a datagram to it.
    var answer = VirtualDriver.Answer.accepts
    /// Its end of the connection that it has, or had last; its socket for datagrams.
    var socket: Int?
    /// What it does once there is a connection.
    var tasks: [Task] = []
    /// Sockets whose connect it has not answered.
    var waiting: [Int] = []
    /// It wants to connect.
    var isCalling = false
    /// How many bytes it takes at a time; `nil` for any number.
    var permit: Int?
    /// Everything that it was sent.
    var taken: [UInt8] = []
    /// To whom its datagrams go, where no socket is connected to it: whoever sent the last one.
    var correspondent: SocketAddress?

    // Lines of its script that an answer to the guest may rest on.
    var answerLine: Int?
    var permitLine: Int?
    var endLine: Int?
    /// Those on which one has rested.
    private(set) var met: [Int] = []

    init(source: SourceID, name: String, role: Role) {
        (self.source, self.name, self.role) = (source, name, role)
    }

    /// Where it is.
    var address: SocketAddress {
        switch role {
        case .server(let address), .client(_, from: let address), .datagrams(let address): address
        }
    }

    var kind: SocketKind { if case .datagrams = role { .udp } else { .tcp } }

    /// An answer to the guest has rested on such a line.
    mutating func meet(_ line: WritableKeyPath<VirtualPeer, Int?>) {
        if let known = self[keyPath: line] { met.append(known) }
        self[keyPath: line] = nil
    }

    /// The line itself has done what it says.
    mutating func meet(line: Int) { met.append(line) }
}

extension VirtualDriver {
    /// What a peer of the script's does with a connect, or with datagrams.
    public enum Answer: Int, Hashable, Sendable, CaseIterable {
        /// The connection is made; datagrams are taken.
        case accepts
        /// Nobody listens there.
        case refuses
        /// It says nothing; a connect is answered once it accepts or refuses.
        case silent
    }

    /// Somebody of the script's on the simulated network.
    public struct Peer: Sendable {
        let value: VirtualPeer

        /// A server at an address; the guest may connect to it.
        /// - Parameter source: what facts about it name. It is ready for nobody.
        public static func server(
            _ source: SourceID, named name: String, at address: SocketAddress
        ) -> Peer {
            Peer(value: VirtualPeer(source: source, name: name, role: .server(address)))
        }

        /// A client, which connects to the guest when a fact says so, or as soon after that as somebody
        /// listens there.
        public static func client(
            _ source: SourceID, named name: String, of listener: SocketAddress,
            from address: SocketAddress
        ) -> Peer {
            let role = VirtualPeer.Role.client(of: listener, from: address)
            return Peer(value: VirtualPeer(source: source, name: name, role: role))
        }

        /// Somebody who sends and receives datagrams at an address.
        public static func datagrams(
            _ source: SourceID, named name: String, at address: SocketAddress
        ) -> Peer {
            Peer(value: VirtualPeer(source: source, name: name, role: .datagrams(address)))
        }
    }

    /// What the script's resolver says of a name.
    public struct NameAnswer: Hashable, Sendable {
        /// How traces call it.
        public var name: String
        /// When the answer comes.
        public var time: Time
        /// What it is.
        public var answer: Answer

        /// When an answer comes.
        public enum Time: Hashable, Sendable {
            /// So many ns after the look-up began.
            case after(UInt64)
            /// So many ns after the start, at once where that has passed.
            case at(UInt64)
            /// It does not.
            case never
        }

        /// What an answer says.
        public enum Answer: Hashable, Sendable {
            /// In the resolver's order of preference; not empty.
            case addresses([IPAddress])
            /// Why there are none.
            case failure(LookupFailure)
        }

        /// An answer.
        public init(_ name: String, _ time: Time, _ answer: Answer) {
            (self.name, self.time, self.answer) = (name, time, answer)
        }
    }
}
