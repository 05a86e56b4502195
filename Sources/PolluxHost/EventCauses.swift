// The events that led to one, which are hardly ever more than two.

/// Ids of earlier events, in the order in which they were added. Up to two of them take no memory of
/// their own.
public struct EventCauses: Sendable, Hashable {
    // 0 where there is none, and else the id and one.
    private var first: Int = 0
    private var second: Int = 0
    private var rest: [Int] = []

    /// No causes.
    public init() {}

    /// One cause, or none.
    public init(_ cause: Int?) {
        if let cause { first = cause + 1 }
    }

    /// Adds a cause behind the others.
    /// - Parameter cause: an event's id, 0 or more.
    public mutating func append(_ cause: Int) {
        if first == 0 {
            first = cause + 1
        } else if second == 0 {
            second = cause + 1
        } else {
            rest.append(cause)
        }
    }
}

extension EventCauses: ExpressibleByArrayLiteral {
    /// These causes.
    @inline(__always)
    public init(arrayLiteral causes: Int...) {
        self.init()
        for cause in causes { append(cause) }
    }
}

extension EventCauses: RandomAccessCollection {
    /// 0.
    public var startIndex: Int { 0 }
    /// How many there are.
    public var endIndex: Int {
        first == 0 ? 0 : second == 0 ? 1 : 2 + rest.count
    }

    /// The cause at a place from 0 up to the count; traps elsewhere.
    public subscript(place: Int) -> Int {
        precondition(indices.contains(place), "no cause at this place")
        return switch place {
        case 0: first - 1
        case 1: second - 1
        default: rest[place - 2]
        }
    }
}
