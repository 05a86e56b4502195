// Requests by futures in a simulated world: what servers see, what comes back, and what is left.

import PolluxHost
import SimulatedServers
import SimulatedWorld
import Testing
import WASIReactor
import WASIReactorHTTP
import WASIp2
import WASIp2HTTP

struct FetchTests {
    // MARK: Responses

    @Test func `a response is its status, its fields and its bytes as they come`() {
        let world = World(servers: [
            server(
                nil, .head(203, [HTTPField("x-one", "1"), HTTPField("x-one", "2")], at: 2),
                .chunk("hel", at: 3), .chunk("lo", at: 5), .end(at: 6))
        ])
        world.run { executor in
            guard let response = world.note(executor.blockOn(executor.fetch(.to()))) else { return }
            let values = response.fields.filter { $0.name == "x-one" }.map {
                String(decoding: $0.value, as: UTF8.self)
            }
            world.say("\(values)")
            while case .success(let bytes)? = response.body.map({ executor.blockOn($0.read(100)) })
            {
                world.note(String(decoding: bytes, as: UTF8.self))
            }
            world.note("end")
        }
        #expect(
            world.said == ["203 at 2ms", #"["1", "2"]"#, "hel at 3ms", "lo at 5ms", "end at 6ms"])
    }

    @Test func `two requests at once come back in the order of their responses`() {
        let world = World(servers: [
            server("/slow", .head(at: 9), .end(at: 9)), server("/fast", .head(at: 4), .end(at: 4)),
        ])
        world.run { executor in
            for path in ["/slow", "/fast"] {
                executor.spawn(
                    AnyFuture.box(executor.fetch(.to(path))) { _ in world.note(path) })
            }
            executor.run()
        }
        #expect(world.said == ["/fast at 4ms", "/slow at 9ms"])
    }

    @Test func `a slow body does not hold a fast one up`() {
        let world = World(servers: [
            server("/slow", .head(), .chunk("s", at: 8), .end(at: 9)),
            server("/fast", .head(), .chunk("f", at: 2), .end(at: 3)),
        ])
        world.run { executor in
            let responses = ["/slow", "/fast"].compactMap { path in
                try? (path, executor.blockOn(executor.fetch(.to(path))).get())
            }
            for (path, response) in responses {
                guard let body = response.body else { continue }
                executor.spawn(AnyFuture.box(body.read(10)) { _ in world.note(path) })
            }
            executor.run()
        }
        #expect(world.said == ["/fast at 2ms", "/slow at 8ms"])
    }

    @Test func `HTTP-57: trailers come behind the body, or there are none`() {
        let world = World(servers: [
            server(
                "/with", .head(), .chunk("x"),
                .init(after: 3 * millisecond, .end(trailers: [HTTPField("x-sum", "1")]))),
            server("/without", .head(), .end()),
        ])
        world.run { executor in
            for path in ["/with", "/without"] {
                guard case .success(let response) = executor.blockOn(executor.fetch(.to(path)))
                else { return }
                for _ in 0..<2 {
                    let trailers = executor.blockOn(response.trailers())
                    world.note("\(trailers.map { $0?.map(\.name) })")
                }
            }
        }
        #expect(
            world.said == [
                #"success(Optional(["x-sum"])) at 3ms"#, "success(nil) at 3ms",
                "success(nil) at 3ms", "success(nil) at 3ms",
            ])
    }

    @Test func `HTTP-57: a wait for trailers that is dropped leaves nothing`() {
        let world = World(servers: [server(nil, .head(), .chunk("x"), .end(at: 50))])
        world.run { executor in
            guard case .success(let response) = executor.blockOn(executor.fetch(.to())) else {
                return
            }
            let end = executor.blockOn(
                Given(.milliseconds(4), executor.reactor, response.trailers()))
            world.note(end == nil ? "given up" : "there")
        }
        #expect(world.said == ["given up at 4ms"])
    }

