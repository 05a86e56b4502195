// Runs of guests: how they end, where they run, and what is left of them.

import Dispatch
import PolluxHost
import Synchronization
import Testing
import WASIp2

@testable import PolluxNative

@Suite struct GuestTests {
    @Test func `a guest whose entry returns has completed`() {
        #expect(Guest.run(on: simulated()) {} == .completed)
    }

    @Test(arguments: [Guest.Ending.park, .exitThread])
    func `a guest that breaks the contract is trapped`(ending: Guest.Ending) {
        let outcome = Guest.run(on: simulated(), ending: ending) { _ = poll([]) }
        #expect(outcome == .trapped(HostTrap(.emptyPoll, in: .poll)))
    }

    @Test func `nothing of a trapped guest runs on`() {
        let lines = Locked<[String]>([])
        Guest.run(on: simulated()) {
            lines.withLock { $0.append("before") }
            _ = Pollable.Borrow(handle: 0)
            _ = poll([Pollable.Borrow(handle: 0)])
            lines.withLock { $0.append("after") }
        }.ignore()
        #expect(lines.withLock { $0 } == ["before"])
    }

    @Test(arguments: [Guest.Ending.park, .exitThread])
    func `a guest that waits for what never comes is deadlocked`(ending: Guest.Ending) {
        let trace = Trace()
        trace.name(SourceID(index: 0), "mail")
        let host = WASIHost(driver: VirtualDriver(sourceCount: 1), trace: trace)
        let outcome = Guest.run(on: host, ending: ending) {
            Pollable(owning: try! host.subscribe(SourceID(index: 0))).block()
        }
        #expect(outcome == .deadlocked(waitingOn: ["mail"]))
    }

    @Test func `a guest that asks for ever is livelocked`() {
        let host = WASIHost(driver: VirtualDriver(sourceCount: 1), livelockLimit: 5_000)
        let outcome = Guest.run(on: host) {
            let pollable = Pollable(owning: try! host.subscribe(SourceID(index: 0)))
            while !pollable.isReady {}
        }
        #expect(outcome == .livelocked(calls: 5_001))
    }

    @Test(arguments: [Guest.Ending.park, .exitThread])
    func `a guest that exits has exited with its code`(ending: Guest.Ending) {
        let outcome = Guest.run(on: simulated(), ending: ending) {
            CurrentHost.with(.unreachable) { (_: WASIHost) throws(HostTrap) -> Void in
                throw HostTrap(.exit(3))
            }
        }
        #expect(outcome == .exited(code: 3))
    }

    @Test func `a guest that computes past the limit has timed out`() {
        let computation = Computation()
        let outcome = Guest.run(on: simulated(), timeLimit: .milliseconds(20)) { computation.run() }
        computation.isOver.store(true, ordering: .relaxed)
        #expect(outcome == .timedOut)
    }

    @Test func `the suspending form tells of a time-out, too`() async {
        let computation = Computation()
        let outcome = await Guest.run(on: simulated(), timeLimit: .milliseconds(20)) {
            computation.run()
        }
        computation.isOver.store(true, ordering: .relaxed)
        #expect(outcome == .timedOut)
    }

    @Test func `a guest within its limit has not timed out`() async {
        let outcome = await Guest.run(on: simulated(), timeLimit: .seconds(3_600)) {
            MonotonicClock.subscribe(after: .seconds(7_200)).block()
        }
        #expect(outcome == .completed, "the limit is one of wall time, not of the guest's")
    }

    @Test(arguments: [Guest.Ending.park, .exitThread])
    func `a limit that passes after the guest's end stops nothing`(ending: Guest.Ending) {
        let (host, ended) = (simulated(), DispatchSemaphore(value: 0))
        let run = GuestRun(
            host: host, ending: ending, body: { _ = poll([]) }, onEnd: { _ in ended.signal() })
        run.start(stackSize: 0)
        ended.wait()
        run.expire()
        #expect(!host.isStopping, "by now it may be the host of another guest")
    }

    @Test func `the suspending form tells of every end`() async {
        #expect(await Guest.run(on: simulated()) {} == .completed)
        let trapped = await Guest.run(on: simulated(), ending: .exitThread) { _ = poll([]) }
        #expect(trapped == .trapped(HostTrap(.emptyPoll, in: .poll)))
    }

