// Exploring: how many runs there are, what is found in them, and that it can be played again.

import Mutants
import ScenarioGuest
import ScenarioHTTPGuest
import Testing
import WASIp2

@testable import PolluxScenario

extension GuestProgram {
    /// The shipped guest on Swift Concurrency.
    static let swift = GuestProgram(name: "swift", entry: SwiftHTTPGuest.main)
}

/// A scenario to explore on its first host.
struct Explored {
    let scenario: Scenario
    var guest = GuestProgram.local
    var jobs = 1

    init(_ text: String) throws {
        scenario = try #require(try Scenario.parse(path: "f", text: text).first)
    }

    /// What a search comes to.
    func by(
        _ search: Search, seed: UInt64 = 1, budget: Int = 100_000, repeatsOneIn: Int = 64
    ) -> Exploration {
        Explorer(
            guest: guest, by: search, seed: seed, budget: budget, jobs: jobs,
            repeatsOneIn: repeatsOneIn
        )
        .explore(scenario, on: scenario.hosts[0])
    }

    /// The run of a tape.
    func replay(_ tape: Tape) -> Exploration.Find? {
        Explorer(guest: guest, by: .once).replay(tape, of: scenario, on: scenario.hosts[0])
    }

    /// Two pollables that are ready at one instant, on a host with these knobs.
    static func pair(_ knobs: String, expecting: String = "{}") throws -> Explored {
        try Explored(
            """
            pollux: 1
            name: n
            world: {p: level, q: level}
            program: {A: [wait p], B: [wait q]}
            events: [5ms: [p ready, q ready]]
            hosts: [{\(knobs)}]
            expect: \(expecting)
            """)
    }

    /// Three of them on a host that reports any part in any order.
    static func triple(expecting: String = "{}") throws -> Explored {
        try Explored(
            """
            pollux: 1
            name: n
            world: {p: level, q: level, r: level}
            program: {A: [wait p], B: [wait q], C: [wait r]}
            events: [5ms: [p ready, q ready, r ready]]
            hosts: [{order: any, subset: any, fair: 2}]
            expect: \(expecting)
            """)
    }

    /// A task that computes and yields beside one that waits, under an executor that may pick either.
    static func starving() throws -> Explored {
        try Explored(
            """
            pollux: 1
            name: n
            world: {sock: level}
            program:
              io: [wait sock, yield, yield]
              busy: [repeat 50 times work 1ms and yield]
            events: [0ms: sock ready]
            hosts: [{executor: any}]
            expect: {relations: [io.done within 45 turns of sock.ready]}
            """)
    }
}

struct ExplorerTests {
    @Test func `a host without choices has one run`() throws {
        let explored = try Explored.pair("order: ascending").by(.exhaustive)
        #expect(explored.runs == 1)
        #expect(explored.isExhausted)
    }

    @Test func `two in any order are two runs`() throws {
        #expect(try Explored.pair("order: any").by(.exhaustive).runs == 2)
    }

    // p reported or not; if so, q or not; if not, q must be.
    @Test func `any part of two is three runs`() throws {
        #expect(try Explored.pair("subset: any").by(.exhaustive).runs == 3)
    }

    @Test func `any part of two in any order is four runs`() throws {
        #expect(try Explored.pair("subset: any, order: any").by(.exhaustive).runs == 4)
    }

    // A, B; or A, the entry, B; or B, A: once B is done nobody but A can run.
    @Test func `two tasks and their entry go on in three ways`() throws {
        let explored = try Explored(
            """
            pollux: 1
            name: n
            program: {A: [say a], B: [say b]}
            hosts: [{executor: any}]
            """)
        #expect(explored.by(.exhaustive).runs == 3)
    }

    @Test func `several workers play each run once`() throws {
        var explored = try Explored.triple()
        let alone = explored.by(.exhaustive)
        explored.jobs = 4
        let together = explored.by(.exhaustive)
        #expect(together.runs == alone.runs)
        #expect(together.isExhausted)
    }

    @Test func `no deviation is one run`() throws {
        #expect(try Explored.triple().by(.delays(0)).runs == 1)
    }

    // Three that may be left out; the order of three, with two other firsts and another second.
    @Test func `one deviation is one run more for each other option`() throws {
        #expect(try Explored.triple().by(.delays(1)).runs == 1 + 3 + 3)
    }

    @Test func `deviations without bound are all runs`() throws {
        let explored = try Explored.triple()
        #expect(explored.by(.delays(100)).runs == explored.by(.exhaustive).runs)
    }

    @Test func `a budget that is used up leaves a frontier`() throws {
        let explored = try Explored.triple().by(.exhaustive, budget: 3)
        #expect(explored.runs == 3)
        #expect(!explored.isExhausted)
        #expect(explored.frontier > 0)
    }

