// What leaves its guest's thread, or waits for what cannot come, ends that guest and no other.

import Dispatch
import Foundation
import PolluxHost
import PolluxNative
import SimulatedWorld
import Testing
import WASIAsyncRuntime
import WASIReactor
import WASIp2

@Suite struct EscapeTests {
    private let byAnother = "by another thread (a Dispatch queue, a detached thread, another guest)"

    @Test func `a continuation that a Dispatch queue resumes`() {
        let world = World()
        let outcome = world.run {
            await escape { continuation in
                let done = DispatchSemaphore(value: 0)
                DispatchQueue.global().async {
                    continuation.resume()
                    done.signal()
                }
                done.wait()
            }
            world.say("went on")
        }
        expectTrap(outcome, "stalled", saying: "was resumed \(byAnother)")
        #expect(world.said.isEmpty)
    }

    @Test func `a continuation that a thread resumes`() {
        let world = World()
        let outcome = world.run {
            await escape { continuation in
                let done = DispatchSemaphore(value: 0)
                Thread.detachNewThread {
                    continuation.resume()
                    done.signal()
                }
                done.wait()
            }
            world.say("went on")
        }
        expectTrap(outcome, "stalled", saying: "was resumed \(byAnother)")
        #expect(world.said.isEmpty)
    }

    @Test func `a continuation that another guest resumes`() {
        let (world, other) = (World(), World())
        let otherOutcome = Locked(Outcome.timedOut)
        let outcome = world.run {
            await escape { continuation in
                let outcome = other.run {
                    continuation.resume()
                    try await sleep(for: .milliseconds(3))
                    other.note("done")
                }
                otherOutcome.withLock { $0 = outcome }
            }
            world.say("went on")
        }
        expectTrap(outcome, "stalled", saying: "was resumed \(byAnother)")
        #expect(world.said.isEmpty)
        #expect(otherOutcome.withLock { $0 } == .completed)
        #expect(other.said == ["done at 3ms"])
    }

    @Test func `a task that another thread cancels`() {
        let world = World(["door": nil])
        let outcome = world.run {
            let door = world.pollable("door")
            let task = Task {
                try await door.wait()
                world.say("went on")
            }
            await Task.yield()
            elsewhere { task.cancel() }
            _ = await task.result
        }
        expectTrap(outcome, "stalled", saying: "a task was cancelled \(byAnother)")
        #expect(world.said.isEmpty)
    }

    @Test func `a task on an actor that a Dispatch queue resumes`() {
        actor Escapist {
            func wait(_ world: World) async {
                await escape { continuation in elsewhere { continuation.resume() } }
            }
        }
        let world = World()
        let outcome = world.run {
            await Escapist().wait(world)
            world.say("went on")
        }
        guard case .trapped(let trap) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(trap.name == "stalled")
        #expect(world.said.isEmpty)
    }

    @Test func `a resume before the task waits is none from outside`() {
        let world = World()
        let outcome = world.run {
            await withUnsafeContinuation { continuation in elsewhere { continuation.resume() } }
            world.say("went on")
        }
        #expect(outcome == .completed)
        #expect(world.said == ["went on"])
    }

    @Test func `a continuation that is resumed after its guest has ended does nothing`() {
        let world = World()
        let kept = Locked<UnsafeContinuation<Void, Never>?>(nil)
        let outcome = world.run {
            Task {
                await withUnsafeContinuation { continuation in kept.withLock { $0 = continuation } }
                world.say("went on")
            }
            await Task.yield()
        }
        elsewhere { kept.withLock { $0 }?.resume() }
        let next = World()
        next.run { try await sleep(for: .milliseconds(1)) }
        #expect(outcome == .completed)
        #expect(world.said.isEmpty)
    }

