// LocalExecutor under scenarios, with a client of HTTP made of futures.

import ScenarioGuest
import WASIReactor
import WASIp2
import WASIp2HTTP

/// ``LocalGuest`` with a client of HTTP.
public enum LocalHTTPGuest {
    /// The guest's entry: runs the scenario's tasks, and returns when they are done.
    public static func main() { LocalGuest.run { LocalClient(on: $0) } }
}

/// Requests on an executor: the response is awaited through its pollable, and the body goes out in a task of
/// its own.
final class LocalClient: StepClient {
    typealias Wait = LocalGuest.Wait
    private let executor: LocalExecutor

    init(on executor: LocalExecutor) { self.executor = executor }

    func fetch(
        _ request: StepRequest, _ keep: @escaping (any StepResponse<Wait>) -> Void
    ) -> Wait {
        .box(Fetch(request, on: executor)) { result in
            switch result {
            case .success(let response):
                keep(response)
                return response.head
            case .failure(let reason): return .failed(Array(reason.text.utf8))
            }
        }
    }
}

/// Why there is no response.
private struct NoResponse: Error {
    var text: String
}

/// A request in progress. Dropping it gives the request up: the pollable goes first, then the body, which
/// writes to what the future stands for, then the future.
private final class Fetch: Future {
    private let request: StepRequest
    private let executor: LocalExecutor
    private var sent: Sent?
    private var wait: WaitFor?

    /// What is on its way.
    private final class Sent {
        let future: FutureIncomingResponse
        var upload: Upload?

        init(_ future: consuming FutureIncomingResponse, _ upload: Upload?) {
            self.future = future
            self.upload = upload
        }

        deinit { upload = nil }
    }

    init(_ request: StepRequest, on executor: LocalExecutor) {
        self.request = request
        self.executor = executor
    }

    deinit {
        wait = nil
        sent = nil
    }

    func poll(_ context: borrowing Context) -> Poll<Result<LocalResponse, NoResponse>> {
        do throws(NoResponse) {
            if sent == nil { sent = try send() }
            let sent = sent!
            while true {
                if wait != nil {
                    guard case .ready? = wait?.poll(context) else { return .pending }
                    wait = nil
                }
                switch sent.future.get() {
                case .pending: wait = executor.reactor.waitFor(sent.future.subscribe())
                case .taken: preconditionFailure("a future that only this has was asked before")
                case .failed(let error): throw NoResponse(text: error.name)
                case .value(let response):
                    defer { self.sent = nil }
                    let upload = sent.upload
                    sent.upload = nil
                    return .ready(.success(LocalResponse(response, upload, on: executor.reactor)))
                }
            }
        } catch {
            sent = nil
            return .ready(.failure(error))
        }
    }

    /// Sends the request; the body begins to go out once it is sent, for until then a host takes very
    /// little of it (HTTP-79).
    private func send() throws(NoResponse) -> Sent {
        let outgoing = OutgoingRequest(Fields())
        let options = RequestOptions()
        var upload: Upload?
        do throws(HTTPRefusal) {
            try outgoing.setMethod(RequestMethod(name: request.method))
            try outgoing.setScheme(request.scheme == "https" ? .https : .http)
            try outgoing.setAuthority(request.authority)
            try outgoing.setPathWithQuery(request.path)
            try options.setConnectTimeout(request.connectTimeout.map { Nanoseconds($0) })
            try options.setFirstByteTimeout(request.firstByteTimeout.map { Nanoseconds($0) })
            try options.setBetweenBytesTimeout(request.betweenBytesTimeout.map { Nanoseconds($0) })
            if !request.parts.isEmpty {
                upload = try Upload(request.parts, to: try outgoing.body(), on: executor)
            }
        } catch {
            throw NoResponse(text: "the host refuses the request")
        }
        do throws(HTTPError) {
            let future = try outgoing.send(options)
            upload?.begin()
            return Sent(future, upload)
        } catch {
            throw NoResponse(text: error.name)
        }
    }
}

/// The body of a request on its way, by a task that writes it. Dropping it stops that task; what was not
/// finished then is broken off.
private final class Upload {
    private let body: Body
    private let executor: LocalExecutor
    /// What writes, until it begins.
    private var writing: Writing?
    private var task: TaskHandle<Void>?

