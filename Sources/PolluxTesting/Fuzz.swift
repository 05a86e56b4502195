// Fuzzing a guest as a test: what is found is an issue with the document that shows it.

import Foundation
import ScenarioGuest
import Testing

/// A search for runs that fail, among scenarios that nobody wrote.
///
///     @Test func `no legal host upsets the loop`() async throws {
///         try await Fuzz(runs: 20_000).run(MyGuest.self)
///     }
///
/// It makes programs and worlds that every sound reactor meets, and plays each with many choices on
/// hosts that use every freedom. The same seed and number of runs give the same search.
public struct Fuzz: Sendable {
    /// What all that is played depends on.
    public var seed: UInt64
    /// The most runs.
    public var runs: Int
    /// After so many different mistakes it ends.
    public var mostFinds: Int

    /// A search.
    public init(seed: UInt64 = 1, runs: Int = 10_000, mostFinds: Int = 5) {
        self.seed = seed
        self.runs = runs
        self.mostFinds = mostFinds
    }

    /// Plays by one guest, as ``run(guests:sourceLocation:)`` does by several.
    public func run<Main: GuestMain>(
        _ guest: Main.Type, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await run(guests: [GuestProgram(guest)], sourceLocation: sourceLocation)
    }

    /// Plays until the runs are used up, and records an issue for each mistake that is found: what does
    /// not hold, and a scenario that shows it, as small as it gets, which is attached as a file as well. Where an adapter lacks
    /// streams or channels there are none. No thread of the concurrency pool is blocked meanwhile.
    public func run(
        guests: [GuestProgram], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let finds = await onThreads { self.finds(guests) }
        for find in finds {
            Attachment.record(find.text, named: find.file, sourceLocation: sourceLocation)
            Issue.record("\(find.comment)", sourceLocation: sourceLocation)
        }
        try Task.checkCancellation()
    }

    /// For whom the document of a mistake must hold.
    private static let reference = GuestProgram(name: "local", entry: LocalGuest.main)

    /// A mistake, ready to be told.
    private struct Find: Sendable {
        var file: String
        var text: String
        var comment: String
    }

    private func finds(_ guests: [GuestProgram]) -> [Find] {
        var finds: [Find] = []
        Fuzzer(guests: guests, seed: seed, runs: runs).run { find in
            let reference = find.guest.name == Self.reference.name ? nil : Self.reference
            let text = find.document(seed: seed, reference: reference).text
            let failures = find.run.failures.prefix(3).map { "\n    " + $0.message }.joined()
            finds.append(
                Find(
                    file: find.fileName, text: text,
                    comment:
                        "\(find.signature), found by run \(find.number) with seed \(seed):"
                        + "\(failures)\n\(text)"))
            return finds.count < mostFinds
        }
        return finds
    }
}
