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
    /// with a picture of the run.
    ///
    /// Where the document holds for none of the guests because each is missing or cannot do one of
    /// its steps, the test is cancelled. No thread of the concurrency pool is blocked meanwhile.
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
        switch content {
        case .problem(let problem): problem.record()
        case .scenario(let scenario):
            let replayer = Replayer(guests: guests, only: only, seed: seed, runs: runs)
            let result = await onThreads {
                let verdict = replayer.replay(scenario)
                return (problems(of: verdict), cause(ofSkipped: verdict, by: guests))
            }
            for problem in result.0 { problem.record() }
            if let cause = result.1 {
                try Test.cancel("\(cause.text)", sourceLocation: cause.location)
            }
        }
    }

    private func problems(of verdict: Verdict) -> [Problem] {
        verdict.hosts.flatMap { host in
            host.failures.map { failure in
                let place = "\(path):\(failure.place.line):\(failure.place.column)"
                var text = "\(place): \(failure.message) (\(host.title))"
                if host.run.outcome != .timedOut {
                    for row in Picture(host.run).rows(markedAt: failure.focus) {
                        text += "\n    " + row
                    }
                }
                return Problem(location: location(failure.place), text: text)
            }
        }
    }

    /// Why nobody played the document to its end, where that is so.
    private func cause(ofSkipped verdict: Verdict, by guests: [GuestProgram]) -> Problem? {
        guard verdict.status == .skipped else { return nil }
        let skip = verdict.guests.lazy.compactMap(\.skip).first
        let names = guests.map { "'\($0.name)'" }.joined(separator: " or ")
        return Problem(
            location: location(skip?.place ?? verdict.scenario.place),
            text: skip?.message ?? "the document is not for \(names)")
    }

    private func location(_ place: Place) -> SourceLocation {
        Self.location(place, of: file, called: path)
    }
}

extension ScenarioTest.Problem {
    fileprivate func record() { Issue.record("\(text)", sourceLocation: location) }
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
