// One request and its response, between libcurl and the sources of the driver.

import CCurl
import Glibc
import PolluxHost
import PolluxLibuv

/// What has come of one request, and what has still to go out.
///
/// libcurl's callbacks (Exchange+Callbacks.swift) put what comes into `inbox` and take what is to go from
/// `outbox`; the sources' calls do the same from the other side. Neither calls the other: where one waits
/// for the other, ``CurlTransport/work()`` sees to it between turns of the loop.
@safe
final class Exchange {
    let request: HTTPRequestHead
    let reaches: (SocketAddress) -> Bool
    unowned let transport: CurlTransport
    /// Its sources; there from the beginning on.
    var id: HTTPExchange!

    /// What libcurl carries it in; `nil` before the look-up is over and after the end.
    var transfer: Transfer?
    /// The look-up of the authority's host, while it goes on.
    var lookup: SourceID?

    // MARK: The response

    var reader = ResponseReader()
    var response: HTTPResponseHead?
    /// How the body's end is known, once the head is there, and how many of its bytes have come.
    var framing = HTTPResponseHead.Framing.open
    var received: UInt64 = 0
    var chunks = ChunkReader()
    var inbox = ChunkQueue()
    /// libcurl holds back what it has read.
    var isReceivePaused = false
    /// The connection is there.
    var isConnected = false
    /// Its descriptor, once libcurl has watched it.
    var descriptor: CInt?
    /// libcurl would read more of it.
    var isReceiving = false

    // MARK: The request

    /// How many connections it has had: more than one where an old one was found dead.
    var connections = 0
    /// When there first was a connection.
    var sentAt: MonotonicInstant?
    var outbox = ChunkQueue()
    /// The body is complete; what is in `outbox` is the rest of it.
    var isComplete: Bool
    var trailers: [HTTPField] = []
    /// libcurl has found `outbox` empty.
    var isSendPaused = false

    // MARK: The end

    /// libcurl has no more part in it.
    var isOver = false
    /// Why there is not all of a response, where it is over; a callback that stops libcurl says why here.
    var failure: HTTPErrorCode?
    /// The guest may not connect to an address that there was.
    var isDenied = false
    /// There is no descriptor left for a connection.
    var isOutOfDescriptors = false
    /// The request will never be complete.
    var isBroken = false
    /// It stands in the transport's list of those to be looked at.
    var isNoted = false

    /// How many bytes stand in `inbox` before libcurl is told to hold back; a chunk may go beyond.
    static let inboxLimit = 65_536
    /// How many bytes `outbox` takes.
    static let outboxLimit = 65_536

    init(
        _ request: HTTPRequestHead, reaches: @escaping (SocketAddress) -> Bool,
        over transport: CurlTransport
    ) {
        self.request = request
        self.reaches = reaches
        self.transport = transport
        isComplete = request.body == .none
    }

    // MARK: What there is to say

    var isHeadReady: Bool { response != nil || isOver }

    /// The response has come whole. libcurl says so only once the request is over, too; but what it has
    /// brought over HTTP/1 says it before.
    var isResponseWhole: Bool {
        guard response != nil else { return false }
        if isOver { return failure == nil }
        if isComplete || reader.version != 1 { return false }
        return switch framing {
        case .length(let length): received == length
        case .chunked: chunks.isAtEnd
        case .open: false
        }
    }

    /// What has become of the response where nothing more will be read of it, and libcurl waits only for the
    /// rest of the request: the server has closed the connection, or its sending half.
    enum Silence {
        /// Nothing of the kind: there is more to read, or all was read and the request goes on.
        case none
        /// It came whole by that.
        case whole
        case broken(HTTPErrorCode)
    }

    var silence: Silence {
        if isOver || !isConnected || isReceiving || isReceivePaused || isResponseWhole {
            return .none
        }
        if response == nil { return .broken(.connectionTerminated) }
        return framing == .open ? .whole : .broken(.responseIncomplete)
    }

    var isResponseReady: Bool {
        response != nil && (!inbox.isEmpty || isOver || isResponseWhole) || isOver
    }

    var isRequestReady: Bool { isOver || !isComplete && outbox.count < Self.outboxLimit }

    /// How much of what is announced has come: `.closed` only where that is all.
    func read(upTo count: Int) -> ByteRead {
        if !inbox.isEmpty {
            let bytes = inbox.take(upTo: count)
            if isReceivePaused, inbox.count <= Self.inboxLimit / 2 { transport.note(self) }
            return .bytes(bytes)
        }
        if isResponseWhole { return .closed }
        if isOver, let failure { return .failed(ByteFailure(failure)) }
        return .wouldBlock
    }

    var room: ByteRoom {
        if isOver { return .closed }
        let room = Self.outboxLimit - outbox.count
        return room > 0 && !isComplete ? .bytes(room) : .none
    }

    func write(_ bytes: borrowing Span<UInt8>) -> ByteWrite {
        guard case .bytes(let room) = room else { return isOver ? .closed : .wouldBlock }
        let taken = min(room, bytes.count)
        if taken == 0 { return .wouldBlock }
        outbox.append(
            unsafe bytes.withUnsafeBufferPointer { unsafe Array($0.prefix(taken)) })
        if isSendPaused { transport.note(self) }
        return .took(taken)
    }

    // MARK: The end

    /// Ends it where libcurl has no part in it, or no more.
    func end(_ failure: HTTPErrorCode?) {
        precondition(transfer == nil, "an exchange that libcurl is still at")
        isOver = true
        self.failure = failure
        outbox.removeAll()
        transport.hasNews = true
    }

    deinit {
        precondition(transfer == nil, "an exchange that was not ended")
    }
}

/// One of an exchange's three sources.
final class ExchangeSource: LoopSource {
    enum Part { case head, response, request }

    private let exchange: Exchange
    private let part: Part

    init(_ exchange: Exchange, _ part: Part) {
        self.exchange = exchange
        self.part = part
    }

    var isReady: Bool {
        switch part {
        case .head: exchange.isHeadReady
        case .response: exchange.isResponseReady
        case .request: exchange.isRequestReady
        }
    }

    /// libcurl watches what it needs, whoever waits.
    func arm() {}

    func read(upTo count: Int) -> ByteRead {
        precondition(part == .response, "a read of what is no response")
        return exchange.read(upTo: count)
    }

    var room: ByteRoom {
        precondition(part == .request, "room in what is no request")
        return exchange.room
    }

    func write(_ bytes: borrowing Span<UInt8>) -> ByteWrite {
        precondition(part == .request, "a write to what is no request")
        return exchange.write(bytes)
    }

    /// The transport, which holds the driver, has to go first.
    func close() { preconditionFailure("a driver that goes before its transport") }
}
