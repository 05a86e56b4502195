// A limit on how long something may take.

/// What ``withTimeout(_:_:)`` throws when its time is up.
public struct TimeoutError: Error, Hashable, CustomStringConvertible {
    /// The time that was not enough.
    public var limit: Duration

    /// A time-out after this long.
    public init(limit: Duration) { self.limit = limit }

    /// `timed out after` and the limit with its unit.
    public var description: String { "timed out after \(limit)" }
}

/// Runs `body` as a child task, and cancels it once `limit` has passed by WASI's clock.
///
/// Returns or throws only when the body has ended, so that whatever it held is given back. A body that
/// returns in spite of the cancellation, or in the same turn, wins: nothing it took is lost. A
/// cancellation of the caller's task is passed on to the body.
/// - Throws: ``TimeoutError`` where the body ended by a `CancellationError` after the limit;
///   otherwise what the body throws.
public nonisolated(nonsending) func withTimeout<T>(
    _ limit: Duration, _ body: nonisolated(nonsending) @escaping () async throws -> T
) async throws -> T {
    let child = Child(body)
    return try await withThrowingTaskGroup(of: Ended.self) { group in
        group.addTask { await child.run() }
        group.addTask {
            do { try await sleep(for: limit) } catch { return .sleepCancelled }
            return .limit
        }
        var isOver = false
        while let ended = try await group.next() {
            if ended == .limit { isOver = child.result == nil }
            group.cancelAll()
        }
        do {
            return try child.result!.get()
        } catch is CancellationError where isOver {
            throw TimeoutError(limit: limit)
        }
    }
}

/// Which of the two children ended.
private enum Ended: Sendable {
    case body, limit, sleepCancelled
}

/// The body as a child task. Its thread is its parent's, so that nothing is shared between threads.
private final class Child<T>: @unchecked Sendable {
    private let body: nonisolated(nonsending) () async throws -> T
    private(set) var result: Result<T, any Error>?

    init(_ body: nonisolated(nonsending) @escaping () async throws -> T) { self.body = body }

    func run() async -> Ended {
        do { result = .success(try await body()) } catch { result = .failure(error) }
        return .body
    }
}
