// Single host calls.

import Benchmark
import WASIp2

/// An hour: a timer that does not end while anything is measured.
let far: Nanoseconds = 3_600_000_000_000

func callBenchmarks() {
    // One `monotonic-clock.now`: the calls below that look at a timer to come contain one.
    guestBenchmark("clock: now") { measure in
        measure {
            for _ in 0..<measure.iterations { blackHole(MonotonicClock.now().nanoseconds) }
        }
    }

    // One `pollable.ready` that says yes, as it has done before: a timer of 0 ns.
    guestBenchmark("ready: latched") { measure in
        let pollable = MonotonicClock.subscribe(after: 0)
        pollable.block()
        measure {
            for _ in 0..<measure.iterations { blackHole(pollable.isReady) }
        }
    }

    // One `pollable.ready` that says no: a timer with an hour to go.
    guestBenchmark("ready: pending timer") { measure in
        let pollable = MonotonicClock.subscribe(after: far)
        measure {
            for _ in 0..<measure.iterations { blackHole(pollable.isReady) }
        }
    }

    // One `pollable.ready` that says no: standard input, a pipe to which nobody writes.
    guestBenchmark("ready: pending source") { measure in
        let input = StandardStreams.input()
        let pollable = input.subscribe()
        measure {
            for _ in 0..<measure.iterations { blackHole(pollable.isReady) }
        }
        // A pollable goes before the stream that it is of.
        _ = consume pollable
        _ = consume input
    }

    // One `subscribe-duration` of an hour, and the drop of its pollable.
    guestBenchmark("subscribe and drop") { measure in
        measure {
            for _ in 0..<measure.iterations {
                blackHole(MonotonicClock.subscribe(after: far).handle)
            }
        }
    }
}

/// `poll` with N pollables: N - 1 timers with an hour to go and, last in the list, one of 0 ns.
func pollBenchmarks() {
    for (size, iterations) in [
        (1, BenchmarkScalingFactor.kilo), (10, .kilo), (100, .kilo), (1_000, .kilo),
        (10_000, .one),
        (100_000, .one),
    ] {
        // One `poll` of the N, reporting the one.
        guestBenchmark("poll: \(size)", iterations: iterations) { measure in
            let timers = Timers(waiting: size - 1)
            var buffer = PollBuffer()
            for _ in 0..<3 { buffer.poll(timers.list) }
            measure {
                for _ in 0..<measure.iterations { buffer.poll(timers.list) }
            }
            precondition(buffer.count == 1, "a timer of an hour was reported")
        }
    }
}

/// Timers of an hour, and one of 0 ns behind them.
private final class Timers {
    let list: [Pollable.Borrow]

    init(waiting: Int) {
        var list = (0..<waiting).map { _ in
            Pollable.Borrow(handle: MonotonicClock.subscribe(after: far).release())
        }
        list.append(Pollable.Borrow(handle: MonotonicClock.subscribe(after: 0).release()))
        self.list = list
    }

    deinit {
        for entry in list { _ = Pollable(owning: entry.handle) }
    }
}
