// The sockets of a world, as a kernel has them.
//
// Nothing here blocks, and nothing knows of handles, phases, permits or who may reach whom: a socket
// does what it is told, or says why not. Readiness is the level of two sources, one for each
// direction.

/// One socket of a world's.
public struct SocketID: Hashable, Sendable {
    /// Ready while a read, an accept or a receive would say something.
    public var input: SourceID
    /// Ready while a write or a send would be taken, and once a connect is decided.
    public var output: SourceID

    /// The socket of these two sources.
    public init(input: SourceID, output: SourceID) {
        self.input = input
        self.output = output
    }
}

/// What a socket carries.
public enum SocketKind: Hashable, Sendable {
    /// A connection's bytes, or a queue of connections.
    case tcp
    /// Datagrams.
    case udp
}

/// What a socket can be set to. Times are whole seconds, sizes bytes, switches 0 and 1.
public enum SocketOption: Hashable, Sendable, CaseIterable {
    /// Whether idle connections are probed; how long they idle before, the time between two probes, and
    /// how many without an answer end them.
    case keepAlive, keepAliveIdle, keepAliveInterval, keepAliveCount
    /// How many hops a packet may take.
    case hopLimit
    /// How much the kernel keeps in a direction.
    case receiveBuffer, sendBuffer
}

/// Which directions end.
public enum ShutdownKind: UInt8, Hashable, Sendable, CaseIterable {
    /// What is received is read no more.
    case receive = 0
    /// The other side sees the end of what was sent.
    case send = 1
    /// Either.
    case both = 2

    var endsReceiving: Bool { self != .send }
    var endsSending: Bool { self != .receive }
}

/// How far a connect has come.
public enum Connecting: Hashable, Sendable {
    /// It is under way.
    case pending
    /// The connection is there, or the peer is named.
    case done
    /// There will be none.
    case failed(SystemError)
}

/// What a queue of connections gave.
public enum Accepting: Hashable, Sendable {
    /// A connection, and who made it.
    case connection(SocketID, peer: SocketAddress)
    /// None now; the source is not ready from here on until one comes.
    case wouldBlock
    /// One is lost, or none can be taken now; the queue goes on.
    case failed(SystemError)
}

/// What sending a datagram came to.
public enum Sending: Hashable, Sendable {
    /// It is on its way, whole.
    case sent
    /// Not now; the source is not ready from here on until it can be.
    case wouldBlock
    /// It was not sent, or an earlier one did not arrive.
    case failed(SystemError)
}

/// What receiving a datagram came to.
public enum Receiving: Hashable, Sendable {
    /// The bytes, perhaps none, and who sent them.
    case datagram([UInt8], from: SocketAddress)
    /// None now; the source is not ready from here on until one comes.
    case wouldBlock
    /// What was sent before did not arrive.
    case failed(SystemError)
}

/// How far a look-up has come.
public enum LookingUp: Hashable, Sendable {
    /// The resolver has not answered.
    case pending
    /// In the resolver's order of preference.
    case addresses([IPAddress])
    /// There are none.
    case failed(LookupFailure)
}

/// Why a name has no addresses.
public enum LookupFailure: Hashable, Sendable {
    /// Nobody knows the name.
    case unknownName
    /// The resolver cannot say now.
    case temporary
    /// The resolver cannot say.
    case permanent
}

/// The network of a world. A world that implements none has none, and says so of every socket.
///
/// The bytes of a connection go by ``Driver/read(_:upTo:)``, ``Driver/room(in:)`` and
/// ``Driver/write(_:to:)`` on its two sources.
public protocol Network: AnyObject {
    /// A new socket, which no call ever blocks on. IPv6 sockets carry IPv6 alone.
    func openSocket(
        _ kind: SocketKind, _ family: AddressFamily
    ) -> Result<SocketID, SystemError>

    /// Gives the socket an address; port 0 is any free one. A port that an earlier connection still
    /// lingers on is free for TCP.
    func bind(_ socket: SocketID, to address: SocketAddress) -> SystemError?

    /// TCP: begins to connect. UDP: names the one peer, or takes it back for `nil`; the local
    /// address stays.
    func connect(_ socket: SocketID, to peer: SocketAddress?) -> Connecting

    /// How far the connect has come; a failure is told once.
    func connecting(of socket: SocketID) -> Connecting

    /// Begins to queue connections, or changes how many may wait.
    func listen(_ socket: SocketID, backlog: Int) -> SystemError?

    /// Takes a connection out of the queue.
    func accept(from socket: SocketID) -> Accepting

