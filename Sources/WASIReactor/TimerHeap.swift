// The deadlines of all sleeping tasks.

import WASIp2

/// Names one sleep.
struct TimerKey: Hashable {
    let index: Int32
    let generation: UInt32
}

/// A binary heap of deadlines; equal ones fire in the order in which they were set.
struct TimerHeap {
    private struct Timer {
        var deadline: MonotonicClock.Instant
        /// Breaks ties.
        var sequence: UInt64
        var generation: UInt32
        /// Its place in `heap`; -1 once it has fired.
        var place: Int32
        var waker: Waker
        var nextFree: Int32
    }

    private var timers: [Timer] = []
    private var freeTimer: Int32 = -1
    private var heap: [Int32] = []
    private var nextSequence: UInt64 = 0

    /// Whether nobody sleeps.
    var isEmpty: Bool { heap.isEmpty }
    /// The deadline that comes first.
    var earliest: MonotonicClock.Instant? { heap.first.map { timers[Int($0)].deadline } }

    /// Sets a timer.
    mutating func insert(_ deadline: MonotonicClock.Instant, _ waker: Waker) -> TimerKey {
        let index: Int32
        if freeTimer >= 0 {
            index = freeTimer
            freeTimer = timers[Int(index)].nextFree
        } else {
            index = Int32(timers.count)
            timers.append(
                Timer(
                    deadline: deadline, sequence: 0, generation: 0, place: -1, waker: .noop,
                    nextFree: -1))
        }
        timers[Int(index)].deadline = deadline
        timers[Int(index)].sequence = nextSequence
        timers[Int(index)].waker = waker
        nextSequence += 1
        heap.append(index)
        timers[Int(index)].place = Int32(heap.count - 1)
        rise(heap.count - 1)
        return TimerKey(index: index, generation: timers[Int(index)].generation)
    }

    /// Whether the timer has fired; where it has not, `waker` replaces the one it had.
    mutating func poll(_ key: TimerKey, _ waker: Waker) -> Bool {
        precondition(
            timers[Int(key.index)].generation == key.generation, "a sleep used after its end")
        if timers[Int(key.index)].place < 0 { return true }
        timers[Int(key.index)].waker = waker
        return false
    }

    /// Forgets a timer, fired or not.
    mutating func remove(_ key: TimerKey) {
        let index = Int(key.index)
        precondition(timers[index].generation == key.generation, "a sleep ended twice")
        let place = Int(timers[index].place)
        if place >= 0 { leave(place) }
        timers[index].generation &+= 1
        timers[index].waker = .noop
        timers[index].nextFree = freeTimer
        freeTimer = key.index
    }

    /// Wakes everybody whose deadline has come, by deadline.
    mutating func fire(upTo now: MonotonicClock.Instant) {
        while let first = heap.first, timers[Int(first)].deadline <= now {
            leave(0)
            timers[Int(first)].waker.wake()
        }
    }

    // MARK: The heap

    private mutating func leave(_ place: Int) {
        timers[Int(heap[place])].place = -1
        let last = heap.removeLast()
        guard place < heap.count else { return }
        heap[place] = last
        timers[Int(last)].place = Int32(place)
        rise(place)
        sink(Int(timers[Int(last)].place))
    }

    private func isBefore(_ a: Int32, _ b: Int32) -> Bool {
        let one = timers[Int(a)].deadline
        let other = timers[Int(b)].deadline
        return one == other
            ? timers[Int(a)].sequence < timers[Int(b)].sequence : one < other
    }

    private mutating func rise(_ start: Int) {
        var place = start
        while place > 0, isBefore(heap[place], heap[(place - 1) / 2]) {
            swap(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            var least = place
            let left = place * 2 + 1
            if left < heap.count, isBefore(heap[left], heap[least]) { least = left }
            if left + 1 < heap.count, isBefore(heap[left + 1], heap[least]) { least = left + 1 }
            if least == place { return }
            swap(place, least)
            place = least
        }
    }

    private mutating func swap(_ a: Int, _ b: Int) {
        heap.swapAt(a, b)
        timers[Int(heap[a])].place = Int32(a)
        timers[Int(heap[b])].place = Int32(b)
    }
}

// MARK: State

extension TimerHeap {
    /// Takes in who sleeps until when; see ``LocalExecutor/hashState(into:)``.
    func hashState(into hasher: inout StateHasher, task: (UInt64) -> Int) {
        let order = heap.sorted { isBefore($0, $1) }
        hasher.combine(order.count)
        for index in order {
            hasher.combine(timers[Int(index)].deadline.nanoseconds)
            hasher.combine(task(timers[Int(index)].waker.token))
        }
        // Sleeps that are over and were not looked at yet stand in no order.
        var over: UInt64 = 0
        for timer in timers where timer.place < 0 && timer.waker.target != nil {
            var one = StateHasher()
            one.combine(task(timer.waker.token))
            over &+= one.value
        }
        hasher.combine(over)
    }
}
