// The scenarios of this package, as a user's package would run its own.

import PolluxTesting
import ScenarioHTTPGuest
import Testing

/// The guests that ship, with what they fetch by.
private let guests = [
    GuestProgram(name: "local", entry: LocalHTTPGuest.main),
    GuestProgram(name: "swift", entry: SwiftHTTPGuest.main),
]

@Test(arguments: Scenario.all(in: "Scenarios"))
func `a scenario holds`(_ scenario: ScenarioTest) async throws {
    try await scenario.run(guests: guests)
}
