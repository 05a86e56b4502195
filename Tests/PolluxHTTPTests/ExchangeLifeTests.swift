// Exchanges that are given up, many at once, and what is left in the end.

import Foundation
import PolluxHost
import PolluxLibuv
import TestServers
import Testing

@testable import PolluxHTTP

@Suite struct ExchangeLifeTests {
    /// Whether a client that gives up its exchange, once `isThere` says so, leaves its server.
    private func leaves(
        after answer: String, _ isThere: (Client, HTTPExchange) -> Bool
    ) -> Bool {
        let told = Told<Bool>()
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send(answer)
            _ = try peer.awaitLeaving()
            told.tell(true)
        }
        let client = Client()
        let exchange = client.begin(port: server.port)
        client.turn { isThere(client, exchange) }
        client.transport.close(exchange)
        server.join()
        return told.all == [true]
    }

    @Test func `HTTP-46: an exchange given up before its head closes the connection`() {
        #expect(
            leaves(after: "") { client, exchange in
                if case .sent = client.transport.progress(of: exchange) { true } else { false }
            })
    }

    @Test func `HTTP-55: an exchange given up within its body closes the connection`() {
        #expect(
            leaves(after: "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort") {
                client, exchange in
                client.driver.isReady(exchange.response)
            })
    }

    @Test func `an exchange given up while it is held back closes the connection`() {
        let size = 1 << 20
        let body = String(repeating: "x", count: size)
        #expect(
            leaves(after: "HTTP/1.1 200 OK\r\nContent-Length: \(size + 1)\r\n\r\n\(body)") {
                client, exchange in
                client.transport.held(by: exchange) >= 65_536
            })
    }

    @Test func `HTTP-46: an exchange given up while it connects leaves nothing behind`() {
        ScriptedServer.withFullBacklog { port in
            let client = Client()
            for _ in 0..<3 {
                let exchange = client.begin(port: port)
                client.turn { !client.transport.watches.isEmpty }
                #expect(client.transport.progress(of: exchange) == .connecting)
                client.transport.close(exchange)
                #expect(client.transport.watches.isEmpty)
            }
            // The descriptor is the next one's, which is heard of.
            let server = ScriptedServer { server in
                let peer = try server.accept()
                _ = try peer.readHead()
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
            let next = client.begin(port: server.port)
            #expect((try? client.response(to: next).body) == .whole("ok"))
        }
    }

    @Test func `an exchange can be given up at any time`() {
        let server = ScriptedServer { server in
            while true {
                let peer = try server.accept()
                guard try peer.readHead().hasPrefix("GET /on") else { return }
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789")
            }
        }
        let client = Client(names: ["later": .pending, "here": .addresses([.loopback])])
        for turns in 0..<20 {
            for host in ["127.0.0.1", "later", "here"] {
                let exchange = client.begin(host: host, port: server.port, path: "/on")
                for _ in 0..<turns { client.driver.turn(for: [exchange.head]) }
                client.transport.close(exchange)
            }
        }
        let last = client.begin(port: server.port, path: "/off")
        _ = client.outcome(of: last)
        server.join()
        #expect(client.transport.exchangeCount == 1)
    }

    @Test func `after an exchange was given up, its sources are others'`() throws {
        let server = ScriptedServer { server in
            for _ in 0..<20 {
                let peer = try server.accept()
                _ = try peer.readHead()
                try peer.send("HTTP/1.0 200 OK\r\n\r\nok")
            }
        }
        let client = Client()
        var seen: Set<SourceID> = []
        for _ in 0..<20 {
            let exchange = client.begin(port: server.port)
            seen.formUnion([exchange.head, exchange.response, exchange.request])
            #expect(try client.response(to: exchange).body == .whole("ok"))
            client.transport.close(exchange)
        }
        #expect(seen.count == 3)
    }

    @Test func `a thousand requests are under way at once`() throws {
        let count = 1_000
        let server = ScriptedServer { server in
            // No answer before all are there.
            var peers: [Peer] = []
            for _ in 0..<count { peers.append(try server.accept()) }
            for peer in peers {
                let head = try peer.readHead()
                let path = String(head.split(separator: " ")[1])
                try peer.send(
                    "HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")
            }
            for peer in peers { _ = try peer.awaitLeaving() }
        }
        var client: Client? = Client()
        let exchanges = (0..<count).map { client!.begin(port: server.port, path: "/\($0)") }
        var wrong = 0
        for (number, exchange) in exchanges.enumerated() {
            let response = try client!.response(to: exchange)
            if response.body != .whole("/\(number)") { wrong += 1 }
        }
        #expect(wrong == 0)
        for exchange in exchanges { client!.transport.close(exchange) }
        #expect(client!.transport.exchangeCount == 0)
        // Not more than may idle.
        #expect(client!.transport.watches.count <= 101)
        client = nil
        server.join()
    }

    @Test func `HTTP-56: a gigabyte goes through in constant memory`() async {
        await #expect(processExitsWith: .success) {
            let size = 1 << 30
            let server = ScriptedServer { server in
                let peer = try server.accept()
                _ = try peer.readHead()
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
                let piece = [UInt8](repeating: 120, count: 1 << 20)
                for _ in 0..<(size >> 20) { try peer.send(piece) }
            }
            func peak() -> Int {
                var usage = rusage()
                getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
                return usage.ru_maxrss >> 10
            }
            let client = Client()
            let exchange = client.begin(port: server.port)
            _ = try client.head(of: exchange)
            let before = peak()
            var count = 0
            reading: while client.wait(for: [exchange.response]) {
                switch client.driver.read(exchange.response, upTo: 1 << 20) {
                case .bytes(let bytes): count += bytes.count
                case .wouldBlock: continue
                case .closed, .failed: break reading
                }
            }
            // The server's own buffers are in it, and with a sanitizer what it keeps of freed memory.
            let isSanitized = getenv("ASAN_OPTIONS") != nil || getenv("TSAN_OPTIONS") != nil
            let grown = peak() - before
            FileHandle.standardError.write(Data("\(count) bytes, \(grown) MiB more\n".utf8))
            exit(count == size && grown < (isSanitized ? 512 : 48) ? 0 : 1)
        }
    }

    @Test func `teardown gives every descriptor back, whatever is under way`() async {
        await #expect(processExitsWith: .success) {
            func descriptors() -> Int {
                (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? -1
            }
            let server = ScriptedServer { server in
                while true {
                    let peer = try server.accept()
                    let head = try peer.readHead()
                    if head.hasPrefix("GET /end") { return }
                    if head.hasPrefix("GET /half") {
                        try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort")
                    }
                    if head.hasPrefix("GET /whole") {
                        try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                    }
                    // And holds it.
                    _ = try? peer.awaitLeaving()
                }
            }
            func round() throws {
                for path in ["/half", "/whole", "/never"] {
                    let client = Client(names: ["later": .pending])
                    let exchange = client.begin(port: server.port, path: path)
                    _ = client.begin(host: "later", port: server.port)
                    if path == "/never" {
                        client.turn { client.transport.progress(of: exchange) != .connecting }
                    } else {
                        _ = try client.head(of: exchange)
                    }
                }
            }
            try round()
            let before = descriptors()
            for _ in 0..<30 { try round() }
            let after = descriptors()
            // Dispatch opens a timer of its own when it first needs one, and the server's end may still
            // be closing.
            exit(before > 0 && after - before < 10 ? 0 : 1)
        }
    }

    @Test func `a host that has a transport goes, and all of it with it`() throws {
        let told = Told<Bool>()
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            _ = try peer.awaitLeaving()
            told.tell(true)
        }
        do {
            let driver = LibuvDriver()
            let host = WASIHost(driver: driver)
            let transport = CurlTransport(on: driver)
            host.transport = transport
            let port = server.port
            let exchange = transport.begin(
                HTTPRequestHead(
                    to: HTTPAuthority(
                        text: "127.0.0.1:\(port)", host: "127.0.0.1", port: port))
            ) { _ in true }
            while transport.progress(of: exchange) == .connecting { driver.turn(for: []) }
        }
        server.join()
        #expect(told.all == [true])
    }
}
