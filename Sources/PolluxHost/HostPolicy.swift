// The knobs of a host: what it may choose, not what it does choose.

/// Which of its legal freedoms a host uses.
///
/// A policy only says which options exist at each choice. Where more than one is left, the
/// host's ``ChoiceSource`` picks; where exactly one is left there is no choice and nobody is asked.
/// The default is the friendly host: by age, all that is ready, every copy, no lag, last freed
/// handle first.
public struct HostPolicy: Hashable, Sendable {
    /// The order of the indices in a poll's result (FZ-01).
    public enum Order: String, Hashable, Sendable, CaseIterable {
        /// Oldest pollable first, copies of one handle by position: the canonical order.
        case byAge = "by-age"
        /// By position in the guest's list.
        case ascending
        /// By position in the guest's list, last first.
        case descending
        /// By the number that the host's own table gave to what is watched, then by position
        /// (POLL-06).
        case byResource = "by-resource"
        /// Any one first, the others by position (POLL-07).
        case winnerFirst = "winner-first"
        /// Any permutation.
        case any
    }

    /// Which of the ready pollables a poll reports (FZ-02).
    public enum Subset: String, Hashable, Sendable, CaseIterable {
        /// Every ready one.
        case all
        /// One of them.
        case one
        /// Any of them, at least one.
        case any
    }

    /// Which positions of a handle that stands in the list several times are reported (FZ-03).
    public enum Duplicates: String, Hashable, Sendable, CaseIterable {
        /// Every position.
        case all
        /// The first position only.
        case first
        /// Any positions, at least one.
        case any
    }

    /// The number that a new handle gets (FZ-39).
    public enum Handles: String, Hashable, Sendable, CaseIterable {
        /// The number freed last.
        case lifo
        /// The number freed first.
        case fifo
        /// A number that was never used.
        case fresh
        /// A number that was never used, often not the next one.
        case sparse
        /// The number freed last, counted for each type alone: a pollable and a stream may have the
        /// same (RES-05).
        case perType = "per-type"
        /// Any freed number or a new one.
        case any
    }

    /// When a clock pollable is ready, seen from its instant (FZ-08); never before it.
    public enum Timers: Hashable, Sendable {
        /// At its instant.
        case exact
        /// At its instant, so many ns after it, or half of that.
        case late(UInt64)
        /// At the first instant from its own on that is a whole multiple of so many ns, counted
        /// from the start of the guest.
        case grain(UInt64)
    }

    /// What the first read of the process's input gives, where nobody has subscribed to it (FZ-53).
    public enum Stdin: String, Hashable, Sendable, CaseIterable {
        /// What is there.
        case eager
        /// Maybe nothing, though bytes are there: the host begins to read when it is first asked.
        case lazyFirstRead = "lazy-first-read"
    }

    /// How many of the bytes that are there a read returns (FZ-13).
    public enum Reads: String, Hashable, Sendable, CaseIterable {
        /// As many as were asked for.
        case full
        /// One.
        case short
        /// Any number, at least one.
        case any
    }

    /// How much of the room that an output has a permit allows (FZ-15, FZ-54).
    public enum Permits: String, Hashable, Sendable, CaseIterable {
        /// All of it.
        case full
        /// One byte.
        case one
        /// Any number of bytes, at least one.
        case any
    }

    /// When a connect goes out (FZ-27).
    public enum Connects: String, Hashable, Sendable, CaseIterable {
        /// At `start-connect`.
        case eager
        /// When the guest first asks after it: `finish-connect`, or a look at the pollable (TCP-23).
        case lazy
    }

    /// How the bytes of one write to a simulated connection travel (FZ-14).
    public enum Segments: String, Hashable, Sendable, CaseIterable {
        /// Together.
        case whole
        /// Cut once, anywhere of three places, the second part later.
        case any
    }

    /// What wins where a response comes at the very instant of its timeout (FZ-04).
    public enum TimeoutTies: String, Hashable, Sendable, CaseIterable {
        /// The response.
        case response
        /// Either.
        case any
    }

    /// What becomes of a resource that is dropped before its children (FZ-40).
    public enum ParentDrop: String, Hashable, Sendable, CaseIterable {
        /// The drop traps (RES-23).
        case trap
        /// It goes, and its pollables are ready for ever (RES-26).
        case allow
    }

    /// The order of a poll's result (FZ-01).
    public var order: Order
    /// Which of the ready ones a poll reports (FZ-02).
    public var subset: Subset
    /// Which copies of a handle a poll reports (FZ-03).
    public var duplicates: Duplicates
    /// How often `ready` may still say no after the condition came true (FZ-06); 0 is never.
    public var readyLag: Int
    /// Which number a new handle gets (FZ-39).
    public var handles: Handles
    /// How often in a row a poll may leave out one ready pollable (FZ-05).
    public var fair: Int
    /// How much a read returns (FZ-13).
    public var reads: Reads
    /// How much a permit allows (FZ-15).
    public var permits: Permits
    /// How often in a row an input stream may be ready although nothing is there (FZ-07); 0 is
    /// never.
    public var spurious: Int
    /// When a clock pollable is ready (FZ-08).
    public var timers: Timers
    /// What the first read of the process's input gives (FZ-53).
    public var stdin: Stdin
    /// What dropping a parent before its children does (FZ-40).
    public var parentDrop: ParentDrop
    /// When a connect goes out (FZ-27).
    public var connects: Connects
    /// How often a `finish-…` of a socket may say would-block though it is done (FZ-23); 0 is never.
    public var finishLag: Int
    /// How writes to simulated connections are cut (FZ-14).
    public var segments: Segments
    /// What wins where a response comes at the very instant of its timeout (FZ-04, HTTP-62).
    public var timeoutTies: TimeoutTies
    /// Whose reading counts where the text and wasmtime disagree. Not a freedom of one host, but
    /// what kind of host it is.
    public var rules: Rules

    /// A policy; every argument left out is the friendly host's.
    public init(
        order: Order = .byAge, subset: Subset = .all, duplicates: Duplicates = .all,
        readyLag: Int = 0, handles: Handles = .lifo, fair: Int = 2, reads: Reads = .full,
        permits: Permits = .full, spurious: Int = 0, timers: Timers = .exact,
        stdin: Stdin = .eager, parentDrop: ParentDrop = .trap, connects: Connects = .eager,
        finishLag: Int = 0, segments: Segments = .whole, timeoutTies: TimeoutTies = .response,
        rules: Rules = .wasmtime
    ) {
        self.order = order
        self.subset = subset
        self.duplicates = duplicates
        self.readyLag = readyLag
        self.handles = handles
        self.fair = fair
        self.reads = reads
        self.permits = permits
        self.spurious = spurious
        self.timers = timers
        self.stdin = stdin
        self.parentDrop = parentDrop
        self.connects = connects
        self.finishLag = finishLag
        self.segments = segments
        self.timeoutTies = timeoutTies
        self.rules = rules
    }

    /// Whether anything is left to choose: two seeds can give two runs.
    public var hasChoices: Bool {
        let isLate = if case .late(1...) = timers { true } else { false }
        return order == .any || order == .winnerFirst || subset != .all || duplicates == .any
            || readyLag > 0 || handles == .any || handles == .sparse || reads == .any
            || permits == .any || spurious > 0 || isLate || stdin != .eager
            || finishLag > 0 || segments != .whole || timeoutTies != .response
    }
}
