// One run of one document: what the player hands to the checker.

import CPolluxHarness
import Glibc
import PolluxHost
import ScenarioHTTPGuest
import Testing

@testable import PolluxScenario

extension GuestProgram {
    /// The shipped guest.
    static let local = GuestProgram(name: "local", entry: LocalHTTPGuest.main)
}

/// A document, played once on its first host.
struct Played {
    let run: Run

    /// Plays the only document of a text.
    init(_ text: String, on guest: GuestProgram = .local, seed: UInt64 = 1) throws {
        let scenario = try #require(try Scenario.parse(path: "f", text: text).first)
        run = Player(guest: guest).run(scenario, on: scenario.hosts[0], seed: seed)
    }

    /// What the checker says, each `LINE:COLUMN: message`.
    var said: [String] {
        Checker.check(run).map { "\($0.place.line):\($0.place.column): \($0.message)" }
    }

    /// The events of one task, in order.
    func events(of task: TaskID) -> [EventName.Kind] {
        run.occurrences.filter { $0.subject == .task(task) }.map(\.kind)
    }
}

struct PlayerTests {
    @Test func `choices that are passed decide in which order a poll reports`() throws {
        let text = """
            pollux: 1
            name: two doors at one instant
            world: {p: level, q: level}
            program: {A: [wait p], B: [wait q]}
            events: [5ms: [p ready, q ready]]
            hosts: [{name: any, order: any}]
            """
        let scenario = try #require(try Scenario.parse(path: "f", text: text).first)
        func order(_ bytes: [UInt8]) -> [EventName.Subject] {
            Player(guest: .local)
                .run(scenario, on: scenario.hosts[0], choices: ByteChoices(bytes))
                .occurrences.filter { $0.kind == .done }.map(\.subject)
        }
        #expect(order([]) == [.task(0), .task(1)])
        #expect(order([1]) == [.task(1), .task(0)])
    }

    @Test func `a run carries its guest, its host and its seed`() throws {
        let played = try Played(
            """
            pollux: 1
            name: n
            program: {A: [yield]}
            hosts: [{name: mixed, order: any}]
            """, seed: 7)
        #expect(played.run.guest == "local")
        #expect(played.run.host.name == "mixed")
        #expect(played.run.seed == 7)
    }

    @Test func `a run lasts as long as its clock moved`() throws {
        let played = try Played("pollux: 1\nname: n\nprogram: {A: [work 3ms, sleep 4ms]}\n")
        #expect(played.run.duration == 7_000_000)
    }

    @Test func `a task starts, waits, wakes and is done`() throws {
        let played = try Played("pollux: 1\nname: n\nprogram: {A: [sleep 1ms, say hello]}\n")
        #expect(played.events(of: 0) == [.start, .wait, .wake, .say, .done])
    }

    @Test func `one seed gives one log`() throws {
        let text = """
            pollux: 1
            name: n
            world: {p: level, q: level}
            program: {A: [wait p], B: [wait q], C: [wait p | q]}
            events: [5ms: [p ready, q ready]]
            hosts: [{order: any, subset: any, executor: any}]
            """
        let digests = try (0..<5).map { _ in try Played(text, seed: 3).run.digest }
        #expect(Set(digests).count == 1)
    }

    @Test func `two seeds can give two logs`() throws {
        let text = """
            pollux: 1
            name: n
            program: {A: [yield], B: [yield], C: [yield], D: [yield]}
            hosts: [{executor: any}]
            """
        let digests = try (1...10).map { try Played(text, seed: $0).run.digest }
        #expect(Set(digests).count > 1)
    }

    @Test func `a task that nobody got round to spawning does not keep the run from completing`()
        throws
    {
        let played = try Played(
            """
            pollux: 1
            name: n
            program:
              A: [sleep 10ms, spawn B]
              B: [yield]
              K: [sleep 5ms, cancel A and join]
            """)
        #expect(played.run.outcome == .completed)
        #expect(played.said == [])
    }

    @Test func `a guest that calls and calls without getting on is a livelock`() throws {
        let spinning = GuestProgram(name: "spinning") {
            while true {
                _ = __wasm_import_pollux_harness_steps_choose(Int32(POLLUX_SITE_RUNNABLE), 2)
            }
        }
        let played = try Played(
            "pollux: 1\nname: n\nprogram: {A: []}\nexpect: {outcome: livelocked}\n", on: spinning)
        #expect(played.run.outcome == .livelocked(calls: 1_000_001))
        #expect(played.said == [])
    }

    @Test func `a run that is given up has no log, for its guest may still be writing one`() throws
    {
        let text = "pollux: 1\nname: n\nprogram: {A: []}\n"
        let scenario = try #require(try Scenario.parse(path: "f", text: text).first)
        var player = Player(guest: GuestProgram(name: "absent") { usleep(5_000_000) })
        player.timeLimit = 0.02
        let run = player.run(scenario, on: scenario.hosts[0], seed: 1)
        #expect(run.outcome == .timedOut)
        #expect(run.log == [])
        #expect(run.digest == "0000000000000000")
        #expect(
            Checker.check(run).map(\.message) == [
                "outcome: expected completion, "
                    + "but the run did not end, and was given up by the wall clock"
            ])
    }

    @Test func `of a run that is given up nothing is known, whatever its guest did before`() throws
    {
        let text =
            "pollux: 1\nname: n\nworld: {out: {output: {}}}\nprogram: {A: [work 10ms, yield]}\n"
        let scenario = try #require(try Scenario.parse(path: "f", text: text).first)
        let absent = GuestProgram(name: "absent") {
            var step = pollux_harness_step_t()
            for task: Int32 in [0, 1] {
                __wasm_import_pollux_harness_steps_next(
                    task, Int32(POLLUX_OUTCOME_NONE), 0, 0, &step)
            }
            usleep(5_000_000)
        }
        var player = Player(guest: absent)
        player.timeLimit = 0.05
        let run = player.run(scenario, on: scenario.hosts[0], seed: 1)
        #expect(run.outcome == .timedOut)
        #expect(run.duration == 0)
        #expect(run.values.isEmpty)
        #expect(run.occurrences.isEmpty)
    }

    @Test func `tasks that wait for each other are a deadlock and no trap`() throws {
        let played = try Played(
            """
            pollux: 1
            name: n
            program: {A: [join B], B: [join A]}
            expect: {outcome: {deadlock: {}}, never: [trap], count: {host.trap: 0}}
            """)
        #expect(played.said == [])
    }
}
