// Waits of other shapes: any, all, removed, and on a pollable of their own.

import PolluxHost
import PolluxNative
import SimulatedWorld
import Testing
import WASIReactor
import WASIp2

@Suite struct WaitTests {
    @Test func `waitAny ends with the place of the one that is ready`() {
        let world = World(["a": 30, "b": 10, "c": 20])
        world.run { executor, reactor in
            let keys = ["a", "b", "c"].map { reactor.insert(world.pollable($0)) }
            let winner = executor.blockOn(reactor.waitAny(keys))
            world.note("\(winner)")
        }
        #expect(world.said == ["1 at 10ms"])
    }

    @Test func `waitAny takes the lowest place of several, in whatever order they are reported`() {
        let world = World(["a": 20, "b": 10, "c": 10], policy: HostPolicy(order: .descending))
        world.run { executor, reactor in
            let keys = ["a", "b", "c"].map { reactor.insert(world.pollable($0)) }
            world.say("\(executor.blockOn(reactor.waitAny(keys)))")
        }
        #expect(world.said == ["1"])
        #expect(world.reports == [["c", "b"]])
    }

    @Test func `waitAny leaves its losers at once`() {
        let world = World(["a": 10, "b": 20, "c": 30])
        world.run { executor, reactor in
            let a = reactor.insert(world.pollable("a"))
            let b = reactor.insert(world.pollable("b"))
            executor.blockOn(
                steps(
                    { reactor.waitAny([a, b]).then { _ in } },
                    { reactor.waitFor(world.pollable("c")).then {} }))
        }
        #expect(world.polls == [["a", "b"], ["c"]])
    }

    @Test func `waitAny wakes its task once although two are reported`() {
        let world = World(["a": 10, "b": 10])
        world.run { executor, reactor in
            let keys = ["a", "b"].map { reactor.insert(world.pollable($0)) }
            var race = reactor.waitAny(keys)
            var turns = 0
            executor.blockOn(
                Turn { waker, _ in
                    turns += 1
                    return race.poll(Context(waker: waker))
                }.then { _ in world.say("\(turns) turns") })
        }
        #expect(world.said == ["2 turns"])
    }

    @Test func `waitAny may wait again`() {
        let world = World(["a": 10, "b": 20], falling: ["a": 11])
        world.run { executor, reactor in
            let keys = ["a", "b"].map { reactor.insert(world.pollable($0)) }
            var race = reactor.waitAny(keys)
            for _ in 1...2 {
                let place = executor.blockOn(
                    Turn { waker, _ in race.poll(Context(waker: waker)) })
                world.note("\(place)")
                executor.blockOn(reactor.sleep(for: .milliseconds(5)))
            }
        }
        #expect(world.said == ["0 at 10ms", "1 at 20ms"])
    }

    @Test func `waitAny ends for a pollable that is removed meanwhile`() {
        let world = World(["a": nil, "b": nil])
        world.run { executor, reactor in
            let keys = ["a", "b"].map { reactor.insert(world.pollable($0)) }
            executor.spawn(
                steps(
                    { reactor.sleep(for: .milliseconds(5)).then {} },
                    { now { reactor.remove(keys[1]) } }))
            world.note("\(executor.blockOn(reactor.waitAny(keys)))")
            world.note("\(executor.blockOn(reactor.waitAny(keys)))")
        }
        #expect(world.said == ["1 at 5ms", "1 at 5ms"])
    }

    @Test func `waitAll ends with the last one, and asks for each only once`() {
        let world = World(["a": 10, "b": 30, "c": 20], falling: ["a": 11])
        world.run { executor, reactor in
            let keys = ["a", "b", "c"].map { reactor.insert(world.pollable($0)) }
            executor.blockOn(reactor.waitAll(keys).then { world.note("all") })
        }
        #expect(world.said == ["all at 30ms"])
        #expect(world.polls == [["a", "b", "c"], ["b", "c"], ["b"]])
    }

