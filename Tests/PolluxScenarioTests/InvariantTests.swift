// `invariants`: which oracles judge, and how what they find is told.

import CPolluxHarness
import Mutants
import ScenarioHTTPGuest
import Testing

@testable import PolluxScenario

struct InvariantTests {
    /// Two tasks whose pollables are ready together, judged as the block of `expect` says.
    private func said(_ expect: String, by guest: GuestProgram) throws -> [String] {
        try Played(
            """
            pollux: 1
            name: n
            world: {p: level, q: level}
            program: {A: [wait p, sleep 5ms], B: [wait q]}
            events: [5ms: [p ready, q ready]]
            expect: \(expect)
            """, on: guest
        ).said
    }
    private let deaf = Mutant.named("R1").guest

    private static let sentence =
        "invariant served-before-block: 'q' was reported at 5ms, but 'B', waiting for it, had not "
        + "gone on when the guest polled {@10ms, q} (at 5ms, #16 <- #10)"

    @Test func `a violation names its oracle, what is wrong and the events`() throws {
        let said = try said("{outcome: completed}", by: deaf)
        #expect(said == ["1:1: " + Self.sentence])
    }

    @Test func `a violation stands at invariants where the file has them`() throws {
        #expect(try said("{invariants: all}", by: deaf) == ["6:10: " + Self.sentence])
    }

    @Test(arguments: [
        "{invariants: [no-leak, progress]}", "{invariants: {except: [served-before-block]}}",
        "[{invariants: all}, {for: {host: friendly}, invariants: {except: [served-before-block]}}]",
    ])
    func `an oracle that is left out does not judge`(expect: String) throws {
        #expect(try said(expect, by: deaf) == [])
    }

    @Test(arguments: [
        "{invariants: [served-before-block]}", "{invariants: {and: [fifo-service]}}",
        "{invariants: {except: [no-leak], and: [poll-economy]}}",
    ])
    func `an oracle that is not left out judges`(expect: String) throws {
        #expect(try said(expect, by: deaf).count == 1)
    }

    @Test func `a trap that the outcome expects is no violation`() throws {
        let text = """
            pollux: 1
            name: n
            program: {A: [join B], B: [join A]}
            expect: {outcome: {trap: empty-poll}}
            """
        #expect(try Played(text, on: Mutant.named("R21").guest).said == [])
    }

    @Test func `what the program does itself is no fault of the guest's`() throws {
        let played = try Played(
            "pollux: 1\nname: n\nprogram: {A: [poll nothing]}\n", on: .local)
        #expect(played.run.violations() == [])
    }

    @Test func `a deadlock in a silent world is nobody's fault`() throws {
        let played = try Played(
            "pollux: 1\nname: n\nworld: {p: level}\nprogram: {A: [wait p], B: [join A]}\n")
        #expect(played.run.violations() == [])
    }

    @Test func `a deadlock of a deaf reactor says so`() throws {
        let played = try Played(
            """
            pollux: 1
            name: n
            world: {p: level}
            program: {A: [subscribe p as d, spawn B, wait d], B: [wait d]}
            events: [5ms: p ready]
            """, on: Mutant.named("R7").guest)
        #expect(
            played.run.violations().map(\.message) == [
                "the reactor is deaf: 'A' had waited for 'd' since 0ms, and the guest had nothing to poll"
            ])
    }

    @Test(arguments: [GuestProgram.local, .swift])
    func `one task that reads from many connections may keep a pollable of each`(
        guest: GuestProgram
    ) throws {
        let names = (10..<40).map { "c\($0)" }
        let text = """
            pollux: 1
            name: n
            world:
              web: {listen: "127.0.0.1:80", backlog: 30}
            \(names.map { "  \($0): {calls: web, a: x}" }.joined(separator: "\n"))
            program:
              main:
                - listen web
                - repeat 30 times accept web as who
            \(names.map { "    - read \($0)" }.joined(separator: "\n"))
            \(names.map { "    - drop \($0)" }.joined(separator: "\n"))
                - drop web
            timeline: |
              ms   0    5
            \(names.map { "  \($0)  -+-a" }.joined(separator: "\n"))
            """
        let played = try Played(text, on: guest)
        #expect(played.run.violations() == [])
        #expect(played.run.outcome == .completed)
    }

    // MARK: What cannot be ended

    @Test func `a runtime whose await no cancellation ends is not blamed for its joiner`() throws {
        // J is asked to go at 10 ms and goes when A ends, at 30 ms; K joins it until then.
        let played = try Played(
            """
            pollux: 1
            name: n
            program:
              A: [sleep 30ms]
              J: [join A, say never]
              K: [sleep 10ms, cancel J and join]
            """, on: GuestProgram(name: "swift", entry: SwiftHTTPGuest.main))
        #expect(played.run.violations() == [])
        #expect(played.run.outcome == .completed)
        #expect(played.events(of: 2).last == .done)
    }

    @Test func `a joiner of a cancelled sleeper can go on, and a guest that waits is blamed`()
        throws
    {
        let played = try Played(
            """
            pollux: 1
            name: n
            program:
              A: [sleep 30ms]
              J: [sleep 20ms]
              K: [sleep 10ms, cancel J and join]
            """, on: Mutant.named("E1").guest)
        #expect(
            played.run.violations().map(\.message) == [
                "the guest waited for {@30ms} while 'K' had only to learn that 'J' had ended"
            ])
    }

    // MARK: Situations of `never`

    /// What is said of a task beside a busy one, under this `never`.
    private func said(never: String, by guest: GuestProgram) throws -> [String] {
        try Played(
            """
            pollux: 1
            name: n
            program: {A: [sleep 5ms], B: [repeat 200 times yield]}
            expect: {never: [\(never)]}
            """, on: guest
        ).said
    }

    @Test(arguments: ["leak", "spin", "trap"])
    func `a sound guest neither leaks nor spins nor traps`(situation: String) throws {
        #expect(try said(never: situation, by: .local) == [])
        #expect(try said(never: situation, by: NaiveGuest.program) == [])
    }

    @Test func `a leak is told where it is ruled out, and there alone`() throws {
        let said = try said(never: "A.say, leak", by: Mutant.named("R31").guest)
        #expect(said.count == 1)
        #expect(said.first?.hasPrefix("4:25: never: leak: the guest holds ") == true)
    }

    @Test func `a guest that polls on and on spins`() throws {
        let said = try said(never: "spin", by: Mutant.named("R22").guest)
        #expect(said.count == 1)
        #expect(
            said.first?.hasPrefix("4:18: never: spin: the guest polled 9 times in a row") == true)
    }

    @Test func `a livelock is a spin`() throws {
        let spinning = GuestProgram(name: "spinning") {
            while true {
                _ = __wasm_import_pollux_harness_steps_choose(Int32(POLLUX_SITE_RUNNABLE), 2)
            }
        }
        let text =
            "pollux: 1\nname: n\nprogram: {A: []}\n"
            + "expect: {outcome: livelocked, never: [spin]}\n"
        #expect(
            try Played(text, on: spinning).said == [
                "4:39: never: spin: the run livelocked: 1000001 host calls in a row without progress"
            ])
    }
}
