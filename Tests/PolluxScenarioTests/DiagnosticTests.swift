// What the parser says about files that are not scenarios: the sentence and the place.

import PolluxScenario
import Testing

/// A malformed text and the first line of what must be said about it, without the path.
struct Malformed: Sendable, CustomTestStringConvertible {
    var what: String
    var text: String
    var said: String

    init(_ what: String, _ text: String, _ said: String) {
        (self.what, self.text, self.said) = (what, text, said)
    }

    var testDescription: String { what }

    /// The first line of the rendering, or nothing where the text is a scenario after all.
    func firstLine() -> String? {
        do throws(Diagnostic) {
            _ = try Scenario.parse(path: "f", text: text)
            return nil
        } catch {
            return error.rendered.split(separator: "\n").first.map(String.init)
        }
    }
}

// Each of these makes a whole document around the part that a case is about.

/// A document with these lines under its first two.
private func document(_ lines: String) -> String {
    "pollux: 1\nname: n\n" + lines
}

/// A document in which task `A`, in line 5 from column 7, has these steps.
private func steps(_ steps: String) -> String {
    document(
        "world: {door: level, q: level, soon: {after: 10ms}}\n"
            + "program:\n  A: [\(steps)]\n  B: []\n")
}

/// A document with this timeline, whose ruler is line 6, or 7 under a `tick`.
private func rows(_ rows: String, tick: String = "") -> String {
    document(
        tick + "world: {door: level, q: level, soon: {after: 10ms}}\n"
            + "program: {A: [subscribe door as d], B: []}\ntimeline: |\n" + rows)
}

/// A document with this expectation in line 5 from column 9.
private func expecting(_ expectation: String) -> String {
    document(
        "world: {door: level, q: level}\n"
            + "program: {A: [subscribe door as d, wait d | q as who], B: [recv c]}\n"
            + "expect: \(expectation)\n")
}

@Suite("Diagnostics")
struct DiagnosticTests {
    static let files: [Malformed] = [
        Malformed(
            "an empty file", "",
            "f:1:1: error: the file has no scenario; one begins with 'pollux: 1'"),
        Malformed(
            "only a comment", "# nothing\n",
            "f:1:1: error: the file has no scenario; one begins with 'pollux: 1'"),
        Malformed(
            "an empty document", "---\n",
            "f:2:1: error: the document is empty; a scenario is a map that begins with 'pollux: "
                + "1'"),
        Malformed(
            "a second document that is empty", document("program: {A: []}\n---\n"),
            "f:5:1: error: the document is empty; a scenario is a map that begins with 'pollux: "
                + "1'"),
        Malformed(
            "a list at the root", "- a\n",
            "f:1:1: error: this is a list; a scenario is a map that begins with 'pollux: 1'"),
        Malformed(
            "a text at the root", "hello\n",
            "f:1:1: error: this is a text; a scenario is a map that begins with 'pollux: 1'"),
        Malformed(
            "another first key", "name: n\npollux: 1\n",
            "f:1:1: error: a scenario begins with 'pollux: 1'"),
        Malformed(
            "another version", "pollux: 2\nname: n\n",
            "f:1:9: error: this version of Pollux reads format 1, not '2'"),
        Malformed(
            "no name", "pollux: 1\nprogram: {A: []}\n",
            "f:1:1: error: the scenario has no 'name'"),
        Malformed(
            "an empty name", "pollux: 1\nname:\nprogram: {A: []}\n",
            "f:2:6: error: 'name' must be a text, not nothing"),
        Malformed(
            "a blank name", "pollux: 1\nname: ' '\nprogram: {A: []}\n",
            "f:2:7: error: 'name' is empty"),
        Malformed(
            "a name of two lines", "pollux: 1\nname: \"a\\nb\"\nprogram: {A: []}\n",
            "f:2:7: error: 'name' must be one line"),
        Malformed(
            "no program", document(""),
            "f:1:1: error: the scenario has no 'program'"),
        Malformed(
            "a misspelt key", document("tmeline: x\n"),
            "f:3:1: error: unknown key 'tmeline'; did you mean 'timeline'?"),
        Malformed(
            "an unknown key", document("colour: red\n"),
            "f:3:1: error: unknown key 'colour'; the keys are pollux, name, about, tags, tick, "
                + "world, program, timeline, events, rules, guests, hosts, explore, expect and "
                + "golden"),
        Malformed(
            "a key of a later version", document("schedule: once\n"),
            "f:3:1: error: 'schedule' is not supported by this version of Pollux"),
        Malformed(
            "tags that are not a list", document("tags: fast\nprogram: {A: []}\n"),
            "f:3:7: error: 'tags' must be a list, not a text"),
        Malformed(
            "a tick of nothing", document("tick: 0ms\nprogram: {A: []}\n"),
            "f:3:7: error: the tick must be more than 0"),
        Malformed(
            "a tick without a unit", document("tick: 5\nprogram: {A: []}\n"),
            "f:3:7: error: '5' is not a duration; one is a number and ns, us, ms or s, such as "
                + "10ms"),
    ]

