// HTTP-47, HTTP-49 to HTTP-56 and HTTP-60: the body of a response.

import PolluxHost
import PolluxNative
import Testing
import WASIp2
import WASIp2HTTP

struct HTTPResponseBodyRuleTests {
    private static let ms = UInt64.millisecond

    @Test func `HTTP-47, HTTP-50: a body outlives its response, and that its future`() throws {
        let door = HTTPDoor.answering([
            .head(), .chunk("late", after: Self.ms), .end(after: 2 * Self.ms),
        ])
        let world = HTTPWorld([door])
        let (text, end) = try world.run {
            let response = try HTTPGuest.response(to: HTTPGuest.request())
            let body = try response.body()
            _ = consume response
            let stream = try body.stream()
            return HTTPGuest.read(stream)
        }
        #expect(text == "late")
        #expect(end == .closed)
        #expect(!world.driver.requests[0].isBroken)
    }

    @Test func `HTTP-49, HTTP-51: body and stream can be taken once, even when they are gone`()
        throws
    {
        let refusals = try HTTPWorld([.ok("x")]).run {
            let response = try HTTPGuest.response(to: HTTPGuest.request())
            let body = try response.body()
            _ = try body.stream()
            let stream = HTTPGuest.error { () throws(HTTPRefusal) in _ = try body.stream() }
            _ = consume body
            let again = HTTPGuest.error { () throws(HTTPRefusal) in _ = try response.body() }
            return [stream, again]
        }
        #expect(refusals == [HTTPRefusal(), HTTPRefusal()])
    }

    @Test func `HTTP-52: a body whose stream lives can be neither dropped nor finished`() {
        for isFinished in [false, true] {
            expectTrap(
                "child-alive", "RES-23", saying: "input-stream", on: HTTPWorld([.ok("x")]).host
            ) {
                let response = try! HTTPGuest.response(to: HTTPGuest.request())
                let body = try! response.body()
                let stream = try! body.stream()
                if isFinished { _ = body.finish() } else { _ = consume body }
                _ = consume stream
            }
        }
    }

    @Test func `HTTP-53: a read brings what one frame had, nothing, the end, or a failure once`()
        throws
    {
        let door = HTTPDoor.answering([
            .head(), .chunk("ab"), .chunk("c"), .init(after: Self.ms, .fail(.connectionTerminated)),
        ])
        let reads = try HTTPWorld([door]).run {
            let response = try HTTPGuest.response(to: HTTPGuest.request())
            let body = try response.body()
            let stream = try body.stream()
            func read() -> String {
                do throws(StreamError) {
                    return String(decoding: try stream.read(64), as: UTF8.self)
                } catch {
                    return "\(HTTPGuest.end(error))"
                }
            }
            let before = [read(), read(), read()]
            stream.subscribe().block()
            return before + [read(), read()]
        }
        #expect(Array(reads.prefix(3)) == ["ab", "c", ""])
        #expect(reads[3].contains("protocolError"))
        #expect(reads[4] == "closed")
    }

    @Test(arguments: HostPolicy.Rules.allCases)
    func `HTTP-54: a body's failure has its code, as often as it is asked for`(
        rules: HostPolicy.Rules
    ) throws {
        let door = HTTPDoor.answering([.head(), .init(.fail(.internalError("seven")))])
        let codes = try HTTPWorld([door], rules: rules).run { () -> [HTTPError?] in
            let response = try HTTPGuest.response(to: HTTPGuest.request())
            let body = try response.body()
            let stream = try body.stream()
            do throws(StreamError) {
                _ = try stream.blockingRead(1)
                return []
            } catch {
                guard case .lastOperationFailed(let error) = error else { return [] }
                return [HTTPError.code(of: error), HTTPError.code(of: error)]
            }
        }
        #expect(codes == [.internalError("seven"), .internalError("seven")])
    }

    @Test func `HTTP-55: a body that is dropped half read cuts the connection`() throws {
        let door = HTTPDoor.answering([.head(), .chunk("abc"), .end(after: Self.ms)])
        let world = HTTPWorld([door])
        try world.run {
            let response = try HTTPGuest.response(to: HTTPGuest.request())
            let body = try response.body()
            let stream = try body.stream()
            _ = try? stream.read(1)
        }
        #expect(world.driver.requests[0].isBroken)
    }

    @Test(arguments: [0, 2, 64])
    func `HTTP-56: finishing a body drains what was not read, for its trailers`(count: Int) throws {
        let door = HTTPDoor.answering([
            .head(), .chunk("abc"), .chunk("def", after: Self.ms),
            .init(after: 2 * Self.ms, .end(trailers: [HTTPField("Digest", "x")])),
        ])
        let world = HTTPWorld([door])
        let names = try world.run { () -> [String] in
            let response = try HTTPGuest.response(to: HTTPGuest.request())
            let body = try response.body()
            if count > 0 {
                let stream = try body.stream()
                _ = try? stream.read(count)
            }
            let future = body.finish()
            future.subscribe().block()
            guard case .value(let trailers?) = future.get() else { return [] }
            return trailers.entries.map(\.name)
        }
        #expect(names == ["digest"])
        #expect(world.elapsed == 2 * Self.ms)
        #expect(!world.driver.requests[0].isBroken)
    }

    @Test(arguments: HostPolicy.Rules.allCases)
    func `HTTP-60: a body shorter than content-length fails, and is no silent end`(
        rules: HostPolicy.Rules
    ) throws {
        let door = HTTPDoor.answering([
            .head(200, [HTTPField("Content-Length", "5")]), .chunk("abc"), .end(),
        ])
        let (text, end) = try HTTPWorld([door], rules: rules).run {
            try HTTPGuest.body(of: HTTPGuest.response(to: HTTPGuest.request()))
        }
        #expect(text == "abc")
        #expect(end == .failed(rules == .wasmtime ? .protocolError : .responseIncomplete))
    }
}
