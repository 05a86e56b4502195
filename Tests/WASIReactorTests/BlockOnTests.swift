// The loop of a guest with one future and no executor.

import PolluxHost
import PolluxNative
import SimulatedWorld
import Testing
import WASIReactor
import WASIp2

@Suite struct BlockOnTests {
    @Test func `a future that is ready makes no host call`() {
        let world = World()
        world.run { _, reactor in blockOn(now { world.say("done") }, reactor) }
        #expect(world.said == ["done"])
        #expect(world.trace.count == 0)
    }

    @Test func `a future is polled again after every block, although its waker wakes nobody`() {
        let world = World(["a": 10, "b": 20])
        world.run { _, reactor in
            let keys = ["a", "b"].map { reactor.insert(world.pollable($0)) }
            blockOn(
                steps(
                    { reactor.waitAll(keys).then { world.note("all") } },
                    { reactor.sleep(for: .milliseconds(5)).then { world.note("awake") } }),
                reactor)
        }
        #expect(world.said == ["all at 20ms", "awake at 25ms"])
        #expect(world.polls == [["a", "b"], ["b"], ["@25ms"]])
    }

    @Test func `the output is the future's`() {
        let world = World(["a": 10])
        world.run { _, reactor in
            let place = blockOn(reactor.waitAny([reactor.insert(world.pollable("a"))]), reactor)
            world.say("\(place)")
        }
        #expect(world.said == ["0"])
    }

    @Test func `a future that is pending and waits for nothing ends the guest as stalled`() {
        let world = World()
        let outcome = world.run { _, reactor in blockOn(Never(), reactor) }
        guard case .trapped(let trap) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(trap.name == "stalled")
        #expect(world.polls.isEmpty)
    }
}
