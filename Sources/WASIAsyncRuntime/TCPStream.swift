// Connections for async code.

import WASIReactor
import WASIp2

/// A TCP connection whose reads and writes suspend the task.
///
/// It ends when this and both streams are gone, or by ``shutDown(_:)``. Made and used inside one
/// ``blockOn(pick:_:)``.
public final class TCPStream: @unchecked Sendable {
    private let connection: TCPConnection
    /// What the other side sends.
    public let input: AsyncInputStream
    /// What goes there.
    public let output: AsyncOutputStream

    init(_ connection: TCPConnection) {
        self.connection = connection
        input = AsyncInputStream(connection.reader)
        output = AsyncOutputStream(connection.writer)
    }

    /// Connects to an address.
    /// - Throws: `NetworkError`; `CancellationError`, and the connect is given up.
    public nonisolated(nonsending) static func connect(
        to address: SocketAddress
    ) async throws -> TCPStream {
        TCPStream(try await value(of: Reactor.current.connect(to: address)).get())
    }

    /// Looks a host up and connects to the first of its addresses that takes it, in the order of the
    /// answer.
    /// - Throws: `NetworkError`, of the last address where all were tried; `CancellationError`.
    public nonisolated(nonsending) static func connect(
        to host: String, port: UInt16
    ) async throws -> TCPStream {
        var last = NetworkError.nameUnresolvable
        for address in try await lookup(host) {
            do {
                return try await connect(to: SocketAddress(address, port: port))
            } catch let error as NetworkError {
                last = error
            }
        }
        throw last
    }

    /// Ends directions of the connection; what was written goes out before the end.
    public func shutDown(_ type: ShutdownType) throws(NetworkError) {
        try connection.shutDown(type)
    }

    /// The connection's own address.
    public func localAddress() throws(NetworkError) -> SocketAddress {
        try connection.localAddress()
    }

    /// Who is at the other end.
    public func remoteAddress() throws(NetworkError) -> SocketAddress {
        try connection.remoteAddress()
    }

    /// Copies what comes from `source` to this connection until that ends, as the host takes it and without
    /// its passing through the guest; returns how many bytes.
    /// - Throws: `StreamError`, `CancellationError`.
    public nonisolated(nonsending) func copy(from source: AsyncInputStream) async throws -> Int {
        try await output.copy(from: source)
    }
}

/// A queue of TCP connections on an address; as a sequence, the connections as they come.
///
/// What no task accepts waits with the host. Made and used inside one ``blockOn(pick:_:)``.
public final class TCPListener: AsyncSequence, @unchecked Sendable {
    /// A connection.
    public typealias Element = TCPStream

    private let queue: TCPQueue

    private init(_ queue: TCPQueue) { self.queue = queue }

    /// Begins to listen on an address; port 0 is any free one.
    /// - Parameter backlog: how many connections may wait; `nil` leaves that to the host.
    /// - Throws: `NetworkError`, `CancellationError`.
    public nonisolated(nonsending) static func bind(
        to address: SocketAddress, backlog: UInt64? = nil
    ) async throws -> TCPListener {
        let listen = Reactor.current.listen(on: address, backlog: backlog)
        return TCPListener(try await value(of: listen).get())
    }

    /// The address on which it listens, with the port that was found for 0.
    public func localAddress() throws(NetworkError) -> SocketAddress {
        try queue.localAddress()
    }

    /// Waits for the next connection.
    /// - Throws: `NetworkError`, of one connection or of the moment: the listener goes on;
    ///   `CancellationError`, and no connection is lost.
    public nonisolated(nonsending) func accept() async throws -> TCPStream {
        TCPStream(try await value(of: queue.accept()).get())
    }

    /// The connections from here on.
    public func makeAsyncIterator() -> Iterator { Iterator(listener: self) }

    /// The connections as they come, without end. A connection that died before it was accepted is
    /// passed over.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let listener: TCPListener

        /// Waits for the next connection, never `nil`. Throws as ``TCPListener/accept()``, but not of
        /// one that was aborted.
        public nonisolated(nonsending) mutating func next() async throws -> TCPStream? {
            try await nextStream()
        }

        /// Waits for the next connection, never `nil`, on whichever actor.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws -> TCPStream? {
            try await nextStream()
        }

        private nonisolated(nonsending) func nextStream() async throws -> TCPStream {
            while true {
                do {
                    return try await listener.accept()
                } catch NetworkError.connectionAborted {
                    continue
                }
            }
        }
    }
}
