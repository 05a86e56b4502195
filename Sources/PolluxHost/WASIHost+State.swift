// The state of a host and its simulated world as a number, for whoever goes through all states.

extension WASIHost {
    /// Takes in all that decides what the host does next: the table with its free list, what was
    /// shown and left out, the streams, the world's clock and script. Ages count by their order, and
    /// what only counts up is left out, so that two ways to one state come to one hash.
    ///
    /// Patience is not in it: see ``quietCalls``.
    package func hashState(into hash: inout StateHash) {
        table.hashState(into: &hash)
        hash.add(inputs.count)
        for place in 0..<inputs.count { hash.add(stateHash(of: inputs, at: place)) }
        hash.add(outputs.count)
        for place in 0..<outputs.count { hash.add(stateHash(of: outputs, at: place)) }
        hash.add(busyOutputs.hashValue)
        hash.add(errors.hashValue)
        hashSockets(into: &hash)
        hashHTTP(into: &hash)
        if policy.order == .byResource { sources.hashState(into: &hash, of: table) }
        (driver as? VirtualDriver)?.hashState(into: &hash)
    }

    private func stateHash<State: Hashable>(of pool: StreamPool<State>, at place: Int) -> Int {
        guard let stream = pool.stream(at: place) else { return 0 }
        var hash = StateHash()
        hash.add(stream.state.hashValue)
        hash.add(stream.end.source?.index ?? -1)
        hash.add(stream.handles)
        return Int(bitPattern: UInt(hash.value))
    }

    /// How many calls in a row did not wait; so many more, and patience moves the clock.
    package var quietCalls: Int { calls - quietSince }
}

extension VirtualDriver {
    /// Takes in the clock, the script's next line, and what each source is like.
    func hashState(into hash: inout StateHash) {
        hash.add(now.nanoseconds)
        hash.add(facts.count - factsToCome.count)
        hash.add(endpoints.hashValue)
        hash.add(generator.hashValue)
        hash.add(network.hashValue)
    }
}

extension ResourceTable {
    /// Takes in every live resource at its place, and the free places in the order in which they will
    /// be taken.
    func hashState(into hash: inout StateHash) {
        hash.add(entries.count)
        for entry in entries {
            guard let kind = entry.kind else {
                hash.add(0)
                continue
            }
            hash.add(Int(kind.rawValue))
            hash.add(age(of: entry.serial))
            hash.add(entry.parent == 0 ? -1 : Int(entry.parent - base))
            hash.add(Int(entry.payload))
            hash.add(entry.pollable.hashValue)
        }
        hash.add(freePlaces.count)
        for place in freePlaces { hash.add(place) }
        numbers?.hashState(into: &hash)
    }

    /// How many live resources are older.
    func age(of serial: UInt64) -> Int {
        entries.reduce(0) { $0 + ($1.kind != nil && $1.serial < serial ? 1 : 0) }
    }
}

extension SourceNumbers {
    /// Takes in the numbers of what is alive.
    func hashState(into hash: inout StateHash, of table: borrowing ResourceTable) {
        hash.add(counters.hashValue)
        for entry in table.entries where entry.kind != nil {
            hash.add(numbers(of: entry.serial).hashValue)
            hash.add(number(watchedBy: entry.serial))
        }
    }
}
