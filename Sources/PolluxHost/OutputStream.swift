// An output stream's state: the permit, what is still to go out, and how it ended.

/// The state of one `output-stream`, without the output itself.
///
/// What the guest writes within its permit is accepted whole (STREAM-15) and stands in ``queue``
/// until the output has taken it. ``duty`` says what the output is to be asked for next; its
/// answers come back through the `receive` methods.
struct OutputStream: Sendable, Hashable {
    let rules: StreamRules
    private(set) var isOpen = true
    /// Nothing comes after what was accepted (STREAM-39).
    private var isShutDown = false
    private(set) var flushing = Flushing.no
    private(set) var permitHistory = HostTrap.PermitHistory.neverAsked
    /// Accepted bytes that the output has not taken.
    private(set) var queue = ByteQueue()
    private(set) var permit = 0
    /// How it ended; a failure only until the guest has been told, where it is told once.
    private var ending: StreamEnding?

    init(rules: StreamRules) { self.rules = rules }

    /// Whether a flush goes on.
    enum Flushing: Sendable {
        case no
        /// Once the queue is empty.
        case wanted
        /// The output is at it.
        case pending
    }

    // MARK: How it ended

    /// How the stream ended, told to the guest by this; `nil` while it is open. A failure is told
    /// once or for ever (STREAM-05, STREAM-14).
    mutating func takeEnding() -> StreamEnding? {
        let told = ending
        queue = ByteQueue()
        if told != nil, !rules.repeatsFailures { ending = .closed }
        return told
    }

    @inline(never)
    private mutating func end(_ how: StreamEnding) {
        guard isOpen else { return }
        isOpen = false
        ending = how
        flushing = .no
        permit = 0
    }

    // MARK: The permit

    /// Whether bytes or a flush are still on their way, so that no permit is given (STREAM-13).
    var isBusy: Bool { !queue.isEmpty || flushing != .no || isShutDown }

    /// What the output would take, as far as the state lets it: `nil` where the stream has ended.
    @inline(__always)
    mutating func room(_ answer: ByteRoom) -> Int? {
        switch answer {
        case .bytes(let count):
            precondition(count > 0, "room for nothing is no room")
            return isBusy ? 0 : min(count, rules.largestPermit)
        case .none: return 0
        case .closed: end(.closed)
        case .failed(let failure): end(.failed(failure))
        }
        return nil
    }

    /// The guest may write so much; 0 is "not now".
    mutating func grant(_ count: Int) {
        permit = count
        permitHistory = count > 0 || flushing == .no ? .granted : .flushing
    }

    /// Whether the guest may write `count` bytes (STREAM-16, STREAM-17, STREAM-20).
    @inline(__always)
    func permits(_ count: UInt64) -> Bool {
        rules.permit == .unchecked || count <= UInt64(permit)
    }

    // MARK: Writing

    /// Accepts all of `bytes`. The permit has been looked at before.
    mutating func accept(_ bytes: borrowing Span<UInt8>) {
        if bytes.isEmpty { return }  // STREAM-18
        queue.append(bytes)
        use(bytes.count)
    }

    /// Accepts `count` bytes where the output can be asked for them at once, as nothing stands in line;
    /// ``finish(_:_:)`` is to be told of its answer. Else nothing has happened, and ``accept(_:)`` is to be called.
    @inline(__always)
    mutating func begin(_ count: Int) -> Bool {
        guard isOpen, duty == .nothing, count > 0 else { return false }
        use(count)
        return true
    }

    /// The output's answer to bytes that passed the queue by: those that it has not taken stand in line.
    @inline(__always)
    mutating func finish(_ bytes: borrowing Span<UInt8>, _ answer: ByteWrite) {
        if case .took(let count) = answer, count == bytes.count { return }
        enqueue(bytes, answer)
    }

    private mutating func enqueue(_ bytes: borrowing Span<UInt8>, _ answer: ByteWrite) {
        if case .took(let count) = answer {
            precondition(count > 0 && count <= bytes.count, "an output took what it was not given")
            queue.append(bytes.extracting(count...))
        } else {
            queue.append(bytes)
            _ = receive(answer)
        }
    }

    /// As ``accept(_:)`` for `count` zero bytes.
    mutating func acceptZeroes(_ count: Int) {
        if count == 0 { return }
        queue.append(Array(repeating: 0, count: count))
        use(count)
    }

    private mutating func use(_ count: Int) {
        permit = rules.permit == .oneWrite || rules.permit == .room ? 0 : max(0, permit - count)
        permitHistory = .used
    }

    /// Takes back what was accepted last and cannot go out any more, up to `count` bytes
    /// (STREAM-29).
    mutating func takeBack(_ count: Int) -> [UInt8] {
        let kept = queue.take(max(0, queue.count - count))
        let back = queue.bytes
        queue = ByteQueue()
        queue.append(kept)
        return back
    }

    /// What was written is to go out (STREAM-21).
    mutating func flush() {
        if isOpen, flushing == .no { flushing = .wanted }
    }

    /// Nothing is to be sent any more. What was accepted still goes out; until it has, there is no
    /// permit (STREAM-38, STREAM-39).
    mutating func shutDown() {
        guard isOpen else { return }
        isShutDown = true
        permit = 0
        permitHistory = .used
    }

    /// The other side has been told.
    mutating func didShutDown() { end(.closed) }

    // MARK: The output

    /// What the output has to be asked for.
    enum Duty: Equatable {
        case nothing, write, flush
        /// Its end is to be told to the other side.
        case shutDown
    }

    // Mutating, though it changes nothing: a struct in a class is so looked at where it is, and not copied.
    var duty: Duty {
        @inline(__always) mutating get {
            if !isOpen { return .nothing }
            if !queue.isEmpty { return .write }
            if flushing != .no { return .flush }
            return isShutDown ? .shutDown : .nothing
        }
    }

    /// Asks the output to take what is in the queue. Returns whether to ask for more at once.
    mutating func send(_ write: (borrowing Span<UInt8>) -> ByteWrite) -> Bool {
        receive(queue.withSpan(write))
    }

    /// The output's answer to a write of the queue. Returns whether to ask for more at once.
    mutating func receive(_ answer: ByteWrite) -> Bool {
        switch answer {
        case .took(let count):
            precondition(count > 0 && count <= queue.count, "an output took what it was not given")
            queue.drop(count)
            return true
        case .wouldBlock:
            if flushing != .no { takePermitBack() }
            return false
        case .closed: end(.closed)
        case .failed(let failure): end(.failed(failure))
        }
        return false
    }

    /// The output's answer to a flush.
    mutating func receive(_ answer: ByteFlush) {
        switch answer {
        case .done: flushing = .no
        case .pending:
            flushing = .pending
            takePermitBack()
        case .closed: end(.closed)
        case .failed(let failure): end(.failed(failure))
        }
    }

    private mutating func takePermitBack() {
        permit = 0
        permitHistory = .flushing
    }
}
