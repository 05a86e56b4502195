// The runnable tasks, first in, first out.

/// A ring of task numbers that grows and never shrinks.
struct RunQueue {
    private var ring: [Int32] = Array(repeating: 0, count: 16)
    private var head = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// The task at this place of the line, 0 being the one that has waited longest.
    subscript(place: Int) -> Int32 { ring[(head + place) & (ring.count - 1)] }

    mutating func append(_ task: Int32) {
        if count == ring.count { grow() }
        ring[(head + count) & (ring.count - 1)] = task
        count += 1
    }

    /// Takes the `offset`-th task out, 0 being the one that has waited longest; the others keep
    /// their order.
    mutating func remove(at offset: Int) -> Int32 {
        precondition(offset >= 0 && offset < count, "a runnable task that does not exist")
        let mask = ring.count - 1
        let task = ring[(head + offset) & mask]
        var place = offset
        while place > 0 {
            ring[(head + place) & mask] = ring[(head + place - 1) & mask]
            place -= 1
        }
        head = (head + 1) & mask
        count -= 1
        return task
    }

    private mutating func grow() {
        var larger = [Int32](repeating: 0, count: ring.count * 2)
        for place in 0..<count { larger[place] = ring[(head + place) & (ring.count - 1)] }
        ring = larger
        head = 0
    }
}
