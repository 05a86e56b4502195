// Waits on kept pollables: the list that is polled, and who wakes when.

import PolluxHost
import PolluxNative
import SimulatedWorld
import Testing
import WASIReactor
import WASIp2

@Suite struct ReactorTests {
    @Test func `tasks wake in the order of the report, not of their registration`() {
        let world = World(["a": 10, "b": 10, "c": 10], policy: HostPolicy(order: .descending))
        world.run { executor, reactor in
            for name in ["a", "b", "c"] {
                executor.spawn(reactor.waitFor(world.pollable(name)).then { world.say(name) })
            }
            executor.blockOn(reactor.sleep(for: .milliseconds(20)))
        }
        #expect(world.said == ["c", "b", "a"])
        #expect(world.reports.first == ["c", "b", "a"])
    }

    @Test func `every position of a report is served by one poll`() {
        let world = World(["a": 10, "b": 10, "c": 20])
        world.run { executor, reactor in
            let keys = ["a", "b", "c"].map { reactor.insert(world.pollable($0)) }
            executor.blockOn(reactor.waitAll(keys))
        }
        #expect(world.polls == [["a", "b", "c"], ["c"]])
    }

    @Test func `several waiters of one pollable wake in order of registration`() {
        let world = World(["a": 10])
        world.run { executor, reactor in
            let key = reactor.insert(world.pollable("a"))
            for task in 1...3 {
                executor.spawn(reactor.wait(key).then { _ in world.say("\(task)") })
            }
            executor.blockOn(reactor.wait(key).then { _ in world.say("root") })
        }
        #expect(world.said == ["1", "2", "3", "root"])
        #expect(world.polls == [["a"]], "it stands in the list once")
    }

    @Test func `a pollable that nobody waits for is in no list`() {
        let world = World(["a": 0, "b": 10])
        world.run { executor, reactor in
            _ = reactor.insert(world.pollable("a"))
            executor.blockOn(reactor.waitFor(world.pollable("b")))
        }
        #expect(world.polls == [["b"]])
    }

    @Test func `a wait suspends although its pollable is ready already`() {
        let world = World(["a": 0])
        world.run { executor, reactor in
            executor.spawn(now { world.say("other task") })
            executor.blockOn(reactor.waitFor(world.pollable("a")).then { world.say("a") })
        }
        #expect(world.said == ["other task", "a"])
        #expect(world.polls == [["a"]])
    }

    @Test func `each wait asks the host anew`() {
        let world = World(["a": 0])
        world.run { executor, reactor in
            let key = reactor.insert(world.pollable("a"))
            executor.blockOn(
                steps(
                    { reactor.wait(key).then { world.say("\($0)") } },
                    { reactor.wait(key).then { world.say("\($0)") } }))
        }
        #expect(world.said == ["ready", "ready"])
        #expect(world.polls == [["a"], ["a"]])
    }

    @Test func `a wait whose future is dropped is in no later list`() {
        let world = World(["a": 10, "b": 20])
        world.run { executor, reactor in
            let key = reactor.insert(world.pollable("a"))
            let loser = executor.spawn(reactor.wait(key))
            executor.spawn(now { loser.cancel() })
            executor.blockOn(reactor.waitFor(world.pollable("b")))
        }
        #expect(world.polls == [["b"]])
        #expect(world.host.liveResources == 0)
    }

    @Test func `a dropped wait leaves the other waiters of its pollable alone`() {
        let world = World(["a": 10])
        world.run { executor, reactor in
            let key = reactor.insert(world.pollable("a"))
            let tasks = (0..<5).map { task in
                executor.spawn(reactor.wait(key).then { _ in world.say("\(task)") })
            }
            executor.spawn(
                now {
                    for task in [0, 2, 4] { tasks[task].cancel() }
                    executor.spawn(reactor.wait(key).then { _ in world.say("5") })
                })
            executor.blockOn(reactor.sleep(for: .milliseconds(20)))
        }
        #expect(world.said == ["1", "3", "5"])
        #expect(world.polls.first == ["a", "@20ms"])
    }

    @Test func `a wait that is cancelled after its report takes no report from others`() {
        let world = World(["a": 10])
        world.run { executor, reactor in
            let key = reactor.insert(world.pollable("a"))
            var second: TaskHandle<Void>?
            executor.spawn(reactor.wait(key).then { _ in second?.cancel() })
            second = executor.spawn(reactor.wait(key).then { _ in world.say("second") })
            executor.blockOn(reactor.wait(key).then { _ in world.say("root") })
        }
        #expect(world.said == ["root"])
        #expect(world.host.liveResources == 0)
    }

