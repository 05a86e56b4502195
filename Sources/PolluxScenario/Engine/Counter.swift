// A number that several workers count.

import Synchronization

/// An integer that any thread may read and change.
final class Counter: Sendable {
    private let number: Atomic<Int>

    init(_ value: Int = 0) { number = Atomic(value) }

    /// What it is now.
    var value: Int { number.load(ordering: .acquiring) }

    /// Adds to it and returns what it was.
    @discardableResult
    func add(_ amount: Int) -> Int {
        number.wrappingAdd(amount, ordering: .acquiringAndReleasing).oldValue
    }

    /// Makes it no more than this.
    func lower(to value: Int) { number.min(value, ordering: .acquiringAndReleasing) }
}
