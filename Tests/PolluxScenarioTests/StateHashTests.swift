// State hashing: an exhaustive search that goes on from each state once finds what one finds that
// plays every run.

import Foundation
import PolluxHost
import PolluxNative
import ScenarioGuest
import Testing

@testable import PolluxScenario

/// One scenario on one host, searched exhaustively with and without state hashing.
private struct Compared {
    let hashed: Exploration
    let plain: Exploration
    /// With the runs judged, too, that another one stands for.
    let judged: Exploration
    /// How the runs ended, with the values that steps gave and what the past decides.
    let endsHashed: Set<String>
    let endsPlain: Set<String>

    init(_ scenario: Scenario, on host: HostEntry, budget: Int = 20_000, jobs: Int = 1) {
        (plain, endsPlain) = Self.explore(scenario, host, false, budget, 1)
        (judged, endsHashed) = Self.explore(scenario, host, true, budget, jobs, judgesPruned: true)
        (hashed, _) = Self.explore(scenario, host, true, budget, jobs)
    }

    /// A document with this body, on a host with these knobs.
    init(_ body: String, _ knobs: String, jobs: Int = 1) throws {
        let text = "pollux: 1\nname: n\n\(body)\nhosts: [{\(knobs)}]\n"
        let scenario = try #require(try Scenario.parse(path: "f", text: text).first)
        self.init(scenario, on: scenario.hosts[0], jobs: jobs)
    }

    private static func explore(
        _ scenario: Scenario, _ host: HostEntry, _ hashes: Bool, _ budget: Int, _ jobs: Int,
        judgesPruned: Bool = false
    ) -> (Exploration, Set<String>) {
        let ends = Locked<Set<String>>([])
        var explorer = Explorer(
            guest: .local, by: .exhaustive, budget: budget, jobs: jobs, repeatsOneIn: 0)
        explorer.hashesStates = hashes
        explorer.judgesPruned = judgesPruned
        explorer.onHolding = { run in
            let values = run.values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            let end = "\(run.outcomeText) at \(run.duration), \(values)"
            ends.withLock { _ = $0.insert(end) }
        }
        let exploration = explorer.explore(scenario, on: host)
        return (exploration, ends.withLock { $0 })
    }

    /// Whether both searches say the same.
    func check(_ name: String = "") {
        #expect(plain.isExhausted || plain.find != nil, "\(name): the plain search is too long")
        #expect(hashed.isExhausted == plain.isExhausted, "\(name)")
        #expect(hashed.find?.tape == plain.find?.tape, "\(name)")
        #expect(hashed.find?.failures == plain.find?.failures, "\(name)")
        #expect(judged.find?.tape == plain.find?.tape, "\(name)")
        if plain.find == nil { #expect(endsHashed == endsPlain, "\(name)") }
        #expect(hashed.runs <= plain.runs, "\(name)")
    }
}

struct StateHashTests {
    /// Programs of every kind of step, small enough to play every run.
    private static let programs = [
        """
        world: {p: level, q: level, r: level}
        program: {A: [wait p], B: [wait q], C: [wait r]}
        events: [5ms: [p ready, q ready, r ready]]
        """,
        """
        world: {p: level, q: level}
        program: {A: [wait p, yield], B: [wait q, yield], J: [join A B]}
        events: [5ms: [p ready, q ready]]
        """,
        """
        program: {A: [yield], B: [yield], C: [yield]}
        """,
        """
        world: {s1: {tcp: '10.0.0.5:80', a: x}, s2: {tcp: '10.0.0.6:80', b: q}}
        program: {A: [connect s1, read s1 as r], B: [connect s2, read s2 as r]}
        events: [5ms: [s1 a, s2 b]]
        """,
        """
        world: {web: {listen: '127.0.0.1:80'}, c1: {calls: web}, c2: {calls: web}, who: {dns: a.b, error: unknown, at: 5ms}}
        program: {S: [listen web, accept web as r, accept web], L: [lookup who as r]}
        events: [5ms: [c2 calls, c1 calls]]
        """,
        """
        world: {one: {http: 'GET http://a.b/'}}
        program: {A: [fetch one first-byte 5ms as r], K: [sleep 5ms]}
        events: [5ms: one head]
        """,
        """
        program: {A: [sleep 5ms, say a], B: [sleep 5ms, say b], C: [sleep 3ms]}
        """,
        """
        world: {p: level}
        program: {A: [subscribe p as d, spawn B, wait d, join B, drop d], B: [wait d]}
        events: [2ms: p ready]
        """,
        """
        world: {p: level, q: level}
        program: {A: [wait p | q as who, yield], K: [sleep 2ms]}
        events: [2ms: [p ready, q ready]]
        """,
        """
        world: {p: level, q: level}
        program: {A: [wait p & q, yield], K: [sleep 2ms]}
        events: [2ms: p ready, 3ms: q ready]
        """,
        """
        world: {old: level, new: {after: 1ms}}
        program: {W: [wait old], K: [sleep 1ms, cancel W and join, wait new]}
        """,
        """
        program: {A: [recv c, say a], B: [recv c, say b], S: [send c, yield, send c]}
        """,
        """
        world: {sock: {input: {a: "ab", b: "c"}}}
        program: {R: [read sock until closed as body], Z: [sleep 1ms]}
        events: [1ms: sock a, 2ms: [sock b, sock closed]]
        """,
        """
        world: {out: {output: {}}}
        program: {W: [write out ab, flush out], Z: [yield]}
        """,
        """
        program: {A: [spawn B, spawn C, yield], B: [say b], C: [say c], D: [yield]}
        """,
        """
        program: {main: [spawn B, recv c], B: [yield, send c], D: [sleep 1s]}
        """,
        """
        world: {p: level, q: level}
        program:
          A: [subscribe p as d, ready d as x, wait d, drop d]
          B: [wait q, yield]
        events: [1ms: [p ready, q ready]]
        """,
    ]

