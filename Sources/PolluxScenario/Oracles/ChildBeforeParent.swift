// child-before-parent: pollables go before their streams.

import PolluxHost

/// A stream is dropped after the pollables made of it. A host that lets a stream go first does not
/// trap, and there is nothing to judge.
struct ChildBeforeParent: TrapOracle {
    static let name = OracleName.childBeforeParent
    var violations: [Violation] = []

    static func applies(to run: Run) -> Bool {
        guard case .trapped(let trap, _) = run.outcome, sentence(for: trap) != nil else {
            return false
        }
        return run.host.policy.parentDrop == .trap && run.expectedTrap != trap.name
    }

    /// A step dropped the stream while a name of the program's still stood for a pollable of it.
    static func isProgrammed(_ scene: Scene) -> Bool {
        scene.streams.values.contains { stream in
            stream.isAlive && stream.isReleased
                && scene.pollables.values.contains {
                    $0.isAlive && $0.owner == .program && !$0.isReleased
                        && $0.resource == stream.resource
                }
        }
    }

    static func sentence(for trap: HostTrap) -> String? {
        guard case .childAlive(_, _, let children, _) = trap.kind else { return nil }
        return "dropped a stream before \(Words.count(children, "pollable")) of it"
    }
}
