// Random guests on hosts that use every freedom: what holds of each of them.

import PolluxHost
import PolluxNative
import SimulatedWorld
import Testing
import WASIAsyncRuntime
import WASIReactor
import WASIp2

/// A tree of tasks that wait, sleep, cancel and join, all drawn from a seed.
private final class RandomGuest: @unchecked Sendable {
    private let world: World
    private var generator: SplitMix64
    private var tasks: [Task<Int, any Error>] = []
    private(set) var begun = 0
    private(set) var ended = 0
    /// What was wrong.
    private(set) var faults: [String] = []
    private let shared: [AsyncPollable]
    private let channel = Channel<Int>()

    init(seed: UInt64, in world: World) {
        self.world = world
        generator = SplitMix64(seed: seed)
        shared = ["a", "b", "c"].map(world.pollable)
    }

    private func draw(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

    @MainActor func run() async {
        for _ in 0..<(2 + draw(6)) { spawn(depth: 0) }
        // A task that is cancelled ends, whatever it waits for; so all do in the end.
        try? await sleep(for: .milliseconds(40))
        for task in tasks { task.cancel() }
        var next = 0
        while next < tasks.count {
            tasks[next].cancel()
            _ = await tasks[next].result
            next += 1
        }
        check(begun == ended, "\(begun) tasks began, \(ended) ended")
    }

    private func check(_ holds: Bool, _ fault: @autoclosure () -> String) {
        if !holds { faults.append(fault()) }
    }

    @MainActor private func spawn(depth: Int) {
        let number = tasks.count
        tasks.append(
            Task {
                self.begun += 1
                defer { self.ended += 1 }
                for _ in 0..<(1 + self.draw(5)) {
                    try await self.step(number, depth)
                    self.world.note("\(number)")
                }
                return number
            })
    }

    @MainActor private func step(_ number: Int, _ depth: Int) async throws {
        let before = world.elapsed
        switch draw(11) {
        case 0: await Task.yield()
        case 1:
            let time = draw(6)
            try await sleep(for: .milliseconds(time))
            check(world.elapsed >= before + UInt64(time) * 1_000_000, "\(number) woke early")
        case 2: try await shared[draw(3)].wait()
        case 3:
            let place = try await AsyncPollable.first(of: [shared[draw(3)], shared[2]])
            check(place < 2, "place \(place) of 2")
        case 4: try await AsyncPollable.all(of: [shared[draw(3)], shared[draw(3)]])
        case 5: try await world.pollable("d").wait()
        case 6:
            let limit = draw(5)
            do {
                try await withTimeout(.milliseconds(limit)) {
                    try await self.shared[self.draw(3)].wait()
                }
            } catch is TimeoutError {
                check(
                    world.elapsed >= before + UInt64(limit) * 1_000_000,
                    "\(number) timed out early")
            }
        case 7: if depth < 3 { spawn(depth: depth + 1) }
        case 8: tasks[draw(tasks.count)].cancel()
        case 9:
            // Only older tasks, so that none wait for each other.
            if number > 0 {
                let other = draw(number)
                if case .success(let result) = await tasks[other].result {
                    check(result == other, "\(other) gave \(result)")
                }
            }
        default:
            channel.send(number)
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<2 { group.addTask { try await value(of: self.channel.receive()) } }
                channel.send(number)
                var sum = 0
                for try await message in group { sum += message }
                return sum
            }
            check(sum >= 0, "a message of \(sum)")
        }
    }
}

@Suite struct RandomProgramTests {
    private static let seeds: Range<UInt64> = 0..<300

    @Test func `on the friendly host every task ends once and no handle is left`() {
        for seed in Self.seeds { play(seed, .friendly) }
    }

    @Test func `on a host that uses every freedom every task ends once and no handle is left`() {
        let policy = HostPolicy(
            order: .any, subset: .any, duplicates: .any, readyLag: 2, handles: .any)
        for seed in Self.seeds { play(seed, policy) }
    }

    @Test func `under a random pick every task ends once and no handle is left`() {
        let policy = HostPolicy(order: .any, subset: .one, duplicates: .first, handles: .fifo)
        for seed in Self.seeds { play(seed, policy, picksAtRandom: true) }
    }

    @Test func `the same seed gives the same trace`() {
        let policy = HostPolicy(order: .any, subset: .any, duplicates: .any, handles: .any)
        for seed in 0..<30 as Range<UInt64> {
            let runs = (0..<2).map { _ in play(seed, policy, picksAtRandom: true) }
            #expect(runs[0] == runs[1], "seed \(seed)")
        }
    }

    /// Runs one program; returns its trace's digest and what it said.
    @discardableResult
    private func play(
        _ seed: UInt64, _ policy: HostPolicy, picksAtRandom: Bool = false
    ) -> [String] {
        var generator = SplitMix64(seed: seed)
        let times = (0..<4).map { _ in UInt64.random(in: 0..<30, using: &generator) }
        let world = World(
            ["a": times[0], "b": times[1], "c": times[2], "d": times[3]],
            falling: ["a": times[0] + 5, "d": times[3] + 3], policy: policy, seed: seed)
        let picker = RandomPicker(seed: seed)
        let pick: @Sendable (Int) -> Int = { picker.next(among: $0) }
        let outcome = world.run(pick: picksAtRandom ? pick : nil) {
            let guest = RandomGuest(seed: seed, in: world)
            await guest.run()
            for fault in guest.faults { Issue.record("seed \(seed): \(fault)") }
        }
        #expect(outcome == .completed, "seed \(seed)")
        #expect(world.host.liveResources == 0, "seed \(seed)")
        return [world.trace.digest] + world.said
    }
}

/// Answers picks from a seed.
private final class RandomPicker: @unchecked Sendable {
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    func next(among count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }
}
