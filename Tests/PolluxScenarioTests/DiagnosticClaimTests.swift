// What the parser says of hosts and expectations that cannot be.

import PolluxScenario
import Testing

/// A document with this expectation in line 5 from column 9.
private func expecting(_ expectation: String) -> String {
    Malformed.document(
        "world: {door: level, q: level}\n"
            + "program: {A: [subscribe door as d, wait d | q as who], B: [recv c]}\n"
            + "expect: \(expectation)\n")
}

struct DiagnosticClaimTests {
    static let hosts: [Malformed] = [
        Malformed(
            "no hosts", Malformed.document("program: {A: []}\nhosts: []\n"),
            "f:4:8: error: 'hosts' names no host"),
        Malformed(
            "an unknown host", Malformed.document("program: {A: []}\nhosts: [frendly]\n"),
            "f:4:9: error: unknown host 'frendly'; did you mean 'friendly'?"),
        Malformed(
            "a preset that is misspelt",
            Malformed.document("program: {A: []}\nhosts: [jco-nodes]\n"),
            "f:4:9: error: unknown host 'jco-nodes'; did you mean 'jco-node'?"),
        Malformed(
            "a host like no host",
            Malformed.document("program: {A: []}\nhosts: [{like: wasmer}]\n"),
            "f:4:16: error: unknown host 'wasmer'; the hosts are friendly, wasmtime, jco-node, "
                + "jco-browser, uv and any"),
        Malformed(
            "an unknown knob", Malformed.document("program: {A: []}\nhosts: [{odrer: any}]\n"),
            "f:4:10: error: unknown knob 'odrer'; did you mean 'order'?"),
        Malformed(
            "a knob of a later version",
            Malformed.document("program: {A: []}\nhosts: [{base: 7}]\n"),
            "f:4:10: error: 'base' is not supported by this version of Pollux"),
        Malformed(
            "a lateness without a duration",
            Malformed.document("program: {A: []}\nhosts: [{timers: late}]\n"),
            "f:4:22: error: a duration, such as 'late 5ms', is missing"),
        Malformed(
            "timers that are early",
            Malformed.document("program: {A: []}\nhosts: [{timers: early}]\n"),
            "f:4:18: error: 'timers: early' is no legal host: a timer is never ready before its "
                + "instant (CLOCK-09)"),
        Malformed(
            "polls that report nothing",
            Malformed.document("program: {A: []}\nhosts: [{subset: none}]\n"),
            "f:4:18: error: 'subset: none' is no legal host: a poll that returns reports at least "
                + "one (POLL-05)"),
        Malformed(
            "permits that allow nothing",
            Malformed.document("program: {A: []}\nhosts: [{permits: none}]\n"),
            "f:4:19: error: 'permits: none' is no legal host: an output that is ready takes at "
                + "least one byte (STREAM-13)"),
        Malformed(
            "a grain and something behind it",
            Malformed.document("program: {A: []}\nhosts: [{timers: grain 1ms up}]\n"),
            "f:4:28: error: unexpected 'up' after 'timers'"),
        Malformed(
            "an unknown value of a knob",
            Malformed.document("program: {A: []}\nhosts: [{order: ascendign}]\n"),
            "f:4:17: error: unknown value 'ascendign'; did you mean 'ascending'?"),
        Malformed(
            "a value of no knob", Malformed.document("program: {A: []}\nhosts: [{handles: 7}]\n"),
            "f:4:19: error: unknown value '7'; the values of 'handles' are lifo, fifo, fresh, "
                + "sparse, per-type and any"),
        Malformed(
            "a lag past its range",
            Malformed.document("program: {A: []}\nhosts: [{ready-lag: 1001}]\n"),
            "f:4:21: error: 'ready-lag' is a whole number from 0 to 1000, not '1001'"),
        Malformed(
            "a host twice",
            Malformed.document("program: {A: []}\nhosts: [{order: any}, {order: any}]\n"),
            "f:4:23: error: a host named 'order=any' stands on line 4 already; give this one "
                + "another 'name'"),
        Malformed(
            "a host's name of two words",
            Malformed.document("program: {A: []}\nhosts: [{name: my host}]\n"),
            "f:4:16: error: a host's name is one word of at most 64 characters"),
    ]

