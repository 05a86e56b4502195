// Each oracle convicts a mutant by its name. That all mutants are found is MutantTests' concern.

import Mutants
import Testing

@testable import PolluxScenario

/// A mutant, the oracle that must object to it, and the scenario in which.
struct Conviction: CustomTestStringConvertible, Sendable {
    let row: String
    let oracle: OracleName
    let scenario: String

    init(_ row: String, _ oracle: OracleName, _ scenario: String) {
        (self.row, self.oracle, self.scenario) = (row, oracle, scenario)
    }

    var testDescription: String { "\(row): \(oracle.rawValue)" }

    static let all = [
        Conviction(
            "R1", .servedBeforeBlock,
            "three pollables fire together; any report order is legal, the join comes last"),
        Conviction(
            "R2", .servedBeforeBlock, "tasks wake in the order of the report, whichever that is"),
        Conviction("R5", .noLostWake, "a chain of doors beside another is walked alone"),
        Conviction("R6", .noSpuriousWake, "a chain of doors beside another is walked alone"),
        Conviction("R7", .noLostWake, "two tasks wait on one pollable and both wake"),
        Conviction(
            "R9", .fifoService,
            "the tasks of one report go on in its order, however each of them waits"),
        Conviction(
            "R14", .noDeadHandle, "a timer that comes first wins the race against a silent door"),
        Conviction(
            "R11", .noStaleWake, "cancelling one of two waiters leaves the other waiting"),
        Conviction("R11", .cancelFrees, "a name that nobody waits for any more is in no list"),
        Conviction(
            "R13", .cancelFrees,
            "a handle number reused after a cancel wakes only its new owner (ABA)"),
        Conviction(
            "R17", .childBeforeParent,
            "a reader that is cancelled as it waits leaves nothing, its pollable before its stream"),
        Conviction("R21", .noEmptyPoll, "tasks that wait for each other are found without a poll"),
        Conviction("R22", .progress, "timers wake in deadline order, not in subscription order"),
        Conviction(
            "R23", .boundedStarvation,
            "a task that never blocks for long does not starve a door or a sleeper"),
        Conviction(
            "R24", .noBlockWhileRunnable, "a sleeper wakes beside a task that works and yields"),
        Conviction("R26", .pollEconomy, "a busy reactor polls now and then, not after every turn"),
        Conviction(
            "R31", .noLeak,
            "a timer fires beside a task that only yields, though nothing makes time pass"),
        Conviction(
            "R32a", .timeSane, "deadlines that differ by less than a millisecond are told apart"),
        Conviction(
            "R32b", .timeSane, "deadlines that differ by less than a millisecond are told apart"),
        Conviction(
            "R41", .noPermitOverrun, "a permit of one byte writes everything, byte by byte"),
        Conviction("X2", .noSpuriousWake, "a flush holds the permit until what was written is out"),
        Conviction("X3", .noSpuriousWake, "a flush holds the permit until what was written is out"),
        Conviction("X4", .noSpuriousWake, "a chain of joins ends without a poll"),
        Conviction("X5", .exactlyOnce, "a chain of joins ends without a poll"),
    ]

    /// Which oracles object to a guest, on any of the scenario's hosts with some seeds.
    func objections(to guest: GuestProgram) throws -> [OracleName: [String]] {
        let scenario = try #require(Scenario.shipped.first { $0.name == self.scenario })
        var found: [OracleName: [String]] = [:]
        for host in scenario.hosts {
            for seed in 0..<(host.hasChoices ? 8 : 1) {
                let run = Player(guest: guest).run(scenario, on: host, seed: UInt64(seed))
                for violation in run.violations(of: OracleName.allCases) {
                    found[violation.oracle, default: []].append(violation.message)
                }
            }
        }
        return found
    }
}

struct OracleConvictionTests {
    @Test(arguments: Conviction.all)
    func `an oracle convicts a mutant where it has nothing against the sound form`(
        _ one: Conviction
    ) throws {
        let mutant = Mutant.named(one.row)
        #expect(try one.objections(to: mutant.sound) == [:])
        let found = try one.objections(to: mutant.guest)
        #expect(found[one.oracle] != nil, "convicted by \(found)")
    }

    @Test func `every oracle convicts one`() {
        let used = Set(Conviction.all.map(\.oracle))
        #expect(OracleName.allCases.filter { !used.contains($0) } == [])
    }

    @Test func `a runtime that promises no order and no economy is not asked for them`() throws {
        for one in Conviction.all where one.oracle.isOptIn {
            let scenario = try #require(Scenario.shipped.first { $0.name == one.scenario })
            let run = Player(guest: NaiveGuest.program)
                .run(scenario, on: scenario.hosts[0], seed: 1)
            #expect(run.violations() == [])
        }
    }
}
