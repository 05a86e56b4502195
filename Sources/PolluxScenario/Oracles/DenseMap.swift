// Maps and sets whose keys are small numbers, for what every event of every run looks up.

/// A dictionary by numbers that count up from 0 or 1: serials, tasks, resources. It goes through its
/// entries in the order of their keys, and no look-up hashes.
struct DenseMap<Key: BinaryInteger, Value>: Sequence, ExpressibleByDictionaryLiteral {
    private var storage: [Value?] = []

    init() {}

    init(dictionaryLiteral elements: (Key, Value)...) {
        for (key, value) in elements { self[key] = value }
    }

    @inline(__always)
    subscript(key: Key) -> Value? {
        get {
            let place = Int(truncatingIfNeeded: key)
            return place < storage.count ? storage[place] : nil
        }
        _modify {
            let place = Int(truncatingIfNeeded: key)
            grow(to: place)
            yield &storage[place]
        }
    }

    @inline(__always)
    subscript(key: Key, default value: @autoclosure () -> Value) -> Value {
        get { self[key] ?? value() }
        _modify {
            let place = Int(truncatingIfNeeded: key)
            grow(to: place)
            if storage[place] == nil { storage[place] = value() }
            yield &storage[place]!
        }
    }

    @inline(__always)
    private mutating func grow(to place: Int) {
        if place < storage.count { return }
        storage.reserveCapacity(16)
        while storage.count <= place { storage.append(nil) }
    }

    @discardableResult
    mutating func removeValue(forKey key: Key) -> Value? {
        let place = Int(truncatingIfNeeded: key)
        return place < storage.count ? storage[place].take() : nil
    }

    /// Forgets all entries; the memory is kept.
    mutating func removeAll() { storage.removeAll(keepingCapacity: true) }

    /// The values, in the order of their keys.
    var values: some Sequence<Value> { storage.lazy.compactMap { $0 } }

    func makeIterator() -> AnyIterator<(key: Key, value: Value)> {
        var place = 0
        return AnyIterator {
            while place < storage.count {
                defer { place += 1 }
                if let value = storage[place] { return (Key(place), value) }
            }
            return nil
        }
    }
}

extension DenseMap: Sendable where Key: Sendable, Value: Sendable {}

/// A set of tasks, in file order; up to 64 of them take no memory.
struct TaskSet: Sequence, ExpressibleByArrayLiteral {
    private var low: UInt64 = 0
    private var high: Set<TaskID> = []

    init(arrayLiteral elements: TaskID...) {
        for element in elements { insert(element) }
    }

    @inline(__always)
    func contains(_ task: TaskID) -> Bool {
        task < 64 ? low & (1 << UInt64(task)) != 0 : high.contains(task)
    }

    @discardableResult
    mutating func insert(_ task: TaskID) -> (inserted: Bool, memberAfterInsert: TaskID) {
        if task >= 64 { return high.insert(task) }
        defer { low |= 1 << UInt64(task) }
        return (!contains(task), task)
    }

    @discardableResult
    mutating func remove(_ task: TaskID) -> TaskID? {
        if task >= 64 { return high.remove(task) }
        defer { low &= ~(1 << UInt64(task)) }
        return contains(task) ? task : nil
    }

    var isEmpty: Bool { low == 0 && high.isEmpty }
    var count: Int { low.nonzeroBitCount + high.count }

    /// The first of them in file order.
    func min() -> TaskID? { low == 0 ? high.min() : low.trailingZeroBitCount }

    func makeIterator() -> AnyIterator<TaskID> {
        var rest = low
        var others = high.isEmpty ? [][...] : high.sorted()[...]
        return AnyIterator {
            if rest == 0 { return others.popFirst() }
            defer { rest &= rest - 1 }
            return rest.trailingZeroBitCount
        }
    }
}
