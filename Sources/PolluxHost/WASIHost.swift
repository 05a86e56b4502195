// One guest's host: the handle table, the world it looks at, and who answers its choices.

import Synchronization

/// The host of one guest.
///
/// It holds every rule of the WASI interfaces it offers and no I/O: the world stands behind
/// ``Driver``, free choices behind ``ChoiceSource``. Its methods are the imports as Swift
/// functions: they take what the canonical ABI lowers and throw ``HostTrap`` where the guest broke
/// the contract. Only the C exports end a guest.
///
/// A host belongs to one guest and is used from one thread at a time; nothing in it blocks but
/// ``poll(_:)`` and ``block(_:)``, through the driver.
public final class WASIHost: @unchecked Sendable {
    // One thread uses a host at a time, so exclusivity needs no run-time check; the hot calls
    // (`ready`, `now`, a short poll) are a few ns and the check would double them.
    @safe @exclusivity(unchecked) var table: ResourceTable
    @safe @exclusivity(unchecked) var calls = 0
    @safe @exclusivity(unchecked) var alarm: Int
    @safe @exclusivity(unchecked) var unreadySourceCalls = 0
    /// The last reading of the monotonic clock by a call that looks at clock pollables.
    @safe @exclusivity(unchecked) var lastReading: UInt64 = 0
    /// No log, no lag, no subsets: what a clock pollable answers is its deadline's alone.
    @safe @exclusivity(unchecked) private(set) var isPlain: Bool
    /// The world tells what has fired, and the policy raises no false alarms.
    let mayPark: Bool
    /// Clock pollables are ready at their instants.
    @safe @exclusivity(unchecked) private(set) var isPunctual: Bool
    /// The monotonic clock when the host was made.
    @safe @exclusivity(unchecked) private(set) var beginning: MonotonicInstant
    /// What a test makes of this host's answers; `nil` in every other use.
    @safe @exclusivity(unchecked) private(set) var tampering: (any Tampering)?
    /// The host's own numbers of what pollables watch; kept only where reports go by them.
    @safe @exclusivity(unchecked) var sources = SourceNumbers()

    /// The world.
    public let driver: any Driver
    /// What this host may choose.
    public let policy: HostPolicy
    /// The log, or `nil` where nobody wants one.
    @safe @exclusivity(unchecked) public private(set) var trace: Trace?
    /// What the guest is told of its process.
    public let environment: GuestEnvironment
    /// The guest's insecure random numbers, seeded from the world when they are first wanted.
    var insecure: InsecureRandom {
        get {
            if let storedInsecure { return storedInsecure }
            let seeded = InsecureRandom(seed: word())
            storedInsecure = seeded
            return seeded
        }
        set { storedInsecure = newValue }
    }
    @safe @exclusivity(unchecked) private var storedInsecure: InsecureRandom?
    /// Whatever serves imports beyond WASI on this host, found again by their exports.
    public var door: AnyObject? {
        get { storedDoor }
        set { storedDoor = newValue }
    }
    /// ``door``, for a call that returns before it can change.
    package var unretainedDoor: Unmanaged<AnyObject>? {
        unsafe storedDoor.map { unsafe Unmanaged.passUnretained($0) }
    }
    // Another module's access to a stored property would be checked, whatever this one says of it.
    @safe @exclusivity(unchecked) private var storedDoor: AnyObject?

    /// Who answers the choices.
    @safe @exclusivity(unchecked) package private(set) var choices: any ChoiceSource
    /// How many choices there were, by the kind's place among all kinds.
    @safe @exclusivity(unchecked) private(set) var choiceCounts = ChoiceSite.Numbers(repeating: 0)
    @safe @exclusivity(unchecked) private(set) var quietSince = 0
    @safe @exclusivity(unchecked) private var progressSince = 0
    /// After how many calls without progress the guest is ended.
    package let livelockLimit: Int
    /// After how many calls it is ended in any case.
    private let callLimit: Int
    /// The number of the first handle.
    @safe @exclusivity(unchecked) package private(set) var firstHandle: Int32
    @safe @exclusivity(unchecked) private var isInRealloc = false
    @safe @exclusivity(unchecked) private var knownNearest: MonotonicInstant?
    @safe @exclusivity(unchecked) private var isNearestKnown = false
    /// How many times running patience ended at a deadline that was hardly away.
    @safe @exclusivity(unchecked) private var nearStops = 0
    private let isStopped = Atomic<Bool>(false)
    /// How often a host without patience looks whether it was asked to stop.
    private static let callsBetweenLooks = 4_096
    /// Why no more calls are taken.
    @safe @exclusivity(unchecked) public private(set) var end: HostTrap?
    /// Scratch of `poll`: the ready positions of the list, and then its result.
    @safe @exclusivity(unchecked) var found: [UInt32] = []
    /// Scratch of `poll`: the unready sources of the list.
    @safe @exclusivity(unchecked) var unmet: [SourceID] = []
    /// Scratch of `poll`: the places and sources of those among ``unmet`` that may be parked.
    @safe @exclusivity(unchecked) var parkable: [(place: Int, source: SourceID)] = []
    @safe @exclusivity(unchecked) var parking = Parking()
    /// The sources that calls found unready since the world last had a turn.
    @safe @exclusivity(unchecked) var passedOver: [SourceID] = []

