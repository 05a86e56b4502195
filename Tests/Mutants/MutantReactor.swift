// A reactor and its executor that can make each of many mistakes, straight on the imports' overlay.

import CWASIp2
import ScenarioGuest
import WASIp2

/// A runtime of continuations behind the step door, as unlike the shipped ones as the mistakes allow:
/// a poll's report makes tasks runnable, each with what its wait came to, and a round of the executor
/// hands that on. Without a ``Fault`` it is sound.
final class MutantReactor: StepRuntime {
    /// What a task waits for.
    enum Wait {
        case any([Source])
        case all([Source])
        case sleep(Nanoseconds)
        case yield
        case join(Job)
        case receive(Channel)
        case stream(StreamWork)
    }

    let fault: Fault
    /// Whether a handle stands in the list once for each waiter; else once.
    let listsCopies: Bool

    // The executor's.
    var ready: [Resumption] = []
    var jobs: [Job] = []
    var current: Job?
    var turnsSinceCheck = 0

    // The reactor's.
    var waiters: [Waiter] = []
    /// Waiters that no poll has seen yet, where new ones are parked.
    var parked: [Waiter] = []
    /// Races that a report has ended and a mistake leaves only after it.
    var racers: [Job] = []
    var timers: [Timer] = []
    var timersMade = 0
    /// The one pollable of all sleepers, for the earliest of their deadlines.
    var alarm: (deadline: MonotonicClock.Instant, source: Source)?
    /// The number of the first pollable that was waited for.
    var firstHandle: Int32?
    /// What a mistake takes the time for, as long as the clock says this.
    var believed: (instant: MonotonicClock.Instant, clock: MonotonicClock.Instant)?
    /// Ready for ever, so that a poll with it does not wait.
    var always: Source?
    /// What a mistake keeps.
    var leaked: [Source] = []
    var isLeaking = false
    /// The pollable of the first stream that was ever waited for.
    weak var firstStreamSource: Source?

    init(_ fault: Fault, listsCopies: Bool = false) {
        self.fault = fault
        self.listsCopies = listsCopies || fault == .wantsEveryCopy
    }

    /// The guest's entry: runs the scenario's tasks, and returns when they are done.
    func main() {
        run(until: spawn(StepTask(entryOf: self)))
    }

    // MARK: Pollables

    func adopt(_ pollable: consuming Pollable) -> Source { Source(pollable) }

    func drop(_ source: Source) {
        if isLeaking { leaked.append(source) } else { source.drop() }
    }

    func any(of sources: [Source]) -> Wait { .any(sources) }
    func all(of sources: [Source]) -> Wait { .all(sources) }

    // MARK: Tasks

    func sleep(for duration: Nanoseconds) -> Wait { .sleep(duration) }
    func yield() -> Wait { .yield }

    func spawn(_ task: StepTask<MutantReactor>) -> Job {
        let job = Job(task)
        jobs.append(job)
        enqueue(job, .outcome(.none))
        return job
    }

    func join(_ job: Job) -> Wait { .join(job) }

    // MARK: Channels

    func makeChannel() -> Channel { Channel() }

    func send(on channel: Channel) {
        guard let receiver = channel.receivers.first else {
            channel.messages += 1
            return
        }
        // The mistake leaves it to the receiver's turn to take it off.
        if fault != .resumesTwice { channel.receivers.removeFirst() }
        receiver.hasMessage = true
        enqueue(receiver, .outcome(.none))
    }

    func receive(from channel: Channel) -> Wait { .receive(channel) }

    // MARK: Streams

    func adopt(_ stream: consuming InputStream) -> Input {
        Input(stream, dropsStreamFirst: fault == .dropsStreamFirst)
    }

    func adopt(_ stream: consuming OutputStream) -> Output {
        Output(stream, dropsStreamFirst: fault == .dropsStreamFirst)
    }

    func read(_ input: Input, upTo count: Int) -> Wait {
        .stream(StreamWork(.read(input, count), fault))
    }

    func write(_ bytes: [UInt8], to output: Output) -> Wait {
        .stream(StreamWork(.write(output, bytes[...]), fault))
    }

    func flush(_ output: Output) -> Wait { .stream(StreamWork(.flush(output), fault)) }

    /// Ends the guest as a crash of the runtime would.
    func crash(_ message: String) -> Never { wasip2_unreachable(message) }
}

/// A pollable of the runtime's.
final class Source {
    private(set) var handle: Int32 = 0
    private var pollable: Pollable?
    /// It was reported and, for a mistake, nobody took note that this is over.
    var isReady = false
    /// Somebody has waited for it before.
    var wasArmed = false
    /// Who waited for it first.
    weak var firstWaiter: Job?

    init(_ pollable: consuming Pollable) {
        handle = pollable.handle
        self.pollable = consume pollable
    }

    var isAlive: Bool { pollable != nil }

    /// Drops the handle, once.
    func drop() { pollable = nil }
}

/// An unbounded channel of messages that carry nothing.
final class Channel {
    var messages = 0
    var receivers: [Job] = []
}