    @Test func `a response that is not read, or not to its end, leaves nothing behind`() {
        let world = World(servers: [
            server(nil, .head(), .chunk("some"), .chunk("more", at: 50), .end(at: 99))
        ])
        world.run { executor in
            _ = executor.blockOn(executor.fetch(.to()))
            guard case .success(let half) = executor.blockOn(executor.fetch(.to())),
                let body = half.body
            else { return }
            world.say("\(executor.blockOn(body.read(2)).map(\.count))")
        }
        #expect(world.said == ["success(2)"])
        #expect(world.driver.requests.map(\.isBroken) == [true, true])
    }

    @Test
    func `HTTP-52: a reader that outlives its response reads on, and is gone before the body`() {
        let world = World(servers: [server(nil, .head(), .chunk("late", at: 7), .end(at: 8))])
        world.run { executor in
            guard let body = try? executor.blockOn(executor.fetch(.to())).get().body else { return }
            world.note("\(executor.blockOn(body.read(10)).map(\.count))")
        }
        #expect(world.said == ["success(4) at 7ms"])
    }

    // MARK: Failures

    @Test func `what the host says of a request without a response is its failure`() {
        let world = World(servers: [server(nil, .fail(.connectionTerminated, at: 3))])
        world.run { executor in world.note(executor.blockOn(executor.fetch(.to()))) }
        #expect(world.said.count == 1)
        #expect(world.said[0].hasSuffix("at 3ms"))
    }

    @Test func `HTTP-60: a body that breaks off fails, and does not end`() {
        let world = World(
            servers: [server(nil, .head(), .chunk("half"), .fail(.protocolError, at: 2))],
            policy: HostPolicy(rules: .spec))
        world.run { executor in
            guard case .success(let response) = executor.blockOn(executor.fetch(.to())) else {
                return
            }
            world.note(executor.text(of: response))
        }
        #expect(world.said == ["half!HTTP-protocol-error at 2ms"])
    }

    @Test func `HTTP-62: a response that does not begin in time is a timeout`() {
        let world = World(servers: [server(nil, .head(at: 50), .end(at: 50))])
        world.run { executor in
            var request = Request.to()
            request.timeouts.firstByte = .milliseconds(10)
            world.note(executor.blockOn(executor.fetch(request)))
        }
        #expect(world.said == ["connection-read-timeout at 10ms"])
    }

    @Test(arguments: [
        (Request(.other("A B"), scheme: .http, authority: "a.example"), RequestError.method),
        (Request(scheme: .other("no scheme"), authority: "a.example"), .scheme),
        (Request(scheme: .http, authority: "a b"), .authority),
        (Request(scheme: .http, authority: "a.example", path: "/ /"), .path),
        (
            Request(
                scheme: .http, authority: "a.example",
                fields: [Field("x-one", "1"), Field("connection", "close")]),
            .field(name: "connection", .forbidden)
        ),
    ])
    func `a request that is none says what is wrong, and nothing is sent`(
        _ request: Request, _ reason: RequestError
    ) {
        let world = World(servers: [server(nil, .head(), .end())])
        world.run { executor in
            let result = executor.blockOn(executor.fetch(request, body: .bytes([1])))
            if case .failure(let error) = result { world.say("\(error == reason)") }
        }
        #expect(world.said == ["true"])
        #expect(world.driver.requests.isEmpty)
    }

    // MARK: Request bodies

    @Test func `bytes say how many they are, and go out whole, while the response is waited for`()
        throws
    {
        var door = server(nil, .head(), .end())
        door.waitsForBody = true
        let world = World(servers: [door])
        let bytes = Array(String(repeating: "pollux ", count: 20_000).utf8)
        world.run { executor in
            world.note(executor.blockOn(executor.fetch(.to("/", .put), body: .bytes(bytes))))
        }
        let seen = try #require(world.driver.requests.first)
        #expect(world.said == ["200 at 0ms"])
        #expect(seen.head.body == .length(140_000))
        #expect(seen.body == bytes)
        #expect(seen.trailers == [] && !seen.isBroken)
    }

