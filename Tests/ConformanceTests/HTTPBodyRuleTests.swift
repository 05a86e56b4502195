// HTTP-70 to HTTP-82: wasi:http/types.outgoing-body.

import PolluxHost
import PolluxNative
import Testing
import WASIp2
import WASIp2HTTP

struct HTTPBodyRuleTests {
    /// A server that answers once it has the body.
    private static var patient: HTTPDoor {
        var door = HTTPDoor.ok()
        door.waitsForBody = true
        return door
    }

    /// A server that reads only so many bytes.
    private static func stingy(_ room: Int, then steps: [HTTPDoor.Step] = []) -> HTTPDoor {
        var door = HTTPDoor.answering(steps)
        door.room = room
        return door
    }

    private static func length(_ count: Int) -> [Field] { [Field("content-length", "\(count)")] }

    @Test func `HTTP-70: a stream can be taken once, even when the first is gone`() throws {
        let refusal = try HTTPWorld().run {
            let request = try HTTPGuest.request()
            let body = try request.body()
            _ = try body.stream()
            return HTTPGuest.error { () throws(HTTPRefusal) in _ = try body.stream() }
        }
        #expect(refusal == HTTPRefusal())
    }

    @Test func `HTTP-71: a body whose stream lives can be neither dropped nor finished`() {
        for isFinished in [false, true] {
            expectTrap("child-alive", "RES-23", saying: "output-stream", on: HTTPWorld().host) {
                let request = try! HTTPGuest.request()
                let body = try! request.body()
                let stream = try! body.stream()
                if isFinished { try! body.finish() } else { _ = consume body }
                _ = consume stream
                _ = consume request
            }
        }
    }

    @Test(arguments: [true, false])
    func `HTTP-72: a body shorter than content-length cannot be finished, and is broken`(
        isSent: Bool
    ) throws {
        let world = HTTPWorld([Self.patient])
        let (error, failure) = try world.run { () -> (HTTPError?, HTTPError?) in
            let request = try HTTPGuest.request(.post, headers: Self.length(11))
            let body = try request.body()
            let stream = try body.stream()
            try HTTPGuest.write("msg", to: stream)
            _ = consume stream
            guard isSent else {
                let error = HTTPGuest.finishError(body)
                return (error, try HTTPGuest.failure(of: request))
            }
            let future = try request.send()
            let error = HTTPGuest.finishError(body)
            let failure = HTTPGuest.error { () throws(any Error) in
                _ = try HTTPGuest.response(of: future)
            }
            return (error, failure as? HTTPError)
        }
        #expect(error == .requestBodySize(3))
        #expect(failure == .protocolError)
        #expect(world.driver.requests[0].head.body == .length(11))
        #expect(world.driver.requests[0].isBroken)
    }

    @Test func `HTTP-73: a write beyond content-length fails, and finish fails with the same`()
        throws
    {
        let world = HTTPWorld([Self.patient])
        let (end, error) = try world.run { () -> (BodyEnd?, HTTPError?) in
            let request = try HTTPGuest.request(.post, headers: Self.length(11))
            let body = try request.body()
            let stream = try body.stream()
            try HTTPGuest.write("message", to: stream)
            let end = HTTPGuest.error { () throws(StreamError) in
                try HTTPGuest.write("too long at last".prefix(11).description, to: stream)
            }.map(HTTPGuest.end)
            _ = consume stream
            return (end, HTTPGuest.finishError(body))
        }
        #expect(end == .failed(.requestBodySize(18)))
        #expect(error == .requestBodySize(18))
    }

    @Test(arguments: [nil, "", "some text"])
    func `HTTP-74: without content-length any body can be finished`(text: String?) throws {
        let world = HTTPWorld([Self.patient])
        let status = try world.run { () -> UInt16 in
            let request = try HTTPGuest.request(.post)
            let body = try request.body()
            let future = try request.send()
            if let text {
                let stream = try body.stream()
                try HTTPGuest.write(text, to: stream)
            }
            try body.finish()
            return try HTTPGuest.response(of: future).status
        }
        #expect(status == 200)
        #expect(world.driver.requests[0].body == Array((text ?? "").utf8))
    }

    @Test func `HTTP-75: trailers go out behind the body, and are consumed`() throws {
        let world = HTTPWorld([Self.patient])
        try world.run {
            let request = try HTTPGuest.request(.post)
            let body = try request.body()
            let future = try request.send()
            try body.finish(trailers: Fields([Field("digest", "x")]))
            _ = try HTTPGuest.response(of: future)
        }
        #expect(world.driver.requests[0].trailers == [HTTPField("digest", "x")])
    }

    @Test func `HTTP-76: a body that is dropped without an end is seen broken`() throws {
        let world = HTTPWorld([Self.patient])
        let failure = try world.run {
            let request = try HTTPGuest.request(.post)
            let body = try request.body()
            let future = try request.send()
            let stream = try body.stream()
            try HTTPGuest.write("half", to: stream)
            _ = consume stream
            _ = consume body
            return HTTPGuest.error { () throws(any Error) in
                _ = try HTTPGuest.response(of: future)
            } as? HTTPError
        }
        #expect(failure == .protocolError)
        #expect(world.driver.requests[0].isBroken)
        #expect(world.driver.requests[0].trailers == nil)
        #expect(world.driver.requests[0].body == Array("half".utf8))
    }

