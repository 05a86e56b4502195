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
            the median of the rounds, the ratio ours over that of libuv.

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
        print(row("connections", "Pollux", "libuv in C", "ratio"))
        for count in connections.isEmpty ? [1, 100, 1_000] : connections {
            var ours: [Double] = []
            var theirs: [Double] = []
            for _ in 0..<rounds {
                ours.append(try measure("Pollux", count, EchoServers.serveOurs))
                theirs.append(try measure("libuv", count, EchoServers.serveLibuv))
            }
            let (our, their) = (median(ours), median(theirs))
            let ratio = String(format: "%.0f %%", 100 * our / their)
            print(row("\(count)", String(Int(our)), String(Int(their)), ratio))
        }
    }

    /// Runs a server on a thread of its own and measures it from this one.
    private func measure(
        _ name: String, _ count: Int,
        _ serve: @escaping @Sendable (Int, @escaping @Sendable (UInt16) -> Void) -> String?
    ) throws -> Double {
        let run = ServerRun()
        Thread.detachNewThread {
            let flaw = serve(count) { port in
                run.port.withLock { $0 = port }
                run.listening.signal()
            }
            run.flaw.withLock { $0 = flaw }
            run.listening.signal()
            run.ended.signal()
        }
        run.listening.wait()
        let port = run.port.withLock { $0 }
        let rate = port == 0 ? 0 : echo_measure(port, Int32(count), size, Int32(time))
        if rate < 0 {
            // The server may wait for connections that will never come: it is not waited for.
            throw fail(
                "\(name), \(count) connections: the client: \(String(cString: strerror(Int32(-rate))))"
            )
        }
        run.ended.wait()
        if let flaw = run.flaw.withLock({ $0 }) {
            throw fail("\(name), \(count) connections: \(flaw)")
        }
        return rate
    }

    private func fail(_ text: String) -> ExitCode {
        try? FileHandle.standardError.write(contentsOf: Data("echo-rate: \(text)\n".utf8))
        return ExitCode(1)
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    private func row(_ cells: String...) -> String {
        cells.map { String(repeating: " ", count: max(0, 12 - $0.count)) + $0 }.joined()
    }
}

/// What the threads of server and client tell each other.
private final class ServerRun: Sendable {
    /// 0 until there is one.
    let port = Mutex<UInt16>(0)
    /// What went wrong.
    let flaw = Mutex<String?>(nil)
    let listening = DispatchSemaphore(value: 0)
    let ended = DispatchSemaphore(value: 0)
}
