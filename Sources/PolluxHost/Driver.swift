// The world behind the rules.
//
// A driver is shaped like a kernel: clocks, levels of readiness, one blocking wait. It knows no
// handle, no pollable and no WASI rule, and it never calls the guest; it latches what happened and
// returns. Whatever must hold on every host stands above it and runs on every driver.

/// The world of one host: real or simulated time, and sources that become ready.
public protocol Driver: Network {
    /// The monotonic clock. Never decreases (CLOCK-01).
    var now: MonotonicInstant { get }
    /// ns between two readings of the monotonic clock that can differ; above 0 (CLOCK-04).
    var monotonicResolution: UInt64 { get }
    /// The wall clock (CLOCK-11).
    var wallNow: WallInstant { get }
    /// The wall clock's resolution (CLOCK-12).
    var wallResolution: WallInstant { get }

    /// Whether time passes by itself; where it does not, a wait by any other clock would be as long
    /// as the machine pleases. A world is simulated unless it says otherwise.
    var isRealTime: Bool { get }

    /// Where the world logs its own events; set by the host before the guest begins.
    var trace: Trace? { get set }

    /// Whether the source's latched level is ready. Never blocks, gives the world no turn.
    func isReady(_ source: SourceID) -> Bool

    /// Lets the world take in what has happened to these sources, without waiting.
    func turn(for sources: borrowing [SourceID])

    /// Ends a wait in progress; may be called from any thread.
    func wakeUp()

    /// Waits until one of `sources` may be ready or the clock reaches `deadline`; may return early
    /// for no reason. The sources are the ones whose level the poll in progress found unready.
    func wait(until deadline: MonotonicInstant?, for sources: borrowing [SourceID]) -> Waited

    /// Whether this world can tell which sources have become ready; see ``takeFired(_:)``.
    var tellsWhatFired: Bool { get }

    /// Whether this source is not ready, and it will tell once it becomes so: a wait was for it, and it has
    /// been watched since.
    func tellsOf(_ source: SourceID) -> Bool

    /// Tells of each source that has become ready since it was asked last, from the first call of
    /// ``tellsOf(_:)`` on; of some more than once, of some that have been closed, and of some that are not
    /// ready any more.
    func takeFired(_ body: (SourceID) -> Void)

    /// How many host calls in a row may pass at one instant without waiting before the clock
    /// creeps; `nil` in a world whose clock runs by itself.
    var patience: Int? { get }

    /// Moves a simulated clock by `step` ns, but not past the next fact nor past `deadline`.
    /// Returns whether it came to one of the two.
    func creep(by step: UInt64, notPast deadline: MonotonicInstant?) -> Bool

    // MARK: Bytes
    //
    // A source can be one end of a stream of bytes. Like a kernel's descriptors these never block and
    // know nothing of streams, permits or errors that are given once: they say what is so now.

    /// Takes up to `count` bytes, `count` from 1, from an input.
    func read(_ source: SourceID, upTo count: Int) -> ByteRead

    /// How many bytes an output would take now.
    func room(in source: SourceID) -> ByteRoom

    /// Gives bytes to an output; it may take fewer than ``room(in:)`` said, and none.
    func write(_ bytes: borrowing Span<UInt8>, to source: SourceID) -> ByteWrite

    /// Begins to push out what an output has taken, and says whether that is over; asked again
    /// until it is. The output's source is not ready while it goes on.
    func flush(_ source: SourceID) -> ByteFlush

    /// Gives up an input or output; its number is not used again.
    func close(_ source: SourceID)

    /// Bytes nobody can guess in a real world; in a simulated one, the script's.
    func random(_ count: Int) -> [UInt8]
}

/// What reading an input gave.
public enum ByteRead: Sendable, Equatable {
    /// At least one byte.
    case bytes([UInt8])
    /// Nothing now; the source is not ready from here on until there is.
    case wouldBlock
    /// The end, and so for ever.
    case closed
    /// The input is broken, and so for ever.
    indirect case failed(ByteFailure)
}

/// What an output would take.
public enum ByteRoom: Sendable, Equatable {
    /// So many bytes, at least one.
    case bytes(Int)
    /// None now.
    case none
    /// Nobody reads any more.
    case closed
    /// The output is broken, and so for ever.
    indirect case failed(ByteFailure)
}

/// What writing to an output came to.
public enum ByteWrite: Sendable, Equatable {
    /// It took so many bytes, at least one.
    case took(Int)
    /// None now; the source is not ready from here on until it takes some.
    case wouldBlock
    /// Nobody reads any more.
    case closed
    /// The output is broken, and so for ever.
    indirect case failed(ByteFailure)
}

/// Whether an output has pushed out all it took.
public enum ByteFlush: Sendable, Equatable {
    /// Everything is out.
    case done
    /// Not yet.
    case pending
    /// Nobody reads any more.
    case closed
    /// The output is broken, and so for ever.
    indirect case failed(ByteFailure)
}

/// What broke an input or output.
public struct ByteFailure: Sendable, Hashable {
    /// A text for people: `connection reset`.
    public var text: String
    /// The error of wasi:filesystem that it is, where it is one: `is-directory`.
    public var filesystemCode: String?
    /// The error of wasi:http that it is, where it is one (HTTP-54).
    public var httpCode: HTTPErrorCode?

    /// A failure.
    public init(_ text: String, filesystemCode: String? = nil) {
        self.text = text
        self.filesystemCode = filesystemCode
    }
}

extension Driver {
    /// It cannot.
    public var tellsWhatFired: Bool { false }
    /// It will not.
    public func tellsOf(_ source: SourceID) -> Bool { false }
    /// Tells nothing.
    public func takeFired(_ body: (SourceID) -> Void) {}
    /// Simulated.
    public var isRealTime: Bool { false }
    /// Does nothing: no wait of such a world blocks.
    public func wakeUp() {}
}

/// A world without streams of bytes and random ones: no source is one, so nobody can ask, and each of
/// these ends the process.
extension Driver {
    /// No source has bytes.
    public func read(_ source: SourceID, upTo count: Int) -> ByteRead { noBytes(source) }
    /// No source takes bytes.
    public func room(in source: SourceID) -> ByteRoom { noBytes(source) }
    /// No source takes bytes.
    public func write(_ bytes: borrowing Span<UInt8>, to source: SourceID) -> ByteWrite {
        noBytes(source)
    }
    /// No source takes bytes.
    public func flush(_ source: SourceID) -> ByteFlush { noBytes(source) }
    /// No source can be closed.
    public func close(_ source: SourceID) { noBytes(source) }
    /// There are none.
    public func random(_ count: Int) -> [UInt8] {
        preconditionFailure("this world gives no random bytes")
    }

    private func noBytes(_ source: SourceID) -> Never {
        preconditionFailure("source \(source.index) is no stream of bytes")
    }
}

/// How a driver's wait ended.
public enum Waited: Sendable {
    /// Something may have changed: look again.
    case again
    /// Nothing can ever change; only a world that knows its own future says this.
    case never
}
