// From WASIReactor's futures to `await`.

import WASIReactor

/// Awaits a future of WASIReactor: a wait, a sleep, a read, a message, one of your own.
///
/// Where the task is cancelled, now or while it waits, the future is dropped, which leaves nothing
/// behind in the reactor; one that is ready at the same moment wins, so that nothing it took is lost.
/// Runs on the caller's actor, without a hop. Needs a ``blockOn(pick:_:)`` on this thread.
/// - Throws: `CancellationError`.
@inlinable
public nonisolated(nonsending) func value<F: Future & ~Copyable>(
    of future: consuming F
) async throws(CancellationError) -> F.Output {
    let suspension = try Suspension()
    defer { suspension.close() }
    let context = suspension.context
    if case .ready(let output) = future.poll(context) { return output }
    // However often it waits, the task is entered for its cancellation once.
    let output: F.Output? = await suspension.whileCancellable {
        while true {
            await suspension.wait()
            if case .ready(let output) = future.poll(context) { return output }
            if suspension.isCancelled { return nil }
        }
    }
    guard let output else { throw CancellationError() }
    return output
}

/// The part of ``value(of:)`` that is the same for all futures: the calling task, to be suspended and
/// woken any number of times.
@usableFromInline
struct Suspension: Sendable {
    private let loop: EventLoop
    private let token: UInt64

    /// Begins for the calling task; throws where that is cancelled already.
    @usableFromInline
    init() throws(CancellationError) {
        if Task.isCancelled { throw CancellationError() }
        loop = EventLoop.current(for: "value(of:)")
        token = loop.suspensions.open()
    }

    /// Wakes the task.
    @usableFromInline
    var context: Context { Context(waker: Waker(target: loop, token: token)) }

    /// Whether the task was cancelled while it waited.
    @usableFromInline
    var isCancelled: Bool { loop.suspensions.isCancelled(token) }

    /// Runs `operation`, which a cancellation of the task wakes.
    @usableFromInline
    nonisolated(nonsending) func whileCancellable<Output>(
        _ operation: nonisolated(nonsending) () async -> Output
    ) async -> Output {
        await withTaskCancellationHandler(operation: operation) { loop.cancel(token) }
    }

    /// Suspends the task until it is woken or cancelled; not at all where it has been since the last
    /// wait.
    @usableFromInline
    nonisolated(nonsending) func wait() async {
        await withUnsafeContinuation {
            if !loop.suspensions.park($0, token) { $0.resume() }
        }
    }

    /// Ends: wakers of it wake nobody from here on.
    @usableFromInline
    func close() { loop.suspensions.close(token) }
}
