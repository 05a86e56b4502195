// What only a second runtime does at the step door.

import PolluxScenario
import Testing

struct StepDoorNaiveGuestTests {
    @Test func `an adapter may poll a shared pollable once for each waiter`() throws {
        let played = try Played(
            """
            pollux: 1
            name: n
            world: {p: level}
            program: {A: [subscribe p as a, spawn B, wait a, join B, drop a], B: [wait a]}
            events: [5ms: p ready]
            expect: {polls: [block a a -> a a]}
            """, on: NaiveGuest.program)
        #expect(played.said == [])
    }
}
