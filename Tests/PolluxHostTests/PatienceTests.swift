// Guests that spin: the clock creeps for them, and ends them in the end.

import PolluxHost
import Testing

@Suite struct PatienceTests {
    @Test func `a thousand calls at one instant move nothing`() throws {
        let host = WASIHost(driver: VirtualDriver())
        let start = try host.monotonicNow()
        for _ in 2...1_000 { _ = try host.monotonicNow() }
        #expect(host.driver.now.nanoseconds == start)
    }

    @Test func `a guest that goes on for ever is ended by the limit of calls, however far it gets`()
    {
        let host = WASIHost(driver: VirtualDriver(), callLimit: 10_000)
        let trap = #expect(throws: HostTrap.self) {
            while true {
                let timer = try host.subscribe(duration: 1_000_000)
                try host.block(timer)
                try host.drop(timer, as: .pollable, in: .pollableDrop)
            }
        }
        #expect(trap?.kind == .endless(calls: 10_001))
    }

    @Test func `then the clock creeps by 1 µs, twice as far each call, up to 1 ms`() throws {
        let host = WASIHost(driver: VirtualDriver())
        for _ in 1...1_000 { _ = try host.monotonicNow() }
        var last = host.driver.now.nanoseconds
        var steps: [UInt64] = []
        for _ in 1...13 {
            let now = try host.monotonicNow()
            steps.append((now - last) / 1_000)
            last = now
        }
        #expect(steps == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000, 1_000, 1_000])
    }

    @Test func `the creeping clock stops at a deadline, and patience begins anew`() throws {
        let host = WASIHost(driver: VirtualDriver())
        let deadline = host.driver.now.nanoseconds + 100_000
        let timer = try host.subscribe(instant: deadline)
        var calls = 0
        while try !host.ready(timer) { calls += 1 }
        #expect(host.driver.now.nanoseconds == deadline)
        #expect(calls == 1_005, "after 63 µs the next step would go past it")
        for _ in 1...1_000 { _ = try host.monotonicNow() }
        #expect(host.driver.now.nanoseconds == deadline)
        _ = try host.monotonicNow()
        #expect(host.driver.now.nanoseconds == deadline + 1_000)
    }

    @Test func `the creeping clock stops at a fact`() throws {
        let fact = VirtualDriver.Fact(time: 12_345, source: SourceID(index: 0), isReady: true)
        let host = WASIHost(driver: VirtualDriver(sourceCount: 1, facts: [fact]))
        let start = host.driver.now.nanoseconds
        let pollable = try host.subscribe(SourceID(index: 0))
        while try !host.ready(pollable) {}
        #expect(host.driver.now.nanoseconds == start + 12_345)
    }

    /// A world in which something is ready after 50 ms, and a guest that asks for it again and again.
    private func spin(_ round: (WASIHost) throws -> Void) throws -> UInt64 {
        let fact = VirtualDriver.Fact(time: 50_000_000, source: SourceID(index: 0), isReady: true)
        let host = WASIHost(
            driver: VirtualDriver(sourceCount: 1, facts: [fact]), livelockLimit: 100_000)
        let pollable = try host.subscribe(SourceID(index: 0))
        while try !host.ready(pollable) { try round(host) }
        return host.driver.now.nanoseconds - 1_000_000_000
    }

    @Test(arguments: [1, 1_000, 100_000])
    func `a near timer that is made and dropped each time round does not hold the clock`(
        duration: UInt64
    ) throws {
        let end = try spin { host in
            let timer = try host.subscribe(duration: duration)
            try host.drop(timer, as: .pollable, in: .pollableDrop)
        }
        #expect(end == 50_000_000)
    }

    @Test(arguments: [1, 1_000, 100_000])
    func `nor does one that is asked before it is dropped`(duration: UInt64) throws {
        let end = try spin { host in
            let timer = try host.subscribe(duration: duration)
            _ = try host.ready(timer)
            try host.drop(timer, as: .pollable, in: .pollableDrop)
        }
        #expect(end == 50_000_000)
    }

    @Test func `near timers hold the clock again once the guest got on`() throws {
        let host = WASIHost(driver: VirtualDriver())
        for _ in 1...20 {
            let timer = try host.subscribe(duration: 10)
            while try !host.ready(timer) {}
        }
        // By now they are passed by.
        #expect(host.driver.now.nanoseconds > 1_000_000_000 + 20 * 10)
        try host.block(try host.subscribe(duration: 10_000_000))
        let deadline = host.driver.now.nanoseconds + 10
        let timer = try host.subscribe(instant: deadline)
        while try !host.ready(timer) {}
        #expect(host.driver.now.nanoseconds == deadline)
    }

    @Test func `a guest that reads the clock until it is time gets on`() throws {
        let host = WASIHost(driver: VirtualDriver())
        let end = try host.monotonicNow() + 50_000_000
        var calls = 0
        while try host.monotonicNow() < end { calls += 1 }
        #expect(calls < 1_100)
    }

    @Test func `a waiter beside a loop that polls a ready timer is served`() throws {
        let fact = VirtualDriver.Fact(time: 5_000_000, source: SourceID(index: 0), isReady: true)
        let host = WASIHost(driver: VirtualDriver(sourceCount: 1, facts: [fact]))
        let waiting = try host.subscribe(SourceID(index: 0))
        let always = try host.subscribe(duration: 0)
        var polls = 0
        while try !host.poll([waiting, always].span).contains(0) { polls += 1 }
        #expect(polls < 1_100)
    }

    @Test func `a poll that waits renews patience`() throws {
        let host = WASIHost(driver: VirtualDriver())
        for _ in 1...5 {
            for _ in 1...900 { _ = try host.monotonicNow() }
            try host.block(try host.subscribe(duration: 1))
        }
        #expect(host.driver.now.nanoseconds == 1_000_000_005)
    }

    @Test func `a guest that gets nowhere is ended at the limit`() throws {
        let host = WASIHost(driver: VirtualDriver(), livelockLimit: 3_000)
        for _ in 1...3_000 { _ = try host.monotonicNow() }
        #expect(throws: HostTrap(.livelock(calls: 3_001), in: .monotonicNow)) {
            try host.monotonicNow()
        }
    }

    @Test func `a wait is progress, and so is what a door calls progress`() throws {
        let host = WASIHost(driver: VirtualDriver(), livelockLimit: 3_000)
        for round in 1...10 {
            for _ in 1...2_500 { _ = try host.monotonicNow() }
            if round % 2 == 0 {
                host.progressed()
            } else {
                try host.block(try host.subscribe(duration: 1_000_000_000))
            }
        }
    }

    @Test func `a driver without patience neither creeps nor ends a guest`() throws {
        let host = WASIHost(driver: VirtualDriver(patience: nil), livelockLimit: 3_000)
        let start = try host.monotonicNow()
        for _ in 1...10_000 { _ = try host.monotonicNow() }
        #expect(try host.monotonicNow() == start)
    }

    @Test(arguments: [1_000, nil])
    func `a guest that waits time and again sees that it was asked to stop`(patience: Int?) throws {
        let host = WASIHost(driver: VirtualDriver(patience: patience))
        host.stop()
        var rounds = 0
        let trap = #expect(throws: HostTrap.self) {
            while rounds < 100_000 {
                rounds += 1
                let timer = try host.subscribe(duration: 1_000_000)
                try host.block(timer)
                try host.drop(timer, as: .pollable, in: .pollableDrop)
            }
        }
        #expect(trap?.kind == .ended)
        #expect(rounds < 5_000)
    }
}
