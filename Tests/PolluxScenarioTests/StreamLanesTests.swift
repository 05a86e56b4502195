// Lanes of streams in pictures.

import PolluxScenario
import Testing

struct StreamLanesTests {
    /// The picture of a run in which nothing fails.
    private func picture(_ lines: String) throws -> String {
        let played = try Played("pollux: 1\nname: n\n" + lines)
        #expect(played.said == [])
        return Picture(played.run).rows.joined(separator: "\n")
    }

    @Test func `a stream is drawn as it was scripted`() throws {
        #expect(
            try picture(
                """
                world: {sock: {input: {a: hel, b: lo}}, out: {output: {}}}
                program: {R: [read sock until closed], W: [write out x, flush out, yield]}
                timeline: |
                  ms    0    5
                  sock  --a-0b---|
                  out   0-9-f
                """) == """
                              ms    0
                    world     sock  --a-0b---|
                    world     out   0-9-f-----
                    actual    R     w.*..*...|
                    actual    W     w.*.|
                    """)
    }

    @Test func `nothing is drawn behind a stream's end`() throws {
        #expect(
            try picture(
                """
                world: {sock: {input: {"!": reset}}, out: {output: {}, optional: true}}
                program: {R: [read sock as broken, sleep 3ms], W: [write out x, sleep 4ms]}
                events: [2ms: sock failed, 1ms: out permit 12, 3ms: out closed]
                """) == """
                              ms    0
                    world     sock  --!
                    world     out   -+-|
                    actual    R     w.*..|
                    actual    W     *...|
                    """)
    }

    @Test func `a failure at a chunk has its caret under the chunk's column`() throws {
        let played = try Played(
            """
            pollux: 1
            name: n
            world: {sock: {input: {a: hel, b: lo}}}
            program: {R: [read sock as got, sleep 8ms]}
            timeline: |
              ms    0    5    10
              sock  --a----b
            """)
        let focus = Checker.check(played.run).first?.focus
        #expect(
            Picture(played.run).rows(markedAt: focus).joined(separator: "\n") == """
                          ms    0         10
                world     sock  --a----b---
                actual    R     w.*.......|
                                       ^
                """)
    }
}
