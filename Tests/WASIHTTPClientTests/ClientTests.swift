// The client in a simulated world: what servers see, and what comes back.

import HTTPTypes
import PolluxHost
import PolluxNative
import SimulatedServers
import SimulatedWorld
import Testing
import WASIAsyncRuntime
import WASIHTTPClient
import WASIp2HTTP

extension World {
    /// Runs an async guest, of which nothing may be left. What it throws, it says.
    func run(
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: @escaping @Sendable @MainActor () async throws -> Void
    ) {
        let outcome = Guest.run(on: host, ending: .exitThread) {
            do { try blockOn(body) } catch { self.say("threw \(error)") }
        }
        #expect(outcome == .completed, sourceLocation: sourceLocation)
        #expect(host.liveResources == 0, "what the guest left", sourceLocation: sourceLocation)
    }
}

private func request(_ method: HTTPRequest.Method = .get, _ path: String = "/") -> HTTPRequest {
    HTTPRequest(method: method, scheme: "http", authority: "a.example", path: path)
}

/// Chunks that come at these instants, and perhaps an error behind them.
private struct Chunks: AsyncSequence, AsyncIteratorProtocol, Sendable {
    var left: [String]
    var failure: Broken?

    init(_ chunks: [String], failure: Broken? = nil) {
        left = chunks
        self.failure = failure
    }

    func makeAsyncIterator() -> Chunks { self }

    mutating func next() async throws -> [UInt8]? {
        try await sleep(for: .milliseconds(1))
        if left.isEmpty {
            if let failure { throw failure }
            return nil
        }
        return Array(left.removeFirst().utf8)
    }
}

private struct Broken: Error, Equatable {}

struct ClientTests {
    // MARK: Responses

    @Test func `a response is its status, its fields and its chunks as they come`() {
        let world = World(servers: [
            server(
                nil, .head(203, [HTTPField("x-one", "1"), HTTPField("x-one", "2")], at: 2),
                .chunk("hel", at: 3), .chunk("lo", at: 5), .end(at: 6))
        ])
        world.run {
            let response = try await Client().send(request())
            world.note(
                "\(response.status.code) \(response.head.headerFields[values: .init("x-one")!])")
            for try await chunk in response.body {
                world.note(String(decoding: chunk, as: UTF8.self))
            }
            world.note("end")
        }
        #expect(world.said == [#"203 ["1", "2"] at 2ms"#, "hel at 3ms", "lo at 5ms", "end at 6ms"])
    }

    @Test func `two requests at once come back in the order of their responses`() {
        let world = World(servers: [
            server("/slow", .head(at: 9), .end(at: 9)), server("/fast", .head(at: 4), .end(at: 4)),
        ])
        world.run {
            async let slow = Client().send(request(.get, "/slow"))
            async let fast = Client().send(request(.get, "/fast"))
            _ = try await fast
            world.note("fast")
            _ = try await slow
            world.note("slow")
        }
        #expect(world.said == ["fast at 4ms", "slow at 9ms"])
    }

    @Test func `a body is read whole, up to a limit`() {
        let world = World(servers: [
            server(nil, .head(), .chunk("12345", at: 1), .chunk("678", at: 2), .end(at: 3))
        ])
        world.run {
            let whole = try await Client().send(request())
            world.say(try await whole.body.text(limit: 8))
            let cut = try await Client().send(request())
            _ = try await cut.body.text(limit: 7)
        }
        #expect(world.said == ["12345678", "threw more than 7 bytes"])
    }

