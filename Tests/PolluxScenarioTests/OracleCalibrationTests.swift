// The oracles are silent on sound reactors, whatever a legal host does.

import Foundation
import Mutants
import PolluxHost
import PolluxNative
import ScenarioHTTPGuest
import Testing

@testable import PolluxScenario

/// Plays the shipped scenarios by sound guests on every kind of legal host and asks every oracle.
enum Calibration {
    /// Runtimes that are sound, each written without the others in mind.
    static let guests = [
        GuestProgram.local, GuestProgram(name: "swift", entry: SwiftHTTPGuest.main),
        NaiveGuest.program, Mutant.sound.guest,
    ]

    /// One guest on one host in one scenario.
    struct Cell: Sendable {
        let scenario: Scenario
        let host: HostEntry
        let guest: GuestProgram

        /// The oracles that the guest claims to satisfy and that the document leaves in.
        var oracles: [OracleName] {
            var names = Set(OracleName.allCases)
            for block in scenario.expectations
            where block.scope.includes(guest: guest.name, host: host.name) {
                block.invariants?.value.apply(to: &names)
            }
            // The naive one goes through its tasks in rounds, whatever was reported, and polls after
            // each.
            let claimed = guest.name == "naive" ? OracleName.usual : OracleName.allCases
            return claimed.filter(names.contains)
        }
    }

    /// Every guest that a document is for, on each host of ``hosts(of:)``.
    static func cells(of scenario: Scenario) -> [Cell] {
        let names = scenario.guests?.map(\.value)
        return guests.filter { names?.contains($0.name) != false }.flatMap { guest in
            hosts(of: scenario).map { Cell(scenario: scenario, host: $0, guest: guest) }
        }
    }

    /// The document's own hosts, those that have a name, each value of a knob that leaves no choice, and
    /// some hosts on which every knob is free.
    static func hosts(of scenario: Scenario) -> [HostEntry] {
        func host(
            _ name: String, like policy: HostPolicy = .friendly, anyTask: Bool = false,
            _ change: (inout HostPolicy) -> Void = { _ in }
        ) -> HostEntry {
            var policy = policy
            policy.rules = scenario.hosts[0].policy.rules
            change(&policy)
            return HostEntry(
                name: name, policy: policy, picksAnyTask: anyTask, place: scenario.place)
        }
        let named = HostPolicy.presets.map { host("preset-\($0.name)", like: $0.policy) }
        let pinned = [
            host("ascending") { $0.order = .ascending },
            host("descending") { $0.order = .descending },
            host("by-resource") { $0.order = .byResource },
            host("coalescing") { $0.duplicates = .first },
            host("fifo-handles") { $0.handles = .fifo },
            host("fresh-handles") { $0.handles = .fresh },
            host("per-type-handles") { $0.handles = .perType },
            host("short-reads") { $0.reads = .short },
            host("small-permits") { $0.permits = .one },
            host("grain") { $0.timers = .grain(3_000_000) },
            host("other-rules") { $0.rules = $0.rules == .spec ? .wasmtime : .spec },
        ]
        func late(_ policy: inout HostPolicy) { policy.timers = .late(1_500_000) }
        let free = [
            host("one") { ($0.order, $0.subset, $0.handles) = (.winnerFirst, .one, .sparse) },
            host("lenient", like: .any) { ($0.parentDrop, $0.readyLag) = (.allow, 3) },
            host("late", like: .any, late), host("any-executor", like: .any, anyTask: true),
            host("late-executor", like: .any, anyTask: true, late),
        ]
        return scenario.hosts + named + pinned + free
    }

    /// What came of many runs.
    struct Tally {
        var alarms: [String] = []
        var runs = 0
        /// Runs that differ from those before them.
        var judged = 0
        var events = 0

        mutating func add(_ other: Tally) {
            alarms += other.alarms
            runs += other.runs
            judged += other.judged
            events += other.events
        }
    }

    /// What the oracles say of so many seeds of each cell; of a cell with an alarm, the first. A seed
    /// that gives a run which was there already is not judged again.
    /// - Parameter events: no run of a cell begins after so many events of runs that differ.
    static func tally(
        _ cells: [Cell], seeds: Int, events: Int = .max, jobs: Int = 1
    ) -> Tally {
        let next = Counter()
        let tallies = Locked([Tally?](repeating: nil, count: cells.count))
        Workers.run(jobs) {
            while true {
                let index = next.add(1)
                guard index < cells.count else { return }
                let runs = CalibrationRuns(cells[index], seeds: seeds, events: events)
                GuestWorker.run(runs)
                tallies.withLock { $0[index] = runs.tally }
            }
        }
        return tallies.withLock { $0 }.compactMap(\.self).reduce(into: Tally()) { $0.add($1) }
    }
}

/// The runs of one cell, one after the other on one thread: all that there are, where those are few
/// beside the seeds, and else one a seed.
private final class CalibrationRuns: GuestSupply, @unchecked Sendable {
    private let cell: Calibration.Cell
    private let stage: Stage
    private let oracles: [OracleName]
    private let seeds: Int
    private let mostEvents: Int
    private var current: (set: Stage.Set, choices: NotedChoices)?
    /// The answers that the next run begins with, as long as all runs are gone through.
    private var counting: [Int]?
    private var counted = 0
    private var seed = 0
    /// The digests of the answers that runs had: with the same ones it is the same run.
    private var judged: Set<UInt64> = []
    private var isOver = false
    private(set) var tally = Calibration.Tally()