    @safe @exclusivity(unchecked) var inputs = StreamPool<InputStream>()
    @safe @exclusivity(unchecked) var outputs = StreamPool<OutputStream>()
    /// Places of the outputs that have bytes or a flush on their way.
    @safe @exclusivity(unchecked) var busyOutputs: [Int] = []
    /// What each live error is; `nil` where the place is free.
    @safe @exclusivity(unchecked) var errors: [ByteFailure?] = []

    /// Whom the guest may reach, and who may reach it.
    public let network: NetworkPolicy
    @safe @exclusivity(unchecked) var tcpSockets = Places<TCPSocket>()
    @safe @exclusivity(unchecked) var udpSockets = Places<UDPSocket>()
    @safe @exclusivity(unchecked) var datagramStreams = Places<DatagramStream>()
    @safe @exclusivity(unchecked) var lookups = Places<Lookup>()
    /// Under which names the guest has come to know addresses.
    @safe @exclusivity(unchecked) var knownNames: [IPAddress: Set<String>] = [:]
    /// Who carries the guest's HTTP requests; see ``HTTPTransport``. `nil` where nobody does yet. To be
    /// set before the guest's first request.
    @safe @exclusivity(unchecked) public var transport: (any HTTPTransport)?
    /// What guests of wasi:http may do. To be set before the guest begins.
    @safe @exclusivity(unchecked) public var httpLimits = HTTPLimits()
    @safe @exclusivity(unchecked) var http = HTTPPlaces()
    /// How many sockets there were; what traces number them by.
    @safe @exclusivity(unchecked) var socketCount = 0

    /// A host for one guest.
    /// - Parameters:
    ///   - driver: the world.
    ///   - policy: which legal freedoms the host uses.
    ///   - choices: who picks where the policy leaves several options.
    ///   - trace: where to log; `nil` costs nothing.
    ///   - environment: arguments, variables, standard streams.
    ///   - network: whom the guest may reach, and who may reach it.
    ///   - firstHandle: the number of the first handle; by default another one for each host.
    ///   - maxResources: how many resources may live at once (RES-28).
    ///   - livelockLimit: after how many host calls without progress a guest under a simulated
    ///     clock is ended.
    ///   - callLimit: after how many it is ended, whatever it got done; there is no limit unless it is given.
    public init(
        driver: any Driver, policy: HostPolicy = .friendly,
        choices: any ChoiceSource = FriendlyChoices(), trace: Trace? = nil,
        environment: GuestEnvironment = GuestEnvironment(), network: NetworkPolicy = .loopback,
        firstHandle: Int32? = nil, maxResources: Int = 1_000_000, livelockLimit: Int = 1_000_000,
        callLimit: Int = .max
    ) {
        self.driver = driver
        self.policy = policy
        self.choices = choices
        self.environment = environment
        self.network = network
        self.livelockLimit = livelockLimit
        self.callLimit = callLimit
        self.firstHandle = firstHandle ?? HandleBase.next()
        self.table = ResourceTable(
            base: self.firstHandle, limit: maxResources,
            numbering: HandleNumbers.Style(policy.handles))
        self.isPunctual = policy.timers == .exact
        self.beginning = driver.now
        self.alarm = min(driver.patience ?? Self.callsBetweenLooks, callLimit)
        self.isPlain = policy.readyLag == 0 && policy.subset == .all
        self.mayPark = policy.spurious == 0 && driver.tellsWhatFired
        self.transport = driver as? any HTTPTransport
        cutWrites()
        if let trace { attach(trace) }
    }

