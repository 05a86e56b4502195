// wasi:io/poll: what is ready, and waiting until something is.

extension WASIHost {
    /// `poll`: waits until at least one of the pollables is ready; returns the positions of ready
    /// ones, never none (POLL-05). Blocks through the driver. The list may repeat a handle
    /// (POLL-03) and is read only.
    ///
    /// Which ready positions are returned, and in which order, is the host's choice within its
    /// policy (FZ-01 to FZ-03, FZ-05).
    /// - Throws: `empty-poll` (POLL-01), `unknown-handle` or `wrong-type` (RES-01 to RES-03, RES-08),
    ///   `deadlock` where a simulated world has nothing left that could end the wait (POLL-12).
    public func poll(_ list: borrowing Span<Int32>) throws(HostTrap) -> [UInt32] {
        try poll(list, in: .poll)
    }

    /// `[method]pollable.block`: a poll of this pollable alone, its result dropped (POLL-14).
    public func block(_ handle: Int32) throws(HostTrap) {
        let list: InlineArray<1, Int32> = [handle]
        _ = try poll(list.span, in: .pollableBlock)
    }

    private func poll(
        _ list: borrowing Span<Int32>, in call: HostCall
    ) throws(HostTrap) -> [UInt32] {
        try enter(call)
        guard !list.isEmpty else { throw try refusalOfNothing(in: call) }
        var traced: Int?
        if let trace { traced = try record(list, in: call, to: trace) }
        var waited = false
        while true {
            let nearest = try collectReady(of: list, isFirstLook: !waited, in: call)
            if !found.isEmpty { break }
            waited = true
            try wait(until: nearest, in: call, for: list)
            if !parkable.isEmpty { parkWhatWasWaitedFor() }
        }
        if waited {
            progressed()
            rest()
        } else if !unmet.isEmpty || parking.isInUse {
            giveSourcesATurn()
        }
        if found.count > 1 || !isPlain { select(&found, from: list) }
        if let traced { recordReport(found, of: list, call: traced) }
        return found
    }

    @inline(never)
    private func refusalOfNothing(in call: HostCall) throws(HostTrap) -> HostTrap {
        if tampering?.waitsForNothing == true {
            unmet.removeAll()
            try wait(until: nil, in: call) { [] }
        }
        return HostTrap(.emptyPoll, in: call)
    }

    @inline(never)
    private func wait(
        until deadline: MonotonicInstant?, in call: HostCall, for list: borrowing Span<Int32>
    ) throws(HostTrap) {
        let list = copy list
        try wait(until: deadline, in: call) { names(of: list) }
    }

    /// Waits in the driver for the sources in ``unmet``.
    /// - Parameter names: what the guest waits for.
    func wait(
        until deadline: MonotonicInstant?, in call: HostCall, for names: () -> [String]
    ) throws(HostTrap) {
        if isStopping { throw HostTrap(.ended, in: call) }
        if case .never = driver.wait(until: deadline, for: unmet) {
            throw HostTrap(.deadlock(waitingOn: names()), in: call)
        }
        if parking.isInUse { unparkWhatFired() }
    }

    /// One look at every pollable of the list: the ready positions in ``found``, ascending, the
    /// unready sources in ``unmet``, and the earliest instant that makes a clock pollable ready.
    ///
    /// The clock is read once, and not before a clock pollable's instant is later than the last
    /// reading: from there on a run of clock pollables to come is one scan of one array.
    private func collectReady(
        of list: borrowing Span<Int32>, isFirstLook: Bool, in call: HostCall
    ) throws(HostTrap) -> MonotonicInstant? {
        unmet.removeAll(keepingCapacity: true)
        found.removeAll(keepingCapacity: true)
        parkable.removeAll(keepingCapacity: true)
        let parks = self.parks
        if hasBusyOutputs { pushBusyOutputs() }
        var now = lastReading
        var isFresh = false
        var nearest = UInt64.max
        var position = 0
        while true {
            if isFresh {
                position = table.passPending(of: list, from: position, at: now, nearest: &nearest)
            }
            if position == list.count { break }
            let deadline = table.deadline(of: list[position])
            if deadline > now {
                _ = readClock()
                now = lastReading
                isFresh = true
                continue
            }
            var isReady = deadline > 0
            if !isReady {
                isReady = try look(
                    at: list[position], isFirstLook, &nearest, parks: parks, in: call)
            }
            if isReady { found.append(UInt32(truncatingIfNeeded: position)) }
            position &+= 1
        }
        return nearest == .max ? nil : MonotonicInstant(nanoseconds: nearest)
    }

