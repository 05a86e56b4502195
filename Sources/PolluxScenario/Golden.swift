// `golden`: what a run was like when somebody last looked, for noticing that it has changed.

import PolluxHost

/// The recorded runs of a document.
public struct Golden: Sendable, Equatable {
    /// Empty where nothing is recorded yet.
    public var entries: [Entry]
    /// How many runs there were when all were gone through.
    public var explored: [Explored] = []
    /// Where `golden:` stands.
    public var place: Place

    /// What exhausting the choices of one host came to.
    public struct Explored: Sendable, Equatable {
        /// Who ran.
        public var guests: [String]
        /// On which host.
        public var host: String
        /// What was counted.
        public var counts: Counts
        /// Where it is written.
        public var place: Place

        /// What is counted.
        public struct Counts: Sendable, Equatable {
            /// How many runs were played.
            public var schedules: Int
            /// How many states they came to, where the guest tells its states.
            public var states: Int?
        }
    }

    /// A record, and the guests whose run it is.
    public struct Entry: Sendable, Equatable {
        /// Who ran so.
        public var guests: [String]
        /// How they ran.
        public var record: Record
        /// Where each line of ``Record/lines`` is written.
        public var places: [Place]
    }

    /// A run on the friendly host in a form that people can review.
    public struct Record: Sendable, Equatable {
        /// The polls that could wait, a phrase each: `block A B -> A`.
        public var polls: [String]
        /// The tasks that woke, in order.
        public var wakes: [String]
        /// The run's lanes under their ruler.
        public var lanes: [String]
    }
}

extension Golden.Record {
    /// The record of a run.
    public init(_ run: Run) {
        func names(_ serials: [UInt64]) -> String {
            let names = serials.map { serial in
                run.pollNameOf[serial].map { run.scenario.pollNames[$0] }
                    ?? run.trace.name(ofPollable: serial)
            }
            // The order of a list is the guest's own affair.
            return names.sorted().joined(separator: " ")
        }
        polls = run.polls.filter { !$0.isCheck }.map { call in
            "block \(names(call.list)) -> \(call.reported.isEmpty ? "nothing" : names(call.reported))"
        }
        wakes = run.occurrences.compactMap { occurrence in
            guard occurrence.kind == .wake, case .task(let task) = occurrence.subject else {
                return nil
            }
            return run.scenario.tasks[task].name
        }
        lanes = Picture(run).bareRows
    }

    /// The record line by line, as a difference shows it.
    var lines: [String] { polls + ["wakes \(wakes.joined(separator: " "))"] + lanes }
}

extension Golden.Explored {
    /// The counts as a file has them, without indentation.
    var text: String {
        let states = counts.states.map { ", states: \($0)" } ?? ""
        return "- {guests: [\(guests.joined(separator: ", "))], explored: \(host), "
            + "schedules: \(counts.schedules)\(states)}"
    }
}

extension Golden.Explored.Counts {
    /// In words.
    var words: String {
        "\(schedules) schedules" + (states.map { ", \($0) states" } ?? "")
    }
}

extension Golden {
    /// Everything recorded as a file has it, without indentation.
    var text: [String] { entries.flatMap(\.text) + explored.map(\.text) }

    /// The counts recorded of a guest on a host.
    public func explored(by guest: String, on host: String) -> Explored? {
        explored.first { $0.host == host && $0.guests.contains(guest) }
    }
}

extension Golden.Entry {
    /// The entry as a file has it, without indentation.
    var text: [String] {
        var text = ["- guests: [\(guests.joined(separator: ", "))]"]
        text.append(record.polls.isEmpty ? "  polls: []" : "  polls:")
        text += record.polls.map { "    - \($0)" }
        text += Self.wrapped(record.wakes, head: "  wakes: [")
        text.append("  lanes: |")
        return text + record.lanes.map { "    \($0)" }
    }

    private static func wrapped(_ words: [String], head: String) -> [String] {
        var lines = [head]
        for (index, word) in words.enumerated() {
            let piece = word + (index + 1 < words.count ? "," : "")
            let line = lines[lines.count - 1]
            if line.count + piece.count > 96 {
                lines.append("      \(piece)")
            } else {
                lines[lines.count - 1] = line + (line.hasSuffix(",") ? " " : "") + piece
            }
        }
        lines[lines.count - 1] += "]"
        return lines
    }
}

extension Scenario {
    /// The host whose runs `golden` records: the first that does nothing unfriendly.
    public var goldenHost: HostEntry? { hosts.first(where: \.isFriendly) }
}

extension HostEntry {
    /// Whether it takes none of its freedoms.
    var isFriendly: Bool {
        var policy = policy
        policy.rules = HostPolicy().rules
        return !hasChoices && policy == HostPolicy()
    }
}