    @Test func `a budget of all runs and one more exhausts`() throws {
        let explored = try Explored.triple()
        let count = explored.by(.exhaustive).runs
        #expect(explored.by(.exhaustive, budget: count + 1).isExhausted)
    }

    @Test(arguments: [GuestProgram.local, .swift])
    func `the shipped guests hold however three are reported`(guest: GuestProgram) throws {
        var explored = try Explored.triple(expecting: "{count: {A.done: 1, B.done: 1, C.done: 1}}")
        explored.guest = guest
        #expect(explored.by(.exhaustive).find == nil)
    }

    @Test(arguments: [Search.exhaustive, .random, .pct(3), .delays(1)])
    func `a guest that takes indices for ascending is found`(search: Search) throws {
        var explored = try Explored.pair("order: any", expecting: "{count: {host.block: 1}}")
        #expect(explored.by(search, budget: 1_000).find == nil)
        explored.guest = Mutant.named("R2").guest
        let find = try #require(explored.by(search, budget: 1_000).find)
        #expect(find.tape.description == "1/2")
    }

    @Test(arguments: [Search.exhaustive, .random, .pct(3), .delays(1)])
    func `the tape of a failure gives the same failure`(search: Search) throws {
        var explored = try Explored.triple(expecting: "{order: [A.done, B.done, C.done]}")
        explored.jobs = 2
        let find = try #require(explored.by(search).find)
        let tape = try #require(Tape(find.tape.description))
        let again = try #require(explored.replay(tape))
        #expect(again.failures == find.failures)
        #expect(again.run.digest == find.run.digest)
    }

    @Test func `priorities find a task that is starved, and their tape finds it again`() throws {
        let explored = try Explored.starving()
        let find = try #require(explored.by(.pct(2), budget: 2_000).find)
        let again = try #require(explored.replay(find.tape))
        #expect(again.failures == find.failures)
        #expect(again.run.digest == find.run.digest)
    }

    @Test func `a random walk hardly ever starves a task`() throws {
        #expect(try Explored.starving().by(.random, budget: 2_000).find == nil)
    }

