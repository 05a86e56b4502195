// HTTP-20 to HTTP-39: wasi:http/types.outgoing-request, request-options, outgoing-handler.

import PolluxHost
import PolluxNative
import Testing
import WASIp2
import WASIp2HTTP

struct HTTPRequestRuleTests {
    private static func refused(_ body: () throws(HTTPRefusal) -> Void) -> Bool {
        HTTPGuest.error(body) != nil
    }

    @Test func `HTTP-20: a fresh request is a GET to nowhere`() throws {
        let (method, isBlank) = try HTTPWorld().run {
            let request = OutgoingRequest(Fields())
            let isBlank =
                request.scheme == nil && request.authority == nil && request.pathWithQuery == nil
            return (request.method, isBlank)
        }
        #expect(method == .get)
        #expect(isBlank)
    }

    @Test func `HTTP-21: what is no token is no method, and the one before stays`() throws {
        let (refusals, methods) = try HTTPWorld().run {
            let request = OutgoingRequest(Fields())
            try request.setMethod(.put)
            let refusals = ["bad\nmethod", "invalid method", ""].map { name in
                Self.refused { () throws(HTTPRefusal) in try request.setMethod(.other(name)) }
            }
            let kept = request.method
            try request.setMethod(.other("FOO"))
            let other = request.method
            try request.setMethod(.other("GET"))
            return (refusals, [kept, other, request.method])
        }
        #expect(refusals == [true, true, true])
        #expect(methods == [.put, .other("FOO"), .other("GET")])
    }

    @Test func `HTTP-22: what is no scheme is refused, and one that nobody speaks is not`() throws {
        let (refusals, kept) = try HTTPWorld().run {
            let request = OutgoingRequest(Fields())
            let refusals = ["bad\nscheme", "", "1a", "a b"].map { name in
                Self.refused { () throws(HTTPRefusal) in try request.setScheme(.other(name)) }
            }
            try request.setScheme(.other("WS"))
            return (refusals, request.scheme)
        }
        #expect(refusals == [true, true, true, true])
        #expect(kept == .other("WS"))
    }

    @Test(
        arguments: [
            "bad-\nhost", "h:", "h:abc", "h:65536", "localhost:99999", "", ":80", "[::1", "[::1]x",
            "[::1]:", "[1.2.3.4]", "a b", "a/b", "h:-1", "h:+1", "é",
        ])
    func `HTTP-23: what is no authority is refused`(authority: String) throws {
        let isRefused = try HTTPWorld().run {
            let request = OutgoingRequest(Fields())
            return Self.refused { () throws(HTTPRefusal) in try request.setAuthority(authority) }
        }
        #expect(isRefused)
    }

    @Test(arguments: ["[::]", "[::]:443", "a:80", "127.0.0.1", "a.example:65535", "a%20b", nil])
    func `HTTP-24: addresses, names and ports are an authority, and none is fine`(
        authority: String?
    ) throws {
        let kept = try HTTPWorld().run { () -> String? in
            let request = OutgoingRequest(Fields())
            try request.setAuthority("before")
            try request.setAuthority(authority)
            return request.authority
        }
        #expect(kept == authority)
    }

    @Test func `HTTP-25: what is no path is refused`() throws {
        let (refusals, kept) = try HTTPWorld().run {
            let request = OutgoingRequest(Fields())
            try request.setPathWithQuery("/a?b=c&d")
            let refusals = ["/bad\npath", "/a b", "/a#b", "/é", "/\u{7f}"].map { path in
                Self.refused { () throws(HTTPRefusal) in try request.setPathWithQuery(path) }
            }
            return (refusals, request.pathWithQuery)
        }
        #expect(refusals == Array(repeating: true, count: 5))
        #expect(kept == "/a?b=c&d")
    }

    @Test func `HTTP-26: a body can be taken once, even where the first is gone`() throws {
        let refusals = try HTTPWorld().run {
            let request = OutgoingRequest(Fields())
            _ = try request.body()
            return Self.refused { () throws(HTTPRefusal) in _ = try request.body() }
        }
        #expect(refusals)
    }

