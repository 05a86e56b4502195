// Runs one scenario once: one host, one seed, one guest.

import PolluxHost
import PolluxNative

/// A guest that can be asked to run scenarios: a name, and an entry that serves task 0 of the step
/// door and returns when that is done.
public struct GuestProgram: Sendable {
    /// How scenarios and the command line call it.
    public let name: String
    /// Serves task 0 of the step door and returns when that is done.
    public let entry: @Sendable () -> Void

    /// A guest; `entry` is called once a run, on a thread of its own.
    public init(name: String, entry: @escaping @Sendable () -> Void) {
        self.name = name
        self.entry = entry
    }
}

/// A whole program that scenarios can name: `program: {entry: Echo}`.
public struct ProgramEntry: Sendable {
    /// How scenarios call it.
    public let name: String
    /// The program, from its beginning to its end.
    public let body: @Sendable () -> Void

    /// A program; `body` is called once a run, on a thread of its own.
    public init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

/// Plays scenarios in simulated time.
public struct Player: Sendable {
    /// The guest that plays.
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
        // Behind the resources: a program's standard output and standard error.
        let extra = scenario.entry == nil ? 0 : 2
        let driver = VirtualDriver(
            sourceCount: scenario.resources.count + extra,
            facts: scenario.facts.map(Self.driverFact))
        let host = WASIHost(
            driver: driver, policy: entry.policy, choices: SeededChoices(seed: seed), trace: trace,
            environment: Self.environment(of: scenario))
        let door = StepDoor(scenario, entry, host: host, driver: driver, trace: trace)
        host.door = door
        if scenario.entry != nil { door.beginProgram() }
        let outcome = Guest.run(
            on: host, ending: .exitThread, timeLimit: .milliseconds(Int(timeLimit * 1_000)),
            guest.entry)
        // Host and door know each other; a guest that is out of time may still be asking.
        if outcome != .timedOut { host.door = nil }
        if scenario.entry != nil { door.endProgram(outcome) }
        return Run(scenario, on: entry, seed: seed, guest: guest.name, door: door, outcome: outcome)
    }

    private static func driverFact(_ fact: Fact) -> VirtualDriver.Fact {
        let change: VirtualDriver.Change =
            switch fact.change {
            case .ready(let isReady): isReady ? .ready : .unready
            case .chunk(_, let bytes): .chunk(bytes)
            case .empty: .emptyReady
            case .permit(let count): .permit(count)
            case .flushed: .flushed
            case .closed: .close
            case .failed(let text): .fail(ByteFailure(text))
            }
        return VirtualDriver.Fact(
            time: fact.time, source: SourceID(index: Int32(fact.resource)), change,
            origin: "line \(fact.place.line)")
    }

    /// The world's standard input, where it has one; everything else of a process is empty.
    private static func environment(of scenario: Scenario) -> GuestEnvironment {
        var environment = GuestEnvironment()
        for (index, resource) in scenario.resources.enumerated() {
            guard case .stdin = resource.kind else { continue }
            environment.standardInput = .init(source: SourceID(index: Int32(index)))
        }
        if let entry = scenario.entry {
            let output = Int32(scenario.resources.count)
            environment.arguments = [entry.name.value] + entry.arguments
            environment.variables = entry.variables.map { ($0.name, $0.value) }
            environment.standardOutput = .init(source: SourceID(index: output))
            environment.standardError = .init(source: SourceID(index: output + 1))
        }
        return environment
    }
}

extension HostEntry {
    /// Whether two seeds can give two runs: the host, or the guest's executor, has something to
    /// choose.
    public var hasChoices: Bool { picksAnyTask || policy.hasChoices }
}
