// Requests out and responses in, by futures.

import WASIReactor
import WASIp2
import WASIp2HTTP

extension LocalExecutor {
    /// Sends a request, and waits for the head of its response.
    ///
    /// ```swift
    /// let executor = LocalExecutor()
    /// let request = Request(authority: "example.org", path: "/")
    /// switch executor.blockOn(executor.fetch(request)) {
    /// case .success(let response): response.status
    /// case .failure(let error): error
    /// }
    /// ```
    ///
    /// No redirect is followed, and no status is an error.
    /// - Parameter body: goes out in a task of its own, and may go on after the head is there, until the
    ///   response is dropped, or this executor has run to its end.
    public func fetch(_ request: Request, body: RequestBody? = nil) -> Fetch {
        Fetch(request, body, on: self)
    }
}

/// A request in progress; it is sent when this is polled first. Dropping it gives the request up: the
/// server sees it cut off, and every handle of it is dropped, children first (RES-27).
public struct Fetch: ~Copyable, Future {
    // The pollable goes before what it is of.
    private var wait: WaitFor?
    private var sent: Sent?
    private let request: Request
    private let body: RequestBody?
    private let executor: LocalExecutor

    init(_ request: Request, _ body: RequestBody?, on executor: LocalExecutor) {
        self.request = request
        self.body = body
        self.executor = executor
    }

    /// The response, once its head is there.
    public mutating func poll(
        _ context: borrowing Context
    ) -> Poll<Result<Response, RequestError>> {
        do throws(RequestError) {
            if self.sent == nil { self.sent = try send() }
            let sent = self.sent!
            while true {
                if wait != nil {
                    guard case .ready? = wait?.poll(context) else { return .pending }
                    wait = nil
                }
                switch sent.future.get() {
                case .pending: wait = executor.reactor.waitFor(sent.future.subscribe())
                case .taken: preconditionFailure("a future that only this has was asked before")
                case .failed(let error): throw sent.upload?.failure ?? .failed(error)
                case .value(let response):
                    self.sent = nil
                    let upload = sent.upload.take()
                    return .ready(.success(Response(response, upload, on: executor.reactor)))
                }
            }
        } catch {
            sent = nil
            return .ready(.failure(error))
        }
    }

    private func send() throws(RequestError) -> Sent {
        let outgoing = try request.outgoing(length: body?.length)
        let options = try request.timeouts.options()
        var upload: Upload?
        if let body {
            do throws(HTTPRefusal) {
                upload = Upload(body, to: try outgoing.body(), on: executor)
            } catch { preconditionFailure("the body of a request was taken before") }
        }
        do throws(HTTPError) {
            let sent = Sent(try outgoing.send(options), upload)
            upload?.begin()
            return sent
        } catch { throw .failed(error) }
    }
}

/// What is on its way. The body goes before the future: it writes to what the future stands for.
private final class Sent {
    var upload: Upload?
    let future: FutureIncomingResponse

    init(_ future: consuming FutureIncomingResponse, _ upload: Upload?) {
        self.future = future
        self.upload = upload
    }

    deinit { upload = nil }
}
