// Sockets for the tests: a world with a loopback, and what guests do time and again.

import PolluxHost
import PolluxLibuv
import PolluxNative
import Testing

/// Which loopback a test's sockets are on.
enum SocketPlace: CaseIterable, Sendable {
    /// In memory, on a simulated clock.
    case simulated
    /// The kernel's.
    case kernel
}

/// A place and a family: most rules hold on every pair.
struct SocketCase: Sendable, CustomTestStringConvertible {
    var place: SocketPlace
    var family: AddressFamily

    static let all = SocketPlace.allCases.flatMap { place in
        AddressFamily.allCases.map { SocketCase(place: place, family: $0) }
    }

    var testDescription: String { "\(place), \(family)" }
}

extension AddressFamily {
    var loopback: IPAddress { self == .ipv4 ? .loopback : .loopback6 }
    var unspecified: IPAddress { self == .ipv4 ? .ipv4(0) : .ipv6(0, 0) }
    var other: AddressFamily { self == .ipv4 ? .ipv6 : .ipv4 }
    /// An address for examples, which no machine has.
    var foreign: IPAddress {
        self == .ipv4 ? .ipv4(0xc000_0200) : .ipv6(0x2001_0db8_0000_0000, 0)
    }
    var multicast: IPAddress {
        self == .ipv4 ? .ipv4(0xe000_0001) : .ipv6(0xff02_0000_0000_0000, 1)
    }
}

/// A host with a network.
struct SocketWorld {
    let host: WASIHost
    /// `nil` on the kernel's loopback.
    let simulated: VirtualDriver?

    init(
        _ place: SocketPlace, policy: HostPolicy = .friendly,
        choices: any ChoiceSource = FriendlyChoices(), network: NetworkPolicy = .all,
        latency: UInt64 = 0, names: [String: [IPAddress]] = [:], isTraced: Bool = true
    ) {
        let trace = isTraced ? Trace() : nil
        switch place {
        case .simulated:
            let driver = VirtualDriver()
            driver.latency = latency
            driver.names = names
            simulated = driver
            host = WASIHost(
                driver: driver, policy: policy, choices: choices, trace: trace,
                network: network)
        case .kernel:
            simulated = nil
            var table: [String: LookingUp] = [
                "localhost": .addresses([.loopback, .loopback6])
            ]
            for (name, addresses) in names { table[name] = .addresses(addresses) }
            host = WASIHost(
                driver: LibuvDriver(resolver: .table(table)), policy: policy, choices: choices,
                trace: trace, network: network)
        }
    }

    /// Runs a guest that has to complete, and returns what it computed.
    func run<Value: Sendable>(
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: @escaping @Sendable () throws -> Value
    ) throws -> Value {
        try complete(on: host, sourceLocation: sourceLocation) { Result { try body() } }.get()
    }
}

/// Whether the pollable is ready within so many ms.
func waits(for pollable: Int32, _ milliseconds: UInt64) -> Bool {
    let timer = Import.subscribe(after: milliseconds * .millisecond)
    defer { Import.drop(pollable: timer) }
    return Import.poll([pollable, timer]).contains(0)
}

/// Whether the pollable is ready before a machine that has much else to do would lose its patience.
func comes(_ pollable: Int32) -> Bool { waits(for: pollable, 60_000) }

/// What a guest of a socket test does; each waits as a guest has to, and throws what it is told.
enum Socket {
    private static func check(_ error: NetworkError?) throws { if let error { throw error } }

    /// Calls until it is no longer told to wait.
    static func finish(_ socket: Int32, _ call: (Int32) -> NetworkError?) throws {
        let pollable = Import.subscribe(tcp: socket)
        defer { Import.drop(pollable: pollable) }
        while true {
            switch call(socket) {
            case nil: return
            case .wouldBlock?: Import.block(pollable)
            case let error?: throw error
            }
        }
    }

    /// A bound TCP socket.
    static func bound(
        _ family: AddressFamily, to address: SocketAddress? = nil
    ) throws -> Int32 {
        let network = Import.network()
        defer { Import.drop(network: network) }
        let socket = try Import.tcp(family).get()
        let address = address ?? SocketAddress(family.loopback, port: 0)
        try check(Import.startBind(tcp: socket, network, address))
        try finish(socket, Import.finishBind(tcp:))
        return socket
    }

