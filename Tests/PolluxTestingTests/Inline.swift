// The least that drives a scenario: tasks that run where they are spawned, and block.

import PolluxTesting
import ScenarioGuest
import WASIp2

/// A runtime that has neither channels nor streams, nor more than one task at a time.
final class Inline: StepRuntime, GuestMain {
    typealias Wait = () -> StepOutcome

    final class Source {
        let pollable: Pollable

        init(_ pollable: consuming Pollable) { self.pollable = pollable }
    }

    static func main() {
        let runtime = Inline()
        runtime.spawn(StepTask(entryOf: runtime))
    }

    func adopt(_ pollable: consuming Pollable) -> Source { Source(pollable) }

    func any(of sources: [Source]) -> Wait {
        { .index(poll(sources.map { $0.pollable.borrow })[0]) }
    }

    func all(of sources: [Source]) -> Wait {
        {
            for source in sources { source.pollable.block() }
            return .none
        }
    }

    func sleep(for duration: Nanoseconds) -> Wait {
        {
            MonotonicClock.subscribe(after: duration).block()
            return .none
        }
    }

    func yield() -> Wait { { .none } }

    func spawn(_ task: StepTask<Inline>) {
        var outcome = StepOutcome.none
        while let wait = task.next(after: outcome) { outcome = wait() }
    }

    func join(_ job: Void) -> Wait { { .none } }
    func cancel(_ job: Void) {}
}