    @Test(arguments: Self.files)
    func `a file that is no scenario is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    static let yaml: [Malformed] = [
        Malformed(
            "an anchor", document("world: &w {}\n"),
            "f:3:8: error: YAML anchors (&…) are not supported"),
        Malformed(
            "an alias", document("world: *w\n"),
            "f:3:8: error: YAML aliases (*…) are not supported; write the value out"),
        Malformed(
            "a tag", document("about: !!str x\n"),
            "f:3:8: error: YAML tags (!…) are not supported; every value is text"),
        Malformed(
            "a merge key", document("world: {<<: x}\n"),
            "f:3:9: error: YAML merge keys (<<) are not supported; write the entries out"),
        Malformed(
            "a key that is a list", document("world: {[a]: level}\n"),
            "f:3:9: error: a key is a word, not a list or a map"),
        Malformed(
            "a key twice", document("name: m\n"),
            "f:3:1: error: the key 'name' stands twice; first on line 2"),
        Malformed(
            "a question mark without a key", document("world:\n  ? \n"),
            "f:4:4: error: a key is missing here"),
        Malformed(
            "depth", document("about: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n"),
            "f:3:40: error: nested more than 32 deep"),
        Malformed(
            "a list that never ends", document("tags: [a, b\nprogram: {}\n"),
            "f:4:8: error: this is not YAML: did not find expected ',' or ']' while parsing a "
                + "flow sequence (begun at 3:7)"),
        Malformed(
            "a colon in a plain text", "pollux: 1\nname: wstd#69: a task\n",
            "f:2:14: error: this is not YAML: mapping values are not allowed in this context; a "
                + "text with ': ' in it needs quotes"),
        Malformed(
            "a tab as indentation", document("world:\n\tdoor: level\n"),
            "f:4:1: error: this is not YAML: a tab cannot stand here; YAML indents with spaces"),
        Malformed(
            "a directive", "%YAML 1.1\n---\npollux: 1\n",
            "f:1:1: error: YAML directives (%…) are not supported"),
        Malformed(
            "a control character", document("about: a\u{7}b\n"),
            "f:3:9: error: the control character U+0007 is not allowed"),
        Malformed(
            "a quote that never ends", "pollux: 1\nname: \"n\n",
            "f:3:1: error: this is not YAML: found unexpected end of stream while scanning a "
                + "quoted scalar (begun at 2:7)"),
    ]

    @Test(arguments: Self.yaml)
    func `YAML beyond the subset is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    static let worlds: [Malformed] = [
        Malformed(
            "a world that is a list", document("world: [door]\nprogram: {A: []}\n"),
            "f:3:8: error: 'world' must be a map, not a list"),
        Malformed(
            "a resource without a door", document("world: {door: }\nprogram: {A: []}\n"),
            "f:3:15: error: 'door' needs a door; the doors are level, after, at, input, output "
                + "and stdin"),
        Malformed(
            "a misspelt door", document("world: {door: levle}\nprogram: {A: []}\n"),
            "f:3:15: error: unknown door 'levle'; did you mean 'level'?"),
        Malformed(
            "a door of a later version",
            document("world: {sock: {tcp: '10.0.0.1:80'}}\nprogram: {A: []}\n"),
            "f:3:16: error: 'tcp' is not supported by this version of Pollux"),
        Malformed(
            "a timer without a time", document("world: {door: after}\nprogram: {A: []}\n"),
            "f:3:15: error: the door 'after' needs a time, such as {after: 10ms}"),
        Malformed(
            "two doors", document("world: {door: {after: 1ms, at: 2ms}}\nprogram: {A: []}\n"),
            "f:3:28: error: a resource has one door; this one has 'after'"),
        Malformed(
            "a map without a door", document("world: {door: {optional: true}}\nprogram: {A: []}\n"),
            "f:3:15: error: this resource has no door; the doors are level, after, at, input, "
                + "output and stdin"),
        Malformed(
            "an unknown key of a resource",
            document("world: {door: {level: , optinal: true}}\nprogram: {A: []}\n"),
            "f:3:25: error: unknown key 'optinal'; did you mean 'optional'?"),
        Malformed(
            "optional by another word",
            document("world: {door: {level: , optional: perhaps}}\nprogram: {A: []}\n"),
            "f:3:35: error: 'optional' is true or false"),
        Malformed(
            "a value of level", document("world: {door: {level: 3}}\nprogram: {A: []}\n"),
            "f:3:23: error: the door 'level' takes no value"),
        Malformed(
            "a fraction of a nanosecond",
            document("world: {door: {after: 0.5ns}}\nprogram: {A: []}\n"),
            "f:3:23: error: '0.5ns' is not a whole number of nanoseconds"),
        Malformed(
            "a time past 64 bits",
            document("world: {door: {after: 99999999999s}}\nprogram: {A: []}\n"),
            "f:3:23: error: '99999999999s' is too long; 64 bits of nanoseconds are 584 years"),
        Malformed(
            "a name that YAML reads as a boolean",
            document("world: {On: level}\nprogram: {A: []}\n"),
            "f:3:9: error: 'On' cannot be a name: YAML reads it as a boolean"),
        Malformed(
            "a name that YAML reads as null",
            document("world: {'null': level}\nprogram: {A: []}\n"),
            "f:3:10: error: 'null' cannot be a name: YAML reads it as null"),
        Malformed(
            "a reserved name", document("world: {host: level}\nprogram: {A: []}\n"),
            "f:3:9: error: 'host' cannot be a name: events use it for the host"),
        Malformed(
            "a name with a blank", document("world: {my door: level}\nprogram: {A: []}\n"),
            "f:3:9: error: 'my door' is not a name; one is a letter or '_', then letters, "
                + "digits, '_', '-'"),
        Malformed(
            "a task named like a resource", document("world: {A: level}\nprogram: {A: []}\n"),
            "f:4:11: error: 'A' is already the resource of line 3"),
    ]

