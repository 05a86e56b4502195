// What each form of a stream in a scenario file parses to.

import PolluxHost
import PolluxScenario
import Testing

@Suite("Parser of streams")
struct ParserStreamTests {
    private func parse(_ lines: String) throws -> Scenario {
        let text = "pollux: 1\nname: n\n" + lines
        return try #require(try Scenario.parse(path: "f", text: text).first)
    }

    /// What the facts say, each `TIME RESOURCE CHANGE LINE:COLUMN`.
    private func facts(_ scenario: Scenario) -> [String] {
        scenario.facts.map { fact in
            let what =
                switch fact.change {
                case .ready(let isReady): isReady ? "ready" : "unready"
                case .chunk(let name, let bytes):
                    "\(name)=\(String(decoding: bytes, as: UTF8.self))"
                case .empty: "empty"
                case .permit(let count): "permit \(count)"
                case .flushed: "flushed"
                case .closed: "closed"
                case .failed(let text): "failed \(text)"
                case .answers(let answer): "\(answer)"
                case .calls: "calls"
                case .head: "head"
                }
            return "\(fact.time / 1_000_000)ms \(scenario.resources[fact.resource].name) \(what) "
                + "\(fact.place.line):\(fact.place.column)"
        }
    }

    // MARK: - World

    @Test func `a stream keeps its chunks in order, with their bytes and places`() throws {
        let scenario = try parse(
            """
            world:
              sock: {input: {b: "\\x00é", a: plain text, "!": connection reset}, optional: true}
            program: {A: []}
            events: [1ms: [sock b, sock a, sock failed]]
            """)
        let script = try #require(scenario.resources[0].script)
        #expect(script.chunks.map(\.name) == ["b", "a"])
        #expect(script.chunks.map(\.bytes) == [[0, 0xC3, 0xA9], Array("plain text".utf8)])
        #expect(script.chunks[1].place == Place(line: 4, column: 30))
        #expect(script.failure?.value == "connection reset")
        #expect(scenario.resources[0].isOptional)
    }

    @Test func `inputs, outputs and standard input are told apart`() throws {
        let scenario = try parse(
            "world: {i: {input: {}}, o: {output: {}}, s: {stdin: {}}, l: level}\nprogram: {A: []}\n"
        )
        #expect(scenario.resources.map(\.isInput) == [true, false, true, false])
        #expect(scenario.resources.map(\.isOutput) == [false, true, false, false])
        #expect(scenario.resources[2].script?.chunks == [])
    }

    // MARK: - Steps

    static let steps: [(String, Step)] = [
        ("read sock", .read(0, upTo: 65_536, as: nil)),
        ("read sock as x", .read(0, upTo: 65_536, as: "x")),
        ("read sock 4", .read(0, upTo: 4, as: nil)),
        ("read sock 4 as x", .read(0, upTo: 4, as: "x")),
        ("'read sock [4] as x'", .read(0, upTo: 4, as: "x")),
        ("read keys until closed", .readUntilClosed(2, as: nil)),
        ("read sock until closed as body", .readUntilClosed(0, as: "body")),
        ("write out hello", .write(1, Array("hello".utf8), as: nil)),
        ("write out it's | a  b as c", .write(1, Array("it's | a  b as c".utf8), as: nil)),
        ("write out \"hello\"", .write(1, Array("hello".utf8), as: nil)),
        ("write out \" a | b \" as w", .write(1, Array(" a | b ".utf8), as: "w")),
        ("write out \"\" as w", .write(1, [], as: "w")),
        ("write out \"open", .write(1, Array("\"open".utf8), as: nil)),
        ("'write out \"a, b\" as w'", .write(1, Array("a, b".utf8), as: "w")),
        ("flush out", .flush(1, as: nil)),
        ("flush out as f", .flush(1, as: "f")),
        ("drop sock", .dropStream(0)),
        ("drop s", .drop(0)),
        ("subscribe sock as s", .subscribe(0, as: 0)),
        ("wait sock | s as who", .waitAny([.resource(0), .pollable(0)], as: "who")),
    ]

