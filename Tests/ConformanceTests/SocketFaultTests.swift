// What goes wrong with one connection is no other connection's business, and nothing hangs.

import Foundation
import PolluxHost
import PolluxLibuv
import PolluxNative
import Testing

/// A connection beside the one that is in trouble.
private struct Bystander: Sendable {
    let pair: Socket.Pair

    init(_ family: AddressFamily = .ipv4) throws { pair = try Socket.Pair(family) }

    /// Sends texts there and back; whether each came back in time.
    func echoes(_ rounds: Int = 20) -> Bool {
        (0..<rounds).allSatisfy { round in
            let text = "round \(round)"
            return pass(text, pair.client, pair.server) && pass(text, pair.server, pair.client)
        }
    }

    private func pass(_ text: String, _ from: Connection, _ to: Connection) -> Bool {
        guard Import.blockingWriteAndFlush(from.output, text) == .done else { return false }
        let pollable = Import.subscribe(input: to.input)
        defer { Import.drop(pollable: pollable) }
        return comes(pollable) && Socket.read(to.input, text.utf8.count).text == text
    }
}

/// Writes until there was no permit in five waits of 20 ms in a row; how many bytes that were. The kernel
/// takes more as it moves what it has, and where it is busy it moves that late.
private func fill(_ output: Int32) -> Int {
    let pollable = Import.subscribe(output: output)
    defer { Import.drop(pollable: pollable) }
    var sent = 0
    var misses = 0
    while misses < 5, sent < 256 << 20 {
        guard waits(for: pollable, 20), case .ok(let permit) = Import.checkWrite(output), permit > 0
        else {
            misses += 1
            continue
        }
        misses = 0
        let text = String(repeating: "x", count: Int(permit))
        if Import.write(output, text) == .done { sent += text.utf8.count }
    }
    return sent
}

/// Writes on until a write is refused, as it is once the reset has arrived; what `check-write` said then.
private func writeUntilRefused(_ output: Int32) -> Answer<UInt64> {
    let pollable = Import.subscribe(output: output)
    defer { Import.drop(pollable: pollable) }
    while comes(pollable) {
        let check = Import.checkWrite(output)
        guard case .ok(let permit) = check else { return check }
        _ = Import.write(output, String(repeating: "x", count: Int(min(permit, 1))))
    }
    return Import.checkWrite(output)
}

struct SocketFaultTests {
    @Test(arguments: SocketCase.all)
    func `STREAM-40: a reset in the middle of a write fails that write, and no other connection's`(
        test: SocketCase
    ) throws {
        let world = SocketWorld(test.place)
        let (sent, woke, checks, echoes) = try world.run {
            let bystander = try Bystander(test.family)
            let pair = try Socket.Pair(test.family)
            let sent = fill(pair.client.output)
            let pollable = Import.subscribe(output: pair.client.output)
            Socket.reset(pair.server)
            let woke = comes(pollable)
            let checks =
                [writeUntilRefused(pair.client.output)]
                + (0..<2).map { _ in Import.checkWrite(pair.client.output) }
            let echoes = bystander.echoes()
            Import.drop(pollable: pollable)
            Socket.drop(pair.client)
            Import.drop(tcp: pair.listener)
            bystander.pair.drop()
            return (sent, woke, checks, echoes)
        }
        #expect(sent > 0)
        #expect(woke)
        for check in checks {
            if case .ok = check { Issue.record("a permit to write to nobody: \(check)") }
        }
        if case .failed(let text) = checks[0] {
            #expect(text.lowercased().contains("connection reset"))
        }
        #expect(echoes)
        #expect(world.host.liveResources == 0)
    }

    @Test(arguments: SocketCase.all)
    func `STREAM-13: a peer that never reads stops its own writer alone, until it reads`(
        test: SocketCase
    ) throws {
        let world = SocketWorld(test.place)
        let (sent, check, early, echoes, read, late) = try world.run {
            let bystander = try Bystander(test.family)
            let pair = try Socket.Pair(test.family)
            let pollable = Import.subscribe(output: pair.client.output)
            var sent = 0
            var early = true
            // As long as a busy kernel still moves something, it is filled once more.
            for _ in 0..<100 where early {
                sent += fill(pair.client.output)
                early = waits(for: pollable, 100)
            }
            let check = Import.checkWrite(pair.client.output)
            let echoes = bystander.echoes()
            var read = 0
            while read < sent, case .ok(let text) = Import.blockingRead(pair.server.input, 65_536) {
                read += text.utf8.count
            }
            let late = comes(pollable)
            Import.drop(pollable: pollable)
            pair.drop()
            bystander.pair.drop()
            return (sent, check, early, echoes, read, late)
        }
        #expect(check == .ok(0))
        #expect(!early)
        #expect(echoes)
        #expect(read == sent)
        #expect(late)
        #expect(world.host.liveResources == 0)
    }

    @Test(arguments: SocketCase.all)
    func `STREAM-34: a connection whose peer never reads can be dropped, full as it is`(
        test: SocketCase
    ) throws {
        let world = SocketWorld(test.place)
        let (sent, echoes, isEmpty) = try world.run {
            let bystander = try Bystander(test.family)
            let pair = try Socket.Pair(test.family)
            let sent = fill(pair.client.output)
            Socket.drop(pair.client)
            let echoes = bystander.echoes()
            let isEmpty = Socket.read(pair.server.input).text.isEmpty
            Socket.drop(pair.server)
            Import.drop(tcp: pair.listener)
            bystander.pair.drop()
            return (sent, echoes, isEmpty)
        }
        #expect(sent > 0)
        #expect(echoes)
        #expect(!isEmpty)
        #expect(world.host.liveResources == 0)
    }

