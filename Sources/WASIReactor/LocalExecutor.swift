// Tasks on one thread, on one reactor.

import CWASIp2

/// Runs futures as tasks on the calling thread and parks in its ``Reactor`` when none is runnable.
///
/// Runnable tasks go first in, first out. While some are runnable the executor still looks at the
/// reactor, without waiting, after every eight turns, or later where more than 64 pollables are waited
/// for (``Reactor/turnsBetweenLooks``), so that a task which never blocks starves no pollable; it
/// never blocks while a task is runnable, and never polls when nobody waits.
public final class LocalExecutor: Wakeable {
    /// The reactor on which this executor's futures wait.
    public let reactor: Reactor

    private struct Slot {
        var generation: UInt32
        var body: TaskBody?
        var isQueued: Bool
        var nextFree: Int32
    }

    @exclusivity(unchecked) private var slots: [Slot] = []
    @exclusivity(unchecked) private var freeSlot: Int32 = -1
    @exclusivity(unchecked) private var queue = RunQueue()
    /// How many places in `queue` belong to tasks that have ended.
    @exclusivity(unchecked) private var endedInQueue = 0
    private let pick: ((Int) -> Int)?
    @exclusivity(unchecked) private var isRunning = false
    /// The task that is being polled; -1 between turns.
    @exclusivity(unchecked) private var current: Int32 = -1
    @exclusivity(unchecked) private var isCurrentCancelled = false
    @exclusivity(unchecked) private var liveTasks = 0
    @exclusivity(unchecked) private var turnsSinceLook = 0

    /// An executor without tasks.
    /// - Parameter pick: which of so many runnable tasks goes next, 0 being the one that became
    ///   runnable first; asked where there are two or more. `nil` is always the first.
    public init(reactor: Reactor = Reactor(), pick: ((Int) -> Int)? = nil) {
        self.reactor = reactor
        self.pick = pick
    }

    // MARK: Tasks

    /// Starts a task; it runs when its turn comes. Dropping the handle leaves the task running.
    @discardableResult
    @inlinable
    public func spawn<F: Future & ~Copyable>(_ future: consuming F) -> TaskHandle<F.Output> {
        let result = TaskResult<F.Output>()
        let token = start(taskBody(of: future, result))
        return TaskHandle(executor: self, token: token, result: result)
    }

    /// Enters a task and makes it runnable.
    @usableFromInline
    func start(_ body: TaskBody) -> UInt64 {
        let index: Int32
        if freeSlot >= 0 {
            index = freeSlot
            freeSlot = slots[Int(index)].nextFree
            slots[Int(index)].body = body
        } else {
            index = Int32(slots.count)
            slots.append(Slot(generation: 0, body: body, isQueued: false, nextFree: -1))
        }
        liveTasks += 1
        let token = token(of: index)
        wake(token)
        return token
    }

    private func token(of index: Int32) -> UInt64 {
        UInt64(slots[Int(index)].generation) << 32 | UInt64(UInt32(bitPattern: index))
    }

    /// The place of the task that a token names, while it lives.
    private func index(of token: UInt64) -> Int32? {
        let index = Int32(truncatingIfNeeded: token)
        guard slots[Int(index)].generation == UInt32(token >> 32) else { return nil }
        return slots[Int(index)].body == nil ? nil : index
    }

    /// Puts the task of this token behind all that are runnable; nothing happens where it is one of them,
    /// or has ended. What a ``Waker`` of the executor's calls, on its thread alone.
    public func wake(_ token: UInt64) {
        guard let index = index(of: token), !slots[Int(index)].isQueued else { return }
        slots[Int(index)].isQueued = true
        queue.append(index)
    }

    /// Ends the task: its future is dropped, now or, where the task cancels itself, after its turn.
    @usableFromInline
    func cancel(_ token: UInt64) {
        guard let index = index(of: token) else { return }
        if index == current {
            isCurrentCancelled = true
        } else {
            end(index, cancelled: true)
        }
    }

    private func end(_ index: Int32, cancelled: Bool) {
        // Out of the slot first: dropping the future may come back here.
        let body = slots[Int(index)].body
        slots[Int(index)].body = nil
        slots[Int(index)].generation &+= 1
        liveTasks -= 1
        // A place in the queue keeps its slot, so that it cannot run a new task early.
        if slots[Int(index)].isQueued { endedInQueue += 1 } else { release(index) }
        if cancelled { body?.cancel() }
    }

    private func release(_ index: Int32) {
        slots[Int(index)].nextFree = freeSlot
        freeSlot = index
    }

    /// Takes ended tasks out of the queue, so that its length is the number of runnable tasks.
    private func sweepQueue() {
        if endedInQueue == 0 { return }
        for _ in 0..<queue.count {
            let index = queue.remove(at: 0)
            if slots[Int(index)].body != nil {
                queue.append(index)
            } else {
                slots[Int(index)].isQueued = false
                release(index)
            }
        }
        endedInQueue = 0
    }

    // MARK: Running

    /// Runs `future` as a task, and all others beside it, until it is ready; blocks in the reactor's
    /// polls. Tasks that are left then are dropped.
    ///
    /// Must not be nested. Where no task is runnable and nobody waits in the reactor nothing could
    /// ever go on: the guest ends through `wasip2_unreachable`.
    @inlinable
    public func blockOn<F: Future & ~Copyable>(_ future: consuming F) -> F.Output {
        begin()
        let root = spawn(future)
        while root.output == nil { turn() }
        finish()
        return root.output!
    }