    @Test(arguments: [true, false])
    func `a guest that was asked to stop ends with its next calls`(waits: Bool) {
        let host = WASIHost(driver: VirtualDriver())
        let calls = Locked(0)
        let outcome = Guest.run(on: host) {
            host.stop()
            while calls.withLock({ $0 < 1_000_000 }) {
                calls.withLock { $0 += 1 }
                if waits {
                    MonotonicClock.subscribe(after: .milliseconds(1)).block()
                } else {
                    _ = MonotonicClock.now()
                }
            }
        }
        guard case .trapped(let trap) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(trap.kind == .ended)
        #expect(calls.withLock { $0 } < 10_000)
    }

    @Test func `two thousand trapped guests in a row are no burden`() {
        let trapped = (0..<2_000).count { _ in
            Guest.run(on: simulated(), ending: .exitThread) { _ = poll([]) } != .completed
        }
        #expect(trapped == 2_000)
    }

    @Test func `what a guest leaves behind is there for the caller`() {
        let instant = Locked<UInt64>(0)
        let host = simulated()
        Guest.run(on: host) {
            MonotonicClock.subscribe(after: .milliseconds(10)).block()
            instant.withLock { $0 = MonotonicClock.now().nanoseconds }
        }.ignore()
        #expect(instant.withLock { $0 } == 1_010_000_000)
    }

    @Test func `a host can be looked at after the run`() {
        let host = WASIHost(driver: VirtualDriver(), trace: Trace())
        Guest.run(on: host) {
            let kept = MonotonicClock.subscribe(after: 1).release()
            MonotonicClock.subscribe(after: .milliseconds(5)).block()
            _ = kept
        }.ignore()
        #expect(host.liveResources == 1)
        #expect(host.driver.now.nanoseconds == 1_005_000_000)
        #expect(host.trace?.text.contains("block {@5ms}") == true)
    }

    @Test func `a trapped host keeps its reason and refuses calls`() {
        let host = simulated()
        Guest.run(on: host) { _ = poll([]) }.ignore()
        #expect(host.end == HostTrap(.emptyPoll, in: .poll))
        #expect(throws: HostTrap(.ended, in: .monotonicNow)) { try host.monotonicNow() }
    }

    @Test func `a guest inside a guest has a host of its own`() {
        let outer = simulated()
        let inner = simulated()
        let times = Locked<[UInt64]>([])
        let outcome = Guest.run(on: outer) {
            MonotonicClock.subscribe(after: .milliseconds(10)).block()
            let innerOutcome = Guest.run(on: inner) {
                MonotonicClock.subscribe(after: .milliseconds(1)).block()
                times.withLock { $0.append(MonotonicClock.now().nanoseconds) }
                _ = poll([])
            }
            times.withLock { $0.append(MonotonicClock.now().nanoseconds) }
            if case .trapped = innerOutcome { MonotonicClock.subscribe(after: 1).block() }
        }
        #expect(outcome == .completed)
        #expect(times.withLock { $0 } == [1_001_000_000, 1_010_000_000])
        #expect(outer.driver.now.nanoseconds == 1_010_000_001)
    }

    @Test func `a handle of an earlier run names nothing in the next`() {
        let handle = Locked<Int32>(0)
        Guest.run(on: simulated()) {
            let kept = MonotonicClock.subscribe(after: 1).release()
            handle.withLock { $0 = kept }
        }.ignore()
        let outcome = Guest.run(on: simulated()) {
            let own = MonotonicClock.subscribe(after: 1)
            _ = poll([Pollable.Borrow(handle: handle.withLock { $0 })])
            own.block()
        }
        guard case .trapped(let trap) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(trap.name == "unknown-handle")
    }

    @Test func `a guest may have a large stack`() {
        let depth = Locked(0)
        let outcome = Guest.run(on: simulated(), stackSize: 256 << 20) {
            let reached = descend(2_000)
            depth.withLock { $0 = reached }
        }
        #expect(outcome == .completed)
        #expect(depth.withLock { $0 } == 2_000)
    }
}

private func simulated() -> WASIHost { WASIHost(driver: VirtualDriver()) }

/// Computes without a host call until it is told that it is over, a minute at most.
private final class Computation: Sendable {
    let isOver = Atomic(false)

    func run() {
        let end = ContinuousClock.now + .seconds(60)
        while !isOver.load(ordering: .relaxed), ContinuousClock.now < end {}
    }
}

/// Takes some 16 KiB of stack a level; more levels than this ThreadSanitizer cannot follow.
@inline(never)
private func descend(_ depth: Int) -> Int {
    var room = InlineArray<16_384, UInt8>(repeating: 0)
    room[depth] = 1
    return depth == 0 ? 0 : descend(depth - 1) + Int(room[depth])
}

extension Outcome {
    /// Says that a test is about something else.
    fileprivate func ignore() {}
}
