// A future whose type is not known.

/// Some future with this output, in a box of its own, for code that awaits one of several kinds.
public class AnyFuture<Output>: Future {
    fileprivate init() {}

    /// Boxes a future; `transform` makes the output of the box from the future's own.
    public static func box<F: Future & ~Copyable>(
        _ future: consuming F, _ transform: @escaping (F.Output) -> Output
    ) -> AnyFuture<Output> {
        FutureBox(future, transform)
    }

    public func poll(_ context: borrowing Context) -> Poll<Output> { .pending }
}

private final class FutureBox<F: Future & ~Copyable, Output>: AnyFuture<Output> {
    private var future: F
    private let transform: (F.Output) -> Output

    init(_ future: consuming F, _ transform: @escaping (F.Output) -> Output) {
        self.future = future
        self.transform = transform
    }

    override func poll(_ context: borrowing Context) -> Poll<Output> {
        if case .ready(let output) = future.poll(context) {
            .ready(transform(output))
        } else {
            .pending
        }
    }
}
