// HTTP-40 to HTTP-68: responses, their bodies and trailers, timeouts and errors.

import PolluxHost
import PolluxNative
import Testing
import WASIp2
import WASIp2HTTP

extension FutureResult where Value: ~Copyable {
    /// In a word, with the value dropped.
    consuming func name() -> String {
        switch consume self {
        case .pending: "pending"
        case .taken: "taken"
        case .failed(let error): "\(error)"
        case .value: "value"
        }
    }
}

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

    @Test func `HTTP-41: get alone never sees the response in wasmtime, and by the text it does`()
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

    @Test func `HTTP-57: get alone never sees trailers in wasmtime, and by the text it does`()
        throws
    {
        func answers(_ rules: HostPolicy.Rules) throws -> [String] {
            try HTTPWorld([.ok("x")], rules: rules).run {
                let response = try HTTPGuest.response(to: HTTPGuest.request())
                let future = try response.body().finish()
                return (0..<3).map { _ in future.get().name() }
            }
        }
        #expect(try answers(.wasmtime) == ["pending", "pending", "pending"])
        #expect(try answers(.spec) == ["value", "taken", "taken"])
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

    // MARK: Timeouts

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

    // MARK: Errors

    @Test func `HTTP-64: a name that nobody knows is a DNS-error`() throws {
        let error = try HTTPWorld().run {
            try HTTPGuest.failure(of: HTTPGuest.request(.get, .http, "some.invalid.dnsname"))
        }
        #expect(error == .dnsError(rcode: "address not available", infoCode: nil))
    }

    @Test func `HTTP-65: an address where nobody listens refuses`() throws {
        let error = try HTTPWorld().run {
            try HTTPGuest.failure(of: HTTPGuest.request(.get, .http, "127.0.0.1:9"))
        }
        #expect(error == .connectionRefused)
    }

    @Test(arguments: [
        HTTPErrorCode.tlsProtocolError, .tlsCertificateError,
        .tlsAlertReceived(id: 40, message: "handshake"),
    ])
    func `HTTP-66: what TLS says against a server is one error to wasmtime`(
        code: HTTPErrorCode
    ) throws {
        var door = HTTPDoor.ok()
        door.refusal = code
        let error = try HTTPWorld([door], rules: .wasmtime).run {
            try HTTPGuest.failure(of: HTTPGuest.request(.get, .https))
        }
        #expect(error == .tlsProtocolError)
    }

    @Test func `HTTP-66: in the text a certificate has an error of its own`() throws {
        var door = HTTPDoor.ok()
        door.refusal = .tlsCertificateError
        let error = try HTTPWorld([door], rules: .spec).run {
            try HTTPGuest.failure(of: HTTPGuest.request(.get, .https))
        }
        #expect(error == .tlsCertificateError)
    }

    @Test(arguments: HostPolicy.Rules.allCases)
    func `HTTP-67: a connection that ends without a head is a protocol error, or says so itself`(
        rules: HostPolicy.Rules
    ) throws {
        let error = try HTTPWorld([.answering([.end()])], rules: rules).run {
            try HTTPGuest.failure(of: HTTPGuest.request())
        }
        #expect(error == (rules == .wasmtime ? .protocolError : .connectionTerminated))
    }

    /// What a transport may say of a response that wasmtime calls a protocol error.
    static let faults: [HTTPErrorCode] = [
        .connectionTerminated, .responseIncomplete, .responseHeaderSectionSize(1),
        .responseHeaderSize(size), .responseBodySize(nil), .responseTrailerSectionSize(1),
        .responseTrailerSize(size), .responseTransferCoding("gzip"), .responseContentCoding(nil),
        .upgradeFailed, .protocolError,
    ]

    @Test(arguments: faults)
    func `HTTP-67: whatever is wrong with a response, wasmtime calls it a protocol error`(
        code: HTTPErrorCode
    ) throws {
        let head = HTTPDoor.answering([.init(.fail(code))])
        let error = try HTTPWorld([head], rules: .wasmtime).run {
            try HTTPGuest.failure(of: HTTPGuest.request())
        }
        #expect(error == .protocolError)
        let body = HTTPDoor.answering([.head(), .init(.fail(code))])
        let end = try HTTPWorld([body], rules: .wasmtime).run {
            try HTTPGuest.body(of: HTTPGuest.response(to: HTTPGuest.request())).end
        }
        #expect(end == .failed(.protocolError))
    }

    @Test(arguments: [
        HTTPErrorCode.destinationNotFound, .destinationUnavailable, .destinationIPUnroutable,
        .connectionLimitReached,
    ])
    func `HTTP-65: why a connection does not come about, wasmtime does not tell`(
        code: HTTPErrorCode
    ) throws {
        var door = HTTPDoor.ok()
        door.refusal = code
        let error = try HTTPWorld([door], rules: .wasmtime).run {
            try HTTPGuest.failure(of: HTTPGuest.request())
        }
        #expect(error == .connectionRefused)
    }

    /// A code of the transport's, and how the guest sees it.
    struct Code: Sendable {
        var told: HTTPErrorCode
        var seen: HTTPError
    }

    private static let size = HTTPFieldSize(name: "x", size: 9)
    private static let seenSize = HTTPError.FieldSize(name: "x", size: 9)

    static let codes: [Code] = [
        Code(told: .dnsTimeout, seen: .dnsTimeout),
        Code(
            told: .dnsError(rcode: nil, infoCode: 22), seen: .dnsError(rcode: nil, infoCode: 22)),
        Code(told: .destinationNotFound, seen: .destinationNotFound),
        Code(told: .destinationUnavailable, seen: .destinationUnavailable),
        Code(told: .destinationIPProhibited, seen: .destinationIPProhibited),
        Code(told: .destinationIPUnroutable, seen: .destinationIPUnroutable),
        Code(told: .connectionRefused, seen: .connectionRefused),
        Code(told: .connectionTerminated, seen: .connectionTerminated),
        Code(told: .connectionTimeout, seen: .connectionTimeout),
        Code(told: .connectionReadTimeout, seen: .connectionReadTimeout),
        Code(told: .connectionWriteTimeout, seen: .connectionWriteTimeout),
        Code(told: .connectionLimitReached, seen: .connectionLimitReached),
        Code(told: .tlsProtocolError, seen: .tlsProtocolError),
        Code(told: .tlsCertificateError, seen: .tlsCertificateError),
        Code(
            told: .tlsAlertReceived(id: 40, message: "handshake"),
            seen: .tlsAlertReceived(id: 40, message: "handshake")),
        Code(
            told: .tlsAlertReceived(id: nil, message: nil),
            seen: .tlsAlertReceived(id: nil, message: nil)),
        Code(told: .requestDenied, seen: .requestDenied),
        Code(told: .requestLengthRequired, seen: .requestLengthRequired),
        Code(told: .requestBodySize(nil), seen: .requestBodySize(nil)),
        Code(told: .requestBodySize(.max), seen: .requestBodySize(.max)),
        Code(told: .requestMethodInvalid, seen: .requestMethodInvalid),
        Code(told: .requestURIInvalid, seen: .requestURIInvalid),
        Code(told: .requestURITooLong, seen: .requestURITooLong),
        Code(told: .requestHeaderSectionSize(1), seen: .requestHeaderSectionSize(1)),
        Code(told: .requestHeaderSize(nil), seen: .requestHeaderSize(nil)),
        Code(told: .requestHeaderSize(size), seen: .requestHeaderSize(seenSize)),
        Code(told: .requestTrailerSectionSize(nil), seen: .requestTrailerSectionSize(nil)),
        Code(told: .requestTrailerSize(size), seen: .requestTrailerSize(seenSize)),
        Code(told: .responseIncomplete, seen: .responseIncomplete),
        Code(told: .responseHeaderSectionSize(.max), seen: .responseHeaderSectionSize(.max)),
        Code(told: .responseHeaderSize(size), seen: .responseHeaderSize(seenSize)),
        Code(told: .responseBodySize(0), seen: .responseBodySize(0)),
        Code(told: .responseTrailerSectionSize(2), seen: .responseTrailerSectionSize(2)),
        Code(
            told: .responseTrailerSize(HTTPFieldSize(name: nil, size: nil)),
            seen: .responseTrailerSize(HTTPError.FieldSize(name: nil, size: nil))),
        Code(told: .responseTransferCoding("gzip"), seen: .responseTransferCoding("gzip")),
        Code(told: .responseContentCoding(nil), seen: .responseContentCoding(nil)),
        Code(told: .responseTimeout, seen: .responseTimeout),
        Code(told: .upgradeFailed, seen: .upgradeFailed),
        Code(told: .protocolError, seen: .protocolError),
        Code(told: .loopDetected, seen: .loopDetected),
        Code(told: .configurationError, seen: .configurationError),
        Code(told: .internalError("words"), seen: .internalError("words")),
    ]

    @Test(arguments: codes)
    func `HTTP-68: every code comes to the guest with what it carries`(code: Code) throws {
        let head = HTTPDoor.answering([.init(.fail(code.told))])
        let error = try HTTPWorld([head], rules: .spec).run {
            try HTTPGuest.failure(of: HTTPGuest.request())
        }
        #expect(error == code.seen)
        let body = HTTPDoor.answering([.head(), .init(.fail(code.told))])
        let end = try HTTPWorld([body], rules: .spec).run {
            try HTTPGuest.body(of: HTTPGuest.response(to: HTTPGuest.request())).end
        }
        #expect(end == .failed(code.seen))
    }

    @Test func `HTTP-39: a host without a transport cannot be asked`() throws {
        let world = HTTPWorld([.ok()])
        world.host.transport = nil
        let error = try world.run { try HTTPGuest.failure(of: HTTPGuest.request()) }
        #expect(error == .configurationError)
    }
}
