// How something that happened reaches the task that waits for it.

/// Owns tasks and can make them runnable.
public protocol Wakeable: AnyObject {
    /// Makes the task of this token runnable, if it still lives. Only marks it: must neither run the
    /// task nor call the reactor.
    func wake(_ token: UInt64)
}

/// Makes one task runnable; a plain value that may outlive the task.
public struct Waker {
    @usableFromInline let target: (any Wakeable)?
    @usableFromInline let token: UInt64

    /// A waker that hands `token` to `target`, which it keeps alive.
    @inlinable
    public init(target: any Wakeable, token: UInt64) {
        self.target = target
        self.token = token
    }

    @inlinable
    init() {
        target = nil
        token = 0
    }

    /// A waker that wakes nobody, for loops that poll their one future after every block.
    @inlinable
    public static var noop: Waker { Waker() }

    /// Whether both wake the same task.
    func isSame(as other: Waker) -> Bool { token == other.token && target === other.target }

    /// Makes the task runnable; more than once is as good as once. Wakes nobody where the task has
    /// ended.
    @inlinable
    public func wake() { target?.wake(token) }
}
