// Runs one scenario once: one host, one seed, one guest.

import PolluxHost
import PolluxNative

/// A guest that can be asked to run scenarios: a name, and an entry that serves task 0 of the step
/// door and returns when that is done.
public struct GuestProgram: Sendable {
    public let name: String
    public let entry: @Sendable () -> Void

    /// A guest; `entry` is called once a run, on a thread of its own.
    public init(name: String, entry: @escaping @Sendable () -> Void) {
        self.name = name
        self.entry = entry
    }
}

/// Plays scenarios in simulated time.
public struct Player: Sendable {
    public let guest: GuestProgram
    /// The wall time after which a run is given up, in seconds.
    var timeLimit = 60.0

    /// A player for this guest.
    public init(guest: GuestProgram) {
        self.guest = guest
    }

    /// Runs the scenario on one of its hosts and blocks until the guest has ended.
    ///
    /// The same seed gives the same run, byte for byte, as far as the guest is deterministic; a host
    /// that leaves nothing to choose does not use it.
    public func run(_ scenario: Scenario, on entry: HostEntry, seed: UInt64) -> Run {
        let trace = Trace()
        for (index, resource) in scenario.resources.enumerated() {
            trace.name(SourceID(index: Int32(index)), resource.name)
        }
        trace.name(task: 0, "entry")
        for (index, task) in scenario.tasks.enumerated() { trace.name(task: index + 1, task.name) }
        let driver = VirtualDriver(
            sourceCount: scenario.resources.count, facts: scenario.facts.map(Self.driverFact))
        let host = Host(
            driver: driver, policy: entry.policy, choices: SeededChoices(seed: seed), trace: trace)
        let door = StepDoor(scenario, entry, host: host, driver: driver, trace: trace)
        host.door = door
        let outcome = Guest.run(
            on: host, ending: .exitThread, timeLimit: .milliseconds(Int(timeLimit * 1_000)),
            guest.entry)
        return Run(scenario, on: entry, seed: seed, guest: guest.name, door: door, outcome: outcome)
    }

    private static func driverFact(_ fact: Fact) -> VirtualDriver.Fact {
        switch fact.change {
        case .ready(let isReady):
            VirtualDriver.Fact(
                time: fact.time, source: SourceID(index: Int32(fact.resource)), isReady: isReady,
                origin: "line \(fact.place.line)")
        }
    }
}

extension HostEntry {
    /// Whether two seeds can give two runs: the host, or the guest's executor, has something to
    /// choose.
    public var hasChoices: Bool {
        picksAnyTask || policy.order == .any || policy.subset != .all || policy.duplicates == .any
            || policy.readyLag > 0 || policy.handles == .any
    }
}
