// An adapter whose runtime cannot do what the step door asks of it ends its guest, and not the process.

import PolluxHost
import ScenarioGuest
import Testing
import WASIp2

@testable import PolluxScenario

/// A runtime that runs each task to its end inside `spawn`.
private final class HastyRuntime: StepRuntime {
    typealias Wait = () -> StepOutcome
    typealias Source = Int
    typealias Job = Void

    func adopt(_ pollable: consuming Pollable) -> Int { 0 }
    func any(of sources: [Int]) -> Wait { { .index(0) } }
    func all(of sources: [Int]) -> Wait { { .none } }
    func sleep(for duration: Nanoseconds) -> Wait { { .none } }
    func yield() -> Wait { { .none } }
    func spawn(_ task: StepTask<HastyRuntime>) { Self.run(task) }
    func join(_ job: Void) -> Wait { { .none } }
    func cancel(_ job: Void) {}

    static func run(_ task: StepTask<HastyRuntime>) {
        var outcome = StepOutcome.none
        while let wait = task.next(after: outcome) { outcome = wait() }
    }
}

struct HastyRuntimeTests {
    @Test
    func `a task that is joined before its spawn returned is a step that the adapter cannot do`()
        throws
    {
        let text = """
            pollux: 1
            name: one joins the next
            program:
              A: [join B]
              B: [yield]
            """
        let scenario = try Scenario.parse(path: "a.yaml", text: text)[0]
        let guest = GuestProgram(name: "hasty") {
            HastyRuntime.run(StepTask(entryOf: HastyRuntime()))
        }
        let run = Player(guest: guest).run(scenario, on: scenario.hosts[0], seed: 1)
        #expect(run.outcome == .unsupported(Place(line: 4, column: 7)))
    }
}