    /// A listening TCP socket.
    static func listener(
        _ family: AddressFamily, _ prepare: (Int32) -> Void = { _ in }
    ) throws -> Int32 {
        let socket = try bound(family)
        prepare(socket)
        try check(Import.startListen(tcp: socket))
        try finish(socket, Import.finishListen(tcp:))
        return socket
    }

    /// Connects a fresh socket.
    static func connect(
        _ family: AddressFamily, to address: SocketAddress
    ) throws -> Connection {
        try connect(Import.tcp(family).get(), to: address)
    }

    /// Connects a socket.
    static func connect(_ socket: Int32, to address: SocketAddress) throws -> Connection {
        let network = Import.network()
        defer { Import.drop(network: network) }
        try check(Import.startConnect(tcp: socket, network, address))
        let pollable = Import.subscribe(tcp: socket)
        defer { Import.drop(pollable: pollable) }
        while true {
            switch Import.finishConnect(tcp: socket) {
            case .success(let connection): return connection
            case .failure(.wouldBlock): Import.block(pollable)
            case .failure(let error): throw error
            }
        }
    }

    /// Waits for a connection.
    static func accept(_ listener: Int32) throws -> Connection {
        let pollable = Import.subscribe(tcp: listener)
        defer { Import.drop(pollable: pollable) }
        while true {
            Import.block(pollable)
            switch Import.accept(tcp: listener) {
            case .success(let connection): return connection
            case .failure(.wouldBlock): continue
            case .failure(let error): throw error
            }
        }
    }

    /// Both ends of a connection, and the socket that it came by.
    struct Pair: Sendable {
        var listener: Int32
        var client: Connection
        var server: Connection

        init(_ family: AddressFamily) throws {
            listener = try Socket.listener(family)
            client = try Socket.connect(family, to: Import.localAddress(tcp: listener).get())
            server = try Socket.accept(listener)
        }

        func drop() {
            Socket.drop(client)
            Socket.drop(server)
            Import.drop(tcp: listener)
        }
    }

    static func drop(_ connection: Connection) {
        Import.drop(inputStream: connection.input)
        Import.drop(outputStream: connection.output)
        Import.drop(tcp: connection.socket)
    }

    /// Waits for bytes that it does not read, and drops the connection: a reset (TCP-51).
    static func reset(_ connection: Connection) {
        let pollable = Import.subscribe(input: connection.input)
        Import.block(pollable)
        Import.drop(pollable: pollable)
        drop(connection)
    }

    /// Reads until the end, or so many bytes.
    static func read(_ input: Int32, _ count: Int = .max) -> (text: String, end: Answer<String>) {
        var text = ""
        while text.utf8.count < count {
            let answer = Import.blockingRead(input, UInt64(count - text.utf8.count))
            guard case .ok(let part) = answer else { return (text, answer) }
            text += part
        }
        return (text, .ok(""))
    }

    // MARK: Datagrams

    /// A bound UDP socket.
    static func boundUDP(
        _ family: AddressFamily, to address: SocketAddress? = nil
    ) throws -> Int32 {
        let network = Import.network()
        defer { Import.drop(network: network) }
        let socket = try Import.udp(family).get()
        let address = address ?? SocketAddress(family.loopback, port: 0)
        try check(Import.startBind(udp: socket, network, address))
        while true {
            switch Import.finishBind(udp: socket) {
            case nil: return socket
            case .wouldBlock?: continue
            case let error?: throw error
            }
        }
    }

    /// Sends one datagram, when it may.
    static func send(_ outgoing: Int32, _ text: String, to peer: SocketAddress? = nil) throws {
        let pollable = Import.subscribe(outgoing: outgoing)
        defer { Import.drop(pollable: pollable) }
        let datagram = OutgoingDatagram(Array(text.utf8), to: peer)
        repeat {
            Import.block(pollable)
            _ = try Import.checkSend(outgoing).get()
        } while try Import.send(outgoing, [datagram]).get() == 0
    }

    /// Waits for so many datagrams.
    static func receive(_ incoming: Int32, _ count: Int) throws -> [IncomingDatagram] {
        let pollable = Import.subscribe(incoming: incoming)
        defer { Import.drop(pollable: pollable) }
        var datagrams: [IncomingDatagram] = []
        while datagrams.count < count {
            Import.block(pollable)
            datagrams += try Import.receive(incoming, UInt64(count - datagrams.count)).get()
        }
        return datagrams
    }
}

extension IncomingDatagram {
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