    @Test(arguments: SocketCase.all)
    func `TCP-24, TCP-60: who finds a queue full waits for an accept, or gives up`(test: SocketCase)
        throws
    {
        let world = SocketWorld(test.place)
        let (pending, echoes, isConnected, accepted) = try world.run {
            let bystander = try Bystander(test.family)
            let network = Import.network()
            let listener = try Socket.listener(test.family) { _ = Import.setBacklog(tcp: $0, 1) }
            let address = try Import.localAddress(tcp: listener).get()
            var queued: [Connection] = []
            var waiting: [Int32] = []
            while waiting.count < 2, queued.count < 16 {
                while waiting.count < 2 {
                    let socket = try Import.tcp(test.family).get()
                    _ = Import.startConnect(tcp: socket, network, address)
                    waiting.append(socket)
                }
                // Who is let in may be let in late; who is not is asked again and again.
                var isLetIn = false
                for _ in 0..<10 where !isLetIn {
                    for socket in waiting {
                        let pollable = Import.subscribe(tcp: socket)
                        defer { Import.drop(pollable: pollable) }
                        guard waits(for: pollable, 20) else { continue }
                        queued.append(try Import.finishConnect(tcp: socket).get())
                        waiting.removeAll { $0 == socket }
                        isLetIn = true
                    }
                }
            }
            let pending = waiting.map { Import.finishConnect(tcp: $0).refusal }
            let echoes = bystander.echoes()
            // One gives up; the other is let in as the queue empties.
            Import.drop(tcp: waiting.removeFirst())
            var servers = try queued.map { _ in try Socket.accept(listener) }
            let pollable = Import.subscribe(tcp: waiting[0])
            let isConnected = comes(pollable)
            Import.drop(pollable: pollable)
            queued.append(try Import.finishConnect(tcp: waiting[0]).get())
            // Beside it there may be who has given up, at its end already.
            servers.append(try Socket.accept(listener))
            let accepted = servers.count
            for connection in queued + servers { Socket.drop(connection) }
            Import.drop(tcp: listener)
            Import.drop(network: network)
            bystander.pair.drop()
            return (pending, echoes, isConnected, accepted == queued.count)
        }
        #expect(pending == [.wouldBlock, .wouldBlock])
        #expect(echoes)
        #expect(isConnected)
        #expect(accepted)
        #expect(world.host.liveResources == 0)
    }

    @Test(arguments: SocketPlace.allCases)
    func `DNS-14: a look-up that nobody answers holds up nobody`(place: SocketPlace) throws {
        let driver: any Driver
        switch place {
        case .kernel: driver = LibuvDriver(resolver: .table(["slow.example": .pending]))
        case .simulated:
            let simulated = VirtualDriver()
            simulated.lookupTime = nil
            driver = simulated
        }
        let host = WASIHost(driver: driver, trace: Trace(), network: .all)
        let (isAnswered, answer, echoes) = try complete(on: host) {
            Result {
                let bystander = try Bystander()
                let network = Import.network()
                let lookup = try Import.resolve(network, "slow.example").get()
                let pollable = Import.subscribe(lookup: lookup)
                let isAnswered = waits(for: pollable, 20)
                let echoes = bystander.echoes()
                let answer = Import.next(lookup: lookup)
                Import.drop(pollable: pollable)
                Import.drop(lookup: lookup)
                Import.drop(network: network)
                bystander.pair.drop()
                return (isAnswered, answer, echoes)
            }
        }.get()
        #expect(!isAnswered)
        #expect(answer == .failure(.wouldBlock))
        #expect(echoes)
        #expect(host.liveResources == 0)
    }

    @Test(arguments: HostPolicy.Rules.allCases)
    func `TCP-04, TCP-38: at RLIMIT_NOFILE new sockets fail, and those that are there go on`(
        rules: HostPolicy.Rules
    ) async {
        await #expect(processExitsWith: .success) { [isSpec = (rules == .spec) as Bool] in
            let policy = HostPolicy(rules: isSpec ? .spec : .wasmtime)
            let code: NetworkError = isSpec ? .newSocketLimit : .unknown
            let world = SocketWorld(.kernel, policy: policy)
            try world.run {
                let bystander = try Bystander()
                let listener = try Socket.listener(.ipv4)
                let client = try Socket.connect(
                    .ipv4, to: Import.localAddress(tcp: listener).get())
                var limit = rlimit()
                getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                limit.rlim_cur = 64
                #expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
                var sockets: [Int32] = []
                while sockets.count < 100, let socket = try? Import.tcp(.ipv4).get() {
                    sockets.append(socket)
                }
                #expect(!sockets.isEmpty && sockets.count < 100)
                #expect(Import.tcp(.ipv6).refusal == code)
                #expect(Import.udp(.ipv4).refusal == code)
                let pollable = Import.subscribe(tcp: listener)
                #expect(comes(pollable))
                for _ in 0..<3 { #expect(Import.accept(tcp: listener).refusal == code) }
                #expect(bystander.echoes())
                // With one descriptor back the listener goes on.
                Import.drop(tcp: sockets.removeLast())
                let server = try Socket.accept(listener)
                _ = Import.blockingWriteAndFlush(client.output, "at last")
                #expect(Socket.read(server.input, 7).text == "at last")
                for socket in sockets { Import.drop(tcp: socket) }
                Import.drop(pollable: pollable)
                for connection in [client, server] { Socket.drop(connection) }
                Import.drop(tcp: listener)
                bystander.pair.drop()
            }
            #expect(world.host.liveResources == 0)
        }
    }
}
