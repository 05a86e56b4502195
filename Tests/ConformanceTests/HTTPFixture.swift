// A simulated world with servers for the tests, and what guests of wasi:http do time and again.

import PolluxHost
import PolluxNative
import Testing
import WASIp2
import WASIp2HTTP

/// A host whose guest can reach servers.
struct HTTPWorld {
    let host: WASIHost
    let driver: VirtualDriver

    init(
        _ doors: [HTTPDoor] = [], policy: HostPolicy = .friendly,
        choices: any ChoiceSource = FriendlyChoices(), network: NetworkPolicy = .all
    ) {
        driver = VirtualDriver()
        driver.doors = doors
        host = WASIHost(
            driver: driver, policy: policy, choices: choices, trace: Trace(), network: network)
    }

    init(_ doors: [HTTPDoor] = [], rules: HostPolicy.Rules) {
        self.init(doors, policy: HostPolicy(rules: rules))
    }

    /// Runs a guest that has to complete, and returns what it computed. Nothing may be left of it.
    func run<Value: Sendable>(
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: @escaping @Sendable () throws -> Value
    ) throws -> Value {
        let result = try complete(on: host, sourceLocation: sourceLocation) {
            Result { try body() }
        }
        #expect(host.liveResources == 0, "what the guest left", sourceLocation: sourceLocation)
        return try result.get()
    }

    /// How long the guest's time was, in ns.
    var elapsed: UInt64 { driver.now.nanoseconds - driver.start.nanoseconds }
}

extension HTTPDoor {
    /// A server that answers 200 with this body, at once.
    static func ok(
        _ body: String = "", _ fields: [HTTPField] = [], authority: String = "a.example"
    ) -> HTTPDoor {
        HTTPDoor(
            nil, authority,
            answer: [
                Step(.head(HTTPResponseHead(status: 200, fields: fields))),
                Step(.chunk(Array(body.utf8))), Step(.end),
            ])
    }

    /// A server that does this.
    static func answering(_ answer: [Step]) -> HTTPDoor {
        HTTPDoor(nil, "a.example", answer: answer)
    }
}

extension HTTPDoor.Step {
    static func head(
        _ status: UInt16 = 200, _ fields: [HTTPField] = [], after time: UInt64 = 0
    ) -> Self {
        Self(after: time, .head(HTTPResponseHead(status: status, fields: fields)))
    }

    static func chunk(_ text: String, after time: UInt64 = 0) -> Self {
        Self(after: time, .chunk(Array(text.utf8)))
    }

    static func end(after time: UInt64 = 0) -> Self { Self(after: time, .end) }
}

/// How a stream of a body ended.
enum BodyEnd: Equatable {
    case closed
    case failed(HTTPError?)
}

/// What a guest of an HTTP test does.
enum HTTPGuest {
    /// A request to the example server.
    static func request(
        _ method: RequestMethod = .get, _ scheme: RequestScheme? = .http,
        _ authority: String? = "a.example", _ path: String? = "/",
        headers: [Field] = []
    ) throws -> OutgoingRequest {
        let request = OutgoingRequest(try Fields(headers))
        try request.setMethod(method)
        try request.setScheme(scheme)
        try request.setAuthority(authority)
        try request.setPathWithQuery(path)
        return request
    }

    /// Waits for the response.
    static func response(
        of future: borrowing FutureIncomingResponse
    ) throws -> IncomingResponse {
        let pollable = future.subscribe()
        pollable.block()
        switch future.get() {
        case .value(let response): return response
        case .failed(let error): throw error
        case .pending: throw HTTPRefusal()
        case .taken: throw HTTPRefusal()
        }
    }

    /// Sends it and waits for the response.
    static func response(
        to request: consuming OutgoingRequest, _ options: consuming RequestOptions? = nil
    ) throws -> IncomingResponse {
        let future = try request.send(options)
        return try response(of: future)
    }

    /// Why there is no response, whether the call or the future says so; `nil` where there is one.
    static func failure(
        of request: consuming OutgoingRequest, _ options: consuming RequestOptions? = nil
    ) throws -> HTTPError? {
        do {
            _ = try response(to: request, options)
            return nil
        } catch let error as HTTPError {
            return error
        }
    }

    /// Reads to the end.
    static func read(_ stream: borrowing InputStream) -> (text: String, end: BodyEnd) {
        var bytes: [UInt8] = []
        while true {
            do throws(StreamError) {
                bytes += try stream.blockingRead(65_536)
            } catch {
                return (String(decoding: bytes, as: UTF8.self), end(error))
            }
        }
    }

    static func end(_ error: StreamError) -> BodyEnd {
        switch error {
        case .closed: .closed
        case .lastOperationFailed(let error): .failed(HTTPError.code(of: error))
        }
    }

    /// The body of a response, as text, and how it ended.
    static func body(
        of response: borrowing IncomingResponse
    ) throws -> (text: String, end: BodyEnd) {
        let body = try response.body()
        let stream = try body.stream()
        return read(stream)
    }

    /// Writes when it may.
    static func write(
        _ text: String, to stream: borrowing OutputStream
    ) throws(StreamError) {
        let pollable = stream.subscribe()
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            pollable.block()
            let permit = try stream.checkWrite()
            let part = rest.prefix(Int(permit))
            try stream.write(Array(part))
            rest = rest.dropFirst(part.count)
        }
    }

    /// Why the call that sends it fails; `nil` where it does not.
    static func sendError(_ request: consuming OutgoingRequest) -> HTTPError? {
        do throws(HTTPError) {
            _ = try request.send()
            return nil
        } catch {
            return error
        }
    }

    /// Why the body cannot be finished; `nil` where it can.
    static func finishError(_ body: consuming OutgoingBody) -> HTTPError? {
        do throws(HTTPError) {
            try body.finish()
            return nil
        } catch {
            return error
        }
    }

    /// Throws what this throws, as a value.
    static func error<Failure: Error>(_ body: () throws(Failure) -> Void) -> Failure? {
        do throws(Failure) {
            try body()
            return nil
        } catch {
            return error
        }
    }
}

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