    @Test func `holes close and the list keeps the order of registration`() {
        let world = World(["a": nil, "b": 10, "c": nil, "d": 20, "e": 30])
        world.run { executor, reactor in
            for name in ["a", "b", "c", "d"] {
                let task = executor.spawn(reactor.waitFor(world.pollable(name)))
                if name == "c" {
                    executor.spawn(
                        steps(
                            { reactor.sleep(for: .milliseconds(15)).then {} }, { now(task.cancel) })
                    )
                }
            }
            executor.blockOn(
                steps(
                    { reactor.sleep(for: .milliseconds(10)).then {} },
                    { reactor.waitFor(world.pollable("e")).then {} }))
        }
        #expect(
            world.polls == [
                ["a", "b", "c", "d", "@10ms"], ["a", "c", "d", "e", "@15ms"], ["a", "d", "e"],
                ["a", "e"],
            ])
    }

    @Test func `a pollable whose wait begins again goes to the end of the list`() {
        let world = World(["a": 0, "b": nil, "c": 10])
        world.run { executor, reactor in
            let a = reactor.insert(world.pollable("a"))
            executor.spawn(
                steps({ reactor.wait(a).then { _ in } }, { reactor.wait(a).then { _ in } }))
            executor.spawn(reactor.waitFor(world.pollable("b")))
            executor.blockOn(reactor.waitFor(world.pollable("c")))
        }
        #expect(world.polls.prefix(2) == [["a", "b", "c"], ["b", "c", "a"]])
    }

    @Test func `a stale key names nothing, also when its place is taken again`() {
        let world = World(["a": nil, "b": 10])
        world.run { executor, reactor in
            let stale = reactor.insert(world.pollable("a"))
            reactor.remove(stale)
            let fresh = reactor.insert(world.pollable("b"))
            executor.spawn(reactor.wait(stale).then { world.note("stale: \($0)") })
            executor.spawn(reactor.wait(fresh).then { world.note("fresh: \($0)") })
            reactor.remove(stale)
            if reactor.take(stale) != nil { world.say("taken by a stale key") }
            executor.blockOn(reactor.waitAny([fresh]).then { _ in })
        }
        #expect(world.said == ["stale: removed at 0ms", "fresh: ready at 10ms"])
        #expect(world.dropped == ["a", "b"])
    }

    @Test func `a pollable in the place and with the handle of a dropped one has its own waiters`()
    {
        let world = World(["a": 10, "b": 20])
        world.run { executor, reactor in
            let first = executor.spawn(
                reactor.waitFor(world.pollable("a")).then { world.say("stale") })
            executor.spawn(
                now {
                    first.cancel()
                    executor.spawn(
                        reactor.waitFor(world.pollable("b")).then { world.note("b") })
                })
            executor.blockOn(reactor.sleep(for: .milliseconds(30)))
        }
        #expect(world.said == ["b at 20ms"])
    }

    @Test func `the reactor drops what it kept when it ends`() {
        let world = World(["a": nil, "b": nil])
        world.run { executor, reactor in
            for name in ["a", "b"] { _ = reactor.insert(world.pollable(name)) }
            executor.blockOn(reactor.sleep(for: .milliseconds(1)))
            world.say("\(world.dropped.count) dropped")
        }
        #expect(world.said == ["0 dropped"])
        #expect(Set(world.dropped) == ["a", "b", "@1ms"])
        #expect(world.host.liveResources == 0)
    }

    @Test func `a reactor for which nobody waits does not poll`() {
        let world = World(["a": 0])
        world.run { _, reactor in
            _ = reactor.insert(world.pollable("a"))
            world.say("\(reactor.isWaiting) \(reactor.check()) \(reactor.blockUntil())")
        }
        #expect(world.said == ["false false false"])
        #expect(world.polls.isEmpty)
    }

    @Test(arguments: [HostPolicy.Duplicates.first, .any])
    func `a report of one copy is enough`(duplicates: HostPolicy.Duplicates) {
        let world = World(["a": 10], policy: HostPolicy(duplicates: duplicates), seed: 1)
        world.run { executor, reactor in
            let key = reactor.insert(world.pollable("a"))
            executor.blockOn(reactor.waitAll([key, key, key]))
        }
        #expect(world.polls == [["a"]])
    }
}
