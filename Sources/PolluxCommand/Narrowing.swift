// Which runs of a document `show` and `explain` are about.

import ArgumentParser
import PolluxScenario

/// The options that pick runs.
struct Narrowing: ParsableArguments {
    @OptionGroup var guests: GuestOptions

    @Option(help: "Only on this host; repeat it for more of them.")
    var host: [String] = []

    @Option(
        parsing: .unconditional,
        help: "The seed for hosts that leave something to chance. (default: 1)",
        transform: Seed.parse)
    var seed: UInt64 = 1

    /// One run, or several that look alike.
    struct Played {
        var run: Run
        /// `local, swift on friendly`
        var title: String
        var failures: [Failure]
    }

    /// The documents' runs, each with what `text` makes of it; runs of one document on one host that
    /// it makes the same of stand together.
    func runs(
        of scenarios: [Scenario], alike text: (Run, [Failure]) -> [String]
    ) throws -> [(scenario: Scenario, runs: [(title: String, lines: [String])])] {
        try HostNames.check(host, in: scenarios)
        let chosen = try guests.load()
        let replayer = Replayer(
            guests: PolluxCommand.guests, only: chosen, seed: seed, runs: 1)
        return scenarios.map { scenario in
            var narrowed = scenario
            if !host.isEmpty { narrowed.hosts = scenario.hosts.filter { host.contains($0.name) } }
            var told: [(host: String, guests: [String], lines: [String])] = []
            for guest in replayer.replay(narrowed).guests {
                if let skip = guest.skip {
                    told.append((guest.guest, ["guest"], [skip.message]))
                    continue
                }
                for played in guest.hosts {
                    let lines = text(played.run, played.failures)
                    let name = played.host.name + played.run.choicesClause
                    let same = told.firstIndex { $0.host == name && $0.lines == lines }
                    if let same {
                        told[same].guests.append(guest.guest)
                    } else {
                        told.append((name, [guest.guest], lines))
                    }
                }
            }
            return (
                scenario,
                told.map { host, guests, lines in
                    if guests == ["guest"] { return ("guest \(host) skipped", lines) }
                    let noun = guests.count == 1 ? "guest" : "guests"
                    return ("\(noun) \(guests.joined(separator: ", ")), host \(host)", lines)
                }
            )
        }
    }

    /// Prints the runs of the files' documents, each as `text` tells it.
    func print(_ paths: [String], as text: (Run, [Failure]) -> [String]) throws {
        let scenarios = try ScenarioFiles.readOrExit(paths)
        for (scenario, runs) in try runs(of: scenarios, alike: text) {
            Terminal.line("\(scenario.file.path):\(scenario.place.line): \(scenario.name)")
            for (title, lines) in runs {
                Terminal.line("  " + title)
                for line in lines { Terminal.line(line.isEmpty ? "" : "    " + line) }
            }
        }
    }
}

/// The names of hosts on the command line.
enum HostNames {
    /// Refuses a name that no document has, with those that there are.
    static func check(_ names: [String], in scenarios: [Scenario]) throws(ValidationError) {
        let hosts = Set(scenarios.flatMap { $0.hosts.map(\.name) }).sorted()
        for name in names where !hosts.contains(name) {
            let clause = Suggestion.clause(for: name, among: hosts, called: "hosts")
            throw ValidationError("unknown host '\(name)'\(clause)")
        }
    }
}

extension [HostEntry] {
    /// Each of them once: without those that do what an earlier one of the same name does.
    var withoutTwins: [HostEntry] {
        indices.filter { index in
            !self[..<index].contains { other in
                other.name == self[index].name && other.policy == self[index].policy
                    && other.picksAnyTask == self[index].picksAnyTask
            }
        }.map { self[$0] }
    }
}

/// A seed on the command line.
enum Seed {
    /// Its number. What is negative is no option by mistake, but a number that no seed has.
    static func parse(_ text: String) throws -> UInt64 {
        guard let seed = UInt64(text) else {
            throw ValidationError("'\(text)' is no whole number from 0")
        }
        return seed
    }
}
