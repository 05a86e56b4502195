// poll-economy: no more polls than there is reason for.

import PolluxHost

/// The guest polls about as often as something comes of it: once for each wait that a report
/// ends, and once for every two turns beside. No bound holds for every sound reactor, so a
/// scenario asks for this one.
struct PollEconomy: Oracle {
    static let name = OracleName.pollEconomy
    var violations: [Violation] = []

    /// Polls that need no reason.
    static let spare = 8

    private var polls = 0
    private var reasons = 0

    static let sees: EventKinds = [.poll, .report]

    mutating func see(_ event: TraceEvent, in scene: Scene) {
        switch event.what {
        case .poll(let list, _):
            if scene.isOwnCall { return }
            polls += 1
            let allowed = Self.spare + reasons + scene.turn / 2
            if polls == allowed + 1 {
                object(
                    "the guest polled \(polls) times for "
                        + "\(Words.count(scene.turn, "turn")) and "
                        + "\(Words.count(reasons, "report")) of what was waited for, last "
                        + scene.names(ofPollables: list), because: [event.id], in: scene)
            }
        case .report(let list):
            if scene.poll?.isOwnCall == true { return }
            if list.contains(where: { isReason($0, scene) }) { reasons += 1 }
        default: break
        }
    }

    /// Whether somebody waits for it: not for a timer that only keeps a poll from waiting.
    private func isReason(_ serial: UInt64, _ scene: Scene) -> Bool {
        !scene.trace.wasDueAtBirth(serial)
    }
}
