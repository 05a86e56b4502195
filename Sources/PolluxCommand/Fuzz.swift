// `pollux fuzz`: looks for runs that fail among scenarios that nobody wrote.

import ArgumentParser
import Foundation
import PolluxHost
import PolluxScenario

struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make scenarios, or vary given ones, until a run fails.",
        discussion: """
            Examples:
              pollux fuzz                              a minute of them, for every guest
              pollux fuzz --guest mine --time 600      ten minutes for one
              pollux fuzz --guest ./libmine.so         a guest in a shared library
              pollux fuzz --seed 7 --runs 100000       the same search each time
              pollux fuzz --hosts wasmtime --hosts uv  on hosts like these
              pollux fuzz --hosts any Scenarios        the choices of these scenarios

            Without files it makes scenarios: programs and worlds that every
            sound reactor meets, whatever a legal host does. With files it
            plays those, each with many choices. What shows something new is
            varied further.

            Each mistake that is found is written once, as a scenario, as small
            as it gets, below the directory of --into, where a file that is
            there already stays as it is. Whether anything can be written
            there is looked at first.

            The first line is the seed. The same seed and --runs give the same
            search, whatever --jobs is; with --time the clock ends it.

            Exit codes:
              0   nothing was found
              1   a run failed
              2   a file is not a scenario, or nothing can be written
              64  wrong usage
              74  standard output cannot be written
              130 interrupted; a second signal ends it at once
            """)

    @Argument(help: "Scenario files, or directories with .yaml and .yml files.")
    var paths: [String] = []

    @Option(
        parsing: .unconditional, help: "What the search depends on; unless said, drawn anew.",
        transform: Seed.parse)
    var seed: UInt64?

    @Option(
        parsing: .unconditional,
        help: "The most runs; unless said, as many as the time allows.")
    var runs: Int?

    @Option(
        parsing: .unconditional,
        help: "The most seconds; unless said, 60, or with --runs as many as they take.")
    var time: Double?

    @Option(
        parsing: .unconditional,
        help: "How many runs to play at a time; unless said, as many as there are processors.")
    var jobs: Int?

    @OptionGroup var guests: GuestOptions

    @Option(
        help: """
            Play on this host; repeat it for more of them. Of files, 'any' takes each of their hosts \
            with every freedom there is.
            """)
    var hosts: [String] = []

    @Flag(help: "The guest's executor may pick any runnable task.")
    var schedules = false

    @Option(help: "Where to write what is found.")
    var into = "Scenarios/found"

    @Option(parsing: .unconditional, help: "End after so many different mistakes.")
    var finds = 20

    func validate() throws {
        try guests.check(for: paths)
        let presets = HostPolicy.presets.map(\.name)
        for name in hosts where !presets.contains(name) {
            let clause = Suggestion.clause(for: name, among: presets, called: "hosts")
            throw ValidationError("unknown host '\(name)'\(clause)")
        }
        if let runs, runs < 1 { throw ValidationError("--runs is from 1") }
        if let time, !(time > 0) { throw ValidationError("--time is more than 0") }
        if let jobs, !(1...64).contains(jobs) { throw ValidationError("--jobs is from 1 to 64") }
        if finds < 1 { throw ValidationError("--finds is from 1") }
    }

    func run() throws {
        let scenarios = paths.isEmpty ? [] : try ScenarioFiles.readOrExit(paths)
        Interruption.watch()
        let chosen = try guests.load()
        let seed = seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
        var fuzzer = try fuzzer(of: scenarios, by: chosen, seed: seed)
        fuzzer.isStopped = { Interruption.isAsked }
        do throws(Output.Unwritable) {
            try Output.check(directory: into, makesDirectory: true)
        } catch {
            Terminal.error("\(into): error: cannot be written: \(error.reason)")
            throw ExitCode(2)
        }
        Terminal.line("seed \(seed)")
        var found = FoundFiles(into: into)
        let progress = FuzzProgress()
        var isWritten = true
        let end = fuzzer.run(progress: progress?.show) { find in
            progress?.clear()
            do throws(FoundFiles.Unwritable) {
                let reference = PolluxCommand.guests.first { $0.name != find.guest.name }
                let file = try found.write(find, seed: seed, reference: reference)
                for line in Self.lines(of: find, in: file) { Terminal.line(line) }
            } catch {
                Terminal.error("\(error.path): error: cannot be written: \(error.reason)")
                // Better on paper than lost.
                Terminal.line(error.text)
                isWritten = false
                return false
            }
            return found.count < finds
        }
        progress?.clear()
        let isInterrupted = Interruption.isAsked
        Terminal.line(
            (isInterrupted ? "interrupted: " : "") + Self.summary(end, isMaking: paths.isEmpty))
        if isInterrupted { throw Interruption.exitCode }
        if !isWritten { throw ExitCode(2) }
        if end.finds > 0 { throw ExitCode(1) }
    }

    private func fuzzer(
        of scenarios: [Scenario], by chosen: [String]?, seed: UInt64
    ) throws -> Fuzzer {
        let guests = PolluxCommand.guests.filter { chosen?.contains($0.name) ?? true }
        let jobs = jobs ?? ProcessInfo.processInfo.activeProcessorCount
        let time = time ?? (runs == nil ? 60 : nil)
        if paths.isEmpty {
            let hosts = hosts.compactMap { name in
                HostPolicy.presets.first { $0.name == name }.map {
                    Draft.Host(name, $0.policy, picksAnyTask: schedules)
                }
            }
            return Fuzzer(
                guests: guests, hosts: hosts, seed: seed, runs: runs ?? .max, seconds: time,
                jobs: jobs)
        }
        let places = scenarios.flatMap { self.places(of: $0, by: chosen) }
        if places.isEmpty { throw ValidationError("no document is for such a guest") }
        return Fuzzer(
            of: places, seed: seed, runs: runs ?? .max, seconds: time, jobs: jobs)
    }

    /// By whom and where a document is to be played.
    private func places(
        of scenario: Scenario, by chosen: [String]?
    ) -> [(scenario: Scenario, host: HostEntry, guest: GuestProgram)] {
        let replayer = Replayer(
            guests: PolluxCommand.guests, entries: PolluxCommand.entries,
            only: chosen)
        let names = replayer.guests(of: scenario)
        var guests = PolluxCommand.guests.filter { names.contains($0.name) }
        if let entry = scenario.entry {
            guests = PolluxCommand.entries.filter { $0.name == entry.name.value }.map {
                GuestProgram(name: EntryScript.guest, entry: $0.body)
            }
        }
        return guests.flatMap { guest in
            scenario.hosts.flatMap(takers).withoutTwins.map { (scenario, $0, guest) }
        }
    }

    /// A document's host with the freedoms that the command line gives it, or what takes its place.
    private func takers(of host: HostEntry) -> [HostEntry] {
        let named = hosts.map { name in
            if name == "any" { return HostEntry.any(host) }
            var other = host
            other.name = name
            other.policy = HostPolicy.presets.first { $0.name == name }!.policy
            other.policy.rules = host.policy.rules
            return other
        }
        return (named.isEmpty ? [host] : named).map { host in
            var host = host
            if schedules { host.picksAnyTask = true }
            return host
        }
    }

    // MARK: Words

    private static func lines(of find: FuzzFind, in file: FoundFiles.File) -> [String] {
        let remark = file.remark ?? "the file was there already"
        var lines = ["\(file.path): found by run \(find.number): \(find.signature) (\(remark))"]
        lines += find.run.failures.prefix(2).map { "    \($0.message)" }
        return lines
    }

    private static func summary(_ end: Fuzzer.Progress, isMaking: Bool) -> String {
        let found =
            end.finds == 0
            ? "nothing found" : end.finds == 1 ? "1 mistake found" : "\(end.finds) mistakes found"
        let scenarios = isMaking ? " of \(end.scenarios) scenarios" : ""
        return
            "\(found) in \(end.runs) runs\(scenarios), \(rate(end)) a second, "
            + "\(end.features) features"
    }

    fileprivate static func rate(_ end: Fuzzer.Progress) -> Int {
        Int(Double(end.runs) / max(end.seconds, 0.001))
    }
}

/// How far a search is, on standard error where that is a terminal.
private final class FuzzProgress {
    private var last = 0.0

    init?() {
        guard isatty(STDERR_FILENO) != 0 else { return nil }
    }

    /// Writes over the line that is there, a few times a second.
    func show(_ progress: Fuzzer.Progress) {
        guard progress.seconds - last > 0.2 else { return }
        last = progress.seconds
        Terminal.progress(
            "\r\u{1B}[K\(progress.runs) runs, \(Fuzz.rate(progress)) a second, "
                + "\(progress.features) features, \(progress.finds) found")
    }

    /// Takes the line away.
    func clear() { Terminal.progress("\r\u{1B}[K") }
}
