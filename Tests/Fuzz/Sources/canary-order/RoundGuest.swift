// The adapter of RoundLoop to scenarios.

import ScenarioGuest
import WASIp2

final class RoundGuest: StepRuntime {
    /// What a job waits for: its own place, and whom to call at the end.
    typealias Wait = (RoundLoop.Job, @escaping (StepOutcome) -> Void) -> Void

    private let loop = RoundLoop()

    static func main() {
        let guest = RoundGuest()
        guest.loop.run(until: guest.spawn(StepTask(entryOf: guest)))
    }

    func adopt(_ pollable: consuming Pollable) -> RoundLoop.Source { RoundLoop.Source(pollable) }

    func any(of sources: [RoundLoop.Source]) -> Wait {
        { job, end in
            self.loop.when(sources, job) { place in
                self.loop.forget(job)
                end(.index(place))
            }
        }
    }

    func all(of sources: [RoundLoop.Source]) -> Wait {
        { job, end in
            var missing = sources.count
            self.loop.when(sources, job) { _ in
                missing -= 1
                if missing == 0 { end(.none) }
            }
        }
    }

    func sleep(for duration: Nanoseconds) -> Wait {
        { job, end in
            let source = RoundLoop.Source(MonotonicClock.subscribe(after: duration))
            self.loop.when([source], job) { _ in end(.none) }
        }
    }

    func yield() -> Wait { { job, end in self.loop.soon(job) { end(.none) } } }

    func spawn(_ task: StepTask<RoundGuest>) -> RoundLoop.Job {
        loop.start { self.goOn(task, as: $0, after: .none) }
    }

    private func goOn(
        _ task: StepTask<RoundGuest>, as job: RoundLoop.Job, after outcome: StepOutcome
    ) {
        guard let wait = task.next(after: outcome) else { return loop.finish(job) }
        wait(job) { self.goOn(task, as: job, after: $0) }
    }

    func join(_ other: RoundLoop.Job) -> Wait {
        { job, end in self.loop.whenOver(other, job) { end(other.isCancelled ? .cancelled : .none) }
        }
    }

    func cancel(_ job: RoundLoop.Job) { loop.cancel(job) }
}
