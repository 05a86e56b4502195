// Fuzzing as a test: what is found is told.

import PolluxNative
import ScenarioGuest
import Testing
import WASIp2

@testable import PolluxTesting

struct FuzzTests {
    @Test func `a sound guest records nothing`() async throws {
        try await Fuzz(runs: 300).run(guests: ScenarioTest.shippedGuests)
    }

    @Test func `each mistake is an issue with the document that shows it`() async throws {
        let guest = GuestProgram(name: "broken") { _ = poll([]) }
        let texts = Locked<[String]>([])
        try await withKnownIssue {
            try await Fuzz(runs: 100).run(guests: [guest])
        } matching: { issue in
            texts.withLock { $0.append(issue.comments.map(\.rawValue).joined()) }
            return true
        }
        let found = texts.withLock { $0 }
        #expect(found.count == 1)
        let words = "broken: no-empty-poll, found by run 1 with seed 1:"
        #expect(found.first?.hasPrefix(words) == true)
        #expect(found.first?.contains("pollux: 1\nname: ") == true)
    }
}
