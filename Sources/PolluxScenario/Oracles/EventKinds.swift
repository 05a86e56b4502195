// Which events an oracle wants to see.

import PolluxHost

/// Kinds of events. Most oracles look at few of them, and most runs are judged by all oracles.
struct EventKinds: OptionSet {
    let rawValue: UInt16

    static let subscribe = EventKinds(rawValue: 1 << 0)
    static let unsubscribe = EventKinds(rawValue: 1 << 1)
    static let asked = EventKinds(rawValue: 1 << 2)
    static let poll = EventKinds(rawValue: 1 << 3)
    static let report = EventKinds(rawValue: 1 << 4)
    static let open = EventKinds(rawValue: 1 << 5)
    static let stream = EventKinds(rawValue: 1 << 6)
    static let clock = EventKinds(rawValue: 1 << 7)
    static let task = EventKinds(rawValue: 1 << 8)
    static let trap = EventKinds(rawValue: 1 << 9)
    static let socket = EventKinds(rawValue: 1 << 10)
    /// What the world and the choices did.
    static let other = EventKinds(rawValue: 1 << 11)

    /// The kind of an event.
    init(_ what: TraceEvent.What) {
        self =
            switch what {
            case .subscribe: .subscribe
            case .unsubscribe: .unsubscribe
            case .asked: .asked
            case .poll: .poll
            case .report: .report
            case .open: .open
            case .stream: .stream
            case .clock: .clock
            case .task: .task
            case .trap: .trap
            case .socket: .socket
            case .clockRead, .level, .bytes, .due, .choice, .end: .other
            }
    }

    init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// How often each serial stands in a list. Most lists are short, and then no table is made.
struct Copies {
    private let list: [UInt64]
    private var table: [UInt64: Int] = [:]
    private static let longest = 16

    init(_ list: [UInt64]) {
        self.list = list
        guard list.count > Self.longest else { return }
        for serial in list { table[serial, default: 0] += 1 }
    }

    subscript(serial: UInt64) -> Int {
        if list.count > Self.longest { return table[serial] ?? 0 }
        var count = 0
        for other in list where other == serial { count += 1 }
        return count
    }
}
