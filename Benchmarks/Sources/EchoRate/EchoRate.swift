// `echo-rate`: our echo loop and the same loop in C on libuv alone, in turns, by one client.

import ArgumentParser
import CEcho
import EchoGuest
import Foundation
import Synchronization

@main
struct EchoRate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "echo-rate",
        abstract: "Messages a second of an echo server, beside the same server in C on libuv.",
        discussion: """
            Examples:
              echo-rate                                  1, 100 and 1,000 connections
              echo-rate --connections 10 --rounds 9      one number of them, more rounds
              echo-rate --size 4096                      longer messages

            One iteration is one message there and back on one connection, which then
            sends the next. The servers are a guest on WASIAsyncRuntime and the native
            host, and uv_tcp_t with callbacks. Each in turn runs on a thread of its own;
            the client of both is one loop in C on epoll, on another thread. The figure is
            the median of the rounds, the ratio ours over that of libuv. The last three
            columns are what the server's thread computed for a message, in µs, and libuv's
            over ours: they depend less on what else the machine does.

            Exit codes:
              0   measured
              1   a server or the client failed
              64  wrong usage
            """)

    @Option(help: "How many connections at once; repeat it for more rows.")
    var connections: [Int] = []

    @Option(help: "How often each server is measured.")
    var rounds = 5

    @Option(help: "How long a round lasts, in ms.")
    var time = 500

    @Option(help: "The bytes of a message.")
    var size = 64

    func validate() throws {
        guard connections.allSatisfy({ (1...10_000).contains($0) }) else {
            throw ValidationError("--connections is a number from 1 to 10000.")
        }
        guard (1...1_000).contains(rounds), (1...600_000).contains(time),
            (1...16_384).contains(size)
        else {
            throw ValidationError(
                "--rounds is a number from 1 to 1000, --time up to 600000, --size up to 16384.")
        }
    }

    func run() throws {
        print(
            "\(size) bytes there and back, messages a second, median of \(rounds) rounds of \(time) ms"
        )
        print(row("connections", "Pollux", "libuv in C", "ratio", "Pollux µs", "libuv µs", "ratio"))
        for count in connections.isEmpty ? [1, 100, 1_000] : connections {
            var ours: [Figure] = []
            var theirs: [Figure] = []
            for _ in 0..<rounds {
                ours.append(try measure("Pollux", count, EchoServers.serveOurs))
                theirs.append(try measure("libuv", count, EchoServers.serveLibuv))
            }
            let (our, their) = (median(ours.map(\.rate)), median(theirs.map(\.rate)))
            let (cost, least) = (median(ours.map(\.cost)), median(theirs.map(\.cost)))
            print(
                row(
                    "\(count)", String(Int(our)), String(Int(their)), percent(our / their),
                    String(format: "%.2f", cost), String(format: "%.2f", least),
                    percent(least / cost)))
        }
    }

    /// Runs a server on a thread of its own and measures it from this one.
    private func measure(
        _ name: String, _ count: Int,
        _ serve: @escaping @Sendable (Int, @escaping @Sendable (UInt16) -> Void) throws -> Int64
    ) throws -> Figure {
        let run = ServerRun()
        Thread.detachNewThread {
            let time = Result {
                try serve(count) { port in
                    run.port.withLock { $0 = port }
                    run.listening.signal()
                }
            }
            run.time.withLock { $0 = time }
            run.listening.signal()
            run.ended.signal()
        }
        run.listening.wait()
        let port = run.port.withLock { $0 }
        var messages: Int64 = 0
        let rate =
            port == 0 ? 0 : echo_measure(port, Int32(count), size, Int32(time), &messages)
        if rate < 0 {
            // The server may wait for connections that will never come: it is not waited for.
            throw fail(
                "\(name), \(count) connections: the client: \(String(cString: strerror(Int32(-rate))))"
            )
        }
        run.ended.wait()
        do {
            let time = try run.time.withLock { $0! }.get()
            return Figure(rate: rate, cost: Double(time) / Double(messages) / 1_000)
        } catch {
            throw fail("\(name), \(count) connections: \(error)")
        }
    }

    private func fail(_ text: String) -> ExitCode {
        try? FileHandle.standardError.write(contentsOf: Data("echo-rate: \(text)\n".utf8))
        return ExitCode(1)
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    private func percent(_ share: Double) -> String { String(format: "%.0f %%", 100 * share) }

    private func row(_ cells: String...) -> String {
        cells.map { String(repeating: " ", count: max(0, 12 - $0.count)) + $0 }.joined()
    }
}

/// What one round came to.
private struct Figure {
    /// Messages a second.
    var rate: Double
    /// What the server's thread computed for a message, in µs.
    var cost: Double
}

/// What the threads of server and client tell each other.
private final class ServerRun: Sendable {
    /// 0 until there is one.
    let port = Mutex<UInt16>(0)
    /// How long the server has computed, or why it did not get to its end.
    let time = Mutex<Result<Int64, any Error>?>(nil)
    let listening = DispatchSemaphore(value: 0)
    let ended = DispatchSemaphore(value: 0)
}
