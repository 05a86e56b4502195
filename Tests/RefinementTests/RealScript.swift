// A scenario's facts, brought about at their times by a thread of the script's own.

import Foundation
import Glibc
import PolluxHost
import PolluxNative
import PolluxScenario

/// Plays the facts of a scenario on real descriptors.
final class RealScript: Sendable {
    let doors: [RealDoor]
    /// The real clock at the start of the run.
    let start: MonotonicInstant
    private let facts: [Fact]
    private let state = Locked(State())
    private let isOver = DispatchSemaphore(value: 0)

    private struct State {
        /// When each fact came, in ns after the start; in the order of the facts.
        var came: [UInt64] = []
        var isStopped = false
    }

    /// Brings about what is so from the start, and begins.
    /// - Parameter seed: decides before which facts of one instant there is a pause.
    init(_ scenario: Scenario, start: MonotonicInstant, seed: UInt64) {
        self.start = start
        doors = scenario.resources.map { _ in RealDoor() }
        facts = scenario.facts
        while let fact = next(), fact.time == 0 { bring(about: fact) }
        let thread = Thread { [self] in
            var random = SplitMix64(seed: seed)
            while let fact = next(), sleep(until: fact.time) {
                // Long enough for a guest to wake in between, or not.
                if random.next() % 2 == 0 { usleep(UInt32(random.next() % 300)) }
                bring(about: fact)
            }
            isOver.signal()
        }
        thread.start()
    }

    private func next() -> Fact? {
        let count = state.withLock { $0.came.count }
        return count < facts.count ? facts[count] : nil
    }

    private func bring(about fact: Fact) {
        doors[fact.resource].bring(about: fact.change)
        let now = Self.now - start.nanoseconds
        state.withLock { $0.came.append(now) }
    }

    /// Sleeps in short stretches; false where the run is over meanwhile.
    private func sleep(until time: UInt64) -> Bool {
        while !state.withLock({ $0.isStopped }) {
            let now = Self.now - start.nanoseconds
            if now >= time { return true }
            usleep(UInt32(min((time - now) / 1_000 + 1, 5_000)))
        }
        return false
    }

    /// Ends the thread and waits for it.
    func stop() {
        state.withLock { $0.isStopped = true }
        isOver.wait()
    }

    /// When the first fact about one of the sources came at or after `time`, in ns after the start.
    func firstCame(since time: UInt64, about sources: borrowing [SourceID]) -> UInt64? {
        let came = state.withLock { $0.came }
        for (fact, when) in zip(facts, came) where when >= time {
            for place in sources.indices where Int(sources[place].index) == fact.resource {
                return when
            }
        }
        return nil
    }

    /// How late the latest of the facts was that came, in ns.
    var worstLateness: UInt64 {
        let came = state.withLock { $0.came }
        return zip(facts, came).map { $0.1 - min($0.1, $0.0.time) }.max() ?? 0
    }

    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