    /// Has a simulated world ask where a write to a connection is cut, under a policy that cuts.
    private func cutWrites() {
        guard policy.segments == .any, let simulated = driver as? VirtualDriver else { return }
        simulated.cut = { [unowned self] count in choose(.segment, among: count) }
    }

    /// Makes this the host of another guest, as a new one would be with the same driver, policy, environment,
    /// network, limits and log, in the memory that this one has. To be called when nothing calls it any more
    /// or will stop it, and driver and log have been reset; not for a host that was tampered with.
    /// - Parameters:
    ///   - choices: who picks from here on.
    ///   - firstHandle: the number of the first handle; `nil` for another one than any host has.
    package func reset(choices: any ChoiceSource, firstHandle: Int32?) {
        precondition(tampering == nil, "a host that breaks the rules is made for one guest")
        self.choices = choices
        self.firstHandle = firstHandle ?? HandleBase.next()
        table.reset(base: self.firstHandle)
        beginning = driver.now
        (calls, quietSince, progressSince, nearStops) = (0, 0, 0, 0)
        alarm = firstAlarm(from: 0)
        (unreadySourceCalls, lastReading) = (0, 0)
        sources = SourceNumbers()
        storedInsecure = nil
        storedDoor = nil
        choiceCounts = InlineArray(repeating: 0)
        isInRealloc = false
        (isNearestKnown, knownNearest) = (false, nil)
        isStopped.store(false, ordering: .relaxed)
        end = nil
        passedOver.removeAll(keepingCapacity: true)
        parking = Parking()
        resetStreams()
        resetSockets()
        transport = driver as? any HTTPTransport
        httpLimits = HTTPLimits()
        http.removeAll()
        cutWrites()
    }

    private func resetStreams() {
        inputs.removeAll()
        outputs.removeAll()
        busyOutputs.removeAll(keepingCapacity: true)
        errors.removeAll(keepingCapacity: true)
    }

    private func resetSockets() {
        tcpSockets.removeAll()
        udpSockets.removeAll()
        datagramStreams.removeAll()
        lookups.removeAll()
        if !knownNames.isEmpty { knownNames = [:] }
        socketCount = 0
    }

    /// Logs from here on. To be called before the guest begins.
    public func attach(_ trace: Trace) {
        self.trace = trace
        isPlain = false
        driver.trace = trace
    }

    /// Makes this host break the specification. To be called before the guest begins.
    package func tamper(_ tampering: any Tampering) {
        self.tampering = tampering
        isPlain = false
        isPunctual = false
    }

    // MARK: Every call

    /// Counts a host call, and refuses it where the guest may not call.
    @inline(__always)
    func enter(_ call: HostCall) throws(HostTrap) {
        calls &+= 1
        if calls > alarm { try alarmed(in: call) }
    }

    /// The rare half of ``enter(_:)``: an ended guest, a call from `cabi_realloc`, lost patience.
    @inline(never)
    private func alarmed(in call: HostCall) throws(HostTrap) {
        if end != nil { throw HostTrap(.ended, in: call) }
        if isInRealloc { throw HostTrap(.reentered, in: call) }
        if isStopping { throw HostTrap(.ended, in: call) }
        if calls > callLimit { throw HostTrap(.endless(calls: calls), in: call) }
        guard let patience = driver.patience else {
            alarm = firstAlarm(from: calls)
            return
        }
        let idle = calls - progressSince
        if idle > livelockLimit { throw HostTrap(.livelock(calls: idle), in: call) }
        let impatience = calls - quietSince - patience
        if impatience <= 0 {
            alarm = firstAlarm(from: quietSince)
            return
        }
        // 1 µs, then twice as far each call, up to 1 ms: far enough to get anywhere, and never
        // past an instant at which something happens.
        let step = UInt64(1_000) << UInt64(min(impatience - 1, Self.doublings))
        // A guest that subscribes a near timer each time round would hold the clock where it is: after
        // a few such stops timers hold it no more, and are late by as little as a step.
        let deadline = nearStops < Self.mostNearStops ? nearestDeadline() : nil
        guard driver.creep(by: min(step, 1_000_000), notPast: deadline) else { return }
        let isNear = impatience <= Self.doublings && driver.now == deadline
        nearStops = isNear ? nearStops + 1 : 0
        beginPatience()
    }

    /// How often the step of a creeping clock doubles.
    private static let doublings = 10
    /// After so many near stops running, deadlines do not hold a creeping clock.
    private static let mostNearStops = 8

