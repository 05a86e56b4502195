// Bodies in both directions, piece by piece.

import Foundation
import PolluxHost
import TestServers
import Testing

@testable import PolluxHTTP

@Suite struct BodyTests {
    @Test(arguments: [0, 1, 1_000_000])
    func `a body of known length goes out whole`(size: Int) throws {
        let told = Told<[UInt8]>()
        let heads = Told<String>()
        let server = ScriptedServer { server in
            let peer = try server.accept()
            heads.tell(try peer.readHead())
            told.tell(try peer.read(size))
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        let client = Client()
        let exchange = client.begin(
            .post, port: server.port, fields: [HTTPField("Content-Length", "\(size)")],
            body: .length(UInt64(size)))
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(client.write(bytes, to: exchange))
        client.transport.finish(exchange, trailers: [])
        #expect(try client.response(to: exchange).body == .whole("ok"))
        #expect(told.all == [bytes])
        let lines = try #require(heads.all.first).lowercased().components("\r\n")
        #expect(lines.filter { $0.hasPrefix("content-length") } == ["content-length: \(size)"])
        #expect(!lines.contains { $0.hasPrefix("transfer-encoding") || $0.hasPrefix("expect") })
    }

    @Test func `a body of unknown length goes out in chunks, trailers after it`() throws {
        let told = Told<[String]>()
        let heads = Told<String>()
        let server = ScriptedServer { server in
            let peer = try server.accept()
            heads.tell(try peer.readHead())
            let (body, trailers) = try peer.readChunks()
            told.tell([String(decoding: body, as: UTF8.self)] + trailers)
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        let client = Client()
        let exchange = client.begin(.put, port: server.port, body: .chunked)
        for part in ["one, ", "two, ", "three"] {
            client.write(Array(part.utf8), to: exchange)
            client.turn { client.driver.room(in: exchange.request) == .bytes(65_536) }
        }
        client.transport.finish(
            exchange, trailers: [HTTPField("X-Sum", "13"), HTTPField("x-empty", "")])
        #expect(try client.response(to: exchange).body == .whole("ok"))
        #expect(told.all == [["one, two, three", "X-Sum: 13", "x-empty: "]])
        #expect(heads.all.first?.lowercased().contains("transfer-encoding: chunked\r\n") == true)
    }

    @Test func `a body of no bytes in chunks is one last chunk`() throws {
        let told = Told<[UInt8]>()
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            told.tell(try peer.readChunks().body)
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        let client = Client()
        let exchange = client.begin(.post, port: server.port, body: .chunked)
        client.transport.finish(exchange, trailers: [])
        #expect(try client.response(to: exchange).body == .whole("ok"))
        #expect(told.all == [[]])
    }

    @Test func `HTTP-37: the head goes out before there is a body`() throws {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            // An echo of every chunk as it comes.
            while let size = Int(try peer.readLine(), radix: 16), size > 0 {
                let chunk = try peer.read(size)
                _ = try peer.readLine()
                try peer.send(Array("\(String(size, radix: 16))\r\n".utf8) + chunk + [13, 10])
            }
            _ = try peer.readLine()
            try peer.send("0\r\n\r\n")
        }
        let client = Client()
        let exchange = client.begin(.post, port: server.port, body: .chunked)
        #expect(try client.head(of: exchange).status == 200)
        for round in 0..<100 {
            let text = "round \(round)"
            client.write(Array(text.utf8), to: exchange)
            var echo: [UInt8] = []
            while echo.count < text.utf8.count, client.wait(for: [exchange.response]) {
                if case .bytes(let more) = client.driver.read(exchange.response, upTo: 100) {
                    echo += more
                }
            }
            #expect(String(decoding: echo, as: UTF8.self) == text)
        }
        client.transport.finish(exchange, trailers: [])
        #expect(client.body(of: exchange) == .whole(""))
    }

    @Test func `a body that nobody reads is held back at its server`() throws {
        let told = Told<Int>()
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            let size = 256 << 20
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            let piece = [UInt8](repeating: 120, count: 1 << 20)
            for count in 1...(size >> 20) {
                try peer.send(piece)
                told.tell(count)
            }
        }
        let client = Client()
        let exchange = client.begin(port: server.port)
        _ = try client.head(of: exchange)
        // As long as the server gets on, it is not yet held back: the kernel takes its share.
        var seen = -1
        var still = 0
        while still < 100 {
            _ = client.driver.wait(until: client.driver.now.advanced(by: 5_000_000), for: [])
            still = told.all.count == seen ? still + 1 : 0
            seen = told.all.count
        }
        #expect(seen < 64)
        #expect(client.transport.held(by: exchange) <= 131_072)
        var count = 0
        while client.wait(for: [exchange.response]) {
            switch client.driver.read(exchange.response, upTo: 1 << 20) {
            case .bytes(let bytes):
                count += bytes.count
                continue
            case .wouldBlock: continue
            case .closed: #expect(count == 256 << 20)
            case .failed(let failure): Issue.record("\(failure)")
            }
            break
        }
    }

