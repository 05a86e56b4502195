// `http-rate`: requests by wasi:http, and by libcurl on libuv alone, in turns, to one server.

import ArgumentParser
import CHTTP
import Foundation
import PolluxHTTP
import PolluxHost
import PolluxLibuv
import PolluxNative
import Synchronization

@main
struct HTTPRate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "http-rate",
        abstract: "GET requests a second, beside libcurl's multi handle on libuv in C.",
        discussion: """
            Examples:
              http-rate                                  1 and 64 requests in flight
              http-rate --in-flight 10 --rounds 9        one number of them, more rounds
              http-rate --size 65536                     longer bodies

            One iteration is one GET on a connection that is kept, and its whole response. The
            clients are a guest with nothing but the imports of wasi:http and one poll, on the
            native host, and a C program on libcurl and libuv. The server of both is one loop
            in C on epoll, on another thread. The figures are medians of the rounds. A second
            line says what the client's thread computed for a request, in µs.

            Exit codes:
              0   measured
              1   a client failed
              64  wrong usage
            """)

    @Option(help: "How many requests at once; repeat it for more rows.")
    var inFlight: [Int] = []

    @Option(help: "How often each client is measured.")
    var rounds = 5

    @Option(help: "How long a round lasts, in ms.")
    var time = 500

    @Option(help: "The bytes of a response's body.")
    var size = 64

    func validate() throws {
        guard inFlight.allSatisfy({ (1...10_000).contains($0) }) else {
            throw ValidationError("--in-flight is a number from 1 to 10000.")
        }
        guard (1...1_000).contains(rounds), (1...600_000).contains(time),
            (1...100_000).contains(size)
        else {
            throw ValidationError(
                "--rounds is a number from 1 to 1000, --time up to 600000, --size up to 100000.")
        }
    }

    func run() throws {
        let port = http_serve(Int32(size))
        guard port > 0 else { throw fail("the server: \(String(cString: strerror(-port)))") }
        print("GET of \(size) bytes, requests a second, median of \(rounds) rounds of \(time) ms")
        print(row("in flight", "", "Pollux", "libcurl in C", "Pollux"))
        for count in inFlight.isEmpty ? [1, 64] : inFlight {
            var ours: [Rate] = []
            var theirs: [Rate] = []
            for _ in 0..<rounds {
                ours.append(try measureOurs(UInt16(port), count))
                theirs.append(try measureCurl(UInt16(port), count))
            }
            let rates = [ours, theirs].map {
                median($0.map { Double($0.requests) * 1e9 / Double($0.wall) })
            }
            let costs = [ours, theirs].map {
                median($0.map { Double($0.computed) / Double($0.requests) / 1_000 })
            }
            print(
                row(
                    "\(count)", "requests/s", "\(Int(rates[0]))", "\(Int(rates[1]))",
                    percent(rates[0] / rates[1])))
            print(
                row(
                    "", "µs/request", String(format: "%.2f", costs[0]),
                    String(format: "%.2f", costs[1]), percent(costs[1] / costs[0])))
        }
    }

    private func measureOurs(_ port: UInt16, _ count: Int) throws -> Rate {
        let result = Mutex<Result<Rate, any Error>?>(nil)
        let time = time
        let driver = LibuvDriver()
        let host = WASIHost(driver: driver)
        host.transport = CurlTransport(on: driver)
        let outcome = Guest.run(on: host) {
            let rate = Result {
                try RateGuest.run(port: port, inFlight: count, milliseconds: time)
            }
            result.withLock { $0 = rate }
        }
        guard let rate = result.withLock({ $0 }) else { throw fail("Pollux: \(outcome)") }
        do { return try rate.get() } catch { throw fail("Pollux: \(error)") }
    }

    private func measureCurl(_ port: UInt16, _ count: Int) throws -> Rate {
        var rate = Rate(requests: 0, computed: 0, wall: 0)
        let status = http_measure(
            port, Int32(count), Int32(time), &rate.requests, &rate.computed, &rate.wall)
        guard status == 0 else { throw fail("libcurl in C: error \(status)") }
        return rate
    }

    private func fail(_ text: String) -> ExitCode {
        try? FileHandle.standardError.write(contentsOf: Data("http-rate: \(text)\n".utf8))
        return ExitCode(1)
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    private func percent(_ share: Double) -> String { String(format: "%.0f %%", 100 * share) }

    private func row(_ cells: String...) -> String {
        cells.map { String(repeating: " ", count: max(0, 14 - $0.count)) + $0 }.joined()
    }
}
