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
    }

    struct Waiter {
        enum State { case free, waiting, fired, orphaned }
        var state: State
        var generation: UInt32
        var source: Int32
        var previous: Int32
        var next: Int32
        var waker: Waker
    }

    @exclusivity(unchecked) private var sources: [Source] = []
    @exclusivity(unchecked) private var freeSource: Int32 = -1
    @exclusivity(unchecked) private var waiters: [Waiter] = []
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
        var end = 0
        for place in list.indices where list[place].handle != 0 {
            if place != end {
                list[end] = list[place]
                owners[end] = owners[place]
                sources[Int(owners[end])].position = Int32(end)
            }
            end += 1
        }
        list.removeLast(list.count - end)
        owners.removeLast(owners.count - end)
        holes = 0
    }

    /// Ends every wait on a source, in order of registration.
    private func fire(_ index: Int32) {
        end(index, as: .fired)
    }

    private func end(_ index: Int32, as state: Waiter.State) {
        var waiter = sources[Int(index)].first
        sources[Int(index)].first = -1
        sources[Int(index)].last = -1
        leaveList(index)
        while waiter >= 0 {
            let next = waiters[Int(waiter)].next
            waiters[Int(waiter)].state = state
            waiters[Int(waiter)].previous = -1
            waiters[Int(waiter)].next = -1
            // Called in place it would copy the whole waiter.
            let waker = waiters[Int(waiter)].waker
            waker.wake()
            waiter = next
        }
    }

    private func leaveList(_ index: Int32) {
        let position = sources[Int(index)].position
        guard position >= 0 else { return }
        list[Int(position)] = Pollable.Borrow(handle: 0)
        sources[Int(index)].position = -1
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
                Waiter(
                    state: .free, generation: 0, source: -1, previous: -1, next: -1, waker: .noop))
        }
        let last = sources[Int(key.index)].last
        waiters[Int(index)].state = .waiting
        waiters[Int(index)].source = key.index
        waiters[Int(index)].previous = last
        waiters[Int(index)].next = -1
        waiters[Int(index)].waker = waker
        if last >= 0 {
            waiters[Int(last)].next = index
        } else {
            sources[Int(key.index)].first = index
        }
        sources[Int(key.index)].last = index
        if sources[Int(key.index)].position < 0 {
            sources[Int(key.index)].position = Int32(list.count)
            list.append(Pollable.Borrow(handle: sources[Int(key.index)].handle))
            owners.append(key.index)
        }
        return WaiterKey(index: index, generation: waiters[Int(index)].generation)
    }

    /// How a wait stands; where it still waits, `waker` replaces the one it had.
    func poll(_ key: WaiterKey, _ waker: Waker) -> Waiter.State {
        precondition(
            waiters[Int(key.index)].generation == key.generation, "a wait used after its end")
        let state = waiters[Int(key.index)].state
        if state == .waiting { waiters[Int(key.index)].waker = waker }
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
            if sources[source].first < 0 { leaveList(waiter.source) }
        }
        waiters[index].state = .free
        waiters[index].generation &+= 1
        waiters[index].waker = .noop
        waiters[index].next = freeWaiter
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
                hasher.combine(task(waiters[Int(waiter)].waker.token))
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
        for waiter in waiters where waiter.state == .fired || waiter.state == .orphaned {
            var one = StateHasher()
            one.combine(waiter.state == .fired ? 1 : 2)
            one.combine(Int(waiter.source))
            one.combine(task(waiter.waker.token))
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
