// progress: polling leads somewhere.

import PolluxHost

/// The guest does not poll many times in a row without a task, or a call on a stream, in between.
/// A poll that leaves out what the one before reported is progress, too: a task may wait for all
/// of several.
struct Progress: Oracle {
    static let name = OracleName.progress
    var violations: [Violation] = []

    /// How many polls in a row may lead nowhere.
    static let limit = 8

    private var polls = 0
    private var first = 0
    private var reported: [UInt64] = []

    static let sees: EventKinds = [.task, .stream, .socket, .open, .poll, .report]

    static func applies(to run: Run) -> Bool {
        !run.scenario.expectations.contains {
            $0.outcome?.value == .livelocked
                && $0.scope.includes(guest: run.guest, host: run.host.name)
        }
    }

    mutating func see(_ event: TraceEvent, in scene: Scene) {
        switch event.what {
        case .task, .stream, .socket, .open: polls = 0
        case .poll(let list, _):
            if scene.isOwnCall {
                polls = 0
                return
            }
            if !reported.isEmpty {
                let listed = Copies(list)
                if reported.contains(where: { listed[$0] == 0 }) { polls = 0 }
                reported = []
            }
            if polls == 0 { first = event.id }
            polls += 1
            if polls == Self.limit + 1 {
                object(
                    "the guest polled \(polls) times in a row without a turn of any task, last "
                        + scene.names(ofPollables: list), because: [first, event.id], in: scene)
            }
        case .report(let list):
            // The guest's own timers say nothing: it may make one for each poll.
            reported = list.filter { scene.pollables[$0]?.owner != .guest }
        default: break
        }
    }

    func hashState(into hash: inout StateHash, _ ages: Ages, in scene: Scene) {
        hash.add(polls)
        hash.add(reported.count)
        for serial in reported { hash.add(ages[serial]) }
    }
}