    @Test func `HTTP-75: a source is asked part by part, and its trailers go behind the last`()
        throws
    {
        var door = server(nil, .head(), .end())
        door.waitsForBody = true
        let world = World(servers: [door])
        world.run { executor in
            let source = Source(
                [.text("one"), .text("two"), .end(trailers: [Field("x-sum", "6")])],
                on: executor.reactor)
            world.note(executor.blockOn(executor.fetch(.to("/", .post), body: source.body)))
        }
        let seen = try #require(world.driver.requests.first)
        #expect(world.said == ["200 at 3ms"])
        #expect(seen.head.body == .chunked)
        #expect(seen.body == Array("onetwo".utf8))
        #expect(seen.trailers?.map(\.name) == ["x-sum"])
    }

    @Test func `HTTP-76: a source that breaks off breaks the request`() throws {
        var door = server(nil, .head(), .end())
        door.waitsForBody = true
        let world = World(servers: [door])
        world.run { executor in
            let source = Source([.text("one"), .breakOff], on: executor.reactor)
            let result = executor.blockOn(executor.fetch(.to("/", .post), body: source.body))
            if case .failure = result { world.note("failed") }
        }
        #expect(world.said == ["failed at 2ms"])
        #expect(try #require(world.driver.requests.first).isBroken)
    }

    @Test func `HTTP-72: a body that is shorter than it says fails its request, with the reason`() {
        var door = server(nil, .head(), .end())
        door.waitsForBody = true
        let world = World(servers: [door])
        world.run { executor in
            let body = RequestBody.parts([[1, 2]], length: 3)
            world.note(executor.blockOn(executor.fetch(.to("/", .post), body: body)))
        }
        #expect(world.said == ["HTTP-request-body-size at 0ms"])
    }

    @Test func `HTTP-81: a server that answers without reading on is heard to its end`() {
        var door = server(
            nil, .head(413), .init(.stopsReading), .chunk("too much", at: 3), .end(at: 4))
        door.room = 4
        let world = World(servers: [door])
        world.run { executor in
            let body = RequestBody.bytes(Array(repeating: 7, count: 1_000_000))
            let result = executor.blockOn(executor.fetch(.to("/", .post), body: body))
            guard let response = world.note(result) else { return }
            world.note(executor.text(of: response))
        }
        #expect(world.said == ["413 at 0ms", "too much at 4ms"])
    }

    // MARK: Giving up

    @Test(arguments: [false, true])
    func
        `RES-27, wstd#31: a request that is dropped in flight leaves nothing, and its server sees it`(
            hasBody: Bool
        ) throws
    {
        let world = World(servers: [server(nil, .head(at: 100), .end(at: 100))])
        world.run { executor in
            let source = Source(Array(repeating: .text("x"), count: 100), on: executor.reactor)
            let fetch = executor.fetch(.to("/", .post), body: hasBody ? source.body : nil)
            let result = executor.blockOn(Given(.milliseconds(10), executor.reactor, fetch))
            world.note(result == nil ? "given up" : "there")
        }
        #expect(world.said == ["given up at 10ms"])
        #expect(try #require(world.driver.requests.first).isBroken)
    }

    @Test func `a request that is dropped before it is polled was never sent`() {
        let world = World(servers: [server(nil, .head(), .end())])
        world.run { executor in _ = executor.fetch(.to(), body: .bytes([1])) }
        #expect(world.driver.requests.isEmpty)
    }

    @Test func `RES-27: a read that is dropped loses nothing`() {
        let world = World(servers: [server(nil, .head(), .chunk("late", at: 20), .end(at: 21))])
        world.run { executor in
            guard case .success(let response) = executor.blockOn(executor.fetch(.to())),
                let body = response.body
            else { return }
            let read = executor.blockOn(
                Given(.milliseconds(5), executor.reactor, body.read(10)))
            world.note(read == nil ? "given up" : "there")
            world.note(executor.text(of: response))
        }
        #expect(world.said == ["given up at 5ms", "late at 21ms"])
    }
}