    @Test func `HTTP-27, HTTP-34: a request that was sent is consumed, with its options`() throws {
        let world = HTTPWorld([.ok()])
        try world.run {
            let options = RequestOptions()
            let response = try HTTPGuest.response(to: HTTPGuest.request(), options)
            _ = consume response
            // One that is refused at once is, too.
            _ = try HTTPGuest.failure(
                of: HTTPGuest.request(.get, .other("WS")), RequestOptions())
        }
        let fresh = HTTPWorld(policy: HostPolicy(handles: .fresh))
        expectTrap("unknown-handle", "RES-08", saying: "outgoing-request", on: fresh.host) {
            let handle = try! HTTPGuest.request().release()
            let future = try! OutgoingRequest(owning: handle).send()
            _ = OutgoingRequest(owning: handle).method
            _ = consume future
        }
    }

    @Test func `HTTP-28: each timeout is what was set, or none`() throws {
        let (before, after) = try HTTPWorld().run { () -> ([Nanoseconds?], [Nanoseconds?]) in
            let options = RequestOptions()
            func all() -> [Nanoseconds?] {
                [options.connectTimeout, options.firstByteTimeout, options.betweenBytesTimeout]
            }
            let before = all()
            try options.setConnectTimeout(.milliseconds(1))
            try options.setFirstByteTimeout(Nanoseconds(.max))
            try options.setBetweenBytesTimeout(0)
            let after = all()
            try options.setConnectTimeout(nil)
            return (before, after + all())
        }
        #expect(before == [nil, nil, nil])
        #expect(after == [1_000_000, Nanoseconds(.max), 0, nil, Nanoseconds(.max), 0])
    }

    @Test func `HTTP-29: without options a request may take 600 s`() throws {
        var door = HTTPDoor.ok()
        door.connectTime = nil
        let world = HTTPWorld([door])
        let failure = try world.run { try HTTPGuest.failure(of: HTTPGuest.request()) }
        #expect(failure == .connectionTimeout)
        #expect(world.elapsed == 600_000_000_000)
    }

    @Test func `HTTP-30: a request without a scheme is one over TLS`() throws {
        let world = HTTPWorld([.ok()])
        try world.run { _ = try HTTPGuest.response(to: HTTPGuest.request(.get, nil)) }
        let head = try #require(world.driver.requests.first?.head)
        #expect(head.isSecure)
        #expect(head.authority.port == 443)
    }

    @Test func `HTTP-31: a scheme that is not HTTP's is an error of the call`() throws {
        let error = try HTTPWorld([.ok()]).run {
            let request = try HTTPGuest.request(.get, .other("WS"))
            return HTTPGuest.sendError(request)
        }
        #expect(error == .protocolError)
    }

    @Test func `HTTP-32: a request without an authority is an error of the call`() throws {
        let error = try HTTPWorld([.ok()]).run {
            let request = try HTTPGuest.request(.get, .http, nil)
            return HTTPGuest.sendError(request)
        }
        #expect(error == .requestURIInvalid)
    }

    @Test(arguments: HostPolicy.Rules.allCases)
    func `HTTP-33: a request without a path is an error of the call`(rules: HostPolicy.Rules) throws
    {
        let error = try HTTPWorld([.ok()], rules: rules).run {
            let request = try HTTPGuest.request(.get, .http, "a.example", nil)
            return HTTPGuest.sendError(request)
        }
        #expect(error == (rules == .wasmtime ? .protocolError : .requestURIInvalid))
    }

    @Test func `HTTP-35: a request whose body was never taken has none`() throws {
        let world = HTTPWorld([.ok()])
        let error = try world.run {
            _ = try HTTPGuest.response(to: HTTPGuest.request(.post))
            // It cannot promise one either.
            return try HTTPGuest.failure(
                of: HTTPGuest.request(.post, headers: [Field("content-length", "5")]))
        }
        #expect(world.driver.requests.map(\.head.body) == [.none])
        #expect(world.driver.requests[0].isBroken == false)
        #expect(error == .requestBodySize(0))
    }

