// A scripted world on a clock that moves only when nothing else can.

/// Simulated time, and sources that a script makes ready: levels, and ends of streams of bytes.
///
/// The clock moves in three ways, each a trace event: by ``work(_:)``; inside a wait, to the first
/// instant at which something waited for is ready; and by creeping, so that a guest that spins
/// gets on. All facts of an instant apply before anybody can look.
public final class VirtualDriver: Driver {
    /// Something that happens at one source.
    public struct Fact: Sendable, Hashable {
        /// ns after the run's start.
        public var time: UInt64
        /// Where it happens.
        public var source: SourceID
        /// What happens.
        public var change: Change
        /// Where the script says so; for the trace.
        public var origin: String?

        /// A change of `source` at `time` ns after the start.
        public init(time: UInt64, source: SourceID, _ change: Change, origin: String? = nil) {
            self.time = time
            self.source = source
            self.change = change
            self.origin = origin
        }

        /// A change of a level.
        public init(time: UInt64, source: SourceID, isReady: Bool, origin: String? = nil) {
            self.init(time: time, source: source, isReady ? .ready : .unready, origin: origin)
        }
    }

    /// The clock's reading at the start of the run. Not 0: guests may compute `now - 1` (CLOCK-02).
    public let start: MonotonicInstant
    /// The simulated clock: it moves where the guest waits or works, and never by itself.
    public private(set) var now: MonotonicInstant {
        get { storedNow }
        set { storedNow = newValue }
    }
    // Another module's access to a stored property would be checked, whatever this one says of it.
    @safe @exclusivity(unchecked) private var storedNow: MonotonicInstant
    /// ns (CLOCK-04).
    public let monotonicResolution: UInt64 = 1
    /// One ns (CLOCK-12).
    public let wallResolution = WallInstant(seconds: 0, nanoseconds: 1)
    /// How many host calls in a row pass at one instant before the clock creeps; `nil`: it never does.
    public let patience: Int?

    /// Told of what an output has just taken.
    public var onWrite: ((SourceID, [UInt8]) -> Void)?

    @safe @exclusivity(unchecked) var endpoints: [ScriptedEndpoint]
    @safe @exclusivity(unchecked) var network: VirtualNetwork
    /// Somebody has done something to the network since the script began.
    @safe @exclusivity(unchecked) var isNetworkInUse = false
    /// Who says how a write to a connection is cut, where anybody does.
    @safe @exclusivity(unchecked) var cut: ((Int) -> Int)?
    var generator: SplitMix64
    private let seed: UInt64
    private let script: Script
    var facts: [Fact] {
        _read { yield script.facts }
    }
    @safe @exclusivity(unchecked) private var nextFact = 0
    /// Scratch of ``wait(until:for:)``: by source; `nil` for one that nobody waits for.
    @safe @exclusivity(unchecked) private var wanted: [Outlook?] = []

    /// What becomes of a source that somebody waits for.
    private struct Outlook {
        var readiness: ScriptedReadiness
        /// Whether it is among those that have become ready.
        var isCounted = false
    }
    private let wallStart: WallInstant
    /// Setting it logs what has happened already, of levels those that are ready.
    @safe @exclusivity(unchecked) public var trace: Trace? {
        didSet {
            trace?.start = start
            var levels: Set<SourceID> = []
            for fact in facts[..<nextFact] {
                switch fact.change {
                case .ready where wouldBeReady(fact.source):
                    if levels.insert(fact.source).inserted { record(fact, at: start) }
                case .ready: break
                case .unready: break
                default: record(fact, at: start)
                }
            }
        }
    }

    /// What happens in a world, checked: made once, it serves any number of drivers.
    public final class Script: Sendable {
        fileprivate let facts: [Fact]
        /// The sources as they begin.
        fileprivate let endpoints: [ScriptedEndpoint]
        /// The peers as they begin.
        fileprivate let network: VirtualNetwork

