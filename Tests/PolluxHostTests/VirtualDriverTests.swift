// Simulated time: when the clock moves, and what of the script can be seen.

import PolluxHost
import Testing

@Suite struct VirtualDriverTests {
    @Test func `a wait jumps to the first instant at which something waited for is ready`() {
        let driver = world([(5, 0, true), (10, 1, true), (20, 2, true)])
        #expect(driver.waits(for: [1, 2]))
        #expect(driver.elapsed == 10)
        #expect(driver.ready == [0, 1])
    }

    @Test func `a deadline that comes first ends the wait`() {
        let driver = world([(10, 0, true)])
        #expect(driver.waits(until: 3, for: [0]))
        #expect(driver.elapsed == 3)
        #expect(driver.ready == [])
    }

    @Test func `a wait for what never comes moves nothing`() {
        let driver = world([(10, 0, true)])
        #expect(!driver.waits(for: [1]))
        #expect(!driver.waits(for: []))
        #expect(driver.elapsed == 0)
    }

    @Test func `facts at the start apply before anybody looks`() {
        #expect(world([(0, 1, true)]).ready == [1])
    }

    @Test func `the facts of an instant apply together`() {
        let driver = world([(10, 0, true), (10, 1, true), (10, 2, true), (11, 3, true)])
        #expect(driver.waits(for: [0]))
        #expect(driver.ready == [0, 1, 2])
    }

    @Test func `a level that goes up and down within one instant is not seen`() {
        let driver = world([(10, 0, true), (10, 0, false), (20, 0, true)])
        #expect(driver.waits(for: [0]))
        #expect(driver.elapsed == 20)
    }

    @Test func `a level that goes down and up within one instant stays`() {
        let driver = world([(10, 0, true), (20, 0, false), (20, 0, true), (30, 1, true)])
        #expect(driver.waits(for: [1]))
        #expect(driver.ready == [0, 1])
    }

    @Test func `a level that was up for a while is seen by a wait for it, not after it`() {
        let script: [(UInt64, Int32, Bool)] = [(10, 0, true), (20, 0, false), (30, 1, true)]
        let early = world(script)
        #expect(early.waits(for: [0]))
        #expect(early.elapsed == 10)
        let late = world(script)
        #expect(late.waits(for: [1]))
        #expect(late.ready == [1])
        #expect(!late.waits(for: [0]))
    }

    @Test func `work moves the clock and applies the facts on its way`() throws {
        let driver = world([(10, 0, true), (20, 0, false), (30, 1, true)])
        try driver.work(25_000_000)
        #expect(driver.elapsed == 25)
        #expect(driver.ready == [])
        try driver.work(5_000_000)
        #expect(driver.ready == [1])
    }

    @Test func `work past the end of the clock traps`() {
        let driver = world([])
        #expect(throws: HostTrap(.clockOverflow)) { try driver.work(.max) }
        #expect(driver.elapsed == 0)
    }

    @Test func `creeping goes as far as it is told`() {
        let driver = world([])
        #expect(!driver.creep(by: 1_000_000, notPast: nil))
        #expect(driver.elapsed == 1)
    }

    @Test func `creeping stops at the next fact`() {
        let driver = world([(10, 0, true), (20, 1, true)])
        #expect(driver.creep(by: 50_000_000, notPast: nil))
        #expect(driver.elapsed == 10)
        #expect(driver.ready == [0])
    }

    @Test func `creeping stops at the deadline`() {
        let driver = world([(10, 0, true)])
        let deadline = driver.start.advanced(by: 4_000_000)
        #expect(driver.creep(by: 50_000_000, notPast: deadline))
        #expect(driver.elapsed == 4)
    }

    @Test func `a deadline that has passed does not hold the creeping clock`() throws {
        let driver = world([])
        try driver.work(5_000_000)
        #expect(!driver.creep(by: 1_000_000, notPast: driver.start))
        #expect(driver.elapsed == 6)
    }

    @Test func `the wall clock goes with the other one and carries its seconds`() throws {
        let driver = VirtualDriver(wallStart: WallInstant(seconds: 9, nanoseconds: 999_999_999))
        try driver.work(2_000_000_001)
        #expect(driver.wallNow == WallInstant(seconds: 12, nanoseconds: 0))
    }

    @Test func `each level at the start is logged once`() {
        let driver = world([(0, 0, true), (0, 0, false), (0, 0, true), (0, 1, true)])
        let trace = Trace()
        driver.trace = trace
        #expect(trace.events.count == 2)
    }
}

/// A world of four sources with these facts: ms, source, level.
private func world(_ facts: [(UInt64, Int32, Bool)]) -> VirtualDriver {
    VirtualDriver(
        sourceCount: 4,
        facts: facts.map { time, source, isReady in
            .init(time: time * 1_000_000, source: SourceID(index: source), isReady: isReady)
        })
}

extension VirtualDriver {
    /// ms since the start.
    fileprivate var elapsed: UInt64 { (now.nanoseconds - start.nanoseconds) / 1_000_000 }

    /// The sources that are ready.
    fileprivate var ready: [Int32] { (0..<4).filter { isReady(SourceID(index: $0)) } }

    /// Waits; false where nothing can ever end the wait.
    fileprivate func waits(until deadline: UInt64? = nil, for sources: [Int32]) -> Bool {
        let instant = deadline.flatMap { start.advanced(by: $0 * 1_000_000) }
        switch wait(until: instant, for: sources.map { SourceID(index: $0) }) {
        case .again: return true
        case .never: return false
        }
    }
}
