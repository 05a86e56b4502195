// Cancelling tasks, and what becomes of tasks that are left.

import PolluxHost
import PolluxNative
import SimulatedWorld
import Testing
import WASIReactor
import WASIp2

@Suite struct CancelTests {
    @Test func `a task that is cancelled before its first turn never runs`() {
        let world = World()
        world.run { executor, _ in
            let task = executor.spawn(now { world.say("ran") })
            task.cancel()
            executor.blockOn(
                steps({ Yield().then {} }, { task.join().then { world.say("\($0)") } }))
        }
        #expect(world.said == ["cancelled"])
    }

    @Test func `cancelling drops the future at once`() {
        let world = World()
        world.run { executor, _ in
            let task = executor.spawn(Held(OnDrop { world.say("dropped") }).future())
            executor.blockOn(Yield())
            task.cancel()
            world.say("after cancel")
        }
        #expect(world.said == ["dropped", "after cancel"])
    }

    @Test func `a task that cancels itself goes on to its next suspension`() {
        let world = World()
        world.run { executor, _ in
            var own: TaskHandle<Void>?
            own = executor.spawn(
                steps(
                    {
                        now {
                            own?.cancel()
                            world.say("goes on")
                        }
                    }, { Yield().then { world.say("never") } }))
            guard let own else { return }
            executor.blockOn(own.join().then { world.say("\($0)") })
        }
        #expect(world.said == ["goes on", "cancelled"])
    }

    @Test func `a task that cancels itself and finishes in the same turn has finished`() {
        let world = World()
        world.run { executor, _ in
            var own: TaskHandle<Void>?
            own = executor.spawn(now { own?.cancel() })
            guard let own else { return }
            executor.blockOn(own.join().then { world.say("\($0)") })
        }
        #expect(world.said == ["finished()"])
    }

    @Test func `the next task does not inherit that one cancelled itself`() {
        let world = World()
        world.run { executor, _ in
            var own: TaskHandle<Void>?
            own = executor.spawn(now { own?.cancel() })
            executor.spawn(Yield().then { world.say("next") })
            executor.blockOn(steps({ Yield().then {} }, { Yield().then {} }))
        }
        #expect(world.said == ["next"])
    }

    @Test func `cancelling twice is cancelling once`() {
        let world = World()
        world.run { executor, reactor in
            let task = executor.spawn(reactor.sleep(for: 1))
            executor.blockOn(Yield())
            task.cancel()
            let other = executor.spawn(Yield().then { world.say("the place's next task") })
            task.cancel()
            _ = executor.blockOn(other.join())
        }
        #expect(world.said == ["the place's next task"])
    }

    @Test func `cancelling a task that has ended changes nothing`() {
        let world = World()
        world.run { executor, _ in
            let task = executor.spawn(now {})
            executor.blockOn(Yield())
            task.cancel()
            executor.blockOn(task.join().then { world.say("\($0)") })
        }
        #expect(world.said == ["finished()"])
    }

    @Test func `joining a task that is cancelled later ends with its cancelling`() {
        let world = World()
        world.run { executor, reactor in
            let task = executor.spawn(reactor.sleep(for: .seconds(1)))
            executor.spawn(
                steps({ reactor.sleep(for: .milliseconds(5)).then {} }, { now(task.cancel) }))
            executor.blockOn(task.join().then { world.note("\($0)") })
        }
        #expect(world.said == ["cancelled at 5ms"])
    }

    @Test func `a cancelled wait leaves neither a waiter nor a handle`() {
        let world = World(["a": 10])
        world.run { executor, reactor in
            let task = executor.spawn(reactor.waitFor(world.pollable("a")))
            executor.blockOn(reactor.sleep(for: .milliseconds(1)))
            task.cancel()
            world.say("waiting: \(reactor.isWaiting)")
            executor.blockOn(reactor.sleep(for: .milliseconds(20)))
        }
        #expect(world.said == ["waiting: false"])
        #expect(world.polls == [["a", "@1ms"], ["@21ms"]])
        #expect(world.dropped.first == "a")
    }

    @Test func `tasks that are left at the end are dropped, in order`() {
        let world = World(["a": nil])
        let outcome = world.run { executor, reactor in
            for task in 1...3 {
                executor.spawn(Held(OnDrop { world.say("dropped \(task)") }).future())
            }
            let waiting = executor.spawn(reactor.waitFor(world.pollable("a")))
            executor.blockOn(reactor.sleep(for: 1))
            world.say("ended: \(waiting.isEnded)")
        }
        #expect(outcome == .completed)
        #expect(world.said == ["dropped 1", "dropped 2", "dropped 3", "ended: true"])
        #expect(world.dropped.first == "a")
        #expect(world.host.liveResources == 0)
    }

    @Test func `a task that is spawned while tasks are dropped is dropped, too`() {
        let world = World()
        world.run { executor, reactor in
            executor.spawn(
                Held(
                    OnDrop {
                        for task in 1...2 {
                            executor.spawn(Held(OnDrop { world.say("dropped \(task)") }).future())
                        }
                    }
                ).future())
            executor.blockOn(reactor.sleep(for: 1))
            world.say("end")
            for task in 3...5 { executor.spawn(now { world.say("ran \(task)") }) }
            executor.blockOn(Yield())
        }
        #expect(Set(world.said.prefix(2)) == ["dropped 1", "dropped 2"])
        #expect(world.said.dropFirst(2) == ["end", "ran 3", "ran 4", "ran 5"])
    }

    @Test func `an executor runs again after its root has ended`() {
        let world = World()
        world.run { executor, reactor in
            for round in 1...3 {
                executor.spawn(reactor.sleep(for: .seconds(1)))
                executor.blockOn(
                    reactor.sleep(for: .milliseconds(1)).then { world.note("\(round)") })
            }
        }
        #expect(world.said == ["1 at 1ms", "2 at 2ms", "3 at 3ms"])
    }
}

/// A future that never ends and owns something.
private struct Held {
    private let owned: OnDrop
    init(_ owned: OnDrop) { self.owned = owned }

    consuming func future() -> Turn<Void> {
        let owned = owned
        return Turn { _, _ in
            _ = owned
            return .pending
        }
    }
}
