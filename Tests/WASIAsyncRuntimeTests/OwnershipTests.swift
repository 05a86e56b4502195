// Everything a guest starts runs on its own thread, in an order that is the same in every run.

import CPolluxNative
import Glibc
import PolluxHost
import PolluxNative
import SimulatedWorld
import Testing
import WASIAsyncRuntime

/// The steps of a program and the threads on which they ran.
private final class Steps: Sendable {
    private let steps = Locked<[(label: String, thread: pthread_t)]>([])

    func callAsFunction(_ label: String) {
        let thread = pthread_self()
        steps.withLock { $0.append((label, thread)) }
    }

    var labels: [String] { steps.withLock { $0.map(\.label) } }
    var threads: Set<pthread_t> { steps.withLock { Set($0.map(\.thread)) } }
}

private actor Account {
    private(set) var balance = 0
    let steps: Steps

    init(_ steps: Steps) { self.steps = steps }

    func deposit(_ amount: Int) async -> Int {
        steps("deposit \(amount)")
        balance += amount
        await Task.yield()
        steps("deposited \(amount)")
        return balance
    }
}

@globalActor private actor Clerk {
    static let shared = Clerk()
}

@Clerk private func file(_ steps: Steps) async {
    steps("clerk")
    await Task.yield()
    steps("clerk again")
}

private nonisolated func fromNowhere(_ steps: Steps) async {
    steps("nonisolated")
    await Task { steps("task of nobody") }.value
    assumed(steps)
}

private func assumed(_ steps: Steps) {
    MainActor.assumeIsolated { steps("main actor assumed") }
}

/// A guest that uses every way of Swift Concurrency to start, wait for and end something.
/// - Parameter isAlone: whether no other program runs in the process; a global actor is one for all.
@MainActor private func mixedProgram(_ steps: Steps, isAlone: Bool = true) async -> Int {
    steps("root")
    async let early: Int = {
        steps("async let")
        try? await sleep(for: .milliseconds(3))
        steps("async let awake")
        return 1
    }()
    let task = Task {
        steps("task")
        await Task.yield()
        steps("task again")
        return 2
    }
    let detached = Task.detached(priority: .background) {
        steps("detached")
        await MainActor.run { steps("main actor") }
        steps("detached again")
        return 3
    }
    let preferring = Task(executorPreference: globalConcurrentExecutor) {
        steps("preferring")
        await Task.yield()
        steps("preferring again")
        try? await sleep(for: .milliseconds(1))
        steps("preferring awake")
        return 4
    }
    let urgent = Task(priority: .high) { steps("urgent") }
    let account = Account(steps)
    let sum = await withTaskGroup(of: Int.self) { group in
        for amount in 1...3 { group.addTask { await account.deposit(amount) } }
        var sum = 0
        for await result in group { sum += result }
        return sum
    }
    if isAlone { await file(steps) }
    await fromNowhere(steps)
    let (numbers, source) = AsyncStream<Int>.makeStream()
    Task {
        for number in 0..<3 {
            source.yield(number)
            await Task.yield()
        }
        source.finish()
    }
    for await number in numbers { steps("number \(number)") }
    await withCheckedContinuation { continuation in
        Task {
            steps("resumes")
            continuation.resume()
        }
    }
    let cancelled = Task {
        await withTaskCancellationHandler {
            try? await sleep(for: .seconds(60))
            steps("cancelled")
        } onCancel: {
            steps("handler")
        }
    }
    try? await Task.sleep(for: .milliseconds(2), clock: .wasi)
    cancelled.cancel()
    await cancelled.value
    await urgent.value
    let results = await [early, task.value, detached.value, preferring.value]
    steps("end")
    return results.reduce(sum, +)
}

@Suite struct OwnershipTests {
    @Test func `every step of a program runs on its thread, in one order in every run`() {
        var orders: Set<[String]> = []
        for _ in 0..<30 {
            let steps = Steps()
            let (outcome, result) = runMixed(steps)
            #expect(outcome == .completed)
            #expect(result == 10 + 18)
            #expect(steps.threads.count == 1)
            orders.insert(steps.labels)
        }
        #expect(orders.count == 1)
        #expect(orders.first?.count == 31)
        #expect(orders.first?.first == "guest")
    }

