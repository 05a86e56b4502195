// A guest on the reactor alone, for the Embedded build: two tasks sleep, a third takes what they
// send and waits for pollables of its own; beside that, a request and a copy. The guest layers
// are compiled whole; this is what makes the linker keep their main parts, and so look for all
// that those need.

import WASIReactor
import WASIReactorHTTP
import WASIp2
import WASIp2HTTP

/// Sleeps, then sends its name.
struct Alarm: ~Copyable, Future {
    private let name: Int32
    private let channel: Channel<Int32>
    private var sleep: Sleep

    init(
        _ name: Int32, after duration: Nanoseconds, on reactor: Reactor, to channel: Channel<Int32>
    ) {
        self.name = name
        self.channel = channel
        sleep = reactor.sleep(for: duration)
    }

    mutating func poll(_ context: borrowing Context) -> Poll<Void> {
        guard case .ready = sleep.poll(context) else { return .pending }
        channel.send(name)
        return .ready(())
    }
}

/// Starts two alarms and takes their names; then waits for one of two pollables, and for the alarm
/// that was set first.
struct Main: ~Copyable, Future {
    private var receive: Receive<Int32>
    private var names: Int32 = 0
    private var wait: WaitAny
    private var join: Join<Void>
    private var winner: Int?

    init(_ executor: LocalExecutor) {
        let reactor = executor.reactor
        let channel = Channel<Int32>()
        let first = executor.spawn(Alarm(1, after: .milliseconds(20), on: reactor, to: channel))
        executor.spawn(Alarm(2, after: .milliseconds(10), on: reactor, to: channel))
        receive = channel.receive()
        join = first.join()
        wait = reactor.waitAny([
            reactor.insert(MonotonicClock.subscribe(after: .seconds(3_600))),
            reactor.insert(MonotonicClock.subscribe(after: .milliseconds(5))),
        ])
    }

    /// The names in the order in which they came, as decimal digits, and the winner as the last
    /// one.
    mutating func poll(_ context: borrowing Context) -> Poll<Int32> {
        while names < 10 {
            guard case .ready(let name) = receive.poll(context) else { return .pending }
            names = names * 10 + name
        }
        if winner == nil {
            guard case .ready(let place) = wait.poll(context) else { return .pending }
            winner = place
        }
        guard case .ready(.finished) = join.poll(context) else { return .pending }
        return .ready(names * 10 + Int32(winner ?? 9))
    }
}

/// The guest: 211 when all went as it should.
@_expose(wasm, "run")
@c public func run() -> Int32 {
    let executor = LocalExecutor()
    return executor.blockOn(Main(executor))
}

/// Sends a request, reads what comes first of its response's body, and waits for the trailers.
struct Get: ~Copyable, Future {
    private var fetch: Fetch?
    private var read: Read?
    private var trailers: Trailers?
    private var response: Response?

    init(_ executor: LocalExecutor) {
        fetch = executor.fetch(
            Request(.post, scheme: .http, authority: "localhost", fields: [Field("x-one", "1")]),
            body: .bytes([1, 2, 3]))
    }

    /// The status, the number of bytes and of trailers added; negative where it broke.
    mutating func poll(_ context: borrowing Context) -> Poll<Int32> {
        if fetch != nil {
            guard case .ready(let result)? = fetch?.poll(context) else { return .pending }
            fetch = nil
            guard case .success(let response) = result else { return .ready(-1) }
            self.response = response
            read = response.body?.read(4_096)
        }
        guard let response else { return .ready(-2) }
        var total = Int32(response.status)
        if read != nil {
            guard case .ready(let result)? = read?.poll(context) else { return .pending }
            read = nil
            if case .success(let bytes) = result { total += Int32(bytes.count) }
            trailers = response.trailers()
        }
        guard case .ready(let result)? = trailers?.poll(context) else { return .pending }
        if case .success(let fields?) = result { total += Int32(fields.count) }
        return .ready(total)
    }
}

/// The guest with a request.
@_expose(wasm, "get")
@c public func get() -> Int32 {
    let executor = LocalExecutor()
    return executor.blockOn(Get(executor))
}

/// Copies a stream into another until its end; returns how many bytes, negative where it broke.
@_expose(wasm, "copy")
@c public func copy(_ source: Int32, _ destination: Int32) -> Int64 {
    let input = InputStream(owning: source)
    let output = OutputStream(owning: destination)
    var total: Int64 = 0
    do throws(StreamError) {
        while true {
            let bytes = try input.blockingRead(4_096)
            try output.blockingWriteAndFlush(bytes)
            total += Int64(bytes.count)
        }
    } catch {
        switch error {
        case .closed: return total
        case .lastOperationFailed(let error): return -Int64(error.debugBytes.count) - 1
        }
    }
}
