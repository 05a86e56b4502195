// Plays one document by all of its guests on all of its hosts.

import PolluxHost

/// Plays documents: every guest on every host, and every seed where a host has choices.
public struct Replayer: Sendable {
    private var players: [Player]
    private let entries: [ProgramEntry]
    private let chosen: [String]?
    private let seed: UInt64
    private let runs: Int
    private let repeats: Int

    /// A replayer.
    /// - Parameters:
    ///   - guests: the guests that there are, each with a name of its own; a document that names
    ///     none is played by all of them.
    ///   - entries: the whole programs that documents can name, each with a name of its own.
    ///   - chosen: the guests to play, where those are not all.
    ///   - seed: the first seed.
    ///   - runs: how many seeds on a host with choices, from 1.
    ///   - repeats: how often each run is played; all must give the same log.
    public init(
        guests: [GuestProgram], entries: [ProgramEntry] = [], only chosen: [String]? = nil,
        seed: UInt64 = 1, runs: Int = 20,
        repeats: Int = 1
    ) {
        precondition(
            Set(guests.map(\.name)).count == guests.count, "two guests have the same name")
        precondition(
            Set(entries.map(\.name)).count == entries.count, "two programs have the same name")
        players = guests.map { Player(guest: $0) }
        self.entries = entries
        self.chosen = chosen
        self.seed = seed
        self.runs = runs
        self.repeats = repeats
    }

    /// The wall time after which a run is given up, in seconds.
    public var timeLimit = 60.0 {
        didSet { for place in players.indices { players[place].timeLimit = timeLimit } }
    }

    private var names: [String] { players.map(\.guest.name) }

    /// The guests that should play a document, in file order; among them those that it names and
    /// that are missing.
    public func guests(of scenario: Scenario) -> [String] {
        let all = scenario.guests?.map(\.value) ?? scenario.defaultGuests ?? names
        return (scenario.entry == nil ? all : [EntryScript.guest]).filter {
            chosen?.contains($0) != false
        }
    }

    /// The guests that are chosen or should play at least one of the documents: first those that
    /// there are, then missing ones, in the order of the files.
    public func guests(of scenarios: [Scenario]) -> [String] {
        var seen: Set<String> = []
        let found = ((chosen ?? []) + scenarios.flatMap(guests(of:)))
            .filter { seen.insert($0).inserted }
        return names.filter(seen.contains) + found.filter { !names.contains($0) }
    }

    /// Plays the document by each of its guests on each of its hosts; blocks until all runs have
    /// ended.
    public func replay(_ scenario: Scenario) -> Verdict {
        let guests = guests(of: scenario).map { name in
            if let entry = scenario.entry { return replay(scenario, entry) }
            if let player = players.first(where: { $0.guest.name == name }) {
                return replay(scenario, by: player)
            }
            return Verdict.GuestVerdict(
                guest: name, hosts: [], skip: missing(name, in: scenario))
        }
        return Verdict(scenario: scenario, guests: guests)
    }

    /// Why a document cannot be played here: it names a program that there is not.
    public func objection(to scenario: Scenario) -> Diagnostic? {
        guard let name = scenario.entry?.name,
            !entries.contains(where: { $0.name == name.value })
        else { return nil }
        let clause = Suggestion.clause(
            for: name.value, among: entries.map(\.name), called: "programs")
        return Diagnostic(
            "there is no program \(Diagnostic.quoted(name.value))\(clause)", at: name.place,
            in: scenario.file)
    }

    /// Plays a whole program.
    private func replay(_ scenario: Scenario, _ script: EntryScript) -> Verdict.GuestVerdict {
        guard let entry = entries.first(where: { $0.name == script.name.value }) else {
            let objection = objection(to: scenario)!
            return Verdict.GuestVerdict(
                guest: EntryScript.guest, hosts: [],
                skip: Verdict.Skip(place: objection.place, message: objection.message))
        }
        let program = GuestProgram(name: EntryScript.guest, entry: entry.body)
        var player = Player(guest: program)
        player.timeLimit = timeLimit
        return replay(scenario, by: player)
    }