    /// Whether a pollable of any kind is ready. An unready source goes to ``unmet``.
    @inline(never)
    private func look(
        at handle: Int32, _ isFirstLook: Bool, _ nearest: inout UInt64, parks: Bool,
        in call: HostCall
    ) throws(HostTrap) -> Bool {
        guard let index = table.place(of: handle, as: .pollable) else {
            throw refusal(of: handle, as: .pollable, in: call)
        }
        let unready: SourceID?
        let input = Int(table.heads[index].payload)
        if input >= 0 {
            return look(atInput: input, of: index, isFirstLook, &nearest, parks: parks)
        }
        switch table.entries[index].pollable.condition {
        case .at(let instant):
            // Only the first instant that a clock can count comes here.
            if instant.nanoseconds <= readClock() { return true }
            nearest = min(nearest, instant.nanoseconds)
            return false
        case .source(let source):
            if driver.isReady(source) { return true }
            unready = source
        case .input: preconditionFailure("an input that its head does not name")
        case .output(let stream):
            if isWritable(stream) { return true }
            unready = outputs.end(stream).source
        case .tcp, .incoming, .outgoing, .lookup:
            let look = lookAtSocket(table.entries[index].pollable.condition)
            if look.isReady { return true }
            unready = look.source
        case .response, .trailers:
            let look = lookAtHTTP(table.entries[index].pollable.condition)
            if look.isReady { return true }
            unready = look.source
            if let limit = look.limit { nearest = min(nearest, limit.nanoseconds) }
        case .never: return false
        case .always: return true
        }
        if let unready { unmet.append(unready) }
        return false
    }

    /// Whether the pollable at `index`, of the input stream at `stream`, is ready.
    @inline(__always)
    private func look(
        atInput stream: Int, of index: Int, _ isFirstLook: Bool, _ nearest: inout UInt64,
        parks: Bool
    ) -> Bool {
        if isReadable(
            stream, subject: table.entries[index].serial, mayRaiseFalseAlarm: isFirstLook)
        {
            return true
        }
        let end = inputs.end(stream)
        if let source = end.source { unmet.append(source) }
        if let limit = end.limit { nearest = min(nearest, limit.nanoseconds) }
        // What has a limit is looked at each time.
        if parks, let source = end.ownSource { parkable.append((index, source)) }
        return false
    }

    /// Reads the monotonic clock, and remembers the reading: what was due by then is due now. The
    /// last instant of all is not remembered, as a deadline it is never.
    @inline(__always)
    func readClock() -> UInt64 {
        let now = driver.now.nanoseconds
        lastReading = min(now, .max - 1)
        return now
    }

    /// `[method]pollable.ready`: whether the pollable is ready, without waiting (POLL-15).
    ///
    /// The host may say no a few times after the condition came true (FZ-06), but not once the
    /// guest has been told yes and has not consumed it.
    /// - Throws: `unknown-handle` or `wrong-type`.
    public func ready(_ handle: Int32) throws(HostTrap) -> Bool {
        try enter(.pollableReady)
        let deadline = table.deadline(of: handle)
        if deadline == 0 || deadline == .max || !isPlain { return try answer(handle) }
        if deadline <= lastReading { return true }
        return deadline <= readClock()
    }

    /// `ready` of any pollable, on any host.
    @inline(never)
    private func answer(_ handle: Int32) throws(HostTrap) -> Bool {
        guard let index = table.place(of: handle, as: .pollable) else {
            throw refusal(of: handle, as: .pollable, in: .pollableReady)
        }
        let holds: Bool
        switch table.entries[index].pollable.condition {
        case .at(let instant): holds = instant <= driver.now
        case .source(let source):
            holds = driver.isReady(source)
            if !holds { giveATurn(to: source) }
        case .input(let stream):
            let serial = table.entries[index].serial
            holds = isReadable(stream, subject: serial, mayRaiseFalseAlarm: true)
            if !holds { giveATurn(to: inputs.end(stream).source) }
        case .output(let stream):
            holds = isWritable(stream)
            if !holds { giveATurn(to: outputs.end(stream).source) }
        case .tcp, .incoming, .outgoing, .lookup:
            let look = lookAtSocket(table.entries[index].pollable.condition)
            holds = look.isReady
            if !holds { giveATurn(to: look.source) }
        case .response, .trailers:
            let look = lookAtHTTP(table.entries[index].pollable.condition)
            holds = look.isReady
            if !holds { giveATurn(to: look.source) }
        case .never: holds = false
        case .always: holds = true
        }
        let answer = holds && (policy.readyLag == 0 || !lags(index))
        if !holds { table.entries[index].pollable.isShown = false }
        if let trace {
            trace.record(.asked(table.entries[index].serial, answer), at: driver.now)
        }
        return answer
    }

