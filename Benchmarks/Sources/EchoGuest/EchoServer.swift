// A guest: the server that sends back what it gets.

import WASIAsyncRuntime
import WASIp2

/// A listener on loopback, and the loop that echoes. Made and used inside one `blockOn`.
public final class EchoServer: @unchecked Sendable {
    private let listener: TCPListener
    /// Where it listens.
    public let address: SocketAddress

    /// Listens on any free port.
    /// - Throws: `NetworkError`, `CancellationError`.
    public nonisolated(nonsending) init(backlog: Int) async throws {
        listener = try await TCPListener.bind(
            to: SocketAddress(.loopback, port: 0), backlog: UInt64(backlog))
        address = try listener.localAddress()
    }

    /// Accepts so many connections and echoes on each, all at once, until the last has ended.
    /// - Throws: the error of the first connection that breaks; the others are given up.
    public func serve(_ connections: Int) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<connections {
                let connection = try await listener.accept()
                group.addTask { try await Self.echo(connection) }
            }
        }
    }

    /// Sends back what comes until there is no more.
    private static func echo(_ connection: TCPStream) async throws {
        _ = try await connection.copy(from: connection.input)
        try connection.shutDown(.send)
    }
}
