// Which task runs next, and what its next wait begins.

import CPolluxHarness
import ScenarioGuest
import WASIp2

/// One task.
final class Job {
    let task: StepTask<MutantReactor>
    var isOver = false
    var isCancelled = false
    var joiners: [Job] = []
    /// The stream work that it is at.
    var work: StreamWork?
    /// How many of the pollables of a wait for all are missing.
    var missing = 0
    /// The channel that it waits in, and whether it was handed a message that it has not taken.
    var channel: Channel?
    var hasMessage = false

    init(_ task: StepTask<MutantReactor>) { self.task = task }
}

/// A task that can go on, and with what.
struct Resumption {
    enum With {
        case outcome(StepOutcome)
        /// It goes on with its stream.
        case stream
    }
    var job: Job
    var with: With
}

extension MutantReactor {
    func enqueue(_ job: Job, _ with: Resumption.With, first: Bool = false) {
        ready.insert(Resumption(job: job, with: with), at: first ? 0 : ready.count)
    }

    /// Runs tasks until this one is over; blocks in polls while none can go on.
    func run(until root: Job) {
        while !root.isOver {
            if ready.isEmpty {
                turnsSinceCheck = 0
                idle()
                continue
            }
            resume(takeNext())
            turnsSinceCheck += 1
            if turnsSinceCheck >= turnsBetweenChecks, !ready.isEmpty || fault == .pollsAfterEachTurn
            {
                turnsSinceCheck = 0
                if !root.isOver { check() }
            }
        }
        for job in jobs where !job.isOver { job.task.release() }
        jobs = []
    }

    private var turnsBetweenChecks: Int {
        switch fault {
        case .pollsAfterEachTurn: 1
        case .budgetGrowsWithLoad: 8 * max(ready.count, 1)
        case .neverChecks: .max
        default: 8
        }
    }

    private func takeNext() -> Resumption {
        let offset = ready.count > 1 ? Steps.pick(among: ready.count) : 0
        return ready.remove(at: fault == .lastInFirstOut ? ready.count - 1 - offset : offset)
    }

    private func resume(_ next: Resumption) {
        let job = next.job
        if job.isOver {
            if fault == .keepsCancelled { askAgain(job) }
            return
        }
        var outcome = StepOutcome.none
        switch next.with {
        case .outcome(let known): outcome = known
        case .stream:
            guard let work = job.work else { break }
            guard let end = work.advance() else { return wait(job, for: work) }
            job.work = nil
            outcome = end
        }
        job.channel?.receivers.removeAll { $0 === job }
        job.channel = nil
        job.hasMessage = false
        current = job
        while true {
            guard let wait = job.task.next(after: outcome) else { break }
            if fault == .zeroSleepNeverYields, case .sleep(0) = wait {
                outcome = .none
                continue
            }
            current = nil
            if job.isCancelled { return end(job) }
            return begin(wait, for: job)
        }
        current = nil
        job.isCancelled = false
        if fault == .resumesTheDone, job !== jobs.first { askAgain(job) }
        end(job)
    }

    /// Asks for a step of a task that is over; the task itself would not.
    private func askAgain(_ job: Job) {
        let number = Int32(bitPattern: job.task.number)
        var area = pollux_harness_step_t()
        __wasm_import_pollux_harness_steps_next(
            number, Int32(POLLUX_OUTCOME_NONE), 0, 0, &area)
    }

    private func begin(_ wait: Wait, for job: Job) {
        switch wait {
        case .any(let sources):
            for (place, source) in sources.enumerated() {
                register(Waiter(job, source, .race(place: place, of: sources.count)))
            }
        case .all(let sources):
            job.missing = sources.count
            for source in sources { register(Waiter(job, source, .all)) }
        case .sleep(let duration): sleep(job, duration)
        case .yield: enqueue(job, .outcome(.none), first: fault == .yieldGoesFirst)
        case .join(let other): join(job, other)
        case .receive(let channel):
            job.channel = channel
            channel.receivers.append(job)
            if channel.messages > 0 {
                channel.messages -= 1
                send(on: channel)
            }
        case .stream(let work):
            job.work = work
            if let end = work.begin() {
                job.work = nil
                enqueue(job, .outcome(end))
            } else {
                self.wait(job, for: work)
            }
        }
    }

    private func join(_ job: Job, _ other: Job) {
        // The entry's own joins it gets right, or no run would come to anything.
        let isEntry = job === jobs.first
        if fault == .joinsEarly, !isEntry { return enqueue(job, .outcome(.none)) }
        guard other.isOver, fault != .joinMissesTheEnded || isEntry else {
            other.joiners.append(job)
            return
        }
        enqueue(job, .outcome(other.isCancelled ? .cancelled : .none))
    }

    /// Cancels a task wherever it is, with all it waits for.
    func cancel(_ job: Job) {
        if job.isOver { return }
        job.isCancelled = true
        // A task that cancels itself goes on to its next wait.
        if job === current { return }
        forgetWaits(of: job)
        end(job)
    }

    private func forgetWaits(of job: Job) {
        switch fault {
        case .keepsCancelled: break
        case .reusesWithoutGeneration:
            for waiter in waiters where waiter.job === job { waiter.isStale = true }
        default:
            waiters.removeAll { $0.job === job }
            parked.removeAll { $0.job === job }
        }
        timers.removeAll { $0.job === job }
        ready.removeAll { $0.job === job }
        for other in jobs { other.joiners.removeAll { $0 === job } }
        if let channel = job.channel {
            channel.receivers.removeAll { $0 === job }
            // A message that was handed over and not taken is the next one's.
            if job.hasMessage { send(on: channel) }
        }
    }

    private func end(_ job: Job) {
        job.isOver = true
        job.work = nil
        isLeaking = fault == .leaksCancelled && job.isCancelled
        job.task.release()
        isLeaking = false
        let joiners = job.joiners
        job.joiners = []
        for joiner in joiners {
            enqueue(joiner, .outcome(job.isCancelled ? .cancelled : .none))
        }
    }
}
