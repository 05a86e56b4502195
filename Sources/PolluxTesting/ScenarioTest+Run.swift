// Running a scenario as a test: what does not hold is an issue at its place in the file.

import Foundation
import ScenarioGuest
import Testing

extension ScenarioTest {
    /// The guests that ship: `local`, on `LocalExecutor`, and `swift`, on Swift Concurrency.
    public static let shippedGuests = [
        GuestProgram(name: "local", entry: LocalGuest.main),
        GuestProgram(name: "swift", entry: SwiftGuest.main),
    ]

    /// Plays the document by one guest, as ``run(guests:seed:runs:)`` does by several.
    public func run<Main: GuestMain>(
        _ guest: Main.Type, seed: UInt64 = 1, runs: Int = 20
    ) async throws {
        try await run(guests: [GuestProgram(guest)], only: [Main.guestName], seed, runs)
    }

    /// Plays the document by every guest that it names, or else by all of these, on each of its
    /// hosts, and records an issue for each expectation that does not hold: at its line and column,
    /// with the guests and hosts that it is about and a picture of the first such run.
    ///
    /// A guest that is missing, or cannot do one of the steps, is a warning at the place; where that
    /// leaves no guest the test is cancelled, which the test library shows as neither failed nor
    /// skipped. No thread of the concurrency pool is blocked meanwhile.
    /// - Parameters:
    ///   - guests: the guests that there are, each with a name of its own.
    ///   - seed: the first seed for hosts that leave something to chance.
    ///   - runs: how many seeds to run on such a host, from 1.
    public func run(
        guests: [GuestProgram] = shippedGuests, seed: UInt64 = 1, runs: Int = 20
    ) async throws {
        try await run(guests: guests, only: nil, seed, runs)
    }

    private func run(
        guests: [GuestProgram], only: [String]?, _ seed: UInt64, _ runs: Int
    ) async throws {
        let replayer = Replayer(guests: guests, only: only, seed: seed, runs: runs)
        let report = await report(replayer)
        for failure in report.failures {
            Issue.record("\(failure.text)", sourceLocation: failure.location)
        }
        for skip in report.skips {
            Issue.record("\(skip.text)", severity: .warning, sourceLocation: skip.location)
        }
        if report.isSkipped { try Test.cancel("no guest plays it to its end") }
    }

    /// What a run comes to.
    struct Report: Sendable {
        /// What does not hold.
        var failures: [Problem] = []
        /// Why some guest did not play the document to its end.
        var skips: [Problem] = []
        /// Whether that leaves none.
        var isSkipped = false
    }

    /// Plays the document, away from the concurrency pool.
    func report(_ replayer: Replayer) async -> Report {
        switch content {
        case .problem(let problem): Report(failures: [problem])
        case .scenario(let scenario):
            await onThreads {
                let verdict = replayer.replay(scenario)
                return Report(
                    failures: failures(in: verdict.hosts),
                    skips: verdict.guests.compactMap(\.skip).map {
                        problem($0.message, at: $0.place)
                    },
                    isSkipped: verdict.status == .skipped)
            }
        }
    }

    /// One problem for each claim that fails and each way in which it does, whoever the guests and
    /// hosts are; the picture is of the first.
    private func failures(in hosts: [Verdict.HostVerdict]) -> [Problem] {
        var claims: [(failure: Failure, hosts: [Verdict.HostVerdict])] = []
        for host in hosts {
            for failure in host.failures {
                let same = claims.firstIndex {
                    $0.failure.place == failure.place && $0.failure.message == failure.message
                }
                if let same {
                    claims[same].hosts.append(host)
                } else {
                    claims.append((failure, [host]))
                }
            }
        }
        return claims.map { failure, hosts in
            var text = "\(failure.message) (\(hosts.map(\.title).joined(separator: "; ")))"
            if hosts[0].run.outcome != .timedOut {
                for row in Picture(hosts[0].run).rows(markedAt: failure.focus) {
                    text += "\n    " + row
                }
            }
            return problem(text, at: failure.place)
        }
    }

    /// Says where it is in words as well: the test library shows no more than the file's name.
    private func problem(_ text: String, at place: Place) -> Problem {
        Problem(
            location: Self.location(place, of: file, called: path),
            text: "\(path):\(place.line):\(place.column): \(text)")
    }
}

/// As many threads as there are cores: a run blocks the thread that it is on.
private let threads: OperationQueue = {
    let threads = OperationQueue()
    threads.maxConcurrentOperationCount = ProcessInfo.processInfo.activeProcessorCount
    return threads
}()

/// Does something that blocks, away from the concurrency pool.
private func onThreads<Result: Sendable>(
    _ work: @escaping @Sendable () -> Result
) async -> Result {
    await withCheckedContinuation { continuation in
        threads.addOperation { continuation.resume(returning: work()) }
    }
}
