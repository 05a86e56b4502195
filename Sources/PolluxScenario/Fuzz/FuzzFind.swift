// A run that fails, found by a fuzzer.

import PolluxHost

/// A run that fails, of a scenario that was made or given.
public struct FuzzFind: Sendable {
    /// Whose run.
    public let guest: GuestProgram
    /// Of which scenario.
    public let scenario: Scenario
    /// The same as a draft, where the scenario was made.
    public let draft: Draft?
    /// On which host.
    public let host: HostEntry
    /// The run, what does not hold of it, and what was chosen in it.
    public let run: Exploration.Find
    /// Its number among all runs of the search, from 1.
    public internal(set) var number: Int

    /// Which mistake it seems to be: who makes it, and what objects. Finds that have the same are
    /// told once.
    public var signature: String { "\(guest.name): \(objection)" }

    /// What objects, in a word: the oracle if one does, else the kind of expectation that does not
    /// hold.
    public var objection: String {
        let kinds = run.failures.map { failure in
            failure.message.split(separator: ":").first.map(String.init) ?? failure.message
        }
        if let oracle = kinds.first(where: { $0.hasPrefix("invariant ") }) {
            return String(oracle.dropFirst("invariant ".count))
        }
        switch run.run.outcome {
        case .trapped(let trap, _): return trap.name
        case .aborted: return "abort"
        case .deadlocked: return "deadlock"
        case .timedOut: return "timeout"
        case .livelocked: return "livelock"
        case .completed, .leftBehind, .leaked, .exited, .unsupported:
            return kinds.first.map { $0.split(separator: " ").joined(separator: "-") } ?? "nothing"
        }
    }
}