    /// Time moved other than by patience, or the call waited: patience begins anew. A step door
    /// calls it when the guest has computed for a while.
    public func rest() {
        nearStops = 0
        beginPatience()
    }

    private func beginPatience() {
        quietSince = calls
        guard end == nil, !isInRealloc else { return }
        // A guest that waits time and again must see, too, that it was asked to stop.
        let isStopped = isStopped.load(ordering: .relaxed)
        alarm = isStopped ? calls : firstAlarm(from: calls)
    }

    /// At which call the host looks up where patience begins at this one.
    private func firstAlarm(from call: Int) -> Int {
        min(call &+ (driver.patience ?? Self.callsBetweenLooks), callLimit)
    }

    /// Tells the host that the guest got on, as a step door sees it: livelock counts from here.
    public func progressed() {
        progressSince = calls
        nearStops = 0
    }

    /// The earliest instant to come of a clock pollable, or one of a pollable that was dropped since:
    /// creeping may stop too often, but not look at every pollable at every call.
    private func nearestDeadline() -> MonotonicInstant? {
        let now = driver.now
        if isNearestKnown, knownNearest.map({ $0 > now }) ?? true { return knownNearest }
        var nearest: MonotonicInstant?
        for entry in table.entries where entry.kind == .pollable {
            if case .at(let instant) = entry.pollable.condition, instant > now {
                nearest = nearest.map { min($0, instant) } ?? instant
            }
        }
        knownNearest = nearest
        isNearestKnown = true
        return nearest
    }

    /// A clock pollable was made.
    func noteDeadline(_ instant: MonotonicInstant) {
        guard isNearestKnown, instant > driver.now else { return }
        knownNearest = knownNearest.map { min($0, instant) } ?? instant
    }

    /// Counts a call of an import beyond WASI, under the same rules.
    public func enterDoor(_ call: HostCall) throws(HostTrap) { try enter(call) }

    /// Asks the guest to end: a wait in progress ends, and its next host call, or the one after a
    /// few thousand more, traps. May be called from any thread.
    public func stop() {
        isStopped.store(true, ordering: .relaxed)
        driver.wakeUp()
    }

    /// Whether somebody called ``stop()``.
    package var isStopping: Bool { isStopped.load(ordering: .relaxed) }

    /// Runs the guest's allocator; host calls from inside trap (RES-17).
    public func whileAllocating<Result>(_ body: () -> Result) -> Result {
        let kept = alarm
        isInRealloc = true
        alarm = -1
        defer {
            isInRealloc = false
            if end == nil { alarm = kept }
        }
        return body()
    }

    /// The guest is over: every later call traps (RES-16). The first reason stays.
    public func finish(_ trap: HostTrap) {
        if end == nil { end = trap }
        alarm = -1
    }

    // MARK: Choices

    /// Asks for one of `count` options; the friendly 0 without asking where there is only one.
    public func choose(_ kind: ChoiceSite.Kind, about serial: UInt64 = 0, among count: Int) -> Int {
        precondition(count > 0, "a choice among nothing")
        if count == 1 { return 0 }
        choiceCounts[kind.number] += 1
        let ordinal = choiceCounts[kind.number]
        let site = ChoiceSite(kind: kind, subject: serial, ordinal: ordinal)
        let picked = choices.choose(site, among: count)
        precondition(picked >= 0 && picked < count, "a choice source answered out of range")
        trace?.record(.choice(site, picked: picked, of: count), at: driver.now)
        return picked
    }

    // MARK: Resources

    /// Enters a resource into the guest's table and returns its handle (RES-14).
    /// - Throws: `table-full` (RES-06, RES-28).
    public func insert(
        _ kind: ResourceKind, childOf parent: Int32 = 0, in call: HostCall? = nil
    ) throws(HostTrap) -> Int32 {
        try insert(kind, childOf: parent, pollable: .none, in: call)
    }

