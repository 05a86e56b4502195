// Messages between tasks.

import PolluxHost
import PolluxNative
import SimulatedWorld
import Testing
import WASIReactor
import WASIp2

@Suite struct ChannelTests {
    @Test func `messages come out in the order in which they went in`() {
        let world = World()
        world.run { executor, _ in
            let channel = Channel<Int>()
            for message in 1...3 { channel.send(message) }
            executor.spawn(
                steps(
                    { Yield().then {} }, { now { for message in 4...5 { channel.send(message) } } })
            )
            executor.blockOn(
                Steps((1...5).map { _ in { channel.receive().then { world.say("\($0)") } } }))
        }
        #expect(world.said == ["1", "2", "3", "4", "5"])
    }

    @Test func `receivers are served in the order in which they came`() {
        let world = World()
        world.run { executor, reactor in
            let channel = Channel<String>()
            for task in 1...3 {
                executor.spawn(channel.receive().then { world.say("\(task): \($0)") })
            }
            executor.spawn(now { for message in ["a", "b", "c"] { channel.send(message) } })
            executor.blockOn(reactor.sleep(for: 1))
        }
        #expect(world.said == ["1: a", "2: b", "3: c"])
    }

    @Test func `a message wakes one receiver`() {
        let world = World()
        world.run { executor, reactor in
            let channel = Channel<String>()
            for task in 1...2 {
                var receive = channel.receive()
                executor.spawn(
                    Turn<Void> { waker, turn in
                        world.say("task \(task) turn \(turn)")
                        return receive.poll(Context(waker: waker)).isReady ? .ready(()) : .pending
                    })
            }
            executor.spawn(now { channel.send("a") })
            executor.blockOn(reactor.sleep(for: 1))
        }
        #expect(world.said == ["task 1 turn 0", "task 2 turn 0", "task 1 turn 1"])
    }

    @Test func `a receiver that is dropped before its message is passed over`() {
        let world = World()
        world.run { executor, reactor in
            let channel = Channel<String>()
            let first = executor.spawn(channel.receive().then { world.say("1: \($0)") })
            executor.spawn(channel.receive().then { world.say("2: \($0)") })
            executor.spawn(
                now {
                    first.cancel()
                    channel.send("a")
                })
            executor.blockOn(reactor.sleep(for: 1))
        }
        #expect(world.said == ["2: a"])
    }

    @Test func `a dropped receiver passes its delivered message on to the next`() {
        let world = World()
        world.run { executor, reactor in
            let channel = Channel<String>()
            let first = executor.spawn(channel.receive().then { world.say("1: \($0)") })
            executor.spawn(channel.receive().then { world.say("2: \($0)") })
            executor.spawn(
                now {
                    channel.send("a")
                    first.cancel()
                })
            executor.blockOn(reactor.sleep(for: 1))
        }
        #expect(world.said == ["2: a"])
    }

    @Test func `a dropped receiver puts its delivered message back in front`() {
        let world = World()
        world.run { executor, _ in
            let channel = Channel<String>()
            let first = executor.spawn(channel.receive().then { world.say("1: \($0)") })
            executor.blockOn(
                steps(
                    { Yield().then {} },
                    {
                        now {
                            channel.send("a")
                            channel.send("b")
                            first.cancel()
                        }
                    },
                    { channel.receive().then { world.say($0) } },
                    { channel.receive().then { world.say($0) } }))
        }
        #expect(world.said == ["a", "b"])
    }

    @Test func `a late receiver does not overtake one that waits`() {
        let world = World()
        world.run { executor, reactor in
            let channel = Channel<String>()
            executor.spawn(channel.receive().then { world.say("1: \($0)") })
            executor.spawn(
                now {
                    channel.send("a")
                    channel.send("b")
                    var late = channel.receive()
                    guard case .ready(let message) = late.poll(Context(waker: .noop)) else {
                        return
                    }
                    world.say("late: \(message)")
                })
            executor.blockOn(reactor.sleep(for: 1))
        }
        #expect(world.said == ["late: b", "1: a"])
    }

    @Test func `a message that was taken is let go`() {
        let world = World()
        world.run { executor, _ in
            let channel = Channel<OnDrop>()
            for number in 1...4 { channel.send(OnDrop { world.say("let go \(number)") }) }
            executor.blockOn(channel.receive().then { _ in world.say("taken") })
            world.say("rest")
        }
        #expect(world.said.prefix(3) == ["taken", "let go 1", "rest"])
    }
}
