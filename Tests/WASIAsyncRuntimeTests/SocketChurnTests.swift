// Tasks that connect, accept, cancel, reset and drop at random: nothing is left behind.

import SimulatedWorld
import Testing
import WASIAsyncRuntime
import WASIp2

import struct PolluxHost.SplitMix64

/// What the tasks of a guest did, and what was done to them.
private struct Tally: Sendable, CustomStringConvertible {
    var connects = 0
    var accepts = 0
    /// Reads, writes and connects that were given up while they were under way.
    var cancels = 0
    /// Connections that turned out to have been reset.
    var resets = 0
    /// Connects that nobody listened for.
    var refusals = 0

    /// Whether there was some of everything.
    var isWhole: Bool { [connects, accepts, cancels, resets, refusals].allSatisfy { $0 > 0 } }

    static func + (a: Tally, b: Tally) -> Tally {
        Tally(
            connects: a.connects + b.connects, accepts: a.accepts + b.accepts,
            cancels: a.cancels + b.cancels, resets: a.resets + b.resets,
            refusals: a.refusals + b.refusals)
    }

    var description: String {
        "\(connects) connected, \(refusals) refused, \(accepts) accepted, \(cancels) cancelled, "
            + "\(resets) reset"
    }
}

/// A guest whose tasks use sockets and leave them, as its random numbers say.
@MainActor private final class Churn {
    private var random: SplitMix64
    private var tally = Tally()
    private var address = anyPort
    private var server: Task<Void, Never>?

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// So many clients, some at a time, and a server that is replaced now and then.
    func run(clients: Int) async throws -> Tally {
        try await startServer()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<clients {
                group.addTask { await self.client() }
                if number % 4 == 3 { await group.next() }
                guard draw(40) == 0 else { continue }
                await stopServer()
                await client()
                try? await startServer()
            }
        }
        await stopServer()
        return tally
    }

    private func draw(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }

    /// Up to 2 ms.
    private func drawTime() -> Duration { .microseconds(draw(2_000)) }

    // MARK: The server

    private func startServer() async throws {
        let listener = try await TCPListener.bind(to: anyPort, backlog: UInt64(1 + draw(8)))
        address = try listener.localAddress()
        server = Task { await self.serve(listener) }
    }

    private func stopServer() async {
        server?.cancel()
        await server?.value
    }

    /// Takes connections until it is cancelled; what it has begun by then is cancelled, too.
    private func serve(_ listener: TCPListener) async {
        await withTaskGroup(of: Void.self) { group in
            while !Task.isCancelled {
                do {
                    let stream = try await listener.accept()
                    tally.accepts += 1
                    group.addTask { await self.attend(stream) }
                } catch is CancellationError {
                    break
                } catch {
                    await Task.yield()
                }
            }
            group.cancelAll()
        }
    }

    private func attend(_ stream: TCPStream) async {
        await counting {
            switch draw(4) {
            case 0: return
            case 1: try await sleep(for: drawTime())
            case 2: _ = try await stream.input.read(upTo: 10)
            default:
                _ = try await stream.copy(from: stream.input)
                try stream.shutDown(.send)
            }
        }
    }

    // MARK: Clients

    private func client() async {
        await counting {
            let stream = try await withTimeout(drawTime()) {
                try await TCPStream.connect(to: self.address)
            }
            tally.connects += 1
            let count = 1 << draw(18)
            let writer = Task {
                await self.counting {
                    try await stream.output.write([UInt8](repeating: 7, count: count))
                    if self.draw(2) == 0 { try stream.shutDown(.send) }
                }
            }
            await counting {
                for _ in 0..<draw(4) {
                    let limit = drawTime()
                    guard try await withTimeout(limit, { try await stream.input.read() }) != nil
                    else { break }
                }
            }
            if draw(2) == 0 { writer.cancel() }
            // A peer that takes nothing would never let the writer end.
            _ = try? await withTimeout(.milliseconds(2)) { await writer.value }
            writer.cancel()
            await writer.value
        }
    }

    /// Runs a part of a task and counts how it ended.
    private func counting(_ body: @MainActor () async throws -> Void) async {
        do {
            try await body()
        } catch is TimeoutError {
            tally.cancels += 1
        } catch is CancellationError {
            tally.cancels += 1
        } catch NetworkError.connectionRefused {
            tally.refusals += 1
        } catch {
            tally.resets += 1
        }
    }
}

struct SocketChurnTests {
    @Test func `in memory, tasks that use sockets in a muddle leave nothing behind`() throws {
        var tally = Tally()
        for seed in UInt64(1)...20 {
            tally =
                tally
                + (try runSockets(latency: seed % 2 * 10_000) {
                    try await Churn(seed: seed).run(clients: 60)
                })
        }
        #expect(tally.isWhole, "\(tally)")
    }

    @Test func `in memory, a seed is one order of events`() throws {
        func tally() throws -> String {
            try runSockets { "\(try await Churn(seed: 7).run(clients: 60))" }
        }
        #expect(try tally() == tally())
    }

    /// For a second, or as many as POLLUX_STRESS says.
    @Test func `on the kernel's loopback, tasks that use sockets in a muddle leave nothing behind`()
        async throws
    {
        let result = await #expect(
            processExitsWith: .success, observing: [\.standardErrorContent]
        ) {
            var tally = Tally()
            let rounds = try StressRounds { seed in
                tally =
                    tally
                    + (try runSockets(on: .kernel) {
                        try await Churn(seed: seed).run(clients: 60)
                    })
            }
            rounds.tell(tally)
            #expect(tally.isWhole, "\(tally)")
            #expect(rounds.left < 3)
        }
        print(String(decoding: try #require(result).standardErrorContent, as: UTF8.self))
    }
}
