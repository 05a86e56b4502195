// From pollables to wakers: one list, one poll, wakes in the order of its report.

import CWASIp2
import WASIp2

/// Names a pollable that a ``Reactor`` keeps. A key of one that was removed names nothing, even
/// when its place is taken again.
public struct EventKey: Hashable, Sendable {
    let index: Int32
    let generation: UInt32
}

/// Names one wait of one task in a ``Reactor``.
struct WaiterKey: Hashable {
    let index: Int32
    let generation: UInt32
}

/// Keeps pollables and wakes the tasks that wait for them.
///
/// Every wait registers first and ends only by a report of `poll`, never by a look at `ready`. What
/// is waited for stands in one contiguous array, each pollable once, in the order of registration;
/// all sleeping tasks share one pollable. Nothing is assumed of a result but that its positions
/// are ready: not the order, not that all or both copies are there. A turn allocates nothing once
/// the arrays have grown.
///
/// Not thread-safe, and not re-entrant: ``Wakeable/wake(_:)`` must not call it.
public final class Reactor {
    /// A pollable and the tasks that wait for it.
    struct Source {
        /// The own handle; 0 while this place is free.
        var handle: Int32
        var generation: UInt32
        /// Where it stands in `list`; -1 while nobody waits.
        var position: Int32
        /// The chain of waiters in order of registration; -1 for none.
        var first: Int32
        var last: Int32
        var nextFree: Int32

        /// A waiter comes last; returns who was that before.
        mutating func enter(_ waiter: Int32) -> Int32 {
            let before = last
            if before < 0 { first = waiter }
            last = waiter
            return before
        }

        /// Nobody waits any more: returns the first of those who did, and where it stood in `list`.
        mutating func leave() -> (first: Int32, position: Int32) {
            let left = (first, position)
            (first, last, position) = (-1, -1, -1)
            return left
        }
    }

    struct Waiter {
        enum State {
            case free, waiting, fired, orphaned
            /// It fired, was told so, and is kept for the next wait.
            case resting
        }
        var state: State
        var generation: UInt32
        var source: Int32
        var previous: Int32
        var next: Int32

        /// A wait for this source begins; `previous` is who waits before it.
        mutating func begin(_ source: Int32, behind previous: Int32) {
            state = .waiting
            self.source = source
            self.previous = previous
            next = -1
        }

        /// Nobody uses it from here on; its key names nothing any more.
        mutating func free(before next: Int32) {
            state = .free
            generation &+= 1
            self.next = next
        }

        /// The wait ends; returns the next one of its source.
        mutating func leave(as state: State) -> Int32 {
            let next = next
            self.state = state
            previous = -1
            self.next = -1
            return next
        }
    }

    @exclusivity(unchecked) private var sources: [Source] = []
    @exclusivity(unchecked) private var freeSource: Int32 = -1
    @exclusivity(unchecked) private var waiters: [Waiter] = []
    /// For each place of `waiters` whom to wake. Not in there: to read one would copy the whole waiter.
    @exclusivity(unchecked) private var wakers: [Waker] = []
    @exclusivity(unchecked) private var freeWaiter: Int32 = -1

    /// The waiting pollables; a hole, where a wait has ended since the last turn, has handle 0.
    @exclusivity(unchecked) private var list: [Pollable.Borrow] = []
    /// For each place of `list` its source.
    @exclusivity(unchecked) private var owners: [Int32] = []
    @exclusivity(unchecked) private var holes = 0
    @exclusivity(unchecked) private var buffer = PollBuffer()

    @exclusivity(unchecked) var timers = TimerHeap()
    /// The one pollable of all sleeping tasks, subscribed for `alarm`.
    @exclusivity(unchecked) private var timer: Pollable?
    @exclusivity(unchecked) private var timerEntry = Pollable.Borrow(handle: 0)
    @exclusivity(unchecked) private var alarm = MonotonicClock.Instant(nanoseconds: 0)
    /// Ready for ever, so that a poll with it does not wait; made once and kept.
    @exclusivity(unchecked) private var always: Pollable?
    @exclusivity(unchecked) private var alwaysEntry = Pollable.Borrow(handle: 0)

    /// A reactor that keeps nothing.
    public init() {
        // What most programs need, in one piece each.
        sources.reserveCapacity(8)
        waiters.reserveCapacity(8)
        wakers.reserveCapacity(8)
        list.reserveCapacity(8)
        owners.reserveCapacity(8)
    }

    deinit {
        for source in sources where source.handle != 0 { _ = Pollable(owning: source.handle) }
    }

    // MARK: Turns

    /// Whether anybody waits for anything.
    public var isWaiting: Bool { list.count > holes || !timers.isEmpty }

    /// After how many turns of its tasks a busy executor looks here. A look costs what the list
    /// costs: with more than 64 pollables waited for it is one turn for every eight of them, or all
    /// those looks together would take the square of the tasks.
    public var turnsBetweenLooks: Int { max(8, list.count / 8) }