    @Test func `HTTP-77: what is written and finished before the request is sent goes with it`()
        throws
    {
        let world = HTTPWorld([Self.patient])
        let status = try world.run { () -> UInt16 in
            let request = try HTTPGuest.request(.post, headers: Self.length(5))
            let body = try request.body()
            let stream = try body.stream()
            try HTTPGuest.write("early", to: stream)
            _ = consume stream
            try body.finish()
            return try HTTPGuest.response(to: request).status
        }
        #expect(status == 200)
        #expect(world.driver.requests[0].body == Array("early".utf8))
        #expect(!world.driver.requests[0].isBroken)
    }

    @Test func `HTTP-78: a body takes two writes of up to 1 MiB before somebody reads them`() throws
    {
        let permits = try HTTPWorld([Self.stingy(0)]).run { () -> [UInt64] in
            let request = try HTTPGuest.request(.post)
            let body = try request.body()
            let stream = try body.stream()
            var permits = [try stream.checkWrite()]
            try stream.write([1])
            permits.append(try stream.checkWrite())
            try stream.write(Array(repeating: 2, count: 1 << 20))
            permits.append(try stream.checkWrite())
            let isReady = stream.subscribe().isReady
            return permits + [isReady ? 1 : 0]
        }
        #expect(permits == [1 << 20, 1 << 20, 0, 0])
    }

    @Test func `HTTP-78: a server that reads slowly holds the guest back`() throws {
        let door = Self.stingy(
            4,
            then: [
                .init(after: 5 * .millisecond, .reads(100)), .head(after: 9 * .millisecond),
                .end(after: 9 * .millisecond),
            ])
        let world = HTTPWorld([door])
        let status = try world.run { () -> UInt16 in
            let request = try HTTPGuest.request(.post)
            let body = try request.body()
            let future = try request.send()
            let stream = try body.stream()
            for _ in 0..<4 { try HTTPGuest.write("abcdef", to: stream) }
            _ = consume stream
            try body.finish()
            return try HTTPGuest.response(of: future).status
        }
        #expect(status == 200)
        #expect(world.driver.requests[0].body == Array("abcdefabcdefabcdefabcdef".utf8))
    }

    @Test func `HTTP-78: a write beyond the room traps, and within it needs no permit in wasmtime`()
        throws
    {
        try HTTPWorld(rules: .wasmtime).run {
            let request = try HTTPGuest.request(.post)
            let body = try request.body()
            let stream = try body.stream()
            try stream.write([1])
        }
        let spec = HTTPWorld(rules: .spec)
        expectTrap("permit-overrun", "STREAM-16", saying: "without a permit", on: spec.host) {
            let request = try! HTTPGuest.request(.post)
            let body = try! request.body()
            let stream = try! body.stream()
            try! stream.write([1])
        }
        let full = HTTPWorld(rules: .wasmtime)
        expectTrap("permit-overrun", "STREAM-17", saying: "permit", on: full.host) {
            let request = try! HTTPGuest.request(.post)
            let body = try! request.body()
            let stream = try! body.stream()
            for _ in 0..<3 { try! stream.write([1]) }
        }
    }

    @Test func `HTTP-79: the second blocking write of a request that is not sent never returns`() {
        let world = HTTPWorld()
        let outcome = Guest.run(on: world.host) {
            let request = try! HTTPGuest.request(.post)
            let body = try! request.body()
            let stream = try! body.stream()
            try! stream.blockingWriteAndFlush([1])
            try! stream.blockingWriteAndFlush([2])
        }
        guard case .deadlocked(let names) = outcome else {
            Issue.record("the guest \(outcome), but must deadlock")
            return
        }
        #expect(names == ["request-1 body"])
    }

    @Test func `HTTP-80: a flush keeps nothing back, and is no reason to wait`() throws {
        let permits = try HTTPWorld([Self.stingy(0)]).run { () -> [UInt64] in
            let request = try HTTPGuest.request(.post)
            let body = try request.body()
            let stream = try body.stream()
            _ = try stream.checkWrite()
            try stream.write([1])
            try stream.flush()
            return [try stream.checkWrite()]
        }
        #expect(permits == [1 << 20])
    }

    @Test func `HTTP-81: a server that reads no more closes the body, and may still answer`() throws
    {
        let door = HTTPDoor.answering([.init(.stopsReading), .head(413), .end(after: .millisecond)])
        let (isClosed, status) = try HTTPWorld([door]).run {
            let request = try HTTPGuest.request(.post)
            let body = try request.body()
            let future = try request.send()
            let stream = try body.stream()
            let end = HTTPGuest.error { () throws(StreamError) in _ = try stream.checkWrite() }
            let status = try HTTPGuest.response(of: future).status
            return (end?.isClosed, status)
        }
        #expect(isClosed == true)
        #expect(status == 413)
    }

    @Test func `HTTP-82: a request that is dropped unsent closes its body`() throws {
        let isClosed = try HTTPWorld().run {
            let request = try HTTPGuest.request(.post)
            let body = try request.body()
            let stream = try body.stream()
            _ = consume request
            return HTTPGuest.error { () throws(StreamError) in _ = try stream.checkWrite() }?
                .isClosed
        }
        #expect(isClosed == true)
    }
}
