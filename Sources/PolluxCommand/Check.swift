// `pollux check`: reads scenario files and says what is wrong with them; nothing runs.

import ArgumentParser
import PolluxScenario

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what is wrong with scenario files; nothing runs.",
        discussion: """
            Examples:
              pollux check Scenarios                  every file below a directory
              pollux check --format gcc a.yaml        a line each, for editors
              pollux check --format junit Scenarios   for a CI that reads JUnit

            Every document that is no scenario has its diagnostic, in all
            files: the first mistake of it, and of at most 20 documents of a
            file. What is printed is on standard output.

            Exit codes:
              0   all files are scenarios
              2   a file is not, or cannot be read
              64  wrong usage
              74  standard output cannot be written
            """)

    @Argument(help: "Scenario files, or directories with .yaml and .yml files.")
    var paths: [String]

    @Option(help: "How to print what is wrong.")
    var format = CheckReport.Format.text

    func run() throws {
        var report = CheckReport()
        let files = Array(ScenarioFiles.find(paths))
        var progress = Progress(of: files.count)
        for file in files {
            progress.step(file.path)
            report.add(file)
        }
        progress.end()
        for line in report.lines(as: format, isColoured: Terminal.isColoured) {
            Terminal.line(line)
        }
        if report.hasErrors { throw ExitCode(2) }
    }
}
