// TLS and HTTP/2, against nginx.

import Foundation
import PolluxHost
import TestServers
import Testing

@testable import PolluxHTTP

/// A client that believes the authority of this file.
private func client(
    believing authority: String?, names: [String: LookingUp] = [:]
) -> Client {
    Client(
        names: names,
        authorities: CurlTransport.Authorities { $0 == "SSL_CERT_FILE" ? authority : nil })
}

@Suite(.enabled(if: Nginx.isInstalled, "nginx and openssl are not installed"))
struct SecureTests {
    @Test func `HTTP/2 is spoken where the server can`() throws {
        let nginx = try Nginx()
        let client = client(believing: nginx.authority)
        for (port, version) in [(nginx.securePort, "HTTP/2.0"), (nginx.oldSecurePort, "HTTP/1.1")] {
            let exchange = client.begin(port: port, path: "/hello", isSecure: true)
            let response = try client.response(to: exchange)
            #expect(response.head.status == 200)
            #expect(response.head.values("x-protocol") == [version])
            #expect(response.body == .whole("hello"))
            client.transport.close(exchange)
        }
    }

    @Test func `HTTP without TLS is HTTP/1.1`() throws {
        let nginx = try Nginx()
        let client = client(believing: nil)
        let response = try client.response(
            to: client.begin(port: nginx.plainPort, path: "/hello"))
        #expect(response.head.values("x-protocol") == ["HTTP/1.1"])
        #expect(response.body == .whole("hello"))
    }

    @Test func `a connection over TLS serves one request after another`() throws {
        let nginx = try Nginx()
        let client = client(believing: nginx.authority)
        for port in [nginx.securePort, nginx.oldSecurePort, nginx.plainPort] {
            var connections: Set<[String]> = []
            for _ in 0..<20 {
                let isSecure = port != nginx.plainPort
                let exchange = client.begin(port: port, path: "/hello", isSecure: isSecure)
                connections.insert(try client.response(to: exchange).head.values("x-connection"))
                client.transport.close(exchange)
            }
            #expect(connections.count == 1)
        }
    }

    @Test func `a name stands in the certificate`() throws {
        let nginx = try Nginx()
        let client = client(
            believing: nginx.authority, names: ["localhost": .addresses([.loopback])])
        let exchange = client.begin(
            host: "localhost", port: nginx.securePort, path: "/hello", isSecure: true)
        #expect(try client.response(to: exchange).body == .whole("hello"))
    }

    @Test func `HTTP-66: an authority that is not believed`() throws {
        let nginx = try Nginx()
        let client = client(believing: nil)
        let exchange = client.begin(port: nginx.securePort, path: "/hello", isSecure: true)
        #expect(client.outcome(of: exchange) == .failed(.tlsCertificateError))
    }

    @Test func `HTTP-66: a certificate of somebody else's`() throws {
        let nginx = try Nginx()
        let client = client(
            believing: nginx.authority, names: ["elsewhere": .addresses([.loopback])])
        let exchange = client.begin(
            host: "elsewhere", port: nginx.securePort, path: "/hello", isSecure: true)
        #expect(client.outcome(of: exchange) == .failed(.tlsCertificateError))
    }

    @Test func `HTTP-66: a server without TLS`() throws {
        let nginx = try Nginx()
        let client = client(believing: nginx.authority)
        let exchange = client.begin(port: nginx.plainPort, path: "/hello", isSecure: true)
        #expect(client.outcome(of: exchange) == .failed(.tlsProtocolError))
    }

    @Test func `a file of authorities that is none is a matter of configuration`() throws {
        let nginx = try Nginx()
        let client = client(believing: nginx.files.appending(path: "nothing.pem").path)
        let exchange = client.begin(port: nginx.securePort, path: "/hello", isSecure: true)
        #expect(client.outcome(of: exchange) == .failed(.configurationError))
    }

    @Test(arguments: [true, false])
    func `a body goes out over HTTP/2 and comes back`(isLong: Bool) throws {
        let nginx = try Nginx()
        let client = client(believing: nginx.authority)
        let bytes = (0..<(isLong ? 3_000_000 : 3)).map { UInt8(truncatingIfNeeded: $0 &* 17) }
        for (name, body) in [
            ("chunks", HTTPRequestBody.chunked), ("length", .length(UInt64(bytes.count))),
        ] {
            let put = client.begin(
                .put, port: nginx.securePort, path: "/files/\(name)",
                fields: [HTTPField("x-something", "else")], body: body, isSecure: true)
            #expect(client.write(bytes, to: put))
            client.transport.finish(put, trailers: [HTTPField("X-Sum", "1")])
            let head = try client.response(to: put).head
            #expect(head.status == 201)
            #expect(head.values("x-protocol") == ["HTTP/2.0"])
            client.transport.close(put)
            let get = client.begin(
                port: nginx.securePort, path: "/files/\(name)", isSecure: true)
            #expect(try client.response(to: get).body.bytes == bytes)
            client.transport.close(get)
        }
    }

