// One source of a simulated world: its level, or one end of a stream of bytes.

extension VirtualDriver {
    /// What can happen at a source.
    public enum Change: Hashable, Sendable {
        /// A level rises or falls.
        case ready, unready
        /// An input gets bytes; what is not read joins what comes later.
        case chunk([UInt8])
        /// An input is ready once though nothing is there (FZ-07).
        case emptyReady
        /// An output takes up to so many bytes at a time from now on; 0 is none. Until the first
        /// such change it takes any number.
        case permit(Int)
        /// An output has pushed out what a flush asked for. A flush takes until the next of these;
        /// where none is to come, no time at all. One after the end stands for a flush that the end
        /// cuts short.
        case flushed
        /// Nothing comes after what was sent, or nobody reads any more.
        case close
        /// It breaks; what an input got before that can still be read.
        indirect case fail(ByteFailure)
        /// What a peer does with connects or datagrams from here on.
        case answers(Answer)
        /// A client connects to the guest, now or as soon as somebody listens.
        case calls
        /// A server sends the head of its response to a request.
        indirect case responds(HTTPResponseHead)

        /// Whether it ends the input or output.
        var isEnd: Bool {
            switch self {
            case .close, .fail: true
            default: false
            }
        }

        /// Whether a source may be ready because of it.
        var canMakeReady: Bool { self != .unready && self != .permit(0) }

        /// In words, after the source's name.
        var phrase: String {
            switch self {
            case .ready: "is ready"
            case .unready: "is not ready"
            case .chunk(let bytes): "gets \(ByteExcerpt(bytes).text)"
            case .emptyReady: "is ready, with nothing there"
            case .permit(0): "takes no bytes"
            case .permit(let count): "takes \(count) \(count == 1 ? "byte" : "bytes") at a time"
            case .flushed: "is flushed"
            case .close: "closes"
            case .fail(let failure): "fails: \(failure.text)"
            case .answers(.accepts): "accepts"
            case .answers(.refuses): "refuses"
            case .answers(.silent): "does not answer"
            case .calls: "connects"
            case .responds(let head): "responds \(head.status)"
            }
        }
    }
}

/// When a source is ready; without the bytes, so that a driver can look ahead cheaply.
struct ScriptedReadiness: Hashable {
    private var level = false
    private var hasBytes = false
    private var isStale = false
    private var ending: StreamEnding?
    /// `nil` for any number; meaningful for outputs.
    private(set) var permit: Int?
    private(set) var flush = Flush.no
    /// The source is written to; one that is only looked at is a level or an input.
    private var isOutput = false

    enum Flush { case no, pending, done }

    var isReady: Bool {
        if level || hasBytes || isStale || ending != nil { return true }
        return isOutput && permit != 0 && flush != .pending
    }

    var hasEnded: StreamEnding? { ending }

    /// Why it is ready.
    enum Reason {
        /// Its level is, or bytes are there.
        case itself
        case stale, ending, room
    }

    /// The first of the reasons for which it is ready.
    var firstReason: Reason {
        if level || hasBytes { return .itself }
        if isStale { return .stale }
        return ending == nil ? .room : .ending
    }

    mutating func apply(_ change: VirtualDriver.Change) {
        switch change {
        case .ready: level = true
        case .unready: level = false
        case .chunk(let bytes): if !bytes.isEmpty { hasBytes = true }
        case .emptyReady: isStale = true
        case .permit(let count):
            isOutput = true
            permit = count
        case .flushed:
            isOutput = true
            if flush == .pending { flush = .done }
        case .close: ending = .closed
        case .fail(let failure): ending = .failed(failure)
        case .answers, .calls, .responds: preconditionFailure("only peers do that")
        }
    }

    /// Somebody read, and left so much.
    mutating func noteRead(left: Int) {
        hasBytes = left > 0
        isStale = false
    }

    mutating func noteOutput() { isOutput = true }

    /// A flush is asked for, or asked after.
    mutating func noteFlush(takesTime: Bool) -> ByteFlush {
        switch flush {
        case .no: if takesTime { flush = .pending }
        case .pending: break
        case .done: flush = .no
        }
        return flush == .pending ? .pending : .done
    }
}

/// What a scripted end of a stream is like because of which line of the script.
///
/// A line is met when an answer to the host rests on it; one that something else takes the place of
/// before that never is.
private struct ScriptLines: Hashable {
    /// The lines that nobody has met yet and that still count.
    private var stale: Int?
    private var permit: Int?
    private var ending: Int?
    /// Those that were met, in the order of being so.
    private(set) var met: [Int] = []

