// `pollux init`: a first scenario and a test that runs it.

import ArgumentParser
import Foundation

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a first scenario, a schema for editors, and a test.",
        discussion: """
            Examples:
              pollux init              into this package
              pollux init ../mine      into another one

            A file that is there already is kept as it is, but for the
            schema: one of another version is brought up to date. A directory
            that is not there is made, which is told. A
            scenario names it in its first line, so editors complete keys
            and say what is wrong as you type:

              # yaml-language-server: $schema=scenario.schema.json

            Exit codes:
              0   every file is there now
              2   a file cannot be written
              64  wrong usage
              74  standard output cannot be written
            """)

    @Argument(help: "The package's directory.")
    var directory = "."

    func run() throws {
        var (written, kept) = (0, 0)
        // Said first: it may be a slip of the keyboard.
        if !FileManager.default.fileExists(atPath: directory) {
            do {
                try FileManager.default.createDirectory(
                    atPath: directory, withIntermediateDirectories: true)
            } catch {
                Terminal.error("\(directory): error: cannot be made")
                throw ExitCode(2)
            }
            Terminal.line("made   \(directory), a new directory")
        }
        for starter in Starter.files {
            let file = URL(filePath: directory).appending(path: starter.name)
            let shown = directory == "." ? starter.name : directory + "/" + starter.name
            let data = Data(starter.text.utf8)
            let old = starter.isGenerated ? FileManager.default.contents(atPath: file.path) : nil
            do {
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                if let old, old != data {
                    try data.write(to: file)
                } else {
                    // Fails where there is a file, even one that came this instant.
                    try data.write(to: file, options: .withoutOverwriting)
                }
            } catch {
                guard old == nil || old == data,
                    FileManager.default.fileExists(atPath: file.path)
                else {
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
