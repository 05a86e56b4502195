// Adapters that break the door's contract, and scenarios that ask for nonsense as they run.

import CPolluxHarness
import PolluxHost
import PolluxNative
import PolluxScenario
import Testing

/// One call of `next`.
private struct Ask {
    var task: Int32
    var tag: Int
    var value: Int32

    static func none(_ task: Int32) -> Ask { Ask(task: task, tag: POLLUX_OUTCOME_NONE, value: 0) }
    static func index(_ task: Int32, _ value: Int32) -> Ask {
        Ask(task: task, tag: POLLUX_OUTCOME_INDEX, value: value)
    }
    static func cancelled(_ task: Int32) -> Ask {
        Ask(task: task, tag: POLLUX_OUTCOME_CANCELLED, value: 0)
    }
    static func unsupported(_ task: Int32) -> Ask {
        Ask(task: task, tag: POLLUX_OUTCOME_UNSUPPORTED, value: 0)
    }
}

extension GuestProgram {
    /// A guest that asks these questions, whatever the answers, and returns.
    fileprivate static func asking(_ asks: Ask...) -> GuestProgram {
        GuestProgram(name: "asking") { [asks] in
            for ask in asks {
                var step = pollux_harness_step_t()
                __wasm_import_pollux_harness_steps_next(
                    ask.task, Int32(ask.tag), UInt(UInt32(bitPattern: ask.value)), 0, &step)
            }
        }
    }
}

/// How the trap reads that ends a guest, without the name of the call.
private func trap(_ guest: GuestProgram, _ text: String) throws -> String? {
    let run = try Played("pollux: 1\nname: n\n" + text, on: guest).run
    guard case .trapped(let trap, _) = run.outcome else { return nil }
    return "\(trap.name): \(trap.message)"
}

struct StepDoorMisuseTests {
    private static let waiting =
        "world: {p: level, q: level}\nprogram: {A: [wait p | q], B: [yield]}"

    // MARK: Adapters