    @Test func `waitAll that is dropped half way leaves the rest`() {
        let world = World(["a": 10, "b": nil, "c": 20])
        world.run { executor, reactor in
            let keys = ["a", "b"].map { reactor.insert(world.pollable($0)) }
            let all = executor.spawn(reactor.waitAll(keys))
            executor.spawn(
                steps({ reactor.sleep(for: .milliseconds(15)).then {} }, { now(all.cancel) }))
            executor.blockOn(reactor.waitFor(world.pollable("c")))
        }
        #expect(world.polls == [["a", "b", "c", "@15ms"], ["b", "c", "@15ms"], ["c"]])
    }

    @Test func `waits on a pollable that is removed end as removed, in order`() {
        let world = World(["a": 10])
        world.run { executor, reactor in
            let key = reactor.insert(world.pollable("a"))
            for task in 1...2 {
                executor.spawn(reactor.wait(key).then { world.note("\(task) \($0)") })
            }
            executor.spawn(now { reactor.remove(key) })
            executor.blockOn(reactor.sleep(for: .milliseconds(20)))
        }
        #expect(world.said == ["1 removed at 0ms", "2 removed at 0ms"])
        #expect(world.polls == [["@20ms"]])
    }

    @Test func `a wait that was reported before the removal ends as ready`() {
        let world = World(["a": 10])
        world.run { executor, reactor in
            let key = reactor.insert(world.pollable("a"))
            executor.spawn(reactor.wait(key).then { _ in reactor.remove(key) })
            executor.blockOn(reactor.wait(key).then { world.say("\($0)") })
        }
        #expect(world.said == ["ready"])
    }

    @Test func `a wait that is polled again waits anew, and ends once its pollable is removed`() {
        let world = World(["a": 10, "b": 20])
        world.run { _, reactor in
            let context = Context(waker: .noop)
            let key = reactor.insert(world.pollable("a"))
            var wait = reactor.wait(key)
            for _ in 1...2 {
                let isPending = !wait.poll(context).isReady
                #expect(isPending)
                _ = reactor.blockUntil()
                if case .ready(let end) = wait.poll(context) { world.say("\(end)") }
            }
            reactor.remove(key)
            // Another one takes its place, which is none of the wait's.
            let other = reactor.insert(world.pollable("b"))
            if case .ready(let end) = wait.poll(context) { world.say("\(end)") }
            reactor.remove(other)
        }
        #expect(world.said == ["ready", "ready", "removed"])
        #expect(world.polls == [["a"], ["a"]])
    }

    @Test func `a pollable that is taken back is alive and its waits end`() {
        let world = World(["a": 10])
        world.run { executor, reactor in
            let key = reactor.insert(world.pollable("a"))
            executor.spawn(reactor.wait(key).then { world.say("\($0)") })
            executor.spawn(
                now {
                    guard let pollable = reactor.take(key) else { return }
                    world.say("taken, ready: \(pollable.isReady)")
                })
            executor.blockOn(reactor.sleep(for: 1))
        }
        #expect(world.said == ["taken, ready: false", "removed"])
        #expect(world.dropped.first == "a")
    }

    @Test func `waitFor drops its pollable when it is ready`() {
        let world = World(["a": 10])
        world.run { executor, reactor in
            var wait = reactor.waitFor(world.pollable("a"))
            executor.blockOn(Turn { waker, _ in wait.poll(Context(waker: waker)) })
            world.say("\(world.host.liveResources) alive")
        }
        #expect(world.said == ["0 alive"])
    }

    @Test(arguments: [false, true])
    func `waitFor drops its pollable when it is dropped`(hasBegun: Bool) {
        let world = World(["a": nil])
        world.run { executor, reactor in
            let task = executor.spawn(reactor.waitFor(world.pollable("a")))
            if hasBegun { executor.blockOn(reactor.sleep(for: 1)) } else { task.cancel() }
            world.say(world.dropped.joined())
        }
        #expect(world.said == ["a"])
        #expect(world.host.liveResources == 0)
    }
}
