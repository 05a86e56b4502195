// One line of the log of a run.

/// Something that happened, when, and because of what.
public struct TraceEvent: Sendable, Hashable {
    /// Its place in the log, from 0.
    public var id: Int
    /// When it happened, by the world's monotonic clock.
    public var time: MonotonicInstant
    /// The events that led to it, as places in the log; empty for a beginning.
    public var causes: EventCauses
    /// What happened.
    public var what: What

    /// The kinds of events.
    public enum What: Sendable, Hashable {
        // Host calls and their results. Pollables stand by their serial.
        case subscribe(UInt64)
        case unsubscribe(UInt64)
        /// `ready`, with its answer.
        case asked(UInt64, Bool)
        /// A poll or block begins, with its list.
        case poll([UInt64], isCheck: Bool)
        /// It returns, with the reported copies in the order of the result.
        case report([UInt64])
        case clockRead(MonotonicInstant)
        /// A step door gave the guest a stream.
        case open(UInt64)
        /// A call on a stream or an error.
        indirect case stream(StreamEvent)
        /// A call on a socket, a stream of datagrams, a look-up, or a resource of wasi:http.
        indirect case socket(SocketEvent)
        // The world.
        /// A source's level changed; `origin` is the place in the script.
        case level(SourceID, isReady: Bool, origin: String?)
        /// Something happened at a source that is an end of a stream; `origin` is the place in the
        /// script.
        case bytes(SourceID, VirtualDriver.Change, origin: String?)
        /// The instant of a clock pollable has come.
        case due(UInt64)
        case clock(to: MonotonicInstant, ClockReason)
        // Choices, tasks, the end.
        case choice(ChoiceSite, picked: Int, of: Int)
        case task(Int, TaskEvent)
        case trap(HostTrap)
        /// The run is over; how, in a word.
        case end(String)
    }

    /// Why a simulated clock moved.
    public enum ClockReason: String, Sendable, Hashable {
        /// The guest computed.
        case work
        /// A poll waited.
        case wait
        /// The guest made many calls at one instant without waiting.
        case patience
    }

    /// What a task of the guest did, as an adapter reports it.
    public enum TaskEvent: Sendable, Hashable {
        case start
        /// Was handed a step that suspends; what it waits for, in words.
        case wait(String)
        /// Came back from it.
        case wake
        case done
        case cancelled
        case say(String)
        case fail(String)
    }
}
