// Guests of wasi:http against a server on loopback: the same imports, in real time, by libcurl.

import Dispatch
import PolluxHost
import PolluxLibuv
import PolluxNative
import TestServers
import Testing
import WASIp2
import WASIp2HTTP

struct HTTPServerTests {
    /// Runs a guest in real time, which has to complete, and returns what it computed.
    private func run<Value: Sendable>(
        names: [String: LookingUp] = [:], network: NetworkPolicy = .loopback,
        rules: HostPolicy.Rules = .wasmtime,
        _ body: @escaping @Sendable () throws -> Value
    ) throws -> Value {
        let host = WASIHost(
            driver: LibuvDriver(resolver: .table(names)), policy: HostPolicy(rules: rules),
            trace: Trace(), network: network)
        let result = try complete(on: host) { Result { try body() } }
        #expect(host.liveResources == 0)
        return try result.get()
    }

    /// What a server saw of a request, and answers.
    private static func echo(_ server: ScriptedServer) throws {
        let peer = try server.accept()
        let head = try peer.readHead()
        let line = head.prefix { $0 != "\r\n" }.split(separator: " ")
        let body = line[0] == "GET" ? [] : try peer.readChunks().body
        try peer.send(
            """
            HTTP/1.1 200 OK\r
            X-Method: \(line[0])\r
            X-Uri: \(line[1])\r
            Connection: keep-alive\r
            Content-Length: \(body.count)\r
            \r

            """)
        try peer.send(body)
        _ = try peer.awaitLeaving()
    }

    /// Sends a request whose path is its method, with a body unless it is a GET.
    private static func send(_ name: String, to port: UInt16) throws -> FutureIncomingResponse {
        let method: RequestMethod = name == "get" ? .get : name == "post" ? .post : .put
        let request = try HTTPGuest.request(
            method, .http, "127.0.0.1:\(port)", "/\(name)?some=arg&goes=here")
        if method == .get { return try request.send() }
        let body = try request.body()
        let future = try request.send()
        let stream = try body.stream()
        try HTTPGuest.write("{\"foo\": \"bar\"}", to: stream)
        _ = consume stream
        try body.finish()
        return future
    }

    @Test(arguments: ["get", "post", "put"])
    func `p2_http_outbound_request_get, post, put: method, path and body arrive and come back`(
        name: String
    ) throws {
        let server = ScriptedServer(Self.echo)
        let port = server.port
        let (status, fields, text, end) = try run {
            let future = try Self.send(name, to: port)
            let response = try HTTPGuest.response(of: future)
            let headers = response.headers()
            let fields = ["x-method", "x-uri", "connection"].map {
                headers.values(of: $0).map { String(decoding: $0, as: UTF8.self) }
            }
            let (text, end) = try HTTPGuest.body(of: response)
            return (response.status, fields, text, end)
        }
        #expect(status == 200)
        #expect(fields == [[name.uppercased()], ["/\(name)?some=arg&goes=here"], []])
        #expect(text == (name == "get" ? "" : "{\"foo\": \"bar\"}"))
        #expect(end == .closed)
    }

    @Test func `p2_http_outbound_request_large_post: 1 MiB goes out and comes back`() throws {
        let server = ScriptedServer(Self.echo)
        let port = server.port
        let isSame = try run {
            let request = try HTTPGuest.request(.post, .http, "127.0.0.1:\(port)")
            let body = try request.body()
            let future = try request.send()
            let stream = try body.stream()
            let part = String(repeating: "x", count: 1_025)
            for _ in 0..<1_024 { try HTTPGuest.write(part, to: stream) }
            _ = consume stream
            try body.finish()
            let response = try HTTPGuest.response(of: future)
            return try HTTPGuest.body(of: response).text.utf8.count == 1_024 * 1_025
        }
        #expect(isSame)
    }

    @Test func `STREAM-09: a blocking read of a body waits for nothing while bytes are there`()
        throws
    {
        let body = [UInt8](repeating: 120, count: 400_000)
        let sent = DispatchSemaphore(value: 0)
        let server = ScriptedServer { server in
            let peer = try server.accept()
            for _ in 0..<4 {
                _ = try peer.readHead()
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n")
                try peer.send(body)
                sent.signal()
            }
            _ = try peer.awaitLeaving()
        }
        let port = server.port
        let counts = try run {
            try (0..<4).map { _ in
                let response = try HTTPGuest.response(
                    to: HTTPGuest.request(.get, .http, "127.0.0.1:\(port)"))
                // Nothing more comes that could wake a wait by chance.
                sent.wait()
                return try HTTPGuest.body(of: response).text.utf8.count
            }
        }
        #expect(counts == [400_000, 400_000, 400_000, 400_000])
    }

