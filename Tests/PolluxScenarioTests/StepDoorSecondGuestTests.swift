// The shipped scenarios on a runtime that was written without them in mind.

import Foundation
import PolluxHost
import PolluxScenario
import Testing

extension Scenario {
    /// Every document below `Scenarios`, by path.
    static let shipped: [Scenario] = {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Scenarios").standardized.resolvingSymlinksInPath()
        let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String }
        return (names ?? []).filter { $0.hasSuffix(".yaml") }.sorted().flatMap { name in
            let bytes =
                FileManager.default.contents(atPath: root.appending(path: name).path) ?? Data()
            return (try? Scenario.parse(path: name, bytes: Array(bytes))) ?? []
        }
    }()

    /// Whether the document says how the guest polls or takes turns, not only what its tasks see.
    var isAboutThePolls: Bool {
        expectations.contains { expectation in
            if expectation.polls != nil { return true }
            if expectation.counts.contains(where: { $0.value.event.subject == .host }) {
                return true
            }
            return expectation.relations.contains { relation in
                switch relation.value {
                case .within(_, .turns, _), .within(_, .polls, _): true
                default: false
                }
            }
        }
    }

    /// What fails on a guest, one sentence each.
    func failures(on guest: GuestProgram) -> [String] {
        Replayer(guests: [guest], runs: 5).replay(self).hosts.flatMap { host in
            host.failures.map { "\(file.path):\($0.place.line): \($0.message) (\(host.host.name))" }
        }
    }
}

struct StepDoorSecondGuestTests {
    /// Documents that the other runtime does not pass, each about the polls of a good reactor.
    static let differences = [
        "tasks wake in the order of the report, whichever that is":
            "its rounds follow the order of spawning",
        "a host that reports one pollable a time is asked again for the rest":
            "it polls once more before the last wake",
        "a shared pollable stands in the list once": "it lists it once for each waiter",
        "all sleepers share one pollable, so a poll's list does not grow with them":
            "each of its sleepers has one",
        "a permit of one byte writes everything, byte by byte":
            "it asks for a permit before it waits for one",
        "an earlier deadline that comes later is waited for first": "each of its sleepers has one",
    ]

    @Test func `the shipped scenarios are found`() {
        #expect(Scenario.shipped.count >= 92)
    }

    @Test(arguments: Scenario.shipped.filter { !$0.isAboutThePolls }.map(\.name))
    func `a scenario that is not about the polls holds on another runtime`(name: String) throws {
        let scenario = try #require(Scenario.shipped.first { $0.name == name })
        #expect(scenario.failures(on: NaiveGuest.program) == [])
    }

    @Test(arguments: differences.keys.sorted())
    func `a scenario about the polls can tell the other runtime`(name: String) throws {
        let scenario = try #require(Scenario.shipped.first { $0.name == name })
        #expect(scenario.isAboutThePolls)
        // Under a name that claims which are narrowed to our own guests count for.
        let guest = GuestProgram(name: "local", entry: NaiveGuest.program.entry)
        #expect(scenario.failures(on: guest) != [])
    }
}
