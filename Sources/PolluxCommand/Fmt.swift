// `pollux fmt`: aligns timelines.

import ArgumentParser
import Foundation
import PolluxScenario

struct Fmt: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Align the timelines of scenario files.",
        discussion: """
            Examples:
              pollux fmt Scenarios            rewrites what is not aligned
              pollux fmt --check Scenarios    lists it and changes nothing
              pollux fmt - < a.yaml           from standard input to output

            Rulers and lanes are aligned, lanes in wrong columns mended where
            their place is beyond doubt, blanks at the ends of lines dropped.
            Everything else, comments too, stays as it is.

            Exit codes:
              0   all files are aligned now
              1   with --check: a file would change
              2   a file is not a scenario, or cannot be written; others are
                  still aligned
              64  wrong usage
              74  standard output cannot be written
            """)

    @Argument(help: "Scenario files, directories with .yaml and .yml files, or - alone.")
    var paths: [String]

    @Flag(help: "Change nothing; list the files that would change.")
    var check = false

    func validate() throws {
        guard !paths.contains("-") || (paths.count == 1 && !check) else {
            throw ValidationError("'-' stands alone, without --check")
        }
    }

    func run() throws {
        if paths == ["-"] { return try formatStandardInput() }
        var (count, changed, failed) = (0, 0, 0)
        let files = Array(ScenarioFiles.find(paths))
        var projects = Projects.ofDisk
        var progress = Progress(of: files.count)
        for file in files {
            progress.step(file.path)
            let bytes: [UInt8]
            switch file.content {
            case .bytes(let content):
                count += 1
                bytes = content
            case .unreadable(let reason), .directory(let reason):
                if case .unreadable = file.content { count += 1 }
                progress.pause()
                Terminal.error("\(file.path): error: \(reason)")
                failed += 1
                continue
            }
            let result: [UInt8]
            do throws(Diagnostic) {
                result = try format(bytes, of: file.path, &projects)
            } catch {
                progress.pause()
                Terminal.error(error)
                failed += 1
                continue
            }
            if result == bytes { continue }
            changed += 1
            progress.pause()
            Terminal.line(file.path)
            if check { continue }
            guard (try? Data(result).write(to: URL(filePath: file.path))) != nil
            else {
                Terminal.error("\(file.path): error: cannot be written")
                failed += 1
                continue
            }
        }
        progress.end()
        let verb = check ? "would change" : "changed"
        let errors = failed == 0 ? "" : ", \(failed) \(failed == 1 ? "error" : "errors")"
        Terminal.line("\(count == 1 ? "1 file" : "\(count) files"), \(changed) \(verb)\(errors)")
        if failed > 0 { throw ExitCode(2) }
        if check, changed > 0 { throw ExitCode(1) }
    }

    private func format(
        _ bytes: [UInt8], of path: String, _ projects: inout Projects
    ) throws(Diagnostic) -> [UInt8] {
        let project = try projects.project(ofNamed: path)
        return try Formatter.format(
            path: path, bytes: bytes, project: project,
            guests: PolluxCommand.guestNames(with: project))
    }

    /// What comes in is taken for a file of the current directory.
    private func formatStandardInput() throws {
        let bytes = Array(FileHandle.standardInput.readDataToEndOfFile())
        var projects = Projects.ofDisk
        do throws(Diagnostic) {
            Terminal.bytes(try format(bytes, of: "<stdin>", &projects))
        } catch {
            Terminal.error(error)
            throw ExitCode(2)
        }
    }
}
