// Connecting, accepting, cancelling, resetting and dropping at random: nothing is left behind.

import PolluxHost
import PolluxNative
import SimulatedWorld
import Testing

/// What a guest did, and what was done to it.
private struct Tally: Sendable, CustomStringConvertible {
    var connects = 0
    var accepts = 0
    /// Connects that were given up while they were under way.
    var cancels = 0
    /// Connections that turned out to have been reset.
    var resets = 0
    var drops = 0
    /// Connects that nobody listened for.
    var refusals = 0

    /// Whether there was some of everything.
    var isWhole: Bool {
        [connects, accepts, cancels, resets, drops, refusals].allSatisfy { $0 > 0 }
    }

    static func + (a: Tally, b: Tally) -> Tally {
        Tally(
            connects: a.connects + b.connects, accepts: a.accepts + b.accepts,
            cancels: a.cancels + b.cancels, resets: a.resets + b.resets, drops: a.drops + b.drops,
            refusals: a.refusals + b.refusals)
    }

    var description: String {
        "\(connects) connected, \(refusals) refused, \(accepts) accepted, \(cancels) cancelled, "
            + "\(resets) reset, \(drops) dropped"
    }
}

/// A guest that opens sockets, uses them and leaves them, as its random numbers say.
private struct Churn {
    private var random: SplitMix64
    private let network = Import.network()
    private var listeners: [(socket: Int32, address: SocketAddress)] = []
    private var connecting: [Int32] = []
    private var open: [Connection] = []
    private var tally = Tally()

    private init(seed: UInt64) throws {
        random = SplitMix64(seed: seed)
        for family in AddressFamily.allCases { try listen(family) }
    }

    /// So many steps; drops all that is left in the end.
    static func run(seed: UInt64, steps: Int) throws -> Tally {
        var churn = try Churn(seed: seed)
        for _ in 0..<steps { try churn.step() }
        return churn.end()
    }

    private mutating func listen(_ family: AddressFamily) throws {
        let backlog = UInt64.random(in: 1...8, using: &random)
        let socket = try Socket.listener(family) { _ = Import.setBacklog(tcp: $0, backlog) }
        listeners.append((socket, try Import.localAddress(tcp: socket).get()))
    }

    private mutating func step() throws {
        switch random.next() % 16 {
        case 0, 1, 2: try connect()
        case 3, 4: try finish()
        case 5, 6, 7: try accept()
        case 8: cancel()
        case 9, 10: write()
        case 11: read()
        case 12: drop()
        case 13: shutDown()
        case 14: look()
        default: try replaceListener()
        }
    }

    private mutating func connect() throws {
        let address = listeners.randomElement(using: &random)!.address
        let socket = try Import.tcp(address.family).get()
        if let error = Import.startConnect(tcp: socket, network, address) { throw error }
        connecting.append(socket)
    }

    private mutating func finish() throws {
        guard let place = connecting.indices.randomElement(using: &random) else { return }
        switch Import.finishConnect(tcp: connecting[place]) {
        case .success(let connection):
            connecting.remove(at: place)
            open.append(connection)
            tally.connects += 1
        case .failure(.wouldBlock): return
        case .failure(.connectionRefused), .failure(.connectionReset):
            Import.drop(tcp: connecting.remove(at: place))
            tally.refusals += 1
        case .failure(let error): throw error
        }
    }

    private mutating func accept() throws {
        switch Import.accept(tcp: listeners.randomElement(using: &random)!.socket) {
        case .success(let connection):
            open.append(connection)
            tally.accepts += 1
        case .failure(.wouldBlock), .failure(.connectionAborted): return
        case .failure(let error): throw error
        }
    }

    private mutating func cancel() {
        guard let place = connecting.indices.randomElement(using: &random) else { return }
        Import.drop(tcp: connecting.remove(at: place))
        tally.cancels += 1
    }

    private mutating func write() {
        guard let output = open.randomElement(using: &random)?.output,
            case .ok(let permit) = Import.checkWrite(output), permit > 0
        else { return }
        let count = Int(min(permit, random.next() % 20_000))
        _ = Import.write(output, String(repeating: "x", count: count))
        if random.next() % 2 == 0 { _ = Import.flush(output) }
    }

    private mutating func read() {
        guard let input = open.randomElement(using: &random)?.input else { return }
        if case .failed = Import.read(input, random.next() % 20_000) { tally.resets += 1 }
    }

    /// An end, or a reset where something was not read.
    private mutating func drop() {
        guard let place = open.indices.randomElement(using: &random) else { return }
        Socket.drop(open.remove(at: place))
        tally.drops += 1
    }

    private mutating func shutDown() {
        guard let socket = open.randomElement(using: &random)?.socket else { return }
        let kind = [ShutdownKind.receive, .send, .both].randomElement(using: &random)!
        _ = Import.shutdown(tcp: socket, kind)
    }

    /// Waits for everything at once, for a moment.
    private mutating func look() {
        var pollables = listeners.map { Import.subscribe(tcp: $0.socket) }
        pollables += connecting.map { Import.subscribe(tcp: $0) }
        pollables += open.flatMap {
            [Import.subscribe(input: $0.input), Import.subscribe(output: $0.output)]
        }
        pollables.append(Import.subscribe(after: random.next() % 200_000))
        _ = Import.poll(pollables.shuffled(using: &random))
        for pollable in pollables { Import.drop(pollable: pollable) }
    }

    /// Who waits in its queue is reset, and who comes now finds nobody.
    private mutating func replaceListener() throws {
        let place = listeners.indices.randomElement(using: &random)!
        let old = listeners.remove(at: place)
        Import.drop(tcp: old.socket)
        if random.next() % 2 == 0 {
            let late = try Import.tcp(old.address.family).get()
            if let error = Import.startConnect(tcp: late, network, old.address) { throw error }
            connecting.append(late)
        }
        try listen(old.address.family)
    }

    private consuming func end() -> Tally {
        for connection in open { Socket.drop(connection) }
        for socket in connecting + listeners.map(\.socket) { Import.drop(tcp: socket) }
        Import.drop(network: network)
        return tally
    }
}

@Suite struct SocketStressTests {
    @Test func `in memory, sockets in a muddle leave nothing behind`() throws {
        var tally = Tally()
        for seed in UInt64(1)...20 {
            let world = SocketWorld(.simulated, latency: seed % 2 * 10_000)
            let part = try world.run { try Churn.run(seed: seed, steps: 300) }
            #expect(world.host.liveResources == 0, "seed \(seed)")
            tally = tally + part
        }
        #expect(tally.isWhole, "\(tally)")
    }

    /// For a second, or as many as POLLUX_STRESS says.
    @Test func `on the kernel's loopback, sockets in a muddle leave nothing behind`() async throws {
        let result = await #expect(
            processExitsWith: .success, observing: [\.standardErrorContent]
        ) {
            func round(seed: UInt64) throws -> Tally {
                let world = SocketWorld(.kernel)
                let tally = try world.run { try Churn.run(seed: seed, steps: 400) }
                #expect(world.host.liveResources == 0, "seed \(seed)")
                return tally
            }
            var tally = Tally()
            let rounds = try StressRounds { tally = tally + (try round(seed: $0)) }
            rounds.tell(tally)
            #expect(tally.isWhole, "\(tally)")
            #expect(rounds.left < 3)
        }
        print(String(decoding: try #require(result).standardErrorContent, as: UTF8.self))
    }
}
