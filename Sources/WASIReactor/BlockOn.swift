// The loop of a guest with one future and no executor.

import CWASIp2

/// Runs one future to its end on the calling thread: polls it, and blocks in the reactor whenever it
/// is pending. It is polled again after every block, whoever the report was for, so its waker wakes
/// nobody.
///
/// Where the future is pending and waits for nothing that the reactor keeps, nothing could ever end
/// the loop: the guest ends through `wasip2_unreachable` instead of polling an empty list.
public func blockOn<F: Future & ~Copyable>(
    _ future: consuming F, _ reactor: Reactor
) -> F.Output {
    let context = Context(waker: .noop)
    while true {
        if case .ready(let output) = future.poll(context) { return output }
        if !reactor.blockUntil() {
            wasip2_unreachable(
                "blockOn: the future is pending and waits for no pollable and no timer")
        }
    }
}
