// A request that was sent: its timeouts, its response, and the body and trailers of that.

/// One exchange with a peer. The future, the response, the body and the trailers are its owner, one
/// after the other; when the last of them goes, so does the exchange (HTTP-46, HTTP-50, HTTP-55).
final class Exchange {
    let id: HTTPExchange
    /// How traces call the response: `response-1`, or as the script calls whoever answers.
    let name: String
    /// The script has a name for it, which then is that of all its parts.
    let hasGivenName: Bool
    let began: MonotonicInstant
    /// ns of each.
    let connectTimeout: UInt64
    let firstByteTimeout: UInt64
    let betweenBytesTimeout: UInt64
    /// Its body, where it has one.
    var body: OutgoingBody?
    /// The transport does not know it any more.
    var isClosed = false
    /// When waiting for the response was to end, and as what, when it was looked at last.
    @safe @exclusivity(unchecked) var lastLimit: (instant: MonotonicInstant, code: HTTPErrorCode)?

    init(
        _ id: HTTPExchange, name: String, isGiven: Bool, began: MonotonicInstant,
        _ timeouts: HTTPTimeouts, default timeout: UInt64
    ) {
        self.id = id
        self.name = name
        hasGivenName = isGiven
        self.began = began
        connectTimeout = timeouts.connect ?? timeout
        firstByteTimeout = timeouts.firstByte ?? timeout
        betweenBytesTimeout = timeouts.betweenBytes ?? timeout
    }

    /// How traces call the response's body.
    var bodyName: String { hasGivenName ? name : "\(name) body" }
    /// How traces call what comes behind that.
    var trailersName: String { hasGivenName ? name : "\(name) trailers" }

    /// When waiting for the response ends, and as what (HTTP-61, HTTP-62); `nil` where a clock cannot
    /// count so far, and once there is an answer.
    func limit(at progress: HTTPProgress) -> (instant: MonotonicInstant, code: HTTPErrorCode)? {
        switch progress {
        case .connecting: began.advanced(by: connectTimeout).map { ($0, .connectionTimeout) }
        case .sent(let instant):
            instant.advanced(by: firstByteTimeout).map { ($0, .connectionReadTimeout) }
        case .response, .failed: nil
        }
    }
}

/// A value that comes once: what a future of wasi:http has.
enum FutureState<Value: Hashable & Sendable>: Hashable, Sendable {
    /// Not known to have come.
    case waiting
    /// There for the guest to take.
    case there(Result<Value, HTTPErrorCode>)
    /// The guest has it (HTTP-44).
    case taken

    var isWaiting: Bool { if case .waiting = self { true } else { false } }
}

/// What stands behind a `future-incoming-response`.
final class FutureResponse {
    @safe @exclusivity(unchecked) var state = FutureState<HTTPResponseHead>.waiting
    /// `nil` where the request never went out.
    let exchange: Exchange?
    /// How traces call it.
    let name: String
    /// Of its handle's resource.
    var serial: UInt64 = 0

    init(_ exchange: Exchange, name: String) {
        self.exchange = exchange
        self.name = name
    }

    /// A request that is refused before it goes out.
    init(_ code: HTTPErrorCode, name: String) {
        exchange = nil
        self.name = name
        state = .there(.failure(code))
    }

    var stateHash: Int {
        var hasher = Hasher()
        hasher.combine(state)
        hasher.combine(exchange?.id)
        hasher.combine(exchange?.lastLimit?.instant)
        return hasher.finalize()
    }
}

/// What stands behind an `incoming-response`.
final class IncomingResponse {
    let status: UInt16
    let fields: HTTPFields
    let exchange: Exchange
    /// When the guest took it.
    let taken: MonotonicInstant
    /// The guest has taken the body (HTTP-49).
    var hasGivenBody = false

    init(
        _ head: HTTPResponseHead, _ fields: HTTPFields, _ exchange: Exchange,
        at now: MonotonicInstant
    ) {
        status = head.status
        self.fields = fields
        self.exchange = exchange
        taken = now
    }

    var stateHash: Int {
        var hasher = Hasher()
        hasher.combine(fields)
        hasher.combine(exchange.id)
        hasher.combine(hasGivenBody)
        return hasher.finalize()
    }
}

/// What stands behind an `incoming-body`, its stream, and the `future-trailers` that comes after both.
final class IncomingBody {
    let exchange: Exchange
    /// When the guest took a part of it last, or the response (HTTP-63).
    @safe @exclusivity(unchecked) var lastPart: MonotonicInstant
    /// The guest has taken the stream (HTTP-51).
    var hasGivenStream = false
    /// How it ended; a failure that the stream has told.
    @safe @exclusivity(unchecked) var end: StreamEnding?

    init(_ exchange: Exchange, after instant: MonotonicInstant) {
        self.exchange = exchange
        lastPart = instant
    }

    /// When the next part has to be there (HTTP-63); `nil` once it is over.
    var limit: MonotonicInstant? {
        end == nil ? lastPart.advanced(by: exchange.betweenBytesTimeout) : nil
    }

    var stateHash: Int {
        var hasher = Hasher()
        hasher.combine(exchange.id)
        hasher.combine(lastPart)
        hasher.combine(hasGivenStream)
        hasher.combine(end)
        return hasher.finalize()
    }
}

/// What stands behind a `future-trailers`.
final class FutureTrailers {
    @safe @exclusivity(unchecked) var state = FutureState<[HTTPField]?>.waiting
    let body: IncomingBody

    init(_ body: IncomingBody) { self.body = body }

    var stateHash: Int {
        var hasher = Hasher()
        hasher.combine(state)
        hasher.combine(body.stateHash)
        return hasher.finalize()
    }
}
