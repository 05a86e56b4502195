// The adapter of Swift Concurrency, on WASIAsyncRuntime, to scenarios.

public import WASIAsyncRuntime
public import WASIReactor
public import WASIp2

/// A guest whose tasks are a scenario's, run by Swift Concurrency in `blockOn`.
public final class SwiftGuest: StepRuntime, @unchecked Sendable {
    /// Its client of HTTP; none unless ``run(client:)`` is given one.
    public let client: (any StepClient<Wait>)?

    private init(_ client: (any StepClient<Wait>)?) { self.client = client }

    /// The guest's entry: runs the scenario's tasks, and returns when they are done.
    public static func main() { run { nil } }

    /// The same with a client of HTTP.
    public static func run(client: @escaping @Sendable () -> (any StepClient<Wait>)?) {
        blockOn(pick: Steps.pick) { try? await run(StepTask(entryOf: SwiftGuest(client()))) }
    }

    /// One task of the scenario. Cancelled, it says so and ends, as far as its awaits throw.
    private nonisolated(nonsending) static func run(_ task: StepTask<SwiftGuest>) async throws {
        var outcome = StepOutcome.none
        do {
            while let wait = task.next(after: outcome) {
                do {
                    outcome = try await wait()
                } catch let error as StreamError {
                    outcome = StepOutcome(error)
                } catch let error as NetworkError {
                    outcome = StepOutcome(error)
                }
            }
        } catch {
            task.endCancelled()
            throw error
        }
    }

    // MARK: Steps

    /// An `async` function, awaited by its task; it throws where the task is cancelled.
    public typealias Wait = nonisolated(nonsending) () async throws -> StepOutcome

    /// Wraps the pollable; it goes with the last reference.
    public func adopt(_ pollable: consuming Pollable) -> AsyncPollable { AsyncPollable(pollable) }

    /// Awaits the first of these, or the only one.
    public func any(of sources: [AsyncPollable]) -> Wait {
        if sources.count == 1 {
            return {
                try await sources[0].wait()
                return .index(0)
            }
        }
        return { .index(try await AsyncPollable.first(of: sources)) }
    }

    /// Awaits each of these, all at once.
    public func all(of sources: [AsyncPollable]) -> Wait {
        {
            try await AsyncPollable.all(of: sources)
            return .none
        }
    }

    /// Sleeps on the reactor's timers; `Task.sleep` would be by the machine's clock.
    public func sleep(for duration: Nanoseconds) -> Wait {
        {
            try await value(of: Reactor.current.sleep(for: duration))
            return .none
        }
    }

    /// `Task.yield`. A cancelled task finds out here.
    public func yield() -> Wait {
        {
            await Task.yield()
            try Task.checkCancellation()
            return .none
        }
    }

    /// An unstructured task, on the loop of the thread that spawns it.
    public func spawn(_ task: StepTask<SwiftGuest>) -> Task<Void, any Error> {
        Task { try await Self.run(task) }
    }

    /// Awaits a task's result. A cancelled task that joins goes on when the other one has ended.
    public func join(_ job: Task<Void, any Error>) -> Wait {
        {
            // No cancellation ends this await: a task waits for another one to its end.
            var end = StepOutcome.none
            do { try await job.value } catch { end = .cancelled }
            try Task.checkCancellation()
            return end
        }
    }

    /// Marks the task as cancelled; its await throws, unless it is a join.
    public func cancel(_ job: Task<Void, any Error>) { job.cancel() }

    /// A channel of the reactor's package.
    public func makeChannel() -> Channel<Void> { Channel() }
    /// Puts a message in, and wakes who has waited longest.
    public func send(on channel: Channel<Void>) { channel.send(()) }

    /// Awaits a message; receivers are served in the order in which they came.
    public func receive(from channel: Channel<Void>) -> Wait {
        {
            try await value(of: channel.receive())
            return .none
        }
    }

    /// Takes the stream over; it goes with the last reference.
    public func adopt(_ stream: consuming InputStream) -> AsyncInputStream {
        AsyncInputStream(stream)
    }

    /// Takes the stream over; it goes with the last reference.
    public func adopt(_ stream: consuming OutputStream) -> AsyncOutputStream {
        AsyncOutputStream(stream)
    }

    /// Reads, and where nothing is there waits and reads again.
    public func read(_ input: AsyncInputStream, upTo count: Int) -> Wait {
        { try await input.read(upTo: count).map { .bytes($0) } ?? .closed }
    }

    /// Writes all, by as many permits as it takes.
    public func write(_ bytes: [UInt8], to output: AsyncOutputStream) -> Wait {
        {
            try await output.write(bytes)
            return .none
        }
    }

    /// Asks for a flush and waits until the stream takes bytes again.
    public func flush(_ output: AsyncOutputStream) -> Wait {
        {
            try await output.flush()
            return .none
        }
    }

    /// Awaits a connection.
    public func connect(
        to address: SocketAddress, _ keep: @escaping (TCPStream) -> Void
    ) -> Wait {
        {
            keep(try await TCPStream.connect(to: address))
            return .none
        }
    }

    /// Awaits a listener.
    public func listen(
        on address: SocketAddress, backlog: UInt64?, _ keep: @escaping (TCPListener) -> Void
    ) -> Wait {
        {
            keep(try await TCPListener.bind(to: address, backlog: backlog))
            return .none
        }
    }

    /// Awaits the listener's next connection.
    public func accept(
        from listener: TCPListener, _ keep: @escaping (TCPStream) -> Void
    ) -> Wait {
        {
            keep(try await listener.accept())
            return .none
        }
    }

    /// The connection's input.
    public func input(of connection: TCPStream) -> AsyncInputStream { connection.input }
    /// The connection's output.
    public func output(of connection: TCPStream) -> AsyncOutputStream { connection.output }

    /// Ends a direction, at once.
    public func shut(_ connection: TCPStream, _ type: ShutdownType) -> Wait {
        {
            try connection.shutDown(type)
            return .none
        }
    }

    /// Awaits the answer for a name.
    public func lookUp(_ name: [UInt8]) -> Wait? {
        { .addresses(try await lookup(String(decoding: name, as: UTF8.self))) }
    }

    /// A socket bound to any port.
    public func connectDatagrams(
        to peer: SocketAddress, _ keep: @escaping (AsyncUDPSocket) -> Void
    ) -> Wait {
        {
            let address = SocketAddress(.any(of: peer), port: 0)
            keep(try await AsyncUDPSocket.bind(to: address, peer: peer))
            return .none
        }
    }

    /// Awaits one datagram.
    public func receive(on socket: AsyncUDPSocket) -> Wait {
        { .bytes(try await socket.receive().bytes) }
    }

    /// Sends one datagram.
    public func send(_ bytes: [UInt8], on socket: AsyncUDPSocket) -> Wait {
        {
            try await socket.send(bytes)
            return .none
        }
    }
}
