// The numbers that a host gives, in a table of its own, to what pollables watch.

/// A host's second table (RES-29): every resource has a number there, which no guest sees, and a timer
/// has one beside that of its pollable. The number freed last is the next one given.
///
/// Hosts that walk this table when they look for what is ready report in its order (POLL-06).
struct SourceNumbers: Sendable {
    private var next: Int32 = 0
    private var free: [Int32] = []
    /// By serial, the numbers of a resource; of a clock pollable the timer's first.
    private var taken: [UInt64: [Int32]] = [:]
    private var watched: [UInt64: Int32] = [:]
    private var levels: [SourceID: Int32] = [:]

    private mutating func take() -> Int32 {
        if let number = free.popLast() { return number }
        next += 1
        return next - 1
    }

    /// A resource came into being.
    /// - Parameters:
    ///   - condition: of a pollable, what it watches.
    ///   - parent: the serial of the resource that it is the child of.
    mutating func add(
        _ serial: UInt64, _ condition: PollableState.Condition?, parent: UInt64?
    ) {
        switch condition {
        case nil: taken[serial] = [take()]
        case .at, .never:
            let timer = take()
            taken[serial] = [timer, take()]
            watched[serial] = timer
        case .source(let source) where parent == nil:
            let level = levels[source] ?? take()
            levels[source] = level
            taken[serial] = [take()]
            watched[serial] = level
        case .source, .input, .output, .tcp, .incoming, .outgoing, .lookup, .response,
            .trailers, .always:
            taken[serial] = [take()]
            watched[serial] = parent.flatMap { taken[$0]?.first } ?? taken[serial]![0]
        }
    }

    /// A resource is gone.
    mutating func remove(_ serial: UInt64) {
        watched[serial] = nil
        for number in (taken.removeValue(forKey: serial) ?? []).reversed() { free.append(number) }
    }

    /// What is taken and free, but for whose it is.
    var counters: [[Int32]] {
        let taken = levels.sorted { $0.key.index < $1.key.index }
        return [[next], free, taken.map(\.key.index), taken.map(\.value)]
    }

    /// The numbers of a live resource.
    func numbers(of serial: UInt64) -> [Int32] { taken[serial] ?? [] }

    /// The number of what a live pollable watches.
    func number(watchedBy pollable: UInt64) -> Int32 { watched[pollable] ?? .max }
}
