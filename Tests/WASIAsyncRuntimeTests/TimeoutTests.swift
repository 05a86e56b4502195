// Limits on how long something may take: who wins, and that nothing is left.

import PolluxHost
import SimulatedWorld
import Testing
import WASIAsyncRuntime

private struct Broken: Error {}

@Suite struct TimeoutTests {
    @Test func `a body that ends first gives its value`() {
        let world = World()
        world.run {
            let value = try await withTimeout(.milliseconds(5)) {
                try await sleep(for: .milliseconds(3))
                return 7
            }
            world.note("\(value)")
        }
        #expect(world.said == ["7 at 3ms"])
        #expect(world.host.liveResources == 0)
    }

    @Test func `a body that takes longer is cancelled at the limit`() {
        let world = World(["door": nil])
        world.run {
            let door = world.pollable("door")
            do {
                try await withTimeout(.milliseconds(5)) { try await door.wait() }
            } catch {
                world.note("\(error)")
            }
        }
        #expect(world.said == ["timed out after 0.005 seconds at 5ms"])
        #expect(world.host.liveResources == 0)
    }

    @Test func `a body that ignores its cancellation is waited for, and its value counts`() {
        let world = World()
        world.run {
            let value = try await withTimeout(.milliseconds(5)) {
                try? await sleep(for: .milliseconds(9))
                await Task { try? await sleep(for: .milliseconds(20)) }.value
                return 7
            }
            world.note("\(value)")
        }
        #expect(world.said == ["7 at 25ms"])
    }

    @Test func `a body's own error is thrown as it is`() {
        let world = World()
        world.run {
            do {
                try await withTimeout(.milliseconds(5)) { throw Broken() }
            } catch {
                world.note("\(error)")
            }
        }
        #expect(world.said == ["Broken() at 0ms"])
    }

    @Test func `a body's own error after the limit is no time-out`() {
        let world = World()
        world.run {
            do {
                try await withTimeout(.milliseconds(5)) {
                    try? await sleep(for: .seconds(1))
                    throw Broken()
                }
            } catch {
                world.note("\(error)")
            }
        }
        #expect(world.said == ["Broken() at 5ms"])
    }

    @Test func `a body that cancels itself in time has not timed out`() {
        let world = World()
        world.run {
            do {
                try await withTimeout(.milliseconds(5)) { throw CancellationError() }
            } catch {
                world.note("\(error)")
            }
        }
        #expect(world.said == ["CancellationError() at 0ms"])
    }

    @Test(arguments: [true, false])
    func `a body that is ready at the very instant of the limit wins`(bodyIsFirst: Bool) {
        let world = World(["door": 5])
        world.run {
            let door = world.pollable("door")
            let value = try await withTimeout(.milliseconds(5)) {
                if bodyIsFirst {
                    try await door.wait()
                } else {
                    try await sleep(for: .milliseconds(5))
                }
                return 7
            }
            world.note("\(value)")
        }
        #expect(world.said == ["7 at 5ms"])
    }

    @Test func `a cancellation from outside is the body's`() {
        let world = World(["door": nil])
        world.run {
            let door = world.pollable("door")
            let task = Task {
                do {
                    try await withTimeout(.milliseconds(5)) { try await door.wait() }
                } catch {
                    world.note("\(error)")
                }
            }
            try await sleep(for: .milliseconds(2))
            task.cancel()
            await task.value
        }
        #expect(world.said == ["CancellationError() at 2ms"])
        #expect(world.host.liveResources == 0)
    }

    @Test func `a body under a task that was cancelled before begins cancelled`() {
        let world = World(["door": nil])
        world.run {
            let door = world.pollable("door")
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await withTimeout(.milliseconds(5)) { try await door.wait() }
            }
            world.note("\(await task.result)")
        }
        #expect(world.said == ["failure(Swift.CancellationError()) at 0ms"])
    }

    @Test(arguments: [(3, 9), (9, 3), (5, 5)])
    func `of nested limits the shorter one is told of`(inner: Int, outer: Int) {
        let world = World(["door": nil])
        world.run {
            let door = world.pollable("door")
            do {
                try await withTimeout(.milliseconds(outer)) {
                    try await withTimeout(.milliseconds(inner)) { try await door.wait() }
                }
            } catch {
                world.note("\(error)")
            }
        }
        let limit = min(inner, outer)
        #expect(world.said == ["timed out after 0.00\(limit) seconds at \(limit)ms"])
        #expect(world.host.liveResources == 0)
    }

    @Test(arguments: [Duration.zero, .seconds(-1)])
    func `under a limit of no time a body that never awaits still ends`(limit: Duration) {
        let world = World()
        world.run {
            world.note("\(try await withTimeout(limit) { 7 })")
        }
        #expect(world.said == ["7 at 0ms"])
    }

    @Test func `a body on an actor stays on it`() {
        actor Account {
            var balance = 0
            func deposit() async throws -> Int {
                try await withTimeout(.milliseconds(5)) {
                    self.assertIsolated()
                    self.balance += 1
                    try await sleep(for: .milliseconds(1))
                    self.assertIsolated()
                    return self.balance
                }
            }
        }
        let world = World()
        world.run { world.note("\(try await Account().deposit())") }
        #expect(world.said == ["1 at 1ms"])
    }
}
