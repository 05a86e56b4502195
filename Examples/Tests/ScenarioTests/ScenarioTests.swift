// Every scenario of this package: on the runtimes that ship, on one of our own, by a whole program.

import Echo
import Foundation
import PolluxTesting
import Testing

extension CallbackGuest: GuestMain {}
extension Echo: GuestMain {}

@Test(arguments: Scenario.all(in: "Scenarios"))
func `a scenario holds on the runtimes that ship`(_ scenario: ScenarioTest) async throws {
    try await scenario.run()
}

@Test(arguments: Scenario.all(in: "Scenarios"))
func `a scenario holds on a reactor of our own`(_ scenario: ScenarioTest) async throws {
    try await scenario.run(CallbackGuest.self)
}

@Test func `no legal host upsets the reactor of our own`() async throws {
    try await Fuzz(runs: 5_000).run(CallbackGuest.self)
}

@Test(arguments: Scenario.all(in: "Programs"))
func `a whole program does as its scenario says`(_ scenario: ScenarioTest) async throws {
    try await scenario.run(Echo.self)
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
