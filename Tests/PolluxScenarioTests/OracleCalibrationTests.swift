// The oracles are silent on sound reactors, whatever a legal host does.

import Foundation
import PolluxHost
import ScenarioGuest
import Synchronization
import Testing

@testable import PolluxScenario

/// Plays the shipped scenarios by sound guests on free hosts and asks every oracle.
enum Calibration {
    /// Runtimes that are sound, each written without the others in mind.
    static let guests = [
        GuestProgram.local, GuestProgram(name: "swift", entry: SwiftGuest.main),
        NaiveGuest.program(),
    ]

    /// The document's own hosts, and some on which every knob is free.
    static func hosts(of scenario: Scenario) -> [HostEntry] {
        func free(_ name: String, anyTask: Bool, _ parentDrop: HostPolicy.ParentDrop) -> HostEntry {
            let policy = HostPolicy(
                order: .any, subset: .any, duplicates: .any, readyLag: 3, handles: .any, fair: 2,
                reads: .any, permits: .any, spurious: 2, parentDrop: parentDrop,
                rules: scenario.hosts[0].policy.rules)
            return HostEntry(
                name: name, policy: policy, picksAnyTask: anyTask, place: scenario.place)
        }
        return scenario.hosts + [
            free("free", anyTask: false, .trap), free("free-executor", anyTask: true, .allow),
        ]
    }

    /// The oracles that a guest claims to satisfy.
    static func oracles(of guest: GuestProgram) -> [OracleName] {
        // The naive one goes through its tasks in rounds, whatever was reported, and polls after each.
        guest.name == "naive" ? OracleName.usual : OracleName.allCases
    }

    /// What came of many runs.
    struct Tally {
        var alarms: [String] = []
        var runs = 0
        var events = 0
        /// What judging took, and what all took.
        var judging = Duration.zero
    }

    /// What the oracles say of a scenario; stops at the first alarm of a guest on a host, or when the
    /// time for each of those is up.
    static func tally(
        _ scenario: Scenario, seeds: Int, within time: Duration
    ) -> Tally {
        var tally = Tally()
        for guest in guests {
            if let names = scenario.guests?.map(\.value), !names.contains(guest.name) { continue }
            let oracles = oracles(of: guest)
            for host in hosts(of: scenario) {
                let deadline = ContinuousClock.now + time
                for seed in 0..<(host.hasChoices ? seeds : 1) {
                    if seed > 2, ContinuousClock.now > deadline { break }
                    let run = Player(guest: guest).run(scenario, on: host, seed: UInt64(seed))
                    let began = ContinuousClock.now
                    let first = run.violations(of: oracles.filter(run.isJudged)).first
                    tally.judging += ContinuousClock.now - began
                    tally.runs += 1
                    tally.events += run.trace.count
                    guard let first else { continue }
                    tally.alarms.append(
                        "\(scenario.name) (\(guest.name), \(host.name), seed \(seed)): "
                            + "\(first.oracle.rawValue): \(first.message) #\(first.event)")
                    break
                }
            }
        }
        return tally
    }
}

extension Run {
    /// Whether the document leaves this oracle in.
    fileprivate func isJudged(by oracle: OracleName) -> Bool {
        var names = Set(OracleName.allCases)
        for block in scenario.expectations
        where block.scope.includes(guest: guest, host: host.name) {
            block.invariants?.value.apply(to: &names)
        }
        return names.contains(oracle)
    }
}

struct OracleCalibrationTests {
    @Test(arguments: Scenario.shipped.map(\.name))
    func `no oracle objects to a sound reactor on a legal host`(name: String) throws {
        let scenario = try #require(Scenario.shipped.first { $0.name == name })
        let tally = Calibration.tally(scenario, seeds: 4, within: .milliseconds(50))
        #expect(tally.alarms == [])
    }

    /// `POLLUX_CALIBRATE=10000 swift test -c release -Xswiftc -enable-testing --filter Calibration`
    @Test(.enabled(if: ProcessInfo.processInfo.environment["POLLUX_CALIBRATE"] != nil))
    func `no oracle objects in many runs either`() throws {
        let environment = ProcessInfo.processInfo.environment
        let seeds = try #require(environment["POLLUX_CALIBRATE"].flatMap { Int($0) })
        let seconds = environment["POLLUX_CALIBRATE_SECONDS"].flatMap { Double($0) } ?? 3_600
        let began = ContinuousClock.now
        var all = Calibration.Tally()
        for scenario in Scenario.shipped {
            let tally = Calibration.tally(scenario, seeds: seeds, within: .seconds(seconds))
            all.alarms += tally.alarms
            all.runs += tally.runs
            all.events += tally.events
            all.judging += tally.judging
            print("\(tally.runs) runs, \(tally.alarms.count) alarms: \(scenario.name)")
            for alarm in tally.alarms { print("  \(alarm)") }
        }
        print(
            "\(all.runs) runs, \(all.events) events, \(all.alarms.count) alarms, "
                + "\(ContinuousClock.now - began), of it judging \(all.judging)")
        #expect(all.alarms == [])
    }
}
