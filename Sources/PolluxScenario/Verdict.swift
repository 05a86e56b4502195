// What came of one document.

/// What came of one document: a verdict for each of its guests, and in it one for each host.
public struct Verdict {
    /// Whether the document holds.
    public enum Status: String, Sendable {
        case passed, failed
        /// It was not played, or not to its end: a guest is missing, or cannot do one of the steps.
        case skipped
    }

    /// The document.
    public var scenario: Scenario
    /// One verdict for each guest that should play it, in file order.
    public var guests: [GuestVerdict]

    /// Failed where one guest failed; else passed where one passed.
    public var status: Status {
        if guests.contains(where: { $0.status == .failed }) { return .failed }
        return guests.contains { $0.status == .passed } ? .passed : .skipped
    }

    /// What came of each guest on each host, by guest, then by host, in file order.
    public var hosts: [HostVerdict] { guests.flatMap(\.hosts) }

    /// What came of one guest.
    public struct GuestVerdict {
        /// The guest's name.
        public var guest: String
        /// One verdict for each host, in file order; none where the guest is missing.
        public var hosts: [HostVerdict]
        /// Why the document was not played, or not to its end.
        public var skip: Skip?
        /// What no single run shows: claims of `sometimes` that held in none.
        public var failures: [Failure] = []

        /// Whether the document holds for this guest on all hosts.
        public var status: Status {
            if !failures.isEmpty || hosts.contains(where: { !$0.failures.isEmpty }) {
                return .failed
            }
            return skip == nil ? .passed : .skipped
        }
    }

    /// Why a guest does not play a document.
    public struct Skip: Equatable, Sendable {
        /// The guest's name, or the step.
        public var place: Place
        /// The reason, in a sentence.
        public var message: String
    }

    /// What came of one guest on one host.
    public struct HostVerdict {
        /// The guest's name.
        public var guest: String
        /// The host.
        public var host: HostEntry
        /// How many seeds were run: up to the first that failed.
        public var runs: Int
        /// The first run that failed, or the first run.
        public var run: Run
        /// What that run did not meet.
        public var failures: [Failure]
        /// One digest over the logs of all runs.
        public var digest: String

        /// Which run it tells of: `guest local, host any, seed 7`.
        public var title: String {
            "guest \(guest), host \(host.name)" + (host.hasChoices ? ", seed \(run.seed)" : "")
        }
    }
}