    /// Ends a connection's directions.
    func shutDown(_ socket: SocketID, _ kind: ShutdownKind) -> SystemError?

    /// Where the socket is bound.
    func localAddress(of socket: SocketID) -> Result<SocketAddress, SystemError>

    /// Who is at the other end.
    func remoteAddress(of socket: SocketID) -> Result<SocketAddress, SystemError>

    /// Sets an option to a value within its range.
    func set(_ option: SocketOption, to value: Int, of socket: SocketID) -> SystemError?

    /// Reads an option.
    func value(of option: SocketOption, of socket: SocketID) -> Result<Int, SystemError>

    /// Sends one datagram, whole; `peer` is `nil` where the socket has one.
    func send(_ bytes: [UInt8], from socket: SocketID, to peer: SocketAddress?) -> Sending

    /// Takes the datagram that came first.
    func receive(from socket: SocketID) -> Receiving

    /// Gives a socket up. What it has taken still goes out.
    func close(_ socket: SocketID)

    /// Gives a connection up by a reset, so that its peer sees no more than that.
    func reject(_ socket: SocketID)

    /// Begins to look up a name, which is valid; its source is ready once the answer is there. Closed
    /// by ``Driver/close(_:)``, which waits for nothing.
    func lookUp(_ name: String) -> SourceID

    /// How far a look-up has come.
    func lookingUp(_ lookup: SourceID) -> LookingUp

    /// How traces call whoever is at an address, where the world has a name for it: who is connected to
    /// there, who connects from there, or who listens there.
    func name(of address: SocketAddress, _ kind: SocketKind) -> String?

    /// How traces call a look-up of this name, where the world has a name for it.
    func name(ofLookup name: String) -> String?
}

/// A world whose sockets have no names but the host's.
extension Network {
    /// None.
    public func name(of address: SocketAddress, _ kind: SocketKind) -> String? { nil }
    /// None.
    public func name(ofLookup name: String) -> String? { nil }
}

/// A world without a network: there is no socket, so nothing but the first can be called.
extension Network {
    /// Fails with EAFNOSUPPORT.
    public func openSocket(
        _ kind: SocketKind, _ family: AddressFamily
    ) -> Result<SocketID, SystemError> { .failure(.eafnosupport) }
    /// Ends the process: there is no socket and no look-up.
    public func bind(_ socket: SocketID, to address: SocketAddress) -> SystemError? { none() }
    /// Ends the process: there is no socket and no look-up.
    public func connect(_ socket: SocketID, to peer: SocketAddress?) -> Connecting { none() }
    /// Ends the process: there is no socket and no look-up.
    public func connecting(of socket: SocketID) -> Connecting { none() }
    /// Ends the process: there is no socket and no look-up.
    public func listen(_ socket: SocketID, backlog: Int) -> SystemError? { none() }
    /// Ends the process: there is no socket and no look-up.
    public func accept(from socket: SocketID) -> Accepting { none() }
    /// Ends the process: there is no socket and no look-up.
    public func shutDown(_ socket: SocketID, _ kind: ShutdownKind) -> SystemError? { none() }
    /// Ends the process: there is no socket and no look-up.
    public func localAddress(of socket: SocketID) -> Result<SocketAddress, SystemError> { none() }
    /// Ends the process: there is no socket and no look-up.
    public func remoteAddress(of socket: SocketID) -> Result<SocketAddress, SystemError> { none() }
    /// Ends the process: there is no socket and no look-up.
    public func set(
        _ option: SocketOption, to value: Int, of socket: SocketID
    ) -> SystemError? { none() }
    /// Ends the process: there is no socket and no look-up.
    public func value(
        of option: SocketOption, of socket: SocketID
    ) -> Result<Int, SystemError> { none() }
    /// Ends the process: there is no socket and no look-up.
    public func send(
        _ bytes: [UInt8], from socket: SocketID, to peer: SocketAddress?
    ) -> Sending { none() }
    /// Ends the process: there is no socket and no look-up.
    public func receive(from socket: SocketID) -> Receiving { none() }
    /// Ends the process: there is no socket and no look-up.
    public func close(_ socket: SocketID) { none() }
    /// Ends the process: there is no socket and no look-up.
    public func reject(_ socket: SocketID) { none() }
    /// Ends the process: there is no socket and no look-up.
    public func lookUp(_ name: String) -> SourceID { none() }
    /// Ends the process: there is no socket and no look-up.
    public func lookingUp(_ lookup: SourceID) -> LookingUp { none() }

    private func none() -> Never { preconditionFailure("this world has no sockets") }
}
