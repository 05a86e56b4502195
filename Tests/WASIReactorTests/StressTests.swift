// Opening, waiting, cancelling and dropping at random, in both worlds: nothing is left behind.

import Foundation
import PolluxHost
import PolluxLibuv
import PolluxNative
import Testing
import WASIReactor
import WASIp2

/// Sleeps, then cancels a list of tasks.
private struct Canceller: ~Copyable, Future {
    private var sleep: Sleep
    private let victims: [TaskHandle<Void>]

    init(_ sleep: consuming Sleep, _ victims: [TaskHandle<Void>]) {
        self.sleep = sleep
        self.victims = victims
    }

    mutating func poll(_ context: borrowing Context) -> Poll<Void> {
        guard case .ready = sleep.poll(context) else { return .pending }
        for victim in victims { victim.cancel() }
        return .ready(())
    }
}

/// A guest that spawns 300 sleeps and waits, cancels a third of them at once and the rest of the
/// waits after a millisecond.
private func misbehave(on host: WASIHost, _ sources: [SourceID], seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let executor = LocalExecutor()
    let reactor = executor.reactor
    var waits: [TaskHandle<Void>] = []
    for _ in 0..<300 {
        switch generator.next() % 3 {
        case 0:
            executor.spawn(reactor.sleep(for: Nanoseconds(generator.next() % 300_000)))
        case 1:
            let source = sources[Int(generator.next() % UInt64(sources.count))]
            guard let handle = try? host.subscribe(source) else { continue }
            waits.append(executor.spawn(reactor.waitFor(Pollable(owning: handle))))
        default:
            let victim = executor.spawn(reactor.sleep(for: .seconds(3_600)))
            victim.cancel()
            waits.randomElement(using: &generator)?.cancel()
        }
    }
    executor.spawn(Canceller(reactor.sleep(for: .milliseconds(1)), waits))
    executor.run()
}

@Suite struct StressTests {
    @Test(arguments: UInt64(1)...50)
    func `in simulated time no handle is left`(seed: UInt64) {
        let facts = (0..<4).map {
            VirtualDriver.Fact(
                time: UInt64($0) * 70_000, source: SourceID(index: Int32($0)), isReady: true)
        }
        let sources = (0..<8).map { SourceID(index: $0) }
        let policy = HostPolicy(order: .any, subset: .any, duplicates: .any, handles: .any)
        let host = WASIHost(
            driver: VirtualDriver(sourceCount: 8, facts: facts), policy: policy,
            choices: SeededChoices(seed: seed))
        #expect(Guest.run(on: host) { misbehave(on: host, sources, seed: seed) } == .completed)
        #expect(host.liveResources == 0, "seed \(seed)")
    }

    @Test func `in real time no handle and no descriptor is left`() async {
        await #expect(processExitsWith: .success) {
            func descriptors() -> Int {
                (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? -1
            }
            var isClean = true
            var before = 0
            for seed in UInt64(0)...20 {
                // The first round opens what a process opens once.
                if seed == 1 { before = descriptors() }
                var pipes: [Int32] = []
                let driver = LibuvDriver()
                let host = WASIHost(driver: driver)
                let sources = (0..<8).map { index in
                    var ends: [Int32] = [0, 0]
                    guard pipe(&ends) == 0 else { exit(2) }
                    if index < 4 { write(ends[1], "x", 1) }
                    pipes += ends
                    return driver.addInherited(ends[0], isInput: true)
                }
                let outcome = Guest.run(on: host) { misbehave(on: host, sources, seed: seed) }
                isClean = isClean && outcome == .completed && host.liveResources == 0
                for end in pipes { close(end) }
            }
            // Dispatch opens a timer of its own when it first needs one; what a round does not give
            // back would be there twenty times.
            exit(isClean && descriptors() - before < 10 ? 0 : 1)
        }
    }
}
