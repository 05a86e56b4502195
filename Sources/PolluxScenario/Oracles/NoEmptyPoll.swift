// no-empty-poll: nobody polls an empty list.

import PolluxHost

/// No `poll` has an empty list. The host traps; this names who.
struct NoEmptyPoll: TrapOracle {
    static let name = OracleName.noEmptyPoll
    var violations: [Violation] = []

    static func sentence(for trap: HostTrap) -> String? {
        if case .emptyPoll = trap.kind { return "polled an empty list" }
        return nil
    }
}

/// An oracle whose rule the host enforces: it names the rule's oracle and the one who broke it.
protocol TrapOracle: Oracle {
    /// What the guest did, behind `the guest`, where this trap is the oracle's.
    static func sentence(for trap: HostTrap) -> String?
    /// Whether the program itself asked for what trapped: then no reactor is to blame.
    static func isProgrammed(_ scene: Scene) -> Bool
}

extension TrapOracle {
    /// Not where the scenario expects just this trap.
    static func applies(to run: Run) -> Bool {
        guard case .trapped(let trap, _) = run.outcome, sentence(for: trap) != nil else {
            return false
        }
        return run.expectedTrap != trap.name
    }

    static var sees: EventKinds { [.trap] }

    static func isProgrammed(_ scene: Scene) -> Bool { scene.isOwnCall }

    mutating func see(_ event: TraceEvent, in scene: Scene) {
        guard case .trap(let trap) = event.what, let sentence = Self.sentence(for: trap),
            !Self.isProgrammed(scene)
        else { return }
        let who = scene.lastTask.map { "after \(scene.name($0)) had gone on the guest" }
        object(
            "\(who ?? "the guest") \(sentence)\(trap.call.map { " (\($0.shortName))" } ?? "")",
            task: scene.lastTask, because: event.causes, in: scene)
    }
}

extension Run {
    /// The name of the trap that the scenario expects of this run.
    var expectedTrap: String? {
        for block in scenario.expectations where block.scope.includes(guest: guest, host: host.name)
        {
            if case .trap(let name, _) = block.outcome?.value { return name }
        }
        return nil
    }
}
