// `pollux check`: what it prints, in each of its formats.

import Foundation
import Testing

struct CheckTests {
    @Test func `scenarios that are sound give one line and 0`() throws {
        let scratch = try ScratchDirectory()
        try scratch.write("a.yaml", Document.passing + "---\n" + Document.failing)
        let run = try PolluxProcess(["check", scratch.path])
        #expect(run.exitCode == 0)
        #expect(run.output == "1 file, 2 scenarios, 0 errors\n")
        #expect(run.errors == "")
    }

    @Test func `every wrong document of every file has a line, a place and a caret`() throws {
        let scratch = try ScratchDirectory()
        let a = try scratch.write("a.yaml", Document.malformed + "---\n" + Document.malformed)
        let b = try scratch.write("b.yaml", "name: n\n")
        let run = try PolluxProcess(["check", a, "gone.yaml", b])
        #expect(run.exitCode == 2)
        #expect(
            run.output == """
                \(a):3:15: error: unknown step 'slep'; did you mean 'sleep'?
                    3 | program: {A: [slep 5ms]}
                      |               ^
                \(a):7:15: error: unknown step 'slep'; did you mean 'sleep'?
                    7 | program: {A: [slep 5ms]}
                      |               ^
                gone.yaml: error: no such file
                \(b):1:1: error: a scenario begins with 'pollux: 1'
                    1 | name: n
                      | ^
                3 files, 0 scenarios, 4 errors

                """)
    }

    @Test func `the format gcc is one line each and nothing else`() throws {
        let scratch = try ScratchDirectory()
        let a = try scratch.write("a.yaml", Document.malformed)
        let run = try PolluxProcess(["check", "--format", "gcc", a, "gone.yaml"])
        #expect(run.exitCode == 2)
        #expect(
            run.output == """
                \(a):3:15: error: unknown step 'slep'; did you mean 'sleep'?
                gone.yaml: error: no such file

                """)
    }

    @Test func `the format json says it in fields`() throws {
        let scratch = try ScratchDirectory()
        let a = try scratch.write("a.yaml", Document.malformed)
        let run = try PolluxProcess(["check", "--format", "json", a])
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        #expect(
            report
                == Report(
                    files: 1, scenarios: 0, errors: 1,
                    diagnostics: [
                        .init(
                            file: a, line: 3, column: 15,
                            message: "unknown step 'slep'; did you mean 'sleep'?")
                    ]))
    }

    private struct Report: Decodable, Equatable {
        struct Remark: Decodable, Equatable {
            var file: String
            var line: Int
            var column: Int
            var message: String
        }
        var files: Int
        var scenarios: Int
        var errors: Int
        var diagnostics: [Remark]
    }

    @Test func `the format junit has a case a file, and XML's own characters as entities`() throws {
        let scratch = try ScratchDirectory()
        let a = try scratch.write("a.yaml", "pollux: 1\nname: n\nprogram: {A: [<]}\n")
        let b = try scratch.write("b.yaml", Document.passing)
        let run = try PolluxProcess(["check", "--format", "junit", a, b])
        #expect(run.exitCode == 2)
        #expect(
            run.lines.prefix(4) == [
                #"<?xml version="1.0" encoding="UTF-8"?>"#,
                #"<testsuites name="pollux" tests="2" failures="1">"#,
                #"  <testsuite name="check" tests="2" failures="1">"#,
                #"    <testcase classname="check" name="\#(a)">"#,
            ])
        #expect(run.output.contains("unknown step '&lt;'"))
        #expect(run.lines.contains(#"    <testcase classname="check" name="\#(b)"/>"#))
    }

    @Test func `an unknown format is wrong usage`() throws {
        #expect(try PolluxProcess(["check", "--format", "xml", "a.yaml"]).exitCode == 64)
    }
}
