// HTTP-61 to HTTP-63: how long a connection, a head and a body may take.

import PolluxHost
import PolluxNative
import Testing
import WASIp2
import WASIp2HTTP

struct HTTPTimeoutRuleTests {
    private static let ms = UInt64.millisecond

    private static func options(
        connect: Nanoseconds? = nil, firstByte: Nanoseconds? = nil,
        betweenBytes: Nanoseconds? = nil
    ) throws -> RequestOptions {
        let options = RequestOptions()
        try options.setConnectTimeout(connect)
        try options.setFirstByteTimeout(firstByte)
        try options.setBetweenBytesTimeout(betweenBytes)
        return options
    }

    @Test(arguments: [nil, 201 * ms])
    func `HTTP-61: a connection that takes too long is a connection-timeout`(time: UInt64?) throws {
        var door = HTTPDoor.ok()
        door.connectTime = time
        let world = HTTPWorld([door])
        let error = try world.run {
            try HTTPGuest.failure(
                of: HTTPGuest.request(), Self.options(connect: .milliseconds(200)))
        }
        #expect(error == .connectionTimeout)
        #expect(world.elapsed == 200 * Self.ms)
        #expect(world.driver.requests[0].isBroken)
    }

    @Test func `HTTP-61: a connection in time is none`() throws {
        var door = HTTPDoor.ok()
        door.connectTime = 199 * Self.ms
        let error = try HTTPWorld([door]).run {
            try HTTPGuest.failure(
                of: HTTPGuest.request(), Self.options(connect: .milliseconds(200)))
        }
        #expect(error == nil)
    }

    @Test func `HTTP-62: a head that takes too long from the connection on is a read timeout`()
        throws
    {
        var door = HTTPDoor.answering([.head(after: 100 * Self.ms), .end(after: 100 * Self.ms)])
        door.connectTime = 50 * Self.ms
        func error(_ timeout: UInt64) throws -> (HTTPError?, UInt64) {
            let world = HTTPWorld([door])
            let error = try world.run {
                try HTTPGuest.failure(
                    of: HTTPGuest.request(), Self.options(firstByte: .milliseconds(timeout)))
            }
            return (error, world.elapsed)
        }
        let late = try error(99)
        #expect(late.0 == .connectionReadTimeout)
        #expect(late.1 == 149 * Self.ms)
        // At the same instant the response has come in time.
        #expect(try error(100).0 == nil)
    }

    @Test func `HTTP-62: a slow upload counts`() throws {
        var door = HTTPDoor.ok()
        door.waitsForBody = true
        let error = try HTTPWorld([door]).run {
            let request = try HTTPGuest.request(.post)
            let body = try request.body()
            let future = try request.send(Self.options(firstByte: .milliseconds(10)))
            MonotonicClock.subscribe(after: .milliseconds(20)).block()
            let error = HTTPGuest.error { () throws(any Error) in
                _ = try HTTPGuest.response(of: future)
            }
            _ = consume body
            return error as? HTTPError
        }
        #expect(error == .connectionReadTimeout)
    }

    @Test func `HTTP-63: a body that pauses too long fails, then is closed`() throws {
        let door = HTTPDoor.answering([
            .head(), .chunk("a", after: 8 * Self.ms), .chunk("b", after: 16 * Self.ms),
            .chunk("c", after: 30 * Self.ms), .end(after: 30 * Self.ms),
        ])
        let world = HTTPWorld([door])
        let (text, ends) = try world.run {
            let response = try HTTPGuest.response(
                to: HTTPGuest.request(), Self.options(betweenBytes: .milliseconds(10)))
            let body = try response.body()
            let stream = try body.stream()
            let (text, end) = HTTPGuest.read(stream)
            return (text, [end, HTTPGuest.read(stream).end])
        }
        #expect(text == "ab")
        #expect(ends == [.failed(.connectionReadTimeout), .closed])
        #expect(world.elapsed == 26 * Self.ms)
    }

    @Test func `HTTP-63: what has come is read, however long the guest paused`() throws {
        let door = HTTPDoor.answering([
            .head(), .chunk("a"), .chunk("b"), .end(after: 90 * Self.ms),
        ])
        let text = try HTTPWorld([door]).run {
            let response = try HTTPGuest.response(
                to: HTTPGuest.request(), Self.options(betweenBytes: .milliseconds(10)))
            let body = try response.body()
            let stream = try body.stream()
            let pollable = stream.subscribe()
            MonotonicClock.subscribe(after: .milliseconds(50)).block()
            pollable.block()
            return HTTPGuest.read(stream).text
        }
        #expect(text == "ab")
    }

    @Test func `HTTP-63: a poll wakes for the pause, and the stream says why`() throws {
        let door = HTTPDoor.answering([.head(), .end(after: 90 * Self.ms)])
        let world = HTTPWorld([door])
        let end = try world.run { () -> BodyEnd? in
            let response = try HTTPGuest.response(
                to: HTTPGuest.request(), Self.options(betweenBytes: .milliseconds(10)))
            let body = try response.body()
            let stream = try body.stream()
            stream.subscribe().block()
            return HTTPGuest.error { () throws(StreamError) in _ = try stream.read(1) }
                .map(HTTPGuest.end)
        }
        #expect(end == .failed(.connectionReadTimeout))
        #expect(world.elapsed == 10 * Self.ms)
    }
}
