// The world behind wasi:http: requests out, responses in.
//
// A transport is to HTTP what a driver is to streams: it knows the wire and no rule of WASI's. It knows
// no handle, no field that a guest may not set, no timeout and no order in which things are dropped;
// those stand in WASIHost and hold over every transport. It never blocks and never calls the guest.

/// Carries HTTP requests and their responses.
///
/// **Who has one.** A host asks ``WASIHost/transport``. A driver that is a transport itself, as the
/// simulated world is, serves at once. In real time the exports of wasi:http give the host one by libcurl at
/// the guest's first request, on the loop of the host's driver; so only programs that link those need
/// libcurl. A test may set another. Where there is none, requests fail with `configuration-error`.
///
/// **Readiness.** What can be waited for is a source of the host's driver (``HTTPExchange``), as a
/// socket's directions are: the host asks ``Driver/isReady(_:)``, which looks at a latch, and passes
/// what it found unready to ``Driver/wait(until:for:)`` or ``Driver/turn(for:)``. Only in these two the
/// transport gets on. A source must become ready by itself whenever the call that it stands for would
/// say something new, whether or not anybody has made that call before. A wait for the head of an exchange
/// ends also when its connection is there, for from then on another timeout counts.
///
/// **Bodies.** The bytes of both bodies go by the driver, with the words of its other sources: the
/// request's by ``Driver/room(in:)`` and ``Driver/write(_:to:)``, the response's by
/// ``Driver/read(_:upTo:)``. Both ways there is back-pressure: a transport keeps a bounded number of
/// bytes that nobody has taken, and stops reading from the peer at that. A failure carries its
/// code in ``ByteFailure/httpCode``.
///
/// **Time.** Timeouts are the host's: a transport waits for ever, and says when the connection was
/// there (``HTTPProgress/sent(at:)``).
public protocol HTTPTransport: AnyObject {
    /// Begins an exchange; returns before anything is on the wire (HTTP-36). No redirect is followed,
    /// nothing is decoded or cached, and no proxy stands between.
    /// - Parameters:
    ///   - request: everything but the body. The transport adds `host`, and `transfer-encoding` where
    ///     the framing asks for it, and nothing else.
    ///   - reaches: whether the guest may connect to this address; asked for every address that the
    ///     authority's host stands for, before the connect. Where it reaches none, the exchange fails
    ///     with `HTTP-request-denied` (HTTP-39). A reused connection was asked for when it was made, for
    ///     the same host.
    func begin(
        _ request: HTTPRequestHead, reaches: @escaping (SocketAddress) -> Bool
    ) -> HTTPExchange

    /// How far the exchange has come. A response or a failure stays.
    func progress(of exchange: HTTPExchange) -> HTTPProgress

    /// The request is complete: the driver has taken all of its body. Called once at most, and only where
    /// ``HTTPRequestHead/body`` is not `.none`.
    /// - Parameter trailers: sent if the framing allows it, else left out (HTTP-75).
    func finish(_ exchange: HTTPExchange, trailers: [HTTPField])

    /// The request will never be complete: the peer must see it broken (HTTP-76). Unless the response's
    /// head has come, the exchange fails with `HTTP-protocol-error`; after it, what of the response's
    /// body has not come fails so.
    func breakOff(_ exchange: HTTPExchange)

    /// The trailers of the response; `nil` where there are none. Asked only once reading the body has
    /// said ``ByteRead/closed``.
    func trailers(of exchange: HTTPExchange) -> [HTTPField]?

    /// Gives the exchange up: what is under way is cut off, and the peer sees so. Its sources are not
    /// used again. After the end of both bodies nothing is cut, and the connection may serve another.
    func close(_ exchange: HTTPExchange)

    /// How a script calls whoever answers; `nil` where there is none.
    func name(of exchange: HTTPExchange) -> String?

    /// When the response's head came; `nil` before, and where nobody can say to the ns.
    func arrival(of exchange: HTTPExchange) -> MonotonicInstant?
}

extension HTTPTransport {
    /// None: those are a simulated world's.
    public func name(of exchange: HTTPExchange) -> String? { nil }
    /// None: in real time no two things happen at one instant.
    public func arrival(of exchange: HTTPExchange) -> MonotonicInstant? { nil }
}

/// One request and its response, as three sources of the driver's.
public struct HTTPExchange: Hashable, Sendable {
    /// Ready, and for ever, once there is a response's head or a failure.
    public var head: SourceID
    /// The response's body, an input: ready while a read would bring bytes, the end or a failure. Not
    /// read before the head is there.
    public var response: SourceID
    /// The request's body, an output: ready while a write would take bytes, and once nobody takes any
    /// more: the peer is gone, or has answered without reading on (HTTP-81).
    public var request: SourceID

    /// The exchange of these sources.
    public init(head: SourceID, response: SourceID, request: SourceID) {
        self.head = head
        self.response = response
        self.request = request
    }
}

/// How far an exchange has come.
public enum HTTPProgress: Hashable, Sendable {
    /// No connection yet: a look-up, a connect or a handshake is under way.
    case connecting
    /// There has been a connection since this instant, and the request goes out on it.
    case sent(at: MonotonicInstant)
    /// The response's head; those of informational responses do not count.
    case response(HTTPResponseHead)
    /// There will be no response.
    case failed(HTTPErrorCode)
}
