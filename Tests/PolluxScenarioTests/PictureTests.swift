// Runs as lanes, exactly as a failure prints them.

import PolluxScenario
import Testing

/// The picture of a document's first failure, or of its run where nothing fails.
private func picture(_ text: String) throws -> String {
    let played = try Played("pollux: 1\nname: n\n" + text)
    let focus = Checker.check(played.run).first?.focus
    return Picture(played.run).rows(markedAt: focus).joined(separator: "\n")
}

struct PictureTests {
    @Test func `a failing row stands under what was expected, with a caret below it`() throws {
        let text = """
            world: {door: level}
            program: {A: [wait door], B: [join A]}
            timeline: |
              ms    0    5    10
              door  _____#___
              A     w....|
              B     w.......|
            """
        #expect(
            try picture(text) == """
                          ms    0         10
                world     door  _____######
                expected  A     w....|
                actual    A     w....|
                expected  B     w.......|
                actual    B     w....|
                                     ^
                """)
    }

    @Test func `a failure of one task has its caret under that task's row`() throws {
        let text = """
            world: {door: level}
            program: {A: [sleep 5ms, sleep 5ms], busy: [work 2ms, yield, work 7ms]}
            events: [3ms: door ready, 6ms: door unready]
            timeline: |
              ms    0    5    10
              A     w....|
            """
        #expect(
            try picture(text) == """
                          ms    0         10
                world     door  ___###_________
                expected  A     w....|
                actual    A     w........*....|
                                     ^
                actual    busy  *********|
                """)
    }

    @Test func `a failure of the whole run has its caret under all rows, at the end`() throws {
        let text = "program: {A: [sleep 6ms], B: [sleep 3ms]}\nexpect: {outcome: livelocked}"
        #expect(
            try picture(text) == """
                          ms  0
                actual    A   w.....|
                actual    B   w..|
                                    ^
                """)
    }

    @Test func `a run without failure has no caret`() throws {
        #expect(
            try picture("program: {A: [sleep 3ms, say hello]}") == """
                          ms  0
                actual    A   w..|
                """)
    }

    @Test func `without a timeline the ruler is as long as the run`() throws {
        #expect(
            try picture("program: {A: [sleep 12ms, sleep 10ms]}\nexpect: {never: [A.wake#2]}")
                == """
                          ms  0         10        20
                actual    A   w...........*.........|
                                                    ^
                """)
    }

    @Test func `a run of one instant has one column`() throws {
        #expect(
            try picture("program: {A: [say hello], B: [join A]}") == """
                          ms  0
                actual    A   |
                actual    B   |
                """)
    }

    @Test func `a run that does not fit is drawn in coarser columns`() throws {
        let text = "program: {A: [sleep 1s, sleep 2500ms]}\nexpect: {never: [A.wake#2]}"
        #expect(
            try picture(text) == """
                          ms  0         1000      2000      3000
                actual    A   w.........*........................|
                                                                 ^
                """)
    }

    @Test(arguments: [(63, 64), (64, 33), (127, 64), (128, 26), (319, 64), (320, 33), (640, 33)])
    func `no run is wider than 64 columns`(milliseconds: Int, width: Int) throws {
        let rows = try picture("program: {A: [sleep \(milliseconds)ms]}").split(separator: "\n")
        let row = try #require(rows.last)
        #expect(row.count - "actual    A   ".count == width)
    }

    @Test func `a tick of its own is the ruler's`() throws {
        #expect(
            try picture("tick: 500us\nprogram: {A: [sleep 6ms]}") == """
                          us  0         5000
                actual    A   w...........|
                """)
    }

    @Test func `the longest run there is can be drawn, and its numbers stay apart`() throws {
        #expect(
            try picture("program: {A: [work 18000000000s]}\nexpect: {never: [A.done]}") == """
                          s  0         5000000000          15000000000
                actual    A  ************************************|
                                                                 ^
                """)
    }

    @Test func `what was expected moves to the columns of a coarser ruler`() throws {
        let text = """
            program: {A: [sleep 70ms, sleep 30ms]}
            timeline: |
              ms   0 ~70~99
              A    w.~* ~|
            """
        #expect(
            try picture(text) == """
                          ms  0         20        40        60        80        100
                expected  A   w                                  *             |
                actual    A   w..................................*..............|
                                                                               ^
                """)
    }

    @Test func `names of any width keep the lanes under each other`() throws {
        let text =
            "world: {a-long-name: level}\nprogram: {A: [wait a-long-name]}\n"
            + "events: [2ms: a-long-name ready]"
        #expect(
            try picture(text) == """
                          ms           0
                world     a-long-name  __#
                actual    A            w.|
                """)
    }

    @Test func `timers of the world are ready from their instant on`() throws {
        #expect(
            try picture("world: {soon: {after: 2ms}}\nprogram: {A: [wait soon, sleep 2ms]}") == """
                          ms    0
                world     soon  __###
                actual    A     w.*.|
                """)
    }
}
