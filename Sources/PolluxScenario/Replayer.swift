// Plays one document on all of its hosts and sums up.

/// What came of one document.
public struct Verdict {
    /// Whether the document holds.
    public enum Status: String, Sendable {
        case passed, failed
        /// The guest cannot do one of its steps.
        case skipped
    }

    /// What came of one host.
    public struct HostVerdict {
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
    }

    /// The document.
    public var scenario: Scenario
    /// One verdict for each of its hosts, in file order.
    public var hosts: [HostVerdict]
    /// Whether it holds on all of them.
    public var status: Status
}

/// Plays documents: every host, and every seed where a host has choices.
public struct Replayer: Sendable {
    private let player: Player
    private let seed: UInt64
    private let runs: Int
    private let repeats: Int

    /// A replayer.
    /// - Parameters:
    ///   - seed: the first seed.
    ///   - runs: how many seeds on a host with choices, from 1.
    ///   - repeats: how often each run is played; all must give the same log.
    public init(player: Player, seed: UInt64 = 1, runs: Int = 20, repeats: Int = 1) {
        self.player = player
        self.seed = seed
        self.runs = runs
        self.repeats = repeats
    }

    /// Plays the document on each of its hosts; blocks until all runs have ended.
    public func replay(_ scenario: Scenario) -> Verdict {
        let hosts = scenario.hosts.map { replay(scenario, on: $0) }
        var status = Verdict.Status.passed
        for host in hosts {
            if !host.failures.isEmpty { status = .failed }
            if case .unsupported = host.run.outcome, status == .passed { status = .skipped }
        }
        return Verdict(scenario: scenario, hosts: hosts, status: status)
    }

    private func replay(_ scenario: Scenario, on host: HostEntry) -> Verdict.HostVerdict {
        let count = host.hasChoices ? runs : 1
        var first: Run?
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in 0..<count {
            let run = player.run(scenario, on: host, seed: seed &+ UInt64(index))
            if first == nil { first = run }
            for byte in run.digest.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
            var failures = Checker.check(run)
            if failures.isEmpty, let difference = difference(from: run) { failures = [difference] }
            if !failures.isEmpty {
                return Verdict.HostVerdict(
                    host: host, runs: index + 1, run: run, failures: failures,
                    digest: Self.text(digest))
            }
        }
        return Verdict.HostVerdict(
            host: host, runs: count, run: first!, failures: [], digest: Self.text(digest))
    }

    /// Plays a run again and says where the logs part, if they do.
    private func difference(from run: Run) -> Failure? {
        for round in 1..<max(repeats, 1) {
            let again = player.run(run.scenario, on: run.host, seed: run.seed)
            if again.digest == run.digest { continue }
            let parting = zip(run.log, again.log).first { $0 != $1 }
            let words =
                parting.map { "first '\($0.0)', then '\($0.1)'" } ?? "one log is longer"
            return Failure(
                place: run.scenario.place,
                message:
                    "repeat \(round + 1) gave another run: \(words); "
                    + "the guest is not deterministic",
                focus: nil)
        }
        return nil
    }

    private static func text(_ digest: UInt64) -> String {
        let digits = String(digest, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
