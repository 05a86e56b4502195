// What came of exploring one scenario on one host by one guest.

import PolluxHost

/// The runs of one guest on one host that a search went through.
public struct Exploration: Sendable {
    /// The first run that fails, in the order of the search.
    public struct Find: @unchecked Sendable {
        /// The run. Nothing changes it any more.
        public let run: Run
        /// What does not hold of it.
        public let failures: [Failure]
        /// What was chosen in it.
        public let tape: Tape
        /// Its number in the search, from 1.
        public let number: Int
    }

    /// Whose runs.
    public let guest: String
    /// On which host.
    public let host: HostEntry
    /// How it was searched.
    public let search: Search
    /// How many runs there were.
    public let runs: Int
    /// How many states they came to, where the guest tells its states: then a run that comes to one
    /// that was come to before is not varied any further. `nil` for a search without.
    public let states: Int?
    /// How many of the runs are the mirror image of another one, in which tasks that are alike have
    /// changed places; what follows from these was not gone through.
    public let mirrored: Int
    /// How many choices the longest of them had.
    public let mostChoices: Int
    /// How many parts of the tree of choices nobody has begun; 0 once it is exhausted, and for a
    /// search that cannot tell.
    public let frontier: Int
    /// Wall time.
    public let seconds: Double
    /// The first run that fails.
    public let find: Find?
    /// How many runs were played twice, to see that they come to the same.
    public let repeated: Int
    /// What `sometimes` claims of all runs of the guest, on whatever host.
    public let sometimes: SometimesTally
    /// A step that the guest's adapter cannot do, at this place; then nothing is known.
    public let unsupported: Place?

    /// Whether every run that the search can come upon was played, or its mirror image was, and all
    /// hold.
    public var isExhausted: Bool {
        search.canExhaust && find == nil && unsupported == nil && frontier == 0
    }
}

extension Exploration {
    /// What a document records of it; `nil` where not everything was gone through.
    public var counts: Golden.Explored.Counts? {
        guard search == .exhaustive, isExhausted else { return nil }
        return Golden.Explored.Counts(schedules: runs, states: states)
    }

    /// Where it differs from what the document records of it.
    public func difference(from golden: Golden?) -> Failure? {
        guard search == .exhaustive, find == nil, unsupported == nil,
            let recorded = golden?.explored(by: guest, on: host.name), recorded.counts != counts
        else { return nil }
        let got = counts?.words ?? "no end within \(runs) schedules"
        return Failure(
            place: recorded.place,
            message: "golden: recorded \(recorded.counts.words), got \(got)", focus: nil,
            isGolden: true)
    }
}

extension HostEntry {
    /// A host that uses every freedom that `HostPolicy.any` has; its timers, grants and limits stay. One
    /// lag of `ready`, one false alarm and one step until a socket has finished are enough here: each
    /// more makes a search many times as long, and shows nothing that one does not.
    public static func any(_ host: HostEntry) -> HostEntry {
        let free = HostPolicy.any
        var host = host
        host.name = "any"
        host.policy.order = free.order
        host.policy.subset = free.subset
        host.policy.duplicates = free.duplicates
        host.policy.readyLag = max(host.policy.readyLag, 1)
        host.policy.handles = free.handles
        host.policy.reads = free.reads
        host.policy.permits = free.permits
        host.policy.spurious = max(host.policy.spurious, 1)
        host.policy.stdin = free.stdin
        host.policy.finishLag = max(host.policy.finishLag, 1)
        host.policy.segments = free.segments
        host.policy.timeoutTies = free.timeoutTies
        return host
    }
}

extension Run {
    /// The lines of the log with the choices in which the answer was not the friendly one.
    public var deviations: [String] {
        if outcome == .timedOut { return [] }
        return trace.events.compactMap { event in
            guard case .choice(_, let picked, _) = event.what, picked > 0 else { return nil }
            return trace.line(event)
        }
    }
}