    @Test(arguments: Self.steps)
    func `a phrase on a stream is the step that it reads as`(
        _ text: String, _ expected: Step
    ) throws {
        let scenario = try parse(
            """
            world: {sock: {input: {}}, out: {output: {}}, keys: {stdin: {}}}
            program:
              S: [subscribe sock as s]
              A: [\(text)]
            """)
        #expect(scenario.tasks[1].steps.first?.value == expected)
    }

    @Test func `a read ends where the next step of a repeat begins`() throws {
        let scenario = try parse(
            """
            world: {sock: {input: {}}}
            program: {A: [repeat 2 times read sock 4 as x and read sock until closed and yield]}
            """)
        guard case .repeat(2, let steps) = scenario.tasks[0].steps[0].value else {
            Issue.record("not a repeat")
            return
        }
        #expect(
            steps.map(\.value)
                == [.read(0, upTo: 4, as: "x"), .readUntilClosed(0, as: nil), .yield])
    }

    // MARK: - Lanes and events

    @Test func `each character of an input's lane but the dash is a fact`() throws {
        let scenario = try parse(
            """
            world: {sock: {input: {a: "he", B: "llo", "!": reset}}}
            program: {A: []}
            timeline: |
              ms    0    5 ~ 50
              sock  a-0B---~~--!
            """)
        #expect(
            facts(scenario) == [
                "0ms sock a=he 7:9", "2ms sock empty 7:11", "3ms sock B=llo 7:12",
                "52ms sock failed reset 7:20",
            ])
    }

    @Test func `an output's lane gives permits, flushes and its end`() throws {
        let scenario = try parse(
            """
            world: {out: {output: {}}}
            program: {A: []}
            timeline: |
              ms   0    5
              out  0-9f-1|
            """)
        #expect(
            facts(scenario) == [
                "0ms out permit 0 7:8", "2ms out permit 9 7:10", "3ms out flushed 7:11",
                "5ms out permit 1 7:13", "6ms out closed 7:14",
            ])
    }

    @Test func `events say the same in words`() throws {
        let scenario = try parse(
            """
            world: {sock: {input: {a: "he", "!": reset}}, out: {output: {}}}
            program: {A: []}
            events:
              - 5ms: [sock empty, sock a, sock failed]
              - 1ms: out permit 300
              - 2ms: [out flushed, out closed]
            """)
        #expect(
            facts(scenario) == [
                "1ms out permit 300 7:10", "2ms out flushed 8:11", "2ms out closed 8:24",
                "5ms sock empty 6:11", "5ms sock a=he 6:23", "5ms sock failed reset 6:31",
            ])
    }

    // MARK: - Hosts and values

    @Test func `the knobs of streams set their parts of the policy`() throws {
        let scenario = try parse(
            """
            rules: spec
            program: {A: []}
            hosts:
              - friendly
              - {reads: any, permits: one, spurious: 3, parent-drop: allow, rules: wasmtime}
              - {reads: short}
            """)
        #expect(scenario.hosts.map(\.policy.rules) == [.spec, .wasmtime, .spec])
        #expect(
            scenario.hosts[1].policy
                == HostPolicy(reads: .any, permits: .one, spurious: 3, parentDrop: .allow))
        #expect(scenario.hosts.map(\.hasChoices) == [false, true, false])
    }

    @Test func `without hosts the document's rules count`() throws {
        #expect(try parse("rules: spec\nprogram: {A: []}\n").hosts[0].policy.rules == .spec)
    }

    @Test func `values of streams are texts, words and failures`() throws {
        let scenario = try parse(
            """
            world: {sock: {input: {}}, out: {output: {}}}
            program: {A: [read sock as a, read sock as b, read sock as c, read sock as d]}
            expect: {value: {a: ok, b: closed, c: "closed", d: {failed: a reset}, out: "x y"}}
            """)
        #expect(
            scenario.expectations[0].values.map(\.value.value)
                == [.ok, .closed, .text("closed"), .failed("a reset"), .text("x y")])
    }
}