    @Test func `p2_http_outbound_request_timeout: a connection that does not come about in time`()
        throws
    {
        let error = try ScriptedServer.withFullBacklog { port in
            try run {
                let options = RequestOptions()
                try options.setConnectTimeout(.milliseconds(200))
                return try HTTPGuest.failure(
                    of: HTTPGuest.request(.get, .http, "127.0.0.1:\(port)"), options)
            }
        }
        #expect(error == .connectionTimeout)
    }

    @Test(.enabled(if: Nginx.isInstalled, "nginx and openssl are not installed"))
    func `p2_http_outbound_request_invalid_version: CONNECT to a server of HTTP/2`() throws {
        let nginx = try Nginx()
        let port = nginx.securePort
        let error = try run {
            let options = RequestOptions()
            try options.setFirstByteTimeout(.seconds(1))
            return try HTTPGuest.failure(
                of: HTTPGuest.request(.connect, .http, "127.0.0.1:\(port)"), options)
        }
        #expect(error == .protocolError)
        withExtendedLifetime(nginx) {}
    }

    @Test func `p2_http_outbound_request_invalid_dnsname: a name that nobody knows`() throws {
        let error = try run(network: .all) {
            try HTTPGuest.failure(
                of: HTTPGuest.request(.get, .http, "some.invalid.dnsname:3000"))
        }
        #expect(error == .dnsError(rcode: "address not available", infoCode: 0))
    }

    /// Serves one client this answer, and nothing more.
    private static func serving(_ answer: String) -> ScriptedServer {
        ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send(answer)
        }
    }

    @Test(arguments: [
        "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nx", "",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\n" + String(repeating: "x: y\r\n", count: 50_000) + "\r\n",
    ])
    func `HTTP-67: whatever is wrong with a head, wasmtime calls it a protocol error`(
        answer: String
    ) throws {
        let port = Self.serving(answer).port
        let error = try run {
            try HTTPGuest.failure(of: HTTPGuest.request(.get, .http, "127.0.0.1:\(port)"))
        }
        #expect(error == .protocolError)
    }

    @Test func `HTTP-67: in the text a connection that ends without a head says so`() throws {
        let port = Self.serving("").port
        let error = try run(rules: .spec) {
            try HTTPGuest.failure(of: HTTPGuest.request(.get, .http, "127.0.0.1:\(port)"))
        }
        #expect(error == .connectionTerminated)
    }

    @Test(
        .enabled(if: Nginx.isInstalled, "nginx and openssl are not installed"),
        arguments: HostPolicy.Rules.allCases)
    func `HTTP-66: a certificate that nobody has vouched for, as wasmtime and the text have it`(
        rules: HostPolicy.Rules
    ) throws {
        let nginx = try Nginx()
        let port = nginx.securePort
        let error = try run(rules: rules) {
            try HTTPGuest.failure(of: HTTPGuest.request(.get, .https, "127.0.0.1:\(port)"))
        }
        #expect(error == (rules == .wasmtime ? .tlsProtocolError : .tlsCertificateError))
        withExtendedLifetime(nginx) {}
    }

    @Test(arguments: HostPolicy.Rules.allCases)
    func `HTTP-60: a body that a server cuts short fails, by libcurl as in the simulated world`(
        rules: HostPolicy.Rules
    ) throws {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc")
        }
        let port = server.port
        let (text, end) = try run(rules: rules) {
            let response = try HTTPGuest.response(
                to: HTTPGuest.request(.get, .http, "127.0.0.1:\(port)"))
            return try HTTPGuest.body(of: response)
        }
        #expect(text == "abc")
        #expect(end == .failed(rules == .wasmtime ? .protocolError : .responseIncomplete))
    }

    @Test func `HTTP-62: a server that never answers is a read timeout of the host's`() throws {
        let server = ScriptedServer { server in
            let peer = try server.accept()
            _ = try peer.readHead()
            _ = try peer.awaitLeaving()
        }
        let port = server.port
        let error = try run {
            let options = RequestOptions()
            try options.setFirstByteTimeout(.milliseconds(50))
            return try HTTPGuest.failure(
                of: HTTPGuest.request(.get, .http, "127.0.0.1:\(port)"), options)
        }
        #expect(error == .connectionReadTimeout)
    }
}
