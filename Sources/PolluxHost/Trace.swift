// The one ordered log of a run; pictures, verdicts and digests are views of it.

/// The log of one run: host calls, the world, choices and task events, in the order they happened.
///
/// Two runs of one scenario with the same choices give the same log, byte for byte: it holds
/// names and serials, never handles, addresses or wall time. A host without a trace pays one
/// comparison a call.
public final class Trace {
    // As WASIHost's: one thread logs, and the log is on the way of every call.
    /// The log so far; empty where it is only followed.
    @safe @exclusivity(unchecked) public private(set) var events: [TraceEvent] = []
    /// How many events were logged.
    public var count: Int { storedCount }
    // Another module's access to a stored property would be checked, whatever this one says of it.
    @safe @exclusivity(unchecked) private var storedCount = 0
    private let keepsEvents: Bool
    /// The reading of the clock that is shown as 0.
    @safe @exclusivity(unchecked) public var start = MonotonicInstant(nanoseconds: 0)
    /// Called with each event as it is logged, for following a run live.
    @safe @exclusivity(unchecked) public var onRecord: ((TraceEvent) -> Void)?

    /// By serial, which counts up from 1.
    @safe @exclusivity(unchecked) private var pollables: PollableNotes
    /// Names of other resources, by serial.
    @safe @exclusivity(unchecked) private var resourceNames: [UInt64: String] = [:]
    @safe @exclusivity(unchecked) private var sourceNames: [Int32: String] = [:]
    /// Those that it began with.
    private let firstSourceNames: [Int32: String]
    /// The event that made each source ready last, by the source's number; -1 for none.
    @safe @exclusivity(unchecked) private var sourceReady: [Int] = []
    @safe @exclusivity(unchecked) private var taskNames: [Int: String] = [:]
    /// Clock pollables whose instant has not come, by (instant, serial).
    @safe @exclusivity(unchecked) private var pending:
        [(instant: MonotonicInstant, serial: UInt64)] = []

    /// What the log knows of one pollable.
    struct PollableNote {
        var name: String
        var source: SourceID?
        /// The serial of the stream or socket that it was subscribed of.
        var parent: UInt64?
        /// Of a clock pollable.
        var instant: MonotonicInstant?
        /// The event that made it ready last.
        var ready: Int?
        /// The report that held it last.
        var report: Int?
        /// A timer of the guest's own that was due when it was subscribed.
        var wasDueAtBirth = false
    }

    /// Notes by serial: side by side in a log that is kept, and in a table where what is gone is
    /// forgotten.
    private struct PollableNotes {
        let isDense: Bool
        private var storage: [PollableNote?] = []
        private var table: [UInt64: PollableNote] = [:]

        init(isDense: Bool) { self.isDense = isDense }

        mutating func removeAll() {
            storage.removeAll(keepingCapacity: true)
            table.removeAll()
        }

        /// How many there are.
        var count: Int {
            isDense ? storage.reduce(0) { $0 + ($1 == nil ? 0 : 1) } : table.count
        }

        @inline(__always)
        subscript(serial: UInt64) -> PollableNote? {
            get {
                if !isDense { return table[serial] }
                let place = Int(truncatingIfNeeded: serial)
                return place < storage.count ? storage[place] : nil
            }
            _modify {
                if !isDense {
                    yield &table[serial]
                    return
                }
                let place = Int(truncatingIfNeeded: serial)
                if place >= storage.count {
                    if storage.isEmpty { storage.reserveCapacity(16) }
                    while storage.count <= place { storage.append(nil) }
                }
                yield &storage[place]
            }
        }
    }

    /// An empty log.
    /// - Parameter keepsEvents: `false` for a log that is only followed by ``onRecord``, so that a
    ///   long run takes no memory for it.
    public init(keepsEvents: Bool = true) {
        self.keepsEvents = keepsEvents
        firstSourceNames = [:]
        pollables = PollableNotes(isDense: keepsEvents)
    }

    /// An empty log with the names that another one has for sources and tasks.
    public init(namesOf other: Trace) {
        keepsEvents = true
        pollables = PollableNotes(isDense: true)
        firstSourceNames = other.sourceNames
        sourceNames = other.sourceNames
        taskNames = other.taskNames
        events.reserveCapacity(64)
    }

