// What the checker says of relations and polls.

import PolluxScenario
import Testing

struct CheckerRelationTests {
    // MARK: Before

    static let three = "program: {A: [sleep 10ms], B: [sleep 20ms], C: [sleep 30ms, sleep 10ms]}"

    static let befores: [Claim] = [
        Claim("{relations: [A.done < B.done < C.done]}", of: three),
        Claim("{relations: [A.done & B.done < C.wake & C.done]}", of: three),
        Claim("{relations: [C.wake < C.wake#2]}", of: three),
        Claim(
            "{relations: [A.done < C.done < B.done]}",
            "4:22: C.done < B.done: 'B.done' came first (at 20ms, at 40ms)", of: three),
        Claim(
            "{relations: [A.done & C.done < B.done]}",
            "4:22: C.done < B.done: 'B.done' came first (at 20ms, at 40ms)", of: three),
        Claim(
            "{relations: [B.done < C.done & A.done]}",
            "4:22: B.done < A.done: 'A.done' came first (at 10ms, at 20ms)", of: three),
        Claim("{relations: [A.done < B.say]}", "4:22: 'B.say' never happened", of: three),
        Claim(
            "{relations: [A.wake#2 < B.done]}", "4:22: 'A.wake#2' happened once, not twice",
            of: three),
    ]

    @Test(arguments: befores) func `an order of groups is told by the pair that breaks it`(
        claim: Claim
    ) throws {
        #expect(try claim.hear() == [claim.said].compactMap(\.self))
    }

    // MARK: Within

    static let pair =
        "world: {door: level}\nprogram: {A: [repeat 6 times yield], "
        + "B: [wait door], C: [sleep 10ms, sleep 5ms]}\nevents: [10ms: door ready]"

    static let distances: [Claim] = [
        Claim("{relations: [C.done within 5ms of B.done, B.done within 5ms of C.done]}", of: pair),
        Claim(
            "{relations: [C.done within 4ms of B.done]}",
            "6:22: C.done within 4ms of B.done: took 5ms (at 15ms, at 10ms)", of: pair),
        Claim(
            "{relations: [B.done within 4.5ms of C.done]}",
            "6:22: B.done within 4.5ms of C.done: took 5ms (at 10ms, at 15ms)", of: pair),
        Claim(
            "{relations: [A.wake#6 within 5 turns of A.wake, C.start within 2 turns of B.start]}",
            of: pair),
        Claim(
            "{relations: [A.wake#6 within 4 turns of A.wake]}",
            "6:22: A.wake#6 within 4 turns of A.wake: took 5 turns", of: pair),
        Claim("{relations: [C.done within 1 poll of B.done]}", of: pair),
        Claim(
            "{relations: [C.done within 0 polls of B.done]}",
            "6:22: C.done within 0 polls of B.done: took 1 poll", of: pair),
        Claim(
            "{relations: [C.say within 1ms of B.done]}", "6:22: 'C.say' never happened", of: pair),
    ]

    @Test(arguments: distances) func `a distance counts both ways`(claim: Claim) throws {
        #expect(try claim.hear() == [claim.said].compactMap(\.self))
    }

    // MARK: Handles

    static let handles =
        "world: {p: level, q: level, r: {level: , optional: true}}\nprogram: "
        + "{A: [subscribe p as a, subscribe q as b, drop b, subscribe q as c, drop a, drop c]}"

    static let numbers: [Claim] = [
        Claim("{relations: [handle(b) = handle(c), handle(q) = handle(c)]}", of: handles),
        Claim(
            "{relations: [handle(a) = handle(c)]}",
            "5:22: handle(a) = handle(c): the second number is 1 away from the first", of: handles),
        Claim(
            "{relations: [handle(a) = handle(r)]}",
            "5:22: handle(a) = handle(r): 'r' was never subscribed", of: handles),
    ]

    @Test(arguments: numbers) func `handles are compared as numbers and told as a distance`(
        claim: Claim
    ) throws {
        #expect(try claim.hear() == [claim.said].compactMap(\.self))
    }

    // MARK: Polls

    static let doors =
        "world: {p: level, q: level}\nprogram: {A: [wait p], B: [wait q], C: [sleep 5ms]}\n"
        + "events: [10ms: [p ready, q ready]]"
    static let copies =
        "world: {p: level}\nprogram: {T: [subscribe p as a, poll a a, ready a, drop a]}\n"
        + "events: [10ms: p ready]"
    static let busy =
        "world: {p: level}\nprogram: {A: [wait p], B: [repeat 8 times yield, yield]}\n"
        + "events: [10ms: p ready]"

    static let polls: [Claim] = [
        Claim("{polls: [block p q @5ms -> @5ms, block q p -> q p]}", of: doors),
        Claim(
            "{polls: [block p q @5ms -> @5ms, block p q -> p]}",
            "6:42: polls: #2 call: expected 'block p q -> p', got 'block p q -> p q'", of: doors),
        Claim(
            "{polls: [block p q @6ms -> @6ms]}",
            "6:18: polls: #1 call: expected 'block p q @6ms -> @6ms', got 'block p q @5ms -> @5ms'",
            of: doors),
        Claim(
            "{polls: [block p q @5ms -> @5ms]}",
            "6:18: polls: one more call, 'block p q -> p q'", of: doors),
        Claim(
            "{polls: []}", "6:10: polls: one more call, 'block p q @5ms -> @5ms'", of: doors),
        Claim(
            "{polls: [block p q @5ms -> @5ms, block p q -> p q, block p -> p]}",
            "6:60: polls: expected #3 call 'block p -> p', but there were 2 calls", of: doors),
        Claim("{polls: [block a a -> a a]}", of: copies),
        Claim(
            "{polls: [block a -> a]}",
            "6:18: polls: #1 call: expected 'block a -> a', got 'block a a -> a a'", of: copies),
        Claim("{polls: [block a a -> a a, check a -> a]}", of: copies),
        Claim(
            "{polls: [block a a -> a a, check a -> nothing]}",
            "6:36: polls: #2 call: expected 'check a -> nothing', got 'check a -> a'", of: copies),
        Claim("{polls: [check p -> nothing, block p -> p]}", of: busy),
        Claim("{polls: [block p -> p]}", of: busy),
        Claim(
            "{polls: [check p -> p, block p -> p]}",
            "6:18: polls: #1 call: expected 'check p -> p', got 'check p -> nothing'", of: busy),
    ]

    @Test(arguments: polls) func `polls are compared call by call, each list as a set`(claim: Claim)
        throws
    {
        #expect(try claim.hear() == [claim.said].compactMap(\.self))
    }

    @Test func `a scenario's own mistake silences its expectations`() throws {
        let claim = Claim(
            "{outcome: {exit: 3}, never: [A.start]}",
            of: "world: {p: level}\nprogram:\n  A: [subscribe p as a, drop a, wait a]")
        #expect(try claim.hear() == ["5:33: 'a' is not subscribed at this point of the run"])
    }
}
