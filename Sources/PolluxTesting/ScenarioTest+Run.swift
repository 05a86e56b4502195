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

    /// Plays the document by one guest of the test's own, as ``run(guests:entries:seed:runs:)`` does by
    /// several: by a runtime, which is asked for steps; or, where the document's `program` is an `entry`
    /// of this name, by the type as the whole program.
    ///
    ///     try await scenario.run(MyRuntime.self)     // program: {A: [wait door]}, any of them
    ///     try await scenario.run(EchoServer.self)    // program: {entry: EchoServer}
    public func run<Main: GuestMain>(
        _ guest: Main.Type, seed: UInt64 = 1, runs: Int = 20
    ) async throws {
        let replayer = Replayer(
            guests: [GuestProgram(guest)], entries: [ProgramEntry(guest)],
            only: [Main.guestName, EntryScript.guest], seed: seed, runs: runs)
        try await run(replayer)
    }

    /// Plays the document by every guest that it names, or else by all of these, or where its `program`
    /// is an `entry` by that program, on each of its hosts, and records an issue for each expectation
    /// that does not hold: at its line and column, with the guests and hosts that it is about and a
    /// picture of the first such run.
    ///
    /// A guest that is missing, or cannot do one of the steps, is a warning at the place; where that
    /// leaves no guest the test is cancelled, which the test library shows as neither failed nor
    /// skipped. An `entry` that is not among these is an issue. No thread of the concurrency pool is
    /// blocked meanwhile.
    /// - Parameters:
    ///   - guests: the guests that there are, each with a name of its own.
    ///   - entries: the whole programs that documents can name, each with a name of its own.
    ///   - seed: the first seed for hosts that leave something to chance.
    ///   - runs: how many seeds to run on such a host, from 1.
    public func run(
        guests: [GuestProgram] = shippedGuests, entries: [ProgramEntry] = [], seed: UInt64 = 1,
        runs: Int = 20
    ) async throws {
        try await run(Replayer(guests: guests, entries: entries, seed: seed, runs: runs))
    }

    private func run(_ replayer: Replayer) async throws {
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
            if let objection = replayer.objection(to: scenario) {
                Report(failures: [problem(objection.message, at: objection.place)])
            } else {
                await onThreads {
                    let verdict = replayer.replay(scenario)
                    return Report(
                        failures: verdict.findings.map(problem),
                        skips: verdict.guests.compactMap(\.skip).map {
                            problem($0.message, at: $0.place)
                        },
                        isSkipped: verdict.status == .skipped)
                }
            }
        }
    }

    /// A claim that does not hold, with a picture of the first run that shows it.
    private func problem(_ finding: Verdict.Finding) -> Problem {
        var text = "\(finding.failure.message) (\(finding.title))"
        if let run = finding.runs.first?.run, run.outcome != .timedOut {
            for row in Picture(run).rows(markedAt: finding.failure.focus) {
                text += "\n    " + row
            }
        }
        return problem(text, at: finding.failure.place)
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
func onThreads<Result: Sendable>(
    _ work: @escaping @Sendable () -> Result
) async -> Result {
    await withCheckedContinuation { continuation in
        threads.addOperation { continuation.resume(returning: work()) }
    }
}