    init(_ cell: Calibration.Cell, seeds: Int, events: Int) {
        self.cell = cell
        mostEvents = events
        self.seeds = cell.host.hasChoices ? seeds : 1
        counting = seeds > 100 ? [] : nil
        stage = Stage(cell.scenario, on: cell.host, for: cell.guest)
        oracles = cell.oracles
    }

    func next() -> (host: WASIHost, entry: @Sendable () -> Void)? {
        guard !isOver, seed < seeds, tally.events < mostEvents else { return nil }
        let choices: NotedChoices
        if let counting {
            choices = NotedChoices(counting, then: nil)
        } else {
            choices = NotedChoices([], then: SeededChoices(seed: UInt64(seed)))
            seed += 1
        }
        let set = stage.set(choices: choices)
        current = (set, choices)
        return (set.host, cell.guest.entry)
    }

    func ended(_ outcome: Outcome, of host: WASIHost) {
        guard let (set, choices) = current else { return }
        current = nil
        tally.runs += 1
        let run = counting.map { "answers \($0)" } ?? "seed \(seed - 1)"
        if outcome == .timedOut { return alarm(run, "the run did not end") }
        goOn(after: choices)
        guard judged.insert(choices.digest).inserted else { return stage.finish(set, outcome) }
        judge(stage.run(set, seed: 0, outcome: outcome), run)
    }

    private func goOn(after choices: NotedChoices) {
        // Where nothing was asked, every seed gives this run.
        if choices.answers.isEmpty { isOver = true }
        guard counting != nil else { return }
        counted += 1
        counting = choices.following
        if counting == nil { isOver = true }
        if counted * 4 > seeds || choices.answers.count > 40 { counting = nil }
    }

    private func judge(_ run: Run, _ words: String) {
        // A guest that cannot do a step is no reactor that does it wrong.
        if case .unsupported = run.outcome {
            isOver = true
            return
        }
        tally.judged += 1
        tally.events += run.trace.count
        if let first = run.violations(of: oracles).first {
            alarm(words, "\(first.oracle.rawValue): \(first.message) #\(first.event)")
        }
    }

    private func alarm(_ run: String, _ words: String) {
        isOver = true
        tally.alarms.append(
            "\(cell.scenario.name) (\(cell.guest.name), \(cell.host.name), \(run)): \(words)")
    }
}

/// Answers as it was told, then by a seed or as a friend, and knows what was answered.
private final class NotedChoices: ChoiceSource {
    private let prefix: [Int]
    private let seeded: SeededChoices?
    private(set) var answers: [(answer: Int, options: Int)] = []
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325

    init(_ prefix: [Int], then seeded: SeededChoices?) {
        self.prefix = prefix
        self.seeded = seeded
    }

    func choose(_ site: ChoiceSite, among options: Int) -> Int {
        let told = answers.count < prefix.count ? prefix[answers.count] : nil
        let answer = told ?? seeded?.choose(site, among: options) ?? 0
        answers.append((answer, options))
        for word in [site.kind.number, options, answer] {
            digest = (digest ^ UInt64(word)) &* 0x100_0000_01B3
        }
        return answer
    }

    /// What the run behind this one begins with, if all are gone through in order.
    var following: [Int]? {
        let place = answers.lastIndex { $0.answer + 1 < $0.options }
        return place.map { place in answers[..<place].map(\.answer) + [answers[place].answer + 1] }
    }
}

struct OracleCalibrationTests {
    @Test(arguments: Scenario.shipped.map(\.name))
    func `no oracle objects to a sound reactor on a legal host`(name: String) throws {
        let scenario = try #require(Scenario.shipped.first { $0.name == name })
        let cells = Calibration.cells(of: scenario)
        // Where a guest that traps keeps its thread, there must not be too many of them.
        let seeds = GuestWorker.endsThreads ? 3 : 1
        #expect(Calibration.tally(cells, seeds: seeds, events: 1_000).alarms == [])
    }

    /// `POLLUX_CALIBRATE=10000 swift test -c release -Xswiftc -enable-testing --filter Calibration`;
    /// `POLLUX_CALIBRATE_JOBS` says how many threads do it, where not all cores should.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["POLLUX_CALIBRATE"] != nil))
    func `no oracle objects in many runs either`() throws {
        let environment = ProcessInfo.processInfo.environment
        let seeds = try #require(environment["POLLUX_CALIBRATE"].flatMap { Int($0) })
        let jobs =
            environment["POLLUX_CALIBRATE_JOBS"].flatMap { Int($0) }
            ?? ProcessInfo.processInfo.activeProcessorCount
        let began = ContinuousClock.now
        var all = Calibration.Tally()
        // The short ones first, so that one who does not wait for the end has heard the most.
        let lengths = Scenario.shipped.map { scenario in
            (scenario, Calibration.tally(Calibration.cells(of: scenario), seeds: 1).events)
        }
        for (scenario, _) in lengths.sorted(by: { $0.1 < $1.1 }) {
            let start = ContinuousClock.now
            let tally = Calibration.tally(
                Calibration.cells(of: scenario), seeds: seeds, jobs: jobs)
            all.add(tally)
            print(
                "\(tally.runs) runs, \(tally.judged) differ, \(tally.alarms.count) alarms, "
                    + "\(ContinuousClock.now - start): \(scenario.name)")
            for alarm in tally.alarms { print("  \(alarm)") }
        }
        print(
            "\(all.runs) runs, \(all.judged) of them different, \(all.events) events, "
                + "\(all.alarms.count) alarms, "
                + "\(ContinuousClock.now - began)")
        #expect(all.alarms == [])
    }
}