    @Test
    func
        `HTTP-36: what goes out is what the guest set, in origin form, and the call does not wait`()
        throws
    {
        var door = HTTPDoor.ok(authority: "a.example:8080")
        door.connectTime = 5 * .millisecond
        let world = HTTPWorld([door])
        let isReady = try world.run {
            let request = try HTTPGuest.request(
                .put, .http, "a.example:8080", "?q", headers: [Field("x-a", "1")])
            let future = try request.send()
            let isReady = future.subscribe().isReady
            _ = try HTTPGuest.response(of: future)
            return isReady
        }
        #expect(!isReady)
        let head = try #require(world.driver.requests.first?.head)
        #expect(head.method == .put)
        #expect(head.path == "/?q")
        #expect(
            head.authority == HTTPAuthority(text: "a.example:8080", host: "a.example", port: 8080))
        #expect(head.fields == [HTTPField("x-a", "1")])
    }

    @Test func `HTTP-37: the head goes out before the body is written, and the body as it is`()
        throws
    {
        var door = HTTPDoor.ok("thanks")
        door.waitsForBody = true
        let world = HTTPWorld([door])
        let driver = UncheckedBox(world.driver)
        let (before, between, text) = try world.run {
            let request = try HTTPGuest.request(.post)
            let body = try request.body()
            let future = try request.send()
            let before = driver.value.requests.map(\.body)
            let stream = try body.stream()
            try HTTPGuest.write("one", to: stream)
            let between = driver.value.requests.map(\.body)
            try HTTPGuest.write("two", to: stream)
            _ = consume stream
            try body.finish()
            let response = try HTTPGuest.response(of: future)
            return (before, between, try HTTPGuest.body(of: response).text)
        }
        #expect(before == [[]])
        #expect(between == [Array("one".utf8)])
        #expect(text == "thanks")
        let received = try #require(world.driver.requests.first)
        #expect(received.head.body == .chunked)
        #expect(received.body == Array("onetwo".utf8))
        #expect(received.trailers == [])
        #expect(!received.isBroken)
    }

    @Test func `HTTP-38: a CONNECT has nobody to tunnel for`() throws {
        let world = HTTPWorld([.ok()])
        let error = try world.run { try HTTPGuest.failure(of: HTTPGuest.request(.connect)) }
        #expect(error == .protocolError)
        #expect(world.driver.requests.isEmpty)
    }

    // MARK: The policy

    private static let granted = NetworkPolicy(grants: [.init(.name("a.example"), port: 80)])

    private func failure(
        _ authority: String, addresses: [PolluxHost.IPAddress] = [.loopback],
        network: NetworkPolicy, _ scheme: RequestScheme = .http
    ) throws -> HTTPError? {
        var door = HTTPDoor.ok(authority: authority)
        door.addresses = addresses
        let world = HTTPWorld([door], network: network)
        return try world.run {
            try HTTPGuest.failure(of: HTTPGuest.request(.get, scheme, authority))
        }
    }

    @Test(arguments: ["a.example", "10.0.0.1", "[2001:db8::1]:80"])
    func `HTTP-39: without a grant no request leaves the machine`(authority: String) throws {
        #expect(try failure(authority, network: .loopback) == .requestDenied)
    }

    @Test(arguments: ["localhost", "127.0.0.1:8080", "[::1]"])
    func `HTTP-39: loopback needs no grant`(authority: String) throws {
        #expect(try failure(authority, network: .loopback) == nil)
    }

    @Test func `HTTP-39: a name is granted at its port, for what it resolves to`() throws {
        let outside = PolluxHost.IPAddress("10.0.0.7")!
        let granted = Self.granted
        #expect(try failure("a.example", addresses: [outside], network: granted) == nil)
        #expect(try failure("a.example:81", network: granted) == .requestDenied)
        #expect(try failure("a.example", network: granted, .https) == .requestDenied)
        #expect(try failure("b.example", network: granted) == .requestDenied)
    }

    @Test func `HTTP-39: a name of this machine that resolves elsewhere is denied`() throws {
        let outside = PolluxHost.IPAddress("10.0.0.7")!
        #expect(
            try failure("localhost", addresses: [outside], network: .loopback) == .requestDenied)
        #expect(try failure("localhost", network: NetworkPolicy(hasTCP: false)) == .requestDenied)
    }

    @Test func `HTTP-39: a denied request fails in its future, and its body leads nowhere`() throws
    {
        let world = HTTPWorld([.ok()], network: .loopback)
        let (isReady, isClosed) = try world.run {
            let request = try HTTPGuest.request(.post)
            let body = try request.body()
            let stream = try body.stream()
            let future = try request.send()
            let isReady = future.subscribe().isReady
            let end = HTTPGuest.error { () throws(StreamError) in
                _ = try stream.checkWrite()
            }
            return (isReady, end?.isClosed)
        }
        #expect(isReady)
        #expect(isClosed == true)
        #expect(world.driver.requests.isEmpty)
    }
}
