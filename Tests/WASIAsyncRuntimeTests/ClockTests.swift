// WASI's clock as a Clock: arithmetic at the limits, and sleeping by it.

import PolluxHost
import PolluxNative
import SimulatedWorld
import Testing
import WASIAsyncRuntime
import WASIp2

@Suite struct ClockTests {
    private static let last = UInt64.max

    @Test(
        arguments: [
            (Duration.nanoseconds(-1), 0), (.zero, 0), (.nanoseconds(1), 1),
            (Duration(secondsComponent: 0, attosecondsComponent: 1), 1),
            (Duration(secondsComponent: 0, attosecondsComponent: 1_000_000_001), 2),
            (Duration(secondsComponent: 0, attosecondsComponent: -1), 0),
            (.seconds(18_446_744_073) + .nanoseconds(709_551_615), last),
            (.seconds(18_446_744_073) + .nanoseconds(709_551_614), last - 1),
            (.seconds(Int64.max), last), (.seconds(Int64.min), 0),
            (Duration(attoseconds: .max), last), (Duration(attoseconds: .min), 0),
        ] as [(Duration, UInt64)])
    func `a duration is rounded up to whole nanoseconds and kept within the clock`(
        duration: Duration, nanoseconds: UInt64
    ) {
        #expect(Nanoseconds(clamping: duration) == Nanoseconds(nanoseconds))
    }

    @Test(
        arguments: [
            (5, .nanoseconds(3), 8), (5, .nanoseconds(-3), 2), (5, .nanoseconds(-5), 0),
            (5, .nanoseconds(-6), 0), (5, .seconds(Int64.min), 0), (5, .seconds(Int64.max), last),
            (last, .nanoseconds(1), last), (last, .nanoseconds(-1), last - 1),
            (5, Duration(attoseconds: .max), last), (5, Duration(attoseconds: .min), 0),
            (5, Duration(secondsComponent: 0, attosecondsComponent: 1), 6),
            (5, Duration(secondsComponent: 0, attosecondsComponent: -1), 5),
        ] as [(UInt64, Duration, UInt64)])
    func `an instant moves within the clock, never to before the exact one`(
        from: UInt64, by duration: Duration, to: UInt64
    ) {
        #expect(instant(from).advanced(by: duration) == instant(to))
    }

    @Test(arguments: [(3, 10), (10, 3), (0, last), (last, 0), (last, last)] as [(UInt64, UInt64)])
    func `between any two instants the way there leads there`(from: UInt64, to: UInt64) {
        let way = instant(from).duration(to: instant(to))
        #expect(instant(from).advanced(by: way) == instant(to))
        #expect(way == .zero - instant(to).duration(to: instant(from)))
    }

    @Test func `instants are ordered as their readings`() {
        #expect(instant(1) < instant(2))
        #expect(!(instant(2) < instant(2)))
    }

    @Test func `the clock tells the simulated time`() {
        let world = World()
        world.run {
            let before = WASIClock().now
            try await sleep(for: .milliseconds(3))
            world.say("\(before.duration(to: WASIClock().now))")
            world.say("\(WASIClock().minimumResolution)")
        }
        #expect(world.said == ["0.003 seconds", "1e-09 seconds"])
    }

    @Test(arguments: [Duration.zero, .milliseconds(-5), .seconds(Int64.min)])
    func `a sleep of no time suspends`(duration: Duration) {
        let world = World()
        world.run {
            Task { world.say("other task") }
            try await sleep(for: duration)
            world.note("slept")
        }
        #expect(world.said == ["other task", "slept at 0ms"])
    }

    @Test func `a sleep until an instant that has passed suspends`() {
        let world = World()
        world.run {
            try await sleep(for: .milliseconds(5))
            Task { world.say("other task") }
            try await sleep(until: .init(.init(nanoseconds: 1)))
            world.note("slept")
        }
        #expect(world.said == ["other task", "slept at 5ms"])
    }

    @Test func `all forms of sleep end at the same instant`() {
        let world = World()
        world.run {
            let deadline = WASIClock().now.advanced(by: .milliseconds(7))
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    try? await sleep(for: .milliseconds(7))
                    world.note("for")
                }
                group.addTask {
                    try? await sleep(until: deadline)
                    world.note("until")
                }
                group.addTask {
                    try? await Task.sleep(for: .milliseconds(7), clock: .wasi)
                    world.note("Task for")
                }
                group.addTask {
                    try? await Task.sleep(until: deadline, clock: .wasi)
                    world.note("Task until")
                }
                group.addTask {
                    try? await WASIClock().sleep(until: deadline, tolerance: .seconds(1))
                    world.note("clock")
                }
            }
        }
        #expect(
            Set(world.said)
                == Set(["for", "until", "Task for", "Task until", "clock"].map { "\($0) at 7ms" }))
        #expect(world.subscribed == ["@7ms"], "all sleepers share one pollable")
    }

    @Test func `sleepers wake by deadline, equal ones in the order in which they began`() {
        let world = World()
        world.run {
            await withTaskGroup(of: Void.self) { group in
                for (number, time) in [30, 10, 20, 10, 30].enumerated() {
                    group.addTask {
                        try? await sleep(for: .milliseconds(time))
                        world.note("\(number)")
                    }
                }
            }
        }
        #expect(
            world.said == ["1 at 10ms", "3 at 10ms", "2 at 20ms", "0 at 30ms", "4 at 30ms"])
    }

    @Test func `a sleep for ever is one that only a cancellation ends`() {
        let world = World()
        let outcome = world.run {
            let task = Task { try await sleep(for: .seconds(Int64.max)) }
            try await sleep(for: .seconds(3_600))
            task.cancel()
            world.say("\(await task.result)")
        }
        #expect(outcome == .completed)
        #expect(world.said == ["failure(Swift.CancellationError())"])
    }

    @Test func `a guest that sleeps for ever is deadlocked`() {
        let outcome = World().run { try await sleep(until: .init(.init(nanoseconds: .max))) }
        #expect(outcome == .deadlocked(waitingOn: ["@never"]))
    }

    @Test func `measuring by the clock measures simulated time`() {
        let world = World()
        world.run {
            let time = try await WASIClock().measure { try await sleep(for: .seconds(60)) }
            world.say("\(time)")
        }
        #expect(world.said == ["60.0 seconds"])
    }

    @Test func `a cancelled sleep leaves neither timer nor handle`() {
        let world = World()
        world.run {
            let task = Task { try await sleep(for: .seconds(3_600)) }
            try await sleep(for: .milliseconds(1))
            task.cancel()
            _ = await task.result
            try await sleep(for: .milliseconds(1))
            world.note("done")
        }
        #expect(world.said == ["done at 2ms"])
        #expect(world.subscribed == ["@1ms", "@2ms"])
        #expect(world.host.liveResources == 0)
    }
}

private func instant(_ nanoseconds: UInt64) -> WASIClock.Instant {
    .init(.init(nanoseconds: nanoseconds))
}
