// The adapter of CallbackLoop to scenarios: all that it takes to bring a reactor of one's own.

import Callbacks
import ScenarioGuest
import WASIp2

final class CallbackGuest: StepRuntime {
    /// What a job waits for: a function that is told whose wait it is and whom to call at its end.
    typealias Wait = (Job, @escaping (StepOutcome) -> Void) -> Void

    private let loop = CallbackLoop()

    static func main() {
        let guest = CallbackGuest()
        guest.loop.run(until: guest.spawn(StepTask(entryOf: guest)))
    }

    func adopt(_ pollable: consuming Pollable) -> Source { Source(pollable) }

    func any(of sources: [Source]) -> Wait {
        { job, end in job.whenAny(sources) { end(.index($0)) } }
    }

    func all(of sources: [Source]) -> Wait {
        { job, end in job.whenAll(sources) { end(.none) } }
    }

    func sleep(for duration: Nanoseconds) -> Wait {
        { job, end in job.after(duration) { end(.none) } }
    }

    func yield() -> Wait { { job, end in job.soon { end(.none) } } }

    func spawn(_ task: StepTask<CallbackGuest>) -> Job {
        loop.start { self.goOn(task, as: $0, after: .none) }
    }

    private func goOn(
        _ task: StepTask<CallbackGuest>, as job: Job, after outcome: StepOutcome
    ) {
        guard let wait = task.next(after: outcome) else { return job.finish() }
        wait(job) { self.goOn(task, as: job, after: $0) }
    }

    func join(_ other: Job) -> Wait {
        { job, end in job.whenOver(other) { end(other.isCancelled ? .cancelled : .none) } }
    }

    func cancel(_ job: Job) { job.cancel() }
}
