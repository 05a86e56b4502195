// `echo-rate`: our echo loop and the same loop in C on libuv alone and on SwiftNIO, in turns, by one client.

import ArgumentParser
import CEcho
import EchoGuest
import Foundation
import Synchronization

@main
struct EchoRate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "echo-rate",
        abstract:
            "Messages a second of an echo server, beside the same in C on libuv and on SwiftNIO.",
        discussion: """
            Examples:
              echo-rate                                  1, 100 and 1,000 connections
              echo-rate --connections 10 --rounds 9      one number of them, more rounds
              echo-rate --size 4096                      longer messages

            One iteration is one message there and back on one connection, which then
            sends the next. The servers are a guest on WASIAsyncRuntime and the native
            host, a channel handler of SwiftNIO, and uv_tcp_t with callbacks in C. Each in
            turn runs on a thread of its own; the client of all is one loop in C on epoll,
            on another thread. The figures are medians of the rounds, the last two columns
            what Pollux and SwiftNIO come to of libuv's. A second line says what the
            server's thread computed for a message, in µs: that depends less on what else
            the machine does.

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
        print(row("connections", "", "Pollux", "SwiftNIO", "libuv in C", "Pollux", "SwiftNIO"))
        let servers: [(name: String, serve: EchoServers.Serve)] = [
            ("Pollux", EchoServers.serveOurs), ("SwiftNIO", EchoServers.serveNIO),
            ("libuv", EchoServers.serveLibuv),
        ]
        for count in connections.isEmpty ? [1, 100, 1_000] : connections {
            var figures = servers.map { _ in [Figure]() }
            for _ in 0..<rounds {
                for (place, server) in servers.enumerated() {
                    figures[place].append(try measure(server.name, count, server.serve))
                }
            }
            let rates = figures.map { median($0.map(\.rate)) }
            let costs = figures.map { median($0.map(\.cost)) }
            print(
                row(
                    ["\(count)", "messages/s"] + rates.map { String(Int($0)) }
                        + rates.dropLast().map { percent($0 / rates.last!) }))
            print(
                row(
                    ["", "µs/message"] + costs.map { String(format: "%.2f", $0) }
                        + costs.dropLast().map { percent(costs.last! / $0) }))
        }
    }

    /// Runs a server on a thread of its own and measures it from this one.
    private func measure(
        _ name: String, _ count: Int,
        _ serve: @escaping EchoServers.Serve
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

    private func row(_ cells: String...) -> String { row(cells) }

    private func row(_ cells: [String]) -> String {
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