    private func missing(_ name: String, in scenario: Scenario) -> Verdict.Skip {
        let entry = scenario.guests?.first { $0.value == name }
        let clause = Suggestion.clause(for: name, among: names, called: "guests")
        return Verdict.Skip(
            place: entry?.place ?? scenario.place, message: "there is no guest '\(name)'\(clause)")
    }

    private func replay(_ scenario: Scenario, by player: Player) -> Verdict.GuestVerdict {
        var sometimes = SometimesTally(scenario)
        let hosts = scenario.hosts.map { replay(scenario, by: player, on: $0, &sometimes) }
        var skip: Verdict.Skip?
        for host in hosts {
            guard skip == nil, case .unsupported(let step) = host.run.outcome else { continue }
            skip = Verdict.Skip(
                place: step, message: "guest '\(host.guest)' does not support this step")
        }
        // Runs end at the first that fails, so what only some of them do may not have had its turn.
        let isWhole = skip == nil && hosts.allSatisfy(\.failures.isEmpty)
        return Verdict.GuestVerdict(
            guest: player.guest.name, hosts: hosts, skip: skip,
            failures: isWhole ? sometimes.failures : [])
    }

    private func replay(
        _ scenario: Scenario, by player: Player, on host: HostEntry,
        _ sometimes: inout SometimesTally
    ) -> Verdict.HostVerdict {
        if !scenario.schedule.isEmpty, host.hasChoices {
            return replaySchedule(of: scenario, by: player, on: host, &sometimes)
        }
        let stage = Stage(scenario, on: host, for: player.guest)
        let count = host.hasChoices ? runs : 1
        var first: Run?
        var digest = Digest()
        for index in 0..<count {
            let run = player.run(on: stage, seed: seed &+ UInt64(index))
            if first == nil { first = run }
            digest.add(run.digest.utf8)
            sometimes.add(run)
            var failures = Checker.check(run)
            if failures.isEmpty, let difference = difference(from: run, by: player, on: stage) {
                failures = [difference]
            }
            if !failures.isEmpty {
                return Verdict.HostVerdict(
                    guest: run.guest, host: host, runs: index + 1, run: run, failures: failures,
                    digest: digest.text)
            }
        }
        return Verdict.HostVerdict(
            guest: player.guest.name, host: host, runs: count, run: first!, failures: [],
            digest: digest.text)
    }

    /// Plays the one run that a document's schedule describes.
    private func replaySchedule(
        of scenario: Scenario, by player: Player, on host: HostEntry,
        _ sometimes: inout SometimesTally
    ) -> Verdict.HostVerdict {
        let (run, failures) = player.runSchedule(of: scenario, on: host)
        var all = failures
        for round in 1..<max(repeats, 1) where all.isEmpty {
            let again = player.runSchedule(of: scenario, on: host).run
            if let difference = Self.difference(of: again, from: run, round) { all = [difference] }
        }
        sometimes.add(run)
        var digest = Digest()
        digest.add(run.digest.utf8)
        return Verdict.HostVerdict(
            guest: run.guest, host: host, runs: 1, run: run, failures: all, digest: digest.text)
    }

    /// Plays a run again and says where the logs part, if they do.
    private func difference(
        from run: Run, by player: Player, on stage: Stage
    ) -> Failure? {
        for round in 1..<max(repeats, 1) {
            let again = player.run(on: stage, seed: run.seed)
            if let difference = Self.difference(of: again, from: run, round) { return difference }
        }
        return nil
    }

    private static func difference(of again: Run, from run: Run, _ round: Int) -> Failure? {
        if again.digest == run.digest { return nil }
        let parting = zip(run.log, again.log).first { $0 != $1 }
        let words = parting.map { "first '\($0.0)', then '\($0.1)'" } ?? "one log is longer"
        return Failure(
            place: run.scenario.place,
            message:
                "repeat \(round + 1) gave another run: \(words); the guest is not deterministic",
            focus: nil)
    }
}
