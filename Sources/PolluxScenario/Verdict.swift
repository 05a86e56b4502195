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
        public var title: String { "guest \(guest), \(hostTitle)" }

        /// `host any, seed 7`
        var hostTitle: String {
            "host \(host.name)" + run.choicesClause
        }
    }
}

extension Verdict {
    /// A claim that does not hold, and every run that shows it in the same way.
    public struct Finding {
        /// What does not hold.
        public var failure: Failure
        /// By which guests, in file order.
        public var guests: [String]
        /// In which runs; none where no single run shows it.
        public var runs: [HostVerdict]

        /// Whom it is about: `guests local, swift, host friendly; guest local, host any, seed 7`.
        public var title: String {
            if runs.isEmpty { return Self.words(guests) }
            var hosts: [(name: String, guests: [String])] = []
            for run in runs {
                if let same = hosts.firstIndex(where: { $0.name == run.hostTitle }) {
                    hosts[same].guests.append(run.guest)
                } else {
                    hosts.append((run.hostTitle, [run.guest]))
                }
            }
            return hosts.map { Self.words($0.guests) + ", " + $0.name }.joined(separator: "; ")
        }

        private static func words(_ guests: [String]) -> String {
            (guests.count == 1 ? "guest " : "guests ") + guests.joined(separator: ", ")
        }
    }

    /// What does not hold: each claim once for each way in which it fails, whoever the guests and hosts
    /// are.
    public var findings: [Finding] {
        var findings: [Finding] = []
        func add(_ failure: Failure, _ guest: String, _ run: HostVerdict?) {
            let same = findings.firstIndex {
                $0.failure.place == failure.place && $0.failure.message == failure.message
                    && $0.failure.detail == failure.detail && $0.runs.isEmpty == (run == nil)
            }
            guard let same else {
                let runs = run.map { [$0] } ?? []
                findings.append(Finding(failure: failure, guests: [guest], runs: runs))
                return
            }
            if !findings[same].guests.contains(guest) { findings[same].guests.append(guest) }
            if let run { findings[same].runs.append(run) }
        }
        for guest in guests {
            for failure in guest.failures { add(failure, guest.guest, nil) }
        }
        for run in hosts {
            for failure in run.failures { add(failure, run.guest, run) }
        }
        return findings
    }
}
