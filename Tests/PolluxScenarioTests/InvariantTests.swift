// `invariants`: which oracles judge, and how what they find is told.

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
    private let deaf = NaiveGuest.program(.firstIndexOnly)

    private static let sentence =
        "invariant served-before-block: 'q' was reported at 5ms, but 'B', waiting for it, had not "
        + "gone on when the guest polled {@10ms, q} (at 5ms, #15 <- #10)"

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
        #expect(try Played(text, on: NaiveGuest.program(.pollsNothing)).said == [])
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
            """, on: NaiveGuest.program(.lastWaiterWins))
        #expect(
            played.run.violations().map(\.message) == [
                "the reactor is deaf: 'A' had waited for 'd' since 0ms, and the guest had nothing to poll"
            ])
    }
}
