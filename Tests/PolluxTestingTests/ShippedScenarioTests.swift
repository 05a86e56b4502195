// The scenarios of this package, as a user's package would run its own.

import PolluxTesting
import Testing

@Test(arguments: Scenario.all(in: "Scenarios"))
func `a scenario holds`(_ scenario: ScenarioTest) async throws { try await scenario.run() }
