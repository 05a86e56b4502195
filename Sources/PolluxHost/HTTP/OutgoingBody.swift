// The body of a request: what the guest has written, and how it ends.

/// The state of one `outgoing-body`, without the transport.
///
/// Writes stand in a short queue, each whole, until the transport takes them; before the request is
/// handed over nobody does (HTTP-77 to HTTP-79). ``duty`` says what the transport is to be told next.
struct OutgoingBodyState: Hashable, Sendable {
    /// What `content-length` says.
    let expected: UInt64?
    let limits: HTTPLimits
    private(set) var writes: [ByteQueue] = []
    /// Bytes that were accepted, or refused as too many (HTTP-73).
    private(set) var written: UInt64 = 0
    /// The guest has taken the stream (HTTP-70).
    var hasGivenStream = false
    private(set) var end = End.open
    private(set) var phase = Phase.waiting

    /// How the guest ended it.
    enum End: Hashable {
        case open
        case finished([HTTPField])
        /// It will never be complete (HTTP-72, HTTP-76).
        case broken
    }

    /// Where the bytes go.
    enum Phase {
        /// Nowhere: the request was not handed over.
        case waiting
        case sending
        /// Nobody takes any: the request is gone, or its peer (HTTP-46, HTTP-81, HTTP-82).
        case gone
        /// The transport knows how it ended.
        case told
    }

    init(expecting expected: UInt64?, limits: HTTPLimits) {
        self.expected = expected
        self.limits = limits
    }

    // MARK: The guest

    /// What a write would be good for (HTTP-78).
    var room: ByteRoom {
        switch phase {
        case .gone, .told: .closed
        case .waiting, .sending:
            writes.count < limits.bodyWrites ? .bytes(limits.bodyWriteSize) : .none
        }
    }

    /// Takes one write, whole, where ``room`` has a place for it. One that goes beyond `content-length`
    /// is refused and yet counts, so that the body cannot be finished any more (HTTP-73).
    mutating func accept(_ bytes: borrowing Span<UInt8>) -> ByteWrite {
        switch room {
        case .closed: return .closed
        case .failed(let failure): return .failed(failure)
        case .none: return .wouldBlock
        case .bytes: break
        }
        written += UInt64(bytes.count)
        if let expected, written > expected {
            return .failed(ByteFailure(.requestBodySize(written)))
        }
        writes.append(ByteQueue())
        writes[writes.count - 1].append(bytes)
        return .took(bytes.count)
    }

    /// `finish`: complete, unless `content-length` says otherwise (HTTP-72 to HTTP-75).
    /// - Returns: `nil` for ok.
    mutating func finish(_ trailers: [HTTPField]) -> HTTPErrorCode? {
        if let expected, written != expected {
            end = .broken
            return .requestBodySize(written)
        }
        end = .finished(trailers)
        return nil
    }

    /// Dropped without an end (HTTP-76).
    mutating func breakOff() { end = .broken }

    // MARK: The transport

    /// How the request is to frame it.
    var framing: HTTPRequestBody { expected.map { .length($0) } ?? .chunked }

    /// The request is on its way.
    mutating func handOver() {
        precondition(phase == .waiting, "a request goes out once")
        phase = .sending
    }

    /// What the transport is to be told.
    enum Duty: Equatable {
        case nothing, write
        case finish([HTTPField])
        case breakOff
    }

    var duty: Duty {
        guard phase == .sending else { return .nothing }
        if !writes.isEmpty { return .write }
        return switch end {
        case .open: .nothing
        case .finished(let trailers): .finish(trailers)
        case .broken: .breakOff
        }
    }

    /// Lends what the transport is to take next.
    func withNext<Result>(_ body: (borrowing Span<UInt8>) -> Result) -> Result {
        writes[0].withSpan(body)
    }

    /// Its answer to that. Returns whether to ask for more at once.
    mutating func receive(_ answer: ByteWrite) -> Bool {
        switch answer {
        case .took(let count):
            precondition(
                count > 0 && count <= writes[0].count, "a transport took what it was not given")
            writes[0].drop(count)
            if writes[0].isEmpty { writes.removeFirst() }
            return true
        case .wouldBlock: return false
        case .closed, .failed:
            leave()
            return false
        }
    }

    /// The transport was told how it ended.
    mutating func didTell() { phase = .told }

    /// Nobody takes anything any more.
    mutating func leave() {
        if phase == .told { return }
        phase = .gone
        writes = []
    }
}

/// What stands behind an `outgoing-body` and its stream; it goes on until the transport has all of it.
final class OutgoingBody {
    // As the host's own: one thread at a time, and no access overlaps another.
    @safe @exclusivity(unchecked) var state: OutgoingBodyState
    /// How traces call it; as whoever answers, once its request goes to somebody of a script's.
    var name: String
    /// Where it goes, once its request does.
    var exchange: Exchange?

    init(_ state: OutgoingBodyState, name: String) {
        self.state = state
        self.name = name
    }

    var stateHash: Int {
        var hasher = Hasher()
        hasher.combine(state)
        hasher.combine(exchange?.id)
        return hasher.finalize()
    }
}
