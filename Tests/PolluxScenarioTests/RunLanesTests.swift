// One character for what a task or a resource did in one column.

import Testing

@testable import PolluxScenario

struct RunLanesTests {
    /// The row of the first task, a column a millisecond.
    private static func task(_ steps: String, others: String = "", columns: UInt64) throws -> String
    {
        let played = try Played("pollux: 1\nname: n\nprogram:\n  A: [\(steps)]\n\(others)")
        let lanes = RunLanes(played.run)
        return String(
            (0..<columns).map {
                lanes.character(ofTask: 0, from: $0 * 1_000_000, upTo: ($0 + 1) * 1_000_000)
            })
    }

    @Test func `a task that waits has a w, then dots`() throws {
        #expect(try Self.task("sleep 3ms, yield", columns: 3) == "w..")
    }

    @Test func `a task that wakes and goes on has a star`() throws {
        #expect(try Self.task("sleep 2ms, sleep 2ms", columns: 4) == "w.*.")
    }

    @Test func `a task that ends has a bar, then nothing`() throws {
        #expect(try Self.task("sleep 2ms", others: "  B: [sleep 9ms]\n", columns: 5) == "w.|  ")
    }

    @Test func `a task that is cancelled has an x, then nothing`() throws {
        let others = "  K: [sleep 2ms, cancel A, sleep 2ms]\n"
        #expect(try Self.task("sleep 9ms", others: others, columns: 5) == "w.x  ")
    }

    @Test func `a task at work has stars`() throws {
        #expect(try Self.task("work 3ms, sleep 1ms", columns: 5) == "***w|")
    }

    @Test func `a task that has not started has nothing`() throws {
        let others = "  S: [sleep 3ms, spawn A]\n"
        #expect(try Self.task("sleep 2ms", others: others, columns: 6) == "   w.|")
    }

    @Test func `a task that does not end goes on with dots`() throws {
        let others = "  main: [sleep 4ms]\n"
        #expect(try Self.task("sleep 1s", others: others, columns: 5) == "w....")
    }

    @Test func `what happens between two columns shows in the earlier one`() throws {
        #expect(try Self.task("sleep 1500us, sleep 1ms", columns: 3) == "w*|")
    }

    @Test func `a level shows as it is at the end of its column`() throws {
        let played = try Played(
            """
            pollux: 1
            name: n
            world: {p: level}
            program: {A: [work 5ms]}
            events: [1ms: p ready, 2500us: p unready, 4ms: p ready, 4ms: p unready]
            """)
        let lanes = RunLanes(played.run)
        let row = (0..<5 as Range<UInt64>).map {
            lanes.character(ofResource: 0, from: $0 * 1_000_000, upTo: ($0 + 1) * 1_000_000)
        }
        #expect(String(row) == "_#___")
    }
}