    /// Whether `ready` says no although the condition holds.
    private func lags(_ index: Int) -> Bool {
        if table.entries[index].pollable.isShown { return false }
        var lag = table.entries[index].pollable.lag
        if lag < 0 {
            let serial = table.entries[index].serial
            lag = Int32(choose(.readyLag, about: serial, among: policy.readyLag + 1))
        }
        table.entries[index].pollable.lag = lag - 1
        if lag > 0 { return true }
        table.entries[index].pollable.isShown = true
        return false
    }

    /// A call that does not wait still lets the world move now and then, so that a guest which
    /// spins, or polls beside an always-ready timer, sees its sources (POLL-19, POLL-20, POLL-22).
    ///
    /// The turn is for all that was found unready since the last one: a guest that asks for its
    /// sources in some rhythm must not see only those on which the turn happens to fall.
    private func giveSourcesATurn() {
        for source in unmet { passedOver.append(source) }
        giveTurnByCount()
    }

    func giveATurn(to source: SourceID?) {
        guard let source else { return }
        passedOver.append(source)
        giveTurnByCount()
    }

    private func giveTurnByCount() {
        if unreadySourceCalls & 15 == 0 {
            driver.turn(for: passedOver)
            if parking.isInUse { unparkWhatFired() }
            passedOver.removeAll(keepingCapacity: true)
        }
        unreadySourceCalls &+= 1
    }

    // MARK: What is reported

    /// Narrows and orders the ready positions as policy and choices say.
    private func select(_ ready: inout [UInt32], from list: borrowing Span<Int32>) {
        if ready.count > 1 {
            if policy.subset != .all { omitSome(&ready, of: list) }
            if policy.duplicates != .all { omitCopies(&ready, of: list) }
            order(&ready, of: list)
        } else if policy.subset != .all {
            table.entries[index(list, ready[0])].pollable.omissions = 0
        }
        if policy.readyLag > 0 {
            for position in ready {
                table.entries[index(list, position)].pollable.isShown = true
            }
        }
        if let tampering { amend(&ready, of: list, by: tampering) }
    }

    private func amend(
        _ ready: inout [UInt32], of list: borrowing Span<Int32>, by tampering: any Tampering
    ) {
        var handles: [Int32] = []
        for position in list.indices { handles.append(list[position]) }
        tampering.amend(&ready, of: handles) { position in
            let index = table.placeOfLivePollable(handles[Int(position)])
            if case .at = table.entries[index].pollable.condition { return true }
            return false
        }
    }

    /// FZ-02, within the fairness bound FZ-05.
    private func omitSome(_ ready: inout [UInt32], of list: borrowing Span<Int32>) {
        var indices: [Int] = []  // by age, each once
        for position in ready {
            let index = index(list, position)
            if !indices.contains(index) { indices.append(index) }
        }
        indices.sort { table.entries[$0].serial < table.entries[$1].serial }
        var kept = indices.filter { table.entries[$0].pollable.omissions >= policy.fair }
        let free = indices.filter { table.entries[$0].pollable.omissions < policy.fair }
        switch policy.subset {
        case .all: kept = indices
        case .one:
            if kept.isEmpty { kept = [free[choose(.pollSubset, among: free.count)]] }
        case .any:
            for (place, index) in free.enumerated() {
                // The last one must stay where all others are left out.
                let mayOmit = !kept.isEmpty || place < free.count - 1
                let serial = table.entries[index].serial
                if choose(.pollSubset, about: serial, among: mayOmit ? 2 : 1) == 0 {
                    kept.append(index)
                }
            }
        }
        for index in indices {
            table.entries[index].pollable.omissions =
                kept.contains(index) ? 0 : table.entries[index].pollable.omissions + 1
        }
        ready.removeAll { !kept.contains(index(list, $0)) }
    }

    /// FZ-03.
    private func omitCopies(_ ready: inout [UInt32], of list: borrowing Span<Int32>) {
        var left: [Int: Int] = [:]  // copies not yet decided, by index in the table
        var kept: Set<Int> = []
        for position in ready { left[index(list, position), default: 0] += 1 }
        let positions = ready
        ready.removeAll(keepingCapacity: true)
        for position in positions {
            let index = index(list, position)
            left[index]! -= 1
            let isLast = left[index] == 0
            switch policy.duplicates {
            case .all: ready.append(position)
            case .first:
                if kept.insert(index).inserted { ready.append(position) }
            case .any:
                let mayOmit = kept.contains(index) || !isLast
                let hasCopies = !isLast || kept.contains(index)
                let serial = table.entries[index].serial
                let options = mayOmit && hasCopies ? 2 : 1
                if choose(.pollDuplicates, about: serial, among: options) == 0 {
                    ready.append(position)
                    kept.insert(index)
                }
            }
        }
    }

