// A future whose type is not known.

/// Some future with this output, in a box of its own, for code that awaits one of several kinds.
public final class AnyFuture<Output>: Future {
    /// Made where the future's type is known.
    @usableFromInline let poll: (borrowing Context) -> Poll<Output>

    @inlinable
    init(_ poll: @escaping (borrowing Context) -> Poll<Output>) { self.poll = poll }

    /// Boxes a future; `transform` makes the output of the box from the future's own.
    @inlinable
    public static func box<F: Future & ~Copyable>(
        _ future: consuming F, _ transform: @escaping (F.Output) -> Output
    ) -> AnyFuture<Output> {
        let box = FutureBox(future)
        return AnyFuture { context in
            if case .ready(let output) = box.future.poll(context) {
                .ready(transform(output))
            } else {
                .pending
            }
        }
    }

    /// A future that is ready when it is polled first, with what `output` then gives.
    @inlinable
    public static func immediate(_ output: @escaping () -> Output) -> AnyFuture<Output> {
        AnyFuture { _ in .ready(output()) }
    }

    /// Polls the future in the box; what that says of being polled again holds for the box.
    @inlinable
    public func poll(_ context: borrowing Context) -> Poll<Output> { poll(context) }
}

/// Where a boxed future is.
@usableFromInline
final class FutureBox<F: Future & ~Copyable> {
    @exclusivity(unchecked) @usableFromInline var future: F

    @inlinable
    init(_ future: consuming F) { self.future = future }
}
