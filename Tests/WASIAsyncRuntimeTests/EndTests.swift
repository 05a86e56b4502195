// How blockOn ends: what comes back, and what becomes of the tasks that are left.

import PolluxHost
import PolluxNative
import SimulatedWorld
import Testing
import WASIAsyncRuntime
import WASIReactor

private struct Broken: Error, Equatable {
    var code: Int
}

/// A value that belongs to its thread.
private final class Notes {
    var lines: [String] = []
}

@Suite struct EndTests {
    /// Runs a guest's entry without an async root.
    private func guest(
        on world: World, _ body: @escaping @Sendable () throws -> Void
    ) -> Outcome {
        Guest.run(on: world.host, ending: .exitThread) {
            do { try body() } catch { world.say("threw \(error)") }
        }
    }

    @Test func `a value comes back, also one that is not Sendable`() {
        let world = World()
        let outcome = guest(on: world) {
            let notes = blockOn {
                let notes = Notes()
                notes.lines.append("inside")
                try? await sleep(for: .milliseconds(1))
                return notes
            }
            notes.lines.append("outside")
            for line in notes.lines { world.say(line) }
        }
        #expect(outcome == .completed)
        #expect(world.said == ["inside", "outside"])
    }

    @Test func `an error comes back with its type`() {
        let world = World()
        let outcome = guest(on: world) {
            do throws(Broken) {
                try blockOn { () async throws(Broken) -> Void in
                    try? await sleep(for: .milliseconds(1))
                    throw Broken(code: 7)
                }
            } catch {
                world.say("\(error.code)")
            }
        }
        #expect(outcome == .completed)
        #expect(world.said == ["7"])
    }

    @Test func `a body that awaits nothing needs no poll`() {
        let world = World()
        #expect(guest(on: world) { world.say("\(blockOn { 7 })") } == .completed)
        #expect(world.said == ["7"])
        #expect(world.trace.events.isEmpty)
    }

    @Test func `one thread may run blockOn again and again`() {
        let world = World(["door": 5])
        let outcome = guest(on: world) {
            for _ in 0..<3 {
                try blockOn {
                    try await world.pollable("door").wait()
                    world.note("open")
                    try await sleep(for: .milliseconds(1))
                }
            }
        }
        #expect(outcome == .completed)
        #expect(world.said == ["open at 5ms", "open at 6ms", "open at 7ms"])
        #expect(world.host.liveResources == 0)
    }

    @Test func `tasks that are left never go on, and what they wait for is dropped`() {
        let world = World(["door": 5])
        let outcome = guest(on: world) {
            blockOn {
                let door = world.pollable("door")
                Task {
                    try await door.wait()
                    world.say("waiter went on")
                }
                Task {
                    try await sleep(for: .milliseconds(5))
                    world.say("sleeper went on")
                }
                Task {
                    _ = try? await withTimeout(.milliseconds(7)) { try await door.wait() }
                    world.say("limited went on")
                }
                await Task.yield()
                await Task.yield()
                Task { world.say("runnable went on") }
                world.note("root ends")
            }
            world.say("\(world.host.liveResources)")
            try blockOn { try await sleep(for: .milliseconds(20)) }
            world.note("second ends")
        }
        #expect(outcome == .completed)
        #expect(world.said == ["root ends at 0ms", "0", "second ends at 20ms"])
        #expect(world.host.liveResources == 0)
    }

    @Test func `a task that is left does not go on when a later blockOn wakes it`() {
        let world = World()
        let outcome = guest(on: world) {
            let kept = Kept()
            blockOn {
                Task {
                    _ = try await value(of: kept.channel.receive())
                    world.say("receiver went on")
                }
                Task {
                    await withUnsafeContinuation { kept.continuation = $0 }
                    world.say("continuation went on")
                }
                await Task.yield()
            }
            try blockOn {
                kept.channel.send(7)
                kept.continuation?.resume()
                try await sleep(for: .milliseconds(1))
                world.say("second ends")
            }
        }
        #expect(outcome == .completed)
        #expect(world.said == ["second ends"])
    }

    @Test func `a task that an executor of its own would run at once is left, too`() {
        let world = World(["door": 5])
        let outcome = guest(on: world) {
            blockOn {
                let door = world.pollable("door")
                Task(executorPreference: Inline()) {
                    try await door.wait()
                    world.say("went on")
                }
            }
            world.say("ended")
        }
        #expect(outcome == .completed)
        #expect(world.said == ["ended"])
    }

    @Test func `an executor that runs its jobs at once may wait again while it is woken`() {
        let world = World(["door": 5])
        world.run {
            let door = world.pollable("door")
            let tasks = (0..<5).map { number in
                Task(executorPreference: Inline()) {
                    for _ in 0..<3 {
                        try await door.wait()
                        try await sleep(for: .milliseconds(number))
                        world.note("\(number)")
                        let own = world.pollable("door")
                        try await own.wait()
                    }
                }
            }
            let victim = Task(executorPreference: Inline()) {
                do { try await sleep(for: .seconds(60)) } catch {
                    try? await Task { try await door.wait() }.value
                    world.note("victim")
                }
            }
            victim.cancel()
            for task in tasks { try await task.value }
            await victim.value
        }
        #expect(world.said.count == 16)
        #expect(world.said.filter { $0.hasPrefix("4") } == ["4 at 9ms", "4 at 13ms", "4 at 17ms"])
        #expect(world.host.liveResources == 0)
    }

    @Test func `a pollable may outlive its blockOn`() {
        let world = World(["door": 5])
        let outcome = guest(on: world) {
            let door = blockOn { world.pollable("door") }
            world.say("\(world.host.liveResources)")
            _ = door
            world.say("end")
        }
        #expect(outcome == .completed)
        #expect(world.said == ["0", "end"])
        #expect(world.dropped == ["door"])
    }

    @Test func `a cancellation around blockOn does not get in`() async {
        let world = World()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return Guest.run(on: world.host) {
                blockOn {
                    world.say("\(Task.isCancelled)")
                    try? await sleep(for: .milliseconds(1))
                    world.note("slept")
                }
            }
        }
        #expect(await task.value == .completed)
        #expect(world.said == ["false", "slept at 1ms"])
    }

    @Test func `a task's own value goes on to the tasks that it starts`() {
        let world = World()
        world.run {
            await Local.$name.withValue("guest") {
                await Task { world.say(Local.name) }.value
                async let child: Void = world.say(Local.name)
                await child
            }
            world.say(Local.name)
        }
        #expect(world.said == ["guest", "guest", "nobody"])
    }
}

/// What one blockOn leaves for the next.
private final class Kept: @unchecked Sendable {
    let channel = Channel<Int>()
    var continuation: UnsafeContinuation<Void, Never>?
}

private enum Local {
    @TaskLocal static var name = "nobody"
}

/// Runs every job at once, wherever it is enqueued.
private final class Inline: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        UnownedJob(job).runSynchronously(on: asUnownedTaskExecutor())
    }
}
