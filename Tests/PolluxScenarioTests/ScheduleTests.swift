// `schedule`: named deviations from the canonical run, and what they survive.

import PolluxHost
import ScenarioGuest
import Testing
import WASIp2

@testable import PolluxScenario

struct ScheduleTests {
    /// Three doors open together; the report leaves one out and turns the others round, and a bystander
    /// goes before its turn.
    private static let text = """
        pollux: 1
        name: three doors and a bystander
        world: {p: level, q: level, r: level}
        program:
          A: [wait p]
          B: [wait q]
          C: [wait r]
          D: [yield, yield]
        timeline: |
          ms  0    5
          p   _____#
          q   _____#
          r   _____#
        hosts: [{name: any, order: any, subset: any, executor: any}]
        schedule:
          - {at: turn after B.start, run: D, instead-of: C}
          - {at: poll after p.ready, omit: [p]}
          - {at: poll after p.ready, order: [r, q]}
        expect:
          order: [D.start, C.start, C.done, B.done, A.done]

        """

    private func scenario(_ text: String) throws -> Scenario {
        try Scenario.parse(path: "schedule.yaml", text: text)[0]
    }

    private func failures(_ text: String, _ guest: GuestProgram = .local) throws -> [String] {
        let scenario = try scenario(text)
        return Player(guest: guest).runSchedule(of: scenario, on: scenario.hosts[0]).failures
            .map(\.message)
    }

    @Test func `a document with a schedule is played with its deviations by both guests`() throws {
        for guest in [GuestProgram.local, .swift] {
            #expect(try failures(Self.text, guest) == [], "\(guest.name)")
        }
        let canonical = Self.text.replacing(/schedule:\n(  - .*\n)+/, with: "")
        #expect(!canonical.contains("at:"))
        #expect(try Player(guest: .local).run(scenario(canonical), on: .plain, seed: 1).failed)
    }

    @Test(arguments: [
        ("A: [wait p]", "A: [say hello, wait p]"),
        ("A: [wait p]", "A: [yield, wait p]"),
        ("C: [wait r]", "C: [yield, wait r]"),
        ("D: [yield, yield]", "D: [yield, say two, yield]\n  E: [yield, yield, yield]"),
        ("A", "Antonia"),
    ])
    func `a schedule survives an edit of the program`(_ old: String, _ new: String) throws {
        let edited =
            old == "A"
            ? Self.text.replacing(/\bA\b/, with: new) : Self.text.replacing(old, with: new)
        #expect(edited != Self.text)
        // What it says of the order of starts is about the program as it was.
        let claim = edited.replacing(/order: \[D.*/, with: "order: [C.done, B.done]")
        #expect(try failures(claim) == [], "\(claim)")
    }

    @Test func `a deviation without a site is a failure at its line`() throws {
        let text = Self.text.replacing("omit: [p]", with: "omit: ['@3ms']")
        let verdict = Replayer(guests: [.local]).replay(try scenario(text))
        let failure = try #require(verdict.guests[0].hosts[0].failures.last)
        #expect(failure.place.line == 17)
        #expect(
            failure.message
                == "schedule: this deviation is unused: {at: poll after p.ready, omit: [\"@3ms\"]}")
    }

    @Test func `where a program has fewer sites than it had the last of them is meant`() throws {
        let text = Self.text.replacing(
            "at: turn after B.start, run", with: "at: 'turn #9 after B.start', run")
        #expect(try failures(text) == [])
    }

    /// A tape of answers that deviate now and then.
    private func sites(seed: UInt64) -> [Rehearsal.Site: Int] {
        var random = SplitMix64(seed: seed)
        var sites: [Rehearsal.Site: Int] = [:]
        for _ in 0..<6 {
            let kinds = ChoiceSite.Kind.allCases
            let kind = kinds[Int(random.next() % UInt64(kinds.count))]
            let ordinal = Int(random.next() % 4) + 1
            sites[.init(kind: kind, ordinal: ordinal)] = Int(random.next() % 3) + 1
        }
        return sites
    }

    @Test func `the schedule of any run, written down and read, gives that run`() throws {
        let seed: UInt64 = 0x7363_6865_6475
        print("schedules of runs: seed \(seed)")
        var (deviations, exact, count) = (0, 0, 0)
        let scenarios = Scenario.shipped.filter { $0.tasks.count < 8 && $0.entry == nil }
        for (number, scenario) in (scenarios + scenarios).enumerated() {
            var host = HostEntry.plain
            host.policy = .any
            host.policy.timers = .late(1_000_000)
            host.picksAnyTask = true
            let rehearsal = Rehearsal(scenario, on: host, for: .local)
            let take = rehearsal.play(.bySite(sites(seed: seed &+ UInt64(number))))
            guard take.chosen.contains(where: { $0.answer > 0 }) else { continue }
            var writer = ScheduleWriter(rehearsal)
            let schedule = writer.write(take)
            // Two copies of one pollable changed places: that has no name.
            if schedule.isEmpty { continue }
            // Through the text, too.
            var draft = Draft(scenario)
            draft.schedule = schedule
            draft.hosts = [.init("free", host.policy, picksAnyTask: true)]
            // What it says of its own hosts is not about this one.
            (draft.expect, draft.golden) = ([], nil)
            let again = try draft.scenario()
            #expect(again.schedule.map(\.value) == schedule, "\(draft.text)")
            var reader = ScheduleReader(rehearsal)
            let reading = reader.read(schedule)
            count += 1
            deviations += schedule.count
            if reading.take.run.digest == take.run.digest {
                exact += 1
            } else {
                print("another run: \(scenario.name): \(schedule)")
            }
            #expect(reading.unused == [], "\(scenario.name): \(schedule)")
        }
        #expect(count > 20 && deviations > 25, "\(count) runs, \(deviations) deviations")
        #expect(exact == count)
    }

