// Each planted fault of a stranger's reactor is convicted by the name of an oracle.

import Testing

@testable import PolluxScenario

/// A fault, the oracle that must find it, and the scenario in which.
struct Conviction: CustomTestStringConvertible, Sendable {
    let bug: NaiveGuest.Bug
    let oracle: OracleName
    let scenario: String

    init(_ bug: NaiveGuest.Bug, _ oracle: OracleName, _ scenario: String) {
        (self.bug, self.oracle, self.scenario) = (bug, oracle, scenario)
    }

    var testDescription: String { "\(bug.rawValue): \(oracle.rawValue)" }

    static let all = [
        Conviction(
            .firstIndexOnly, .servedBeforeBlock,
            "three pollables fire together; any report order is legal, the join comes last"),
        Conviction(
            .ascendingIndices, .servedBeforeBlock,
            "tasks wake in the order of the report, whichever that is"),
        Conviction(
            .keepsCancelled, .cancelFrees, "a cancelled wait is in no list afterwards"),
        Conviction(
            .keepsItsTimer, .progress,
            "a timer of the guest's own that is due does not keep it from waiting"),
        Conviction(
            .lastWaiterWins, .noLostWake, "two tasks wait on one pollable and both wake"),
        Conviction(
            .wakesEverybody, .noSpuriousWake, "a chain of doors beside another is walked alone"),
        Conviction(
            .clearsAllWaiters, .noLostWake,
            "timers wake in deadline order, not in subscription order"
        ),
        Conviction(
            .keepsLosers, .noDeadHandle,
            "the loser of a race is in no list afterwards, though its number is never used again"),
        Conviction(
            .dropsTwice, .noDeadHandle, "timers wake in deadline order, not in subscription order"),
        Conviction(
            .leaksOnCancel, .cancelFrees,
            "a handle number reused after a cancel wakes only its new owner (ABA)"),
        Conviction(
            .reusesWithoutGeneration, .noStaleWake,
            "a handle number reused after a cancel wakes only its new owner (ABA)"),
        Conviction(
            .neverFlushes, .noSpuriousWake,
            "a flush holds the permit until what was written is out"),
        Conviction(
            .flushesInPassing, .noSpuriousWake,
            "a flush holds the permit until what was written is out"),
        Conviction(
            .pollsNothing, .noEmptyPoll, "tasks that wait for each other are found without a poll"),
        Conviction(
            .blocksWhileRunnable, .noBlockWhileRunnable,
            "a sleeper wakes beside a task that works and yields"),
        Conviction(
            .pollsOnlyWhenIdle, .boundedStarvation,
            "a task that never blocks for long does not starve a door or a sleeper"),
        Conviction(
            .neverBlocks, .progress, "timers wake in deadline order, not in subscription order"),
        Conviction(
            .leaksTimers, .noLeak, "a sleeper wakes beside a task that works and yields"),
        Conviction(
            .roundsUp, .timeSane, "deadlines that differ by less than a millisecond are told apart"),
        Conviction(
            .roundsDown, .timeSane,
            "deadlines that differ by less than a millisecond are told apart"
        ),
        Conviction(.resumesTheDone, .exactlyOnce, "a chain of joins ends without a poll"),
        Conviction(.joinsEarly, .noSpuriousWake, "a chain of joins ends without a poll"),
        Conviction(
            .ignoresPermits, .noPermitOverrun,
            "a permit of one byte writes everything, byte by byte"),
        Conviction(
            .dropsStreamsFirst, .childBeforeParent,
            "a reader that is cancelled as it waits leaves nothing, its pollable before its stream"),
    ]

    /// Which oracles object, on any of the scenario's hosts with some seeds.
    func oracles(_ bug: NaiveGuest.Bug?) throws -> [String: [String]] {
        let scenario = try #require(Scenario.shipped.first { $0.name == self.scenario })
        var found: [String: [String]] = [:]
        for host in scenario.hosts {
            for seed in 0..<(host.hasChoices ? 8 : 1) {
                let player = Player(guest: NaiveGuest.program(bug))
                for violation in player.run(scenario, on: host, seed: UInt64(seed)).violations() {
                    found[violation.oracle.rawValue, default: []].append(violation.message)
                }
            }
        }
        return found
    }
}

struct OracleConvictionTests {
    @Test(arguments: Conviction.all)
    func `a fault is convicted by name where the sound reactor is not`(_ one: Conviction) throws {
        #expect(try one.oracles(nil) == [:])
        let found = try one.oracles(one.bug)
        #expect(found[one.oracle.rawValue] != nil, "convicted by \(found)")
    }

    @Test func `every oracle that judges by itself has a fault that it convicts`() {
        let used = Set(Conviction.all.map(\.oracle))
        #expect(OracleName.usual.filter { !used.contains($0) } == [])
    }

    @Test func `service out of order is convicted where a scenario asks for order`() throws {
        let scenario = try #require(
            Scenario.shipped.first {
                $0.name == "tasks wake in the order of the report, whichever that is"
            })
        func oracles(_ guest: GuestProgram) -> [OracleName] {
            Player(guest: guest).run(scenario, on: scenario.hosts[0], seed: 1)
                .violations(of: [.fifoService]).map(\.oracle)
        }
        #expect(oracles(.local) == [])
        #expect(oracles(NaiveGuest.program()) == [.fifoService])
    }

    @Test func `a poll after every turn is convicted where a scenario asks for economy`() throws {
        let name = "a sleeper wakes beside a task that works and yields"
        let scenario = try #require(Scenario.shipped.first { $0.name == name })
        func oracles(_ guest: GuestProgram) -> [OracleName] {
            Player(guest: guest).run(scenario, on: scenario.hosts[0], seed: 1)
                .violations(of: [.pollEconomy]).map(\.oracle)
        }
        #expect(oracles(.local) == [])
        #expect(oracles(NaiveGuest.program()) == [.pollEconomy])
    }
}
