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

    @Option(
        parsing: .unconditional,
        help: "Seconds without a host call after which a library's guest is given up.")
    var silence = 5.0

    func validate() throws {
        guard silence > 0, silence <= 3_600 else {
            throw ValidationError("--silence is more than 0 and at most 3600")
        }
    }

    /// Refuses a name of no guest, unless a file that these paths stand for may yet know it.
    func check(for paths: [String]) throws(ValidationError) {
        var projects = Projects.ofDisk
        var known = PolluxCommand.chosenGuestNames
        for path in paths {
            if ScenarioFiles.isDirectory(path) { return }
            let project = try? projects.project(ofNamed: path)
            known += project?.libraries.map(\.name.value) ?? []
        }
        if paths.isEmpty { known += PolluxCommand.namedLibraries.map(\.name) }
        for text in guest where !known.contains(text) && GuestLibrary(text) == nil {
            throw Self.unknown(text, among: known)
        }
    }

    private static func unknown(_ text: String, among known: [String]) -> ValidationError {
        let clause = Suggestion.clause(for: text, among: known, called: "guests")
        return ValidationError("unknown guest '\(text)'\(clause)")
    }

    /// Gives the names of the guests that are picked; `nil` where none is. Those in libraries are
    /// guests from here on, and so are, where none is picked, the libraries that the projects of the
    /// files that were read name. Prints why a library cannot be used, and throws exit code 2.
    func load() throws -> [String]? {
        let named = PolluxCommand.namedLibraries
        if guest.isEmpty {
            for library in named { try load(library) }
            return nil
        }
        let known = PolluxCommand.chosenGuestNames
        return try guest.map { text in
            if known.contains(text) { return text }
            let library = named.first { $0.name == text } ?? GuestLibrary(text)
            guard let library else {
                throw Self.unknown(text, among: known + named.map(\.name))
            }
            try load(library)
            return library.name
        }
    }

    private func load(_ library: GuestLibrary) throws(ExitCode) {
        do throws(UnusableLibrary) {
            try PolluxCommand.load(library, isolation: isolation, silence: silence)
        } catch {
            Terminal.error(error.description.lineFolded)
            throw ExitCode(2)
        }
    }
}

extension Isolation: ExpressibleByArgument {}

extension PolluxCommand {
    /// What `--guest` can name: the guests that there are, and whole programs.
    static var chosenGuestNames: [String] {
        guestNames + (entries.isEmpty ? [] : [EntryScript.guest])
    }

    /// The libraries that projects name whose files were read.
    private static let ofProjects = Locked<[GuestLibrary]>([])
    /// The libraries that projects name whose files were read, or, where none was, of the current
    /// directory's.
    static var namedLibraries: [GuestLibrary] {
        let known = ofProjects.withLock { $0 }
        if !known.isEmpty { return known }
        var projects = Projects.ofDisk
        guard let project = try? projects.project(ofNamed: "scenario.yaml") else { return [] }
        _ = guestNames(with: project)
        return ofProjects.withLock { $0 }
    }

    /// The guests that a scenario of this project can name, which is taken note of.
    static func guestNames(with project: Project?) -> [String] {
        guard let project else { return guestNames }
        let libraries = project.libraries.map { library in
            let path =
                library.path.hasPrefix("/") ? library.path : "\(project.folder)/\(library.path)"
            return GuestLibrary(path, called: library.name.value)
        }
        ofProjects.withLock { known in
            for library in libraries where !known.contains(library) { known.append(library) }
        }
        let names = guestNames
        return names + libraries.map(\.name).filter { !names.contains($0) }
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