    /// The handle, `nil` once it is finished. Where nobody reads on it stays until the response is done
    /// with: who answers without reading all must not see the request broken meanwhile.
    final class Body {
        private var body: OutgoingBody?

        init(_ body: consuming OutgoingBody) { self.body = consume body }

        func stream() throws(HTTPRefusal) -> OutputStream { try body!.stream() }

        func finish() {
            // Without a length there is nothing that it could deny.
            try? body.take()?.finish()
        }

        func drop() { body = nil }
    }

    init(
        _ parts: [[UInt8]], to body: consuming OutgoingBody, on executor: LocalExecutor
    ) throws(HTTPRefusal) {
        self.executor = executor
        self.body = Body(body)
        writing = Writing(
            parts, StreamWriter(try self.body.stream(), on: executor.reactor), self.body)
    }

    deinit {
        writing = nil
        task?.cancel()
        body.drop()
    }

    /// Starts to write.
    func begin() { task = writing.take().map { executor.spawn($0) } }
}

/// Writes a body part by part, and finishes it; the stream is gone by then (HTTP-71).
private final class Writing: Future {
    private let parts: [[UInt8]]
    private var next = 0
    private var writer: StreamWriter?
    private var write: Write?
    private let body: Upload.Body

    init(_ parts: [[UInt8]], _ writer: StreamWriter, _ body: Upload.Body) {
        self.parts = parts
        self.writer = writer
        self.body = body
    }

    deinit {
        write = nil
        writer = nil
    }

    func poll(_ context: borrowing Context) -> Poll<Void> {
        while let writer {
            if write == nil, next < parts.count {
                write = writer.write(parts[next])
                next += 1
            }
            if write != nil {
                guard case .ready(let result)? = write?.poll(context) else { return .pending }
                write = nil
                guard case .failure = result else { continue }
                self.writer = nil
                return .ready(())
            }
            self.writer = nil
        }
        body.finish()
        return .ready(())
    }
}

/// A response: its body's stream goes before the body, and both before what is left of the request.
private final class LocalResponse: StepResponse {
    typealias Wait = LocalGuest.Wait
    let head: StepOutcome
    private let reactor: Reactor
    /// `nil` once the trailers were asked for.
    private var reader: StreamReader?
    private var body: IncomingBody?
    private var upload: Upload?

    init(_ response: consuming IncomingResponse, _ upload: Upload?, on reactor: Reactor) {
        self.reactor = reactor
        self.upload = upload
        head = .head(
            status: Int(response.status),
            fields: response.headers().entries.map { ($0.name, $0.value) })
        do throws(HTTPRefusal) {
            let body = try response.body()
            reader = StreamReader(try body.stream(), on: reactor)
            self.body = consume body
        } catch { preconditionFailure("the body of a response was taken before") }
    }

    deinit {
        reader = nil
        body = nil
        upload = nil
    }

    func read(upTo count: Int) -> Wait {
        guard let reader else { return .box(AtOnce()) { .closed } }
        return .box(reader.read(count), StepOutcome.init)
    }

    func trailers() -> Wait {
        reader = nil
        guard let future = body.take()?.finish() else { return .box(AtOnce()) { .none } }
        return .box(Trailers(future, on: reactor)) { $0 }
    }
}

/// A wait for trailers.
private final class Trailers: Future {
    private let future: FutureTrailers
    private let reactor: Reactor
    private var wait: WaitFor?

    init(_ future: consuming FutureTrailers, on reactor: Reactor) {
        self.future = future
        self.reactor = reactor
    }

    deinit { wait = nil }

    func poll(_ context: borrowing Context) -> Poll<StepOutcome> {
        while true {
            if wait != nil {
                guard case .ready? = wait?.poll(context) else { return .pending }
                wait = nil
            }
            switch future.get() {
            case .pending: wait = reactor.waitFor(future.subscribe())
            case .taken: preconditionFailure("a future that only this has was asked before")
            case .failed(let error): return .ready(.failed(Array(error.name.utf8)))
            case .value(nil): return .ready(.none)
            case .value(let fields?):
                return .ready(.fields(fields.entries.map { ($0.name, $0.value) }))
            }
        }
    }
}

/// A future that is over.
private struct AtOnce: Future {
    func poll(_ context: borrowing Context) -> Poll<Void> { .ready(()) }
}
