// Which guests a command is about, libraries among them.

import ArgumentParser
import PolluxNative
import PolluxScenario
import PolluxWorker

/// The options that pick guests.
struct GuestOptions: ParsableArguments {
    @Option(
        help: """
            Play by this guest only; repeat it for more of them. A path is a shared library: \
            ./libmine.so, with another entry than 'pollux_guest' ./libmine.so:entry, with a name of \
            its own mine=./libmine.so.
            """)
    var guest: [String] = []

    @Option(
        help: """
            What keeps the runs of a library apart: restore sets its variables and its heap back, fork \
            gives each run a process, none does nothing.
            """)
    var isolation = Isolation.restore

    @Option(help: "Seconds without a host call after which a library's guest is given up.")
    var silence = 5.0

    func validate() throws {
        guard silence > 0, silence <= 3_600 else {
            throw ValidationError("--silence is more than 0 and at most 3600")
        }
        let known = PolluxCommand.chosenGuestNames
        for text in guest where !known.contains(text) && GuestLibrary(text) == nil {
            let clause = Suggestion.clause(for: text, among: known, called: "guests")
            throw ValidationError("unknown guest '\(text)'\(clause)")
        }
    }

    /// Loads the libraries among them, which are guests from here on, and gives the names of all;
    /// `nil` where none is picked. Prints why a library cannot be used, and throws exit code 2.
    func load() throws(ExitCode) -> [String]? {
        if guest.isEmpty { return nil }
        let known = PolluxCommand.chosenGuestNames
        var names: [String] = []
        for text in guest {
            if known.contains(text) {
                names.append(text)
                continue
            }
            guard let library = GuestLibrary(text) else { continue }
            names.append(library.name)
            do throws(UnusableLibrary) {
                try PolluxCommand.load(library, isolation: isolation, silence: silence)
            } catch {
                Terminal.error("\(error.description.lineFolded)")
                throw ExitCode(2)
            }
        }
        return names
    }
}

extension Isolation: ExpressibleByArgument {}

extension PolluxCommand {
    /// What `--guest` can name: the guests that there are, and whole programs.
    static var chosenGuestNames: [String] {
        guestNames + (entries.isEmpty ? [] : [EntryScript.guest])
    }

    /// The libraries that were loaded, as guests.
    private static let libraries = Locked<[GuestProgram]>([])

    /// The guests that a run of the command can name.
    static var guests: [GuestProgram] { ownGuests + libraries.withLock { $0 } }

    /// Starts a worker with a library, which is a guest from here on.
    static func load(
        _ library: GuestLibrary, isolation: Isolation, silence: Double
    ) throws(UnusableLibrary) {
        if guestNames.contains(library.name) {
            throw UnusableLibrary(
                path: library.path,
                reason: "there is a guest '\(library.name)' already; give it another name: "
                    + "other=\(library.path)")
        }
        let guest = try GuestProgram.library(library, isolation: isolation, silence: silence)
        libraries.withLock { $0.append(guest) }
    }
}

extension String {
    /// The text without line ends.
    fileprivate var lineFolded: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}
