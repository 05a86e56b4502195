// Pollables that tasks await: who is woken, in which order, and what a wait leaves behind.

import PolluxHost
import SimulatedWorld
import Testing
import WASIAsyncRuntime
import WASIReactor

@Suite struct PollableTests {
    @Test func `a wait suspends even where the pollable is ready already`() {
        let world = World(["door": 0])
        world.run {
            let door = world.pollable("door")
            Task { world.say("other task") }
            try await door.wait()
            world.say("waited")
        }
        #expect(world.said == ["other task", "waited"])
        #expect(world.blocks == [["door"]])
    }

    @Test func `a pollable can be waited for any number of times`() {
        let world = World(["door": 5])
        world.run {
            let door = world.pollable("door")
            for _ in 0..<3 {
                try await door.wait()
                world.note("open")
            }
        }
        #expect(world.said == ["open at 5ms", "open at 5ms", "open at 5ms"])
        #expect(world.subscribed == ["door"])
        #expect(world.dropped == ["door"])
    }

    @Test func `a report wakes all who wait, in the order in which they began`() {
        let world = World(["door": 5])
        world.run {
            let door = world.pollable("door")
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<5 {
                    group.addTask {
                        try? await door.wait()
                        world.note("\(number)")
                    }
                }
            }
        }
        #expect(world.said == (0..<5).map { "\($0) at 5ms" })
        #expect(world.blocks == [["door"]], "five waiters are one entry of the list")
    }

    @Test func `the list of a poll stands in the order in which the waits began`() {
        let world = World(["a": 1, "b": 1, "c": 1])
        world.run {
            let (a, b, c) = (world.pollable("a"), world.pollable("b"), world.pollable("c"))
            async let third: Void = c.wait()
            async let first: Void = a.wait()
            async let second: Void = b.wait()
            _ = try await (first, second, third)
        }
        #expect(world.blocks == [["c", "a", "b"]])
    }

    @Test func `a cancelled wait throws at once and leaves the pollable for the next`() {
        let world = World(["door": 5])
        world.run {
            let door = world.pollable("door")
            let task = Task {
                do { try await door.wait() } catch { world.note("\(error)") }
            }
            await Task.yield()
            task.cancel()
            await task.value
            try await door.wait()
            world.note("open")
        }
        #expect(world.said == ["CancellationError() at 0ms", "open at 5ms"])
        #expect(world.subscribed.count { $0 == "door" } == 1)
    }

    @Test func `a cancelled wait leaves the others as they were`() {
        let world = World(["door": 5])
        world.run {
            let door = world.pollable("door")
            let tasks = (0..<4).map { number in
                Task {
                    do { try await door.wait() } catch { return world.note("\(number) not") }
                    world.note("\(number)")
                }
            }
            await Task.yield()
            tasks[2].cancel()
            tasks[0].cancel()
            for task in tasks { await task.value }
        }
        #expect(world.said == ["2 not at 0ms", "0 not at 0ms", "1 at 5ms", "3 at 5ms"])
    }

    @Test func `a pollable whose only wait was cancelled stands in no list`() {
        let world = World(["door": 5, "gate": 9])
        world.run {
            let (door, gate) = (world.pollable("door"), world.pollable("gate"))
            let task = Task { try await door.wait() }
            await Task.yield()
            task.cancel()
            try await gate.wait()
            world.note("gate")
        }
        #expect(world.said == ["gate at 9ms"])
        #expect(world.blocks == [["gate"]])
    }

    @Test func `a task that was cancelled before does not begin to wait`() {
        let world = World(["door": 0])
        world.run {
            let door = world.pollable("door")
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                do { try await door.wait() } catch { world.say("\(error)") }
            }
            await task.value
        }
        #expect(world.said == ["CancellationError()"])
        #expect(world.blocks.isEmpty)
    }

    @Test func `a wait that is ready and cancelled in one turn is ready`() {
        let world = World(["door": 5])
        world.run {
            let door = world.pollable("door")
            let late = Late()
            let canceller = Task {
                try await door.wait()
                late.task?.cancel()
            }
            late.task = Task {
                do { try await door.wait() } catch { return world.say("lost") }
                world.note("ready, cancelled: \(Task.isCancelled)")
            }
            try await canceller.value
            await late.task?.value
        }
        #expect(world.said == ["ready, cancelled: true at 5ms"])
    }

    @Test func `a message that comes with the cancellation is not lost`() {
        let world = World()
        world.run {
            let channel = Channel<Int>()
            let task = Task {
                do { world.say("got \(try await value(of: channel.receive()))") } catch {
                    world.say("lost")
                }
            }
            await Task.yield()
            channel.send(7)
            task.cancel()
            await task.value
        }
        #expect(world.said == ["got 7"])
    }

    @Test func `a message for a task that is cancelled goes to the next one`() {
        let world = World()
        world.run {
            let channel = Channel<Int>()
            let first = Task { try await value(of: channel.receive()) }
            let second = Task { try await value(of: channel.receive()) }
            await Task.yield()
            first.cancel()
            _ = await first.result
            channel.send(7)
            world.say("\(try await second.value)")
        }
        #expect(world.said == ["7"])
    }

    @Test func `the first of several is the place of one that is ready`() {
        let world = World(["a": nil, "b": 3, "c": 3])
        world.run {
            let all = [world.pollable("a"), world.pollable("b"), world.pollable("c")]
            world.note("\(try await AsyncPollable.first(of: all))")
        }
        #expect(world.said == ["1 at 3ms"])
        #expect(world.blocks == [["a", "b", "c"]])
        #expect(world.host.liveResources == 0)
    }

    @Test func `a wait for the first of several leaves the others`() {
        let world = World(["a": 1, "b": 2])
        world.run {
            let (a, b) = (world.pollable("a"), world.pollable("b"))
            _ = try await AsyncPollable.first(of: [a, b])
            try await b.wait()
        }
        #expect(world.blocks == [["a", "b"], ["b"]])
    }

    @Test func `all of several have been ready once, not at one time`() {
        let world = World(["a": 1, "b": 4], falling: ["a": 2])
        world.run {
            let (a, b) = (world.pollable("a"), world.pollable("b"))
            try await AsyncPollable.all(of: [a, b])
            world.note("both")
        }
        #expect(world.said == ["both at 4ms"])
        #expect(world.blocks == [["a", "b"], ["b"]])
    }

    @Test func `all of none are ready`() {
        let world = World()
        world.run {
            try await AsyncPollable.all(of: [])
            world.say("done")
        }
        #expect(world.said == ["done"])
    }

    @Test func `one pollable may stand in one wait several times`() {
        let world = World(["a": 1])
        world.run {
            let a = world.pollable("a")
            try await AsyncPollable.all(of: [a, a])
            world.note("\(try await AsyncPollable.first(of: [a, a]))")
        }
        #expect(world.said == ["0 at 1ms"])
        #expect(world.blocks == [["a"], ["a"]])
    }

    @Test func `a pollable is dropped with its last reference`() {
        let world = World(["a": nil, "b": 1])
        world.run {
            var a: AsyncPollable? = world.pollable("a")
            let b = world.pollable("b")
            _ = a
            a = nil
            try await b.wait()
            world.say("\(world.host.liveResources)")
        }
        #expect(world.said == ["1"])
        #expect(world.dropped == ["a", "b"])
    }
}

/// A task that is known only after another has begun.
private final class Late: @unchecked Sendable {
    var task: Task<Void, Never>?
}
