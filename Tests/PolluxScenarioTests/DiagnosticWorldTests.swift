// What the parser says of worlds, programs, timelines and events that cannot be.

import PolluxScenario
import Testing

/// A document in which task `A`, in line 5 from column 7, has these steps.
private func steps(_ steps: String) -> String {
    Malformed.document(
        "world: {door: level, q: level, soon: {after: 10ms}}\n"
            + "program:\n  A: [\(steps)]\n  B: []\n")
}

/// A document with this timeline, whose ruler is line 6, or 7 under a `tick`.
private func rows(_ rows: String, tick: String = "") -> String {
    Malformed.document(
        tick + "world: {door: level, q: level, soon: {after: 10ms}}\n"
            + "program: {A: [subscribe door as d], B: []}\ntimeline: |\n" + rows)
}

struct DiagnosticWorldTests {
    static let worlds: [Malformed] = [
        Malformed(
            "a world that is a list", Malformed.document("world: [door]\nprogram: {A: []}\n"),
            "f:3:8: error: 'world' must be a map, not a list"),
        Malformed(
            "a resource without a door", Malformed.document("world: {door: }\nprogram: {A: []}\n"),
            "f:3:15: error: 'door' needs a door; the doors are level, after, at, input, output, "
                + "stdin, tcp, listen, calls, udp, dns and http"),
        Malformed(
            "a misspelt door", Malformed.document("world: {door: levle}\nprogram: {A: []}\n"),
            "f:3:15: error: unknown door 'levle'; did you mean 'level'?"),
        Malformed(
            "a timer without a time",
            Malformed.document("world: {door: after}\nprogram: {A: []}\n"),
            "f:3:15: error: the door 'after' needs a time, such as {after: 10ms}"),
        Malformed(
            "two doors",
            Malformed.document("world: {door: {after: 1ms, at: 2ms}}\nprogram: {A: []}\n"),
            "f:3:28: error: a resource has one door; this one has 'after'"),
        Malformed(
            "a map without a door",
            Malformed.document("world: {door: {optional: true}}\nprogram: {A: []}\n"),
            "f:3:15: error: this resource has no door; the doors are level, after, at, input, "
                + "output, stdin, tcp, listen, calls, udp, dns and http"),
        Malformed(
            "an unknown key of a resource",
            Malformed.document("world: {door: {level: , optinal: true}}\nprogram: {A: []}\n"),
            "f:3:25: error: unknown key 'optinal'; did you mean 'optional'?"),
        Malformed(
            "optional by another word",
            Malformed.document("world: {door: {level: , optional: perhaps}}\nprogram: {A: []}\n"),
            "f:3:35: error: 'optional' is true or false"),
        Malformed(
            "a value of level", Malformed.document("world: {door: {level: 3}}\nprogram: {A: []}\n"),
            "f:3:23: error: the door 'level' takes no value"),
        Malformed(
            "a fraction of a nanosecond",
            Malformed.document("world: {door: {after: 0.5ns}}\nprogram: {A: []}\n"),
            "f:3:23: error: '0.5ns' is not a whole number of nanoseconds"),
        Malformed(
            "a time past 64 bits",
            Malformed.document("world: {door: {after: 99999999999s}}\nprogram: {A: []}\n"),
            "f:3:23: error: '99999999999s' is too long; 64 bits of nanoseconds are 584 years"),
        Malformed(
            "a name that YAML reads as a boolean",
            Malformed.document("world: {On: level}\nprogram: {A: []}\n"),
            "f:3:9: error: 'On' cannot be a name: YAML reads it as a boolean"),
        Malformed(
            "a name that YAML reads as null",
            Malformed.document("world: {'null': level}\nprogram: {A: []}\n"),
            "f:3:10: error: 'null' cannot be a name: YAML reads it as null"),
        Malformed(
            "a reserved name", Malformed.document("world: {host: level}\nprogram: {A: []}\n"),
            "f:3:9: error: 'host' cannot be a name: events use it for the host"),
        Malformed(
            "a name with a blank",
            Malformed.document("world: {my door: level}\nprogram: {A: []}\n"),
            "f:3:9: error: 'my door' is not a name; one is a letter or '_', then letters, "
                + "digits, '_', '-'"),
        Malformed(
            "a task named like a resource",
            Malformed.document("world: {A: level}\nprogram: {A: []}\n"),
            "f:4:11: error: 'A' is already the resource of line 3"),
    ]

