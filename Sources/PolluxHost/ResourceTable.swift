// The guest's handle table: who owns what, who is whose child, what is lent.

/// The resource types that this host knows.
public enum ResourceKind: UInt8, Hashable, Sendable, CaseIterable {
    case pollable = 1
    case error
    case inputStream
    case outputStream
    case terminalInput
    case terminalOutput
    case network
    case tcpSocket
    case udpSocket
    case incomingDatagramStream
    case outgoingDatagramStream
    case resolveAddressStream
    case fields
    case outgoingRequest
    case requestOptions
    case outgoingBody
    case futureIncomingResponse
    case incomingResponse
    case incomingBody
    case futureTrailers

    /// The WIT name.
    public var name: String {
        switch self {
        case .pollable: "pollable"
        case .error: "error"
        case .inputStream: "input-stream"
        case .outputStream: "output-stream"
        case .terminalInput: "terminal-input"
        case .terminalOutput: "terminal-output"
        case .network: "network"
        case .tcpSocket: "tcp-socket"
        case .udpSocket: "udp-socket"
        case .incomingDatagramStream: "incoming-datagram-stream"
        case .outgoingDatagramStream: "outgoing-datagram-stream"
        case .resolveAddressStream: "resolve-address-stream"
        case .fields: "fields"
        case .outgoingRequest: "outgoing-request"
        case .requestOptions: "request-options"
        case .outgoingBody: "outgoing-body"
        case .futureIncomingResponse: "future-incoming-response"
        case .incomingResponse: "incoming-response"
        case .incomingBody: "incoming-body"
        case .futureTrailers: "future-trailers"
        }
    }

    /// Which part of the host keeps what stands behind a resource.
    enum Keeper {
        case streams, sockets, http
    }

    /// Who has to hear that a handle of this kind is gone; `nil` where nothing stands behind one but its
    /// entry in the table.
    var keeper: Keeper? {
        switch self {
        case .error, .inputStream, .outputStream: .streams
        case .tcpSocket, .udpSocket, .incomingDatagramStream, .outgoingDatagramStream,
            .resolveAddressStream:
            .sockets
        case .fields, .outgoingRequest, .requestOptions, .outgoingBody, .futureIncomingResponse,
            .incomingResponse, .incomingBody, .futureTrailers:
            .http
        case .pollable, .terminalInput, .terminalOutput, .network: nil
        }
    }

    /// The name behind its article, for messages.
    var withArticle: String {
        switch self {
        case .error, .inputStream, .outputStream, .incomingDatagramStream,
            .outgoingDatagramStream, .outgoingRequest, .outgoingBody, .incomingResponse,
            .incomingBody:
            "an " + name
        case .fields, .requestOptions, .futureTrailers: name
        default: "a " + name
        }
    }
}

/// All handles of one guest, of every type in one index space (RES-05).
///
/// A pure value: no I/O, no choices of its own. Numbers begin at ``base``, which differs from host
/// to host (FZ-39), so that a handle that survived an earlier run in some static names nothing.
public struct ResourceTable: ~Copyable, Sendable {
    /// One place of the table.
    struct Entry: Sendable {
        /// `nil` while the number is free; ``lastKind`` then says what it was.
        var kind: ResourceKind?
        var lastKind: ResourceKind
        /// The call that made it, and once ``kind`` is `nil` the one that dropped it.
        var made: NumberedCall
        var dropped: NumberedCall
        /// Calls in progress that borrow it.
        var lends: Int32
        var children: Int32
        /// The parent's handle, or 0.
        var parent: Int32
        /// Counts all resources of this host; the age that the canonical report order goes by.
        var serial: UInt64
        /// Meaningful for pollables.
        var pollable: PollableState
        /// The place of what stands behind it in the host's list of that; negative for none.
        var payload: Int32
    }

    /// What looking a handle up reads of the entry at its place.
    struct Head: Sendable {
        /// ``Entry/kind``.
        var kind: ResourceKind?
        /// ``Entry/payload``; of a pollable the input stream that it watches, negative for none.
        var payload: Int32
    }

    /// The largest number of handles that the canonical ABI can count (RES-06).
    public static let mostHandles = (1 << 28) - 1

