// A simulated world of servers for guest code on an executor.

import PolluxHost
import PolluxNative
import SimulatedServers
import SimulatedWorld
import Testing
import WASIReactor
import WASIReactorHTTP
import WASIp2
import WASIp2HTTP

extension World {
    /// Runs a guest with an executor of its own, of which nothing may be left.
    func run(
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: @escaping @Sendable (_ executor: LocalExecutor) -> Void
    ) {
        let outcome = Guest.run(on: host) { body(LocalExecutor()) }
        #expect(outcome == .completed, sourceLocation: sourceLocation)
        #expect(host.liveResources == 0, "what the guest left", sourceLocation: sourceLocation)
    }

    /// Says how a fetch ended; the response, if there is one.
    @discardableResult
    func note(_ result: Result<Response, RequestError>) -> Response? {
        switch result {
        case .success(let response):
            note("\(response.status)")
            return response
        case .failure(.failed(let error)): note(error.name)
        case .failure(let error): note("\(error)")
        }
        return nil
    }
}

extension LocalExecutor {
    /// Reads a body to its end, or to where it breaks.
    func text(of response: Response) -> String {
        var text = ""
        while let body = response.body {
            switch blockOn(body.read(65_536)) {
            case .success(let bytes): text += String(decoding: bytes, as: UTF8.self)
            case .failure(.closed): return text
            case .failure(.lastOperationFailed(let error)):
                return text + "!" + (HTTPError.code(of: error)?.name ?? "")
            }
        }
        return text
    }
}

extension Request {
    /// A request to the server of the tests.
    static func to(_ path: String = "/", _ method: RequestMethod = .get) -> Request {
        Request(method, scheme: .http, authority: "a.example", path: path)
    }
}

/// A body, and what comes of its parts.
final class Source {
    private var left: [RequestBody.Part]
    private let reactor: Reactor

    init(_ parts: [RequestBody.Part], on reactor: Reactor) {
        left = parts
        self.reactor = reactor
    }

    /// A part each ms.
    var body: RequestBody {
        RequestBody {
            .box(self.reactor.sleep(for: .milliseconds(1))) { self.left.removeFirst() }
        }
    }
}

extension RequestBody.Part {
    static func text(_ text: String) -> RequestBody.Part { .bytes(Array(text.utf8)) }
}

/// A future that is given up after so long.
struct Given<F: Future & ~Copyable>: ~Copyable, Future {
    private var future: F?
    private var sleep: Sleep

    init(_ time: Nanoseconds, _ reactor: Reactor, _ future: consuming F) {
        self.future = consume future
        sleep = reactor.sleep(for: time)
    }

    /// `nil` where the time was over first.
    mutating func poll(_ context: borrowing Context) -> Poll<F.Output?> {
        if case .ready(let output)? = future?.poll(context) {
            future = nil
            return .ready(output)
        }
        guard case .ready = sleep.poll(context) else { return .pending }
        future = nil
        return .ready(nil)
    }
}
