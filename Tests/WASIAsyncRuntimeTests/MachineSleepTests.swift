// Sleeping by the machine's clock: a trap in simulated time, a sleep in real time.

import PolluxHost
import PolluxLibuv
import PolluxNative
import SimulatedWorld
import Testing
import WASIAsyncRuntime

/// A sleep by the machine's clock.
private struct MachineSleep: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Sleeps this long.
    let run: @Sendable (Duration) async throws -> Void

    init(_ name: String, _ run: @escaping @Sendable (Duration) async throws -> Void) {
        testDescription = name
        self.run = run
    }

    static let all = [
        MachineSleep("nanoseconds:") {
            try await Task.sleep(nanoseconds: UInt64($0 / .nanoseconds(1)))
        },
        MachineSleep("for:") { try await Task.sleep(for: $0) },
        MachineSleep("for: suspending") { try await Task.sleep(for: $0, clock: .suspending) },
        MachineSleep("until: continuous") {
            try await Task.sleep(until: .now + $0, clock: .continuous)
        },
        MachineSleep("until: suspending") {
            try await Task.sleep(until: .now + $0, clock: .suspending)
        },
        MachineSleep("clock.sleep") { try await ContinuousClock().sleep(for: $0) },
    ]
}

/// What a guest without a trace said.
private final class Said: Sendable {
    private let lines = Locked<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }

    var all: [String] { lines.withLock { $0 } }
}

@Suite struct MachineSleepTests {
    @Test(arguments: MachineSleep.all)
    fileprivate func `in simulated time it is a trap that names what to use`(sleep: MachineSleep) {
        let world = World()
        let outcome = world.run {
            try await sleep.run(.milliseconds(1))
            world.say("slept")
        }
        expectTrap(outcome, "real-time", saying: "Task.sleep(for:clock: .wasi)")
        #expect(world.said.isEmpty)
    }

    @Test(arguments: MachineSleep.all)
    fileprivate func `in real time it sleeps, and others run meanwhile`(sleep: MachineSleep) {
        let host = WASIHost(driver: LibuvDriver())
        let said = Said()
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = Guest.run(on: host) {
            blockOn {
                let task = Task { @MainActor in said.add("other task") }
                try? await sleep.run(.milliseconds(5))
                said.add("slept")
                await task.value
            }
        }
        #expect(outcome == .completed)
        #expect(clock.now - start >= .milliseconds(5))
        #expect(said.all == ["other task", "slept"])
        #expect(host.liveResources == 0)
    }

    @Test(arguments: MachineSleep.all)
    fileprivate func `in real time a cancelled one ends at once`(sleep: MachineSleep) {
        let host = WASIHost(driver: LibuvDriver())
        let said = Said()
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = Guest.run(on: host) {
            blockOn {
                let task = Task { try await sleep.run(.seconds(600)) }
                await Task.yield()
                task.cancel()
                said.add("\(await task.result)")
            }
        }
        #expect(outcome == .completed)
        #expect(clock.now - start < .seconds(300))
        #expect(said.all == ["failure(Swift.CancellationError())"])
        #expect(host.liveResources == 0, "the sleep that was cancelled keeps no timer")
    }

    @Test func `measuring by the machine's clock works in simulated time`() {
        let world = World()
        let outcome = world.run {
            let time = await ContinuousClock().measure { try? await sleep(for: .seconds(3_600)) }
            world.say("\(time < .seconds(1_800))")
        }
        #expect(outcome == .completed)
        #expect(world.said == ["true"])
    }

    @Test func `a sleep of a task outside all guests is the platform's`() async throws {
        World().run {}
        let start = ContinuousClock.now
        try await Task.sleep(for: .milliseconds(2))
        #expect(ContinuousClock.now - start >= .milliseconds(2))
    }
}