    @Test(arguments: Self.worlds)
    func `a wrong world is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    static let programs: [Malformed] = [
        Malformed(
            "a program of no tasks", document("program: {}\n"),
            "f:3:10: error: the program has no tasks"),
        Malformed(
            "a program that is a list", document("program: [a]\n"),
            "f:3:10: error: 'program' must be a map, not a list"),
        Malformed(
            "steps that are a text", document("program: {A: yield}\n"),
            "f:3:14: error: the steps of 'A' must be a list, not a text"),
        Malformed(
            "a step that is a map", document("program: {A: [{sleep: 1ms}]}\n"),
            "f:3:15: error: a step must be a text, not a map"),
        Malformed(
            "a step of two lines", document("program:\n  A:\n    - wait\n      door\n"),
            "f:5:7: error: a step must stand on one line"),
        Malformed(
            "a misspelt step", steps("yield, slep 10ms"),
            "f:5:14: error: unknown step 'slep'; did you mean 'sleep'?"),
        Malformed(
            "an unknown step", steps("fly away"),
            "f:5:7: error: unknown step 'fly'; the steps are sleep, wait, subscribe, drop, "
                + "join, spawn, cancel, work, yield, repeat, say, send, recv, exit, poll, ready, "
                + "block, read, write and flush"),
        Malformed(
            "a step of a later version", steps("fetch door as x"),
            "f:5:7: error: the step 'fetch' is not supported by this version of Pollux"),
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
            "a spawn of main", document("program: {main: [yield], A: [spawn main]}\n"),
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
            "a timeline that is not a block", document("program: {A: []}\ntimeline: ms 0\n"),
            "f:4:11: error: 'timeline' must be a block: 'timeline: |', then rows"),
        Malformed(
            "an empty timeline", document("program: {A: []}\ntimeline: |\n\n"),
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
            document("world: {door: level}\nprogram: {A: []}\nevents: [door ready]\n"),
            "f:5:10: error: an event must be a map, not a text"),
        Malformed(
            "an event with two times",
            document(
                "world: {door: level}\nprogram: {A: []}\nevents:\n  - 1ms: door ready\n"
                    + "    2ms: door unready\n"),
            "f:6:5: error: an event has one time, such as '10ms: door ready'"),
        Malformed(
            "an event at no time",
            document("world: {door: level}\nprogram: {A: []}\nevents: [soon: door ready]\n"),
            "f:5:10: error: 'soon' is not a duration; one is a number and ns, us, ms or s, such "
                + "as 10ms"),
        Malformed(
            "a fact of an unknown kind",
            document("world: {door: level}\nprogram: {A: []}\nevents: [1ms: door redy]\n"),
            "f:5:20: error: unknown fact 'redy'; did you mean 'ready'?"),
        Malformed(
            "an event of a timer",
            document("world: {t: {at: 1ms}}\nprogram: {A: []}\nevents: [1ms: t ready]\n"),
            "f:5:15: error: 't' is a timer and has no events: its time says when it is ready"),
        Malformed(
            "a level with a lane and events",
            document(
                "world: {door: level}\nprogram: {A: []}\ntimeline: |\n  ms    0\n  door  _#\n"
                    + "events: [1ms: door ready]\n"),
            "f:8:15: error: 'door' has a lane on line 7; it cannot have events too"),
    ]

    @Test(arguments: Self.events)
    func `wrong events is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    static let hosts: [Malformed] = [
        Malformed(
            "no hosts", document("program: {A: []}\nhosts: []\n"),
            "f:4:8: error: 'hosts' names no host"),
        Malformed(
            "an unknown host", document("program: {A: []}\nhosts: [frendly]\n"),
            "f:4:9: error: unknown host 'frendly'; did you mean 'friendly'?"),
        Malformed(
            "a preset that is misspelt", document("program: {A: []}\nhosts: [jco-nodes]\n"),
            "f:4:9: error: unknown host 'jco-nodes'; did you mean 'jco-node'?"),
        Malformed(
            "a host like no host", document("program: {A: []}\nhosts: [{like: wasmer}]\n"),
            "f:4:16: error: unknown host 'wasmer'; the hosts are friendly, wasmtime, jco-node, "
                + "jco-browser, uv and any"),
        Malformed(
            "an unknown knob", document("program: {A: []}\nhosts: [{odrer: any}]\n"),
            "f:4:10: error: unknown knob 'odrer'; did you mean 'order'?"),
        Malformed(
            "a knob of a later version",
            document("program: {A: []}\nhosts: [{base: 7}]\n"),
            "f:4:10: error: 'base' is not supported by this version of Pollux"),
        Malformed(
            "a lateness without a duration",
            document("program: {A: []}\nhosts: [{timers: late}]\n"),
            "f:4:22: error: a duration, such as 'late 5ms', is missing"),
        Malformed(
            "timers that are early",
            document("program: {A: []}\nhosts: [{timers: early}]\n"),
            "f:4:18: error: 'timers: early' is no legal host: a timer is never ready before its "
                + "instant (CLOCK-09)"),
        Malformed(
            "polls that report nothing",
            document("program: {A: []}\nhosts: [{subset: none}]\n"),
            "f:4:18: error: 'subset: none' is no legal host: a poll that returns reports at least "
                + "one (POLL-05)"),
        Malformed(
            "permits that allow nothing",
            document("program: {A: []}\nhosts: [{permits: none}]\n"),
            "f:4:19: error: 'permits: none' is no legal host: an output that is ready takes at "
                + "least one byte (STREAM-13)"),
        Malformed(
            "a grain and something behind it",
            document("program: {A: []}\nhosts: [{timers: grain 1ms up}]\n"),
            "f:4:28: error: unexpected 'up' after 'timers'"),
        Malformed(
            "an unknown value of a knob",
            document("program: {A: []}\nhosts: [{order: ascendign}]\n"),
            "f:4:17: error: unknown value 'ascendign'; did you mean 'ascending'?"),
        Malformed(
            "a value of no knob", document("program: {A: []}\nhosts: [{handles: 7}]\n"),
            "f:4:19: error: unknown value '7'; the values of 'handles' are lifo, fifo, fresh, "
                + "sparse, per-type and any"),
        Malformed(
            "a lag past its range", document("program: {A: []}\nhosts: [{ready-lag: 1001}]\n"),
            "f:4:21: error: 'ready-lag' is a whole number from 0 to 1000, not '1001'"),
        Malformed(
            "a host twice", document("program: {A: []}\nhosts: [{order: any}, {order: any}]\n"),
            "f:4:23: error: a host named 'order=any' stands on line 4 already; give this one "
                + "another 'name'"),
        Malformed(
            "a host's name of two words", document("program: {A: []}\nhosts: [{name: my host}]\n"),
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
            "a situation of a later version", expecting("{never: [leak]}"),
            "f:5:18: error: 'leak' is not supported by this version of Pollux"),
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

    @Test func `the picture shows the line and a caret under the column`() {
        let text = rows("  ms    0         10\n  door  __________§#\n")
        #expect(
            rendering(of: text) == """
                f:7:19: error: lane 'door' has '§' at 10ms; a level lane has only '_' and '#'
                    7 |   door  __________§#
                      |                   ^
                """)
    }

