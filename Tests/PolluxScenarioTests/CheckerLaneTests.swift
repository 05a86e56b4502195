// What the checker says of task rows: one character, one claim, one place.

import PolluxScenario
import Testing

/// A row of task `A` and what the checker says of it; nothing where it holds.
struct Lane: Sendable, CustomTestStringConvertible {
    /// What is said of the row of `A`.
    struct Contradiction: Sendable {
        var text: String

        init(_ place: String, _ time: String, _ wanted: String, but story: String) {
            text = "\(place): lane 'A' at \(time): expected that it \(wanted), but it \(story)"
        }
    }

    var row: String
    var said: String?
    var steps: String

    init(_ row: String, _ said: Contradiction? = nil, steps: String = "sleep 5ms, sleep 5ms") {
        (self.row, self.said, self.steps) = (row, said?.text, steps)
    }

    var testDescription: String { row }

    /// Plays a document whose line 6 has the row, from column 8 on.
    func hear() throws -> [String] {
        try Played(
            """
            pollux: 1
            name: n
            program: {A: [\(steps)], K: [sleep 20ms]}
            timeline: |
              ms   0    5    10
              A    \(row)
            """
        ).said
    }
}

struct CheckerLaneTests {
    static let lanes: [Lane] = [
        Lane("w....*....|"),
        Lane("?         |"),
        Lane("w....1....1"),
        Lane(".w", .init("6:9", "1ms", "begins to wait", but: "still waits")),
        Lane(" w", .init("6:9", "1ms", "begins to wait", but: "still waits")),
        Lane(
            "w....|",
            .init("6:13", "5ms", "wakes and ends", but: "wakes, begins to wait")),
        Lane("w.....", .init("6:13", "5ms", "waits", but: "wakes, begins to wait")),
        Lane("w..*", .init("6:11", "3ms", "wakes and goes on", but: "still waits")),
        Lane(
            "w....*....*",
            .init("6:18", "10ms", "wakes and goes on", but: "wakes, ends")),
        Lane(
            "w....2",
            .init("6:13", "5ms", "wakes as number 2 of this instant", but: "wakes, begins to wait")),
        Lane("w..1", .init("6:11", "3ms", "wakes as number 1 of this instant", but: "still waits")),
        Lane("w....x", .init("6:13", "5ms", "is cancelled", but: "wakes, begins to wait")),
        Lane("           .", .init("6:19", "11ms", "waits", but: "has ended at 10ms")),
        Lane("w.", .init("6:8", "0ms", "begins to wait", but: "starts, ends"), steps: "say hello"),
        Lane(
            "   *", .init("6:11", "3ms", "wakes and goes on", but: "is at work"), steps: "work 5ms"),
        Lane("w....|", steps: "sleep 5ms"),
        Lane(
            "w....|", .init("6:9", "1ms", "waits", but: "wakes at 1.5ms, ends at 1.5ms"),
            steps: "sleep 1.5ms"),
    ]

    @Test(arguments: lanes) func `a row is told by its first character that does not hold`(
        lane: Lane
    ) throws {
        #expect(try lane.hear() == [lane.said].compactMap(\.self))
    }

    @Test func `a dot in the last column claims that column only`() throws {
        #expect(try Lane("w....", steps: "sleep 15ms").hear() == [])
        #expect(try Lane("w.........", steps: "sleep 15ms").hear() == [])
        #expect(try Lane("w..........", steps: "sleep 15ms").hear() == [])
    }

    @Test func `a dot before a jump claims the whole jump`() throws {
        func said(_ time: Int) throws -> [String] {
            try Played(
                """
                pollux: 1
                name: n
                program: {A: [sleep \(time)ms]}
                timeline: |
                  ms   0  ~100
                  A    w..~|
                """
            ).said
        }
        #expect(try said(100) == [])
        #expect(
            try said(50).first
                == "6:10: lane 'A' at 2ms: expected that it waits, but it wakes at 50ms, ends at 50ms"
        )
    }

    @Test func `a cancelled task has an x, and after it was cancelled it does nothing`() throws {
        func said(_ row: String) throws -> [String] {
            try Played(
                """
                pollux: 1
                name: n
                program: {W: [sleep 9ms], K: [sleep 3ms, cancel W]}
                timeline: |
                  ms   0    5
                  W    \(row)
                """
            ).said
        }
        #expect(try said("w..x") == [])
        #expect(
            try said("w...x") == [
                "6:11: lane 'W' at 3ms: expected that it waits, but it is cancelled"
            ])
        #expect(
            try said("w  ?|") == [
                "6:12: lane 'W' at 4ms: expected that it wakes and ends, "
                    + "but it was cancelled at 3ms"
            ])
    }

    @Test func `digits number the wakes of an instant over all tasks`() throws {
        func said(_ first: Character, _ second: Character) throws -> [String] {
            try Played(
                """
                pollux: 1
                name: n
                program: {A: [sleep 3ms], B: [sleep 3ms, yield]}
                timeline: |
                  ms   0
                  A    w..\(first)
                  B    w..\(second)
                """
            ).said
        }
        #expect(try said("1", "2") == [])
        #expect(
            try said("2", "1") == [
                "6:11: lane 'A' at 3ms: expected that it wakes as number 2 of this instant, "
                    + "but it wakes, ends",
                "7:11: lane 'B' at 3ms: expected that it wakes as number 1 of this instant, "
                    + "but it wakes, begins to wait, wakes, ends",
            ])
    }

    @Test func `a task that was never spawned has not started`() throws {
        let played = try Played(
            """
            pollux: 1
            name: n
            program: {main: [sleep 3ms, exit], A: [yield], S: [sleep 5ms, spawn A]}
            timeline: |
              ms   0
              A    w
            expect: {outcome: {exit: 0}}
            """)
        #expect(
            played.said == [
                "6:8: lane 'A' at 0ms: expected that it begins to wait, but it has not started"
            ])
    }
}