    private static let hosts = [
        "order: any, subset: any, fair: 2", "executor: any",
        "duplicates: any, order: any, ready-lag: 1", "handles: any, order: by-resource",
        "reads: any, permits: one, executor: any",
    ]

    @Test(arguments: programs.indices)
    func `a search that goes on from each state once comes to the same`(index: Int) throws {
        for knobs in Self.hosts {
            try Compared(Self.programs[index], knobs).check("\(Self.programs[index]) on \(knobs)")
        }
    }

    /// Claims that some of the runs of the first programs do not meet.
    private static let failing = [
        "{order: [A.done, B.done]}", "{relations: [B.done < A.done]}", "{never: [A.done]}",
        "{relations: [A.done within 1 turns of B.done]}", "{count: {A.wait: 2}}",
        "{eventually: [A.done: 5ms]}", "{exact: [A.done, B.done]}",
    ]

    @Test(arguments: failing)
    func `a failure is found at the same place`(claim: String) throws {
        for program in Self.programs.prefix(4) {
            for knobs in ["order: any", "executor: any", "order: any, subset: any, fair: 2"] {
                try Compared("\(program)\nexpect: \(claim)", knobs).check("\(claim) of \(program)")
            }
        }
    }

    @Test(arguments: 1...4)
    func `runs and states are as many, however many workers there are`(jobs: Int) throws {
        let program = Self.programs[0]
        let alone = try Compared(program, "executor: any, order: any")
        let together = try Compared(program, "executor: any, order: any", jobs: jobs)
        #expect(together.hashed.runs == alone.hashed.runs)
        #expect(together.hashed.states == alone.hashed.states)
        together.check()
    }

    @Test func `three tasks under any executor are fewer runs than there are orders`() throws {
        let compared = try Compared(Self.programs[2], "executor: any")
        #expect(compared.hashed.runs * 2 < compared.plain.runs)
    }

    @Test func `a guest that tells no state is searched whole`() throws {
        var explored = try Explored.triple()
        explored.guest = .swift
        let search = explored.by(.exhaustive)
        #expect(search.states == nil)
        #expect(search.isExhausted)
    }

    @Test func `a response of many bytes is searched whole, for each may be waited for`() throws {
        for (bytes, isHashed) in [(60, true), (70, false)] {
            let explored = try Explored(
                """
                pollux: 1
                name: n
                world: {api: {http: 'GET http://a.example/', a: \(String(repeating: "x", count: bytes))}}
                program: {A: [fetch api as r, read api until closed as body]}
                hosts: [{reads: any}]
                """)
            let key = StateKey(explored.scenario, on: explored.scenario.hosts[0], by: "local")
            #expect((key != nil) == isHashed)
        }
    }

    @Test(arguments: [("spin", OracleName.progress), ("leak", .noLeak)])
    func `what an oracle remembers is in a state, though only 'never' asks for it`(
        situation: String, oracle: OracleName
    ) throws {
        let claim = "{invariants: [served-before-block], never: [\(situation)]}"
        let explored = try Explored.pair("order: any", expecting: claim)
        let host = explored.scenario.hosts[0]
        let key = try #require(StateKey(explored.scenario, on: host, by: "local"))
        #expect(Set(key.oracles) == [.servedBeforeBlock, oracle])
    }

    @Test func `a program of many waits is searched whole`() throws {
        let explored = try Explored(
            """
            pollux: 1
            name: n
            world: {p: level}
            program: {A: [wait p], B: [repeat 70 times yield]}
            events: [0ms: p ready]
            hosts: [{order: any}]
            """)
        #expect(explored.by(.exhaustive).states == nil)
    }
}
