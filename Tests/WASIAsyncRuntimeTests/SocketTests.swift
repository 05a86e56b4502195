// Sockets on async/await: server and client in one guest, on a simulated loopback and the kernel's.

import Testing
import WASIAsyncRuntime
import WASIp2

struct SocketTests {
    /// Echoes every connection until its end, so many of them.
    private nonisolated(nonsending) static func serve(
        _ listener: TCPListener, connections: Int
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<connections {
                let stream = try await listener.accept()
                group.addTask {
                    _ = try await stream.copy(from: stream.input)
                    try stream.shutDown(.send)
                }
            }
            try await group.waitForAll()
        }
    }

    @Test(arguments: SocketPlace.allCases)
    func `a server and ten clients in one guest echo what each of them says`(place: SocketPlace)
        throws
    {
        let answers = try runSockets(on: place) {
            let listener = try await TCPListener.bind(to: anyPort)
            let address = try listener.localAddress()
            return try await withThrowingTaskGroup(of: String.self) { group in
                let server = Task { try await Self.serve(listener, connections: 10) }
                for number in 0..<10 {
                    group.addTask {
                        let stream = try await TCPStream.connect(to: address)
                        try await stream.output.write("hello \(number)")
                        try stream.shutDown(.send)
                        let bytes = try await stream.input.readToEnd(limit: 100)
                        return String(decoding: bytes, as: UTF8.self)
                    }
                }
                var answers: [String] = []
                for try await answer in group { answers.append(answer) }
                try await server.value
                return answers.sorted()
            }
        }
        #expect(answers == (0..<10).map { "hello \($0)" })
    }

    @Test(arguments: SocketPlace.allCases)
    func `a megabyte goes through a connection whose both ends wait for each other`(
        place: SocketPlace
    )
        throws
    {
        let count = try runSockets(on: place) {
            let listener = try await TCPListener.bind(to: anyPort)
            let address = try listener.localAddress()
            let server = Task { try await Self.serve(listener, connections: 1) }
            let stream = try await TCPStream.connect(to: address)
            let writer = Task {
                for _ in 0..<16 {
                    try await stream.output.write(Array(repeating: 7, count: 65_536))
                }
                try stream.shutDown(.send)
            }
            let bytes = try await stream.input.readToEnd(limit: 2 << 20)
            try await writer.value
            try await server.value
            return bytes.allSatisfy { $0 == 7 } ? bytes.count : -1
        }
        #expect(count == 1 << 20)
    }

    @Test(arguments: SocketPlace.allCases)
    func `TCP-26: a refused connect is thrown`(place: SocketPlace) throws {
        let error = try runSockets(on: place) { () -> NetworkError? in
            let listener = try await TCPListener.bind(to: anyPort)
            var address = try listener.localAddress()
            address.port = address.port == 1 ? 2 : 1
            do {
                _ = try await TCPStream.connect(to: address)
                return nil
            } catch { return error as? NetworkError }
        }
        #expect(error == .connectionRefused)
    }

    @Test(arguments: SocketPlace.allCases)
    func `an accept that times out is given up in order, and the listener goes on`(
        place: SocketPlace
    )
        throws
    {
        let (isTimedOut, text) = try runSockets(on: place) {
            let listener = try await TCPListener.bind(to: anyPort)
            let address = try listener.localAddress()
            var isTimedOut = false
            do {
                _ = try await withTimeout(.milliseconds(5)) { try await listener.accept() }
            } catch is TimeoutError { isTimedOut = true }
            let client = try await TCPStream.connect(to: address)
            let server = try await listener.accept()
            try await client.output.write("late")
            let bytes = try await server.input.read() ?? []
            return (isTimedOut, String(decoding: bytes, as: UTF8.self))
        }
        #expect(isTimedOut)
        #expect(text == "late")
    }

    @Test func `a connect on a slow network can time out, and leaves nothing`() throws {
        let isTimedOut = try runSockets(latency: 50_000_000) {
            let listener = try await TCPListener.bind(to: anyPort)
            let address = try listener.localAddress()
            do {
                _ = try await withTimeout(.milliseconds(5)) {
                    try await TCPStream.connect(to: address)
                }
                return false
            } catch is TimeoutError { return true }
        }
        #expect(isTimedOut)
    }

    @Test(arguments: SocketPlace.allCases)
    func `datagrams go back and forth`(place: SocketPlace) throws {
        let (text, isRight) = try runSockets(on: place) {
            let server = try await AsyncUDPSocket.bind(to: anyPort)
            let address = try server.localAddress()
            let client = try await AsyncUDPSocket.bind(to: anyPort, peer: address)
            let echo = Task {
                let datagram = try await server.receive()
                try await server.send(datagram.bytes + datagram.bytes, to: datagram.peer)
            }
            try await client.send(Array("ping".utf8))
            let answer = try await client.receive()
            try await echo.value
            return (String(decoding: answer.bytes, as: UTF8.self), answer.peer == address)
        }
        #expect(text == "pingping")
        #expect(isRight)
    }

    @Test(arguments: SocketPlace.allCases)
    func `a host is looked up and connected to by name`(place: SocketPlace) throws {
        let isConnected = try runSockets(on: place) {
            let listener = try await TCPListener.bind(to: anyPort)
            let port = try listener.localAddress().port
            let addresses = try await lookup("localhost")
            let stream = try await TCPStream.connect(to: "localhost", port: port)
            return try stream.remoteAddress().port == port && addresses.contains(.loopback)
        }
        #expect(isConnected)
    }

    @Test func `DNS-14: a look-up that is never answered times out, and leaves nothing`() throws {
        let isTimedOut = try runSockets(lookupTime: nil) {
            do {
                _ = try await withTimeout(.seconds(5)) { try await lookup("localhost") }
                return false
            } catch is TimeoutError { return true }
        }
        #expect(isTimedOut)
    }

    @Test(arguments: SocketPlace.allCases)
    func `a listener is a sequence of connections`(place: SocketPlace) throws {
        let count = try runSockets(on: place) {
            let listener = try await TCPListener.bind(to: anyPort)
            let address = try listener.localAddress()
            let clients = Task {
                for _ in 0..<3 { _ = try await TCPStream.connect(to: address) }
            }
            var count = 0
            for try await _ in listener {
                count += 1
                if count == 3 { break }
            }
            try await clients.value
            return count
        }
        #expect(count == 3)
    }
}