    @Test(arguments: Self.worlds)
    func `a wrong world is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    static let programs: [Malformed] = [
        Malformed(
            "a program of no tasks", Malformed.document("program: {}\n"),
            "f:3:10: error: the program has no tasks"),
        Malformed(
            "a program that is a list", Malformed.document("program: [a]\n"),
            "f:3:10: error: 'program' must be a map, not a list"),
        Malformed(
            "steps that are a text", Malformed.document("program: {A: yield}\n"),
            "f:3:14: error: the steps of 'A' must be a list, not a text"),
        Malformed(
            "a step that is a map", Malformed.document("program: {A: [{sleep: 1ms}]}\n"),
            "f:3:15: error: a step must be a text, not a map"),
        Malformed(
            "a step of two lines", Malformed.document("program:\n  A:\n    - wait\n      door\n"),
            "f:5:7: error: a step must stand on one line"),
        Malformed(
            "a misspelt step", steps("yield, slep 10ms"),
            "f:5:14: error: unknown step 'slep'; did you mean 'sleep'?"),
        Malformed(
            "an unknown step", steps("fly away"),
            "f:5:7: error: unknown step 'fly'; the steps are sleep, wait, subscribe, drop, "
                + "join, spawn, cancel, work, yield, repeat, say, send, recv, exit, poll, ready, "
                + "block, read, write, flush and 8 more"),
        Malformed(
            "a sleep without a time", steps("sleep"),
            "f:5:12: error: a duration such as 10ms is missing"),
        Malformed(
            "a sleep of a bare number", steps("sleep 10"),
            "f:5:13: error: '10' is not a duration; one is a number and ns, us, ms or s, such "
                + "as 10ms"),
        Malformed(
            "words left over", steps("sleep 10ms 20ms"),
            "f:5:18: error: unexpected '20ms' after the step 'sleep'"),
        Malformed(
            "an unknown resource", steps("wait doar"),
            "f:5:12: error: unknown resource 'doar'; did you mean 'door'?"),
        Malformed(
            "a wait on a task", steps("wait B"),
            "f:5:12: error: 'B' is a task; 'join B' waits for it"),
        Malformed(
            "a wait on nothing", steps("wait"),
            "f:5:11: error: the name of a resource or a subscription is missing"),
        Malformed(
            "a wait that ends with a bar", steps("wait door |"),
            "f:5:18: error: the name of a resource or a subscription is missing"),
        Malformed(
            "a wait with both operators", steps("wait door | q & door"),
            "f:5:21: error: a wait has '|' or '&', not both; this one has '|'"),
        Malformed(
            "a winner of all", steps("wait door & q as who"),
            "f:5:21: error: 'as' names the one that ended the wait; a wait with '&' ends with all"),
        Malformed(
            "a subscription without a name", steps("subscribe door"),
            "f:5:21: error: 'as' is missing"),
        Malformed(
            "a subscription by another word", steps("subscribe door at d"),
            "f:5:22: error: expected 'as' instead of 'at'"),
        Malformed(
            "a subscription named like its resource", steps("subscribe door as door"),
            "f:5:25: error: 'door' is already the resource of line 3"),
        Malformed(
            "a subscription of a subscription", steps("subscribe door as d, subscribe d as e"),
            "f:5:38: error: 'd' is a subscribed name, not a resource; it stands for 'door'"),
        Malformed(
            "a drop of a resource", steps("drop door"),
            "f:5:12: error: 'drop' needs a subscribed name, and 'door' is a resource; write "
                + "'subscribe door as d' first"),
        Malformed(
            "a block of a resource with its letter taken", steps("subscribe q as d, block door"),
            "f:5:31: error: 'block' needs a subscribed name, and 'door' is a resource; write "
                + "'subscribe door as d1' first"),
        Malformed(
            "an unknown subscription", steps("subscribe door as left, drop lift"),
            "f:5:36: error: unknown subscribed name 'lift'; did you mean 'left'?"),
        Malformed(
            "a join of oneself", steps("join A"),
            "f:5:12: error: the task 'A' cannot join itself"),
        Malformed(
            "a join of a resource", steps("join door"),
            "f:5:12: error: 'door' is a resource, not a task"),
        Malformed(
            "an unknown task", steps("cancel C"),
            "f:5:14: error: unknown task 'C'; the tasks are A and B"),
        Malformed(
            "a spawn of main", Malformed.document("program: {main: [yield], A: [spawn main]}\n"),
            "f:3:36: error: 'main' starts by itself; it cannot be spawned"),
        Malformed(
            "a repeat of nothing", steps("repeat 0 times yield"),
            "f:5:14: error: a step is repeated 1 to 1000000 times, not '0'"),
        Malformed(
            "a repeat without times", steps("repeat 5 yield"),
            "f:5:16: error: expected 'times' instead of 'yield'"),
        Malformed(
            "repeats that multiply", steps("repeat 2000 times repeat 1000 times yield"),
            "f:5:32: error: repeats in repeats come to 2000000 times; at most 1000000 are "
                + "possible"),
        Malformed(
            "an unknown step in a repeat", steps("repeat 5 times yield and wrok 1ms"),
            "f:5:32: error: unknown step 'wrok'; did you mean 'work'?"),
        Malformed(
            "nothing to say", steps("say"),
            "f:5:10: error: what to say is missing"),
        Malformed(
            "an exit code past 255", steps("exit 256"),
            "f:5:12: error: an exit code is 0 to 255, not '256'"),
        Malformed(
            "a name that cannot be one", steps("send 1"),
            "f:5:12: error: '1' is not a name; one is a letter or '_', then letters, digits, "
                + "'_', '-'"),
    ]

    @Test(arguments: Self.programs)
    func `a wrong program is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    static let timelines: [Malformed] = [
        Malformed(
            "a timeline that is not a block",
            Malformed.document("program: {A: []}\ntimeline: ms 0\n"),
            "f:4:11: error: 'timeline' must be a block: 'timeline: |', then rows"),
        Malformed(
            "an empty timeline", Malformed.document("program: {A: []}\ntimeline: |\n\n"),
            "f:4:11: error: the timeline is empty"),
        Malformed(
            "a ruler without a unit", rows("  0    5\n"),
            "f:6:3: error: a timeline begins with its ruler: ns, us, ms or s, then numbers at "
                + "their columns"),
        Malformed(
            "a ruler without numbers", rows("  ms\n"),
            "f:6:5: error: the ruler has no numbers"),
        Malformed(
            "a stray word in a ruler", rows("  ms 0 x\n"),
            "f:6:8: error: a ruler has numbers and '~', not 'x'"),
        Malformed(
            "a number at the wrong column", rows("  ms    0        10\n  door  _____\n"),
            "f:6:18: error: '10' stands 9 columns after '0' and a column is 1ms; it belongs in "
                + "column 19"),
        Malformed(
            "a number that no column fits", rows("  ms    0  2    5\n"),
            "f:6:12: error: '2' stands 3 columns after '0' and a column is 1ms; it belongs in "
                + "column 11"),
        Malformed(
            "a number far away", rows("  ms    0    9000000\n"),
            "f:6:14: error: '9000000' stands 5 columns after '0' and a column is 1ms; put a '~' "
                + "before it for a jump, or this column is right for 'tick: 1800s'"),
        Malformed(
            "numbers that shrink", rows("  ms    10   5\n"),
            "f:6:14: error: the ruler's numbers must grow; '5' stands after '10'"),
        Malformed(
            "a jump at the start", rows("  ms   ~ 0\n"),
            "f:6:8: error: a '~' needs a number before it"),
        Malformed(
            "a jump to nowhere", rows("  ms   0  ~\n"),
            "f:6:11: error: the jump '~' has no number after it"),
        Malformed(
            "a jump back into the columns before it", rows("  ms   0     ~  5\n"),
            "f:6:17: error: the columns before the '~' already reach this time; a column is 1ms"),
        Malformed(
            "a bad character in a lane", rows("  ms    0         10\n  door  __________§#\n"),
            "f:7:19: error: lane 'door' has '§' at 10ms; a level lane has only '_' and '#'"),
        Malformed(
            "a blank in a lane", rows("  ms    0    5\n  door  ___ ##\n"),
            "f:7:12: error: lane 'door' has a blank at 3ms; a level lane has only '_' and '#'"),
        Malformed(
            "a jump character outside a jump", rows("  ms    0    5\n  door  ___~##\n"),
            "f:7:12: error: '~' stands only where the ruler jumps"),
        Malformed(
            "a change inside a jump", rows("  ms    0  ~~~100\n  door  ___~##\n"),
            "f:7:13: error: row 'door' has '#' inside the ruler's jump; it may have only '~' or "
                + "'_' as before"),
        Malformed(
            "an empty lane", rows("  ms    0    5\n  door\n"),
            "f:7:3: error: the lane 'door' is empty"),
        Malformed(
            "a tab in a timeline", rows("  ms    0    5\n  door\t_____\n"),
            "f:7:7: error: a tab hides columns; a timeline has only spaces"),
        Malformed(
            "a name that runs into its lane", rows("  ms 0    5\n  door____\n"),
            "f:7:3: error: this name runs into the lane, which begins in column 6"),
        Malformed(
            "a lane that begins too early", rows("  ms      0    5\n  door  __####\n"),
            "f:7:9: error: lanes begin in column 11, under the ruler's first digit"),
        Malformed(
            "a row without a name", rows("  ms    0    5\n        ____\n"),
            "f:7:9: error: this row has no name before column 9, where lanes begin"),
        Malformed(
            "a lane of a timer", rows("  ms    0    5\n  soon  ____#\n"),
            "f:7:3: error: 'soon' is a timer and has no lane: its time says when it is ready"),
        Malformed(
            "a lane of a subscription", rows("  ms    0    5\n  d     ____#\n"),
            "f:7:3: error: 'd' is a subscribed name, not a resource; it stands for 'door'"),
        Malformed(
            "an unknown row", rows("  ms    0    5\n  doro  ____#\n"),
            "f:7:3: error: unknown row 'doro'; did you mean 'door'?"),
        Malformed(
            "a row twice", rows("  ms    0    5\n  door  ____#\n  door  ____#\n"),
            "f:8:3: error: 'door' has a row already, on line 7"),
        Malformed(
            "a bad character in a task's row", rows("  ms    0    5\n  A     w..z\n"),
            "f:7:12: error: row 'A' has 'z' at 3ms; a task's row has only w . * 1-9 | x ? and "
                + "blanks"),
        Malformed(
            "a task's row past its end", rows("  ms    0    5\n  A     w..|.\n"),
            "f:7:13: error: row 'A' goes on after '|', which ends the task"),
        Malformed(
            "columns past the end of time",
            rows("  s     0\n  door  _____\n", tick: "tick: 9000000000s\n"),
            "f:7:10: error: the columns run past 64 bits of nanoseconds"),
    ]