    /// Forgets all but the names of tasks, and of sources those that it began with, so that another run can
    /// use the memory. To be called when nothing logs or reads any more.
    package func clear() {
        events.removeAll(keepingCapacity: true)
        storedCount = 0
        onRecord = nil
        pollables.removeAll()
        sourceNames = firstSourceNames
        if !resourceNames.isEmpty { resourceNames.removeAll() }
        sourceReady.removeAll(keepingCapacity: true)
        pending.removeAll(keepingCapacity: true)
        storedLastReport = nil
    }

    // MARK: Names

    /// Gives a driver's source a name.
    public func name(_ source: SourceID, _ name: String) { sourceNames[source.index] = name }
    /// Gives a task a name.
    public func name(task: Int, _ name: String) { taskNames[task] = name }

    /// The name of a pollable: its resource's, or `@10ms` for a timer of the guest's own.
    public func name(ofPollable serial: UInt64) -> String { name(ofResource: serial) }
    /// Gives a resource that is no pollable a name.
    func name(resource serial: UInt64, _ name: String) { resourceNames[serial] = name }
    /// The name of a resource of any type.
    public func name(ofResource serial: UInt64) -> String {
        pollables[serial]?.name ?? resourceNames[serial] ?? "#\(serial)"
    }
    /// The name of a resource that has one.
    func givenName(ofResource serial: UInt64) -> String? {
        let name = pollables[serial]?.name ?? resourceNames[serial]
        return name?.isEmpty ?? true ? nil : name
    }
    /// The name of a source.
    public func name(of source: SourceID) -> String {
        sourceNames[source.index] ?? "source \(source.index)"
    }
    /// The name of a task.
    public func name(ofTask task: Int) -> String { taskNames[task] ?? "task \(task)" }

    // MARK: Recording

    /// Logs an event at `time`, after everything that fell due before it.
    /// - Returns: the event's place in the log.
    @discardableResult
    public func record(
        _ what: consuming TraceEvent.What, at time: MonotonicInstant,
        because causes: consuming EventCauses = []
    ) -> Int {
        flush(upTo: time)
        return append(what, time, causes)
    }

    /// Logs the clock pollables whose instant has come.
    func flush(upTo time: MonotonicInstant) {
        while let first = pending.first, first.instant <= time {
            pending.removeFirst()
            let id = append(.due(first.serial), first.instant, [])
            pollables[first.serial]?.ready = id
        }
    }

    private func append(
        _ what: consuming TraceEvent.What, _ time: MonotonicInstant, _ causes: consuming EventCauses
    ) -> Int {
        let id = storedCount
        let event = TraceEvent(id: id, time: time, causes: causes, what: what)
        storedCount += 1
        switch event.what {
        case .level(let source, true, _): note(source, readyBy: id)
        case .bytes(let source, let change, _) where change.canMakeReady:
            note(source, readyBy: id)
        default: break
        }
        if let onRecord { onRecord(event) }
        if keepsEvents {
            events.append(event)
        } else {
            forget(event.what)
        }
        return id
    }

    /// Drops what is known of a resource that is gone: a log that is only followed has no use for it,
    /// and its run may be long.
    private func forget(_ what: TraceEvent.What) {
        switch what {
        case .unsubscribe(let serial): pollables[serial] = nil
        case .stream(let call):
            switch call.call {
            case .inputStreamDrop, .outputStreamDrop, .errorDrop: resourceNames[call.stream] = nil
            default: break
            }
        case .socket(let call): if call.isDrop { resourceNames[call.socket] = nil }
        default: break
        }
    }

    /// A resource is gone by a call on another.
    func noteConsumed(_ serial: UInt64) {
        if !keepsEvents { resourceNames[serial] = nil }
    }

    /// How many resources the log has something to say of.
    var noteCount: Int { pollables.count + resourceNames.count }

    // MARK: Pollables