    /// The first handle that this table hands out, unless ``numbers`` gives them others: then the
    /// table's own begin above all that a guest can have.
    public private(set) var base: Int32
    /// The handles that the guest gets, where those are not places.
    private(set) var numbers: HandleNumbers?
    /// How ``numbers`` are given, where there are any.
    private let numbering: HandleNumbers.Style?
    /// Whether there are ``numbers``; the common look-up pays for no more.
    private let isNumbered: Bool
    /// How many resources may live at once (RES-28).
    public private(set) var limit: Int
    /// As many as were asked for; ``limit`` is fewer where the numbers run out before.
    private let mostAlive: Int
    var entries: ContiguousArray<Entry> = []
    /// By place; the handles of a thousand connections are so in one page, and stay in the caches.
    private(set) var heads: ContiguousArray<Head> = []
    /// By place, ``PollableState/deadline``: all that a poll has to read of a clock pollable.
    private(set) var deadlines: ContiguousArray<UInt64> = []
    /// Freed places in the order of freeing; those before `freeHead` are taken again.
    private var free: [Int32] = []
    private var freeHead = 0
    private var nextSerial: UInt64 = 1

    /// An empty table.
    /// - Parameters:
    ///   - base: the first handle; from 1, so that 0 is never a handle (RES-01).
    ///   - limit: how many resources may live at once, at most `mostHandles`.
    public init(base: Int32 = 1, limit: Int = 1_000_000) {
        self.init(base: base, limit: limit, numbering: nil)
    }

    /// As the public form; `numbering` is how handles are given where they are not places.
    init(base: Int32, limit: Int, numbering: HandleNumbers.Style?) {
        mostAlive = limit
        self.numbering = numbering
        isNumbered = numbering != nil
        (self.base, self.limit) = (0, 0)
        begin(at: base)
        entries.reserveCapacity(8)
        heads.reserveCapacity(8)
        deadlines.reserveCapacity(8)
    }

    private mutating func begin(at base: Int32) {
        precondition(base >= 1 && Int(base) <= Self.mostHandles, "handles begin at 1 or above")
        self.base = numbering == nil ? base : Int32(2 * (Self.mostHandles + 1))
        numbers = numbering.map { HandleNumbers($0, first: base) }
        limit = min(mostAlive, Self.mostHandles - Int(base) + 1)
    }

    /// Empties the table for another guest, whose handles begin at `base`; the memory is kept.
    mutating func reset(base: Int32) {
        begin(at: base)
        entries.removeAll(keepingCapacity: true)
        heads.removeAll(keepingCapacity: true)
        deadlines.removeAll(keepingCapacity: true)
        free.removeAll(keepingCapacity: true)
        freeHead = 0
        nextSerial = 1
    }

    /// How many resources are alive.
    public var liveCount: Int { entries.count - freeCount }
    /// How many numbers are free to be handed out again.
    public var freeCount: Int { free.count - freeHead }
    /// The free places, the one freed last at the end.
    var freePlaces: ArraySlice<Int32> { free[freeHead...] }
    /// The serial of the youngest resource.
    var lastSerial: UInt64 { nextSerial - 1 }

    // MARK: Allocation

    /// Which free number a new resource gets.
    enum Slot {
        /// The `n`-th of the free ones, counted from the one freed last.
        case freed(Int)
        /// One that was never used.
        case fresh
    }

    /// Enters a resource and returns its handle (RES-14).
    /// - Throws: `tableFull` when ``limit`` resources are alive or the numbers have run out.
    mutating func insert(
        _ kind: ResourceKind, parent: Int32 = 0, pollable: PollableState = .none,
        payload: Int32 = -1, slot: Slot, gap: Int = 0,
        by call: NumberedCall = NumberedCall(nil, number: 0)
    ) throws(HostTrap.Kind) -> Int32 {
        precondition(parent == 0 || isLive(parent), "a child of a resource that does not live")
        let parent = parent == 0 ? 0 : base + Int32(place(of: parent)!)
        guard liveCount < limit else { throw .tableFull(limit: limit) }
        let entry = Entry(
            kind: kind, lastKind: kind, made: call, dropped: call, lends: 0, children: 0,
            parent: parent,
            serial: nextSerial, pollable: pollable, payload: payload)
        let head = Head(kind: kind, payload: kind == .pollable ? pollable.input : payload)
        let index: Int32
        if case .freed(let age) = slot, freeCount > 0 {
            index = takeFree(age)
            entries[Int(index)] = entry
            heads[Int(index)] = head
            deadlines[Int(index)] = kind == .pollable ? pollable.deadline : 0
        } else {
            guard isNumbered || Int(base) + entries.count <= Self.mostHandles else {
                throw .tableFull(limit: limit)
            }
            index = Int32(entries.count)
            entries.append(entry)
            heads.append(head)
            deadlines.append(kind == .pollable ? pollable.deadline : 0)
        }
        nextSerial += 1
        if parent != 0 { entries[Int(parent - base)].children += 1 }
        guard isNumbered else { return base + index }
        return try numbers!.take(kind, for: Int(index), serial: entry.serial, gap: gap)
    }