    @Test func `trailers come over HTTP/2, and over HTTP/1.1`() throws {
        let nginx = try Nginx()
        let client = client(believing: nginx.authority)
        for port in [nginx.securePort, nginx.oldSecurePort] {
            let exchange = client.begin(
                port: port, path: "/trailers", fields: [HTTPField("TE", "trailers")],
                isSecure: true)
            #expect(try client.response(to: exchange).body == .whole("hello"))
            let trailers = client.transport.trailers(of: exchange) ?? []
            #expect(trailers.map { $0.name.lowercased() } == ["x-sum"])
            #expect(trailers.map(\.value) == [Array("5".utf8)])
        }
    }

    @Test func `a body that nobody reads holds no other back, over HTTP/2 neither`() throws {
        let nginx = try Nginx()
        let size = 20_000_000
        try Data(count: size).write(to: nginx.files.appending(path: "large"))
        let client = client(believing: nginx.authority)
        let held = client.begin(port: nginx.securePort, path: "/files/large", isSecure: true)
        _ = try client.head(of: held)
        client.turn { client.transport.held(by: held) >= 65_536 }
        for _ in 0..<5 {
            let exchange = client.begin(port: nginx.securePort, path: "/hello", isSecure: true)
            #expect(try client.response(to: exchange).body == .whole("hello"))
            client.transport.close(exchange)
        }
        #expect(client.transport.held(by: held) <= 131_072)
        let body = client.body(of: held)
        #expect(body.bytes.count == size && body.end == .closed)
    }

    @Test func `an exchange given up over HTTP/2 leaves the next one alone`() throws {
        let nginx = try Nginx()
        try Data(count: 20_000_000).write(to: nginx.files.appending(path: "large"))
        let client = client(believing: nginx.authority)
        for round in 0..<10 {
            let exchange = client.begin(
                port: nginx.securePort, path: "/files/large", isSecure: true)
            if round % 2 == 0 { _ = try client.head(of: exchange) }
            client.transport.close(exchange)
            let next = client.begin(port: nginx.securePort, path: "/hello", isSecure: true)
            #expect(try client.response(to: next).body == .whole("hello"))
            client.transport.close(next)
        }
    }

    @Test func `many requests at once over TLS`() throws {
        let nginx = try Nginx()
        let client = client(believing: nginx.authority)
        let exchanges = (0..<64).map { number in
            client.begin(
                port: number % 2 == 0 ? nginx.securePort : nginx.oldSecurePort, path: "/hello",
                isSecure: true)
        }
        for exchange in exchanges {
            #expect(try client.response(to: exchange).body == .whole("hello"))
        }
    }
}

/// Handshakes that nginx would not begin.
@Suite struct HandshakeTests {
    @Test func `HTTP-66: an alert is told in its words`() {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readSome()
            // A fatal alert: no parameters that both can agree on.
            try peer.send([21, 3, 3, 0, 2, 2, 40])
        }
        let client = Client()
        let exchange = client.begin(port: server.port, isSecure: true)
        #expect(
            client.outcome(of: exchange)
                == .failed(.tlsAlertReceived(id: nil, message: "handshake failure")))
    }

    @Test(arguments: ["", "HTTP/1.1 400 Bad Request\r\n\r\n", "\u{16}\u{3}\u{3}"])
    func `HTTP-66: a handshake that breaks off`(answer: String) {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readSome()
            try peer.send(answer)
        }
        let client = Client()
        let exchange = client.begin(port: server.port, isSecure: true)
        #expect(client.outcome(of: exchange) == .failed(.tlsProtocolError))
    }

    @Test func `a handshake under way is no connection yet`() {
        let told = Told<Void>()
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readSome()
            told.tell(())
            _ = try peer.awaitLeaving()
        }
        let client = Client()
        let exchange = client.begin(port: server.port, isSecure: true)
        client.turn { !told.all.isEmpty }
        #expect(client.transport.progress(of: exchange) == .connecting)
        client.transport.close(exchange)
        server.join()
    }

    @Test func `SSL_CERT_FILE and SSL_CERT_DIR name authorities, unless they are empty`() {
        let named = CurlTransport.Authorities { "/\($0)" }
        #expect(named.file == "/SSL_CERT_FILE" && named.directory == "/SSL_CERT_DIR")
        let empty = CurlTransport.Authorities { _ in "" }
        #expect(empty.file == nil && empty.directory == nil)
    }
}
