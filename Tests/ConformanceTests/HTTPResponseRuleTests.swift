// HTTP-40 to HTTP-46 and HTTP-48: the future of a response, and the response.

import PolluxHost
import PolluxNative
import Testing
import WASIp2
import WASIp2HTTP

struct HTTPResponseRuleTests {
    private static let ms = UInt64.millisecond

    @Test(arguments: HostPolicy.Rules.allCases)
    func `HTTP-40: a response that is not there is pending`(rules: HostPolicy.Rules) throws {
        let door = HTTPDoor.answering([.head(after: Self.ms), .end(after: Self.ms)])
        let answer = try HTTPWorld([door], rules: rules).run {
            try HTTPGuest.request().send().get().name()
        }
        #expect(answer == "pending")
    }

    @Test func `HTTP-41, POLL-23: get alone sees no response in wasmtime, and by the text it does`()
        throws
    {
        func answers(_ rules: HostPolicy.Rules) throws -> [String] {
            try HTTPWorld([.ok()], rules: rules).run {
                let future = try HTTPGuest.request().send()
                let alone = (0..<100).map { _ in future.get().name() }
                let isReady = future.subscribe().isReady
                return Set(alone).sorted() + ["\(isReady)", future.get().name()]
            }
        }
        #expect(try answers(.wasmtime) == ["pending", "true", "value"])
        #expect(try answers(.spec) == ["taken", "value", "true", "taken"])
    }

    @Test(arguments: HostPolicy.Rules.allCases)
    func `HTTP-42, HTTP-43, HTTP-44: after a block the response is there, once`(
        rules: HostPolicy.Rules
    ) throws {
        let door = HTTPDoor.answering([.head(204, after: 7 * Self.ms), .end(after: 7 * Self.ms)])
        let world = HTTPWorld([door], rules: rules)
        let (status, again) = try world.run {
            let future = try HTTPGuest.request().send()
            let response = try HTTPGuest.response(of: future)
            return (response.status, [future.get().name(), future.get().name()])
        }
        #expect(status == 204)
        #expect(again == ["taken", "taken"])
        #expect(world.elapsed == 7 * Self.ms)
    }

    @Test func `HTTP-43: an error is there once, too`() throws {
        let answers = try HTTPWorld().run {
            let future = try HTTPGuest.request().send()
            future.subscribe().block()
            return [future.get().name(), future.get().name()]
        }
        #expect(answers[0].contains("dnsError"))
        #expect(answers[1] == "taken")
    }

    @Test func `HTTP-45: the pollable is ready once the response is there, and stays so`() throws {
        let door = HTTPDoor.answering([.head(after: Self.ms), .end(after: Self.ms)])
        let ready = try HTTPWorld([door]).run {
            let future = try HTTPGuest.request().send()
            let pollable = future.subscribe()
            let before = pollable.isReady
            pollable.block()
            let there = pollable.isReady
            _ = future.get()
            return [before, there, pollable.isReady, future.subscribe().isReady]
        }
        #expect(ready == [false, true, true, true])
    }

    @Test func `HTTP-46: dropping the future cuts the request off, and its body is closed`() throws
    {
        var door = HTTPDoor.ok()
        door.waitsForBody = true
        let world = HTTPWorld([door])
        let isClosed = try world.run {
            let request = try HTTPGuest.request(.post)
            let body = try request.body()
            let stream = try body.stream()
            let future = try request.send()
            try HTTPGuest.write("x", to: stream)
            _ = consume future
            let end = HTTPGuest.error { () throws(StreamError) in
                _ = try stream.checkWrite()
            }
            return end?.isClosed
        }
        #expect(isClosed == true)
        #expect(world.driver.requests[0].isBroken)
    }

    @Test func `HTTP-48: status and headers are the response's, and headers outlive it`() throws {
        let door = HTTPDoor.ok("", [HTTPField("X-A", "1")])
        let (status, isNew, values) = try HTTPWorld([door]).run {
            let response = try HTTPGuest.response(to: HTTPGuest.request())
            let status = response.status
            let one = response.headers()
            let two = response.headers()
            _ = consume response
            return (status, one.handle != two.handle, one.values(of: "x-a"))
        }
        #expect(status == 200)
        #expect(isNew)
        #expect(values == [Array("1".utf8)])
    }
}