    mutating func begin(_ change: VirtualDriver.Change, as line: Int) {
        switch change {
        case .emptyReady: stale = line
        case .permit: permit = line
        case .close, .fail: ending = line
        case .ready, .unready, .chunk, .flushed, .answers, .calls, .responds: break
        }
    }

    mutating func meet(_ line: Int) { met.append(line) }
    mutating func meetStale() { take(\.stale) }
    mutating func meetPermit() { take(\.permit) }
    mutating func meetEnding() { take(\.ending) }
    mutating func endStale() { stale = nil }

    private mutating func take(_ line: WritableKeyPath<ScriptLines, Int?>) {
        if let known = self[keyPath: line] { met.append(known) }
        self[keyPath: line] = nil
    }
}

/// A source under a script. A pure value: its changes and the host's calls are its only inputs.
struct ScriptedEndpoint: Hashable {
    private(set) var readiness = ScriptedReadiness()
    private var lines = ScriptLines()
    /// What has come and was not read.
    private(set) var arrived = ByteQueue()
    /// What was written, in order.
    private(set) var written: [UInt8] = []
    /// The lines of the `.flushed` that are still to come, and whether a flush waits for the first.
    private var marksToCome: ArraySlice<Int>
    private var isNextMarkMet = false

    /// A source that is not ready, with `.flushed` at these lines of its script.
    init(flushes: [Int] = []) { marksToCome = flushes[...] }

    /// The lines of the script that an answer has rested on; chunks and levels are not among them.
    var met: [Int] { lines.met }

    var isReady: Bool { readiness.isReady }

    /// Whether it is ready, as the host asks.
    mutating func askReady() -> Bool {
        guard readiness.isReady else {
            if readiness.flush != .pending { lines.meetPermit() }
            return false
        }
        switch readiness.firstReason {
        case .itself: break
        case .stale: lines.meetStale()
        case .ending: lines.meetEnding()
        case .room: lines.meetPermit()
        }
        return true
    }

    /// Something happens; `line` is its place in the script.
    mutating func apply(_ change: VirtualDriver.Change, as line: Int) {
        lines.begin(change, as: line)
        readiness.apply(change)
        if case .chunk(let bytes) = change { arrived.append(bytes) }
        if change == .flushed {
            marksToCome.removeFirst()
            isNextMarkMet = false
        }
    }

    mutating func read(upTo count: Int) -> ByteRead {
        precondition(count > 0, "a read of no bytes needs no endpoint")
        let bytes = arrived.take(count)
        if bytes.isEmpty { lines.meetStale() } else { lines.endStale() }
        readiness.noteRead(left: arrived.count)
        if !bytes.isEmpty { return .bytes(bytes) }
        if readiness.hasEnded != nil { lines.meetEnding() }
        switch readiness.hasEnded {
        case nil: return .wouldBlock
        case .closed?: return .closed
        case .failed(let failure)?: return .failed(failure)
        }
    }

    mutating func room() -> ByteRoom {
        readiness.noteOutput()
        if readiness.hasEnded != nil { lines.meetEnding() }
        switch readiness.hasEnded {
        case .closed?: return .closed
        case .failed(let failure)?: return .failed(failure)
        case nil: break
        }
        if readiness.flush == .pending { return .none }
        lines.meetPermit()
        guard let permit = readiness.permit else { return .bytes(.max) }
        return permit == 0 ? .none : .bytes(permit)
    }

    mutating func write(_ bytes: borrowing Span<UInt8>) -> ByteWrite {
        switch room() {
        case .closed: return .closed
        case .failed(let failure): return .failed(failure)
        case .none: return .wouldBlock
        case .bytes(let room):
            let count = min(room, bytes.count)
            for place in 0..<count { written.append(bytes[place]) }
            return .took(count)
        }
    }

    mutating func flush() -> ByteFlush {
        readiness.noteOutput()
        if readiness.hasEnded != nil { lines.meetEnding() }
        switch readiness.hasEnded {
        case .closed?: return .closed
        case .failed(let failure)?: return .failed(failure)
        case nil: break
        }
        let answer = readiness.noteFlush(takesTime: !marksToCome.isEmpty)
        if answer == .pending, !isNextMarkMet, let mark = marksToCome.first {
            // It takes as long as the mark says, even where nobody is there any more when it comes.
            lines.meet(mark)
            isNextMarkMet = true
        }
        return answer
    }
}