    @Test(arguments: Self.timelines)
    func `a wrong timeline is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    static let events: [Malformed] = [
        Malformed(
            "an event without a time",
            Malformed.document("world: {door: level}\nprogram: {A: []}\nevents: [door ready]\n"),
            "f:5:10: error: an event must be a map, not a text"),
        Malformed(
            "an event with two times",
            Malformed.document(
                "world: {door: level}\nprogram: {A: []}\nevents:\n  - 1ms: door ready\n"
                    + "    2ms: door unready\n"),
            "f:6:5: error: an event has one time, such as '10ms: door ready'"),
        Malformed(
            "an event at no time",
            Malformed.document(
                "world: {door: level}\nprogram: {A: []}\nevents: [soon: door ready]\n"),
            "f:5:10: error: 'soon' is not a duration; one is a number and ns, us, ms or s, such "
                + "as 10ms"),
        Malformed(
            "a fact of an unknown kind",
            Malformed.document(
                "world: {door: level}\nprogram: {A: []}\nevents: [1ms: door redy]\n"),
            "f:5:20: error: unknown fact 'redy'; did you mean 'ready'?"),
        Malformed(
            "an event of a timer",
            Malformed.document("world: {t: {at: 1ms}}\nprogram: {A: []}\nevents: [1ms: t ready]\n"),
            "f:5:15: error: 't' is a timer and has no events: its time says when it is ready"),
        Malformed(
            "a level with a lane and events",
            Malformed.document(
                "world: {door: level}\nprogram: {A: []}\ntimeline: |\n  ms    0\n  door  _#\n"
                    + "events: [1ms: door ready]\n"),
            "f:8:15: error: 'door' has a lane on line 7; it cannot have events too"),
    ]

    @Test(arguments: Self.events)
    func `wrong events is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }
}
