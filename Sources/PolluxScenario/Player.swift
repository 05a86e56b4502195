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
        run(on: Stage(scenario, on: entry, for: guest), seed: seed)
    }

    /// The same on a stage that is there already, for whoever plays several runs on one.
    func run(on stage: Stage, seed: UInt64) -> Run {
        run(on: stage, choices: SeededChoices(seed: seed), seed: seed)
    }

    /// As ``run(_:on:seed:)``, but whoever is passed answers the choices of the host, and of the
    /// guest's executor where the host entry leaves those open. It must not be used for two runs.
    public func run(_ scenario: Scenario, on entry: HostEntry, choices: any ChoiceSource) -> Run {
        run(on: Stage(scenario, on: entry, for: guest), choices: choices, seed: 0)
    }

    private func run(on stage: Stage, choices: any ChoiceSource, seed: UInt64) -> Run {
        let set = stage.set(choices: choices)
        let outcome = Guest.run(
            on: set.host, ending: .exitThread,
            timeLimit: .milliseconds(Int(timeLimit * 1_000)), guest.entry)
        return stage.run(set, seed: seed, outcome: outcome)
    }
}

extension HostEntry {
    /// Whether two seeds can give two runs: the host, or the guest's executor, has something to
    /// choose.
    public var hasChoices: Bool { picksAnyTask || policy.hasChoices }
}
