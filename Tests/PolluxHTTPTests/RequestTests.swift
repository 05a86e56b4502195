// What goes over the wire, and that a whole response comes back.

import PolluxHost
import PolluxNative
import TestServers
import Testing

@testable import PolluxHTTP

/// What a server's thread tells the test.
final class Told<Value: Sendable>: Sendable {
    private let stored = Locked<[Value]>([])
    func tell(_ value: Value) { stored.withLock { $0.append(value) } }
    var all: [Value] { stored.withLock { $0 } }
}

@Suite struct RequestTests {
    private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

    /// The head that a server sees of this request, line by line, and the test of the response.
    private func sent(
        _ method: HTTPMethod = .get, path: String = "/", fields: [HTTPField] = []
    ) throws -> [String] {
        let told = Told<String>()
        let server = ScriptedServer { [ok] server in
            let peer = try server.accept()
            told.tell(try peer.readHead())
            try peer.send(ok)
        }
        let client = Client()
        let exchange = client.begin(method, port: server.port, path: path, fields: fields)
        _ = try client.head(of: exchange)
        server.join()
        let head = try #require(told.all.first)
        return head.replacing("\(server.port)", with: "PORT").components("\r\n").dropLast(2)
    }

    @Test func `HTTP-36: a request says host and nothing else that the guest has not said`() throws
    {
        #expect(try sent() == ["GET / HTTP/1.1", "Host: 127.0.0.1:PORT"])
    }

