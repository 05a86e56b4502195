// HTTP-57 to HTTP-59: the trailers of a response.

import PolluxHost
import PolluxNative
import Testing
import WASIp2
import WASIp2HTTP

struct HTTPTrailerRuleTests {
    private static let ms = UInt64.millisecond

    @Test(arguments: HostPolicy.Rules.allCases)
    func `HTTP-57: trailers come once, as a response does, and may be none`(
        rules: HostPolicy.Rules
    ) throws {
        let door = HTTPDoor.answering([.head(), .end(after: Self.ms)])
        let answers = try HTTPWorld([door], rules: rules).run { () -> [String] in
            let response = try HTTPGuest.response(to: HTTPGuest.request())
            let future = try response.body().finish()
            let before = future.get().name()
            let pollable = future.subscribe()
            let wasReady = pollable.isReady
            pollable.block()
            var isNone = false
            if case .value(let trailers) = future.get() { isNone = trailers == nil }
            return [
                before, "\(wasReady)", "\(isNone)", future.get().name(), "\(pollable.isReady)",
            ]
        }
        #expect(answers == ["pending", "false", "true", "taken", "true"])
    }

    @Test func `HTTP-57, POLL-23: get alone sees no trailers in wasmtime, and by the text it does`()
        throws
    {
        func answers(_ rules: HostPolicy.Rules) throws -> [String] {
            try HTTPWorld([.ok("x")], rules: rules).run {
                let response = try HTTPGuest.response(to: HTTPGuest.request())
                let future = try response.body().finish()
                let alone = (0..<3).map { _ in future.get().name() }
                return alone + ["\(future.subscribe().isReady)", future.get().name()]
            }
        }
        #expect(try answers(.wasmtime) == ["pending", "pending", "pending", "true", "value"])
        #expect(try answers(.spec) == ["value", "taken", "taken", "true", "taken"])
    }

    @Test func `HTTP-58: after a failure that the stream told there are no trailers in wasmtime`()
        throws
    {
        func answers(_ rules: HostPolicy.Rules, reads: Bool) throws -> String {
            let door = HTTPDoor.answering([.head(), .init(.fail(.connectionTerminated))])
            return try HTTPWorld([door], rules: rules).run {
                let response = try HTTPGuest.response(to: HTTPGuest.request())
                let body = try response.body()
                if reads {
                    let stream = try body.stream()
                    _ = HTTPGuest.read(stream)
                }
                let future = body.finish()
                future.subscribe().block()
                return future.get().name()
            }
        }
        #expect(try answers(.wasmtime, reads: true) == "value")
        #expect(try answers(.spec, reads: true) == "connectionTerminated")
        #expect(try answers(.wasmtime, reads: false) == "protocolError")
        #expect(try answers(.spec, reads: false) == "connectionTerminated")
    }

    @Test func `HTTP-59: trailers lack what a guest may not see, and outlive their future`() throws
    {
        let door = HTTPDoor.answering([
            .head(),
            .init(.end(trailers: [HTTPField("Connection", "x"), HTTPField("Digest", "y")])),
        ])
        let entries = try HTTPWorld([door]).run { () -> [Field] in
            let response = try HTTPGuest.response(to: HTTPGuest.request())
            let future = try response.body().finish()
            future.subscribe().block()
            guard case .value(let trailers?) = future.get() else { return [] }
            _ = consume future
            return trailers.entries
        }
        #expect(entries == [Field("digest", "y")])
    }
}