    /// FZ-01; positions come in ascending.
    private func order(_ ready: inout [UInt32], of list: borrowing Span<Int32>) {
        switch policy.order {
        case .ascending: break
        case .descending: ready.reverse()
        case .byResource:
            var keyed = ready.map { position in
                let serial = table.entries[index(list, position)].serial
                return (number: sources.number(watchedBy: serial), position: position)
            }
            keyed.sort { ($0.number, $0.position) < ($1.number, $1.position) }
            for place in keyed.indices { ready[place] = keyed[place].position }
        case .winnerFirst:
            let positions = ready
            sortByAge(&ready, of: list)
            let winner = ready[choose(.pollOrder, among: ready.count)]
            ready = [winner] + positions.filter { $0 != winner }
        case .byAge: sortByAge(&ready, of: list)
        case .any:
            sortByAge(&ready, of: list)
            for place in ready.indices.dropLast() {
                let picked = choose(.pollOrder, among: ready.count - place)
                let chosen = ready.remove(at: place + picked)
                ready.insert(chosen, at: place)
            }
        }
    }

    private func sortByAge(_ ready: inout [UInt32], of list: borrowing Span<Int32>) {
        // Mostly sorted already: a reactor's list stands in order of registration.
        var isSorted = true
        var last: UInt64 = 0
        for position in ready {
            let serial = table.entries[index(list, position)].serial
            if serial < last { isSorted = false }
            last = serial
        }
        if isSorted { return }
        var keyed = ready.map { (serial: table.entries[index(list, $0)].serial, position: $0) }
        keyed.sort { ($0.serial, $0.position) < ($1.serial, $1.position) }
        for place in keyed.indices { ready[place] = keyed[place].position }
    }

    /// The table's index of a handle that this poll has looked up already.
    @inline(__always)
    private func index(_ list: borrowing Span<Int32>, _ position: UInt32) -> Int {
        table.placeOfLivePollable(list[Int(position)])
    }

    // MARK: The trace

    private func record(
        _ list: borrowing Span<Int32>, in call: HostCall, to trace: Trace
    ) throws(HostTrap) -> Int {
        var serials: [UInt64] = []
        var isCheck = false
        for position in list.indices {
            guard let index = table.place(of: list[position], as: .pollable) else {
                throw refusal(of: list[position], as: .pollable, in: call)
            }
            serials.append(table.entries[index].serial)
            if table.entries[index].pollable.wasDueAtBirth { isCheck = true }
        }
        return trace.record(.poll(serials, isCheck: isCheck), at: driver.now)
    }

    private func recordReport(_ ready: [UInt32], of list: borrowing Span<Int32>, call: Int) {
        var serials: [UInt64] = []
        for position in ready { serials.append(table.entries[index(list, position)].serial) }
        trace?.recordReport(serials, of: call, at: driver.now)
    }

    private func names(of list: borrowing Span<Int32>) -> [String] {
        var names: [String] = []
        for position in list.indices {
            let index = table.placeOfLivePollable(list[position])
            let serial = table.entries[index].serial
            let name = trace?.name(ofPollable: serial) ?? "pollable \(list[position])"
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    // MARK: Pollables

    /// Gives the guest a pollable of a driver's source, as `subscribe` of a resource does.
    /// - Parameter name: how traces call it; `nil` takes the source's name.
    public func subscribe(
        _ source: SourceID, childOf parent: Int32 = 0, named name: String? = nil
    ) throws(HostTrap) -> Int32 {
        try addPollable(PollableState(.source(source)), childOf: parent, named: name, in: nil)
    }

    func addPollable(
        _ state: PollableState, source: SourceID? = nil, childOf parent: Int32 = 0,
        named name: String?, in call: HostCall?
    ) throws(HostTrap) -> Int32 {
        let handle = try insert(.pollable, childOf: parent, pollable: state, in: call)
        if case .at(let instant) = state.condition { noteDeadline(instant) }
        if let trace {
            trace.recordSubscribe(
                table.lastSerial, state.condition, source: source,
                childOf: parent == 0 ? nil : serial(of: parent), name: name, at: driver.now)
        }
        if let tampering { return tampering.number(handle) { table.isLive($0) } }
        return handle
    }
}
