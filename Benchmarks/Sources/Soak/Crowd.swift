// The guest of the soak run: a server and all of its clients, tasks of one loop.

import EchoGuest
import Synchronization
import WASIAsyncRuntime
import WASIp2

/// Many connections at once, each with its own messages.
struct Crowd: Sendable {
    /// How many connections there are, all of them open at one time.
    var connections: Int
    /// How many messages each sends and waits for.
    var messages: Int
    /// The bytes of a message.
    var size: Int

    /// So many clients connect at a time; the server has room for more in its queue.
    private static let connecting = 256
    private static let backlog = 1_024

    /// Opens every connection, sends every message, checks what comes back, and closes them all.
    /// - Parameters:
    ///   - tally: counts on the way.
    ///   - whenOpen: called once, when all connections are open and none has been closed.
    /// - Throws: the first error of any of them; ``WrongEcho``.
    func run(_ tally: Tally, whenOpen: @escaping @Sendable () -> Void) async throws {
        let server = try await EchoServer(backlog: Self.backlog)
        let serving = Task { try await server.serve(connections) }
        do {
            let clients = try await open(server.address, tally)
            whenOpen()
            try await withThrowingDiscardingTaskGroup { group in
                for client in clients { group.addTask { try await client.talk(from: 1, tally) } }
            }
        } catch {
            serving.cancel()
            _ = try? await serving.value
            throw error
        }
        try await serving.value
    }

    /// Connects them all, a few at a time. The first message of each goes there and back at once, so
    /// that the server has accepted it before the next takes its turn.
    private func open(_ address: SocketAddress, _ tally: Tally) async throws -> [Client] {
        try await withThrowingTaskGroup(of: Client.self) { group in
            var clients: [Client] = []
            for number in 0..<connections {
                if number >= Self.connecting, let client = try await group.next() {
                    clients.append(client)
                }
                group.addTask {
                    let stream = try await TCPStream.connect(to: address)
                    tally.opened.add(1, ordering: .relaxed)
                    let client = Client(number: number, crowd: self, stream: stream)
                    try await client.say(0, tally)
                    return client
                }
            }
            while let client = try await group.next() { clients.append(client) }
            return clients
        }
    }
}

/// One connection, from the side that speaks.
private struct Client: Sendable {
    let number: Int
    let crowd: Crowd
    let stream: TCPStream

    /// Sends the messages from this one on, each when the one before is back, and ends the connection.
    func talk(from first: Int, _ tally: Tally) async throws {
        for message in first..<crowd.messages { try await say(message, tally) }
        try stream.shutDown(.send)
        if let rest = try await stream.input.read() {
            throw WrongEcho("\(name): \(rest.count) bytes more than were sent came back")
        }
    }

    /// Sends one message and waits until it is back, byte for byte.
    func say(_ message: Int, _ tally: Tally) async throws {
        let sent = (0..<crowd.size).map {
            UInt8(truncatingIfNeeded: number &* 31 &+ message &* 7 &+ $0)
        }
        try await stream.output.write(sent)
        var echo: [UInt8] = []
        while echo.count < sent.count {
            guard let bytes = try await stream.input.read(upTo: sent.count - echo.count) else {
                throw WrongEcho(
                    "\(name): the end came after \(echo.count) of \(sent.count) bytes of a message")
            }
            echo += bytes
        }
        guard echo == sent else { throw WrongEcho("\(name): message \(message) came back changed") }
        tally.echoed.add(1, ordering: .relaxed)
    }

    private var name: String { "connection \(number)" }
}

/// How far a crowd has got. Read by the thread that shows it.
final class Tally: Sendable {
    let opened = Atomic<Int>(0)
    let echoed = Atomic<Int>(0)
}

/// What came back is not what was sent.
struct WrongEcho: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
