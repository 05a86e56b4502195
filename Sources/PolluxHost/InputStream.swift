// An input stream's state: what it holds, and whether it is over.

/// How a stream ended.
enum StreamEnding: Sendable, Hashable {
    case closed
    indirect case failed(ByteFailure)
}

/// The state of one `input-stream`, without the input itself.
///
/// The host asks ``begin(_:isAtEnd:)`` what a read comes to; where that needs the input, it reads
/// there and passes on the answer by ``receive(_:)``.
struct InputStream: Sendable, Hashable {
    let rules: StreamRules
    /// Bytes taken from the input that no read has returned yet; they come before all else.
    private var held = ByteQueue()
    /// The guest has been told of the end, or of the failure that ended it (STREAM-04, STREAM-05).
    private(set) var hasEnded = false
    /// It says that it is ready though nothing is there, until the next read (FZ-07).
    private(set) var isFalselyReady = false
    /// Somebody has read it or subscribed to it.
    var hasBegun = false
    /// How many times in a row it did so.
    private(set) var falseAlarms = 0

    init(rules: StreamRules) { self.rules = rules }

    /// What a read comes to.
    enum Taken: Sendable, Equatable {
        /// None is "nothing now".
        case bytes([UInt8])
        case ended(StreamEnding)

        /// How many bytes; `nil` for the end.
        var count: Int? {
            if case .bytes(let bytes) = self { bytes.count } else { nil }
        }
    }

    /// How a read goes on.
    enum Step: Equatable {
        case now(Taken)
        /// The input has to be read.
        case ask(upTo: Int)
    }

    /// Whether the state alone makes the stream ready (STREAM-12).
    var isReady: Bool {
        @inline(__always) get { !held.isEmpty || hasEnded || isFalselyReady }
    }

    /// Whether a false alarm may be raised, given how many in a row are allowed.
    func mayRaiseFalseAlarm(_ limit: Int) -> Bool { !isReady && falseAlarms < limit }

    /// From here to the next read the stream says that it is ready.
    mutating func raiseFalseAlarm() {
        precondition(!isReady, "a stream that is ready cannot be falsely so")
        isFalselyReady = true
        falseAlarms += 1
    }

    /// A read of up to `count` bytes begins. Never more than 64 KiB (STREAM-01, STREAM-08).
    /// - Parameter isAtEnd: whether the input is known to have nothing left.
    @inline(__always)
    mutating func begin(_ count: UInt64, isAtEnd: Bool = false) -> Step {
        if count == 0 {
            if hasEnded { return .now(rules.emptyReadSeesEnd ? .ended(.closed) : .bytes([])) }
            if isAtEnd, held.isEmpty { return .now(receive(.closed)) }
            return .now(.bytes([]))
        }
        if hasEnded { return .now(.ended(.closed)) }
        let count = Int(min(count, UInt64(StreamRules.longestRead)))
        if held.isEmpty { return .ask(upTo: count) }
        return .now(.bytes(held.take(count)))
    }

    /// The input's answer to ``Step/ask(upTo:)``.
    @inline(__always)
    mutating func receive(_ answer: consuming ByteRead) -> Taken {
        isFalselyReady = false
        if case .wouldBlock = answer {} else { falseAlarms = 0 }
        switch answer {
        case .bytes(let bytes): return .bytes(bytes)
        case .wouldBlock: return .bytes([])
        case .closed:
            hasEnded = true
            return .ended(.closed)
        case .failed(let failure):
            hasEnded = true
            return .ended(.failed(failure))
        }
    }

    /// Nothing is to be received any more, whatever has come (STREAM-37).
    mutating func shutDown() {
        held = ByteQueue()
        hasEnded = true
    }

    /// Bytes that were taken and not given to anybody: they are next (STREAM-29).
    mutating func putBack(_ bytes: [UInt8]) { held.putBack(bytes) }
}
