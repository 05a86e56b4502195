// Sleeping tasks: one pollable for all of them, deadlines in order.

import PolluxHost
import PolluxNative
import SimulatedWorld
import Testing
import WASIReactor
import WASIp2

@Suite struct SleepTests {
    @Test func `a sleep ends at its deadline`() {
        let world = World()
        world.run { executor, reactor in
            executor.blockOn(reactor.sleep(for: 1_234_567).then { world.note("awake") })
        }
        #expect(world.said == ["awake at 1234.567us"])
        #expect(world.polls == [["@1234.567us"]])
    }

    @Test func `sleepers wake by deadline and share one pollable`() {
        let world = World()
        world.run { executor, reactor in
            for time: UInt64 in [30, 10, 20] {
                executor.spawn(
                    reactor.sleep(for: .milliseconds(time)).then { world.note("\(time)") })
            }
            executor.blockOn(reactor.sleep(for: .milliseconds(40)))
        }
        #expect(world.said == ["10 at 10ms", "20 at 20ms", "30 at 30ms"])
        #expect(world.polls == [["@10ms"], ["@20ms"], ["@30ms"], ["@40ms"]])
    }

    @Test func `equal deadlines wake in the order in which they were set`() {
        let world = World()
        world.run { executor, reactor in
            for task in 0..<20 {
                executor.spawn(
                    reactor.sleep(for: .milliseconds(10)).then { world.say("\(task)") })
            }
            executor.blockOn(reactor.sleep(for: .milliseconds(10)))
        }
        #expect(world.said == (0..<20).map(String.init))
        #expect(world.blocks == [["@10ms"]])
    }

    @Test func `one hundred thousand sleepers make lists of one, and wake by deadline`() {
        let world = World()
        let deadlines = Deadlines()
        world.run { executor, reactor in
            // Far enough away that the clock's patience with the checks does not get there.
            let start = MonotonicClock.now().advanced(by: .seconds(1_000))
            var generator = SplitMix64(seed: 1)
            for _ in 0..<100_000 {
                let time = UInt64.random(in: 1...50, using: &generator)
                executor.spawn(
                    reactor.sleep(until: start.advanced(by: .milliseconds(time))).then {
                        deadlines.woke.append(time)
                    })
            }
            executor.blockOn(reactor.sleep(until: start.advanced(by: .milliseconds(51))))
        }
        #expect(deadlines.woke.count == 100_000)
        #expect(zip(deadlines.woke, deadlines.woke.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(world.blocks.count == 51)
        #expect(world.blocks.allSatisfy { $0.count == 1 })
        #expect(world.subscribed.count { !$0.hasPrefix("@1000.0") } == 1, "the checks share one")
        #expect(world.host.liveResources == 0)
    }

    @Test(arguments: [0, 1] as [UInt64])
    func `a sleep for next to nothing suspends`(nanoseconds: UInt64) {
        let world = World()
        world.run { executor, reactor in
            executor.spawn(now { world.say("other task") })
            executor.blockOn(
                reactor.sleep(for: Nanoseconds(nanoseconds)).then { world.say("awake") })
        }
        #expect(world.said == ["other task", "awake"])
        #expect(world.polls.count == 1)
    }

    @Test func `a sleep until an instant that has passed ends with the next poll`() {
        let world = World()
        world.run { executor, reactor in
            let start = MonotonicClock.now()
            executor.blockOn(
                steps(
                    { reactor.sleep(for: .milliseconds(10)).then {} },
                    { reactor.sleep(until: start).then { world.note("awake") } }))
        }
        #expect(world.said == ["awake at 10ms"])
    }

    @Test(arguments: [UInt64.max, UInt64.max - 1, UInt64.max - 999_999_999] as [UInt64])
    func `a sleep for longer than the clock can count never ends`(nanoseconds: UInt64) {
        let world = World()
        let outcome = world.run { executor, reactor in
            executor.spawn(
                reactor.sleep(for: Nanoseconds(nanoseconds)).then { world.note("awake") })
            executor.blockOn(reactor.sleep(for: .milliseconds(10)).then { world.note("root") })
        }
        #expect(outcome == .completed)
        #expect(world.said == ["root at 10ms"])
    }

    @Test func `a guest that only sleeps for ever is a deadlock`() {
        let world = World()
        let outcome = world.run { executor, reactor in
            executor.blockOn(reactor.sleep(for: Nanoseconds(.max)))
        }
        #expect(outcome == .deadlocked(waitingOn: ["@never"]))
    }