    @Test func `two programs at once have a thread and the same order each`() async {
        let all = (Steps(), Steps())
        async let first = runMixedAsync(all.0)
        async let second = runMixedAsync(all.1)
        #expect(await first == .completed)
        #expect(await second == .completed)
        #expect(all.0.labels == all.1.labels)
        #expect(all.0.threads.count == 1)
        #expect(all.1.threads.count == 1)
    }

    @Test func `a thousand guests at once each have their own results and times`() async {
        let results = await withTaskGroup(of: (Int, Outcome, [String]).self) { group in
            for number in 0..<1_000 {
                group.addTask {
                    let world = World()
                    let outcome = await Guest.run(on: world.host, ending: .exitThread) {
                        world.say("\(blockOn { await small(number, in: world) })")
                    }
                    return (number, outcome, world.said)
                }
            }
            var results: [(Int, Outcome, [String])] = []
            for await result in group { results.append(result) }
            return results
        }
        #expect(results.count == 1_000)
        for (number, outcome, said) in results {
            #expect(outcome == .completed)
            #expect(
                said == [
                    "\(number) at \(TimeText.string(UInt64(number + 1) * 1_000_000))",
                    "\(3 * number)",
                ])
        }
    }

    @Test func `blockOn works inside a task, on that task's thread`() async {
        let world = World()
        let outcome = await Task {
            Guest.run(on: world.host) {
                world.say("\(blockOn { await small(1, in: world) })")
            }
        }.value
        #expect(outcome == .completed)
        #expect(world.said == ["1 at 2ms", "3"])
    }

    @Test func `a task of elsewhere that a guest wakes goes on elsewhere`() async {
        let world = World()
        let (numbers, source) = AsyncStream<Int>.makeStream()
        let waiting = Task {
            // Whether a guest runs on the thread; one that has ended may leave its number to another.
            var areGuests: [Bool] = []
            for await _ in numbers { areGuests.append(pollux_native_get_host() != nil) }
            return areGuests
        }
        let outcome = await Guest.run(on: world.host) {
            blockOn {
                for number in 0..<3 {
                    source.yield(number)
                    try? await sleep(for: .milliseconds(1))
                }
                source.finish()
            }
        }
        #expect(outcome == .completed)
        #expect(await waiting.value == [false, false, false])
    }

    @Test func `the order in which runnable jobs go is the picker's to say`() {
        func order(_ pick: @escaping @Sendable (Int) -> Int) -> [String] {
            let world = World()
            world.run(pick: pick) {
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<4 { group.addTask { world.say("\(number)") } }
                }
            }
            return world.said
        }
        #expect(order { _ in 0 } == ["0", "1", "2", "3"])
        #expect(order { $0 - 1 } == ["3", "2", "1", "0"])
    }

    @Test func `a busy loop still looks at the reactor after every eight jobs`() {
        let world = World(["door": 0])
        world.run {
            let door = world.pollable("door")
            let busy = Task { while !Task.isCancelled { await Task.yield() } }
            try await door.wait()
            busy.cancel()
            world.say("seen")
        }
        #expect(world.said == ["seen"])
        #expect(world.blocks.isEmpty)
    }
}

@MainActor private func small(_ number: Int, in world: World) async -> Int {
    let account = Account(Steps())
    async let one: Int = {
        try? await sleep(for: .milliseconds(number))
        return number
    }()
    let other = Task {
        try? await sleep(for: .milliseconds(1))
        return number
    }
    let sum = await withTaskGroup(of: Int.self) { group in
        group.addTask { await account.deposit(number) }
        group.addTask {
            _ = try? await withTimeout(.milliseconds(number + 1)) {
                try await sleep(for: .seconds(60))
            }
            return 0
        }
        var sum = 0
        for await result in group { sum += result }
        return sum
    }
    world.note("\(number)")
    return await sum + one + other.value
}

/// Runs the program on a thread of its own; the guest's entry is its first step.
private func runMixed(_ steps: Steps) -> (Outcome, Int) {
    let result = Locked(0)
    let outcome = Guest.run(on: World().host) {
        steps("guest")
        let value = blockOn { await mixedProgram(steps) }
        result.withLock { $0 = value }
    }
    return (outcome, result.withLock { $0 })
}

private func runMixedAsync(_ steps: Steps) async -> Outcome {
    await Guest.run(on: World().host) {
        steps("guest")
        _ = blockOn { await mixedProgram(steps, isAlone: false) }
    }
}
