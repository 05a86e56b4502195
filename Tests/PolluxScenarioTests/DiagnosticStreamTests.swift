// What the parser says about streams that are no streams: the sentence and the place.

import PolluxScenario
import Testing

/// A document with these lines under its first two.
private func document(_ lines: String) -> String {
    "pollux: 1\nname: n\n" + lines
}

/// A document whose `sock`, in line 3 from column 15, has this door.
private func world(_ door: String) -> String {
    document("world: {sock: \(door)}\nprogram: {A: [wait sock]}\n")
}

/// A document with this lane of `sock` in line 7 from column 9.
private func lane(_ lane: String, of door: String = "{input: {a: \"x\"}}") -> String {
    world(door) + "timeline: |\n  ms    0    5 ~ 50\n  sock  \(lane)\n"
}

/// A document with these events in line 5 from column 10.
private func events(_ events: String, of door: String = "{input: {a: \"x\"}}") -> String {
    world(door) + "events: [\(events)]\n"
}

/// A document in which task `A`, in line 5 from column 7, has these steps.
private func steps(_ steps: String) -> String {
    document(
        "world: {sock: {input: {}}, out: {output: {}}, door: level, soon: {after: 1ms}}\n"
            + "program:\n  A: [\(steps)]\n  B: []\n")
}

/// A document with this host in line 4 from column 9.
private func host(_ host: String) -> String {
    document("program: {A: []}\nhosts: [\(host)]\n")
}

/// A document with these values in line 5 from column 17.
private func values(_ values: String) -> String {
    document(
        "world: {sock: {input: {}}, out: {output: {}}}\n"
            + "program: {A: [read sock as got, write out x]}\nexpect: {value: \(values)}\n")
}

@Suite("Diagnostics of streams")
struct DiagnosticStreamTests {
    static let doors: [Malformed] = [
        Malformed(
            "an input without a map", world("input"),
            "f:3:15: error: the door 'input' needs a map, such as {input: {}}"),
        Malformed(
            "an output without a map", world("output"),
            "f:3:15: error: the door 'output' needs a map, such as {output: {}}"),
        Malformed(
            "an input whose script is a text", world("{input: hello}"),
            "f:3:23: error: 'input' must be a map, not a text"),
        Malformed(
            "an input whose script is a list", world("{input: [hello]}"),
            "f:3:23: error: 'input' must be a map, not a list"),
        Malformed(
            "a chunk of two letters", world("{input: {ab: x}}"),
            "f:3:24: error: a chunk's name is one letter, as in a lane, not 'ab'"),
        Malformed(
            "a chunk named by a digit", world("{input: {0: x}}"),
            "f:3:24: error: a chunk's name is one letter, as in a lane, not '0'"),
        Malformed(
            "a chunk without bytes", world("{input: {a: \"\"}}"),
            "f:3:27: error: the chunk 'a' has no bytes; '0' in a lane is ready with "
                + "nothing there"),
        Malformed(
            "a chunk left out", world("{input: {a: }}"),
            "f:3:27: error: the chunk 'a' must be a text, not nothing"),
        Malformed(
            "a chunk that is a list", world("{input: {a: [x]}}"),
            "f:3:27: error: the chunk 'a' must be a text, not a list"),
        Malformed(
            "a chunk of an output", world("{output: {a: x}}"),
            "f:3:25: error: an output sends nothing; it can have only '!' with the text "
                + "of its failure"),
        Malformed(
            "a failure without a text", world("{output: {\"!\": \"\"}}"),
            "f:3:30: error: the text of the failure is empty"),
        Malformed(
            "a failure of two lines", world("{output: {\"!\": \"a\\nb\"}}"),
            "f:3:30: error: the text of the failure must be one line"),
        Malformed(
            "a stream with two doors", world("{input: {}, output: {}}"),
            "f:3:27: error: a resource has one door; this one has 'input'"),
        Malformed(
            "a chunk that is never sent", world("{input: {a: x}}"),
            "f:3:24: error: the chunk 'a' of 'sock' is in no lane and no event"),
        Malformed(
            "a failure that never comes", world("{output: {\"!\": x}}"),
            "f:3:26: error: the failure of 'sock' is in no lane and no event"),
        Malformed(
            "a second standard input",
            document("world: {one: {stdin: {}}, two: {stdin: {}}}\nprogram: {A: []}\n"),
            "f:3:27: error: a program has one standard input, and 'one' is it"),
        Malformed(
            "a misspelt door", world("{inptu: {}}"),
            "f:3:16: error: unknown key 'inptu'; did you mean 'input'?"),
    ]

