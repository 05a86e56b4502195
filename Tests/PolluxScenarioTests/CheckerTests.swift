// What the checker says of outcomes, orders, counts, `never` and values: places and sentences.

import PolluxScenario
import Testing

/// An `expect` of a document and what the checker says of it; nothing where it holds.
struct Claim: Sendable, CustomTestStringConvertible {
    var expect: String
    var said: String?
    /// The `world` and `program`, from line 3 on; `expect` is the line behind them.
    var document: String

    init(_ expect: String, _ said: String? = nil, of document: String) {
        (self.expect, self.said, self.document) = (expect, said, document)
    }

    var testDescription: String { expect }

    /// Plays the document and hears the checker.
    func hear() throws -> [String] {
        try Played("pollux: 1\nname: n\n" + document + "\nexpect: \(expect)\n").said
    }
}

struct CheckerTests {
    // MARK: Outcome

    static let completed = "program: {A: [sleep 5ms]}"
    static let trapped = "program: {A: [yield], T: [poll nothing]}"
    static let deadlocked =
        "world: {door: level}\nprogram: {A: [sleep 5ms, wait door], B: [join A]}"
    static let exited = "program: {A: [exit 3]}"

    static let outcomes: [Claim] = [
        Claim("{outcome: completed}", of: completed),
        Claim(
            "{outcome: {exit: 0}}",
            "4:19: outcome: expected exit with code 0, but the run completed", of: completed),
        Claim(
            "{outcome: livelocked}", "4:19: outcome: expected livelock, but the run completed",
            of: completed),
        Claim("{outcome: {exit: 3}}", of: exited),
        Claim(
            "{outcome: {exit: 4}}",
            "4:19: outcome: expected exit with code 4, but the run exited with code 3", of: exited),
        Claim("{outcome: {trap: empty-poll}}", of: trapped),
        Claim("{outcome: {trap: empty-poll, in: T}}", of: trapped),
        Claim(
            "{outcome: {trap: empty-poll, in: A}}",
            "4:19: outcome: expected trap empty-poll in A, but the run trapped in T: "
                + "trap empty-poll (POLL-01) in wasi:io/poll.poll: poll of an empty list: nothing "
                + "could ever end it; a runtime with nothing to wait for must not poll",
            of: trapped),
        Claim(
            "{outcome: {trap: wrong-type}}",
            "4:19: outcome: expected trap wrong-type, but the run trapped in T: "
                + "trap empty-poll (POLL-01) in wasi:io/poll.poll: poll of an empty list: nothing "
                + "could ever end it; a runtime with nothing to wait for must not poll",
            of: trapped),
        Claim("{outcome: {deadlock: {}}}", of: deadlocked),
        Claim("{outcome: {deadlock: {A: door, B: A}, at: 5ms}}", of: deadlocked),
        Claim(
            "{outcome: {deadlock: {A: door, B: A}, at: 6ms}}",
            "5:19: outcome: expected deadlock (A waits on door, B waits on A) at 6ms, "
                + "but the run deadlocked at 5ms: A waits on door, B waits on A", of: deadlocked),
        Claim(
            "{outcome: {deadlock: {A: B, B: A}}}",
            "5:19: outcome: expected deadlock (A waits on B, B waits on A), "
                + "but the run deadlocked at 5ms: A waits on door, B waits on A", of: deadlocked),
        Claim(
            "{outcome: {deadlock: {A: door}}}",
            "5:19: outcome: expected deadlock (A waits on door), "
                + "but the run deadlocked at 5ms: A waits on door, B waits on A", of: deadlocked),
        Claim(
            "{never: [B.wake]}",
            "5:1: outcome: expected completion, but the run deadlocked at 5ms: A waits on door, "
                + "B waits on A", of: deadlocked),
    ]

    @Test(arguments: outcomes) func `an outcome is compared with the run's end`(claim: Claim) throws
    {
        #expect(try claim.hear() == [claim.said].compactMap(\.self))
    }

