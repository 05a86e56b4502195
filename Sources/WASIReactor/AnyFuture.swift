// A future whose type is not known.

/// Some future with this output, in a box of its own, for code that awaits one of several kinds.
public class AnyFuture<Output>: Future {
    @inlinable
    init() {}

    /// Boxes a future; `transform` makes the output of the box from the future's own.
    @inlinable
    public static func box<F: Future & ~Copyable>(
        _ future: consuming F, _ transform: @escaping (F.Output) -> Output
    ) -> AnyFuture<Output> {
        FutureBox(future, transform)
    }

    @inlinable
    public func poll(_ context: borrowing Context) -> Poll<Output> { .pending }
}

@usableFromInline
final class FutureBox<F: Future & ~Copyable, Output>: AnyFuture<Output> {
    @usableFromInline var future: F
    @usableFromInline let transform: (F.Output) -> Output

    @inlinable
    init(_ future: consuming F, _ transform: @escaping (F.Output) -> Output) {
        self.future = future
        self.transform = transform
    }

    @inlinable
    override func poll(_ context: borrowing Context) -> Poll<Output> {
        if case .ready(let output) = future.poll(context) {
            .ready(transform(output))
        } else {
            .pending
        }
    }
}
