// The real world: deadlines, wake-ups, teardown. The only tests that may wait in real time.

import Foundation
import PolluxHost
import PolluxLibuv
import Testing

@Suite struct LibuvDriverTests {
    /// Polls one deadline `delay` ns away; how late it was, in ns.
    private func lateness(of delay: UInt64, on host: WASIHost) throws -> Int64 {
        let deadline = host.driver.now.nanoseconds + delay
        let timer = try host.subscribe(instant: deadline)
        let list = [timer]
        let ready = try host.poll(list.span)
        #expect(ready == [0])
        let late = Int64(bitPattern: try host.monotonicNow() &- deadline)
        try host.drop(timer, as: .pollable, in: .pollableDrop)
        return late
    }

    @Test
    func `CLOCK-09: no deadline is ever reported early, whatever fraction of a millisecond it is`()
        throws
    {
        let host = WASIHost(driver: LibuvDriver())
        for step in 0..<60 {
            let late = try lateness(of: 300_000 + UInt64(step) * 37_013, on: host)
            #expect(late >= 0)
        }
    }

    @Test func `a poll of many deadlines returns for the nearest and reports no other`() throws {
        let host = WASIHost(driver: LibuvDriver())
        let now = host.driver.now.nanoseconds
        let far = (1...200).map { now + 60_000_000_000 + UInt64($0) }
        var list = try far.map { try host.subscribe(instant: $0) }
        list.insert(try host.subscribe(instant: now + 1_000_000), at: 100)
        #expect(try host.poll(list.span) == [100])
    }

    @Test func `an instant that has passed takes no wait`() throws {
        let host = WASIHost(driver: LibuvDriver())
        let timer = try host.subscribe(instant: 1)
        #expect(try host.ready(timer))
        #expect(try host.poll([timer].span) == [0])
    }

    @Test func `turns after a timer has fired do not put out the next one`() {
        nonisolated(unsafe) let driver = LibuvDriver()
        _ = driver.wait(until: driver.now.advanced(by: 1_000), for: [])
        for _ in 0..<3 { driver.turn(for: []) }
        // Ends the test where the timer does not.
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 60)
            driver.wakeUp()
        }
        let begin = driver.now.nanoseconds
        _ = driver.wait(until: driver.now.advanced(by: 1_000_000), for: [])
        #expect(driver.now.nanoseconds - begin < 55_000_000_000)
    }

    @Test func `a timer that has fired does not keep a wait without a deadline busy`() {
        nonisolated(unsafe) let driver = LibuvDriver()
        let deadline = driver.now.advanced(by: 1_000)!
        while driver.now < deadline { _ = driver.wait(until: deadline, for: []) }
        let end = driver.now.advanced(by: 100_000_000)!
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 0.1)
            driver.wakeUp()
        }
        var waits = 0
        while driver.now < end, waits < 100 {
            _ = driver.wait(until: nil, for: [])
            waits += 1
        }
        #expect(waits <= 3)
    }

    @Test func `wakeUp from another thread ends a wait that nothing else would end`() {
        nonisolated(unsafe) let driver = LibuvDriver()
        Thread.detachNewThread { driver.wakeUp() }
        _ = driver.wait(until: nil, for: [])
    }

    @Test func `stop ends a poll that waits for something that never comes`() throws {
        let driver = LibuvDriver()
        let host = WASIHost(driver: driver)
        let never = try host.subscribe(instant: .max)
        Thread.detachNewThread { host.stop() }
        #expect(throws: HostTrap(.ended, in: .poll)) { try host.poll([never].span) }
    }

    @Test func `the clocks move and have a resolution`() {
        let driver = LibuvDriver()
        let first = driver.now
        #expect(driver.now >= first)
        #expect(driver.monotonicResolution > 0)
        #expect(driver.wallNow.seconds > 1_700_000_000)
    }

    @Test func `teardown gives every descriptor back`() async {
        await #expect(processExitsWith: .success) {
            func descriptors() -> Int {
                (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? -1
            }
            do { _ = WASIHost(driver: LibuvDriver()) }
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { exit(2) }
            let before = descriptors()
            for _ in 0..<100 {
                let driver = LibuvDriver()
                let source = driver.addInherited(ends[0], isInput: true)
                _ = driver.isReady(source)
                _ = driver.wait(until: driver.now.advanced(by: 1_000), for: [])
            }
            let after = descriptors()
            // Dispatch opens a timer of its own when it first needs one; what a driver does not give
            // back would be there a hundred times.
            exit(before > 0 && after - before < 10 ? 0 : 1)
        }
    }
}