    @Test func `other guests go on while one escapes`() async {
        let outcomes = await withTaskGroup(of: (Bool, Outcome).self) { group in
            for number in 0..<40 {
                let escapes = number % 2 == 0
                group.addTask {
                    let world = World()
                    let outcome = await Guest.run(on: world.host, ending: .exitThread) {
                        blockOn {
                            try? await sleep(for: .milliseconds(number))
                            if escapes {
                                await escape { continuation in elsewhere { continuation.resume() } }
                            }
                            try? await sleep(for: .milliseconds(number))
                        }
                    }
                    return (escapes, outcome)
                }
            }
            var outcomes: [(Bool, Outcome)] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
        #expect(outcomes.count == 40)
        for (escapes, outcome) in outcomes { #expect((outcome == .completed) == !escapes) }
    }

    @Test func `a guest that traps in a task tells whoever awaits its run`() async {
        let world = World()
        let outcome = await Guest.run(on: world.host, ending: .exitThread) {
            blockOn {
                await Task { _ = poll([]) }.value
            }
        }
        #expect(outcome == .trapped(HostTrap(.emptyPoll, in: .poll)))
    }

    @Test func `blockOn inside blockOn`() {
        let outcome = World().run { blockOn {} }
        expectTrap(outcome, "stalled", saying: "blockOn inside blockOn")
    }

    @Test func `blockOn inside a task of blockOn`() {
        let outcome = World().run { await Task { inner() }.value }
        expectTrap(outcome, "stalled", saying: "blockOn inside blockOn")
    }

    @Test func `a pollable outside blockOn`() {
        let world = World(["door": 0])
        let outcome = Guest.run(on: world.host, ending: .exitThread) {
            _ = world.pollable("door")
        }
        expectTrap(outcome, "stalled", saying: "outside blockOn")
    }

    @Test func `a stream outside blockOn`() {
        let world = World()
        let outcome = Guest.run(on: world.host, ending: .exitThread) { _ = world.input() }
        expectTrap(outcome, "stalled", saying: "outside blockOn")
    }

    @Test func `a sleep outside blockOn ends the process, for its thread is no guest's`()
        async throws
    {
        let result = try #require(
            await #expect(processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]) {
                _ = try await sleep(for: .milliseconds(1))
            })
        let lines = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(lines.contains("no-host"))
    }

    @Test func `a pollable of one blockOn in another`() {
        let world = World(["door": 5])
        let kept = Kept()
        let outcome = Guest.run(on: world.host, ending: .exitThread) {
            kept.pollable = blockOn { world.pollable("door") }
            try? blockOn { try await kept.pollable?.wait() }
            world.say("went on")
        }
        expectTrap(outcome, "stalled", saying: "of another blockOn")
        #expect(world.said.isEmpty)
    }

    @Test func `a list with a pollable of another blockOn`() {
        let world = World(["door": 5, "gate": 6])
        let kept = Kept()
        let outcome = Guest.run(on: world.host, ending: .exitThread) {
            kept.pollable = blockOn { world.pollable("door") }
            _ = try? blockOn {
                try await AsyncPollable.first(of: [world.pollable("gate"), kept.pollable!])
            }
            world.say("went on")
        }
        expectTrap(outcome, "stalled", saying: "of another blockOn")
        #expect(world.said.isEmpty)
    }

    @Test func `a stream of one blockOn in another`() {
        let world = World()
        let kept = Kept()
        let outcome = Guest.run(on: world.host, ending: .exitThread) {
            kept.input = blockOn { world.input() }
            _ = try? blockOn { try await kept.input?.read() }
            world.say("went on")
        }
        expectTrap(outcome, "stalled", saying: "of another blockOn")
        #expect(world.said.isEmpty)
    }

    @Test func `tasks that wait for each other`() {
        let outcome = World().run {
            let kept = Kept()
            kept.task = Task { await Task { await kept.task?.value }.value }
            await kept.task?.value
        }
        expectTrap(outcome, "stalled", saying: "no task is runnable and none waits for a pollable")
    }

    @Test func `a continuation that nobody resumes`() {
        let outcome = World().run {
            await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
        }
        expectTrap(outcome, "stalled", saying: "they wait for each other, or for a thread")
    }

    @Test func `a future that nobody wakes`() {
        let outcome = World().run { try await value(of: NeverReady()) }
        expectTrap(outcome, "stalled", saying: "no task is runnable")
    }
}

/// A future that is never ready.
private struct NeverReady: Future {
    func poll(_ context: borrowing Context) -> Poll<Void> { .pending }
}

private func inner() { blockOn {} }

/// What one part of a guest leaves for another.
private final class Kept: @unchecked Sendable {
    var pollable: AsyncPollable?
    var input: AsyncInputStream?
    var task: Task<Void, Never>?
}

/// Suspends the task, and has another task of the same guest give its continuation to `resume`, when
/// it certainly waits.
private nonisolated(nonsending) func escape(
    _ resume: @escaping @Sendable (UnsafeContinuation<Void, Never>) -> Void
) async {
    await withUnsafeContinuation { continuation in
        Task { resume(continuation) }
    }
}

/// Runs `body` on a thread of a Dispatch pool and waits for it.
private func elsewhere(_ body: @escaping @Sendable () -> Void) {
    let ended = DispatchSemaphore(value: 0)
    DispatchQueue.global().async {
        body()
        ended.signal()
    }
    ended.wait()
}
