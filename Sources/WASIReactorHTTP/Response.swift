// What a request got.

import WASIReactor
import WASIp2
import WASIp2HTTP

/// A response whose head is there.
///
/// What is not read of its body waits at the server, and is given up with the last reference to this and
/// to its reader, as is what of the request's body is still on its way.
public final class Response {
    /// The status.
    public let status: UInt16
    /// The header fields.
    public let fields: [Field]
    /// The body, as it comes; ends with `closed`. `HTTPError.code(of:)` says why one broke off. `nil` once
    /// the trailers were asked for.
    public private(set) var body: StreamReader?
    private let reactor: Reactor
    private let rest: ResponseRest

    init(_ response: consuming IncomingResponse, _ upload: Upload?, on reactor: Reactor) {
        self.reactor = reactor
        status = response.status
        fields = response.headers().entries
        do throws(HTTPRefusal) {
            let body = try response.body()
            let stream = try body.stream()
            rest = ResponseRest(body, upload)
            self.body = StreamReader(stream, on: reactor, keeping: rest)
        } catch { preconditionFailure("the body of a response was taken before") }
    }

    /// Waits for what comes behind the body; `nil` where nothing does, and from the second time on. What
    /// was not read of the body is given up.
    ///
    /// To be called when nobody else has the reader or reads: the host traps while the stream is alive
    /// (HTTP-52).
    public func trailers() -> Trailers {
        body = nil
        return Trailers(rest.finish(), rest, on: reactor)
    }
}

/// What there is of a response and its request, but for the stream that keeps it.
final class ResponseRest {
    private var body: IncomingBody?
    private var upload: Upload?

    init(_ body: consuming IncomingBody, _ upload: Upload?) {
        self.body = consume body
        self.upload = upload
    }

    deinit {
        body = nil
        upload = nil
    }

    fileprivate func finish() -> TrailersBox? {
        guard let body = body.take() else { return nil }
        return TrailersBox(body.finish())
    }
}

/// Where trailers come from.
private final class TrailersBox {
    let future: FutureTrailers

    init(_ future: consuming FutureTrailers) { self.future = future }
}

/// A wait for trailers. Dropping it gives them up.
public struct Trailers: ~Copyable, Future {
    // The pollable goes before the future.
    private var wait: WaitFor?
    private let box: TrailersBox?
    private let rest: ResponseRest
    private let reactor: Reactor

    fileprivate init(_ box: TrailersBox?, _ rest: ResponseRest, on reactor: Reactor) {
        self.box = box
        self.rest = rest
        self.reactor = reactor
    }

    /// The trailers; `nil` where there are none.
    public mutating func poll(
        _ context: borrowing Context
    ) -> Poll<Result<[Field]?, HTTPError>> {
        guard let box else { return .ready(.success(nil)) }
        while true {
            if wait != nil {
                guard case .ready? = wait?.poll(context) else { return .pending }
                wait = nil
            }
            switch box.future.get() {
            case .pending: wait = reactor.waitFor(box.future.subscribe())
            case .taken: preconditionFailure("a future that only this has was asked before")
            case .failed(let error): return .ready(.failure(error))
            case .value(nil): return .ready(.success(nil))
            case .value(let fields?): return .ready(.success(fields.entries))
            }
        }
    }
}
