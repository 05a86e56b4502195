// Many tasks that sleep at once.

import Benchmark
import WASIReactor
import WASIp2

/// Time of a run that was not spent waiting, for each of its tasks; ns.
let perTask = BenchmarkMetric.custom(
    "ns per task", polarity: .prefersSmaller, useScalingFactor: false)

/// How many tasks sleep at once.
let sleepers = 100_000

/// How many ns from the start of a run its first sleep ends: by then all tasks are asleep, also on a
/// machine that is busy with other things.
let night: UInt64 = 2_000_000_000

func sleepBenchmarks() {
    // One task of 100,000: spawned, asleep with all the others, woken, ended; the deadlines are a
    // ns apart. What the executor waits between the last one's falling asleep and the first one's
    // end is taken off.
    guestBenchmark(
        "local: sleeping tasks", iterations: .one, metrics: [perTask], lasting: .seconds(15)
    ) { measure in
        let clock = NightClock()
        let executor = LocalExecutor()
        for index in 0..<sleepers {
            let sleep = executor.reactor.sleep(until: clock.end(of: index))
            executor.spawn(Sleeper(sleep: sleep, clock: clock))
        }
        executor.run()
        clock.record(in: measure)
    }
}

/// When a run of sleeping tasks began, when all slept, and when their sleep was to end.
final class NightClock {
    private let start = MonotonicClock.now()
    private var asleep = MonotonicClock.Instant(nanoseconds: 0)
    private var asleepCount = 0

    /// When the sleep of the `index`-th task ends.
    func end(of index: Int) -> MonotonicClock.Instant {
        start.advanced(by: Nanoseconds(night + UInt64(index)))
    }

    /// A task falls asleep.
    func fallAsleep() {
        asleepCount += 1
        if asleepCount == sleepers { asleep = MonotonicClock.now() }
    }

    /// The run has ended: records its ns without the wait, for each task.
    func record(in measure: Measurement) {
        let morning = start.advanced(by: Nanoseconds(night))
        guard asleepCount == sleepers, asleep < morning else {
            return measure.fail("\(asleepCount) tasks slept, and not all before the first woke")
        }
        let total = MonotonicClock.now().nanoseconds - start.nanoseconds
        let waited = morning.nanoseconds - asleep.nanoseconds
        measure.record(perTask, Int(total - waited) / sleepers)
    }
}

/// A task that sleeps once.
private struct Sleeper: ~Copyable, Future {
    private var sleep: Sleep
    private let clock: NightClock
    private var isAsleep = false

    init(sleep: consuming Sleep, clock: NightClock) {
        self.sleep = sleep
        self.clock = clock
    }

    mutating func poll(_ context: borrowing Context) -> Poll<Void> {
        let poll = sleep.poll(context)
        if !isAsleep {
            isAsleep = true
            clock.fallAsleep()
        }
        return poll
    }
}