    @Test func `the timer of a cancelled sleeper causes no wake`() {
        let world = World()
        world.run { executor, reactor in
            let sleeper = executor.spawn(
                reactor.sleep(for: .milliseconds(10)).then { world.say("woke") })
            executor.spawn(
                steps({ reactor.sleep(for: .milliseconds(5)).then {} }, { now(sleeper.cancel) }))
            executor.blockOn(reactor.sleep(for: .milliseconds(20)).then { world.note("root") })
        }
        #expect(world.said == ["root at 20ms"])
        #expect(world.polls == [["@5ms"], ["@20ms"]])
    }

    @Test func `a sleep wakes the task that polled it last`() {
        let world = World()
        world.run { executor, reactor in
            var sleep = reactor.sleep(for: .milliseconds(10))
            var isOver = false
            for task in 1...2 {
                executor.spawn(
                    Turn<Void> { waker, turn in
                        world.note("task \(task) turn \(turn)")
                        if !isOver { isOver = sleep.poll(Context(waker: waker)).isReady }
                        return isOver ? .ready(()) : .pending
                    })
            }
            executor.blockOn(reactor.sleep(for: .milliseconds(20)))
        }
        #expect(
            world.said == ["task 1 turn 0 at 0ms", "task 2 turn 0 at 0ms", "task 2 turn 1 at 10ms"])
    }

    @Test func `cancelling a sleeper among many leaves the others in order`() {
        let world = World()
        world.run { executor, reactor in
            // In this order the timer that takes the place of 7 must rise from there.
            let sleepers = [2, 7, 3, 4, 5, 6, 1].map { time in
                executor.spawn(
                    reactor.sleep(for: .milliseconds(UInt64(time))).then { world.note("\(time)") })
            }
            executor.spawn(now { sleepers[1].cancel() })
            executor.blockOn(reactor.sleep(for: .milliseconds(20)))
        }
        #expect(world.said == (1...6).map { "\($0) at \($0)ms" })
    }

    @Test func `a sleeper that is cancelled among equal deadlines takes no other's turn`() {
        let world = World()
        world.run { executor, reactor in
            let sleepers = (0..<9).map { task in
                executor.spawn(
                    reactor.sleep(for: .milliseconds(10)).then { world.say("\(task)") })
            }
            executor.spawn(now { for task in [0, 4, 8] { sleepers[task].cancel() } })
            executor.blockOn(reactor.sleep(for: .milliseconds(20)))
        }
        #expect(world.said == ["1", "2", "3", "5", "6", "7"])
    }

    @Test func `an earlier deadline that comes later arms the timer anew`() {
        let world = World()
        world.run { executor, reactor in
            executor.spawn(
                steps(
                    { reactor.sleep(for: .milliseconds(10)).then {} },
                    { reactor.sleep(for: .milliseconds(5)).then { world.note("early") } }))
            executor.blockOn(
                steps(
                    { reactor.sleep(for: .milliseconds(10)).then {} },
                    { reactor.sleep(for: .milliseconds(30)).then { world.note("late") } }))
        }
        #expect(world.said == ["early at 15ms", "late at 40ms"])
        #expect(world.subscribed == ["@10ms", "@15ms", "@40ms"])
        #expect(world.host.liveResources == 0)
    }

    @Test func `the timer that stays the earliest is subscribed once`() {
        let world = World(["a": 1, "b": 2, "c": 3])
        world.run { executor, reactor in
            executor.spawn(
                steps(
                    { reactor.waitFor(world.pollable("a")).then {} },
                    { reactor.waitFor(world.pollable("b")).then {} },
                    { reactor.waitFor(world.pollable("c")).then {} }))
            executor.blockOn(reactor.sleep(for: .milliseconds(10)))
        }
        #expect(world.subscribed.count { $0 == "@10ms" } == 1)
        #expect(world.polls.count == 4)
    }

    @Test func `a far timer does not hold the exit`() {
        let world = World()
        let outcome = world.run { executor, reactor in
            executor.spawn(reactor.sleep(for: .seconds(3_600)))
            executor.blockOn(reactor.sleep(for: .milliseconds(1)))
        }
        #expect(outcome == .completed)
        #expect(world.elapsed == 1_000_000)
        #expect(world.host.liveResources == 0)
    }

    @Test func `a timer and a source that are due together wake in the order of the report`() {
        for order in [HostPolicy.Order.ascending, .descending] {
            let world = World(["a": 10], policy: HostPolicy(order: order))
            world.run { executor, reactor in
                executor.spawn(reactor.waitFor(world.pollable("a")).then { world.say("a") })
                executor.spawn(
                    reactor.sleep(for: .milliseconds(10)).then { world.say("@10ms") })
                executor.blockOn(reactor.sleep(for: .milliseconds(20)))
            }
            #expect(world.said == world.reports[0])
        }
    }
}

/// What woke, in order; a plain array, since hundreds of thousands of strings would be slow.
private final class Deadlines: @unchecked Sendable {
    var woke: [UInt64] = []
}