    func recordSubscribe(
        _ serial: UInt64, _ condition: PollableState.Condition, source: SourceID? = nil,
        childOf parent: UInt64? = nil, name: String?, at time: MonotonicInstant
    ) {
        var note = PollableNote(
            name: name ?? "", source: source, parent: parent, ready: nil, report: nil)
        switch condition {
        case .at(let instant):
            note.instant = instant
            if name == nil { note.name = timerName(instant) }
        case .source(let source):
            note.source = source
            if name == nil { note.name = self.name(of: source) }
        case .never:
            if name == nil { note.name = "@never" }
        case .input, .output, .tcp, .incoming, .outgoing, .lookup, .response, .trailers,
            .always:
            break
        }
        pollables[serial] = note
        record(.subscribe(serial), at: time)
        if case .at(let instant) = condition {
            if instant <= time {
                pollables[serial]?.wasDueAtBirth = name == nil
                pollables[serial]?.ready = append(.due(serial), time, [])
            } else {
                let place = placeInPending(instant, serial)
                pending.insert((instant, serial), at: place)
            }
        }
    }

    /// How a timer of the guest's own is called: by its instant, counted from the start.
    func timerName(_ instant: MonotonicInstant) -> String {
        let elapsed =
            instant.nanoseconds >= start.nanoseconds
            ? TimeText.string(instant.nanoseconds - start.nanoseconds)
            : "-" + TimeText.string(start.nanoseconds - instant.nanoseconds)
        return "@" + elapsed
    }

    /// Where a timer belongs among those whose instant has not come.
    private func placeInPending(_ instant: MonotonicInstant, _ serial: UInt64) -> Int {
        var (low, high) = (0, pending.count)
        while low < high {
            let middle = (low + high) / 2
            if (pending[middle].instant, pending[middle].serial) < (instant, serial) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    func recordUnsubscribe(_ serial: UInt64, at time: MonotonicInstant) {
        let instant = pollables[serial]?.instant
        record(.unsubscribe(serial), at: time)
        guard let instant else { return }
        let place = placeInPending(instant, serial)
        if place < pending.count, pending[place].serial == serial { pending.remove(at: place) }
    }

    /// The longest report whose causes are compared one by one.
    private static let longestSearched = 16

    /// Logs a poll's result because of the call and of what made each reported pollable ready.
    func recordReport(_ serials: [UInt64], of call: Int?, at time: MonotonicInstant) {
        flush(upTo: time)
        var causes = EventCauses()
        // Most reports are short, and then no table is made.
        let isLong = serials.count > Self.longestSearched
        var known: Set<Int> = []
        for serial in serials {
            let note = pollables[serial]
            let ready = note?.source.map { readiness(of: $0) } ?? note?.ready
            guard let ready else { continue }
            let isNew = isLong ? known.insert(ready).inserted : !causes.contains(ready)
            if isNew { causes.append(ready) }
        }
        if let call { causes.append(call) }
        let id = append(.report(serials), time, causes)
        for serial in serials { pollables[serial]?.report = id }
        storedLastReport = id
    }

    /// The driver's source that makes the pollable ready, where it is known.
    public func source(ofPollable serial: UInt64) -> SourceID? { pollables[serial]?.source }

    /// The serial of the stream or socket that the pollable was subscribed of.
    public func parent(ofPollable serial: UInt64) -> UInt64? { pollables[serial]?.parent }

    /// The instant from which on a clock pollable is ready; `nil` for what is none, or never is.
    public func instant(ofPollable serial: UInt64) -> MonotonicInstant? {
        pollables[serial]?.instant
    }

    /// The event that made the source ready last.
    func readiness(of source: SourceID) -> Int? {
        let number = Int(source.index)
        return number < sourceReady.count && sourceReady[number] >= 0 ? sourceReady[number] : nil
    }

    private func note(_ source: SourceID, readyBy event: Int) {
        while sourceReady.count <= Int(source.index) { sourceReady.append(-1) }
        sourceReady[Int(source.index)] = event
    }

    /// The report that held the pollable last; the usual cause of a waiter's wake.
    public func lastReport(of serial: UInt64) -> Int? { pollables[serial]?.report }

    /// The last report of any kind.
    public var lastReport: Int? { storedLastReport }
    @safe @exclusivity(unchecked) private var storedLastReport: Int?

    /// Whether the pollable is a timer of the guest's own that was due when it was subscribed: a
    /// poll with it cannot wait.
    public func wasDueAtBirth(_ serial: UInt64) -> Bool {
        pollables[serial]?.wasDueAtBirth ?? false
    }
}
