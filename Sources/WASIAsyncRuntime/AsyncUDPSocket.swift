// Datagrams for async code, and look-ups.

import WASIReactor
import WASIp2

/// A bound UDP socket whose sends and receives suspend the task. Made and used inside one
/// ``blockOn(pick:_:)``.
public final class AsyncUDPSocket: @unchecked Sendable {
    private let socket: DatagramSocket

    private init(_ socket: DatagramSocket) { self.socket = socket }

    /// Binds a socket to an address; port 0 is any free one.
    /// - Parameter peer: the one whom to send to and receive from; `nil` for anybody.
    /// - Throws: `NetworkError`, `CancellationError`.
    public nonisolated(nonsending) static func bind(
        to address: SocketAddress, peer: SocketAddress? = nil
    ) async throws -> AsyncUDPSocket {
        AsyncUDPSocket(try await value(of: Reactor.current.bind(to: address, peer: peer)).get())
    }

    /// The address that it is bound to, with the port that was found for 0.
    public func localAddress() throws(NetworkError) -> SocketAddress {
        try socket.localAddress()
    }

    /// Waits for the next datagram.
    /// - Throws: `NetworkError`; `CancellationError`, and no datagram is lost.
    public nonisolated(nonsending) func receive() async throws -> Datagram {
        try await value(of: socket.receive(1)).get()[0]
    }

    /// Sends a datagram, when the host takes it; `peer` may be `nil` where the socket has one.
    /// - Throws: `NetworkError`, `CancellationError`.
    public nonisolated(nonsending) func send(
        _ bytes: [UInt8], to peer: SocketAddress? = nil
    ) async throws {
        try await value(of: socket.send(Datagram(bytes, peer: peer))).get()
    }
}

/// The addresses of a name, in the host's order of preference; an address is its own answer.
/// - Throws: `NetworkError`; `CancellationError`, and the look-up is given up.
public nonisolated(nonsending) func lookup(_ name: String) async throws -> [IPAddress] {
    try await value(of: Reactor.current.lookUp(Array(name.utf8))).get()
}