    @Test(arguments: Self.doors)
    func `a wrong stream is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    static let rows: [Malformed] = [
        Malformed(
            "a chunk that is not defined", lane("--b"),
            "f:7:11: error: unknown chunk 'b'; there is only 'a'"),
        Malformed(
            "a chunk of the other case", lane("--A"),
            "f:7:11: error: unknown chunk 'A'; did you mean 'a'?"),
        Malformed(
            "a chunk where there are none", lane("--a", of: "{input: {}}"),
            "f:7:11: error: unknown chunk 'a'; there are no chunks"),
        Malformed(
            "a chunk that the lane does not have", lane("--a", of: "{input: {a: x, b: y}}"),
            "f:3:30: error: the chunk 'b' of 'sock' is in no lane and no event"),
        Malformed(
            "a level's character in an input's lane", lane("__a"),
            "f:7:9: error: lane 'sock' has '_' at 0ms; an input's lane has only - 0 | ! "
                + "and the letters of its chunks"),
        Malformed(
            "a blank in an input's lane", lane("- a"),
            "f:7:10: error: lane 'sock' has a blank at 1ms; an input's lane has only - 0 "
                + "| ! and the letters of its chunks"),
        Malformed(
            "a permit of an input", lane("--1a"),
            "f:7:11: error: lane 'sock' has '1' at 2ms; an input's lane has only - 0 | ! "
                + "and the letters of its chunks"),
        Malformed(
            "something after the end", lane("-a|a"),
            "f:7:12: error: lane 'sock' goes on after '|', which ends the stream"),
        Malformed(
            "a dash after the end", lane("-a|-"),
            "f:7:12: error: lane 'sock' goes on after '|', which ends the stream"),
        Malformed(
            "a failure without a text in the world", lane("-a!"),
            "f:7:11: error: 'sock' has no failure; give its door one, such as {\"!\": "
                + "connection-reset}"),
        Malformed(
            "a chunk inside a jump", lane("-a------a-"),
            "f:7:17: error: row 'sock' has 'a' inside the ruler's jump; it may have only "
                + "'~' or '-' as before"),
        Malformed(
            "an empty lane", lane(""),
            "f:7:3: error: the lane 'sock' is empty"),
        Malformed(
            "a chunk in an output's lane", lane("--a", of: "{output: {}}"),
            "f:7:11: error: lane 'sock' has 'a' at 2ms; an output's lane has only - 0-9 f "
                + "| !"),
        Malformed(
            "a digit of another script", lane("--٣", of: "{output: {}}"),
            "f:7:11: error: lane 'sock' has '٣' at 2ms; an output's lane has only - 0-9 f "
                + "| !"),
        Malformed(
            "something after a failure", lane("--!f", of: "{output: {\"!\": x}}"),
            "f:7:12: error: lane 'sock' goes on after '!', which ends the stream"),
    ]

    @Test(arguments: Self.rows)
    func `a wrong lane of a stream is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    static let facts: [Malformed] = [
        Malformed(
            "an unknown fact of an input", events("1ms: sock clsed"),
            "f:5:20: error: unknown fact 'clsed'; did you mean 'closed'?"),
        Malformed(
            "an unknown chunk", events("1ms: sock b"),
            "f:5:20: error: unknown chunk 'b'; there is only 'a'"),
        Malformed(
            "a permit of an input", events("1ms: sock permit 3"),
            "f:5:20: error: unknown fact 'permit'; the facts are a, empty, closed and "
                + "failed"),
        Malformed(
            "a level's fact of a stream", events("1ms: sock ready"),
            "f:5:20: error: unknown fact 'ready'; the facts are a, empty, closed and "
                + "failed"),
        Malformed(
            "a chunk of an output", events("1ms: sock a", of: "{output: {}}"),
            "f:5:20: error: unknown fact 'a'; the facts are permit, flushed, closed and "
                + "failed"),
        Malformed(
            "a permit without a number", events("1ms: sock permit", of: "{output: {}}"),
            "f:5:26: error: the number of bytes that the output takes is missing"),
        Malformed(
            "a permit past the largest", events("1ms: sock permit 65537", of: "{output: {}}"),
            "f:5:27: error: a permit is a whole number from 0 to 65536, not '65537'"),
        Malformed(
            "a permit that is no number", events("1ms: sock permit all", of: "{output: {}}"),
            "f:5:27: error: a permit is a whole number from 0 to 65536, not 'all'"),
        Malformed(
            "words after a fact", events("1ms: sock a b"),
            "f:5:22: error: unexpected 'b' after the fact 'a'"),
        Malformed(
            "a fact after the end", events("2ms: sock a, 1ms: sock closed"),
            "f:5:15: error: 'sock' has ended at 1ms (line 5); nothing can follow"),
        Malformed(
            "a flush after the end",
            events("1ms: sock closed, 2ms: sock flushed", of: "{output: {}}"),
            "f:5:33: error: 'sock' has ended at 1ms (line 5); nothing can follow"),
        Malformed(
            "two ends", events("1ms: [sock a, sock closed, sock closed]"),
            "f:5:37: error: 'sock' has ended at 1ms (line 5); nothing can follow"),
        Malformed(
            "a failure without a text", events("1ms: sock failed"),
            "f:5:20: error: 'sock' has no failure; give its door one, such as {\"!\": "
                + "connection-reset}"),
    ]

