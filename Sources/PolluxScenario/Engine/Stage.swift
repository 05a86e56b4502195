// A scenario ready to be run: what all runs on one host have in common is made once.

import PolluxHost
import PolluxNative

/// One scenario on one host by one guest; gives each run a host, a log and a step door of its own.
struct Stage: @unchecked Sendable {
    let scenario: Scenario
    let entry: HostEntry
    let guest: GuestProgram
    /// After how many host calls without progress a run is ended.
    var livelockLimit = 1_000_000 {
        didSet { callLimit = min(Self.mostCalls, 40 * livelockLimit) }
    }
    /// After how many it is ended in any case; fewer for whoever is quick to call it a livelock.
    private(set) var callLimit = Self.mostCalls
    /// As many as a log has room for in a gigabyte or so.
    private static let mostCalls = 4_000_000
    /// Makes hosts that break the specification; for tests.
    var tampering: (@Sendable () -> any Tampering)?
    private let world: VirtualDriver.Script
    private let environment: GuestEnvironment
    /// What the world's sockets and names come to; loopback beside them.
    private let network: NetworkPolicy
    /// A log in which nothing stands; nobody changes it.
    private let names: Trace
    private let script: Script
    /// What is played here, for another process.
    private let stageScript: StageScript

    init(_ scenario: Scenario, on entry: HostEntry, for guest: GuestProgram) {
        self.scenario = scenario
        self.entry = entry
        self.guest = guest
        world = VirtualDriver.Script(
            sourceCount: scenario.resources.count + Self.programStreams(of: scenario),
            facts: scenario.facts.map { Self.driverFact($0, of: scenario) },
            peers: scenario.peers, listeners: scenario.listeners, names: scenario.names,
            servers: scenario.servers, doors: scenario.doors)
        network = scenario.networkPolicy
        environment = Self.environment(of: scenario)
        script = Script(scenario)
        stageScript = StageScript(scenario, on: entry)
        names = Trace()
        for (index, resource) in scenario.resources.enumerated() {
            names.name(SourceID(index: Int32(index)), resource.name)
        }
        names.name(task: 0, "entry")
        for (index, task) in scenario.tasks.enumerated() { names.name(task: index + 1, task.name) }
    }

    /// What one run consists of.
    struct Set {
        let host: WASIHost
        let door: StepDoor
    }

    /// A run that has not begun, whose choices these are. `surroundings` may put another driver between the
    /// host and the simulated world, which stays the step door's.
    /// - Parameters:
    ///   - firstHandle: the number of its first handle; another one for each run unless told.
    ///   - used: a run on this stage that has ended and is needed no more, to be played anew in its memory
    ///     where nothing stands between its host and the simulated world.
    func set(
        choices: any ChoiceSource, firstHandle: Int32? = nil, over used: Set? = nil,
        in surroundings: (VirtualDriver) -> any Driver = { $0 }
    ) -> Set {
        let set = reset(used, choices, firstHandle) ?? make(choices, firstHandle, surroundings)
        set.host.door = set.door
        if scenario.entry != nil { set.door.beginProgram() }
        return set
    }

    private func make(
        _ choices: any ChoiceSource, _ firstHandle: Int32?,
        _ surroundings: (VirtualDriver) -> any Driver
    ) -> Set {
        let trace = Trace(namesOf: names)
        let driver = VirtualDriver(script: world)
        let host = WASIHost(
            driver: surroundings(driver), policy: entry.policy, choices: choices, trace: trace,
            environment: environment, network: network, firstHandle: firstHandle,
            livelockLimit: livelockLimit, callLimit: callLimit)
        if let tampering { host.tamper(tampering()) }
        let door = StepDoor(script, entry, host: host, driver: driver, trace: trace)
        door.stageScript = stageScript
        return Set(host: host, door: door)
    }

    /// The same as ``make(_:_:_:)`` from what is there; `nil` where that has something of its own.
    private func reset(
        _ used: Set?, _ choices: any ChoiceSource, _ firstHandle: Int32?
    ) -> Set? {
        guard let used, tampering == nil, used.host.livelockLimit == livelockLimit,
            used.host.driver === used.door.driver
        else { return nil }
        precondition(used.door.script === script, "a run of another stage")
        used.door.trace.clear()
        used.door.driver.reset()
        used.host.reset(choices: choices, firstHandle: firstHandle)
        used.door.reset()
        return used
    }

    /// Lets go of a run that nobody looks at.
    func finish(_ set: Set, _ outcome: Outcome) {
        // Host and door know each other; a guest that is out of time may still be asking.
        if outcome != .timedOut { set.host.door = nil }
        if scenario.entry != nil { set.door.endProgram(outcome) }
    }

    /// What is known of a run after it.
    func run(_ set: Set, seed: UInt64, outcome: Outcome) -> Run {
        finish(set, outcome)
        return Run(
            scenario, on: entry, seed: seed, guest: guest.name, door: set.door, outcome: outcome)
    }

    private static func driverFact(_ fact: Fact, of scenario: Scenario) -> VirtualDriver.Fact {
        let exchange = scenario.resources[fact.resource].exchange
        let change: VirtualDriver.Change =
            switch fact.change {
            case .ready(let isReady): isReady ? .ready : .unready
            case .chunk(_, let bytes): .chunk(bytes)
            case .empty: .emptyReady
            case .permit(let count): .permit(count)
            case .flushed: .flushed
            case .closed: .close
            case .failed(let text):
                .fail(exchange == nil ? ByteFailure(text) : ByteFailure(HTTPErrorCode(named: text)))
            case .answers(let answer): .answers(answer)
            case .calls: .calls
            case .head: .responds(exchange!.head)
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

    /// Behind the resources: a whole program's standard output and standard error.
    private static func programStreams(of scenario: Scenario) -> Int {
        scenario.entry == nil ? 0 : 2
    }
}
