// `pollux replay --update` and `pollux init`: the verbs that write.

import Foundation
import PolluxScenario
import Testing

struct UpdateTests {
    private let asking = Document.passing + "golden: # by the tool\n"

    @Test func `update writes the golden, prints the difference and passes`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", asking)
        let run = try PolluxProcess.replay("--update", file)
        #expect(run.exitCode == 0)
        #expect(
            run.output == """
                ok    \(file):1: a sleeper wakes
                \(file): 1 golden updated
                      golden: # by the tool
                    +   - guests: [local]
                    +     polls:
                    +       - block @5ms -> @5ms
                    +     wakes: [A]
                    +     lanes: |
                    +       ms  0
                    +       A   w....|
                1 passed, 0 failed

                """)
        #expect(try PolluxProcess.replay(file).exitCode == 0)
        #expect(
            try PolluxProcess.replay("--update", file).output
                == "ok    \(file):1: a sleeper wakes\n1 passed, 0 failed\n")
    }

    @Test func `update is refused where CI is set`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", asking)
        let run = try PolluxProcess.replay("--update", file, environment: ["CI": "true"])
        #expect(run.exitCode == 64)
        #expect(run.errors.contains("--update is not for CI"))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == asking)
    }

    @Test func `nothing is recorded of a document that fails otherwise`() throws {
        let scratch = try ScratchDirectory()
        let text = Document.failing + "golden:\n"
        let file = try scratch.write("a.yaml", text)
        let run = try PolluxProcess.replay("--update", file)
        #expect(run.exitCode == 1)
        #expect(run.errors == "\(file):1: golden not updated: an expectation failed\n")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    }

    @Test func `a run that is not the recorded one fails with both shown`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("a.yaml", asking)
        _ = try PolluxProcess.replay("--update", file)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try scratch.write("a.yaml", text.replacing("[sleep 5ms]", with: "[sleep 6ms]"))
        let run = try PolluxProcess.replay(file)
        #expect(run.exitCode == 1)
        #expect(
            run.output == """
                FAIL  \(file):1: a sleeper wakes
                \(file):8:9: golden: recorded 'block @5ms -> @5ms', got 'block @6ms -> @6ms' \
                (guest local, host friendly)
                    - block @5ms -> @5ms
                    + block @6ms -> @6ms
                      wakes A
                      ms  0
                    - A   w....|
                    + A   w.....|
                0 passed, 1 failed

                """)
    }
}

struct InitTests {
    @Test func `what init writes holds and is laid out`() throws {
        let scratch = try ScratchDirectory()
        let run = try PolluxProcess(["init", scratch.path])
        #expect(run.exitCode == 0)
        #expect(run.lines.last?.hasSuffix(" written, 0 kept") == true)
        #expect(try PolluxProcess.replay(scratch.path).exitCode == 0)
        #expect(try PolluxProcess(["fmt", "--check", scratch.path]).exitCode == 0)
    }

    @Test func `the first scenario names a schema that is there`() throws {
        let scratch = try ScratchDirectory()
        _ = try PolluxProcess(["init", scratch.path])
        let text = try String(
            contentsOfFile: scratch.path + "/Scenarios/first.yaml", encoding: .utf8)
        #expect(text.hasPrefix("# yaml-language-server: $schema=scenario.schema.json\npollux: 1\n"))
        let schema = try String(
            contentsOfFile: scratch.path + "/Scenarios/scenario.schema.json", encoding: .utf8)
        #expect(schema == FormatSchema.text)
    }

    @Test func `a schema of another version is brought up to date`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("Scenarios/scenario.schema.json", "{}")
        #expect(try PolluxProcess(["init", scratch.path]).lines.contains("wrote  \(file)"))
        #expect(try PolluxProcess(["init", scratch.path]).lines.contains("kept   \(file)"))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == FormatSchema.text)
    }

    @Test func `init says what the package and the machine need`() throws {
        let scratch = try ScratchDirectory()
        let run = try PolluxProcess(["init", scratch.path])
        #expect(run.lines.contains("    .package(name: \"pollux\", path: \"../pollux\"),"))
        #expect(run.lines.contains("        name: \"ScenarioTests\","))
        #expect(run.output.contains("libuv1-dev"))
    }

    @Test func `init says that it made the directory`() throws {
        let scratch = try ScratchDirectory()
        let package = scratch.path + "/pk"
        let run = try PolluxProcess(["init", package])
        #expect(run.lines.first == "made   \(package), a new directory")
        #expect(try PolluxProcess(["init", package]).lines.first?.hasPrefix("kept ") == true)
        let file = try scratch.write("file", "")
        let refused = try PolluxProcess(["init", file + "/pk"])
        #expect(refused.exitCode == 2)
        #expect(refused.errors == "\(file)/pk: error: cannot be made\n")
    }

    @Test func `init never writes over a file`() throws {
        let scratch = try ScratchDirectory()
        let file = try scratch.write("Scenarios/first.yaml", "mine")
        let run = try PolluxProcess(["init", scratch.path])
        #expect(run.exitCode == 0)
        #expect(run.lines.first == "kept   \(file)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
    }
}

struct HelpTests {
    @Test(arguments: ["replay", "explore", "show", "explain", "check", "fmt", "init"])
    func `every verb's help has examples and exit codes`(_ verb: String) throws {
        let run = try PolluxProcess(["help", verb])
        #expect(run.exitCode == 0)
        #expect(run.output.contains("Examples:\n  pollux \(verb)"))
        #expect(run.output.contains("Exit codes:\n  0   "))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `completions know the verbs`(_ shell: String) throws {
        let run = try PolluxProcess(["--generate-completion-script", shell])
        #expect(run.exitCode == 0)
        #expect(run.output.contains("explain"))
    }
}
