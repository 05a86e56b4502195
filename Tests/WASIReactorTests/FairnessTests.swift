// Busy tasks, pollables beside them, and executors with nothing to poll.

import PolluxHost
import PolluxNative
import SimulatedWorld
import Testing
import WASIReactor
import WASIp2

@Suite struct FairnessTests {
    @Test func `a busy task starves no pollable`() {
        let world = World(["a": 0])
        let turns = Turns()
        world.run { executor, reactor in
            let waiting = executor.spawn(
                reactor.waitFor(world.pollable("a")).then { world.say("a") })
            executor.blockOn(
                Spin {
                    turns.count += 1
                    return waiting.isEnded
                })
        }
        #expect(world.said == ["a"])
        #expect(turns.count <= 9, "one look after eight turns, then the waiter's turn")
        #expect(world.blocks.isEmpty, "nothing waits while a task is runnable")
    }

    @Test func `a busy task starves no sleeper`() {
        let world = World()
        world.run { executor, reactor in
            let sleeper = executor.spawn(reactor.sleep(for: .milliseconds(1)))
            executor.blockOn(Spin { sleeper.isEnded })
        }
        #expect(world.elapsed == 1_000_000, "patience moves the clock to the deadline, not past it")
    }

    @Test func `a busy executor looks at its reactor after every eight turns`() {
        let world = World(["a": nil])
        let turns = Turns()
        world.run { executor, reactor in
            executor.spawn(reactor.waitFor(world.pollable("a")))
            executor.blockOn(
                Spin {
                    turns.count += 1
                    return turns.count == 81
                })
        }
        #expect(world.checks == 10)
        #expect(world.polls.allSatisfy { $0 == ["a", "@0ms"] })
        #expect(
            world.subscribed == ["a", "@0ms"], "all looks share one pollable that is always ready")
    }

    @Test
    func `the looks of a busy executor pass at most nine pollables a turn, however many wait`() {
        let world = World(["a": nil])
        let turns = Turns()
        let waiters = 800
        world.run { executor, reactor in
            for _ in 0..<waiters { executor.spawn(reactor.waitFor(world.pollable("a"))) }
            executor.blockOn(
                Spin {
                    turns.count += 1
                    return turns.count == 2 * waiters
                })
        }
        let passed = world.polls.reduce(0) { $0 + $1.count }
        #expect(passed <= 9 * (turns.count + waiters))
        #expect(
            world.polls.filter { $0.count == waiters + 1 }.count >= 15, "and all still get looks")
    }

    @Test func `the pollable of the looks is not in the list of a poll that may wait`() {
        let world = World(["a": 5])
        let turns = Turns()
        world.run { executor, reactor in
            let waiting = executor.spawn(reactor.waitFor(world.pollable("a")))
            executor.spawn(
                Spin {
                    turns.count += 1
                    return turns.count > 20
                })
            _ = executor.blockOn(waiting.join())
        }
        #expect(world.checks > 0)
        #expect(world.blocks == [["a"]])
    }

    @Test(arguments: [HostPolicy.Subset.any, .one])
    func `a ready pollable waits for at most (fair + 1) × 8 + tasks turns`(
        subset: HostPolicy.Subset
    ) {
        for seed in 0..<500 as Range<UInt64> {
            let policy = HostPolicy(order: .any, subset: subset, fair: 2)
            let world = World(["a": 0, "b": 0, "c": 0], policy: policy, seed: seed)
            let turns = Turns()
            world.run { executor, reactor in
                let waiting = ["a", "b", "c"].map { name in
                    executor.spawn(reactor.waitFor(world.pollable(name)))
                }
                for _ in 1...2 {
                    executor.spawn(
                        Spin {
                            turns.count += 1
                            return waiting.allSatisfy(\.isEnded)
                        })
                }
                executor.blockOn(
                    Spin {
                        turns.count += 1
                        return waiting.allSatisfy(\.isEnded)
                    })
            }
            #expect(turns.count <= (2 + 1) * 8 + 6, "seed \(seed)")
        }
    }

    @Test func `tasks that get on without pollables make no poll`() {
        let world = World()
        let outcome = world.run { executor, _ in
            let channel = Channel<Int>()
            executor.spawn(Steps((0..<100).map { n in { now { channel.send(n) } } }))
            let other = executor.spawn(
                Steps((0..<100).map { _ in { channel.receive().then { _ in } } }))
            executor.blockOn(
                steps({ other.join().then { _ in } }, { Yield().then {} }, { Yield().then {} }))
        }
        #expect(outcome == .completed)
        #expect(world.polls.isEmpty)
        #expect(world.trace.count == 0, "nor any other host call")
    }

    @Test func `a busy executor for which nobody waits makes no poll`() {
        let world = World()
        let turns = Turns()
        world.run { executor, _ in
            executor.blockOn(
                Spin {
                    turns.count += 1
                    return turns.count == 1_000
                })
        }
        #expect(world.polls.isEmpty)
    }

    @Test func `an executor that is left with an ended task does not look`() {
        let world = World(["a": 10])
        world.run { executor, reactor in
            let tasks = (0..<9).map { _ in executor.spawn(Yield()) }
            executor.spawn(now { for task in tasks { task.cancel() } })
            executor.blockOn(reactor.waitFor(world.pollable("a")))
        }
        #expect(world.polls == [["a"]])
    }

    @Test func `a task that waits for nothing ends the guest as stalled, not in an empty poll`() {
        let world = World()
        let outcome = world.run { executor, _ in executor.blockOn(Never()) }
        #expect(name(of: outcome) == "stalled")
        #expect(world.polls.isEmpty)
    }

    @Test func `tasks that join each other in a circle end the guest as stalled`() {
        let world = World()
        let outcome = world.run { executor, _ in
            var first: TaskHandle<Void>?
            let second = executor.spawn(
                steps({ Yield().then {} }, { first.map { $0.join().then { _ in } } ?? now {} }))
            first = executor.spawn(second.join().then { _ in })
            _ = executor.blockOn(second.join())
        }
        #expect(name(of: outcome) == "stalled")
    }

    @Test func `the last waiter's cancelling ends the guest as stalled, not in an empty poll`() {
        let world = World(["a": 10])
        let outcome = world.run { executor, reactor in
            let task = executor.spawn(reactor.waitFor(world.pollable("a")))
            executor.spawn(
                steps({ reactor.sleep(for: 1).then {} }, { now(task.cancel) }))
            executor.blockOn(Never())
        }
        #expect(name(of: outcome) == "stalled")
        #expect(world.polls == [["a", "@1ns"]])
    }

    @Test func `a pollable that never comes is a deadlock with its name`() {
        let world = World(["a": nil])
        let outcome = world.run { executor, reactor in
            executor.blockOn(reactor.waitFor(world.pollable("a")))
        }
        #expect(outcome == .deadlocked(waitingOn: ["a"]))
    }
}

/// Counts across the guest's thread and the test's.
private final class Turns: @unchecked Sendable {
    var count = 0
}

private func name(of outcome: Outcome) -> String {
    if case .trapped(let trap) = outcome { trap.name } else { outcome.description }
}
