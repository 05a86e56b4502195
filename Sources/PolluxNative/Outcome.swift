// How a guest ended.

import PolluxHost

/// How a run of a guest ended.
public enum Outcome: Sendable, Equatable {
    /// The guest's entry returned.
    case completed
    /// The guest asked to exit.
    case exited(code: UInt8)
    /// A host call was wrong; it says which and why.
    case trapped(HostTrap)
    /// The guest took its process with it: what it said last, or the signal. Only guests in a process of
    /// their own can.
    case aborted(String)
    /// Nothing that the guest waits for can ever come; the names of what its last poll waited for.
    /// Only a simulated world can tell.
    case deadlocked(waitingOn: [String])
    /// So many host calls in a row without progress.
    case livelocked(calls: Int)
    /// The run did not end within the limit of wall time that it was given.
    case timedOut

    /// The outcome of a guest that this trap ended.
    public init(_ trap: HostTrap) {
        self =
            switch trap.kind {
            case .exit(let code): .exited(code: code)
            case .deadlock(let names): .deadlocked(waitingOn: names)
            case .livelock(let calls): .livelocked(calls: calls)
            case .aborted(let text): .aborted(text)
            case .silent: .timedOut
            default: .trapped(trap)
            }
    }
}

extension Outcome: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        switch self {
        case .completed: "completed"
        case .exited(let code): "exited with code \(code)"
        case .trapped(let trap): trap.description
        case .aborted(let text): "aborted: \(text)"
        case .deadlocked(let names): "deadlocked, waiting on \(names.joined(separator: ", "))"
        case .livelocked(let calls): "livelocked: \(calls) host calls without progress"
        case .timedOut: "timed out"
        }
    }
}
