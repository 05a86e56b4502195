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

    /// What the oracles say of a scenario, and how many runs they saw; stops at the first alarm of
    /// a guest on a host, or when its time is up.
    static func alarms(
        in scenario: Scenario, seeds: Int, until deadline: ContinuousClock.Instant
    ) -> (alarms: [String], runs: Int) {
        var alarms: [String] = []
        var runs = 0
        for guest in guests {
            if let names = scenario.guests?.map(\.value), !names.contains(guest.name) { continue }
            let oracles = oracles(of: guest)
            for host in hosts(of: scenario) {
                for seed in 0..<(host.hasChoices ? seeds : 1) {
                    if seed > 2, ContinuousClock.now > deadline { break }
                    let run = Player(guest: guest).run(scenario, on: host, seed: UInt64(seed))
                    runs += 1
                    guard let first = run.violations(of: oracles).first else { continue }
                    alarms.append(
                        "\(scenario.name) (\(guest.name), \(host.name), seed \(seed)): "
                            + "\(first.oracle.rawValue): \(first.message) #\(first.event)")
                    break
                }
            }
        }
        return (alarms, runs)
    }
}

struct OracleCalibrationTests {
    @Test(arguments: Scenario.shipped.map(\.name))
    func `no oracle objects to a sound reactor on a legal host`(name: String) throws {
        let scenario = try #require(Scenario.shipped.first { $0.name == name })
        let deadline = ContinuousClock.now + .milliseconds(300)
        #expect(Calibration.alarms(in: scenario, seeds: 4, until: deadline).alarms == [])
    }

    /// `POLLUX_CALIBRATE=10000 swift test -c release -Xswiftc -enable-testing --filter Calibration`
    @Test(.enabled(if: ProcessInfo.processInfo.environment["POLLUX_CALIBRATE"] != nil))
    func `no oracle objects in many runs either`() throws {
        let environment = ProcessInfo.processInfo.environment
        let seeds = try #require(environment["POLLUX_CALIBRATE"].flatMap { Int($0) })
        let seconds = environment["POLLUX_CALIBRATE_SECONDS"].flatMap { Int($0) } ?? 3_600
        var alarms: [String] = []
        var runs = 0
        for scenario in Scenario.shipped {
            let began = ContinuousClock.now
            let found = Calibration.alarms(
                in: scenario, seeds: seeds, until: began + .seconds(seconds))
            alarms += found.alarms
            runs += found.runs
            print("\(found.runs) runs in \(ContinuousClock.now - began): \(scenario.name)")
        }
        print("\(runs) runs, \(alarms.count) alarms")
        #expect(alarms == [])
    }
}
