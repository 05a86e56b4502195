// What is remarkable about a run: what a fuzzer takes for a sign of something new.

import PolluxHost

/// The features that one run shows, as numbers: which kind of event followed which, the shapes of
/// polls, how choices were answered, and how near it came to what oracles forbid.
struct RunFeatures {
    /// So many features are told apart.
    static let count = 1 << 16
    /// Those that were not known, each once, in the order in which they showed.
    private(set) var new: [UInt16] = []
    private let known: FeatureMap

    /// The features of a run that are not known; none of one that was given up, whose log nobody may
    /// read.
    init(_ run: Run, tape: Tape, notIn known: FeatureMap) {
        self.known = known
        if run.outcome == .timedOut { return }
        var reader = Reader()
        for event in run.trace.events { read(event, &reader) }
        for entry in tape.entries {
            guard let kind = entry.kind else { continue }
            let answer = entry.answer == 0 ? 0 : entry.answer == entry.count - 1 ? 2 : 1
            add(.choice, kind.number, answer, Self.size(Int(entry.count)))
        }
        add(.near, 0, Self.size(reader.mostPolls))
        add(.near, 1, Self.size(reader.mostTurns))
        add(.near, 2, Self.size(reader.mostPollables))
        add(.near, 3, Self.size(reader.turn))
        add(.outcome, Self.number(run.outcome), 0)
    }

    private enum Sort: Int { case edge, pair, poll, choice, near, outcome }

    /// What is remembered from one event to the next.
    private struct Reader {
        var last = 0
        var lastOfTask: [Int: Int] = [:]
        var list: [UInt64] = []
        var polls = 0
        var mostPolls = 0
        var turn = 0
        /// The turn at which each pollable was reported first since it was waited for.
        var reported: [UInt64: Int] = [:]
        var mostTurns = 0
        var pollables = 0
        var mostPollables = 0
        var waiting = 0
    }

    private mutating func read(_ event: TraceEvent, _ reader: inout Reader) {
        var kind: Int
        switch event.what {
        case .subscribe:
            kind = 1
            reader.pollables += 1
            reader.mostPollables = max(reader.mostPollables, reader.pollables)
        case .unsubscribe(let serial):
            kind = 2
            reader.pollables -= 1
            if let turn = reader.reported.removeValue(forKey: serial) {
                reader.mostTurns = max(reader.mostTurns, reader.turn - turn)
            }
        case .asked(_, let answer): kind = answer ? 3 : 4
        case .poll(let list, let isCheck):
            kind = isCheck ? 5 : 6
            reader.list = list
            reader.polls += 1
            reader.mostPolls = max(reader.mostPolls, reader.polls)
        case .report(let list):
            kind = 7
            readReport(list, &reader)
        case .clockRead: kind = 8
        case .open: kind = 9
        case .stream(let call):
            kind = 100 + 8 * Int(call.call.rawValue) + Self.number(call.answer)
        case .socket(let call): kind = 100 + 8 * Int(call.call.rawValue)
        case .level(_, let isReady, _): kind = isReady ? 60 : 61
        case .bytes(_, let change, _): kind = 20 + Self.number(change)
        case .due: kind = 70
        case .clock(_, let reason): kind = reason == .wait ? 71 : reason == .work ? 72 : 73
        case .choice: return
        case .task(let task, let what):
            kind = 80 + Self.number(what)
            if what == .wake { reader.polls = 0 }
            if case .wait = what {
                reader.turn += 1
                reader.waiting += 1
            }
            if what == .wake { reader.waiting -= 1 }
            add(.pair, reader.lastOfTask[task] ?? 0, kind, Self.size(reader.waiting))
            reader.lastOfTask[task] = kind
        case .trap: kind = 75
        case .end: kind = 76
        }
        add(.edge, reader.last, kind)
        reader.last = kind
    }

    /// A poll's shape: how long its list, how much of it reported, in which order, whether twice.
    private mutating func readReport(_ list: [UInt64], _ reader: inout Reader) {
        for serial in list where reader.reported[serial] == nil {
            reader.reported[serial] = reader.turn
        }
        var order = 0
        var place = -1
        for serial in list {
            let next = reader.list.firstIndex(of: serial) ?? 0
            order |= next > place ? 1 : 2
            place = next
        }
        let copies = Set(reader.list).count < reader.list.count ? 1 : 0
        add(
            .poll, Self.size(reader.list.count), Self.size(list.count),
            order * 2 + copies, Self.size(reader.waiting))
    }

    /// Its power of two: that a number doubles is news, not that it grows by one.
    private static func size(_ number: Int) -> Int {
        number < 4 ? max(number, 0) : Int.bitWidth - number.leadingZeroBitCount + 1
    }

    private mutating func add(_ sort: Sort, _ a: Int, _ b: Int, _ c: Int = 0, _ d: Int = 0) {
        // Each part has its bits; a multiplication spreads them.
        let word = UInt64(a) << 40 | UInt64(b) << 24 | UInt64(c) << 12 | UInt64(d) << 4
        let hash = (word | UInt64(sort.rawValue)) &* 0x9E37_79B9_7F4A_7C15
        let number = UInt16(truncatingIfNeeded: hash >> 48)
        if !known.contains(number), !new.contains(number) { new.append(number) }
    }

    private static func number(_ answer: StreamEvent.Answer) -> Int {
        switch answer {
        case .done: 0
        case .count(0): 1
        case .count: 2
        case .bytes(let bytes): bytes.count == 0 ? 3 : 4
        case .text: 5
        case .closed, .waits: 6
        case .failed: 7
        }
    }

    private static func number(_ what: TraceEvent.TaskEvent) -> Int {
        switch what {
        case .start: 0
        case .wait: 1
        case .wake: 2
        case .done: 3
        case .cancelled: 4
        case .say: 5
        case .fail: 6
        }
    }

    private static func number(_ change: VirtualDriver.Change) -> Int {
        switch change {
        case .ready: 0
        case .unready: 1
        case .chunk: 2
        case .emptyReady: 3
        case .permit: 4
        case .flushed: 5
        case .close: 6
        case .fail: 7
        case .answers: 8
        case .calls: 9
        case .responds: 10
        }
    }

    private static func number(_ outcome: RunOutcome) -> Int {
        switch outcome {
        case .completed: 0
        case .leftBehind: 1
        case .leaked: 2
        case .exited: 3
        case .trapped: 4
        case .deadlocked: 5
        case .livelocked: 6
        case .timedOut: 7
        case .unsupported: 8
        case .aborted: 9
        }
    }
}

/// The features that one guest has shown so far.
struct FeatureMap {
    private var words = [UInt64](repeating: 0, count: RunFeatures.count / 64)
    /// How many.
    private(set) var count = 0

    /// Whether one has been seen.
    func contains(_ feature: UInt16) -> Bool {
        words[Int(feature >> 6)] & (1 << UInt64(feature & 63)) != 0
    }

    /// Takes a feature in; whether it is new.
    mutating func insert(_ feature: UInt16) -> Bool {
        if contains(feature) { return false }
        words[Int(feature >> 6)] |= 1 << UInt64(feature & 63)
        count += 1
        return true
    }
}