        /// The script of `sourceCount` sources, none ready.
        /// - Parameters:
        ///   - facts: what happens, in order of time; those at 0 apply before the guest begins.
        ///   - peers: those sources that are somebody on the network.
        ///   - listeners: addresses on which the guest may listen, beside those of the machine, and how
        ///     traces call who listens there.
        ///   - names: what the resolver says, by name in lower case.
        ///   - servers: those sources that are servers of HTTP.
        ///   - doors: servers of HTTP that no fact is about.
        public init(
            sourceCount: Int = 0, facts: [Fact] = [], peers: [Peer] = [],
            listeners: [(address: SocketAddress, name: String)] = [],
            names: [String: NameAnswer] = [:], servers: [Server] = [], doors: [HTTPDoor] = []
        ) {
            var network = VirtualNetwork()
            for peer in peers { network.add(peer.value) }
            network.servers = servers.map(\.value)
            network.doors = doors
            for listener in listeners {
                network.listenerNames[listener.address] = listener.name
                network.addresses.insert(listener.address.ip)
            }
            network.answers = names
            self.network = network
            precondition(
                zip(facts, facts.dropFirst()).allSatisfy { $0.time <= $1.time },
                "facts stand in order of time")
            precondition(
                facts.allSatisfy { $0.source.index >= 0 && Int($0.source.index) < sourceCount },
                "a fact about a source that does not exist")
            var ended: Set<SourceID> = []
            var flushes: [[Int]] = Array(repeating: [], count: sourceCount)
            for (line, fact) in facts.enumerated() {
                // A flush that would be over by then is the one thing that may be left.
                precondition(
                    fact.change == .flushed || !ended.contains(fact.source),
                    "a fact about a source after its end")
                if fact.change.isEnd { ended.insert(fact.source) }
                if fact.change == .flushed { flushes[Int(fact.source.index)].append(line) }
            }
            self.facts = facts
            endpoints = flushes.map { ScriptedEndpoint(flushes: $0) }
        }
    }

    /// A world with a script.
    /// - Parameters:
    ///   - script: its sources, and what happens at them.
    ///   - start: the monotonic clock's first reading.
    ///   - wallStart: the wall clock's first reading.
    ///   - patience: see ``Driver/patience``.
    ///   - seed: what ``random(_:)`` depends on.
    public init(
        script: Script,
        start: MonotonicInstant = MonotonicInstant(nanoseconds: 1_000_000_000),
        wallStart: WallInstant = WallInstant(seconds: 1_700_000_000, nanoseconds: 0),
        patience: Int? = 1_000, seed: UInt64 = 0
    ) {
        self.script = script
        self.endpoints = script.endpoints
        self.network = script.network
        self.generator = SplitMix64(seed: seed)
        self.seed = seed
        self.start = start
        self.storedNow = start
        self.wallStart = wallStart
        self.patience = patience
        network.start = start.nanoseconds
        apply(upTo: start)
    }

    /// Begins the script anew, for another host, as a new driver with the same log would. To be called when
    /// nobody asks any more and the log has been cleared.
    package func reset() {
        for place in endpoints.indices { endpoints[place] = script.endpoints[place] }
        if isNetworkInUse {
            network = script.network
            network.start = start.nanoseconds
            isNetworkInUse = false
        }
        generator = SplitMix64(seed: seed)
        storedNow = start
        nextFact = 0
        cut = nil
        onWrite = nil
        let trace = trace
        self.trace = nil
        apply(upTo: start)
        self.trace = trace
    }

    /// As the other form, with a script of its own: see ``Script/init(sourceCount:facts:)``.
    public convenience init(
        sourceCount: Int = 0, facts: [Fact] = [],
        start: MonotonicInstant = MonotonicInstant(nanoseconds: 1_000_000_000),
        wallStart: WallInstant = WallInstant(seconds: 1_700_000_000, nanoseconds: 0),
        patience: Int? = 1_000, seed: UInt64 = 0
    ) {
        self.init(
            script: Script(sourceCount: sourceCount, facts: facts), start: start,
            wallStart: wallStart, patience: patience, seed: seed)
    }

    /// As far from its start as the simulated clock is from its own (CLOCK-11).
    public var wallNow: WallInstant {
        let elapsed = now.nanoseconds - start.nanoseconds
        let fraction = UInt64(wallStart.nanoseconds) + elapsed % 1_000_000_000
        return WallInstant(
            seconds: wallStart.seconds + elapsed / 1_000_000_000 + fraction / 1_000_000_000,
            nanoseconds: UInt32(fraction % 1_000_000_000))
    }

    /// Whether it is ready at this instant; notes which lines of the script the answer rests on.
    public func isReady(_ source: SourceID) -> Bool {
        if Int(source.index) >= endpoints.count { return isNetworkReady(source) }
        return endpoints[Int(source.index)].askReady()
    }

    private func wouldBeReady(_ source: SourceID) -> Bool { endpoints[Int(source.index)].isReady }

    /// The part of the script that is still to come.
    var factsToCome: ArraySlice<Fact> { facts[nextFact...] }

    /// Nothing happens by itself here.
    public func turn(for sources: borrowing [SourceID]) {}

    /// Moves the clock to the deadline, or to where one of the sources is ready, whichever is earlier;
    /// `.never` where there is neither. Does not block.
    public func wait(
        until deadline: MonotonicInstant?, for sources: borrowing [SourceID]
    ) -> Waited {
        let ready = firstReady(among: sources)
        if !network.isEmpty { return wait(until: deadline, ready, forNetworkOr: sources) }
        guard let first = ready ?? deadline else { return .never }
        let target = deadline.map { min($0, first) } ?? first
        move(to: target, because: .wait)
        return .again
    }

