// The state of a run between two turns as one number: what follows from equal ones is equal.

import PolluxHost

/// Tells the states of one exploration's runs apart.
///
/// Two runs that come to one state go on in the same ways, and these ways are judged alike, so one of
/// them is enough. In a state is all that decides what comes: the guest's runtime, which tells its
/// own hash; the host and its world; how far each task is in its steps. And what decides how it is
/// judged: what oracles remember, and of the past what the scenario's expectations ask about.
///
/// Serials, event numbers and turns only count up, and count only by their order. Two limits that do
/// depend on how long something took are out of reach of a small program, and others are not hashed:
/// patience, which moves the clock after many calls in a row, and the bound on turns of
/// `bounded-starvation`.
struct StateKey {
    private let scenario: Scenario
    private let host: HostEntry
    private let guest: String
    /// Whose memory is in a state.
    let oracles: [OracleName]
    private let claims: HistoryClaims

    /// The most waits in a program that is hashed: fewer turns than `bounded-starvation` allows.
    private static let mostWaits = 64
    /// The most calls in a row without a wait after which a state is still told apart by the rest.
    private static let mostQuietCalls = 300

    /// `nil` where states of this scenario's runs are not told apart.
    init?(_ scenario: Scenario, on host: HostEntry, by guest: String) {
        guard scenario.entry == nil, scenario.mostWaits <= Self.mostWaits else { return nil }
        self.scenario = scenario
        self.host = host
        self.guest = guest
        let blocks = scenario.expectations.filter {
            $0.scope.includes(guest: guest, host: host.name)
        }
        let names = blocks.invariantOracles.union(blocks.neverOracles)
        // What these remember is counts of all that was.
        if names.contains(.pollEconomy) || names.contains(.fifoService) { return nil }
        oracles = OracleName.allCases.filter(names.contains)
        claims = HistoryClaims(scenario, blocks)
    }

    /// The key of the state that a run is in; `nil` where it is none to go by: something is wrong
    /// with the run already, or the guest has not waited for long.
    func of(_ door: StepDoor, guest state: UInt64) -> UInt64? {
        if door.host.quietCalls > Self.mostQuietCalls { return nil }
        // The log so far, as if the run were over: what is wrong with its end does not count.
        let run = Run(
            scenario, on: host, seed: 0, guest: guest, door: door, outcome: .completed)
        guard let judges = run.judgesSoFar(of: oracles) else { return nil }
        var hash = StateHash()
        hash.add(state)
        door.host.hashState(into: &hash)
        let ages = Ages(judges.scene)
        door.hashState(into: &hash, ages)
        judges.scene.hashState(into: &hash, ages)
        if judges.scene.creep > 0 { return nil }
        for oracle in judges.oracles { oracle.hashState(into: &hash, ages, in: judges.scene) }
        claims.hash(run, into: &hash)
        // The entry is woken in its place among those that join the same task.
        for task in judges.scene.tasks {
            guard let wait = task.wait, case .join(let other) = wait.what,
                other == door.entryJoin
            else { continue }
            hash.add(wait.event < door.entryJoinEvent)
        }
        return hash.value
    }
}

/// The pollables that still matter, by age: those alive, and those that somebody waits for.
struct Ages {
    private var ages: [UInt64: Int] = [:]

    init(_ scene: Scene) {
        var waited: Set<UInt64> = []
        for task in scene.tasks {
            if case .slots(let slots, _, _)? = task.wait?.what {
                for slot in slots { waited.insert(slot.serial) }
            }
        }
        for (serial, pollable) in scene.pollables
        where pollable.isAlive || waited.contains(serial) { ages[serial] = ages.count }
    }

    /// How many of them are older; -1 for one that is over.
    subscript(serial: UInt64) -> Int { ages[serial] ?? -1 }
    /// Their serials, in no order.
    func contains(_ serial: UInt64) -> Bool { ages[serial] != nil }
}

extension Scenario {
    /// How many bytes can be read from a stream.
    private func bytes(of stream: ResourceID) -> Int {
        let facts = facts.filter { $0.resource == stream }
        // The body of a response that no fact speaks of comes whole.
        if facts.isEmpty, resources[stream].exchange != nil {
            return (resources[stream].script?.chunks ?? []).reduce(0) { $0 + $1.bytes.count }
        }
        return facts.reduce(0) { sum, fact in
            guard case .chunk(_, let bytes) = fact.change else { return sum }
            return sum + bytes.count
        }
    }

    /// How often its tasks wait, at the most; `.max` where that is no small number.
    var mostWaits: Int {
        func waits(_ steps: [Located<Step>]) -> Int {
            var sum = 0
            for step in steps {
                let more: Int
                switch step.value {
                case .sleep, .waitAny, .waitAll, .yield, .recv, .read, .write, .flush, .connect,
                    .listen, .accept, .shut, .lookup, .fetch, .trailers:
                    more = 1
                case .join(let others): more = others.count
                case .cancel(_, let thenJoin): more = thenJoin ? 1 : 0
                case .readUntilClosed(let stream, _): more = 1 + bytes(of: stream)
                case .repeat(let count, let steps):
                    let (product, overflow) = waits(steps).multipliedReportingOverflow(by: count)
                    more = overflow ? .max : product
                case .subscribe, .drop, .dropStream, .spawn, .work, .say, .send, .exit, .poll,
                    .ready, .block, .stream:
                    more = 0
                }
                let (total, overflow) = sum.addingReportingOverflow(more)
                if overflow { return .max }
                sum = total
            }
            return sum
        }
        var sum = 0
        for task in tasks {
            let (total, overflow) = sum.addingReportingOverflow(waits(task.steps))
            if overflow { return .max }
            sum = total
        }
        return sum
    }
}