    @Test func `a response comes with its status, its fields in order, and its body`() throws {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send(
                "HTTP/1.1 404 Not Here\r\nX-One: 1\r\nx-two:  2 \r\nX-One: 3\r\n"
                    + "Content-Length: 5\r\n\r\nhello")
        }
        let client = Client()
        let response = try client.response(to: client.begin(port: server.port))
        #expect(response.head.status == 404)
        #expect(
            response.head.fields == [
                HTTPField("X-One", "1"), HTTPField("x-two", "2"), HTTPField("X-One", "3"),
                HTTPField("Content-Length", "5"),
            ])
        #expect(response.body == .whole("hello"))
    }

    @Test func `a target goes out as it stands`() throws {
        let path = "/a/../b/./%7e?x=1&y=%20[]{}|\"#not-a-fragment"
        #expect(try sent(path: path).first == "GET \(path) HTTP/1.1")
    }

    @Test(arguments: [HTTPMethod.post, .delete, .options, .patch, .other("BREW")])
    func `a method goes out as it stands`(method: HTTPMethod) throws {
        #expect(try sent(method).first == "\(method.name) / HTTP/1.1")
    }

    @Test func `fields go out in order, without a value too, and as often as they were said`()
        throws
    {
        let fields = [
            HTTPField("X-A", "1"), HTTPField("x-empty", ""), HTTPField("x-a", "2; 3: 4"),
            HTTPField("User-Agent", "me"), HTTPField("accept", "text/plain"),
            HTTPField("x-bytes", [0xe9, 9, 0xff]), HTTPField("Cookie", "a=b"),
        ]
        let lines = try sent(fields: fields)
        #expect(
            lines.prefix(4) == ["GET / HTTP/1.1", "Host: 127.0.0.1:PORT", "X-A: 1", "x-empty:"])
        #expect(
            lines.dropFirst(4).prefix(3) == [
                "x-a: 2; 3: 4", "User-Agent: me", "accept: text/plain",
            ])
        #expect(lines.last == "Cookie: a=b")
        #expect(lines.count == 9)
    }

    @Test(arguments: ["/a b", "", "a", "/\r\nX-Injected: 1", "/\u{7f}", "/\0"])
    func `a target that is no target is refused, and nothing goes out`(path: String) {
        ScriptedServer.withClosedPort { port in
            let client = Client()
            let exchange = client.begin(port: port, path: path)
            #expect(client.outcome(of: exchange) == .failed(.requestURIInvalid))
        }
    }

    @Test(arguments: [
        HTTPField("x", "1\r\ny: 2"), HTTPField("x\r\ny", "1"), HTTPField("x:y", "1"),
        HTTPField("", "1"), HTTPField("x", [0]),
    ])
    func `a field that is more than a field is refused, and nothing goes out`(field: HTTPField) {
        ScriptedServer.withClosedPort { port in
            let client = Client()
            let exchange = client.begin(port: port, fields: [field])
            #expect(client.outcome(of: exchange) == .failed(.protocolError))
        }
    }

    @Test(arguments: ["user@127.0.0.1", "a/b", "a?b", "a#b", "", "[::1", "a b"])
    func `a host that a URL would read as something else is refused`(host: String) {
        let client = Client()
        let exchange = client.begin(host: host, port: 80)
        #expect(client.outcome(of: exchange) == .failed(.requestURIInvalid))
    }

    @Test func `HTTP-36: nothing is on the wire when a request has begun`() throws {
        let told = Told<String>()
        let server = ScriptedServer { [ok] server in
            let peer = try server.accept()
            told.tell("came")
            _ = try peer.readHead()
            try peer.send(ok)
        }
        let client = Client()
        let exchange = client.begin(port: server.port)
        #expect(client.transport.progress(of: exchange) == .connecting)
        #expect(told.all.isEmpty)
        #expect(try client.response(to: exchange).body == .whole("hello"))
        #expect(told.all == ["came"])
    }

    @Test func `a redirect is the guest's to follow`() throws {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send(
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:\(server.port)/x\r\n"
                    + "Content-Length: 2\r\n\r\nno")
        }
        let client = Client()
        let response = try client.response(to: client.begin(port: server.port))
        #expect(response.head.status == 302)
        #expect(response.body == .whole("no"))
    }

    @Test func `a coded body comes as it was sent`() throws {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope")
        }
        let client = Client()
        let response = try client.response(to: client.begin(port: server.port))
        #expect(response.body == .whole("nope"))
        #expect(response.head.values("content-encoding") == ["gzip"])
    }

    @Test func `a connection serves one request after another`() throws {
        let told = Told<String>()
        let server = ScriptedServer { [ok] server in
            let peer = try server.accept()
            for _ in 0..<50 {
                told.tell(try peer.readHead())
                try peer.send(ok)
            }
        }
        let client = Client()
        for _ in 0..<50 {
            let exchange = client.begin(port: server.port)
            #expect(try client.response(to: exchange).body == .whole("hello"))
            client.transport.close(exchange)
        }
        server.join()
        #expect(told.all.count == 50)
    }

    @Test func `a connection that its server has closed meanwhile is replaced by a new one`() throws
    {
        let server = ScriptedServer { [ok] server in
            for _ in 0..<5 {
                let peer = try server.accept()
                _ = try peer.readHead()
                try peer.send(ok)
            }
        }
        let client = Client()
        for _ in 0..<5 {
            let exchange = client.begin(port: server.port)
            #expect(try client.response(to: exchange).body == .whole("hello"))
            client.transport.close(exchange)
        }
    }

    @Test func `HEAD has the fields of a body, and none`() throws {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 204 No Content\r\n\r\n")
        }
        let client = Client()
        for (method, status) in [(HTTPMethod.head, 200 as UInt16), (.get, 304), (.get, 204)] {
            let response = try client.response(to: client.begin(method, port: server.port))
            #expect(response.head.status == status)
            #expect(response.body == .whole(""))
        }
    }

    @Test func `what is informational does not count`() throws {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n")
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        let client = Client()
        let response = try client.response(to: client.begin(port: server.port))
        #expect(response.head.status == 200)
        #expect(response.head.values("link").isEmpty)
        #expect(response.body == .whole("ok"))
    }

    @Test func `a server of HTTP/1.0 ends its body with the connection`() throws {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send("HTTP/1.0 200 OK\r\n\r\nold but good")
        }
        let client = Client()
        #expect(
            try client.response(to: client.begin(port: server.port)).body == .whole("old but good"))
    }

    @Test func `chunks and their trailers`() throws {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            try peer.send("3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\nX-Sum: 6\r\n\r\n")
        }
        let client = Client()
        let exchange = client.begin(port: server.port)
        #expect(try client.response(to: exchange).body == .whole("abcde"))
        #expect(
            client.transport.trailers(of: exchange) == [
                HTTPField("X-Sum", "5"), HTTPField("X-Sum", "6"),
            ])
    }

    @Test func `a body without trailers has none`() throws {
        let server = ScriptedServer { [ok] server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send(ok)
        }
        let client = Client()
        let exchange = client.begin(port: server.port)
        _ = try client.response(to: exchange)
        #expect(client.transport.trailers(of: exchange) == nil)
    }
}

extension String {
    func components(_ separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
