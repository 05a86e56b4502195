// Tasks: who runs when, spawn and join, and what a waker may do.

import PolluxHost
import PolluxNative
import SimulatedWorld
import Testing
import WASIReactor
import WASIp2

@Suite struct LocalExecutorTests {
    @Test func `runnable tasks go first in, first out`() {
        let world = World()
        world.run { executor, _ in
            for task in 1...3 {
                executor.spawn(
                    steps(
                        { Yield().then { world.say("\(task)a") } },
                        { Yield().then { world.say("\(task)b") } }))
            }
            executor.blockOn(steps({ Yield().then {} }, { Yield().then {} }, { Yield().then {} }))
        }
        #expect(world.said == ["1a", "2a", "3a", "1b", "2b", "3b"])
    }

    @Test func `a task that yields goes behind every other runnable one`() {
        let world = World()
        world.run { executor, _ in
            executor.spawn(
                steps({ now { world.say("1") } }, { Yield().then { world.say("1 again") } }))
            executor.spawn(now { world.say("2") })
            executor.blockOn(Yield().then { world.say("root") })
        }
        #expect(world.said == ["1", "2", "1 again", "root"])
    }

    @Test func `an injected pick decides who goes next`() {
        let world = World()
        let last: @Sendable (Int) -> Int = { $0 - 1 }
        world.run(pick: last) { executor, reactor in
            for task in 1...3 { executor.spawn(now { world.say("\(task)") }) }
            executor.blockOn(reactor.sleep(for: 1))
        }
        #expect(world.said == ["3", "2", "1"])
    }

    @Test func `an injected pick keeps the order of those it leaves`() {
        let world = World()
        let second: @Sendable (Int) -> Int = { $0 > 2 ? 1 : 0 }
        world.run(pick: second) { executor, reactor in
            for task in 1...4 { executor.spawn(now { world.say("\(task)") }) }
            executor.blockOn(reactor.sleep(for: 1))
        }
        #expect(world.said == ["2", "3", "4", "1"])
    }

    @Test func `a pick is asked only where two tasks or more are runnable`() {
        let world = World()
        let first: @Sendable (Int) -> Int = { count in
            world.say("\(count)")
            return 0
        }
        world.run(pick: first) { executor, reactor in
            executor.spawn(Yield())
            executor.blockOn(Yield())
            executor.blockOn(reactor.sleep(for: 1))
        }
        #expect(world.said == ["2", "2", "2"])
    }

    @Test func `a pick does not see a task that was cancelled while it was runnable`() {
        let world = World()
        let first: @Sendable (Int) -> Int = { count in
            world.say("of \(count)")
            return 0
        }
        world.run(pick: first) { executor, reactor in
            let tasks = (1...3).map { _ in executor.spawn(Yield()) }
            tasks[0].cancel()
            tasks[2].cancel()
            executor.blockOn(reactor.sleep(for: 1))
        }
        #expect(world.said == ["of 2", "of 2"], "the second task and the root")
    }

    @Test func `a spawned task runs when its turn comes, not at once`() {
        let world = World()
        world.run { executor, _ in
            executor.blockOn(
                now {
                    executor.spawn(now { world.say("child") })
                    world.say("parent")
                }.then {})
        }
        #expect(world.said == ["parent"], "the child's turn comes after the root's end")
    }

    @Test func `join gives the task's output`() {
        let world = World()
        world.run { executor, reactor in
            let task = executor.spawn(
                AnyFuture<Int>.box(reactor.sleep(for: .milliseconds(10))) { 42 })
            guard case .finished(let answer) = executor.blockOn(task.join()) else { return }
            world.note("\(answer)")
        }
        #expect(world.said == ["42 at 10ms"])
    }

    @Test func `join of a task that has ended is ready at once`() {
        let world = World()
        world.run { executor, _ in
            let task = executor.spawn(now {})
            executor.blockOn(
                steps({ Yield().then {} }, { task.join().then { _ in world.say("joined") } }))
            world.say("ended: \(task.isEnded)")
        }
        #expect(world.said == ["joined", "ended: true"])
        #expect(world.polls.isEmpty)
    }

    @Test func `those who join wake in the order in which they began`() {
        let world = World()
        world.run { executor, reactor in
            let task = executor.spawn(reactor.sleep(for: .milliseconds(1)))
            var leaver: TaskHandle<Void>?
            for joiner in 1...4 {
                let handle = executor.spawn(task.join().then { _ in world.say("\(joiner)") })
                if joiner == 2 { leaver = handle }
            }
            executor.spawn(now { leaver?.cancel() })
            _ = executor.blockOn(task.join())
        }
        #expect(world.said == ["1", "3", "4"])
    }

    @Test func `a task that is woken twice runs once`() {
        let world = World(["a": 10, "b": 10])
        world.run { executor, reactor in
            var a = reactor.waitFor(world.pollable("a"))
            var b = reactor.waitFor(world.pollable("b"))
            executor.spawn(
                Turn<Void> { waker, turn in
                    world.say("turn \(turn)")
                    let context = Context(waker: waker)
                    let isDone = (a.poll(context).isReady, b.poll(context).isReady)
                    return isDone == (true, true) ? .ready(()) : .pending
                })
            executor.blockOn(reactor.sleep(for: .milliseconds(20)))
        }
        #expect(world.said == ["turn 0", "turn 1"])
    }

    @Test func `a waker that fires after its task's end wakes nobody`() {
        let world = World()
        world.run { executor, _ in
            var kept: Waker?
            executor.spawn(
                Turn<Void> { waker, _ in
                    kept = waker
                    return .ready(())
                })
            executor.blockOn(Yield())
            executor.spawn(
                Turn<Void> { _, turn in
                    world.say("turn \(turn)")
                    return .pending
                })
            executor.blockOn(Yield())
            kept?.wake()
            executor.blockOn(steps({ Yield().then {} }, { Yield().then {} }))
        }
        #expect(world.said == ["turn 0"])
    }

    @Test func `the waker of the latest poll is the one that counts`() {
        let world = World(["a": 10])
        world.run { executor, reactor in
            // One wait that two tasks poll: the second task takes it over.
            var wait = reactor.waitFor(world.pollable("a"))
            var isReady = false
            for task in 1...2 {
                executor.spawn(
                    Turn<Void> { waker, turn in
                        world.say("task \(task) turn \(turn)")
                        if !isReady { isReady = wait.poll(Context(waker: waker)).isReady }
                        return isReady ? .ready(()) : .pending
                    })
            }
            executor.blockOn(reactor.sleep(for: .milliseconds(20)))
        }
        #expect(world.said == ["task 1 turn 0", "task 2 turn 0", "task 2 turn 1"])
    }

    @Test func `blockOn inside blockOn traps`() {
        let world = World()
        let outcome = world.run { executor, _ in
            executor.blockOn(now { executor.blockOn(Yield()) })
        }
        guard case .trapped(let trap) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(trap.name == "stalled")
        #expect(trap.message.contains("inside blockOn"))
    }

    @Test func `run ends when every task has ended, also those that tasks spawned`() {
        let world = World(["a": nil])
        let outcome = world.run { executor, reactor in
            let task = executor.spawn(reactor.waitFor(world.pollable("a")))
            executor.spawn(
                steps(
                    { reactor.sleep(for: .milliseconds(5)).then(task.cancel) },
                    {
                        now {
                            executor.spawn(
                                reactor.sleep(for: .milliseconds(5)).then { world.note("child") })
                        }
                    }))
            executor.run()
            world.note("end")
            executor.run()
        }
        #expect(outcome == .completed)
        #expect(world.said == ["child at 10ms", "end at 10ms"])
    }
}
