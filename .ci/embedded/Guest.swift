// A guest on the reactor alone, for the Embedded build: two tasks sleep, a third takes what they
// send and waits for pollables of its own. The guest layers are compiled whole; this is what makes
// the linker keep their main parts, and so look for all that those need.

import WASIReactor
import WASIp2

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
