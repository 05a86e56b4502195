// A scripted world on a clock that moves only when nothing else can.

/// Simulated time and levels of readiness that a script sets.
///
/// The clock moves in three ways, each a trace event: by ``work(_:)``; inside a wait, to the first
/// instant at which something waited for is ready; and by creeping, so that a guest that spins
/// gets on. All facts of an instant apply before anybody can look.
public final class VirtualDriver: Driver {
    /// A change of one source's level.
    public struct Fact: Sendable, Hashable {
        /// ns after the run's start.
        public var time: UInt64
        public var source: SourceID
        public var isReady: Bool
        /// Where the script says so; for the trace.
        public var origin: String?

        /// A change of `source` at `time` ns after the start.
        public init(time: UInt64, source: SourceID, isReady: Bool, origin: String? = nil) {
            self.time = time
            self.source = source
            self.isReady = isReady
            self.origin = origin
        }
    }

    /// The clock's reading at the start of the run. Not 0: guests may compute `now - 1` (CLOCK-02).
    public let start: MonotonicInstant
    public private(set) var now: MonotonicInstant
    public let monotonicResolution: UInt64 = 1
    public let wallResolution = WallInstant(seconds: 0, nanoseconds: 1)
    public let patience: Int?

    private var levels: [Bool] = []
    private let facts: [Fact]
    private var nextFact = 0
    private let wallStart: WallInstant
    /// Setting it logs the levels that are ready already.
    public var trace: Trace? {
        didSet {
            trace?.start = start
            for fact in facts[..<nextFact] where levels[Int(fact.source.index)] && fact.isReady {
                record(fact, at: start)
            }
        }
    }

    /// A world with `sourceCount` sources, none ready, and a script.
    /// - Parameters:
    ///   - facts: what happens, in order of time; those at 0 apply before the guest begins.
    ///   - start: the monotonic clock's first reading.
    ///   - wallStart: the wall clock's first reading.
    ///   - patience: see ``Driver/patience``.
    public init(
        sourceCount: Int = 0, facts: [Fact] = [],
        start: MonotonicInstant = MonotonicInstant(nanoseconds: 1_000_000_000),
        wallStart: WallInstant = WallInstant(seconds: 1_700_000_000, nanoseconds: 0),
        patience: Int? = 1_000
    ) {
        precondition(
            zip(facts, facts.dropFirst()).allSatisfy { $0.time <= $1.time },
            "facts stand in order of time")
        precondition(
            facts.allSatisfy { $0.source.index >= 0 && Int($0.source.index) < sourceCount },
            "a fact about a source that does not exist")
        self.start = start
        self.now = start
        self.wallStart = wallStart
        self.facts = facts
        self.levels = Array(repeating: false, count: sourceCount)
        self.patience = patience
        apply(upTo: start)
    }

    public var wallNow: WallInstant {
        let elapsed = now.nanoseconds - start.nanoseconds
        let fraction = UInt64(wallStart.nanoseconds) + elapsed % 1_000_000_000
        return WallInstant(
            seconds: wallStart.seconds + elapsed / 1_000_000_000 + fraction / 1_000_000_000,
            nanoseconds: UInt32(fraction % 1_000_000_000))
    }

    public func isReady(_ source: SourceID) -> Bool {
        levels[Int(source.index)]
    }

    /// Nothing happens by itself here.
    public func turn(for sources: borrowing [SourceID]) {}

    public func wait(
        until deadline: MonotonicInstant?, for sources: borrowing [SourceID]
    ) -> Waited {
        let ready = firstReady(among: sources)
        guard let target = [deadline, ready].compactMap({ $0 }).min() else { return .never }
        move(to: target, because: .wait)
        return .again
    }

    public func creep(by step: UInt64, notPast deadline: MonotonicInstant?) -> Bool {
        let fact = nextFact < facts.count ? start.advanced(by: facts[nextFact].time) : nil
        let bound = [deadline, fact].compactMap({ $0 }).filter({ $0 > now }).min()
        let target = now.advanced(by: step) ?? now
        if let bound, bound <= target {
            move(to: bound, because: .patience)
            return true
        }
        move(to: target, because: .patience)
        return false
    }

    /// The guest computes for `duration` ns: the clock moves and facts apply at their times.
    /// - Throws: `clockOverflow` (CLOCK-03).
    public func work(_ duration: UInt64) throws(HostTrap) {
        guard let target = now.advanced(by: duration) else { throw HostTrap(.clockOverflow) }
        move(to: target, because: .work)
    }

    // MARK: Facts

    private func move(to target: MonotonicInstant, because reason: TraceEvent.ClockReason) {
        guard target > now else { return }
        trace?.record(.clock(to: target, reason), at: now)
        apply(upTo: target)
        now = target
        trace?.flush(upTo: target)
    }

    private func apply(upTo limit: MonotonicInstant) {
        while nextFact < facts.count {
            let fact = facts[nextFact]
            guard let time = start.advanced(by: fact.time), time <= limit else { return }
            nextFact += 1
            now = time
            guard levels[Int(fact.source.index)] != fact.isReady else { continue }
            levels[Int(fact.source.index)] = fact.isReady
            record(fact, at: time)
        }
    }

    private func record(_ fact: Fact, at time: MonotonicInstant) {
        trace?.record(.level(fact.source, isReady: fact.isReady, origin: fact.origin), at: time)
    }

    /// The first instant after now at whose end one of the sources is ready.
    private func firstReady(among sources: borrowing [SourceID]) -> MonotonicInstant? {
        if sources.isEmpty { return nil }
        var index = nextFact
        var ready: Set<SourceID> = []
        let wanted = Set(copy sources)
        while index < facts.count {
            let time = facts[index].time
            while index < facts.count, facts[index].time == time {
                let fact = facts[index]
                if wanted.contains(fact.source) {
                    if fact.isReady { ready.insert(fact.source) } else { ready.remove(fact.source) }
                }
                index += 1
            }
            if !ready.isEmpty { return start.advanced(by: time) }
        }
        return nil
    }
}