    private mutating func takeFree(_ age: Int) -> Int32 {
        precondition(age < freeCount, "a free number that does not exist")
        if age == 0 { return free.removeLast() }
        if age == freeCount - 1 {
            // First in, first out: move a mark instead of the array, and tidy up now and then.
            defer {
                freeHead += 1
                if freeHead > 32, freeHead * 2 > free.count {
                    free.removeFirst(freeHead)
                    freeHead = 0
                }
            }
            return free[freeHead]
        }
        return free.remove(at: free.count - 1 - age)
    }

    // MARK: Look-up

    /// The place of a live handle of this type; `nil` where ``refusal(of:as:)`` says why not.
    @inline(__always)
    func place(of handle: Int32, as kind: ResourceKind) -> Int? {
        let index = Int(handle) &- Int(base)
        guard !isNumbered, index >= 0, index < heads.count, heads[index].kind == kind else {
            return isNumbered ? Self.place(byNumber: handle, as: kind, numbers, entries) : nil
        }
        return index
    }

    // Not a method: to call one that is not inlined, a host would copy its whole table.
    @inline(never)
    private static func place(
        byNumber handle: Int32, as kind: ResourceKind, _ numbers: HandleNumbers?,
        _ entries: ContiguousArray<Entry>
    ) -> Int? {
        guard let owner = numbers?.owner(of: handle, as: kind) else { return nil }
        let entry = entries[owner.place]
        return entry.kind == kind && entry.serial == owner.serial ? owner.place : nil
    }

    /// The place of a live handle of any type, as the guest has it or as the table counts.
    func place(of handle: Int32) -> Int? {
        if isNumbered, handle < base {
            for kind in ResourceKind.allCases {
                if let place = place(of: handle, as: kind) { return place }
            }
            return nil
        }
        let index = Int(handle) - Int(base)
        return index >= 0 && index < entries.count && entries[index].kind != nil ? index : nil
    }

    /// The place of a pollable that is known to live.
    @inline(__always)
    func placeOfLivePollable(_ handle: Int32) -> Int {
        !isNumbered ? Int(handle &- base) : place(of: handle, as: .pollable)!
    }

    /// The place of a live handle of this type.
    /// - Throws: `unknownHandle` (RES-01, RES-02, RES-08) or `wrongType` (RES-03).
    func index(of handle: Int32, as kind: ResourceKind) throws(HostTrap.Kind) -> Int {
        guard let index = place(of: handle, as: kind) else { throw refusal(of: handle, as: kind) }
        return index
    }

    /// Why the handle names no live resource of this type.
    @inline(never)
    func refusal(of handle: Int32, as kind: ResourceKind) -> HostTrap.Kind {
        if handle == 0 { return .unknownHandle(0, .zero) }
        if let numbers { return refusal(of: handle, as: kind, numbers) }
        let index = Int(handle) - Int(base)
        guard index >= 0, index < entries.count else {
            let next = base + Int32(entries.count)
            return .unknownHandle(handle, .foreign(first: base, next: next))
        }
        if entries[index].kind == nil {
            return .unknownHandle(handle, .dropped(story(at: index)))
        }
        return .wrongType(handle, expected: kind, actual: story(at: index))
    }

    private func refusal(
        of handle: Int32, as kind: ResourceKind, _ numbers: HandleNumbers
    ) -> HostTrap.Kind {
        if let owner = numbers.owner(of: handle, as: kind),
            entries[owner.place].serial == owner.serial, entries[owner.place].kind == nil
        {
            return .unknownHandle(handle, .dropped(story(at: owner.place)))
        }
        if let other = place(of: handle) {
            return .wrongType(handle, expected: kind, actual: story(at: other))
        }
        return .unknownHandle(handle, .foreign(first: numbers.first, next: numbers.end))
    }

    /// The story of the resource at this place, or of the last one that was there.
    private func story(at index: Int) -> ResourceStory {
        let entry = entries[index]
        return ResourceStory(
            entry.lastKind, serial: entry.serial, made: entry.made,
            dropped: entry.kind == nil ? entry.dropped : nil)
    }

    /// The handle's ``PollableState/deadline``; 0 where it is no live pollable, too.
    @inline(__always)
    func deadline(of handle: Int32) -> UInt64 {
        let index = Int(handle) &- Int(base)
        return index >= 0 && index < deadlines.count ? deadlines[index] : 0
    }

