// Where the handles of each host begin.

import Synchronization

/// Gives every host of the process another range of handles (FZ-39), by a counter, so that a
/// handle which outlived its run names nothing in the next ones.
enum HandleBase {
    /// Handles to a range: as many as a host lets live by default, and 255 ranges fit below 2^28.
    private static let stride = 1 << 20
    private static let ranges = 255
    private static let hosts = Atomic<Int>(0)

    static func next() -> Int32 {
        let count = hosts.wrappingAdd(1, ordering: .relaxed).oldValue
        return Int32(1 + count % ranges * stride)
    }
}
