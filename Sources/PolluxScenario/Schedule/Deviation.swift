// One entry of `schedule`: where a run leaves the canonical one, by name.

/// One deviation from the canonical run: at which site, and what is chosen there.
///
/// Sites go by names and events and not by position, so that a schedule survives an edit of the program
/// that it was found with.
public struct Deviation: Hashable, Sendable {
    /// What is done where there is a choice.
    public enum Verb: String, Hashable, Sendable, CaseIterable {
        /// A poll reports.
        case poll
        /// The guest's executor goes on with a task.
        case turn
        /// A stream is read.
        case read
        /// A permit of an output is asked for.
        case write
        /// `ready` is asked.
        case ready
        /// An input is looked at, by `ready` or by a poll.
        case look
        /// A pollable is made.
        case subscribe
        /// A `finish-…` of a socket is asked.
        case finish
        /// A write to a simulated connection goes on its way.
        case send
        /// A response comes at the very instant of its timeout.
        case tie

        /// Whether a name can follow.
        var takesName: Bool { self != .poll && self != .turn && self != .send }
    }

    /// What is chosen.
    public enum Choice: Hashable, Sendable {
        /// These come first in the report, in this order; the rest follows by age.
        case order([String])
        /// These are left out of the report.
        case omit([String])
        /// Of a handle that is listed more than once this copy, from 1, is left out.
        case omitCopy(String, Int)
        /// The task that goes on, where it would be another's turn.
        case run(String, insteadOf: String?)
        /// The runnable task of this number, from 1; 0 would be the canonical one.
        case pick(Int)
        /// So many bytes are read.
        case length(Int)
        /// The first read of the standard input gives nothing.
        case empty
        /// So many bytes are permitted.
        case permit(Int)
        /// So often `ready` says no, or a `finish-…` would-block.
        case lag(Int)
        /// A write is cut in two, the second part later.
        case cut(Cut)
        /// The input is ready with nothing there.
        case spurious
        /// The new handle's number, of those that it could have, from 1; 0 would be the canonical one.
        case handle(Int)
        /// The timer is late, in halves of the most.
        case late(Int)
        /// The timeout wins.
        case timeout
    }

    /// Where a write is cut.
    public enum Cut: Int, Hashable, Sendable, CaseIterable {
        /// Behind the first byte.
        case first = 1
        /// In the middle.
        case middle
        /// Before the last byte.
        case last
    }

    /// What is done there.
    public var verb: Verb
    /// To what, as traces name it: a resource, `tcp-1` for a socket of the guest's own, or `@10ms` for a
    /// timer.
    public var name: String?
    /// Which of the sites at which it could be chosen, from 1, counted from ``after`` on.
    public var ordinal = 1
    /// The event that comes before; `nil` counts from the start.
    public var after: Draft.Event?
    /// What is chosen.
    public var choice: Choice

    /// A deviation.
    public init(
        _ verb: Verb, of name: String? = nil, ordinal: Int = 1, after: Draft.Event? = nil,
        _ choice: Choice
    ) {
        (self.verb, self.name, self.ordinal) = (verb, name, ordinal)
        (self.after, self.choice) = (after, choice)
    }
}

extension Deviation: CustomStringConvertible {
    /// `{at: "turn after c2.ready", run: conn2, instead-of: accept}`
    public var description: String {
        let site = [
            verb.rawValue, name, ordinal == 1 ? nil : "#\(ordinal)",
            after.map { "after \($0.text)" },
        ].compactMap { $0 }.joined(separator: " ")
        return Flow.map(["at: \(Flow.text(site))"] + choice.entries)
    }
}

extension Deviation.Choice {
    /// `run: conn2`, `instead-of: accept`
    fileprivate var entries: [String] {
        func names(_ names: [String]) -> String { Flow.list(names.map(Flow.text)) }
        switch self {
        case .order(let list): return ["order: \(names(list))"]
        case .omit(let list): return ["omit: \(names(list))"]
        case .omitCopy(let name, let copy): return ["omit: \(Flow.text(name))", "copy: \(copy)"]
        case .run(let task, insteadOf: let other):
            return ["run: \(task)"] + (other.map { ["instead-of: \($0)"] } ?? [])
        case .pick(let number): return ["pick: \(number)"]
        case .length(let count): return ["length: \(count)"]
        case .empty: return ["empty: true"]
        case .permit(let count): return ["permit: \(count)"]
        case .lag(let count): return ["lag: \(count)"]
        case .cut(let place): return ["cut: \(place)"]
        case .spurious: return ["spurious: true"]
        case .handle(let number): return ["handle: \(number)"]
        case .late(let halves): return ["late: \(halves == 1 ? "half" : "full")"]
        case .timeout: return ["timeout: true"]
        }
    }
}