    @Test func `JSON goes there and comes back`() throws {
        var door = server(nil, .head(), .chunk(#"{"n":7}"#), .end())
        door.waitsForBody = true
        let world = World(servers: [door])
        world.run {
            let body = try RequestBody.json(["n": 6])
            let response = try await Client().send(request(.post), body: body)
            let value: [String: Int] = try await response.body.json(limit: 100)
            world.say("\(value)")
        }
        let seen = try #require(world.driver.requests.first)
        #expect(world.said == [#"["n": 7]"#])
        #expect(String(decoding: seen.body, as: UTF8.self) == #"{"n":6}"#)
        #expect(seen.head.fields.contains(HTTPField("content-type", "application/json")))
    }

    @Test func `HTTP-57: trailers come behind the body, or there are none`() {
        let world = World(servers: [
            server(
                "/with", .head(), .chunk("x"),
                .init(.end(trailers: [HTTPField("x-sum", "1")]))),
            server("/without", .head(), .end()),
        ])
        world.run {
            for path in ["/with", "/without"] {
                let body = try await Client().send(request(.get, path)).body
                _ = try await body.bytes(limit: 10)
                world.say("\(try await body.trailers()?[.init("x-sum")!] ?? "none")")
                world.say("\(try await body.trailers() == nil)")
            }
        }
        #expect(world.said == ["1", "true", "none", "true"])
    }

    @Test func `a response that is not read, or not to its end, leaves nothing behind`() {
        let world = World(servers: [
            server(nil, .head(), .chunk("some"), .chunk("more", at: 50), .end(at: 99))
        ])
        world.run {
            _ = try await Client().send(request())
            let half = try await Client().send(request())
            world.say("\(try await half.body.read(upTo: 2) ?? [])")
        }
        #expect(world.said == ["[115, 111]"])
    }

    // MARK: Failures

    @Test func `what the host says of a request without a response is thrown`() {
        let world = World(servers: [server(nil, .fail(.connectionTerminated, at: 3))])
        world.run {
            do { _ = try await Client().send(request()) } catch let error as HTTPError {
                world.note("\(error)")
            }
        }
        #expect(world.said.count == 1)
        #expect(world.said[0].hasSuffix("at 3ms"))
    }

    @Test func `HTTP-60: a body that breaks off throws, and does not end`() {
        let world = World(
            servers: [server(nil, .head(), .chunk("half"), .fail(.protocolError, at: 2))],
            policy: HostPolicy(rules: .spec))
        world.run {
            let response = try await Client().send(request())
            for try await chunk in response.body { world.note("\(chunk.count)") }
            world.note("end")
        }
        #expect(world.said == ["4 at 0ms", "threw protocolError"])
    }

    @Test func `HTTP-62: a response that does not begin in time is a timeout`() {
        let world = World(servers: [server(nil, .head(at: 50), .end(at: 50))])
        world.run {
            let client = Client(timeouts: .init(firstByte: .milliseconds(10)))
            do { _ = try await client.send(request()) } catch { world.note("\(error)") }
        }
        #expect(world.said == ["connectionReadTimeout at 10ms"])
    }

    @Test(arguments: [
        (
            HTTPRequest(method: .init("A B") ?? .get, scheme: "http", authority: nil, path: "/"),
            "authority"
        ),
        (HTTPRequest(method: .get, scheme: "no scheme", authority: "a", path: "/"), "scheme"),
        (HTTPRequest(method: .get, scheme: "http", authority: "a b", path: "/"), "authority"),
        (HTTPRequest(method: .get, scheme: "http", authority: "a", path: "/ /"), "path"),
        (
            HTTPRequest(
                method: .get, scheme: "http", authority: "a", path: "/",
                headerFields: [.connection: "close"]), "Connection"
        ),
    ])
    func `a request that is none says why, and nothing is sent`(
        _ request: HTTPRequest, _ word: String
    ) {
        let world = World(servers: [server(nil, .head(), .end())])
        world.run {
            do { _ = try await Client().send(request) } catch { world.say("\(error) \(request)") }
        }
        #expect(world.said.count == 1, "\(word): \(world.said)")
        #expect(world.driver.requests.isEmpty)
    }

    // MARK: Request bodies

    @Test func `a body of known length says it, and goes out whole`() throws {
        let world = World(servers: [server(nil, .head(at: 1), .end(at: 1))])
        let text = String(repeating: "pollux ", count: 20_000)
        world.run {
            let response = try await Client().send(request(.put), body: .text(text))
            // The answer may be there before all has gone out.
            try await sleep(for: .milliseconds(5))
            _ = try await response.body.bytes(limit: 0)
        }
        let seen = try #require(world.driver.requests.first)
        #expect(seen.head.body == .length(140_000))
        #expect(String(decoding: seen.body, as: UTF8.self) == text)
        #expect(seen.trailers == [] && !seen.isBroken)
    }

    @Test func `HTTP-75: a sequence goes out chunk by chunk, and its trailers behind it`() throws {
        var door = server(nil, .head(), .end())
        door.waitsForBody = true
        let world = World(servers: [door])
        world.run {
            let body = RequestBody.chunks(Chunks(["one", "two"])) { [.init("x-sum")!: "6"] }
            _ = try await Client().send(request(.post), body: body)
            world.note("done")
        }
        let seen = try #require(world.driver.requests.first)
        #expect(world.said == ["done at 3ms"])
        #expect(seen.head.body == .chunked)
        #expect(seen.body == Array("onetwo".utf8))
        #expect(seen.trailers?.map(\.name) == ["x-sum"])
    }

    @Test
    func
        `HTTP-76: what a body's sequence throws is thrown, and the server sees the request broken`()
        throws
    {
        var door = server(nil, .head(), .end())
        door.waitsForBody = true
        let world = World(servers: [door])
        world.run {
            let body = RequestBody.chunks(Chunks(["one"], failure: Broken()))
            do { _ = try await Client().send(request(.post), body: body) } catch is Broken {
                world.note("broken")
            }
        }
        let seen = try #require(world.driver.requests.first)
        #expect(world.said == ["broken at 2ms"])
        #expect(seen.isBroken)
    }

    @Test func `HTTP-81: a server that answers without reading on is heard to its end`() {
        var door = server(
            nil, .head(413), .init(.stopsReading), .chunk("too much", at: 3), .end(at: 4))
        door.room = 4
        let world = World(servers: [door])
        world.run {
            let body = RequestBody.bytes(Array(repeating: 7, count: 1_000_000))
            let response = try await Client().send(request(.post), body: body)
            world.note("\(response.status.code) \(try await response.body.text(limit: 100))")
        }
        #expect(world.said == ["413 too much at 4ms"])
    }

    @Test func `a body is still sent while its response is read`() throws {
        let world = World(servers: [server(nil, .head(), .chunk("first", at: 0), .end(at: 9))])
        world.run {
            let response = try await Client().send(
                request(.post), body: .chunks(Chunks(["a", "b", "c"])))
            world.note(String(decoding: try await response.body.read() ?? [], as: UTF8.self))
            _ = try await response.body.bytes(limit: 0)
            world.note("end")
        }
        #expect(world.said == ["first at 0ms", "end at 9ms"])
        #expect(try #require(world.driver.requests.first).body == Array("abc".utf8))
    }

    // MARK: Cancellation

    @Test(arguments: [false, true])
    func
        `RES-27, wstd#31: a request that is cancelled in flight leaves nothing, and its server sees it`(
            hasBody: Bool
        )
        throws
    {
        let world = World(servers: [server(nil, .head(at: 100), .end(at: 100))])
        world.run {
            let body = RequestBody.chunks(Chunks(Array(repeating: "x", count: 1_000)))
            do {
                _ = try await withTimeout(.milliseconds(10)) {
                    try await Client().send(request(.post), body: hasBody ? body : nil)
                }
            } catch is TimeoutError { world.note("timed out") }
        }
        #expect(world.said == ["timed out at 10ms"])
        #expect(try #require(world.driver.requests.first).isBroken)
    }

    @Test func `a read of a body that is cancelled loses nothing`() {
        let world = World(servers: [server(nil, .head(), .chunk("late", at: 20), .end(at: 21))])
        world.run {
            let body = try await Client().send(request()).body
            do { _ = try await withTimeout(.milliseconds(5)) { try await body.read() } } catch {
                world.note("timed out")
            }
            world.note(try await body.text(limit: 10))
        }
        #expect(world.said == ["timed out at 5ms", "late at 21ms"])
    }
}
