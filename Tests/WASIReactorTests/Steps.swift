// Hand-written futures that tests put tasks together from.

import WASIReactor

/// Does one thing after the other; each is made only when its turn comes.
struct Steps: Future {
    private var rest: ArraySlice<() -> AnyFuture<Void>>
    private var current: AnyFuture<Void>?

    init(_ steps: [() -> AnyFuture<Void>]) { rest = steps[...] }

    mutating func poll(_ context: borrowing Context) -> Poll<Void> {
        while true {
            if current == nil {
                guard let make = rest.popFirst() else { return .ready(()) }
                current = make()
            }
            guard case .ready? = current?.poll(context) else { return .pending }
            current = nil
        }
    }
}

/// A task of these steps.
func steps(_ steps: () -> AnyFuture<Void>...) -> Steps { Steps(steps) }

extension Future where Self: ~Copyable {
    /// This future, then `body` in the same turn.
    consuming func then(_ body: @escaping (Output) -> Void) -> AnyFuture<Void> {
        .box(self, body)
    }
}

/// A future made of a closure, which is called at each poll with the number of polls before.
struct Turn<Output>: Future {
    private let body: (_ waker: Waker, _ turn: Int) -> Poll<Output>
    private var turn = 0

    init(_ body: @escaping (_ waker: Waker, _ turn: Int) -> Poll<Output>) { self.body = body }

    mutating func poll(_ context: borrowing Context) -> Poll<Output> {
        defer { turn += 1 }
        return body(context.waker, turn)
    }
}

/// Ready at once.
func now(_ body: @escaping () -> Void) -> AnyFuture<Void> {
    Turn { _, _ in
        body()
        return .ready(())
    }.then {}
}

/// Never ready, and wakes nobody.
struct Never: Future {
    mutating func poll(_ context: borrowing Context) -> Poll<Void> { .pending }
}

/// Busy until `isDone`: every turn makes it runnable again.
struct Spin: Future {
    let isDone: () -> Bool
    mutating func poll(_ context: borrowing Context) -> Poll<Void> {
        if isDone() { return .ready(()) }
        context.waker.wake()
        return .pending
    }
}

/// Calls `body` when it is dropped.
final class OnDrop {
    private let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
    deinit { body() }
}

extension Poll {
    /// Whether it is done.
    var isReady: Bool {
        if case .ready = self { true } else { false }
    }
}
