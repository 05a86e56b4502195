// Every scenario of this package, on the runtimes that ship and on one of our own.

import Foundation
import PolluxTesting
import Testing

extension CallbackGuest: GuestMain {}

@Test(arguments: Scenario.all(in: "Scenarios"))
func `a scenario holds on the runtimes that ship`(_ scenario: ScenarioTest) async throws {
    try await scenario.run()
}

@Test(arguments: Scenario.all(in: "Scenarios"))
func `a scenario holds on a reactor of our own`(_ scenario: ScenarioTest) async throws {
    try await scenario.run(CallbackGuest.self)
}

/// `SHOW_FAILURE=1 swift test` shows what a scenario that does not hold looks like.
@Test(
    .enabled(if: ProcessInfo.processInfo.environment["SHOW_FAILURE"] != nil),
    arguments: Scenario.all(in: "Failing"))
func `a scenario that does not hold is reported where it is wrong`(
    _ scenario: ScenarioTest
) async throws {
    try await scenario.run(CallbackGuest.self)
}
