// The simulated world tells the truth about the real one.

import Foundation
import ScenarioGuest
import Testing

@testable import PolluxScenario

@Suite(.serialized) struct RefinementTests {
    static let guests = [
        GuestProgram(name: "local", entry: LocalGuest.main),
        GuestProgram(name: "swift", entry: SwiftGuest.main),
    ]

    /// The shipped scenarios, by file.
    static func shipped(_ folder: String = "") -> [Scenario] {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Scenarios/\(folder)").standardizedFileURL
        let names =
            FileManager.default.enumerator(atPath: root.path)?
            .compactMap { $0 as? String }.filter { $0.hasSuffix(".yaml") }.sorted() ?? []
        return names.flatMap { name in
            let data = FileManager.default.contents(atPath: root.appending(path: name).path)
            return Reading(path: name, bytes: Array(data ?? Data())).scenarios
        }
    }

    private static func scenario(_ text: String) throws -> Scenario {
        try #require(try Scenario.parse(path: "f", text: text).first)
    }

    @Test func `ties between facts and timers are predicted in either order`() throws {
        let scenario = try Self.scenario(
            """
            pollux: 1
            name: a door and two sleepers at one instant
            world: {door: level}
            program: {A: [wait door], B: [sleep 10ms], C: [sleep 4ms, sleep 6ms]}
            events: [10ms: door ready]
            """)
        let prediction = try Prediction(scenario, by: Self.guests[0], budget: 10_000)
        let ends = Set(
            prediction.orders.map { order in
                order.events.filter { $0.hasSuffix(".done") }.map { String($0.prefix(1)) }.joined()
            })
        #expect(ends.isSuperset(of: ["ABC", "BAC", "BCA"]))
        // C cannot end before B: it lay down again later than B did.
        #expect(!ends.contains("CBA"))
    }

    @Test func `what is at different instants is predicted in one order`() throws {
        let scenario = try Self.scenario(
            """
            pollux: 1
            name: a door between two sleepers
            world: {door: level}
            program: {A: [wait door], B: [sleep 9ms], C: [sleep 11ms]}
            events: [10ms: door ready]
            """)
        let prediction = try Prediction(scenario, by: Self.guests[0], budget: 10_000)
        #expect(prediction.orders.count == 1)
        #expect(prediction.gap == 1_000_000)
    }

    @Test func `a world that is not the scenario's is told from it`() throws {
        let scenario = try Self.scenario(
            """
            pollux: 1
            name: two sleepers
            program: {A: [sleep 10ms], B: [sleep 20ms]}
            """)
        var other = scenario
        other.tasks[0].steps = scenario.tasks[1].steps
        other.tasks[1].steps = scenario.tasks[0].steps
        let orders = try Prediction(scenario, by: Self.guests[0], budget: 100).orders
        let others = try Prediction(other, by: Self.guests[0], budget: 100).orders
        #expect(orders.isDisjoint(with: others))
    }

    @Test(arguments: ["timers", "order"])
    func `orders seen on libuv are among those that simulation predicts`(folder: String) {
        var played = 0
        for scenario in Self.shipped(folder).prefix(4) {
            for guest in Self.guests {
                let refinement = Refinement(scenario, by: guest, runs: 1, budget: 500)
                #expect(refinement.violations == [], "\(scenario.name) (\(guest.name))")
                if refinement.skipped == nil { played += 1 }
            }
        }
        #expect(played > 0)
    }

    /// `POLLUX_REFINES=50 swift test -c release -Xswiftc -enable-testing --filter RefinementTests`
    @Test(.enabled(if: ProcessInfo.processInfo.environment["POLLUX_REFINES"] != nil))
    func `orders seen on libuv in many runs are among those that simulation predicts`() throws {
        let runs = try #require(
            ProcessInfo.processInfo.environment["POLLUX_REFINES"].flatMap { Int($0) })
        var (scenarios, judged, unclear, orders, predicted) = (0, 0, 0, 0, 0)
        var violations: [String] = []
        for scenario in Self.shipped() {
            for guest in Self.guests
            where scenario.guests?.contains(where: { $0.value == guest.name }) ?? true {
                let refinement = Refinement(scenario, by: guest, runs: runs, budget: 50_000)
                let label = "\(scenario.name) (\(guest.name))"
                if let skipped = refinement.skipped {
                    print("refines: skipped, \(skipped): \(label)")
                    continue
                }
                scenarios += 1
                judged += refinement.seen.values.reduce(0, +)
                unclear += refinement.inconclusive
                orders += refinement.seen.count
                predicted += refinement.predicted
                violations += refinement.violations.map { "\(label): \($0)" }
                print(
                    "refines: \(refinement.seen.count) of \(refinement.predicted) orders seen, "
                        + "\(refinement.predictions) runs predict: \(label)")
            }
        }
        for violation in violations { print("refines: NOT PREDICTED: \(violation)") }
        print(
            "refines: \(scenarios) scenarios by guest, \(judged) real runs, "
                + "\(orders) of \(predicted) orders seen, \(violations.count) not predicted, "
                + "\(unclear) runs too late to judge")
        #expect(violations == [])
        #expect(judged > 0)
    }
}
