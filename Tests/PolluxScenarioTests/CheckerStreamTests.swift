// What the checker says of streams: their values, their events, and scripts that nobody met.

import CWASIp2
import PolluxScenario
import ScenarioGuest
import Testing

struct CheckerStreamTests {
    static let reads =
        "world: {sock: {input: {a: 'he', '!': reset}}, out: {output: {}}}\n"
        + "program: {R: [read sock as got, read sock as broken, read sock as over], "
        + "W: [write out \"hi\" as wrote]}\n"
        + "events: [1ms: sock a, 2ms: sock failed]"

    static let values: [Claim] = [
        Claim("{value: {got: he, broken: {failed: reset}, over: closed, wrote: ok}}", of: reads),
        Claim("{value: {out: hi}}", of: reads),
        Claim("{value: {got: ha}}", "6:18: value: 'got' is \"he\", not 'ha'", of: reads),
        Claim("{value: {got: closed}}", "6:18: value: 'got' is \"he\", not closed", of: reads),
        Claim(
            "{value: {over: 'closed'}}", "6:18: value: 'over' is closed, not 'closed'", of: reads),
        Claim("{value: {over: ok}}", "6:18: value: 'over' is closed, not ok", of: reads),
        Claim(
            "{value: {broken: {failed: pipe}}}",
            "6:18: value: 'broken' is failed: reset, not failed: pipe", of: reads),
        Claim(
            "{value: {broken: closed}}", "6:18: value: 'broken' is failed: reset, not closed",
            of: reads),
        Claim("{value: {wrote: closed}}", "6:18: value: 'wrote' is ok, not closed", of: reads),
        Claim("{value: {out: 'hi!'}}", "6:18: value: 'out' is \"hi\", not 'hi!'", of: reads),
    ]

    @Test(arguments: values) func `values of streams are compared with what came`(
        claim: Claim
    ) throws {
        #expect(try claim.hear() == [claim.said].compactMap(\.self))
    }

    static let events: [Claim] = [
        Claim(
            "{exact: [sock.open, sock.subscribe, sock.ready, sock.report, sock.ready, "
                + "sock.report, sock.report, sock.unsubscribe, sock.drop]}", of: reads),
        Claim("{count: {R.fail: 0, sock.ready: 2, out.open: 1, out.drop: 1}}", of: reads),
        Claim(
            "{order: [sock.drop, sock.unsubscribe]}",
            "6:29: order: 'sock.unsubscribe' came before 'sock.drop' (at 2ms, at 2ms)", of: reads),
        Claim(
            "{polls: [block sock -> sock]}",
            "6:18: polls: #1 call: expected 'block sock -> sock', got "
                + "'block sock out -> out'", of: reads),
    ]

    @Test(arguments: events) func `events of streams can be named`(claim: Claim) throws {
        #expect(try claim.hear() == [claim.said].compactMap(\.self))
    }

    // MARK: Use

    /// What is said of a whole document, from line 3 on.
    private func hear(_ lines: String) throws -> [String] {
        try Played("pollux: 1\nname: n\n" + lines).said
    }