    @Test(arguments: Self.facts)
    func `a stream's wrong event is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    static let programs: [Malformed] = [
        Malformed(
            "a read of an output", steps("read out as x"),
            "f:5:12: error: 'read' needs an input, and 'out' is an output"),
        Malformed(
            "a read of a level", steps("read door"),
            "f:5:12: error: 'read' needs an input, and 'door' is a level"),
        Malformed(
            "a read of a timer", steps("read soon until closed"),
            "f:5:12: error: 'read' needs an input, and 'soon' is a timer"),
        Malformed(
            "a read of a task", steps("read B"),
            "f:5:12: error: 'B' is a task, not a resource"),
        Malformed(
            "a read of a subscription", steps("subscribe sock as s, read s"),
            "f:5:33: error: 's' is a subscribed name, not a resource; it stands for "
                + "'sock'"),
        Malformed(
            "a read of nothing", steps("read"),
            "f:5:11: error: the name of an input is missing"),
        Malformed(
            "a read of no bytes", steps("read sock 0 as x"),
            "f:5:17: error: a read is of 1 to 65536 bytes, not '0'"),
        Malformed(
            "a read of too many bytes", steps("read sock 65537"),
            "f:5:17: error: a read is of 1 to 65536 bytes, not '65537'"),
        Malformed(
            "a read of a count that is none", steps("'read sock [four]'"),
            "f:5:18: error: a read is of 1 to 65536 bytes, not '[four]'"),
        Malformed(
            "a read of an open bracket", steps("'read sock [4'"),
            "f:5:18: error: a read is of 1 to 65536 bytes, not '[4'"),
        Malformed(
            "a read until something else", steps("read sock until open"),
            "f:5:23: error: expected 'closed' instead of 'open'"),
        Malformed(
            "a read without 'as'", steps("read sock 4 x"),
            "f:5:19: error: unexpected 'x' after the step 'read'"),
        Malformed(
            "a read without its name", steps("read sock as"),
            "f:5:19: error: the name of the result is missing"),
        Malformed(
            "a write to an input", steps("write sock hello"),
            "f:5:13: error: 'write' needs an output, and 'sock' is an input"),
        Malformed(
            "a write of nothing", steps("write out"),
            "f:5:16: error: what to write is missing"),
        Malformed(
            "a quoted write with words behind it", steps("write out \"hello\" you"),
            "f:5:25: error: unexpected 'you' after the step 'write'"),
        Malformed(
            "a flush of an input", steps("flush sock"),
            "f:5:13: error: 'flush' needs an output, and 'sock' is an input"),
        Malformed(
            "words after a flush", steps("flush out now"),
            "f:5:17: error: unexpected 'now' after the step 'flush'"),
        Malformed(
            "a drop of a level", steps("drop door"),
            "f:5:12: error: 'drop' needs a subscribed name, and 'door' is a resource; "
                + "write 'subscribe door as d' first"),
    ]

    @Test(arguments: Self.programs)
    func `a wrong step on a stream is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    static let knobs: [Malformed] = [
        Malformed(
            "a knob's value", host("{reads: shrot}"),
            "f:4:17: error: unknown value 'shrot'; did you mean 'short'?"),
        Malformed(
            "a permit's value", host("{permits: all}"),
            "f:4:19: error: unknown value 'all'; the values of 'permits' are full, one "
                + "and any"),
        Malformed(
            "false alarms without end", host("{spurious: for ever}"),
            "f:4:20: error: 'spurious' is a whole number from 0 to 1000, not 'for ever'"),
        Malformed(
            "a parent-drop that is none", host("{parent-drop: alow}"),
            "f:4:23: error: unknown value 'alow'; did you mean 'allow'?"),
        Malformed(
            "rules that are none", host("{rules: jco}"),
            "f:4:17: error: unknown value 'jco'; the values of 'rules' are wasmtime and "
                + "spec"),
        Malformed(
            "a document's rules that are none", document("rules: wasmtmie\nprogram: {A: []}\n"),
            "f:3:8: error: unknown value 'wasmtmie'; did you mean 'wasmtime'?"),
    ]

    @Test(arguments: Self.knobs)
    func `a wrong knob of streams is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    static let claims: [Malformed] = [
        Malformed(
            "a map that is no failure", values("{got: {broken: x}}"),
            "f:5:24: error: unknown key 'broken'; there is only 'failed'"),
        Malformed(
            "an empty map", values("{got: {}}"),
            "f:5:23: error: the value of 'got' as a map is {failed: TEXT}"),
        Malformed(
            "a failure without a text", values("{got: {failed: }}"),
            "f:5:32: error: the text of the failure must be a text, not nothing"),
        Malformed(
            "a value of an input", values("{sock: x}"),
            "f:5:18: error: unknown value 'sock'; the values that a step gives are got "
                + "and out"),
        Malformed(
            "a misspelt output", values("{otu: x}"),
            "f:5:18: error: unknown value 'otu'; did you mean 'out'?"),
    ]

    @Test(arguments: Self.claims)
    func `a wrong value of a stream is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }
}