    @Test(arguments: Self.hosts)
    func `wrong hosts is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    static let expectations: [Malformed] = [
        Malformed(
            "a list of no expectations", expecting("[]"),
            "f:5:9: error: 'expect' has no block"),
        Malformed(
            "an unknown expectation", expecting("{ordre: [A.done]}"),
            "f:5:10: error: unknown key 'ordre'; did you mean 'order'?"),
        Malformed(
            "a deadline that is no time", expecting("{eventually: [{A.done: soon}]}"),
            "f:5:32: error: 'soon' is not a duration; one is a number and ns, us, ms or s, such "
                + "as 10ms"),
        Malformed(
            "an event that never can be", expecting("{eventually: [A.dnoe]}"),
            "f:5:25: error: unknown event 'dnoe'; did you mean 'done'?"),
        Malformed(
            "a sometimes that is no relation", expecting("{sometimes: [A.done B.done]}"),
            "f:5:29: error: expected '<', '&' or 'within' instead of 'B.done'"),
        Malformed(
            "a sometimes of half a relation", expecting("{sometimes: [A.done <]}"),
            "f:5:30: error: an event is missing"),
        Malformed(
            "an unknown oracle", expecting("{invariants: [no-leek]}"),
            "f:5:23: error: unknown oracle 'no-leek'; did you mean 'no-leak'?"),
        Malformed(
            "an unknown oracle to leave out", expecting("{invariants: {except: [progres]}}"),
            "f:5:32: error: unknown oracle 'progres'; did you mean 'progress'?"),
        Malformed(
            "an oracle twice", expecting("{invariants: [progress, progress]}"),
            "f:5:33: error: 'progress' stands in 'invariants' already"),
        Malformed(
            "an oracle with and without",
            expecting("{invariants: {except: [progress], and: [progress]}}"),
            "f:5:22: error: 'progress' is in 'except' and in 'and'"),
        Malformed(
            "no oracle", expecting("{invariants: []}"),
            "f:5:22: error: 'invariants' names no oracle"),
        Malformed(
            "invariants that change nothing", expecting("{invariants: {}}"),
            "f:5:22: error: 'invariants' is empty; it takes 'except' and 'and'"),
        Malformed(
            "another key of invariants", expecting("{invariants: {excpt: [progress]}}"),
            "f:5:23: error: unknown key 'excpt'; did you mean 'except'?"),
        Malformed(
            "an oracle that is no list", expecting("{invariants: progress}"),
            "f:5:22: error: 'invariants' is all, a list of oracles, or {except: […], and: […]}, "
                + "not 'progress'; did you mean [progress]?"),
        Malformed(
            "an unknown outcome", expecting("{outcome: complete}"),
            "f:5:19: error: unknown outcome 'complete'; did you mean 'completed'?"),
        Malformed(
            "a trap without a name", expecting("{outcome: trap}"),
            "f:5:19: error: the outcome 'trap' needs more, such as {trap: empty-poll}"),
        Malformed(
            "an unknown trap", expecting("{outcome: {trap: emptypoll, in: A}}"),
            "f:5:26: error: unknown trap 'emptypoll'; did you mean 'empty-poll'?"),
        Malformed(
            "a trap in no task", expecting("{outcome: {trap: empty-poll, in: C}}"),
            "f:5:42: error: unknown task 'C'; the tasks are A and B"),
        Malformed(
            "a deadlock of no task", expecting("{outcome: {deadlock: {door: A}}}"),
            "f:5:31: error: 'door' is a resource, not a task"),
        Malformed(
            "a deadlock on nothing known", expecting("{outcome: {deadlock: {A: x}}}"),
            "f:5:34: error: unknown name 'x'; the names are A, B, door, q, d and c"),
        Malformed(
            "an exit code that is a word", expecting("{outcome: {exit: three}}"),
            "f:5:26: error: an exit code is a whole number from 0 to 255, not 'three'"),
        Malformed(
            "an event without a kind", expecting("{order: [done]}"),
            "f:5:18: error: 'done' is not an event; one is a name and a kind, such as A.done"),
        Malformed(
            "an event of nobody", expecting("{order: [C.done]}"),
            "f:5:18: error: unknown name 'C'; the names are A, B, door, q and host"),
        Malformed(
            "an event of a subscription", expecting("{order: [d.ready]}"),
            "f:5:18: error: 'd' is a subscribed name; events name its resource, 'door'"),
        Malformed(
            "an event of the wrong kind of subject", expecting("{order: [A.ready]}"),
            "f:5:20: error: unknown event 'ready'; the events of 'A' are start, wait, wake, "
                + "done, cancelled, say and fail"),
        Malformed(
            "a misspelt event", expecting("{order: [door.raedy]}"),
            "f:5:23: error: unknown event 'raedy'; did you mean 'ready'?"),
        Malformed(
            "an event numbered from 0", expecting("{order: [A.wake#0]}"),
            "f:5:25: error: the number of an event counts from 1, such as A.wake#2"),
        Malformed(
            "a relation of one event", expecting("{relations: [A.done]}"),
            "f:5:28: error: a relation is missing, such as '< B.done' or 'within 5ms of B.done'"),
        Malformed(
            "a relation by another operator", expecting("{relations: [A.done > B.done]}"),
            "f:5:29: error: expected '<', '&' or 'within' instead of '>'"),
        Malformed(
            "a distance without a unit", expecting("{relations: [A.done within 5 of B.done]}"),
            "f:5:36: error: '5' is not a duration; one is a number and ns, us, ms or s, such as "
                + "10ms"),
        Malformed(
            "a distance in other things",
            expecting("{relations: [A.done within 5 trns of B.done]}"),
            "f:5:38: error: unknown distance 'trns'; did you mean 'turns'?"),
        Malformed(
            "a distance of nothing", expecting("{relations: [A.done within 5ms B.done]}"),
            "f:5:40: error: expected 'of' instead of 'B.done'"),
        Malformed(
            "a handle of a task", expecting("{relations: [handle(A) = handle(q)]}"),
            "f:5:29: error: 'A' is a task, not a resource"),
        Malformed(
            "a count of a numbered event", expecting("{count: {A.wake#2: 1}}"),
            "f:5:18: error: 'count' counts every such event; leave out '#2'"),
        Malformed(
            "a count that is not one", expecting("{count: {A.wake: many}}"),
            "f:5:26: error: a count is N, N..M or N.., not 'many'"),
        Malformed(
            "a count that shrinks", expecting("{count: {A.wake: 4..1}}"),
            "f:5:26: error: a count is N, N..M or N.., not '4..1'"),
        Malformed(
            "a poll by another verb", expecting("{polls: [poll door -> door]}"),
            "f:5:18: error: unknown call 'poll'; the calls are block and check"),
        Malformed(
            "a poll without a report", expecting("{polls: [block door]}"),
            "f:5:28: error: '->' is missing"),
        Malformed(
            "a report that is not in the list", expecting("{polls: [block door -> q]}"),
            "f:5:32: error: this poll reports 'q' more often than its list has it"),
        Malformed(
            "a timer of the guest's without a time",
            expecting("{polls: ['block @soon -> nothing']}"),
            "f:5:26: error: 'soon' is not a duration; one is a number and ns, us, ms or s, such "
                + "as 10ms"),
        Malformed(
            "an unknown situation", expecting("{never: [leek]}"),
            "f:5:18: error: 'leek' is not an event; one is a name and a kind, such as A.done"),
        Malformed(
            "a block that is only narrowed",
            expecting("[{never: [trap]}, {for: {guest: local}}]"),
            "f:5:28: error: this block only has 'for' and claims nothing; say what must hold there"
        ),
        Malformed(
            "a value of a subscription", expecting("{value: {d: true}}"),
            "f:5:18: error: 'd' is a subscribed name and has no value"),
        Malformed(
            "an unknown value", expecting("{value: {whom: door}}"),
            "f:5:18: error: unknown value 'whom'; did you mean 'who'?"),
        Malformed(
            "a value left out", expecting("{value: {who: }}"),
            "f:5:23: error: the value of 'who' must be a text, not nothing"),
    ]

    @Test(arguments: Self.expectations)
    func `a wrong expectation is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }
}
