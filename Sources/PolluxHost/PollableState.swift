// What a pollable waits for, and what the host has shown of it.

/// Names a source of readiness that the ``Driver`` watches; numbered by the driver from 0.
public struct SourceID: Hashable, Sendable {
    /// Its number, from 0.
    public var index: Int32
    /// The driver's source of this number.
    public init(index: Int32) { self.index = index }
}

/// One pollable.
public struct PollableState: Sendable, Hashable {
    /// When it is ready.
    public enum Condition: Sendable, Hashable {
        /// From this instant on, for ever (POLL-18, CLOCK-09).
        case at(MonotonicInstant)
        /// While the driver's source is ready.
        case source(SourceID)
        /// While the input stream at this place can be read (STREAM-12).
        case input(Int)
        /// While the output stream at this place can be written (STREAM-32).
        case output(Int)
        /// While the operation that the TCP socket at this place is at would not block (TCP-46 to
        /// TCP-49).
        case tcp(Int)
        /// While a receive of the datagram stream at this place would say something (UDP-29).
        case incoming(Int)
        /// While the datagram stream at this place could send (UDP-30).
        case outgoing(Int)
        /// Once the look-up at this place has its answer (DNS-12).
        case lookup(Int)
        /// Once the future response at this place is there, or an error (HTTP-45).
        case response(Int)
        /// Once the trailers at this place are there, or an error (HTTP-57).
        case trailers(Int)
        /// Not in this run (CLOCK-07, CLOCK-08).
        case never
        /// For ever: what it watched is gone (RES-26).
        case always
    }

    private(set) var condition: Condition
    /// A clock pollable of the guest's own whose instant had come when it was subscribed: a poll
    /// that holds one cannot wait, so it is a check.
    var wasDueAtBirth = false
    /// The guest has been told that it is ready; from then on `ready` may not say no while the
    /// condition holds (FZ-06).
    var isShown = false
    /// How many more times `ready` will say no; negative while undecided.
    var lag: Int32 = -1
    /// In how many polls running it was ready and left out (FZ-05).
    var omissions: Int32 = 0

    /// A pollable that waits for this. The last instant that a u64 can count is never, however it was
    /// asked for (CLOCK-08).
    init(_ condition: Condition, wasDueAtBirth: Bool = false) {
        self.condition =
            condition == .at(MonotonicInstant(nanoseconds: .max)) ? .never : condition
        self.wasDueAtBirth = wasDueAtBirth
    }

    /// Of a clock pollable the instant from which on it is ready, `.max` for never; 0 where that says
    /// too little and ``condition`` has to be looked at.
    var deadline: UInt64 {
        switch condition {
        case .at(let instant): instant.nanoseconds
        case .never: .max
        case .source, .input, .output, .tcp, .incoming, .outgoing, .lookup, .response, .trailers,
            .always:
            0
        }
    }

    /// The place of the input stream that it watches; negative for none.
    var input: Int32 {
        if case .input(let place) = condition { Int32(truncatingIfNeeded: place) } else { -1 }
    }

    /// What it watched is gone (RES-26).
    mutating func outliveSource() { condition = .always }

    /// For entries that are no pollables.
    static let none = PollableState(.never)
}
