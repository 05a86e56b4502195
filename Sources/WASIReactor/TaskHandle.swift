// A task as others see it: to join, to cancel.

/// How a task ended.
public enum TaskEnd<Output> {
    /// Its future was ready with this.
    case finished(Output)
    /// It was cancelled, or its executor ended first.
    case cancelled
}

/// Where a task leaves its result, and who waits for it.
@usableFromInline
final class TaskResult<Output> {
    @exclusivity(unchecked) @usableFromInline var end: TaskEnd<Output>?
    @exclusivity(unchecked) @usableFromInline var joiners: [(id: Int, waker: Waker)] = []
    @exclusivity(unchecked) @usableFromInline var nextJoiner = 0

    @inlinable
    init() {}

    @inlinable
    func end(_ end: TaskEnd<Output>) {
        self.end = end
        let joiners = joiners
        self.joiners = []
        for joiner in joiners { joiner.waker.wake() }
    }

    @inlinable
    func join(_ waker: Waker) -> Int {
        nextJoiner += 1
        joiners.append((nextJoiner, waker))
        return nextJoiner
    }

    @inlinable
    func update(_ id: Int, _ waker: Waker) {
        for place in joiners.indices where joiners[place].id == id { joiners[place].waker = waker }
    }

    @inlinable
    func leave(_ id: Int) {
        joiners.removeAll { $0.id == id }
    }
}

/// A task of a ``LocalExecutor``.
public struct TaskHandle<Output> {
    @usableFromInline let executor: LocalExecutor
    @usableFromInline let token: UInt64
    @usableFromInline let result: TaskResult<Output>

    @inlinable
    init(executor: LocalExecutor, token: UInt64, result: TaskResult<Output>) {
        self.executor = executor
        self.token = token
        self.result = result
    }

    /// Whether the task has ended, either way.
    @inlinable
    public var isEnded: Bool { result.end != nil }

    /// What the task returned, once it has.
    @inlinable
    public var output: Output? {
        if case .finished(let output)? = result.end { return output }
        return nil
    }

    /// Waits for the task's end. Ready at once where it has ended already. Any number of tasks may
    /// join one; they wake in the order in which they began to wait.
    @inlinable
    public func join() -> Join<Output> { Join(result) }

    /// Cancels the task: drops its future, which leaves nothing in the reactor, and wakes those who
    /// join it. Nothing happens where it has ended. A task that cancels itself goes on to its next
    /// suspension.
    public func cancel() { executor.cancel(token) }
}

/// A wait for a task's end.
public struct Join<Output>: ~Copyable, Future {
    @usableFromInline let result: TaskResult<Output>
    @usableFromInline var id: Int?

    @inlinable
    init(_ result: TaskResult<Output>) { self.result = result }

    @inlinable
    deinit {
        if let id { result.leave(id) }
    }

    /// How the task ended, which may be asked again; pending while it lives, with this waiter behind the
    /// ones that came before.
    @inlinable
    public mutating func poll(_ context: borrowing Context) -> Poll<TaskEnd<Output>> {
        if let end = result.end {
            id = nil
            return .ready(end)
        }
        if let id {
            result.update(id, context.waker)
        } else {
            id = result.join(context.waker)
        }
        return .pending
    }
}