    @Test(arguments: [Search.random, .pct(3)], [GuestProgram.local, .swift])
    func `one seed gives one tape and one log`(search: Search, guest: GuestProgram) throws {
        var explored = try Explored.triple(expecting: "{never: [C.done]}")
        explored.guest = guest
        let finds = try (0..<5).map { _ in try #require(explored.by(search, seed: 7).find) }
        #expect(Set(finds.map(\.tape)).count == 1)
        #expect(Set(finds.map(\.run.digest)).count == 1)
    }

    @Test(arguments: [Search.exhaustive, .random, .pct(3)])
    func `the failure that is told does not depend on the number of workers`(search: Search) throws
    {
        var explored = try Explored.triple(expecting: "{order: [A.done, C.done]}")
        let alone = try #require(explored.by(search).find)
        explored.jobs = 4
        for _ in 0..<5 { #expect(explored.by(search).find?.tape == alone.tape) }
    }

    @Test func `a tape that does not fit says so, and blames no guest`() throws {
        let explored = try Explored.pair("order: any")
        let tape = try #require(Tape("2/3"))
        let find = try #require(explored.replay(tape))
        #expect(
            find.failures.first?.message
                == "the tape is not of this document, guest and host as they are, unless the guest is "
                + "not deterministic: choice 1 (poll.order) has 2 options, on the tape 3")
    }

    @Test(arguments: [Search.once, .exhaustive, .random, .pct(3), .delays(1)])
    func `a search by a guest that cannot do a step says which`(search: Search) throws {
        var explored = try Explored("pollux: 1\nname: n\nprogram: {A: [send c]}\n")
        explored.guest = GuestProgram(name: "mute") { Mute.main() }
        #expect(explored.by(search).unsupported?.line == 3)
        #expect(explored.replay(Tape()) == nil)
    }

    @Test func `what several workers found stays, though one alone does not come to it`() throws {
        var explored = try Explored.triple(expecting: "{eventually: [A.done]}")
        let rounds = Counter()
        // Wrong once, whatever is answered: in a search of one worker later it holds.
        explored.guest = GuestProgram(name: "moody") {
            if rounds.add(1) != 4 { LocalGuest.main() }
        }
        explored.jobs = 2
        let search = explored.by(.exhaustive, repeatsOneIn: 0)
        #expect(search.states != nil)
        #expect(search.find != nil)
    }

    @Test func `a time that is up ends a search at the next run`() throws {
        let explored = try Explored.starving()
        let explorer = Explorer(guest: .local, by: .random, seconds: 0)
        #expect(explorer.explore(explored.scenario, on: explored.scenario.hosts[0]).runs == 1)
    }

    @Test func `a host of any freedom has all that the preset has, each lag once`() throws {
        var host = HostEntry.any(try Explored.pair("order: by-age").scenario.hosts[0])
        #expect(host.policy.readyLag == 1)
        host.policy.readyLag = 2
        host.policy.spurious = 2
        host.policy.finishLag = 2
        #expect(host.policy == .any)
    }

    @Test func `a guest that is not deterministic is found out`() throws {
        var explored = try Explored.triple()
        let rounds = Counter()
        explored.guest = GuestProgram(name: "moody") {
            // From its third run on it asks nobody anything.
            if rounds.add(1) < 2 { LocalGuest.main() }
        }
        let find = try #require(explored.by(.exhaustive, repeatsOneIn: 0).find)
        #expect(find.number == 3)
        #expect(!find.failures.isEmpty)
    }

    @Test(arguments: [GuestProgram.local, .swift], [Search.random, .exhaustive])
    func `each run can be played twice, and the shipped guests do the same again`(
        guest: GuestProgram, search: Search
    ) throws {
        var explored = try Explored.triple()
        explored.guest = guest
        explored.jobs = 2
        let played = explored.by(search, budget: 200, repeatsOneIn: 1)
        #expect(played.find == nil)
        #expect(played.repeated == played.runs)
    }

    @Test func `the first event in which a second run differs is told`() throws {
        var explored = try Explored(
            """
            pollux: 1
            name: n
            world: {p: level}
            program: {A: [wait p]}
            events: [5ms: p ready]
            """)
        let rounds = Counter()
        explored.guest = GuestProgram(name: "moody") {
            LocalGuest.main()
            if rounds.add(1) == 1 { _ = MonotonicClock.now() }
        }
        let find = try #require(explored.by(.random, budget: 1, repeatsOneIn: 1).find)
        let message = try #require(find.failures.first?.message)
        #expect(message.contains("now -> 5ms' followed, and the other time nothing did"))
        #expect(message.contains("the guest is not deterministic"))
    }

    @Test func `a run whose like was judged before counts, and is not judged again`() throws {
        // Of two that are ready at once either is reported first: there are two logs.
        let scenario = try Explored.pair("order: any").scenario
        let judged = Counter()
        var explorer = Explorer(guest: .local, by: .random, budget: 500)
        explorer.onHolding = { _ in judged.add(1) }
        let played = explorer.explore(scenario, on: scenario.hosts[0])
        #expect(played.runs == 500)
        #expect(played.find == nil)
        #expect(judged.value == 2)
    }

    @Test func `what happens sometimes is looked for in all runs`() throws {
        let expecting = "{sometimes: [B.done < A.done]}"
        let free = try Explored.pair("order: any", expecting: expecting).by(.exhaustive)
        #expect(free.sometimes.failures.isEmpty)
        let fixed = try Explored.pair("order: ascending", expecting: expecting).by(.exhaustive)
        #expect(fixed.sometimes.failures.count == 1)
    }

    @Test func `a run that never ends is given up, and those after it hold`() throws {
        let scenario = try Explored.pair("order: any").scenario
        let rounds = Counter()
        let guest = GuestProgram(name: "lost") {
            if rounds.add(1) == 0 { while rounds.value < 1_000_000 {} }
            LocalGuest.main()
        }
        var explorer = Explorer(guest: guest, by: .random, budget: 5)
        explorer.timeLimit = 0.1
        let lost = explorer.explore(scenario, on: scenario.hosts[0])
        // That one still runs.
        explorer.timeLimit = 60
        let next = explorer.explore(scenario, on: scenario.hosts[0])
        rounds.add(1_000_000)
        #expect(lost.find?.run.outcome == .timedOut)
        #expect(lost.runs == 1)
        #expect(next.find == nil)
        #expect(next.runs == 5)
    }
}

struct TapeTests {
    @Test func `a tape is written with its repeats`() throws {
        let tape = try #require(Tape("2/3,0/2,0/2,0/2,1/2"))
        #expect(tape.description == "2/3,0/2x3,1/2")
    }

    @Test func `a tape that is written and read is the same`() throws {
        let tape = try #require(Tape("2/3,0/2x3,1/2"))
        #expect(Tape(tape.description) == tape)
    }

    @Test func `a tape without choices is a dash`() {
        #expect(Tape().description == "-")
        #expect(Tape("-") == Tape())
    }

    @Test(arguments: [
        "", ",", "1", "1/1", "2/2", "-1/2", "1/2x", "1/2x0", "1/2xx2", "0/2x99999999999", "a/b",
        "0/2x10000000,0/2", "1/2,",
    ])
    func `a text that is no tape gives none`(text: String) {
        #expect(Tape(text) == nil)
    }

    @Test func `deviations are the answers that are not 0`() throws {
        #expect(try #require(Tape("2/3,0/2x3,1/2")).deviations == 2)
    }
}