    @Test(arguments: [
        ("{at: poll, order: [p]}", "hover", "unknown site 'hover'"),
        ("at: poll after p.ready, omit: [p]", "at: poll after p.ready", "says what is chosen"),
        ("omit: [p]", "omit: [x]", "unknown resource 'x'"),
        ("omit: [p]", "omit: []", "'omit' is empty"),
        ("omit: [p]", "run: D", "'run' is chosen at 'turn', not at 'poll'"),
        ("run: D, instead-of: C", "run: Z", "unknown task 'Z'"),
        ("omit: [p]", "omit: [p], order: [p]", "is one choice"),
        ("omit: [p]", "omit: [p], instead-of: A", "'instead-of' belongs to 'run'"),
        ("poll after p.ready, omit", "'poll #0', omit", "counts from 1"),
        ("order: [r, q]", "omit: [r, r]", "stands in 'omit' already"),
        ("at: poll after p.ready, omit: [p]", "omit: [p]", "says where: 'at'"),
        ("at: poll after p.ready, omit: [p]", "at: read p, spurious: true", "at 'look', not"),
        ("at: poll after p.ready, omit: [p]", "at: look p, spurious: 1", "is true, or not there"),
    ])
    func `a mistake in a schedule has its place`(
        _ old: String, _ new: String, _ message: String
    ) throws {
        let text =
            new == "hover"
            ? Self.text.replacing("at: turn", with: "at: hover")
            : Self.text.replacing(old, with: new)
        #expect(text != Self.text)
        #expect {
            _ = try scenario(text)
        } throws: { error in
            guard let diagnostic = error as? Diagnostic else { return false }
            #expect(diagnostic.message.contains(message))
            return diagnostic.message.contains(message) && (16...18).contains(diagnostic.place.line)
        }
    }
}

extension ScheduleTests {
    @Test func `a schedule for hosts without choices is refused`() throws {
        let text = Self.text.replacing(/hosts: .*/, with: "hosts: [friendly]")
        #expect {
            _ = try scenario(text)
        } throws: { error in
            (error as? Diagnostic)?.message.contains("lists none that has choices") == true
        }
    }
}

extension HostEntry {
    /// The friendly host.
    static let plain = HostEntry(
        name: "plain", policy: .friendly, picksAnyTask: false, place: Place(line: 1, column: 1))
}

extension Run {
    /// Whether something expected does not hold.
    var failed: Bool { !Checker.check(self).isEmpty }
}

/// Waits for its input and for a timer. Where the timer is reported first it forgets the input, and polls
/// for it again.
private let collector = ProgramEntry(name: "Collector") {
    let input = StandardStreams.input()
    let keys = input.subscribe()
    let limit = MonotonicClock.subscribe(after: Nanoseconds(5_000_000))
    let ready = poll([keys.borrow, limit.borrow])
    if ready.first == 1 { _ = poll([keys.borrow]) }
    _ = try? input.read(100)
}

struct ScheduledProgramTests {
    private func verdict(_ schedule: String) throws -> Verdict {
        let text = """
            pollux: 1
            name: "found: served-before-block is violated"
            found: {by: pct, seed: 77, runs: 495, oracle: served-before-block, shrunk: 6 deviations -> 1}
            world:
              keys: {stdin: {a: "x"}}
            program:
              entry: Collector
              args: {connections: [c1, c2]}
            timeline: |
              ms    0    5
              keys  -----a
            hosts: [{name: any, order: any, subset: any}]
            \(schedule)
            expect:
              outcome: completed
              invariants: all

            """
        let scenario = try Scenario.parse(path: "09.yaml", text: text)[0]
        #expect(scenario.found?.runs == 495)
        return Replayer(guests: [], entries: [collector]).replay(scenario)
    }

    @Test func `a whole program fails by the deviation that its document names, and only by it`()
        throws
    {
        let failing = try verdict(
            "schedule:\n  - {at: poll after keys.ready, order: ['@5ms', keys]}")
        let messages = failing.hosts.flatMap { $0.failures.map(\.message) }
        #expect(
            messages.count == 1 && messages[0].hasPrefix("invariant served-before-block"),
            "\(messages)\n\(failing.hosts[0].run.log.joined(separator: "\n"))")
        let other = try verdict("schedule:\n  - {at: poll after keys.ready, omit: ['@5ms']}")
        #expect(other.hosts.flatMap { $0.failures.map(\.message) } == [])
    }
}
