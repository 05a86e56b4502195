// The numbers of handles, where they are not the places of one dense table.

/// Which numbers a guest gets for its handles: with gaps between them, or counted for each type alone
/// (FZ-39, RES-05).
///
/// Says only which number belongs to which place of the ``ResourceTable``, which stays dense.
struct HandleNumbers: Sendable {
    enum Style {
        case sparse, perType

        /// The style of a policy whose numbers are not places.
        init?(_ handles: HostPolicy.Handles) {
            switch handles {
            case .sparse: self = .sparse
            case .perType: self = .perType
            case .lifo, .fifo, .fresh, .any: return nil
            }
        }
    }

    /// The resource that has a number, or had it last.
    struct Owner: Sendable {
        var place: Int
        var serial: UInt64
    }

    /// How many numbers a sparse host leaves out before a new one.
    static let gaps = [0, 1, 30, 4_095]

    /// The first number.
    let first: Int32
    private let style: Style
    /// By type, or one for all: the next unused number.
    private var next: [Int32]
    /// By type: numbers that are free again, the one freed last at the end.
    private var free: [[Int32]]
    private var owners: [UInt64: Owner] = [:]
    private var numberAt: [Int: Int32] = [:]

    init(_ style: Style, first: Int32) {
        self.style = style
        self.first = first
        next = Array(repeating: first, count: ResourceKind.allCases.count)
        free = Array(repeating: [], count: ResourceKind.allCases.count)
    }

    /// Above every number that was given.
    var end: Int32 { next.max()! }

    private func series(_ kind: ResourceKind) -> Int {
        style == .perType ? Int(kind.rawValue) - 1 : 0
    }

    private func key(_ number: Int32, _ kind: ResourceKind) -> UInt64 {
        UInt64(series(kind)) << 32 | UInt64(UInt32(bitPattern: number))
    }

    /// Who has the number, or had it last.
    func owner(of number: Int32, as kind: ResourceKind) -> Owner? { owners[key(number, kind)] }

    /// A number for the resource at this place.
    /// - Throws: `tableFull` where the numbers have run out (RES-06).
    mutating func take(
        _ kind: ResourceKind, for place: Int, serial: UInt64, gap: Int
    ) throws(HostTrap.Kind) -> Int32 {
        let series = series(kind)
        let number: Int32
        if let freed = free[series].popLast() {
            number = freed
        } else {
            guard Int(next[series]) + gap <= ResourceTable.mostHandles else {
                throw .tableFull(limit: ResourceTable.mostHandles)
            }
            number = next[series] + Int32(gap)
            next[series] = number + 1
        }
        owners[key(number, kind)] = Owner(place: place, serial: serial)
        numberAt[place] = number
        return number
    }

    /// Takes in which numbers are taken and which come next.
    func hashState(into hash: inout StateHash) {
        hash.add(next.hashValue)
        hash.add(free.hashValue)
        hash.add(numberAt.hashValue)
    }

    /// The resource at this place is gone. Sparse numbers are not used again.
    mutating func giveBack(_ kind: ResourceKind, from place: Int) {
        guard let number = numberAt.removeValue(forKey: place) else { return }
        if style == .perType { free[series(kind)].append(number) }
    }
}