    /// Blocks until the host reports something that a task waits for, and wakes those tasks in the
    /// order of the report. Returns `false` at once where nobody waits: there is nothing to poll,
    /// and an empty poll would trap.
    public func blockUntil() -> Bool {
        turn(mayWait: true)
    }

    /// Looks, without waiting, and wakes the tasks whose pollables are reported, for executors that
    /// are busy. Returns `false` where nobody waits.
    @discardableResult
    public func check() -> Bool {
        turn(mayWait: false)
    }

    private func turn(mayWait: Bool) -> Bool {
        guard isWaiting else { return false }
        if holes > 0 { closeHoles() }
        let waiting = list.count
        let hasTimer = appendTimer()
        if !mayWait { appendAlways() }
        buffer.poll(list)
        list.removeLast(list.count - waiting)
        for place in 0..<buffer.count {
            let position = buffer[place]
            if position < waiting {
                fire(owners[position])
            } else if position == waiting, hasTimer {
                timers.fire(upTo: MonotonicClock.now())
            }
        }
        return true
    }

    /// Lets the earliest deadline stand in the list, if there is one.
    private func appendTimer() -> Bool {
        guard let deadline = timers.earliest else {
            timer = nil
            return false
        }
        if timer == nil || alarm != deadline {
            // The old one goes first, so that a host may hand its number out again.
            timer = nil
            let pollable = MonotonicClock.subscribe(at: deadline)
            timerEntry = pollable.borrow
            timer = consume pollable
            alarm = deadline
        }
        list.append(timerEntry)
        return true
    }

    private func appendAlways() {
        if always == nil {
            let pollable = MonotonicClock.subscribe(after: 0)
            alwaysEntry = pollable.borrow
            always = consume pollable
        }
        list.append(alwaysEntry)
    }

    private func closeHoles() {
        let end = Self.moveUp(&list, &owners, &sources)
        list.removeLast(list.count - end)
        owners.removeLast(owners.count - end)
        holes = 0
    }

    /// Moves what is not a hole to the front, in its order; returns how many that are.
    // Spans: an array in a class would be asked at every place whether it is shared. Each place of the list has
    // its owner, and each owner is a source.
    private static func moveUp(
        _ list: inout [Pollable.Borrow], _ owners: inout [Int32], _ sources: inout [Source]
    ) -> Int {
        var list = list.mutableSpan
        var owners = owners.mutableSpan
        var sources = sources.mutableSpan
        var end = 0
        precondition(list.count == owners.count, "a place of the list without an owner")
        for place in 0..<list.count where list[unchecked: place].handle != 0 {
            if place != end {
                list[unchecked: end] = list[unchecked: place]
                owners[unchecked: end] = owners[unchecked: place]
                sources[Int(owners[unchecked: end])].position = Int32(truncatingIfNeeded: end)
            }
            end &+= 1
        }
        return end
    }

    /// Ends every wait on a source, in order of registration.
    private func fire(_ index: Int32) {
        end(index, as: .fired)
    }

    private func end(_ index: Int32, as state: Waiter.State) {
        var (waiter, position) = sources[Int(index)].leave()
        if position >= 0 { makeHole(position) }
        while waiter >= 0 {
            let next = waiters[Int(waiter)].leave(as: state)
            wakers[Int(waiter)].wake()
            waiter = next
        }
    }

    private func makeHole(_ position: Int32) {
        list[Int(position)] = Pollable.Borrow(handle: 0)
        holes += 1
    }

    // MARK: Pollables

    /// Keeps a pollable; it is dropped by ``remove(_:)`` or with the reactor. It stands in no list
    /// until somebody waits for it.
    public func insert(_ pollable: consuming Pollable) -> EventKey {
        let handle = pollable.release()
        let index: Int32
        if freeSource >= 0 {
            index = freeSource
            freeSource = sources[Int(index)].nextFree
            sources[Int(index)].handle = handle
        } else {
            index = Int32(sources.count)
            sources.append(
                Source(
                    handle: handle, generation: 0, position: -1, first: -1, last: -1, nextFree: -1))
        }
        return EventKey(index: index, generation: sources[Int(index)].generation)
    }

    /// Gives a pollable back. Waits on it end as ``WaitEnd/removed``. Returns `nil` for a key that
    /// names nothing any more.
    public func take(_ key: EventKey) -> Pollable? {
        guard isLive(key) else { return nil }
        let handle = sources[Int(key.index)].handle
        end(key.index, as: .orphaned)
        sources[Int(key.index)].handle = 0
        sources[Int(key.index)].generation &+= 1
        sources[Int(key.index)].nextFree = freeSource
        freeSource = key.index
        return Pollable(owning: handle)
    }

    /// Drops a pollable, as ``take(_:)``; nothing happens for a key that names nothing any more.
    public func remove(_ key: EventKey) {
        _ = take(key)
    }

