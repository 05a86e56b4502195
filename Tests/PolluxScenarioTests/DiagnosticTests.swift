// What the parser says about files that are not scenarios: the sentence, the place and the picture.

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

    /// A document with these lines under its first two.
    static func document(_ lines: String) -> String { "pollux: 1\nname: n\n" + lines }

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
            "a second document that is empty", Malformed.document("program: {A: []}\n---\n"),
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
            "no program", Malformed.document(""),
            "f:1:1: error: the scenario has no 'program'"),
        Malformed(
            "a misspelt key", Malformed.document("tmeline: x\n"),
            "f:3:1: error: unknown key 'tmeline'; did you mean 'timeline'?"),
        Malformed(
            "an unknown key", Malformed.document("colour: red\n"),
            "f:3:1: error: unknown key 'colour'; the keys are pollux, name, about, tags, found, "
                + "tick, world, program, timeline, events, rules, guests, hosts, explore, schedule, "
                + "expect and golden"),
        Malformed(
            "a schedule where nothing is chosen",
            Malformed.document("schedule: once\nprogram: {A: []}\n"),
            "f:3:1: error: 'schedule' says what a host chooses, and 'hosts' lists none that has "
                + "choices"),
        Malformed(
            "tags that are not a list", Malformed.document("tags: fast\nprogram: {A: []}\n"),
            "f:3:7: error: 'tags' must be a list, not a text"),
        Malformed(
            "a tick of nothing", Malformed.document("tick: 0ms\nprogram: {A: []}\n"),
            "f:3:7: error: the tick must be more than 0"),
        Malformed(
            "a tick without a unit", Malformed.document("tick: 5\nprogram: {A: []}\n"),
            "f:3:7: error: '5' is not a duration; one is a number and ns, us, ms or s, such as "
                + "10ms"),
    ]

    @Test(arguments: Self.files)
    func `a file that is no scenario is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    static let yaml: [Malformed] = [
        Malformed(
            "an anchor", Malformed.document("world: &w {}\n"),
            "f:3:8: error: YAML anchors (&…) are not supported"),
        Malformed(
            "an alias", Malformed.document("world: *w\n"),
            "f:3:8: error: YAML aliases (*…) are not supported; write the value out"),
        Malformed(
            "a tag", Malformed.document("about: !!str x\n"),
            "f:3:8: error: YAML tags (!…) are not supported; every value is text"),
        Malformed(
            "a merge key", Malformed.document("world: {<<: x}\n"),
            "f:3:9: error: YAML merge keys (<<) are not supported; write the entries out"),
        Malformed(
            "a key that is a list", Malformed.document("world: {[a]: level}\n"),
            "f:3:9: error: a key is a word, not a list or a map"),
        Malformed(
            "a key twice", Malformed.document("name: m\n"),
            "f:3:1: error: the key 'name' stands twice; first on line 2"),
        Malformed(
            "a question mark without a key", Malformed.document("world:\n  ? \n"),
            "f:4:4: error: a key is missing here"),
        Malformed(
            "depth", Malformed.document("about: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n"),
            "f:3:40: error: nested more than 32 deep"),
        Malformed(
            "a list that never ends", Malformed.document("tags: [a, b\nprogram: {}\n"),
            "f:4:8: error: this is not YAML: did not find expected ',' or ']' while parsing a "
                + "flow sequence (begun at 3:7)"),
        Malformed(
            "a colon in a plain text", "pollux: 1\nname: wstd#69: a task\n",
            "f:2:14: error: this is not YAML: mapping values are not allowed in this context; a "
                + "text with ': ' in it needs quotes"),
        Malformed(
            "a tab as indentation", Malformed.document("world:\n\tdoor: level\n"),
            "f:4:1: error: this is not YAML: a tab cannot stand here; YAML indents with spaces"),
        Malformed(
            "a directive", "%YAML 1.1\n---\npollux: 1\n",
            "f:1:1: error: YAML directives (%…) are not supported"),
        Malformed(
            "a control character", Malformed.document("about: a\u{7}b\n"),
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
            rendering(of: Malformed.document("tags: [\(long), *y, \(long)]\n")) == """
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
        let said = Malformed("", Malformed.document("\u{202E}kcit: 1ms\n"), "").firstLine()
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