    /// The first position of the list, from `position` on, that holds anything but a clock pollable
    /// to come, or the list's end; of those before it `nearest` takes the earliest instant.
    @inline(__always)
    func passPending(
        of list: borrowing Span<Int32>, from position: Int, at now: UInt64,
        nearest: inout UInt64
    ) -> Int {
        precondition(position >= 0, "a position before the list")
        let deadlines = deadlines.span
        let base = Int(base)
        var position = position
        var earliest = nearest
        while position < list.count {
            // What is below the base comes out above all places.
            let index = UInt(bitPattern: Int(unsafe list[unchecked: position]) &- base)
            guard index < UInt(bitPattern: deadlines.count) else { break }
            let deadline = unsafe deadlines[unchecked: Int(bitPattern: index)]
            if deadline <= now { break }
            earliest = min(earliest, deadline)
            position &+= 1
        }
        nearest = earliest
        return position
    }

    /// Whether at this place is a live pollable of the input stream at `stream`.
    func isPollable(_ place: Int, ofInput stream: Int) -> Bool {
        heads[place].kind == .pollable && heads[place].payload == Int32(stream)
    }

    /// Lets polls pass the pollable at this place by, as one that is never ready.
    mutating func park(_ place: Int) { deadlines[place] = .max }

    /// Lets polls look at whatever is at this place, if they pass it by.
    @inline(__always)
    mutating func unpark(_ place: Int) {
        if deadlines[place] == .max { deadlines[place] = 0 }
    }

    /// Whether polls pass what is at this place by.
    func isParked(_ place: Int) -> Bool { deadlines[place] == .max }

    /// Whether the handle is live, of any type.
    public func isLive(_ handle: Int32) -> Bool { place(of: handle) != nil }

    /// How often the live handle's resource is lent to calls in progress; `nil` for a dead handle.
    public func lends(of handle: Int32) -> Int? {
        place(of: handle).map { Int(entries[$0].lends) }
    }

    // MARK: Ownership

    /// Lends a handle to a call in progress; a handle may be lent several times (RES-13).
    mutating func lend(_ handle: Int32, as kind: ResourceKind) throws(HostTrap.Kind) {
        let index = try index(of: handle, as: kind)
        entries[index].lends += 1
    }

    /// Ends one lending.
    mutating func giveBack(_ handle: Int32) {
        guard let index = place(of: handle) else {
            preconditionFailure("a handle given back that does not live")
        }
        precondition(entries[index].lends > 0, "a handle given back that was not lent")
        entries[index].lends -= 1
    }

    /// Takes the handle out of the table: a drop, or an own argument (RES-07, RES-10, RES-12).
    /// - Throws: as ``index(of:as:)``; `lent` (RES-09); `childAlive` (RES-23, RES-25).
    mutating func remove(
        _ handle: Int32, as kind: ResourceKind, by call: NumberedCall = NumberedCall(nil, number: 0)
    ) throws(HostTrap.Kind) {
        let index = try index(of: handle, as: kind)
        guard remove(at: index, by: call) else { throw hold(on: handle, kind) }
    }

    /// Takes the live resource at this place out of the table, unless it is lent or has children.
    /// - Returns: whether it is gone; ``hold(on:_:)`` says why not.
    @inline(__always)
    mutating func remove(at index: Int, by call: NumberedCall) -> Bool {
        let (parent, lends) = (entries[index].parent, entries[index].lends)
        guard lends == 0, entries[index].children == 0 else { return false }
        entries[index].kind = nil
        entries[index].dropped = call
        deadlines[index] = 0
        heads[index].kind = nil
        if isNumbered { numbers!.giveBack(entries[index].lastKind, from: index) }
        free.append(Int32(truncatingIfNeeded: index))
        if parent != 0 { entries[Int(parent - base)].children -= 1 }
        return true
    }

    /// Why the live handle cannot be taken out.
    @inline(never)
    func hold(on handle: Int32, _ kind: ResourceKind) -> HostTrap.Kind {
        let index = place(of: handle, as: kind)!
        if entries[index].lends > 0 { return .lent(handle, kind) }
        let inner = base + Int32(index)
        let children = entries.indices.filter {
            entries[$0].kind != nil && entries[$0].parent == inner
        }
        let oldest = children.min { entries[$0].serial < entries[$1].serial }!
        return .childAlive(
            handle, kind, children: children.count, oldest: story(at: oldest))
    }

    /// Lets the children of the resource at this place go on without it. What a pollable among them
    /// watched is gone, so it is ready from here on (RES-26).
    mutating func disownChildren(of index: Int) {
        if entries[index].children == 0 { return }
        entries[index].children = 0
        let parent = base + Int32(index)
        for child in entries.indices where entries[child].parent == parent {
            guard entries[child].kind != nil else { continue }
            entries[child].parent = 0
            if entries[child].kind == .pollable {
                entries[child].pollable.outliveSource()
                heads[child].payload = -1
                deadlines[child] = 0
            }
        }
    }
}