    @Test func `a chunk that nobody reads is told where its letter stands`() throws {
        let lines = """
            world: {sock: {input: {a: hel, b: lo}}}
            program: {R: [read sock as got]}
            timeline: |
              ms    0    5
              sock  --a----b
            """
        #expect(
            try hear(lines) == [
                "7:16: use: chunk 'b' of 'sock' at 7ms was never read; "
                    + "add 'optional: true' where nobody need read all"
            ])
        let optional = lines.replacing("lo}}", with: "lo}, optional: true}")
        #expect(try hear(optional) == [])
    }

    @Test func `a chunk that is read in part is told with how much`() throws {
        #expect(
            try hear(
                """
                world: {sock: {input: {a: hello}}}
                program: {R: [read sock 2 as got]}
                events: [1ms: sock a]
                hosts: [{reads: short}]
                """) == [
                    "5:15: use: chunk 'a' of 'sock' at 1ms was read up to byte 1 of 5; "
                        + "add 'optional: true' where nobody need read all"
                ])
    }

    @Test func `a resource that nobody uses is told where it is declared`() throws {
        #expect(
            try hear(
                """
                world: {door: level, soon: {after: 1ms}, out: {output: {}}, no: {level: , optional: true}}
                program: {A: []}
                """.replacing("no:", with: "spare:")) == [
                    "3:9: use: 'door' was never subscribed; "
                        + "add 'optional: true' where nobody need use it",
                    "3:22: use: 'soon' was never subscribed; "
                        + "add 'optional: true' where nobody need use it",
                    "3:42: use: 'out' was never opened; "
                        + "add 'optional: true' where nobody need use it",
                ])
    }

    /// A step on a stream, the stream's lane, and what is said of it.
    static let unmet: [(step: String, door: String, lane: String, said: String)] = [
        ("read s as x", "{input: {a: x}}", "a-|", "7:8: use: the end of 's' at 2ms was never met"),
        (
            "read s as x", "{input: {a: x, '!': reset}}", "a-!",
            "7:8: use: the failure of 's' at 2ms was never met"
        ),
        (
            "sleep 4ms, read s as x", "{input: {a: x}}", "-0a",
            "7:7: use: the empty readiness of 's' at 1ms was never met"
        ),
        ("write s hi", "{output: {}}", "9-4", "7:8: use: the permit 4 of 's' at 2ms was never met"),
        ("write s hi", "{output: {}}", "--|", "7:8: use: the end of 's' at 2ms was never met"),
        (
            "write s hi", "{output: {'!': pipe}}", "--!",
            "7:8: use: the failure of 's' at 2ms was never met"
        ),
        (
            "write s hi, sleep 4ms, flush s", "{output: {}}", "--f",
            "7:8: use: the flush mark of 's' at 2ms was waited for by no flush"
        ),
    ]

    @Test(arguments: unmet)
    func `what happens to a stream and is part of no answer is told where it stands`(
        step: String, door: String, lane: String, said: String
    ) throws {
        let lines = """
            world: {s: \(door)}
            program: {T: [\(step)], later: [sleep 9ms]}
            timeline: |
              ms 0
              s  \(lane)
            """
        #expect(try hear(lines) == [said + "; add 'optional: true' where nobody need meet it"])
        let optional = lines.replacing(
            door, with: door.dropLast() + ", optional: true}")
        #expect(try hear(optional) == [])
    }

    /// The same with steps that meet all of it.
    static let met: [(step: String, door: String, lane: String)] = [
        ("read s as first, read s as second", "{input: {a: x}}", "a-|"),
        ("read s as x, wait s", "{input: {a: x}}", "a-|"),
        ("read s as first, read s as second", "{input: {a: x, '!': reset}}", "a-!"),
        ("read s as x", "{input: {a: x}}", "-0a"),
        ("write s hi, sleep 3ms, write s ho", "{output: {}}", "9-4"),
        ("write s hi, sleep 1ms, write s ho", "{output: {}}", "90-4"),
        ("write s hi, sleep 3ms, flush s as x", "{output: {}}", "--|"),
        ("write s hi, sleep 3ms, write s ho as x", "{output: {'!': pipe}}", "--!"),
        ("write s hi, flush s", "{output: {}}", "--f"),
        ("spawn F, sleep 1ms, cancel F and join], F: [flush s", "{output: {}}", "------------f"),
    ]

    @Test(arguments: met)
    func `what had a part in an answer, or kept somebody waiting, is met`(
        step: String, door: String, lane: String
    ) throws {
        #expect(
            try hear(
                """
                world: {s: \(door)}
                program: {T: [\(step)], later: [sleep 9ms]}
                timeline: |
                  ms 0
                  s  \(lane)
                """) == [])
    }

    @Test func `a guest may get its standard input by itself`() throws {
        let guest = GuestProgram(name: "reading") {
            let stream = __wasm_import_wasi_cli_stdin_get_stdin()
            var area = wasi_io_streams_result_list_u8_t()
            __wasm_import_wasi_io_streams_method_input_stream_blocking_read(stream, 9, &area)
            cwasip2_free(area.value.ok.ptr)
            __wasm_import_wasi_io_streams_input_stream_drop(stream)
            LocalGuest.main()
        }
        let played = try Played(
            """
            pollux: 1
            name: n
            world: {keys: {stdin: {a: hi}}}
            program: {A: [yield]}
            events: [1ms: keys a]
            expect: {exact: [keys.open, keys.ready, keys.drop]}
            """, on: guest)
        #expect(played.said == [])
    }

    @Test func `a run that does not complete need not have used anything`() throws {
        #expect(
            try hear(
                """
                world: {door: level, sock: {input: {a: x}}}
                program: {A: [exit 3]}
                events: [1ms: sock a]
                expect: {outcome: {exit: 3}}
                """) == [])
    }
}
