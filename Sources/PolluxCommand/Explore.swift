// `pollux explore`: plays all the runs that the choices of hosts and executors make possible.

import ArgumentParser
import Foundation
import PolluxScenario

struct Explore: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Play every run that legal choices make possible, until one fails.",
        discussion: """
            Examples:
              pollux explore a.yaml                        all choices of each of its hosts
              pollux explore --hosts any a.yaml            with every freedom there is
              pollux explore --schedules a.yaml            of its executor, too
              pollux explore --by random --budget 10000 a.yaml
              pollux explore --by pct=3 --seed 7 a.yaml
              pollux explore --guest ./libmine.so --hosts any a.yaml
              pollux explore --update a.yaml               record how many
              pollux explore --hosts any --invariants --by random --budget 100 Scenarios
              pollux explore --guest local --host any --replay 2/3,0/2 a.yaml
              pollux explore --hosts any --shrink a.yaml   and what fails made small
              pollux explore --hosts any --write found.yaml a.yaml   into a file

            A choice is what the specification leaves a host free to do, and
            with --schedules which runnable task of the guest goes next. A
            document that says 'explore' is searched so, others exhaustively;
            --by says it for all. What a search by random or pct plays
            depends on --seed alone.

            One run in 64, and each that fails, is played twice; --paranoid
            does so with all. Where the two logs differ the guest is not
            deterministic, and the first event that differs is told.

            A run that fails is shown with its tape: the answers to its
            choices, each with the number of options. --replay plays that run
            again, by one guest on one host of one document. The same by name
            is its schedule, which a document can have.

            With --shrink a run that fails becomes a document of its own, as
            small as it gets while the same thing is wrong with it: it fails
            when it is replayed, and holds for another guest, if there is one
            for which the first document holds. --write writes such documents;
            whether it can is looked at before the search.

            Where a guest tells its states (local does), an exhaustive search
            goes on from each state once: a run that comes to one that was
            come to before is varied no further. --no-states does without.

            Tasks with the same steps that nothing else names, in the program
            or in 'expect', are alike. Where any runnable task may go next, an
            exhaustive search lets those of them that have not begun do so in
            file order: in another order runs are the same but for names.
            --no-symmetry plays these, too.

            A document with a 'golden' and 'explore: exhaustive' can have its
            counts there; others are then a failure. With --update they are
            written, where no run fails.

            The last line is 'exhausted: N schedules, M states' where all were
            played ('exhausted within 2 deviations' by delays=2), with ', up to
            symmetry' where runs like them were left out, 'stopped at budget:
            frontier K' where K parts of the tree of choices are left,
            'played: N schedules' for once and for a search that draws,
            'failed after N schedules', or 'skipped'; or, where SIGINT or
            SIGTERM ended it, 'interrupted: N schedules, frontier K'.

            By random or pct a host that leaves the guest no choice is played
            once: each run would be the same.

            Exit codes:
              0   no run failed
              1   a run failed
              2   a file is not a scenario, or --write cannot write; where that
                  is known before the search, nothing runs
              64  wrong usage
              74  standard output cannot be written
              130 interrupted; a second signal ends it at once
            """)

    @Argument(help: "Scenario files, or directories with .yaml and .yml files.")
    var paths: [String]

    @OptionGroup var guests: GuestOptions

    @Option(help: "Play on this host of the documents only; repeat it for more of them.")
    var host: [String] = []

    @Option(help: "'any' takes each host of a document with every freedom there is.")
    var hosts: Hosts?

    @Flag(help: "Only documents that say 'explore' themselves.")
    var declared = false

    @Flag(help: "The guest's executor may pick any runnable task.")
    var schedules = false

    @Option(
        help: """
            exhaustive, random, pct=DEPTH (pct alone is pct=3), delays=MOST (delays alone is delays=2), \
            or once.
            """)
    var by: Search?

    @Option(
        parsing: .unconditional,
        help: "The most runs of a guest on a host; unless said, 1000000, and 10000 drawn ones.")
    var budget: Int?

    @Option(parsing: .unconditional, help: "The most seconds for a guest on a host.")
    var time: Double?

    @Option(
        parsing: .unconditional, help: "The seed of a search that draws. (default: 1)",
        transform: Seed.parse)
    var seed: UInt64 = 1

    @Option(
        parsing: .unconditional,
        help: "How many runs to play at a time; unless said, as many as there are processors.")
    var jobs: Int?

    @Flag(
        inversion: .prefixedNo,
        help: "Go on from each state once, where the guest tells its states.")
    var states = true

    @Flag(
        inversion: .prefixedNo,
        help: "Leave runs out in which only tasks that are alike have changed places.")
    var symmetry = true

    @Flag(help: "Record how many runs and states there are in the 'golden' of documents that hold.")
    var update = false

    @Flag(help: "Judge by the oracles alone, not by what documents expect.")
    var invariants = false

    @Flag(help: "Play every run twice and compare the logs.")
    var paranoid = false

    @Option(help: "Play the one run with these answers and show it.")
    var replay: Tape?

    @Flag(help: "Make a small document of each run that fails.")
    var shrink = false

    @Option(
        help: ArgumentHelp(
            "Write these documents into a file that is not there yet; says --shrink, too.",
            valueName: "file"))
    var write: String?

    @Option(help: "How to print what was found.")
    var format = Replay.Format.text

    /// A host that takes the place of a document's.
    enum Hosts: String, ExpressibleByArgument, CaseIterable {
        case any
    }

    func validate() throws {
        try guests.check(for: paths)
        if update {
            let isCI = !ProcessInfo.processInfo.environment["CI", default: ""].isEmpty
            if isCI {
                throw ValidationError(
                    "--update is not for CI: who records counts reads the difference first")
            }
            guard format == .text, isPlain else {
                throw ValidationError(
                    "--update records what a document says: leave --format, --hosts, --schedules, "
                        + "--by, --budget, --time, --no-states, --no-symmetry and --replay out")
            }
        }
        if let write, FileManager.default.fileExists(atPath: write) {
            throw ValidationError("there is a '\(write)' already; --write writes a new file")
        }
        if replay != nil, shrink || write != nil {
            throw ValidationError("--replay shows one run; --shrink and --write are of a search")
        }
        if replay != nil, format != .text {
            throw ValidationError("--replay shows one run as text; leave --format out")
        }
        if let budget, budget < 1 { throw ValidationError("--budget is from 1") }
        if let time, !(time > 0) { throw ValidationError("--time is more than 0") }
        if let jobs, !(1...64).contains(jobs) { throw ValidationError("--jobs is from 1 to 64") }
    }

    /// Whether each document is searched as it says.
    private var isPlain: Bool {
        hosts == nil && !schedules && by == nil && budget == nil && time == nil && states
            && symmetry && replay == nil && !invariants
    }

    /// Whether the search leaves runs out by itself, whatever its budget.
    private var playsFew: Bool {
        switch by {
        case .once, .delays: true
        case .exhaustive, .random, .pct, nil: false
        }
    }

    func run() throws {
        let scenarios = try ScenarioFiles.readOrExit(paths)
        try HostNames.check(host, in: scenarios)
        Interruption.watch()
        let chosen = try guests.load()
        var recorder = Recorder()
        var explorations: [Exploration] = []
        var report = ExploreReport(format: format)
        let places = self.places(of: scenarios, by: chosen)
        if places.isEmpty {
            throw ValidationError("no document has such a guest and host")
        }
        if let replay {
            guard places.count == 1, let place = places.first else {
                throw ValidationError(
                    "a tape is of one guest on one host of one document, and these are "
                        + "\(places.count); say --guest and --host")
            }
            try show(replay, at: place)
            return
        }
        if let write {
            do throws(Output.Unwritable) {
                try Output.check(directory: Output.folder(of: write), makesDirectory: false)
            } catch {
                throw unwritten(write, error)
            }
        }
        var documents: [String] = []
        for (index, place) in places.enumerated() {
            let exploration = explore(place)
            let isInterrupted = Interruption.isAsked
            explorations.append(exploration)
            let isLast = index + 1 == places.count || !places[index + 1].isAnotherHost(of: place)
            let schedule = schedule(of: exploration, at: place)
            let shrunk = isInterrupted ? nil : shrink(exploration, at: place)
            if case .shrunk(let small) = shrunk { documents.append(small.text) }
            for line in report.lines(
                of: exploration, in: place.scenario, seed: seed, schedule: schedule,
                shrunk: shrunk, isInterrupted: isInterrupted)
            {
                Terminal.line(line)
            }
            // What the documents say of all runs is for a search that was through.
            if isInterrupted { break }
            // On a part of the hosts or in a few runs, what happens sometimes need not happen.
            if isLast {
                let asks = host.isEmpty && !invariants && !playsFew
                for line in report.endOfGuest(in: place.scenario, asksSometimes: asks) {
                    Terminal.line(line)
                }
            }
            if index + 1 < places.count, places[index + 1].isSameDocument(as: place) { continue }
            if update {
                recorder.record(explorations, of: place.scenario)
            } else if isPlain {
                for line in report.compare(explorations, with: place.scenario) {
                    Terminal.line(line)
                }
            }
            explorations = []
        }
        let isWritten = recorder.write()
        for line in report.closing() { Terminal.line(line) }
        if let write, !documents.isEmpty { try save(documents, to: write) }
        if report.isInterrupted { throw Interruption.exitCode }
        if !isWritten { throw ExitCode(2) }
        if report.hasFailure { throw ExitCode(1) }
    }

    /// One document, one of its guests, one of its hosts.
    private struct Place {
        var scenario: Scenario
        var guest: GuestProgram
        var host: HostEntry

        /// Whether it is the same document by the same guest.
        func isAnotherHost(of other: Place) -> Bool {
            guest.name == other.guest.name && isSameDocument(as: other)
        }

        /// Whether it is the same document.
        func isSameDocument(as other: Place) -> Bool {
            scenario.file.path == other.scenario.file.path
                && scenario.place == other.scenario.place
        }
    }

    private func places(of scenarios: [Scenario], by chosen: [String]?) -> [Place] {
        let replayer = Replayer(
            guests: PolluxCommand.guests, only: chosen)
        return scenarios.flatMap { scenario -> [Place] in
            if declared, scenario.explore == nil { return [] }
            let names = replayer.guests(of: scenario)
            return PolluxCommand.guests.filter { names.contains($0.name) }.flatMap { guest in
                let taken = scenario.hosts.filter { host.isEmpty || host.contains($0.name) }
                return taken.map(freed).withoutTwins.map {
                    Place(scenario: scenario, guest: guest, host: $0)
                }
            }
        }
    }

    /// The host with the freedoms that the command line gives it.
    private func freed(_ host: HostEntry) -> HostEntry {
        var host = hosts == .any ? HostEntry.any(host) : host
        if schedules { host.picksAnyTask = true }
        return host
    }

    private func explore(_ place: Place) -> Exploration {
        let plan = place.scenario.explore
        let search = by ?? plan?.search ?? .exhaustive
        let planned = by == nil ? plan?.budget : nil
        let most = budget ?? planned ?? (search.canExhaust ? 1_000_000 : 10_000)
        // What is drawn from no choices is the same run again and again.
        let isOne = !search.canExhaust && most > 1 && !hasChoices(place)
        let explorer = explorer(of: place.guest, by: search, budget: isOne ? 1 : most)
        let progress = ExploreProgress()
        let exploration = explorer.explore(
            place.scenario, on: place.host, progress: progress?.show)
        progress?.clear()
        return exploration
    }

    private func explorer(of guest: GuestProgram, by search: Search, budget: Int) -> Explorer {
        var explorer = Explorer(
            guest: guest, by: search, seed: seed, budget: budget, seconds: time,
            jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount,
            repeatsOneIn: paranoid ? 1 : 64)
        explorer.hashesStates = states
        explorer.usesSymmetry = symmetry
        explorer.judgesByOraclesAlone = invariants
        explorer.isStopped = { Interruption.isAsked }
        return explorer
    }

    /// Whether anything is chosen there: all runs begin as the canonical one, up to the first choice.
    private func hasChoices(_ place: Place) -> Bool {
        guard place.host.hasChoices else { return false }
        let canonical = explorer(of: place.guest, by: .once, budget: 1)
            .explore(place.scenario, on: place.host)
        return canonical.mostChoices > 0
    }

    /// A run that fails by name; empty where it is the canonical one.
    private func schedule(of exploration: Exploration, at place: Place) -> [Deviation] {
        guard let find = exploration.find else { return [] }
        return Explorer(guest: place.guest, by: .once)
            .schedule(of: find, in: place.scenario, on: place.host)
    }

    /// What fails as a small document.
    private func shrink(_ exploration: Exploration, at place: Place) -> Shrinker.Result? {
        guard shrink || write != nil, let find = exploration.find else { return nil }
        let reference = PolluxCommand.guests.first { $0.name != place.guest.name }
        let isDrawn = !exploration.search.canExhaust
        let found = Found(
            by: ExploreReport.name(exploration.search), seed: isDrawn ? seed : nil,
            runs: UInt64(find.number))
        return Shrinker(guest: place.guest, reference: reference)
            .shrink(find, of: place.scenario, on: place.host, found: found)
    }

    private func save(_ documents: [String], to path: String) throws {
        let text = documents.joined(separator: "---\n")
        do throws(Output.Unwritable) {
            try Output.create(path, text)
        } catch {
            // Better on paper than lost; in JSON each find has its document.
            if format == .text { Terminal.line(text) }
            throw unwritten(path, error)
        }
        if format == .text { Terminal.line("wrote \(path)") }
    }

    /// Says why a file cannot be written, and gives the exit code of that.
    private func unwritten(_ path: String, _ error: Output.Unwritable) -> ExitCode {
        Terminal.error("\(path): error: cannot be written: \(error.reason)")
        return ExitCode(2)
    }

    private func show(_ tape: Tape, at place: Place) throws {
        let explorer = Explorer(guest: place.guest, by: .once)
        guard let find = explorer.replay(tape, of: place.scenario, on: place.host) else {
            Terminal.line("skipped, the guest \(place.guest.name) does not support a step")
            throw ExitCode(1)
        }
        for line in ExploreReport.lines(of: find, in: place.scenario) { Terminal.line(line) }
        for line in find.run.log { Terminal.line("    " + line) }
        Terminal.line("digest \(find.run.digest)")
        Terminal.line(find.failures.isEmpty ? "the run holds" : "the run fails")
        if !find.failures.isEmpty { throw ExitCode(1) }
    }
}

extension Search: ExpressibleByArgument {
    /// A search by its name on the command line: `exhaustive`, `random`, `pct`, `pct=DEPTH` (3 unless said, from 1),
    /// `delays`, `delays=MOST` (2 unless said), `once`. `nil` for anything else, which is wrong usage.
    public init?(argument: String) {
        let parts = argument.split(separator: "=", omittingEmptySubsequences: false)
        let number = parts.count == 2 ? Int(parts[1]).flatMap { $0 < 0 ? nil : $0 } : nil
        switch (parts[0], parts.count, number) {
        case ("once", 1, _): self = .once
        case ("exhaustive", 1, _): self = .exhaustive
        case ("random", 1, _): self = .random
        case ("pct", 1, _): self = .pct(3)
        case ("delays", 1, _): self = .delays(2)
        case ("pct", 2, let depth?) where depth > 0: self = .pct(depth)
        case ("delays", 2, let most?): self = .delays(most)
        default: return nil
        }
    }
}

extension Tape: ExpressibleByArgument {
    /// A tape as runs print it (``Tape/description``). `nil` for anything else, which is wrong usage.
    public init?(argument: String) { self.init(argument) }
}
