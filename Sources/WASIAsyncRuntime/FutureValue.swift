// From WASIReactor's futures to `await`.

import WASIReactor

/// Awaits a future of WASIReactor: a wait, a sleep, a read, a message, one of your own.
///
/// Where the task is cancelled, now or while it waits, the future is dropped, which leaves nothing
/// behind in the reactor; one that is ready at the same moment wins, so that nothing it took is lost.
/// Runs on the caller's actor, without a hop. Needs a ``blockOn(pick:_:)`` on this thread.
/// - Throws: `CancellationError`.
public nonisolated(nonsending) func value<F: Future & ~Copyable>(
    of future: consuming F
) async throws(CancellationError) -> F.Output {
    if Task.isCancelled { throw CancellationError() }
    let loop = EventLoop.current(for: "value(of:)")
    let token = loop.suspensions.open()
    defer { loop.suspensions.close(token) }
    let context = Context(waker: Waker(target: loop, token: token))
    while true {
        if case .ready(let output) = future.poll(context) { return output }
        if loop.suspensions.isCancelled(token) { throw CancellationError() }
        await withTaskCancellationHandler {
            await withUnsafeContinuation {
                if !loop.suspensions.park($0, token) { $0.resume() }
            }
        } onCancel: {
            loop.cancel(token)
        }
    }
}
