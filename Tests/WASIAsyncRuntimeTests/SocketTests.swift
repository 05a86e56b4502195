// Sockets on async/await: server and client in one guest, on a simulated loopback and the kernel's.

import PolluxHost
import PolluxLibuv
import PolluxNative
import Synchronization
import Testing
import WASIAsyncRuntime
import WASIp2

struct SocketTests {
    enum Place: CaseIterable { case simulated, kernel }

    /// Runs an async guest that has to complete, and nothing of it may be left.
    private func run<Value: Sendable>(
        on place: Place = .simulated, latency: UInt64 = 0, lookupTime: UInt64? = 0,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: @escaping @Sendable @MainActor () async throws -> Value
    ) throws -> Value {
        let driver: any Driver
        switch place {
        case .kernel: driver = LibuvDriver(resolver: .table(["localhost": .addresses([.loopback])]))
        case .simulated:
            let simulated = VirtualDriver()
            simulated.latency = latency
            simulated.lookupTime = lookupTime
            driver = simulated
        }
        let host = WASIHost(driver: driver, trace: Trace())
        let slot = Mutex<Result<Value, any Error>?>(nil)
        let outcome = Guest.run(on: host, ending: .exitThread) {
            let result = Result { try blockOn(body) }
            slot.withLock { $0 = result }
        }
        #expect(outcome == .completed, sourceLocation: sourceLocation)
        #expect(host.liveResources == 0, sourceLocation: sourceLocation)
        return try #require(slot.withLock { $0 }, sourceLocation: sourceLocation).get()
    }

    private static let anyPort = WASIp2.SocketAddress(.loopback, port: 0)

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

    @Test(arguments: Place.allCases)
    func `a server and ten clients in one guest echo what each of them says`(place: Place) throws {
        let answers = try run(on: place) {
            let listener = try await TCPListener.bind(to: Self.anyPort)
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

    @Test(arguments: Place.allCases)
    func `a megabyte goes through a connection whose both ends wait for each other`(place: Place)
        throws
    {
        let count = try run(on: place) {
            let listener = try await TCPListener.bind(to: Self.anyPort)
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

    @Test(arguments: Place.allCases)
    func `TCP-26: a refused connect is thrown`(place: Place) throws {
        let error = try run(on: place) { () -> WASIp2.NetworkError? in
            let listener = try await TCPListener.bind(to: Self.anyPort)
            var address = try listener.localAddress()
            address.port = address.port == 1 ? 2 : 1
            do {
                _ = try await TCPStream.connect(to: address)
                return nil
            } catch { return error as? WASIp2.NetworkError }
        }
        #expect(error == .connectionRefused)
    }

    @Test(arguments: Place.allCases)
    func `an accept that times out is given up in order, and the listener goes on`(place: Place)
        throws
    {
        let (isTimedOut, text) = try run(on: place) {
            let listener = try await TCPListener.bind(to: Self.anyPort)
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
        let isTimedOut = try run(latency: 50_000_000) {
            let listener = try await TCPListener.bind(to: Self.anyPort)
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

    @Test(arguments: Place.allCases)
    func `datagrams go back and forth`(place: Place) throws {
        let (text, isRight) = try run(on: place) {
            let server = try AsyncUDPSocket(bindingTo: Self.anyPort)
            let address = try server.localAddress()
            let client = try AsyncUDPSocket(bindingTo: Self.anyPort, peer: address)
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

    @Test(arguments: Place.allCases)
    func `a host is looked up and connected to by name`(place: Place) throws {
        let isConnected = try run(on: place) {
            let listener = try await TCPListener.bind(to: Self.anyPort)
            let port = try listener.localAddress().port
            let addresses = try await lookup("localhost")
            let stream = try await TCPStream.connect(to: "localhost", port: port)
            return try stream.remoteAddress().port == port && addresses.contains(.loopback)
        }
        #expect(isConnected)
    }

    @Test func `DNS-14: a look-up that is never answered times out, and leaves nothing`() throws {
        let isTimedOut = try run(lookupTime: nil) {
            do {
                _ = try await withTimeout(.seconds(5)) { try await lookup("localhost") }
                return false
            } catch is TimeoutError { return true }
        }
        #expect(isTimedOut)
    }

    @Test(arguments: Place.allCases)
    func `a listener is a sequence of connections`(place: Place) throws {
        let count = try run(on: place) {
            let listener = try await TCPListener.bind(to: Self.anyPort)
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