    /// As ``blockOn(_:)``; `beforeTurn` is called before each task's turn and before each poll, for
    /// whoever wants to look at the executor then. It must not start or end tasks.
    @inlinable
    public func blockOn<F: Future & ~Copyable>(
        _ future: consuming F, beforeTurn: () -> Void
    ) -> F.Output {
        begin()
        let root = spawn(future)
        while root.output == nil {
            beforeTurn()
            turn()
        }
        finish()
        return root.output!
    }

    /// Runs until every task has ended; otherwise as ``blockOn(_:)``.
    public func run() {
        begin()
        while liveTasks > 0 { turn() }
        finish()
    }

    @usableFromInline
    func finish() {
        dropTasks()
        isRunning = false
    }

    @usableFromInline
    func begin() {
        if isRunning {
            wasip2_unreachable("LocalExecutor.blockOn inside blockOn: await it instead")
        }
        isRunning = true
        turnsSinceLook = 0
        // Tasks may have been cancelled between two runs.
        sweepQueue()
    }

    /// Runs one task, or blocks until one is runnable.
    @usableFromInline
    func turn() {
        if queue.isEmpty {
            turnsSinceLook = 0
            if reactor.blockUntil() { return }
            wasip2_unreachable(
                """
                no task is runnable and none waits for a pollable or a timer: they wait for each \
                other
                """)
        }
        runNext()
        turnsSinceLook += 1
        if turnsSinceLook >= reactor.turnsBetweenLooks, !queue.isEmpty {
            turnsSinceLook = 0
            reactor.check()
        }
    }

    private func runNext() {
        let offset = queue.count > 1 ? pick?(queue.count) ?? 0 : 0
        let index = queue.remove(at: offset)
        slots[Int(index)].isQueued = false
        guard let body = slots[Int(index)].body else {
            preconditionFailure("an ended task in the queue")
        }
        current = index
        let context = Context(waker: Waker(target: self, token: token(of: index)))
        let isDone = body.poll(context)
        current = -1
        if isDone {
            end(index, cancelled: false)
        } else if isCurrentCancelled {
            end(index, cancelled: true)
        }
        isCurrentCancelled = false
        sweepQueue()
    }

    private func dropTasks() {
        // Dropping a future may spawn another task, which goes the same way.
        var hasDropped = true
        while hasDropped {
            hasDropped = false
            for index in slots.indices where slots[index].body != nil {
                end(Int32(index), cancelled: true)
                hasDropped = true
            }
        }
        sweepQueue()
    }
}

// MARK: State

extension LocalExecutor {
    /// Takes in all that decides what executor and reactor do next, but for what stands in futures:
    /// which tasks are runnable, in which order, who waits for what, the timers. Numbers that only
    /// count up are left out, so that two ways to one state come to one hash. To be called between
    /// two turns.
    public func hashState(into hasher: inout StateHasher) {
        hasher.combine(queue.count)
        for place in 0..<queue.count { hasher.combine(Int(queue[place])) }
        hasher.combine(queue.isEmpty ? 0 : turnsSinceLook)
        hasher.combine(slots.count)
        for slot in slots { hasher.combine(slot.body == nil ? 0 : 1) }
        var free = freeSlot
        while free >= 0 {
            hasher.combine(Int(free))
            free = slots[Int(free)].nextFree
        }
        hasher.combine(-2)
        reactor.hashState(into: &hasher) { token in
            // A waker of a task that has ended wakes nobody.
            self.index(of: token).map { Int($0) } ?? -1
        }
    }

    /// The place of a task among those that live; -1 for one that has ended.
    public func place<Output>(of task: TaskHandle<Output>) -> Int {
        index(of: task.token).map { Int($0) } ?? -1
    }
}

/// A task's future, whatever its type: what to do with it, as closures, for those are made where the
/// type is known and cost no look at the type at every turn.
@usableFromInline
final class TaskBody {
    /// Polls the future; true when it is done and its result is kept.
    @usableFromInline let poll: (borrowing Context) -> Bool
    /// Drops the future and tells whoever joins.
    @usableFromInline let cancel: () -> Void

    @inlinable
    init(poll: @escaping (borrowing Context) -> Bool, cancel: @escaping () -> Void) {
        self.poll = poll
        self.cancel = cancel
    }
}

/// The task of a future whose type is known here.
@inlinable
func taskBody<F: Future & ~Copyable>(
    of future: consuming F, _ result: TaskResult<F.Output>
) -> TaskBody {
    let body = FutureBody<F>(future)
    return TaskBody(
        poll: { context in
            guard case .ready(let output)? = body.future?.poll(context) else { return false }
            body.future = nil
            result.end(.finished(output))
            return true
        },
        cancel: {
            body.future = nil
            result.end(.cancelled)
        })
}

/// Where a task's future is.
@usableFromInline
final class FutureBody<F: Future & ~Copyable> {
    @exclusivity(unchecked) @usableFromInline var future: F?

    @inlinable
    init(_ future: consuming F) { self.future = consume future }
}