    @Test func `a document without expectations must complete, and its first line says so`() throws
    {
        let played = try Played(
            "pollux: 1\nname: n\nworld: {door: level}\nprogram: {A: [wait door]}\n")
        #expect(
            played.said == [
                "1:1: outcome: expected completion, but the run deadlocked at 0ms: A waits on door"
            ])
    }

    // MARK: Order

    static let sleepers = "program: {A: [sleep 20ms], B: [sleep 10ms, sleep 20ms]}"

    static let orders: [Claim] = [
        Claim("{order: [B.wake, A.done, B.wake, B.done]}", of: sleepers),
        Claim("{order: [B.wake, B.wake#2, B.done]}", of: sleepers),
        Claim(
            "{order: [A.done, B.wake]}",
            "4:26: order: 'B.wake' came before 'A.done' (at 10ms, at 20ms)", of: sleepers),
        Claim(
            "{order: [A.done, B.wake, B.wake, B.wake]}",
            "4:26: order: 'B.wake' came before 'A.done' (at 10ms, at 20ms)", of: sleepers),
        Claim(
            "{order: [B.wake, B.wake, B.wake]}",
            "4:34: order: 'B.wake' happened twice, not 3 times", of: sleepers),
        Claim("{order: [A.say]}", "4:18: order: 'A.say' never happened", of: sleepers),
        Claim(
            "{order: [A.wake#2]}", "4:18: order: 'A.wake#2' happened once, not twice", of: sleepers),
        Claim("{exact: [A.done, B.done]}", of: sleepers),
        Claim("{exact: [B.wake, A.wake, B.wake]}", of: sleepers),
        Claim(
            "{exact: [B.done, A.done]}",
            "4:18: exact: expected 'B.done', but 'A.done' came (at 20ms)", of: sleepers),
        Claim(
            "{exact: [B.wake, A.wake]}",
            "4:26: exact: 'B.wake' came after the last one (at 30ms)", of: sleepers),
        Claim(
            "{exact: [B.wake, A.wake, B.wake, A.wake]}",
            "4:42: exact: expected 'A.wake' next, but nothing followed", of: sleepers),
    ]

    @Test(arguments: orders) func `orders are told by the first event out of place`(claim: Claim)
        throws
    {
        #expect(try claim.hear() == [claim.said].compactMap(\.self))
    }

    // MARK: Counts and never

    static let counts: [Claim] = [
        Claim(
            "{count: {A.done: 1, B.wake: 2, A.cancelled: 0, B.wait: 1..2, host.block: 2..}}",
            of: sleepers),
        Claim(
            "{count: {B.wake: 1}}", "4:18: count: 'B.wake' happened twice; expected once",
            of: sleepers),
        Claim(
            "{count: {A.say: 2}}", "4:18: count: 'A.say' never happened; expected twice",
            of: sleepers),
        Claim(
            "{count: {A.done: 0}}", "4:18: count: 'A.done' happened once; expected never",
            of: sleepers),
        Claim(
            "{count: {host.block: 5..7}}",
            "4:18: count: 'host.block' happened 3 times; expected 5 to 7 times", of: sleepers),
        Claim(
            "{count: {host.block: 4..}}",
            "4:18: count: 'host.block' happened 3 times; expected 4 times or more", of: sleepers),
        Claim("{never: [A.say, A.cancelled, trap]}", of: sleepers),
        Claim("{never: [B.wake]}", "4:18: never: 'B.wake' happened (at 10ms)", of: sleepers),
        Claim("{never: [B.wake#2]}", "4:18: never: 'B.wake#2' happened (at 30ms)", of: sleepers),
        Claim("{never: [B.wake#3]}", of: sleepers),
        Claim(
            "{outcome: {trap: empty-poll}, never: [trap]}",
            "4:47: never: the guest trapped (at 0ms)", of: trapped),
    ]

    @Test(arguments: counts) func `counts and nevers are told at their events`(claim: Claim) throws
    {
        #expect(try claim.hear() == [claim.said].compactMap(\.self))
    }

    // MARK: Values

    static let gives =
        "world: {p: level, soon: {after: 1ms}}\nprogram: {A: [subscribe p as a, "
        + "subscribe soon as s, wait p | soon as who, poll a s s as r, ready a as now, drop a, drop s]}"

    static let values: [Claim] = [
        Claim("{value: {who: soon, r: [s, s], now: false}}", of: gives),
        Claim("{value: {who: p}}", "5:18: value: 'who' is 'soon', not 'p'", of: gives),
        Claim("{value: {now: true}}", "5:18: value: 'now' is false, not true", of: gives),
        Claim("{value: {now: 'false'}}", "5:18: value: 'now' is false, not 'false'", of: gives),
        Claim("{value: {r: [s]}}", "5:18: value: 'r' is [s, s], not [s]", of: gives),
        Claim("{value: {r: [s, a]}}", "5:18: value: 'r' is [s, s], not [a, s]", of: gives),
        Claim("{value: {r: s}}", "5:18: value: 'r' is [s, s], not 's'", of: gives),
        Claim(
            "{outcome: {exit: 0}, value: {r: [a]}}", "5:38: value: no step gave 'r'",
            of: "world: {p: level}\nprogram: {A: [subscribe p as a, exit, poll a as r]}"),
    ]

    @Test(arguments: values) func `values are compared with what the step gave`(claim: Claim) throws
    {
        #expect(try claim.hear() == [claim.said].compactMap(\.self))
    }

    @Test func `every expectation that fails is told, in the order of the checks`() throws {
        let claim = Claim(
            "{value: {}, never: [B.done], order: [B.done, A.done], outcome: {exit: 1}, "
                + "count: {A.done: 2}}",
            of: Self.sleepers)
        #expect(
            try claim.hear() == [
                "4:72: outcome: expected exit with code 1, but the run completed",
                "4:54: order: 'A.done' came before 'B.done' (at 20ms, at 30ms)",
                "4:91: count: 'A.done' happened once; expected twice",
                "4:29: never: 'B.done' happened (at 30ms)",
            ])
    }
}
