// Transfers of libcurl's that carry one exchange after the other: nothing of one shows in the next.

import Dispatch
import Foundation
import PolluxHost
import TestServers
import Testing

@testable import PolluxHTTP

@Suite struct TransferTests {
    /// What a request is, and what its server does with it.
    enum Kind: String, CaseIterable, Sendable {
        case get, head, options, withFields, ofLength, ofNoLength, inChunks, byName, trailers,
            refused, cutOff, nonsense
    }

    /// What a server and a guest see of one exchange.
    struct Seen: Equatable {
        /// The head's lines, the body and its trailers, as they came to the server.
        var request: [String]
        /// The response's head, or why there is none.
        var progress: HTTPProgress
        var body: Body?
        var trailers: [HTTPField]?
    }

    // MARK: The server

    /// Serves every connection on a thread of its own.
    private static func server(_ told: Told<[String]>) -> ScriptedServer {
        ScriptedServer { server in
            while true {
                nonisolated(unsafe) let peer = try server.accept()
                Thread.detachNewThread {
                    while let head = try? peer.readHead() {
                        guard (try? answer(head, peer, told)) != nil else { return }
                    }
                }
            }
        }
    }

    private static func answer(_ head: String, _ peer: Peer, _ told: Told<[String]>) throws {
        var seen = head.split(separator: "\r\n").map(String.init)
        if head.contains("Transfer-Encoding: chunked") {
            let (body, trailers) = try peer.readChunks()
            seen += [String(decoding: body, as: UTF8.self)] + trailers
        } else if let line = seen.first(where: { $0.hasPrefix("Content-Length: ") }) {
            let length = Int(line.dropFirst("Content-Length: ".count)) ?? 0
            seen.append(String(decoding: try peer.read(length), as: UTF8.self))
        }
        told.tell(seen)
        switch Kind(rawValue: String(seen[0].split(separator: " ")[1].dropFirst())) {
        case .head?: try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n")
        case .options?: try peer.send("HTTP/1.1 204 No Content\r\nAllow: GET\r\n\r\n")
        case .trailers?:
            try peer.send(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\n\r\n"
                    + "3\r\nabc\r\n0\r\nX-Sum: 3\r\n\r\n")
        case .cutOff?:
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort")
            throw PeerError.gone
        case .nonsense?:
            try peer.send("nonsense\r\n\r\n")
            throw PeerError.gone
        default: try peer.send("HTTP/1.1 200 OK\r\nX-B: 2\r\nContent-Length: 2\r\n\r\nok")
        }
    }

    // MARK: The client

    private func begin(_ kind: Kind, _ client: Client, _ port: UInt16) -> HTTPExchange {
        let path = "/\(kind.rawValue)"
        let (method, fields, body): (HTTPMethod, [HTTPField], HTTPRequestBody) =
            switch kind {
            case .head: (.head, [], .none)
            case .options: (.options, [HTTPField("Accept", "*/*")], .none)
            case .withFields:
                (
                    .other("BREW"), ["X-One", "Expect", "User-Agent"].map { HTTPField($0, "1") },
                    .none
                )
            case .ofLength: (.put, [HTTPField("Content-Length", "4")], .length(4))
            case .ofNoLength: (.post, [HTTPField("Content-Length", "0")], .length(0))
            case .inChunks: (.post, [HTTPField("X-Two", "")], .chunked)
            default: (.get, [], .none)
            }
        let exchange = client.begin(
            method, host: kind == .byName ? "here" : "127.0.0.1", port: port, path: path,
            fields: fields, body: body, reaches: { _ in kind != .refused })
        if body == .none { return exchange }
        if body != .length(0) { client.write(Array("body".utf8), to: exchange) }
        client.transport.finish(exchange, trailers: [HTTPField("X-Sum", kind.rawValue)])
        return exchange
    }

    private func see(
        _ kind: Kind, _ client: Client, _ port: UInt16, _ told: Told<[String]>
    ) -> Seen {
        let before = told.all.count
        let exchange = begin(kind, client, port)
        let progress = client.outcome(of: exchange)
        var body: Body?
        if case .response = progress { body = client.body(of: exchange) }
        let trailers = client.transport.trailers(of: exchange)
        client.transport.close(exchange)
        return Seen(
            request: told.all.dropFirst(before).flatMap { $0 }, progress: progress, body: body,
            trailers: trailers)
    }

    private func client() -> Client { Client(names: ["here": .addresses([.loopback])]) }

    @Test(arguments: Kind.allCases)
    func `after any other request, one is what it is alone`(first: Kind) {
        let told = Told<[String]>()
        let server = Self.server(told)
        let alone = see(first, client(), server.port, told)
        for next in Kind.allCases {
            let expected = see(next, client(), server.port, told)
            let client = client()
            #expect(see(first, client, server.port, told) == alone)
            for _ in 0..<2 { #expect(see(next, client, server.port, told) == expected) }
        }
    }

    // MARK: Which go on

    @Test func `requests in a row are carried in one transfer`() {
        let told = Told<[String]>()
        let server = Self.server(told)
        let client = client()
        for kind in [Kind.get, .head, .withFields, .ofLength, .byName, .get] {
            _ = see(kind, client, server.port, told)
            #expect(client.transport.idleTransfers.count == 1)
        }
    }

    @Test(arguments: [Kind.inChunks, .refused, .cutOff, .nonsense])
    func `a transfer that libcurl would not forget is not used again`(kind: Kind) {
        let told = Told<[String]>()
        let server = Self.server(told)
        let client = client()
        _ = see(kind, client, server.port, told)
        #expect(client.transport.idleTransfers.isEmpty)
    }

    @Test func `a request is sent again however many before it were`() {
        let server = ScriptedServer { server in
            // Each connection answers once, and is gone when the next request is there.
            while true {
                let peer = try server.accept()
                _ = try peer.readHead()
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                _ = try peer.readHead()
            }
        }
        let client = client()
        for _ in 0..<20 {
            let exchange = client.begin(port: server.port)
            #expect((try? client.response(to: exchange).body) == .whole("ok"))
            client.transport.close(exchange)
        }
    }

    @Test func `what comes right behind a response is nobody's`() throws {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            let wrong = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad"
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + wrong)
            let other = try server.accept()
            _ = try other.readHead()
            try other.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nright")
        }
        let client = client()
        for text in ["ok", "right"] {
            let exchange = client.begin(port: server.port)
            let body = try client.response(to: exchange).body
            #expect(body == .whole(text))
            client.transport.close(exchange)
        }
    }

    @Test func `what comes to a connection that idles is nobody's`() throws {
        let told = Told<Bool>()
        let idle = DispatchSemaphore(value: 0)
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            idle.wait()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad")
            try peer.awaitArrival()
            told.tell(true)
            let other = try server.accept()
            _ = try other.readHead()
            try other.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nright")
        }
        let client = client()
        let first = client.begin(port: server.port)
        #expect(try client.response(to: first).body == .whole("ok"))
        client.transport.close(first)
        idle.signal()
        client.turn { !told.all.isEmpty }
        let second = client.begin(port: server.port)
        let body = try client.response(to: second).body
        #expect(body == .whole("right"))
    }
}