    /// Drops every pollable, the ones of its own included. Waits on them end as
    /// ``WaitEnd/removed``; sleeps stay, and the next turn subscribes for them again.
    public func removeAll() {
        for index in sources.indices where sources[index].handle != 0 {
            remove(EventKey(index: Int32(index), generation: sources[index].generation))
        }
        timer = nil
        always = nil
    }

    private func isLive(_ key: EventKey) -> Bool {
        let index = Int(key.index)
        return index < sources.count && sources[index].generation == key.generation
            && sources[index].handle != 0
    }

    // MARK: Waiters

    /// Adds a wait; `nil` where the key names nothing any more.
    func enlist(_ key: EventKey, _ waker: Waker) -> WaiterKey? {
        guard isLive(key) else { return nil }
        let index: Int32
        if freeWaiter >= 0 {
            index = freeWaiter
            freeWaiter = waiters[Int(index)].next
        } else {
            index = Int32(waiters.count)
            waiters.append(
                Waiter(state: .free, generation: 0, source: -1, previous: -1, next: -1))
            wakers.append(.noop)
        }
        begin(index, key, waker)
        return WaiterKey(index: index, generation: waiters[Int(index)].generation)
    }

    /// As ``enlist(_:_:)``, of a wait that rests; false where the key names nothing any more.
    func renew(_ waiter: WaiterKey, _ key: EventKey, _ waker: Waker) -> Bool {
        guard isLive(key) else { return false }
        begin(waiter.index, key, waker)
        return true
    }

    /// A wait has fired, and its task knows: it is kept for the next one.
    func rest(_ key: WaiterKey) {
        waiters[Int(key.index)].state = .resting
    }

    private func begin(_ index: Int32, _ key: EventKey, _ waker: Waker) {
        let last = sources[Int(key.index)].enter(index)
        waiters[Int(index)].begin(key.index, behind: last)
        if last >= 0 { waiters[Int(last)].next = index }
        if !wakers[Int(index)].isSame(as: waker) { wakers[Int(index)] = waker }
        if sources[Int(key.index)].position < 0 {
            sources[Int(key.index)].position = Int32(list.count)
            list.append(Pollable.Borrow(handle: sources[Int(key.index)].handle))
            owners.append(key.index)
        }
    }

    /// How a wait stands; where it still waits, `waker` replaces the one it had.
    func poll(_ key: WaiterKey, _ waker: Waker) -> Waiter.State {
        precondition(
            waiters[Int(key.index)].generation == key.generation, "a wait used after its end")
        let state = waiters[Int(key.index)].state
        if state == .waiting { wakers[Int(key.index)] = waker }
        return state
    }

    /// Forgets a wait, whatever became of it.
    func discharge(_ key: WaiterKey) {
        let index = Int(key.index)
        precondition(waiters[index].generation == key.generation, "a wait ended twice")
        if waiters[index].state == .waiting {
            let waiter = waiters[index]
            let source = Int(waiter.source)
            if waiter.previous >= 0 {
                waiters[Int(waiter.previous)].next = waiter.next
            } else {
                sources[source].first = waiter.next
            }
            if waiter.next >= 0 {
                waiters[Int(waiter.next)].previous = waiter.previous
            } else {
                sources[source].last = waiter.previous
            }
            if sources[source].first < 0 { makeHole(sources[source].leave().position) }
        }
        waiters[index].free(before: freeWaiter)
        wakers[index] = .noop
        freeWaiter = key.index
    }
}

// MARK: State

extension Reactor {
    /// Takes in what is kept and who waits for it; see ``LocalExecutor/hashState(into:)``.
    /// - Parameter task: the place of the task that a waker's token names.
    func hashState(into hasher: inout StateHasher, task: (UInt64) -> Int) {
        hasher.combine(list.count - holes)
        for entry in list where entry.handle != 0 { hasher.combine(Int(entry.handle)) }
        hasher.combine(sources.count)
        for source in sources {
            hasher.combine(Int(source.handle))
            var waiter = source.first
            while waiter >= 0 {
                hasher.combine(task(wakers[Int(waiter)].token))
                waiter = waiters[Int(waiter)].next
            }
            hasher.combine(-2)
        }
        var free = freeSource
        while free >= 0 {
            hasher.combine(Int(free))
            free = sources[Int(free)].nextFree
        }
        hasher.combine(-2)
        // Waits that are over and were not looked at yet stand in no order.
        var over: UInt64 = 0
        for (place, waiter) in waiters.enumerated()
        where waiter.state == .fired || waiter.state == .orphaned {
            var one = StateHasher()
            one.combine(waiter.state == .fired ? 1 : 2)
            one.combine(Int(waiter.source))
            one.combine(task(wakers[place].token))
            over &+= one.value
        }
        hasher.combine(over)
        timers.hashState(into: &hasher, task: task)
        // A timer that nobody needs goes with the next turn.
        hasher.combine(timer == nil ? 0 : Int(timerEntry.handle))
        hasher.combine(timer == nil ? 0 : alarm.nanoseconds)
        hasher.combine(always == nil ? 0 : Int(alwaysEntry.handle))
    }
}
