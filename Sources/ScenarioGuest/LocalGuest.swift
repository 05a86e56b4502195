// The adapter of LocalExecutor to scenarios.

public import WASIReactor
public import WASIp2

/// A guest whose tasks are a scenario's, run by `LocalExecutor`.
public final class LocalGuest: StepRuntime {
    private let executor = LocalExecutor(pick: Steps.pick)
    private var reactor: Reactor { executor.reactor }
    /// Its client of HTTP; none unless ``run(client:)`` is given one.
    public private(set) var client: (any StepClient<Wait>)?

    private init() {}

    /// The guest's entry: runs the scenario's tasks, and returns when they are done.
    public static func main() { run { _ in nil } }

    /// The same with a client of HTTP, whose futures run on this executor.
    public static func run(client: (LocalExecutor) -> (any StepClient<Wait>)?) {
        let guest = LocalGuest()
        guest.client = client(guest.executor)
        let steps = StepGuest(guest)
        var isAsked = true
        guest.executor.blockOn(LocalTask(StepTask(steps, 0))) {
            if isAsked { isAsked = Steps.tell(state: guest.state(of: steps)) }
        }
    }

    /// The hash of all that decides what happens next on this side of the door. What stands in the
    /// tasks' futures follows from it and from what the door knows: where each task is in its steps.
    private func state(of steps: StepGuest<LocalGuest>) -> UInt64 {
        var hasher = StateHasher()
        executor.hashState(into: &hasher)
        for (number, job) in steps.jobs.enumerated() {
            guard let job else { continue }
            hasher.combine(UInt64(number))
            hasher.combine(executor.place(of: job))
        }
        return hasher.value
    }

    // MARK: Steps

    /// A future, polled by its task with that task's waker.
    public typealias Wait = AnyFuture<StepOutcome>

    /// Gives the pollable to the reactor, which owns it until it is dropped by its key.
    public func adopt(_ pollable: consuming Pollable) -> EventKey { reactor.insert(pollable) }
    /// Drops the pollable of a key.
    public func drop(_ key: EventKey) { reactor.remove(key) }
    /// Waits by `Reactor.waitAny`; what the reactor reports first wins.
    public func any(of keys: [EventKey]) -> Wait { .box(reactor.waitAny(keys)) { .index($0) } }
    /// Waits by `Reactor.waitAll`.
    public func all(of keys: [EventKey]) -> Wait { .box(reactor.waitAll(keys)) { .none } }

    /// Waits by the reactor's heap of timers.
    public func sleep(for duration: Nanoseconds) -> Wait {
        .box(reactor.sleep(for: duration)) { .none }
    }

    /// Puts the task behind those that can run.
    public func yield() -> Wait { .box(Yield()) { .none } }

    /// Starts a task of the executor's; it runs after the one that spawns it.
    public func spawn(_ task: StepTask<LocalGuest>) -> TaskHandle<Void> {
        executor.spawn(LocalTask(task))
    }

    /// Waits for a task's end; one that was cancelled has ended.
    public func join(_ job: TaskHandle<Void>) -> Wait {
        .box(job.join()) { if case .cancelled = $0 { .cancelled } else { .none } }
    }

    /// Drops the task's future at once, and with it what it waits for; nothing where it has ended.
    public func cancel(_ job: TaskHandle<Void>) { job.cancel() }

    /// A channel of the reactor's package.
    public func makeChannel() -> Channel<Void> { Channel() }
    /// Puts a message in, and wakes who has waited longest.
    public func send(on channel: Channel<Void>) { channel.send(()) }
    /// Waits for a message; receivers are served in the order in which they came.
    public func receive(from channel: Channel<Void>) -> Wait { .box(channel.receive()) { .none } }

    /// Takes the stream over; it goes with its reader.
    public func adopt(_ stream: consuming InputStream) -> StreamReader {
        StreamReader(stream, on: reactor)
    }

    /// Takes the stream over; it goes with its writer.
    public func adopt(_ stream: consuming OutputStream) -> StreamWriter {
        StreamWriter(stream, on: reactor)
    }

    /// Reads, and where nothing is there waits and reads again.
    public func read(_ reader: StreamReader, upTo count: Int) -> Wait {
        .box(reader.read(count), StepOutcome.init)
    }

    /// Writes all, by as many permits as it takes.
    public func write(_ bytes: [UInt8], to writer: StreamWriter) -> Wait {
        .box(writer.write(bytes), StepOutcome.init)
    }

    /// Asks for a flush and waits until the stream takes bytes again.
    public func flush(_ writer: StreamWriter) -> Wait { .box(writer.flush(), StepOutcome.init) }

    /// Connects by the reactor.
    public func connect(
        to address: SocketAddress, _ keep: @escaping (TCPConnection) -> Void
    ) -> Wait {
        .box(reactor.connect(to: address)) { StepOutcome($0.map(keep)) }
    }

    /// Binds and listens by the reactor.
    public func listen(
        on address: SocketAddress, backlog: UInt64?, _ keep: @escaping (TCPQueue) -> Void
    ) -> Wait {
        .box(reactor.listen(on: address, backlog: backlog)) { StepOutcome($0.map(keep)) }
    }

    /// Waits for the listener's next connection.
    public func accept(
        from listener: TCPQueue, _ keep: @escaping (TCPConnection) -> Void
    ) -> Wait {
        .box(listener.accept()) { StepOutcome($0.map(keep)) }
    }

    /// The connection's reader.
    public func input(of connection: TCPConnection) -> StreamReader { connection.reader }
    /// The connection's writer.
    public func output(of connection: TCPConnection) -> StreamWriter { connection.writer }

    /// Ends a direction, at once.
    public func shut(_ connection: TCPConnection, _ type: ShutdownType) -> Wait {
        .immediate {
            do throws(NetworkError) {
                try connection.shutDown(type)
                return .none
            } catch {
                return StepOutcome(error)
            }
        }
    }

    /// Looks a name up by the reactor.
    public func lookUp(_ name: [UInt8]) -> Wait? {
        .box(reactor.lookUp(name)) { result in
            switch result {
            case .success(let addresses): .addresses(addresses)
            case .failure(let error): StepOutcome(error)
            }
        }
    }

    /// A socket of the reactor's, bound to any port.
    public func connectDatagrams(
        to peer: SocketAddress, _ keep: @escaping (DatagramSocket) -> Void
    ) -> Wait {
        let address = SocketAddress(.any(of: peer), port: 0)
        return .box(reactor.bind(to: address, peer: peer)) { StepOutcome($0.map(keep)) }
    }

    /// Waits for one datagram.
    public func receive(on socket: DatagramSocket) -> Wait {
        .box(socket.receive(1)) { result in
            switch result {
            case .success(let datagrams): .bytes(datagrams[0].bytes)
            case .failure(let error): StepOutcome(error)
            }
        }
    }

    /// Sends one datagram.
    public func send(_ bytes: [UInt8], on socket: DatagramSocket) -> Wait {
        .box(socket.send(Datagram(bytes, peer: nil)), StepOutcome.init)
    }
}

extension IPAddress {
    /// Every address of the machine, in the family of this one.
    static func any(of peer: SocketAddress) -> IPAddress {
        peer.ip.family == .ipv4 ? .any : .any6
    }
}

/// One task of the scenario, as a future; cancelling drops it, and with it what goes with the task.
private final class LocalTask: Future {
    private let task: StepTask<LocalGuest>
    @exclusivity(unchecked) private var wait: LocalGuest.Wait?

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