    /// As the public form; `payload` is the place of what stands behind the resource.
    func insert(
        _ kind: ResourceKind, childOf parent: Int32, pollable: PollableState,
        payload: Int32 = -1, in call: HostCall?
    ) throws(HostTrap) -> Int32 {
        let slot: ResourceTable.Slot
        var gap = 0
        switch policy.handles {
        case .lifo, .perType: slot = table.freeCount > 0 ? .freed(0) : .fresh
        case .fifo: slot = table.freeCount > 0 ? .freed(table.freeCount - 1) : .fresh
        case .fresh: slot = .fresh
        case .sparse:
            slot = .fresh
            gap = HandleNumbers.gaps[choose(.handle, among: HandleNumbers.gaps.count)]
        case .any:
            let picked = choose(.handle, among: table.freeCount + 1)
            slot = picked < table.freeCount ? .freed(picked) : .fresh
        }
        do throws(HostTrap.Kind) {
            let handle = try table.insert(
                kind, parent: parent, pollable: pollable, payload: payload, slot: slot, gap: gap,
                by: NumberedCall(call, number: calls))
            if policy.order == .byResource {
                let parent = parent == 0 ? nil : serial(of: parent)
                sources.add(
                    table.lastSerial, kind == .pollable ? pollable.condition : nil, parent: parent)
            }
            return handle
        } catch {
            throw HostTrap(error, in: call)
        }
    }

    /// `[resource-drop]` of any type (RES-07, RES-08, RES-09, RES-23).
    public func drop(_ handle: Int32, as kind: ResourceKind, in call: HostCall) throws(HostTrap) {
        try enter(call)
        let index = try takeOut(handle, as: kind, in: call)
        if kind == .pollable {
            trace?.recordUnsubscribe(table.entries[index].serial, at: driver.now)
        } else if table.entries[index].payload >= 0, let keeper = kind.keeper {
            let (serial, place) = (table.entries[index].serial, Int(table.entries[index].payload))
            switch keeper {
            case .streams:
                trace?.record(.stream(StreamEvent(call, of: serial, .none, .done)), at: driver.now)
                releasedStream(kind, place)
            case .sockets:
                trace?.record(.socket(SocketEvent(call, of: serial, "", "")), at: driver.now)
                releasedSocket(kind, place)
            case .http:
                trace?.record(.socket(SocketEvent(call, of: serial, "", "")), at: driver.now)
                releasedHTTP(kind, place)
            }
        }
    }

    /// Takes an own handle out of the table: a drop, or an argument that the call consumes (RES-07,
    /// RES-10). What stood behind it is the caller's to give up.
    /// - Returns: where it stood.
    func takeOut(
        _ handle: Int32, as kind: ResourceKind, in call: HostCall
    ) throws(HostTrap) -> Int {
        guard let index = table.place(of: handle, as: kind) else {
            throw refusal(of: handle, as: kind, in: call)
        }
        if policy.parentDrop == .allow { table.disownChildren(of: index) }
        guard table.remove(at: index, by: NumberedCall(call, number: calls)) else {
            throw HostTrap(named(table.hold(on: handle, kind)), in: call)
        }
        if policy.order == .byResource { sources.remove(table.entries[index].serial) }
        return index
    }

    /// The trap of a call whose handle names no live resource of this type.
    @inline(never)
    func refusal(of handle: Int32, as kind: ResourceKind, in call: HostCall) -> HostTrap {
        HostTrap(named(table.refusal(of: handle, as: kind)), in: call)
    }

    /// With the names that the log has for the resources in it.
    private func named(_ kind: HostTrap.Kind) -> HostTrap.Kind {
        func named(_ story: ResourceStory) -> ResourceStory {
            var story = story
            story.name = trace?.givenName(ofResource: story.serial)
            return story
        }
        return switch kind {
        case .unknownHandle(let handle, .dropped(let story)):
            .unknownHandle(handle, .dropped(named(story)))
        case .wrongType(let handle, let expected, let story):
            .wrongType(handle, expected: expected, actual: named(story))
        case .childAlive(let handle, let kind, let children, let oldest):
            .childAlive(handle, kind, children: children, oldest: named(oldest))
        default: kind
        }
    }

    /// How many resources of the guest are alive.
    public var liveResources: Int { table.liveCount }

    /// The serial of a live pollable, for views of the trace; `nil` for anything else.
    public func serial(ofPollable handle: Int32) -> UInt64? { serial(of: handle, as: .pollable) }

    /// The serial of a live resource of this type; `nil` for anything else.
    public func serial(of handle: Int32, as kind: ResourceKind) -> UInt64? {
        guard let index = table.place(of: handle, as: kind) else { return nil }
        return table.entries[index].serial
    }

    /// The serial of a live handle of any type.
    func serial(of handle: Int32) -> UInt64? {
        table.place(of: handle).map { table.entries[$0].serial }
    }
}
