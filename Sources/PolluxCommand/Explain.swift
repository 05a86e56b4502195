// `pollux explain`: runs told in sentences.

import ArgumentParser
import PolluxScenario

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tell the runs of scenario files in sentences, and why each task woke.",
        discussion: """
            Examples:
              pollux explain --guest local a.yaml
              pollux explain --guest local --host any --seed 7 a.yaml

            A number in a sentence is that of the sentence in which the cause
            stands. Guests whose runs are told alike are told once. A run that
            does not hold ends with what was expected instead.

            Exit codes:
              0   told, whether or not the runs hold
              2   a file is not a scenario
              64  wrong usage
              74  standard output cannot be written
            """)

    @Argument(help: "Scenario files, or directories with .yaml and .yml files.")
    var paths: [String]

    @OptionGroup var narrowing: Narrowing

    /// Nobody reads more; the log has it all.
    private static let mostSentences = 400

    func run() throws {
        try narrowing.print(paths) { run, failures in
            let sentences = Story(run).sentences
            let width = String(min(sentences.count, Self.mostSentences) + 1).count
            func row(_ number: Int, _ text: String) -> String {
                let digits = String(number)
                return String(repeating: " ", count: max(0, width - digits.count)) + digits + ". "
                    + text
            }
            var rows = sentences.prefix(Self.mostSentences).enumerated().map {
                row($0.offset + 1, $0.element)
            }
            let left = sentences.count - rows.count
            if left > 0 { rows.append("… \(left) more; 'pollux replay --trace' has the whole log") }
            rows.append(row(sentences.count + 1, "the run \(run.outcomeText)"))
            if !failures.isEmpty { rows.append("expected instead:") }
            return rows + failures.map { $0.line(in: run.scenario) }
        }
    }
}
