// LocalExecutor: switching, suspending and waking where no pollable has a part.

import Benchmark
import WASIReactor
import WASIp2

func executorBenchmarks() {
    // One turn of a task that yields to the other one of two.
    guestBenchmark("local: task switch") { measure in
        let executor = LocalExecutor()
        executor.spawn(Yielder(times: measure.iterations / 2))
        executor.spawn(Yielder(times: measure.iterations / 2))
        measure { executor.run() }
    }

    // One suspension of a task and its wake by the other one of two, who then suspends itself: wakers
    // in plain objects.
    guestBenchmark("local: suspend and wake") { measure in
        let executor = LocalExecutor()
        let doors = (Door(), Door())
        executor.spawn(Knocker(mine: doors.0, other: doors.1, times: measure.iterations / 2))
        executor.spawn(Knocker(mine: doors.1, other: doors.0, times: measure.iterations / 2))
        measure { executor.run() }
    }

    // One message through a channel: one task sends it and waits for the answer, the other one wakes,
    // takes it and sends it back.
    guestBenchmark("local: channel") { measure in
        let executor = LocalExecutor()
        let channels = (Channel<Int>(), Channel<Int>())
        executor.spawn(Echo(from: channels.0, to: channels.1, times: measure.iterations / 2))
        executor.spawn(Echo(from: channels.1, to: channels.0, times: measure.iterations / 2))
        channels.0.send(0)
        measure { executor.run() }
    }
}

/// A task that does nothing but let others go first.
private struct Yielder: Future {
    private var left: Int

    init(times: Int) { left = times }

    mutating func poll(_ context: borrowing Context) -> Poll<Void> {
        if left == 0 { return .ready(()) }
        left -= 1
        context.waker.wake()
        return .pending
    }
}

/// Where a task leaves its waker.
private final class Door {
    var waker = Waker.noop
}

/// A task that wakes who waits at the other's door and then waits at its own, again and again.
private struct Knocker: Future {
    let mine: Door
    let other: Door
    private var left: Int

    init(mine: Door, other: Door, times: Int) {
        (self.mine, self.other, left) = (mine, other, times)
    }

    mutating func poll(_ context: borrowing Context) -> Poll<Void> {
        mine.waker = context.waker
        other.waker.wake()
        left -= 1
        return left == 0 ? .ready(()) : .pending
    }
}

/// A task that sends on what it receives.
private struct Echo: ~Copyable, Future {
    let to: Channel<Int>
    private let from: Channel<Int>
    private var receive: Receive<Int>
    private var left: Int

    init(from: Channel<Int>, to: Channel<Int>, times: Int) {
        self.from = from
        self.to = to
        receive = from.receive()
        left = times
    }

    mutating func poll(_ context: borrowing Context) -> Poll<Void> {
        while left > 0 {
            guard case .ready(let message) = receive.poll(context) else { return .pending }
            left -= 1
            to.send(message)
            receive = from.receive()
        }
        return .ready(())
    }
}
