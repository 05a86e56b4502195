// A computation that is polled until it is ready.

/// What a future says when it is polled.
public enum Poll<Output> {
    /// It is done; polling it again is a mistake unless its type says otherwise.
    case ready(Output)
    /// Not yet: the context's waker will be woken when polling again makes sense.
    case pending
}

extension Poll: Sendable where Output: Sendable {}

/// What a future needs to know of whoever polls it.
public struct Context {
    /// Wakes the task that polls.
    public let waker: Waker

    /// A context for a task that this waker wakes.
    @inlinable
    public init(waker: Waker) { self.waker = waker }
}

/// A computation that is polled until it is ready.
///
/// Most futures cannot be copied, and dropping one is how it is cancelled: its `deinit` leaves
/// nothing behind, neither a waiter nor a handle.
public protocol Future<Output>: ~Copyable {
    associatedtype Output

    /// Goes as far as it can without blocking. Where it returns `pending`, it has arranged for the
    /// waker of the *latest* context to be woken.
    mutating func poll(_ context: borrowing Context) -> Poll<Output>
}
