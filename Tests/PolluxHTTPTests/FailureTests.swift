// Servers that are not there, and servers that are no good.

import PolluxHost
import TestServers
import Testing

@testable import PolluxHTTP

@Suite struct FailureTests {
    /// What comes of a request to a server that answers with this and closes.
    private func outcome(of answer: String, resets: Bool = false) -> (HTTPProgress, Body?) {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send(answer)
            if resets { peer.reset() }
        }
        let client = Client()
        let exchange = client.begin(port: server.port)
        let outcome = client.outcome(of: exchange)
        guard case .response = outcome else { return (outcome, nil) }
        return (outcome, client.body(of: exchange))
    }

    // MARK: No connection

    @Test func `HTTP-65: nobody listens`() {
        ScriptedServer.withClosedPort { port in
            let client = Client()
            #expect(client.outcome(of: client.begin(port: port)) == .failed(.connectionRefused))
        }
    }

    @Test(arguments: [LookupFailure.unknownName, .temporary, .permanent])
    func `HTTP-64: a name without addresses`(failure: LookupFailure) {
        let client = Client(names: ["nowhere": .failed(failure)])
        let exchange = client.begin(host: "nowhere", port: 80)
        #expect(
            client.outcome(of: exchange)
                == .failed(.dnsError(rcode: "address not available", infoCode: 0)))
    }

    @Test func `a name that is not looked up yet is a connection that is not there yet`() {
        let client = Client(names: ["later": .pending])
        let exchange = client.begin(host: "later", port: 80)
        _ = client.driver.wait(until: client.driver.now.advanced(by: 1_000_000), for: [])
        #expect(client.transport.progress(of: exchange) == .connecting)
        #expect(!client.driver.isReady(exchange.head))
        client.transport.close(exchange)
    }

    @Test func `of a name's addresses the one that answers is taken`() throws {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        // Nobody listens on the others.
        let addresses: [IPAddress] = [.ipv4(0x7f00_0002), .loopback6, .loopback]
        let client = Client(names: ["several": .addresses(addresses)])
        let exchange = client.begin(host: "several", port: server.port)
        #expect(try client.response(to: exchange).body == .whole("ok"))
    }

    // MARK: Policy

    @Test func `HTTP-39: an address that the guest may not reach is denied, and nobody is called`()
    {
        let told = Told<String>()
        let server = ScriptedServer { server in
            _ = try server.accept()
            told.tell("came")
        }
        let client = Client()
        let asked = Told<SocketAddress>()
        let exchange = client.begin(port: server.port) { address in
            asked.tell(address)
            return false
        }
        #expect(client.outcome(of: exchange) == .failed(.requestDenied))
        #expect(asked.all == [SocketAddress(.loopback, port: server.port)])
        #expect(told.all.isEmpty)
        // So that the server ends.
        _ = client.outcome(of: client.begin(port: server.port))
    }

    @Test
    func `HTTP-39: every address of a name is asked for, and only those within reach are tried`()
        throws
    {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        let addresses: [IPAddress] = [.ipv4(0x0a00_0001), .ipv6(0x2001_0db8 << 32, 1), .loopback]
        let client = Client(names: ["mixed": .addresses(addresses)])
        let asked = Told<IPAddress>()
        let exchange = client.begin(host: "mixed", port: server.port) { address in
            asked.tell(address.ip)
            return address.ip.isLoopback
        }
        #expect(try client.response(to: exchange).body == .whole("ok"))
        #expect(asked.all.prefix(3) == addresses[...])
        #expect(asked.all.dropFirst(3).allSatisfy { $0.isLoopback })
    }

    @Test func `HTTP-39: a name that only stands for addresses out of reach is denied`() {
        let client = Client(names: ["inside": .addresses([.ipv4(0x0a00_0001), .ipv4(0xa9fe_a9fe)])])
        let exchange = client.begin(host: "inside", port: 80) { $0.ip.isLoopback }
        #expect(client.outcome(of: exchange) == .failed(.requestDenied))
    }

    @Test func `HTTP-39: however an address is written, the socket's is asked for`() {
        // libcurl reads these as 10.0.0.1, whatever a resolver may say.
        for host in ["10.1", "0x0a000001", "167772161", "012.0.0.1"] {
            let client = Client(names: [host: .addresses([.loopback])])
            let exchange = client.begin(host: host, port: 80) { $0.ip.isLoopback }
            #expect(client.outcome(of: exchange) == .failed(.requestDenied))
        }
    }

    // MARK: No response

    @Test(arguments: [
        "nonsense\r\n\r\n", "HTTP/1.1 twohundred OK\r\n\r\n", "HTTP/1.1 099 Low\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n", "HTTP/1.1 200 OK\r\nbad name: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: 1\r\n\r\n", "HTTP/1.1 200 OK\r\nx: a\u{1}b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nx: 1\r\n folded\r\n\r\n", "HTTP/1.1 200 OK\r\nx: a\0b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "ICY 200 OK\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u{0}\u{0}\u{12}\u{4}\u{0}\u{0}\u{0}\u{0}\u{0}\r\n",
    ])
    func `HTTP-67: a malformed head`(answer: String) {
        #expect(outcome(of: answer).0 == .failed(.protocolError))
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Len"])
    func `HTTP-67: a connection that ends before the head does`(answer: String) {
        let outcome = outcome(of: answer).0
        #expect(
            outcome == .failed(.connectionTerminated) || outcome == .failed(.protocolError)
                || outcome == .failed(.responseIncomplete))
    }

    @Test func `a reset before the head`() {
        #expect(outcome(of: "", resets: true).0 == .failed(.connectionTerminated))
    }

    @Test func `heads of 1 MiB are too many`() {
        let field = "x-field: \(String(repeating: "v", count: 1_000))\r\n"
        let answer = "HTTP/1.1 200 OK\r\n" + String(repeating: field, count: 1_050) + "\r\n"
        guard case .failed(.responseHeaderSectionSize(let size?)) = outcome(of: answer).0 else {
            Issue.record("\(outcome(of: answer).0)")
            return
        }
        #expect(size > 131_072 && size < 135_000)
    }

    @Test func `one field of 1 MiB is too large`() {
        let answer =
            "HTTP/1.1 200 OK\r\nx: \(String(repeating: "v", count: 1 << 20))\r\n\r\n"
        #expect(
            outcome(of: answer).0
                == .failed(.responseHeaderSize(HTTPFieldSize(name: nil, size: nil))))
    }

    @Test func `informational heads without end are an end`() {
        let hint =
            "HTTP/1.1 103 Early Hints\r\nLink: <\(String(repeating: "a", count: 100))>\r\n\r\n"
        guard
            case .failed(.responseHeaderSectionSize) =
                outcome(of: String(repeating: hint, count: 5_000)).0
        else {
            Issue.record("a response of hints")
            return
        }
    }

    // MARK: No whole body

    @Test func `HTTP-60: fewer bytes than announced`() {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort"
        #expect(outcome(of: answer).1 == .broken("short", .responseIncomplete))
    }

    @Test func `more bytes than announced are no part of the body`() {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more"
        #expect(outcome(of: answer).1 == .whole("hello"))
    }

    @Test func `chunks that end before the last one`() {
        let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
        #expect(outcome(of: answer).1 == .broken("hello", .responseIncomplete))
    }

    @Test(arguments: ["xyz\r\nhello\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "fffffffffffffffffff\r\n"])
    func `chunks that are none`(chunks: String) throws {
        let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n\(chunks)"
        let body = try #require(outcome(of: answer).1)
        #expect(body.text.hasPrefix("ok"))
        #expect(body.end == .failed(.protocolError))
    }

    @Test func `a reset after the head`() throws {
        let read = Told<Void>()
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort")
            // What is under way is lost with a reset.
            while read.all.isEmpty { pause(milliseconds: 1) }
            peer.reset()
        }
        let client = Client()
        let exchange = client.begin(port: server.port)
        _ = try client.head(of: exchange)
        client.wait(for: [exchange.response])
        #expect(client.driver.read(exchange.response, upTo: 5) == .bytes(Array("short".utf8)))
        read.tell(())
        #expect(client.body(of: exchange) == .broken("", .connectionTerminated))
    }

    @Test func `trailers that are none`() {
        let answer =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nno trailer\r\n\r\n"
        #expect(outcome(of: answer).1 == .broken("ok", .protocolError))
    }

    @Test(arguments: ["gzip, chunked", "gzip", "identity", "chunked, chunked"])
    func `a transfer coding that nobody has asked for`(coding: String) {
        let answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: \(coding)\r\n\r\n2\r\nok\r\n0\r\n\r\n"
        #expect(outcome(of: answer).0 == .failed(.responseTransferCoding(coding)))
    }

    @Test func `one trailer of 1 MiB is too large`() throws {
        let answer =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n"
            + "x: \(String(repeating: "v", count: 1 << 20))\r\n\r\n"
        let body = try #require(outcome(of: answer).1)
        #expect(body.text == "ok")
        #expect(body.end != .closed)
    }

    @Test func `trailers of 1 MiB are too many`() throws {
        let field = "x-field: \(String(repeating: "v", count: 1_000))\r\n"
        let answer =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n"
            + String(repeating: field, count: 1_050) + "\r\n"
        let body = try #require(outcome(of: answer).1)
        guard case .failed(.responseTrailerSectionSize(let size?)) = body.end else {
            Issue.record("\(body)")
            return
        }
        #expect(size > 131_072 && size < 135_000)
    }

    @Test func `a server that closes only some connections does not harm the others`() throws {
        let server = ScriptedServer { server in
            for round in 0..<40 {
                let peer = try server.accept()
                _ = try peer.readHead()
                if round % 2 == 0 {
                    peer.reset()
                } else {
                    try peer.send("HTTP/1.0 200 OK\r\n\r\nok")
                }
            }
        }
        let client = Client()
        for round in 0..<40 {
            let exchange = client.begin(port: server.port)
            if round % 2 == 0 {
                #expect(client.outcome(of: exchange) == .failed(.connectionTerminated))
            } else {
                #expect(try client.response(to: exchange).body == .whole("ok"))
            }
            client.transport.close(exchange)
        }
    }
}
