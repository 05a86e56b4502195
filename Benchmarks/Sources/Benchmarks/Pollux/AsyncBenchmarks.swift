// Swift Concurrency on the reactor: the rows of ExecutorBenchmarks.swift and SleepBenchmarks.swift
// in async/await.

import Benchmark
import WASIAsyncRuntime
import WASIReactor
import WASIp2

func asyncBenchmarks() {
    // One turn of a task that yields to the other one of two.
    guestBenchmark("async: task switch") { measure in
        let times = measure.iterations / 2
        measure {
            blockOn {
                let tasks = (0..<2).map { _ in
                    Task { for _ in 0..<times { await Task.yield() } }
                }
                for task in tasks { await task.value }
            }
        }
    }

    // One suspension of a task and its wake by the other one of two, who then suspends itself:
    // continuations, as the language has them.
    guestBenchmark("async: suspend and wake") { measure in
        let times = measure.iterations / 2
        measure {
            blockOn {
                let gates = (Gate(), Gate())
                let first = Task {
                    for _ in 0..<times {
                        gates.1.open()
                        await gates.0.pass()
                    }
                }
                let second = Task {
                    for _ in 0..<times {
                        await gates.1.pass()
                        gates.0.open()
                    }
                }
                await first.value
                await second.value
            }
        }
    }

    // One await of the library's, which a cancellation would end: it suspends the task, and a waker
    // wakes it.
    guestBenchmark("async: await of a future") { measure in
        let times = measure.iterations
        measure {
            blockOn {
                for _ in 0..<times { try? await value(of: Yield()) }
            }
        }
    }

    // One task of 100,000: spawned, asleep with all the others, woken, ended; the deadlines are a
    // ns apart. What the loop waits between the last one's falling asleep and the first one's
    // end is taken off.
    guestBenchmark(
        "async: sleeping tasks", iterations: .one, metrics: [perTask], lasting: .seconds(15)
    ) { measure in
        blockOn {
            let clock = NightClock()
            let tasks = (0..<sleepers).map { index in
                Task {
                    clock.fallAsleep()
                    let left = clock.end(of: index).nanoseconds - MonotonicClock.now().nanoseconds
                    try? await sleep(for: .nanoseconds(left))
                }
            }
            for task in tasks { await task.value }
            clock.record(in: measure)
        }
    }
}

/// A place where one task waits until another lets it pass.
@MainActor
private final class Gate {
    private var isOpen = false
    private var waiter: UnsafeContinuation<Void, Never>?

    func open() {
        guard let waiter else {
            isOpen = true
            return
        }
        self.waiter = nil
        waiter.resume()
    }

    func pass() async {
        if !isOpen { await withUnsafeContinuation { waiter = $0 } }
        isOpen = false
    }
}
