// Symmetry: a search that leaves mirror images out finds what one finds that plays them.

import Mutants
import PolluxNative
import ScenarioGuest
import Testing

@testable import PolluxScenario

/// One scenario searched exhaustively, with and without its mirror images.
private struct Mirrored {
    let half: Exploration
    let whole: Exploration
    /// What happened in each run that holds, whoever of those that are alike it happened to.
    let logsOfHalf: Set<String>
    let logsOfWhole: Set<String>

    /// - Parameter hashes: whether the guest's states are told apart, too; then not every log is seen.
    init(_ text: String, by guest: GuestProgram, hashes: Bool = false) throws {
        let scenario = try #require(try Scenario.parse(path: "f", text: text).first)
        (half, logsOfHalf) = Self.explore(scenario, by: guest, true, hashes: hashes)
        (whole, logsOfWhole) = Self.explore(scenario, by: guest, false, hashes: hashes)
    }

    private static func explore(
        _ scenario: Scenario, by guest: GuestProgram, _ usesSymmetry: Bool, hashes: Bool
    ) -> (Exploration, Set<String>) {
        let logs = Locked<Set<String>>([])
        var explorer = Explorer(
            guest: guest, by: .exhaustive, budget: 50_000, repeatsOneIn: 0)
        explorer.usesSymmetry = usesSymmetry
        explorer.hashesStates = hashes
        explorer.onHolding = { run in
            let log = Self.log(of: run)
            logs.withLock { _ = $0.insert(log) }
        }
        let exploration = explorer.explore(scenario, on: scenario.hosts[0])
        return (exploration, logs.withLock { $0 })
    }

    /// The run's events, where tasks that are alike have the names of the order in which they began.
    private static func log(of run: Run) -> String {
        let likes = run.scenario.firstLikes
        var names: [TaskID: String] = [:]
        var begun: [TaskID: Int] = [:]
        // The entry joins the first of them, and so tells it from the others, unless it joins `main`.
        let hasMain = run.scenario.tasks.contains { $0.name == "main" }
        for task in likes.indices where likes[task] == task && !hasMain { names[task] = "\(task)" }
        let events = run.occurrences.map { one in
            guard case .task(let task) = one.subject else { return "\(one)" }
            if names[task] == nil {
                begun[likes[task], default: 0] += 1
                names[task] = "\(likes[task]).\(begun[likes[task]]!)"
            }
            return "\(names[task]!) \(one.kind) at \(one.time)"
        }
        let values = run.values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return "\(events) \(values) \(run.outcomeText)"
    }
}

struct SymmetryTests {
    private static let programs = [
        "program: {A: [yield], B: [yield], C: [yield]}",
        "program: {A: [sleep 1ms, say x], B: [sleep 1ms, say x], C: [sleep 1ms, say x]}",
        """
        world: {p: level}
        program: {A: [wait p], B: [wait p], C: [wait p]}
        events: [5ms: p ready]
        """,
        "program: {A: [recv c], S: [send c, yield, send c, send c], B: [recv c], C: [recv c]}",
        """
        world: {out: {output: {}}}
        program: {A: [write out x as v], B: [write out x as v], C: [write out x as v]}
        """,
        "program: {A: [yield], B: [yield], main: [yield]}",
    ]

    private static func text(
        _ program: String, host: String = "executor: any", expecting: String? = nil
    ) -> String {
        "pollux: 1\nname: n\n\(program)\nhosts: [{\(host)}]\n"
            + (expecting.map { "expect: \($0)\n" } ?? "")
    }

    @Test(arguments: programs, [GuestProgram.local, .swift])
    func `fewer schedules come to the same logs, but for the names of tasks that are alike`(
        program: String, guest: GuestProgram
    ) throws {
        let mirrored = try Mirrored(Self.text(program), by: guest)
        #expect(mirrored.whole.isExhausted)
        #expect(mirrored.half.isExhausted)
        #expect(mirrored.half.runs < mirrored.whole.runs)
        #expect(mirrored.half.mirrored > 0)
        #expect(mirrored.whole.mirrored == 0)
        #expect(mirrored.logsOfHalf == mirrored.logsOfWhole, "\(program)")
    }

    @Test(arguments: programs)
    func `with each state once there are fewer states, too`(program: String) throws {
        let mirrored = try Mirrored(Self.text(program), by: .local, hashes: true)
        #expect(mirrored.half.isExhausted)
        #expect(mirrored.half.runs < mirrored.whole.runs)
        #expect(try #require(mirrored.half.states) < (try #require(mirrored.whole.states)))
    }

    /// What some runs of the programs do not meet, and says nothing about who.
    private static let claims = [
        "{count: {host.block: 0}}", "{never: [host.block]}", "{invariants: {and: [fifo-service]}}",
        "{outcome: livelocked}",
    ]

    @Test(arguments: programs, claims)
    func `a failure is found at the same place`(program: String, claim: String) throws {
        for hashes in [false, true] {
            let text = Self.text(program, host: "executor: any, order: any", expecting: claim)
            let mirrored = try Mirrored(text, by: .local, hashes: hashes)
            #expect(mirrored.half.find?.tape == mirrored.whole.find?.tape)
            #expect(mirrored.half.find?.failures == mirrored.whole.find?.failures)
        }
    }

    @Test(arguments: Mutant.guests)
    func `a mutant that is found is found in the same run`(mutant: Mutant) throws {
        for program in [Self.programs[0], Self.programs[2], Self.programs[4]] {
            let mirrored = try Mirrored(Self.text(program), by: mutant.guest)
            #expect(mirrored.half.find?.tape == mirrored.whole.find?.tape, "\(program)")
        }
    }

    @Test(arguments: [
        "{count: {C.done: 1}}", "{relations: [B.done < C.done]}", "{sometimes: [B.done < C.done]}",
        "{eventually: [B.done]}", "{never: [B.cancelled]}", "{order: [A.done, B.done]}",
        "{outcome: {deadlock: {B: A}}}",
    ])
    func `who is named in an expectation is told apart`(claim: String) throws {
        let program = "program: {A: [yield], B: [yield], C: [yield]}"
        let named = try Mirrored(Self.text(program, expecting: claim), by: .local)
        // Of the three one is joined first, and one is named.
        #expect(named.half.mirrored == 0)
        #expect(named.half.runs == named.whole.runs)
    }

    @Test(arguments: [
        "program: {A: [yield], B: [yield], C: [yield], J: [join C]}",
        "program: {A: [yield], B: [yield], C: [yield, yield]}",
        "program: {A: [spawn B, spawn C], B: [yield], C: [yield]}",
        "program: {A: [yield], B: [yield], C: [yield], K: [cancel B]}",
    ])
    func `who is another task to the program is told apart`(program: String) throws {
        #expect(try Mirrored(Self.text(program), by: .local).half.mirrored == 0)
    }

    @Test func `without a free executor tasks begin in one order`() throws {
        let text = Self.text(Self.programs[2], host: "order: any, subset: any, fair: 2")
        #expect(try Mirrored(text, by: .local).half.mirrored == 0)
    }
}