    /// As ``wait(until:for:)`` in a world with sockets: every arrival may make one of them ready.
    private func wait(
        until deadline: MonotonicInstant?, _ ready: MonotonicInstant?,
        forNetworkOr sources: borrowing [SourceID]
    ) -> Waited {
        while true {
            // A look at one source may have moved another.
            for place in sources.indices where isNetworkReady(sources[place]) { return .again }
            let arrival = network.nextTime.map(MonotonicInstant.init(nanoseconds:))
            let target = [deadline, ready, arrival, nextOfPeers].compactMap { $0 }.min()
            guard let target else { return .never }
            _ = network.takeConnected()
            move(to: target, because: .wait)
            // What is waited for may have another limit from a connection on.
            let hasConnected = network.takeConnected()
            if target == deadline || target == ready || hasConnected { return .again }
        }
    }

    /// When a peer or a server does something next.
    private var nextOfPeers: MonotonicInstant? {
        if network.peers.isEmpty, network.servers.isEmpty { return nil }
        let fact = facts[nextFact...].first {
            peer(of: $0.source) != nil || server(of: $0.source) != nil
        }
        return fact.flatMap { start.advanced(by: $0.time) }
    }

    /// The peer that a source of the script is.
    func peer(of source: SourceID) -> Int? {
        network.peers.firstIndex { $0.source == source }
    }

    /// Moves the clock by `step` ns, but not past the deadline, the next fact or the next arrival: whether
    /// it came to one of these.
    public func creep(by step: UInt64, notPast deadline: MonotonicInstant?) -> Bool {
        let fact = nextFact < facts.count ? start.advanced(by: facts[nextFact].time) : nil
        let arrival = network.nextTime.map(MonotonicInstant.init(nanoseconds:))
        let bound = [deadline, fact, arrival].compactMap({ $0 }).filter({ $0 > now }).min()
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
        while true {
            let next = nextFact < facts.count ? start.advanced(by: facts[nextFact].time) : nil
            if let arrival = network.nextTime, arrival <= limit.nanoseconds,
                next.map({ arrival < $0.nanoseconds }) ?? true
            {
                now = MonotonicInstant(nanoseconds: arrival)
                withNetwork { $0.arriveNext() }
                continue
            }
            guard let time = next, time <= limit else { return }
            let fact = facts[nextFact]
            nextFact += 1
            now = time
            let line = nextFact - 1
            if let place = peer(of: fact.source) {
                record(fact, at: time)
                withNetwork {
                    $0.apply(fact.change, atPeer: place, line: line, now: time.nanoseconds)
                }
                continue
            }
            if let place = server(of: fact.source) {
                record(fact, at: time)
                withNetwork {
                    $0.apply(fact.change, atServer: place, line: line, now: time.nanoseconds)
                }
                continue
            }
            let wasReady = wouldBeReady(fact.source)
            endpoints[Int(fact.source.index)].apply(fact.change, as: line)
            switch fact.change {
            case .ready, .unready:
                if wouldBeReady(fact.source) != wasReady { record(fact, at: time) }
            default: record(fact, at: time)
            }
        }
    }

    private func record(_ fact: Fact, at time: MonotonicInstant) {
        switch fact.change {
        case .ready, .unready:
            let isReady = fact.change == .ready
            trace?.record(.level(fact.source, isReady: isReady, origin: fact.origin), at: time)
        default: trace?.record(.bytes(fact.source, fact.change, origin: fact.origin), at: time)
        }
    }

    /// The first instant after now at whose end one of the sources is ready.
    private func firstReady(among sources: borrowing [SourceID]) -> MonotonicInstant? {
        if sources.isEmpty || nextFact == facts.count { return nil }
        var index = nextFact
        wanted.removeAll(keepingCapacity: true)
        for _ in endpoints { wanted.append(nil) }
        for place in sources.indices {
            let source = Int(sources[place].index)
            if source < endpoints.count {
                wanted[source] = Outlook(readiness: endpoints[source].readiness)
            }
        }
        var ready = 0
        while index < facts.count {
            let time = facts[index].time
            while index < facts.count, facts[index].time == time {
                let source = Int(facts[index].source.index)
                if wanted[source] != nil {
                    wanted[source]!.readiness.apply(facts[index].change)
                    let isReady = wanted[source]!.readiness.isReady
                    if isReady != wanted[source]!.isCounted { ready += isReady ? 1 : -1 }
                    wanted[source]!.isCounted = isReady
                }
                index += 1
            }
            if ready > 0 { return start.advanced(by: time) }
        }
        return nil
    }
}
