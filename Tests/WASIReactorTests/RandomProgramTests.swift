// Random guests on hosts that use every freedom, checked against a model of the reactor.

import PolluxHost
import PolluxNative
import SimulatedWorld
import Testing
import WASIReactor
import WASIp2

@Suite struct RandomProgramTests {
    private static let seeds: Range<UInt64> = 0..<300

    @Test func `random programs on the friendly host do as the model says`() {
        for seed in Self.seeds { play(seed, .friendly, isFIFO: true) }
    }

    @Test func `random programs on a host that uses every freedom do as the model says`() {
        let policy = HostPolicy(
            order: .any, subset: .any, duplicates: .any, readyLag: 2, handles: .any)
        for seed in Self.seeds { play(seed, policy, isFIFO: true) }
    }

    @Test func `random programs under a random pick do as the model says`() {
        let policy = HostPolicy(order: .any, subset: .one, duplicates: .first, handles: .fifo)
        for seed in Self.seeds { play(seed, policy, isFIFO: false) }
    }

    @Test func `the same seed gives the same trace`() {
        let policy = HostPolicy(order: .any, subset: .any, duplicates: .any, handles: .any)
        for seed in 0..<20 as Range<UInt64> {
            let first = play(seed, policy, isFIFO: false)
            let second = play(seed, policy, isFIFO: false)
            #expect(first == second, "seed \(seed)")
        }
    }

    /// Runs one program and reports what the model found; returns the trace's digest.
    @discardableResult
    private func play(_ seed: UInt64, _ policy: HostPolicy, isFIFO: Bool) -> String {
        let program = RandomProgram(seed: seed)
        let world = World(
            [
                "a": program.rising[0], "b": program.rising[1], "c": program.rising[2],
                "d": program.rising[3],
            ], policy: policy, seed: seed)
        let model = ReactorModel(world.trace, isFIFO: isFIFO)
        let order = RandomOrder(seed: seed)
        let random: @Sendable (Int) -> Int = { order.next(among: $0) }
        let outcome = world.run(pick: isFIFO ? nil : random) { executor, _ in
            let tasks = program.spawn(on: executor, in: world, model)
            executor.blockOn(
                Steps(tasks.map { task in { task.join().then { (_: TaskEnd<Void>) in } } }))
            model.check(tasks.allSatisfy(\.isEnded), "a task is lost")
            // Beside what the tasks share: the sleepers' timer, and the one for looks.
            let alive = world.host.liveResources
            model.check((0...2).contains(alive - RandomProgram.shared), "\(alive) handles left")
        }
        #expect(outcome == .completed, "seed \(seed)")
        #expect(model.faults.isEmpty, "seed \(seed)")
        #expect(world.host.liveResources == 0, "seed \(seed)")
        return world.trace.digest
    }
}

/// Answers picks from a seed.
private final class RandomOrder: @unchecked Sendable {
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    func next(among count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }
}
