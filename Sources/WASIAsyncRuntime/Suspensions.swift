// The tasks that wait for a waker, and what it makes runnable.

import WASIReactor

/// Suspended tasks, each named by a token that a ``Waker`` carries.
///
/// A suspension goes from open to parked, when its task has given its continuation, and back when that
/// is taken out, by a wake or by a cancellation; it may be parked again until it is closed. Nothing is
/// resumed in here: an executor may run a task at once, and that may begin another suspension.
struct Suspensions {
    /// What is runnable again.
    enum Woken {
        case task(UnsafeContinuation<Void, Never>)
        case job(UnownedJob)
    }

    private enum State {
        case free
        /// The task runs.
        case open
        /// Woken or cancelled before it was parked.
        case woken
        case parked(UnsafeContinuation<Void, Never>)
        /// A job that sleeps by the machine's clock.
        case timer(TimerJob)
    }

    private struct Slot {
        var generation: UInt32 = 0
        var state = State.open
        var isCancelled = false
        var nextFree: Int32 = -1
    }

    private var slots: [Slot] = []
    private var freeSlot: Int32 = -1
    /// Sleeps that are over, to be dropped where the reactor may be called.
    private var expiredTimers: [TimerJob] = []

    /// None; with room for a few.
    init() { slots.reserveCapacity(8) }

    /// Begins a suspension.
    mutating func open() -> UInt64 { open(.open) }

    private mutating func open(_ state: State) -> UInt64 {
        let index: Int32
        if freeSlot >= 0 {
            index = freeSlot
            freeSlot = slots[Int(index)].nextFree
        } else {
            index = Int32(slots.count)
            slots.append(Slot())
        }
        slots[Int(index)].state = state
        slots[Int(index)].isCancelled = false
        return UInt64(slots[Int(index)].generation) << 32 | UInt64(UInt32(bitPattern: index))
    }

    /// Ends a suspension; its token names nothing from here on.
    mutating func close(_ token: UInt64) {
        guard let index = index(of: token) else { return }
        slots[index].state = .free
        slots[index].generation &+= 1
        slots[index].nextFree = freeSlot
        freeSlot = Int32(index)
    }

    private func index(of token: UInt64) -> Int? {
        let index = Int(UInt32(truncatingIfNeeded: token))
        return index < slots.count && slots[index].generation == UInt32(token >> 32) ? index : nil
    }

    /// Keeps a task's continuation. False where the wake has come already: it is to be resumed.
    mutating func park(_ continuation: UnsafeContinuation<Void, Never>, _ token: UInt64) -> Bool {
        guard let index = index(of: token) else {
            preconditionFailure("a suspension parked after its end")
        }
        if case .woken = slots[index].state {
            slots[index].state = .open
            return false
        }
        slots[index].state = .parked(continuation)
        return true
    }

    /// Takes out what the token makes runnable.
    mutating func wake(_ token: UInt64) -> Woken? {
        guard let index = index(of: token) else { return nil }
        switch slots[index].state {
        case .open: slots[index].state = .woken
        case .parked(let continuation):
            slots[index].state = .open
            return .task(continuation)
        case .timer(let timer):
            close(token)
            expiredTimers.append(timer)
            return .job(timer.job)
        case .woken, .free: break
        }
        return nil
    }

    /// Takes the task out, for it is cancelled.
    mutating func cancel(_ token: UInt64) -> Woken? {
        guard let index = index(of: token) else { return nil }
        slots[index].isCancelled = true
        return wake(token)
    }

    /// Whether the suspension was cancelled.
    func isCancelled(_ token: UInt64) -> Bool {
        index(of: token).map { slots[$0].isCancelled } ?? false
    }

    // MARK: Jobs that sleep

    /// Keeps a job until its sleep is over.
    mutating func open(_ timer: TimerJob) -> UInt64 { open(.timer(timer)) }

    /// Drops the sleeps that are over.
    mutating func dropExpiredTimers() {
        if !expiredTimers.isEmpty { expiredTimers.removeAll(keepingCapacity: true) }
    }

    /// Drops everything, sleeps included. No token names anything any more.
    mutating func removeAll() { self = Suspensions() }
}

/// A job that the language's own sleep has put off.
final class TimerJob {
    let job: UnownedJob
    private var sleep: Sleep

    init(_ job: UnownedJob, _ sleep: consuming Sleep) {
        self.job = job
        self.sleep = sleep
    }

    /// Sets the timer, which wakes `waker`.
    func start(_ waker: Waker) { _ = sleep.poll(Context(waker: waker)) }
}