    @Test func `a task that asks after it was done traps`() throws {
        let guest = GuestProgram.asking(.none(1), .none(1))
        #expect(
            try trap(guest, "program: {A: []}") == "step: task 1 asked for a step after it was done"
        )
    }

    @Test func `an entry that asks after it was done traps`() throws {
        let guest = GuestProgram.asking(.none(0), .none(1), .none(0), .none(0))
        #expect(
            try trap(guest, "program: {A: []}") == "step: task 0 asked for a step after it was done"
        )
    }

    @Test(arguments: [2, 77, Int32.max]) func `a task that the scenario does not have traps`(
        task: Int32
    ) throws {
        #expect(
            try trap(.asking(.none(task)), "program: {A: []}")
                == "step: there is no task \(task); the scenario's are 0 to 1")
    }

    @Test func `a task's number is a u32`() throws {
        #expect(
            try trap(.asking(.none(-1)), "program: {A: []}")
                == "step: there is no task 4294967295; the scenario's are 0 to 1")
    }

    @Test func `a task that asks before it was spawned traps`() throws {
        #expect(
            try trap(.asking(.none(2)), "program: {A: [spawn B], B: []}")
                == "step: task 2 asked for a step before it was spawned")
    }

    @Test(arguments: [2, -1]) func `an index beyond the slots traps`(index: Int32) throws {
        let guest = GuestProgram.asking(.none(1), .none(1), .none(1), .index(1, index))
        #expect(
            try trap(guest, Self.waiting)
                == "step: a wait for any of 2 slots ended without a valid index")
    }

    @Test func `a wait for any that ends without an index traps`() throws {
        let guest = GuestProgram.asking(.none(1), .none(1), .none(1), .none(1))
        #expect(
            try trap(guest, Self.waiting)
                == "step: a wait for any of 2 slots ended without a valid index")
    }

    @Test func `an index where nothing was waited for traps`() throws {
        let guest = GuestProgram.asking(.none(2), .index(2, 0))
        #expect(
            try trap(guest, Self.waiting) == "step: the last step of task 2 cannot end with index 0"
        )
    }

    @Test func `a task that nobody cancelled cannot say so`() throws {
        let guest = GuestProgram.asking(.none(2), .cancelled(2))
        #expect(
            try trap(guest, Self.waiting)
                == "step: the last step of task 2 cannot end with cancelled")
    }

    @Test func `a first call reports none`() throws {
        #expect(
            try trap(.asking(.unsupported(1)), Self.waiting)
                == "step: the last step of task 1 cannot end with unsupported")
    }

    @Test func `an outcome that is none of the cases traps`() throws {
        #expect(
            try trap(.asking(Ask(task: 1, tag: 7, value: 0)), Self.waiting)
                == "invalid-discriminant: 7 is no case of outcome")
    }

    /// A guest that reports this of a read.
    private static func reporting(_ tag: Int, _ value: UInt, _ length: Int) -> GuestProgram {
        GuestProgram(name: "reporting") {
            var step = pollux_harness_step_t()
            for _ in 1...2 {
                __wasm_import_pollux_harness_steps_next(1, Int32(POLLUX_OUTCOME_NONE), 0, 0, &step)
            }
            __wasm_import_pollux_harness_steps_next(1, Int32(tag), value, length, &step)
        }
    }

    static let reports: [(tag: Int, value: UInt, length: Int, said: String)] = [
        (
            POLLUX_OUTCOME_BYTES, 0, 5,
            "out-of-bounds: a list of 5 elements at address 0 is outside the guest's memory"
        ),
        (POLLUX_OUTCOME_BYTES, 64, -1, "list-too-long: "),
        (POLLUX_OUTCOME_FAILED, 64, 1 << 28, "list-too-long: "),
        (POLLUX_OUTCOME_BYTES, 0, 0, "step: the last step of task 1 cannot end with 0 bytes"),
        (POLLUX_OUTCOME_NONE, 0, 0, "step: the last step of task 1 cannot end with none"),
    ]

    @Test(arguments: reports) func `a list that the guest cannot have traps`(
        report: (tag: Int, value: UInt, length: Int, said: String)
    ) throws {
        let guest = Self.reporting(report.tag, report.value, report.length)
        let said = try trap(
            guest, "world: {sock: {input: {}}}\nprogram: {A: [read sock]}")
        #expect(said?.hasPrefix(report.said) == true, "\(said ?? "no trap")")
    }

    @Test func `a failure whose text is not UTF-8 traps`() throws {
        let guest = GuestProgram(name: "garbling") {
            var step = pollux_harness_step_t()
            for _ in 1...2 {
                __wasm_import_pollux_harness_steps_next(1, Int32(POLLUX_OUTCOME_NONE), 0, 0, &step)
            }
            [0xFF as UInt8].withUnsafeBufferPointer { text in
                __wasm_import_pollux_harness_steps_next(
                    1, Int32(POLLUX_OUTCOME_FAILED), UInt(bitPattern: text.baseAddress), 1, &step)
            }
        }
        let said = try trap(guest, "world: {sock: {input: {}}}\nprogram: {A: [read sock]}")
        #expect(said == "invalid-utf8: a string argument is not valid UTF-8")
    }

    @Test func `a choice among nothing traps`() throws {
        let guest = GuestProgram(name: "choosing") {
            _ = __wasm_import_pollux_harness_steps_choose(Int32(POLLUX_SITE_RUNNABLE), 0)
        }
        #expect(try trap(guest, "program: {A: []}") == "step: choose among 0")
    }

    @Test func `a choice at an unknown site traps`() throws {
        let guest = GuestProgram(name: "choosing") {
            _ = __wasm_import_pollux_harness_steps_choose(1, 2)
        }
        #expect(try trap(guest, "program: {A: []}") == "invalid-discriminant: 1 is no case of site")
    }

    @Test func `a host without a scenario hands out no steps`() {
        let outcome = Guest.run(on: WASIHost(driver: VirtualDriver()), ending: .exitThread) {
            var step = pollux_harness_step_t()
            __wasm_import_pollux_harness_steps_next(0, Int32(POLLUX_OUTCOME_NONE), 0, 0, &step)
        }
        guard case .trapped(let trap) = outcome else {
            Issue.record("expected a trap, got \(outcome)")
            return
        }
        #expect(trap.message == "this host runs no scenario, so it has no steps to hand out")
    }

    @Test func `an entry that returns early fails, whatever is expected of the tasks`() throws {
        let played = try Played(
            "pollux: 1\nname: n\nprogram: {A: [yield], B: []}\n", on: .asking(.none(1)))
        #expect(
            played.said == [
                "1:1: outcome: expected completion, but the run ended while A, B had not: "
                    + "the adapter's entry returned early"
            ])
    }

    // MARK: Unsupported steps

    @Test func `a step that the adapter cannot do skips the document`() throws {
        let text = "pollux: 1\nname: n\nprogram: {A: [sleep 1ms,\n  yield]}\n"
        let guest = GuestProgram.asking(.none(1), .none(1), .unsupported(1))
        let scenario = try #require(try Scenario.parse(path: "f", text: text).first)
        let verdict = Replayer(guests: [guest]).replay(scenario)
        #expect(verdict.status == .skipped)
        #expect(verdict.hosts.map(\.run.outcome) == [.unsupported(Place(line: 4, column: 3))])
        let skip = try #require(verdict.guests.first?.skip)
        #expect(skip.place == Place(line: 4, column: 3))
        #expect(skip.message == "guest '\(guest.name)' does not support this step")
    }

    @Test func `an entry that cannot spawn skips the document`() throws {
        let text = "pollux: 1\nname: n\nprogram: {A: []}\n"
        let scenario = try #require(try Scenario.parse(path: "f", text: text).first)
        let guest = GuestProgram.asking(.none(0), .unsupported(0))
        #expect(Replayer(guests: [guest]).replay(scenario).status == .skipped)
    }

    // MARK: The scenario's own mistakes

    static let mistakes: [(program: String, said: String)] = [
        (
            "A: [subscribe p as a, drop a, wait a]",
            "5:33: 'a' is not subscribed at this point of the run"
        ),
        ("A: [wait a, subscribe p as a]", "5:7: 'a' is not subscribed at this point of the run"),
        (
            "A: [subscribe p as a, repeat 2 times drop a]",
            "5:40: 'a' is not subscribed at this point of the run"
        ),
        (
            "A: [subscribe p as a, drop a, poll a]",
            "5:33: 'a' is not subscribed at this point of the run"
        ),
        (
            "A: [subscribe p as a, drop a, ready a]",
            "5:33: 'a' is not subscribed at this point of the run"
        ),
        (
            "A: [subscribe p as a, drop a, block a]",
            "5:33: 'a' is not subscribed at this point of the run"
        ),
        (
            "A: [subscribe p as a, subscribe p as a]",
            "5:25: 'a' is subscribed already; drop it first"
        ),
        ("A: [spawn B, yield, spawn B]\n  B: []", "5:23: 'B' has been spawned already"),
        ("A: [repeat 2 times spawn B]\n  B: []", "5:22: 'B' has been spawned already"),
        ("A: [join B, spawn B]\n  B: []", "5:7: 'B' has not been spawned yet"),
        ("A: [cancel B, spawn B]\n  B: []", "5:7: 'B' has not been spawned yet"),
    ]

    @Test(arguments: mistakes) func `a mistake is told where its step is written`(
        mistake: (program: String, said: String)
    ) throws {
        let played = try Played(
            "pollux: 1\nname: n\nworld: {p: level}\nprogram:\n  \(mistake.program)\n")
        #expect(played.said == [mistake.said])
    }
}