    @Test func `a long line is cut around the column`() {
        let (long, x58, x56) = (
            String(repeating: "x", count: 200), String(repeating: "x", count: 58),
            String(repeating: "x", count: 56)
        )
        #expect(
            rendering(of: document("tags: [\(long), *y, \(long)]\n")) == """
                f:3:210: error: YAML aliases (*…) are not supported; write the value out
                    3 | …\(x58), *y, \(x56)…
                      | \(String(repeating: " ", count: 61))^
                """)
    }

    @Test func `control characters are shown as escapes and the caret stays in place`() {
        #expect(
            rendering(of: "pollux: 1\nname: \u{1B}[2J\n") == """
                f:2:7: error: the control character U+001B is not allowed
                    2 | name: \\u{1B}[2J
                      |       ^
                """)
    }

    @Test func `a text direction cannot be turned round by a message`() {
        let said = Malformed("", document("\u{202E}kcit: 1ms\n"), "").firstLine()
        #expect(said?.contains("'\\u{202E}kcit'") == true)
    }

    @Test func `a character of several scalars is one column`() {
        let text = steps("say 👩‍👩‍👧‍👦 é, slep 1ms")
        #expect(
            Malformed("", text, "").firstLine()
                == "f:5:16: error: unknown step 'slep'; did you mean 'sleep'?")
    }

    @Test func `words of a quoted step have columns of their own`() {
        #expect(
            Malformed("", steps("'wait  doar'"), "").firstLine()
                == "f:5:14: error: unknown resource 'doar'; did you mean 'door'?")
    }

    @Test func `the first error of the file is the one that is told`() {
        #expect(
            Malformed("", steps("join C, slep 1ms"), "").firstLine()
                == "f:5:12: error: unknown task 'C'; the tasks are A and B")
    }

    private func rendering(of text: String) -> String? {
        do throws(Diagnostic) {
            _ = try Scenario.parse(path: "f", text: text)
            return nil
        } catch {
            return error.rendered
        }
    }
}
