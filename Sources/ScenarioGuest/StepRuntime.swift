// What a runtime does when a scenario drives it.

public import WASIp2

/// A runtime under scenarios: what it does for each step, in its own terms. This is all that an
/// adapter writes; ``StepTask`` asks for the steps and keeps what they name.
///
/// Each task of the scenario must be one task of the runtime, woken by itself: a runtime that runs
/// them all as one would hide the mistakes of its executor.
///
/// Channels, streams and sockets are optional. Where ``Channel``, ``Input``, ``Output``, ``Connection``,
/// ``Listener`` or ``Datagrams`` is `Never`, as it is unless an adapter says otherwise, a scenario that
/// needs one is skipped.
public protocol StepRuntime: AnyObject {
    /// What a task of this runtime waits for, and how: a future, an `async` function, a function
    /// that takes a callback. It ends with a ``StepOutcome``.
    associatedtype Wait
    /// The runtime's type for a pollable.
    associatedtype Source
    /// The runtime's type for a task.
    associatedtype Job
    /// The runtime's type for a channel.
    associatedtype Channel = Never
    /// The runtime's type for a stream to read from.
    associatedtype Input = Never
    /// The runtime's type for a stream to write to.
    associatedtype Output = Never
    /// The runtime's type for a TCP connection.
    associatedtype Connection = Never
    /// The runtime's type for a queue of TCP connections.
    associatedtype Listener = Never
    /// The runtime's type for a UDP socket.
    associatedtype Datagrams = Never

    // MARK: Pollables

    /// Takes a pollable over.
    func adopt(_ pollable: consuming Pollable) -> Source
    /// Drops a pollable. By itself nothing: it goes with the last reference to its source.
    func drop(_ source: Source)
    /// Waits until one of these is ready, one waker for each; ends with the ``StepOutcome/index(_:)``
    /// of that one.
    func any(of sources: [Source]) -> Wait
    /// Waits until each of these has been ready, one waker for each.
    func all(of sources: [Source]) -> Wait

    // MARK: Tasks

    /// Waits that long, on the runtime's own timer.
    func sleep(for duration: Nanoseconds) -> Wait
    /// Lets the other tasks run, as the runtime does it.
    func yield() -> Wait
    /// Starts a task that takes one wait after the other, until there is none:
    /// ``StepTask/next(after:)``.
    func spawn(_ task: StepTask<Self>) -> Job
    /// Waits for a task's end; ends with ``StepOutcome/cancelled`` where it was cancelled.
    func join(_ job: Job) -> Wait
    /// Cancels a task as the runtime does it, with what it waits for; nothing where it has ended.
    ///
    /// A runtime that forgets the task lets its ``StepTask`` go, or releases it:
    /// ``StepTask/release()``. One whose cancelled tasks run on until they notice has them report
    /// it: ``StepTask/endCancelled()``.
    func cancel(_ job: Job)

    // MARK: Channels

    /// A channel, without bound.
    func makeChannel() -> Channel
    /// Puts a message in. It carries nothing.
    func send(on channel: Channel)
    /// Waits for a message and takes it; receivers are served in the order in which they came.
    func receive(from channel: Channel) -> Wait

    // MARK: Streams

    /// Takes a stream over. It goes with the last reference to the input, after its pollables.
    func adopt(_ stream: consuming InputStream) -> Input
    /// Takes a stream over. It goes with the last reference to the output, after its pollables.
    func adopt(_ stream: consuming OutputStream) -> Output
    /// Waits, then reads up to `count` bytes, again where nothing is there after all; ends with
    /// ``StepOutcome/bytes(_:)``, or how the stream ended.
    func read(_ input: Input, upTo count: Int) -> Wait
    /// Writes all of the bytes, as permits allow.
    func write(_ bytes: [UInt8], to output: Output) -> Wait
    /// Waits until everything that was written has gone out.
    func flush(_ output: Output) -> Wait

    // MARK: Sockets

