// The adapter of LocalExecutor to scenarios.

public import WASIReactor
public import WASIp2

/// A guest whose tasks are a scenario's, run by `LocalExecutor`.
public final class LocalGuest: StepRuntime {
    private let executor = LocalExecutor(pick: Steps.pick)
    private var reactor: Reactor { executor.reactor }

    private init() {}

    /// The guest's entry: runs the scenario's tasks, and returns when they are done.
    public static func main() {
        let guest = LocalGuest()
        guest.executor.blockOn(LocalTask(StepTask(entryOf: guest)))
    }

    // MARK: Steps

    public typealias Wait = AnyFuture<StepOutcome>

    public func adopt(_ pollable: consuming Pollable) -> EventKey { reactor.insert(pollable) }
    public func drop(_ key: EventKey) { reactor.remove(key) }
    public func any(of keys: [EventKey]) -> Wait { .box(reactor.waitAny(keys)) { .index($0) } }
    public func all(of keys: [EventKey]) -> Wait { .box(reactor.waitAll(keys)) { .none } }

    public func sleep(for duration: Nanoseconds) -> Wait {
        .box(reactor.sleep(for: duration)) { .none }
    }

    public func yield() -> Wait { .box(Yield()) { .none } }

    public func spawn(_ task: StepTask<LocalGuest>) -> TaskHandle<Void> {
        executor.spawn(LocalTask(task))
    }

    public func join(_ job: TaskHandle<Void>) -> Wait {
        .box(job.join()) { if case .cancelled = $0 { .cancelled } else { .none } }
    }

    public func cancel(_ job: TaskHandle<Void>) { job.cancel() }

    public func makeChannel() -> Channel<Void> { Channel() }
    public func send(on channel: Channel<Void>) { channel.send(()) }
    public func receive(from channel: Channel<Void>) -> Wait { .box(channel.receive()) { .none } }

    public func adopt(_ stream: consuming InputStream) -> StreamReader {
        StreamReader(stream, on: reactor)
    }

    public func adopt(_ stream: consuming OutputStream) -> StreamWriter {
        StreamWriter(stream, on: reactor)
    }

    public func read(_ reader: StreamReader, upTo count: Int) -> Wait {
        .box(reader.read(count), StepOutcome.init)
    }

    public func write(_ bytes: [UInt8], to writer: StreamWriter) -> Wait {
        .box(writer.write(bytes), StepOutcome.init)
    }

    public func flush(_ writer: StreamWriter) -> Wait { .box(writer.flush(), StepOutcome.init) }
}

/// One task of the scenario, as a future; cancelling drops it, and with it what goes with the task.
private final class LocalTask: Future {
    private let task: StepTask<LocalGuest>
    private var wait: LocalGuest.Wait?

    init(_ task: StepTask<LocalGuest>) { self.task = task }

    deinit {
        wait = nil
        task.release()
    }

    func poll(_ context: borrowing Context) -> Poll<Void> {
        var outcome = StepOutcome.none
        while true {
            if let wait {
                guard case .ready(let end) = wait.poll(context) else { return .pending }
                outcome = end
            }
            // The wait lets go of its sources before a step may drop them.
            wait = nil
            wait = task.next(after: outcome)
            if wait == nil { return .ready(()) }
        }
    }
}
