// The states that the workers of one exploration have come to.

import PolluxNative

/// Which states somebody goes on from already.
final class VisitedStates: Sendable {
    private let keys = Locked<Set<UInt64>>([])
    /// Tells a scenario's states apart.
    let key: StateKey

    init(_ key: StateKey) { self.key = key }

    /// Takes a state; false where somebody has it.
    func insert(_ key: UInt64) -> Bool { keys.withLock { $0.insert(key).inserted } }

    /// How many there are.
    var count: Int { keys.withLock { $0.count } }
}
