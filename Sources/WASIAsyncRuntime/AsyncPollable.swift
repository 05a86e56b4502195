// A pollable that tasks await.

import WASIReactor
import WASIp2

/// A pollable that any number of tasks may await, any number of times.
///
/// It stands in the thread's poll once, while somebody waits; a turn that reports it ends all those
/// waits, in the order in which they began. A wait always suspends, for only the host's report says
/// that a pollable is ready. Made and used inside one ``blockOn(pick:_:)``; its pollable is dropped
/// with the last reference, or when that ends.
public final class AsyncPollable: @unchecked Sendable {
    private let reactor: Reactor
    private let key: EventKey

    /// Takes a pollable over.
    public init(_ pollable: consuming Pollable) {
        reactor = Reactor.current
        key = reactor.insert(pollable)
    }

    deinit { reactor.remove(key) }

    /// Waits until the host reports it ready after this wait began.
    /// - Throws: `CancellationError`; the wait is then gone, and the pollable as it was.
    public nonisolated(nonsending) func wait() async throws(CancellationError) {
        reactor.checkIsCurrent()
        _ = try await value(of: reactor.wait(key))
    }

    /// Waits until one of `pollables`, at least one, is ready, and returns the place of one that is,
    /// the lowest where several are.
    /// - Throws: `CancellationError`.
    public nonisolated(nonsending) static func first(
        of pollables: [AsyncPollable]
    ) async throws(CancellationError) -> Int {
        for pollable in pollables { pollable.reactor.checkIsCurrent() }
        return try await value(of: Reactor.current.waitAny(pollables.map(\.key)))
    }

    /// Waits until each of `pollables` has been ready once.
    /// - Throws: `CancellationError`.
    public nonisolated(nonsending) static func all(
        of pollables: [AsyncPollable]
    ) async throws(CancellationError) {
        for pollable in pollables { pollable.reactor.checkIsCurrent() }
        try await value(of: Reactor.current.waitAll(pollables.map(\.key)))
    }
}