    /// Connects, and hands the connection over; ends with ``StepOutcome/none`` then, or with the error.
    func connect(to address: SocketAddress, _ keep: @escaping (Connection) -> Void) -> Wait
    /// Listens, and hands the queue over; `backlog` connections may wait, or as many as the host says.
    func listen(
        on address: SocketAddress, backlog: UInt64?, _ keep: @escaping (Listener) -> Void
    ) -> Wait
    /// Waits for a connection, and hands it over.
    func accept(from listener: Listener, _ keep: @escaping (Connection) -> Void) -> Wait
    /// What the connection's other side sends.
    func input(of connection: Connection) -> Input
    /// What goes there.
    func output(of connection: Connection) -> Output
    /// Ends a direction of the connection.
    func shut(_ connection: Connection, _ type: ShutdownType) -> Wait
    /// Looks a name up, given in UTF-8; ends with ``StepOutcome/addresses(_:)`` or the error. `nil` where
    /// the runtime cannot.
    func lookUp(_ name: [UInt8]) -> Wait?
    /// Makes a socket for datagrams to and from one peer, and hands it over.
    func connectDatagrams(
        to peer: SocketAddress, _ keep: @escaping (Datagrams) -> Void
    ) -> Wait
    /// Waits for one datagram; ends with ``StepOutcome/bytes(_:)``.
    func receive(on socket: Datagrams) -> Wait
    /// Sends one datagram.
    func send(_ bytes: [UInt8], on socket: Datagrams) -> Wait

    // MARK: Requests

    /// Its client of HTTP; where it is `nil`, as it is unless an adapter says otherwise, a scenario that
    /// sends a request is skipped.
    var client: (any StepClient<Wait>)? { get }
}

// What a runtime need not have. Nothing below is called where the type is `Never`.

extension StepRuntime {
    /// Nothing: the value itself is all there is of it.
    public func drop(_ source: Source) {}
}

extension StepRuntime where Channel == Never {
    /// Never called.
    public func makeChannel() -> Never { fatalError("no channels") }
    /// Never called.
    public func send(on channel: Never) {}
    /// Never called.
    public func receive(from channel: Never) -> Wait {}
}

extension StepRuntime where Input == Never {
    /// Never called.
    public func adopt(_ stream: consuming InputStream) -> Never { fatalError("no inputs") }
    /// Never called.
    public func read(_ input: Never, upTo count: Int) -> Wait {}
}

extension StepRuntime where Output == Never {
    /// Never called.
    public func adopt(_ stream: consuming OutputStream) -> Never { fatalError("no outputs") }
    /// Never called.
    public func write(_ bytes: [UInt8], to output: Never) -> Wait {}
    /// Never called.
    public func flush(_ output: Never) -> Wait {}
}

extension StepRuntime {
    /// None.
    public var client: (any StepClient<Wait>)? { nil }
    /// It cannot.
    public func lookUp(_ name: [UInt8]) -> Wait? { nil }
}

extension StepRuntime where Connection == Never {
    /// Never called.
    public func connect(to address: SocketAddress, _ keep: @escaping (Never) -> Void) -> Wait {
        fatalError("no connections")
    }
    /// Never called.
    public func input(of connection: Never) -> Input {}
    /// Never called.
    public func output(of connection: Never) -> Output {}
    /// Never called.
    public func shut(_ connection: Never, _ type: ShutdownType) -> Wait {}
}

extension StepRuntime where Listener == Never {
    /// Never called.
    public func listen(
        on address: SocketAddress, backlog: UInt64?, _ keep: @escaping (Never) -> Void
    ) -> Wait {
        fatalError("no listeners")
    }
    /// Never called.
    public func accept(from listener: Never, _ keep: @escaping (Connection) -> Void) -> Wait {}
}

extension StepRuntime where Datagrams == Never {
    /// Never called.
    public func connectDatagrams(
        to peer: SocketAddress, _ keep: @escaping (Never) -> Void
    ) -> Wait {
        fatalError("no datagrams")
    }
    /// Never called.
    public func receive(on socket: Never) -> Wait {}
    /// Never called.
    public func send(_ bytes: [UInt8], on socket: Never) -> Wait {}
}
