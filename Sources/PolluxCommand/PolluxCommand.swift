// The command line, also as a library for binaries that bring guests of their own.

import ArgumentParser
import PolluxScenario
import ScenarioHTTPGuest

/// The `pollux` command.
public enum PolluxCommand {
    /// The guests that this executable has.
    @TaskLocal static var ownGuests: [GuestProgram] = [.local, .swift]
    /// Their names.
    static var guestNames: [String] { guests.map(\.name) }
    /// The whole programs that scenarios can name.
    @TaskLocal static var entries: [ProgramEntry] = []

    /// Parses the process's arguments, does what they say, and exits with the verdict: 0 all hold,
    /// 1 an expectation failed, 2 not a scenario, 64 wrong usage, 74 standard output cannot be written,
    /// 130 interrupted. Does not return.
    /// - Parameters:
    ///   - guests: the guests that there are, each with a name of its own. A scenario that names none
    ///     runs on all of them.
    ///   - entries: the whole programs that scenarios can name by `entry`.
    public static func main(
        guests: [GuestProgram] = [.local, .swift], entries: [ProgramEntry] = []
    ) -> Never {
        $ownGuests.withValue(guests) { $entries.withValue(entries) { Root.main() } }
        Root.exit()
    }
}

extension GuestProgram {
    /// The shipped runtime on `LocalExecutor`.
    public static let local = GuestProgram(name: "local", entry: LocalHTTPGuest.main)

    /// The shipped runtime on Swift Concurrency.
    public static let swift = GuestProgram(name: "swift", entry: SwiftHTTPGuest.main)
}

struct Root: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pollux",
        abstract: "Runs async reactors of WASI 0.2 in a scripted world and checks what wakes when.",
        discussion: """
            Examples:
              pollux init                     a first scenario, and a test for it
              pollux replay Scenarios         do they hold?
              pollux explain Scenarios/a.yaml why did each task wake?

            Colours are for terminals, and only where NO_COLOR is not set.
            Completions: pollux --generate-completion-script bash (or zsh, fish).
            """,
        version: "0.1.0",
        subcommands: [
            Replay.self, Explore.self, Fuzz.self, Show.self, Explain.self, Check.self, Fmt.self,
            Stubs.self, Init.self,
            WorkerProcess.self,
        ])
}
