// `pollux init`: a first scenario and a test that runs it.

import ArgumentParser
import Foundation

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a first scenario, and a test that runs it.",
        discussion: """
            Examples:
              pollux init              into this package
              pollux init ../mine      into another one

            A file that is there already is kept as it is.

            Exit codes:
              0   every file is there now
              2   a file cannot be written
              64  wrong usage
            """)

    @Argument(help: "The package's directory.")
    var directory = "."

    func run() throws {
        var (written, kept) = (0, 0)
        for (name, text) in Starter.files {
            let file = URL(filePath: directory).appending(path: name)
            let shown = directory == "." ? name : directory + "/" + name
            do {
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                // Fails where there is a file, even one that came this instant.
                try Data(text.utf8).write(to: file, options: .withoutOverwriting)
            } catch {
                guard FileManager.default.fileExists(atPath: file.path) else {
                    Terminal.error("\(shown): error: cannot be written")
                    throw ExitCode(2)
                }
                kept += 1
                Terminal.line("kept   \(shown)")
                continue
            }
            written += 1
            Terminal.line("wrote  \(shown)")
        }
        if written > 0 { Terminal.line(Starter.manifest) }
        Terminal.line("\(written) written, \(kept) kept")
    }
}