    @Test func `a server that does not read holds the request's body back`() throws {
        let release = Told<Void>()
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            while release.all.isEmpty { pause(milliseconds: 1) }
            _ = try peer.readChunks()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        let client = Client()
        let exchange = client.begin(.post, port: server.port, body: .chunked)
        let piece = [UInt8](repeating: 120, count: 65_536)
        var taken = 0
        var still = 0
        while still < 100, taken < 256 << 20 {
            _ = client.driver.wait(until: client.driver.now.advanced(by: 5_000_000), for: [])
            if case .took(let count) = client.driver.write(piece.span, to: exchange.request) {
                taken += count
                still = 0
            } else {
                still += 1
            }
        }
        #expect(taken < 64 << 20)
        #expect(client.driver.room(in: exchange.request) == .none)
        #expect(!client.driver.isReady(exchange.request))
        release.tell(())
        client.transport.finish(exchange, trailers: [])
        #expect(try client.response(to: exchange).body == .whole("ok"))
    }

    @Test func `an answer before the end of the request is an answer, and the request goes on`()
        throws
    {
        let told = Told<Int>()
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
            told.tell(try peer.readChunks().body.count)
        }
        let client = Client()
        let exchange = client.begin(.post, port: server.port, body: .chunked)
        let response = try client.response(to: exchange)
        #expect(response.head.status == 403)
        #expect(response.body == .whole("no"))
        client.write([UInt8](repeating: 0, count: 500_000), to: exchange)
        client.transport.finish(exchange, trailers: [])
        client.turn { !told.all.isEmpty }
        #expect(told.all == [500_000])
    }

    @Test func `HTTP-81: where the server has answered and gone, a write says closed`() throws {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send(
                "HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno")
            peer.reset()
        }
        let client = Client()
        let exchange = client.begin(.post, port: server.port, body: .chunked)
        client.turn {
            _ = client.driver.write([UInt8](repeating: 0, count: 1_000).span, to: exchange.request)
            return client.driver.room(in: exchange.request) == .closed
        }
        #expect(client.driver.isReady(exchange.request))
        #expect(client.driver.write([1].span, to: exchange.request) == .closed)
    }

    @Test func `HTTP-76: a request that is broken off is no whole request to its server`() throws {
        let told = Told<String>()
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            do {
                told.tell("\(try peer.readChunks().body.count)")
            } catch PeerError.gone {
                told.tell("broken")
            }
        }
        let client = Client()
        let exchange = client.begin(.post, port: server.port, body: .chunked)
        client.write(Array("some".utf8), to: exchange)
        client.turn { client.driver.room(in: exchange.request) == .bytes(65_536) }
        client.transport.breakOff(exchange)
        #expect(client.outcome(of: exchange) == .failed(.protocolError))
        #expect(client.driver.write([1].span, to: exchange.request) == .closed)
        server.join()
        #expect(told.all == ["broken"])
    }

    @Test func `HTTP-76: what has not come when a request is broken off fails`() throws {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe")
            _ = try peer.awaitLeaving()
        }
        let client = Client()
        let exchange = client.begin(.post, port: server.port, body: .chunked)
        _ = try client.head(of: exchange)
        client.turn { client.driver.isReady(exchange.response) }
        client.transport.breakOff(exchange)
        client.turn { client.driver.room(in: exchange.request) == .closed }
        #expect(client.body(of: exchange) == .broken("he", .protocolError))
    }

    @Test func `HTTP-76: a request broken off after a whole response leaves that whole`() throws {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
            _ = try peer.awaitLeaving()
        }
        let client = Client()
        let exchange = client.begin(.post, port: server.port, body: .chunked)
        _ = try client.head(of: exchange)
        #expect(client.body(of: exchange) == .whole("hello"))
        client.transport.breakOff(exchange)
        client.turn { client.driver.room(in: exchange.request) == .closed }
        #expect(client.body(of: exchange) == .whole(""))
    }

    /// What comes back on a request that goes on all the while, from a server that answers with this.
    private func response(
        whileTheRequestGoesOn answer: String, then ends: @escaping @Sendable (Peer) throws -> Void
    ) -> (HTTPProgress, Body?, [HTTPField]?) {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send(answer)
            try ends(peer)
        }
        let client = Client()
        let exchange = client.begin(.post, port: server.port, body: .chunked)
        let outcome = client.outcome(of: exchange)
        guard case .response = outcome else { return (outcome, nil, nil) }
        let body = client.body(of: exchange)
        defer { client.transport.close(exchange) }
        return (
            outcome, body, body.end == .closed ? client.transport.trailers(of: exchange) : nil
        )
    }

    @Test func `a last chunk is the end of a response, though the request goes on`() {
        let answer =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: 1\r\n\r\n"
        let (_, body, trailers) = response(whileTheRequestGoesOn: answer) {
            _ = try $0.awaitLeaving()
        }
        #expect(body == .whole("hello"))
        #expect(trailers == [HTTPField("X", "1")])
    }

    @Test(arguments: [true, false])
    func `the end of a connection ends a response without a length, though the request goes on`(
        isHalf: Bool
    ) {
        let answer = "HTTP/1.1 200 OK\r\n\r\nhello"
        let (_, body, _) = response(whileTheRequestGoesOn: answer) { peer in
            guard isHalf else { return }
            peer.endSending()
            _ = try peer.awaitLeaving()
        }
        #expect(body == .whole("hello"))
    }

    @Test(arguments: [
        "Content-Length: 10\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ])
    func `HTTP-60: a response that breaks off fails, though the request goes on`(answer: String) {
        let (_, body, _) = response(whileTheRequestGoesOn: "HTTP/1.1 200 OK\r\n" + answer) {
            $0.endSending()
            _ = try $0.awaitLeaving()
        }
        #expect(body == .broken("hello", .responseIncomplete))
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nX: "])
    func `HTTP-67: a server that goes before it answers fails a request that goes on`(
        answer: String
    ) {
        let (outcome, _, _) = response(whileTheRequestGoesOn: answer) { $0.endSending() }
        #expect(outcome == .failed(.connectionTerminated))
    }

    @Test func `what follows the last chunk is no part of the body`() throws {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            try peer.send("2\r\nok\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\nmore")
        }
        let client = Client()
        #expect(try client.response(to: client.begin(port: server.port)).body == .whole("ok"))
    }

    @Test func `a body is the same however it is cut up`() throws {
        let answer =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5 ; x=\"y\"\r\nhello\r\n00A\r\n, and more\r\n0\r\nX: 1\r\n\r\n"
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            for byte in answer.utf8 {
                try peer.send([byte])
                pause(milliseconds: 1)
            }
        }
        let client = Client()
        let exchange = client.begin(port: server.port)
        #expect(try client.response(to: exchange).body == .whole("hello, and more"))
        #expect(client.transport.trailers(of: exchange) == [HTTPField("X", "1")])
    }

    @Test func `bodies of several exchanges come at their own pace`() throws {
        let server = ScriptedServer { server in
            let fast = try server.accept()
            let slow = try server.accept()
            for peer in [fast, slow] {
                _ = try peer.readHead()
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
            }
            try fast.send("0123456789")
            for digit in 0..<10 {
                try slow.send("\(digit)")
                pause(milliseconds: 2)
            }
        }
        let client = Client()
        let first = client.begin(port: server.port)
        let second = client.begin(port: server.port)
        #expect(try client.response(to: first).body == .whole("0123456789"))
        #expect(try client.response(to: second).body == .whole("0123456789"))
    }

    @Test func `a read takes no more than it was asked for`() throws {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        }
        let client = Client()
        let exchange = client.begin(port: server.port)
        _ = try client.head(of: exchange)
        client.wait(for: [exchange.response])
        #expect(client.driver.read(exchange.response, upTo: 2) == .bytes(Array("he".utf8)))
        #expect(client.driver.read(exchange.response, upTo: 9) == .bytes(Array("llo".utf8)))
        #expect(client.driver.read(exchange.response, upTo: 9) == .closed)
        #expect(client.driver.read(exchange.response, upTo: 9) == .closed)
    }
}
