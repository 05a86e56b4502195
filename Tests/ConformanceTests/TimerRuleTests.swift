// CLOCK: pollables of the monotonic clock.

import PolluxHost
import PolluxNative
import Testing

struct TimerRuleTests {
    // MARK: At once

    @Test(arguments: [0, 1, 1_000_000_000])
    func `CLOCK-05: an instant that is now or has passed is ready at once`(ago: UInt64) throws {
        let (isReady, elapsed) = try complete(on: .simulated()) {
            let start = Import.now()
            let timer = Import.subscribe(at: start - ago)
            let isReady = Import.ready(timer)
            Import.block(timer)
            return (isReady, Import.now() - start)
        }
        #expect(isReady)
        #expect(elapsed == 0)
    }

    @Test func `CLOCK-06: a duration of 0 is ready at once`() throws {
        let (isReady, elapsed) = try complete(on: .simulated()) {
            let start = Import.now()
            let timer = Import.subscribe(after: 0)
            let isReady = Import.ready(timer)
            Import.block(timer)
            return (isReady, Import.now() - start)
        }
        #expect(isReady)
        #expect(elapsed == 0)
    }

    // MARK: Never

    @Test(arguments: [.max, .max - 1, .max - 999_999_999] as [UInt64])
    func `CLOCK-07: a duration past the clock's end is never over`(duration: UInt64) throws {
        let result = try complete(on: .simulated()) {
            let never = Import.subscribe(after: duration)
            let timer = Import.subscribe(after: 1_000_000 * .millisecond)
            return [Import.poll([never, timer]), Import.ready(never) ? [0] : []]
        }
        #expect(result == [[1], []])
    }

    @Test func `CLOCK-07: the last duration that the clock can count is not never`() throws {
        let driver = VirtualDriver()
        let last = UInt64.max - driver.start.nanoseconds
        let now = try complete(on: WASIHost(driver: driver)) {
            Import.block(Import.subscribe(after: last - 1))
            return Import.now()
        }
        #expect(now == UInt64.max - 1)
    }

    @Test func `CLOCK-08: the last instant of a u64 never comes`() {
        let outcome = Guest.run(on: .simulated()) { Import.block(Import.subscribe(at: .max)) }
        #expect(outcome == .deadlocked(waitingOn: ["@never"]))
    }

    // MARK: Firing

    @Test func `CLOCK-09: at its deadline a timer is ready, 1 ns before it is not`() throws {
        let driver = HandDriver(start: 100)
        let host = WASIHost(driver: driver)
        let timer = try host.subscribe(duration: 50)
        driver.move(to: MonotonicInstant(nanoseconds: 149))
        #expect(try !host.ready(timer))
        driver.move(to: MonotonicInstant(nanoseconds: 150))
        #expect(try host.ready(timer))
    }

    @Test func `CLOCK-09: no timer fires early, however early the world's waits end`() throws {
        for seed in 0..<2_000 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let driver = HandDriver(start: .random(in: 1...1_000, using: &random))
            driver.onWait = { driver, deadline, _ in
                let target = deadline!.nanoseconds + .random(in: 0...3, using: &random)
                let reached = UInt64.random(in: driver.now.nanoseconds...target, using: &random)
                driver.move(to: MonotonicInstant(nanoseconds: reached))
                return .again
            }
            let host = WASIHost(driver: driver)
            var deadlines: [UInt64] = []
            var timers: [Int32] = []
            for duration in [40, 7, 7, 90, 0] as [UInt64] {
                deadlines.append(driver.now.nanoseconds + duration)
                timers.append(try host.subscribe(duration: duration))
            }
            for _ in 0..<6 {
                let first = Int.random(in: timers.indices, using: &random)
                let result = try host.poll(Array(timers[first...]))
                for position in result {
                    let deadline = deadlines[first + Int(position)]
                    #expect(driver.now.nanoseconds >= deadline, "seed \(seed)")
                }
            }
        }
    }

    @Test func `CLOCK-09: a timer may be late, and is then reported with the others due`() throws {
        let driver = HandDriver()
        driver.onWait = { driver, deadline, _ in
            driver.move(to: deadline!.advanced(by: 5_000_000_000)!)
            return .again
        }
        let host = WASIHost(driver: driver)
        let timers = try [3, 2, 1].map { try host.subscribe(duration: $0 * .millisecond) }
        #expect(try host.poll(timers) == [0, 1, 2])
    }

    @Test(arguments: [0, 1, 1_000, 7_777_777])
    func `CLOCK-10: after d and at now + d are the same instant`(duration: UInt64) throws {
        let (result, elapsed) = try complete(on: .simulated()) {
            let start = Import.now()
            let list = [Import.subscribe(after: duration), Import.subscribe(at: start + duration)]
            return (Import.poll(list), Import.now() - start)
        }
        #expect(result == [0, 1])
        #expect(elapsed == duration)
    }

    @Test func `CLOCK-14: a sleep as a libc does it, subscribe then block, lasts its time`() throws
    {
        let elapsed = try complete(on: .simulated()) {
            [0, 1, 999, 5 * .millisecond, 3_600_000 * .millisecond].map { (duration: UInt64) in
                let start = Import.now()
                let timer = Import.subscribe(after: duration)
                Import.block(timer)
                Import.drop(pollable: timer)
                return Import.now() - start
            }
        }
        #expect(elapsed == [0, 1, 999, 5 * .millisecond, 3_600_000 * .millisecond])
    }

    @Test func `CLOCK-15: of 100,000 timers with one deadline all are ready after it`() throws {
        let count = 100_000
        let result = try complete(on: WASIHost(driver: HandDriver())) {
            let deadline = Import.now() + .millisecond
            return Import.poll((0..<count).map { _ in Import.subscribe(at: deadline) })
        }
        #expect(result.count == count)
        #expect(Set(result) == Set(0..<count))
    }
}
