// How often the host reads the clock for the guest: a reading is most of what a short call costs.

import PolluxHost
import Testing

struct ClockReadingTests {
    /// A world whose clock moves by 1 ns at each reading, so that it counts them.
    private let driver = HandDriver(sources: 1, start: 1_000, tick: 1)

    /// How many readings `body` took.
    private func readings(_ body: () throws -> Void) throws -> UInt64 {
        let before = driver.now.nanoseconds
        try body()
        return driver.now.nanoseconds - before - 1
    }

    @Test func `a poll of many timers reads the clock once`() throws {
        let host = WASIHost(driver: driver)
        var list = try (0..<100).map { try host.subscribe(duration: 1_000_000 + $0) }
        list.insert(try host.subscribe(.first), at: 50)
        driver.set(.first, true)
        var ready: [UInt32] = []
        let count = try readings { ready = try host.poll(list.span) }
        #expect(ready == [50])
        #expect(count == 1)
    }

    @Test func `what was due at the last reading is due without another`() throws {
        let host = WASIHost(driver: driver)
        let due = try host.subscribe(duration: 0)
        let never = try host.subscribe(instant: .max)
        var answers: [Bool] = []
        var ready: [UInt32] = []
        let count = try readings {
            for _ in 0..<2 { answers += [try host.ready(due), try host.ready(never)] }
            ready = try host.poll([due, due].span)
        }
        #expect(answers == [true, false, true, false])
        #expect(ready == [0, 1])
        #expect(count == 0)
    }

    @Test func `a timer to come costs a reading a look, and comes at its instant`() throws {
        let host = WASIHost(driver: driver)
        let timer = try host.subscribe(instant: driver.now.nanoseconds + 6)
        var looks: UInt64 = 0
        let count = try readings { while try !host.ready(timer) { looks += 1 } }
        #expect(count == looks + 1)
        #expect(looks == 4)
    }

    @Test func `a subscription reads the clock only where it needs the time`() throws {
        let host = WASIHost(driver: driver)
        let atInstant = try readings { _ = try host.subscribe(instant: 5_000) }
        let afterDuration = try readings { _ = try host.subscribe(duration: 5_000) }
        #expect(atInstant == 0)
        #expect(afterDuration == 1)
    }

    @Test func `CLOCK-08: the first instant is as any other, the last one never comes`() throws {
        let world = HandDriver(start: 0)
        let host = WASIHost(driver: world)
        let first = try host.subscribe(instant: 0)
        let last = try host.subscribe(instant: .max - 1)
        let never = [try host.subscribe(instant: .max), try host.subscribe(duration: .max)]
        #expect(try host.ready(first))
        #expect(try host.poll([last, first, never[0], never[1]].span) == [1])
        #expect(try !host.ready(last))
        world.move(to: MonotonicInstant(nanoseconds: .max))
        #expect(try host.poll([never[0], last, never[1]].span) == [1])
        for pollable in never { #expect(try !host.ready(pollable)) }
    }

    @Test(arguments: [0, 50, 99])
    func `a dead handle among timers to come traps wherever it stands`(place: Int) throws {
        let host = WASIHost(driver: driver)
        let list = try (0..<100).map { try host.subscribe(duration: 1_000_000 + $0) }
        try host.drop(list[place], as: .pollable, in: .pollableDrop)
        let trap = #expect(throws: HostTrap.self) { try host.poll(list.span) }
        #expect(trap?.rule == "RES-08")
    }

    @Test func `a result that the caller keeps outlives the next poll`() throws {
        let host = WASIHost(driver: driver)
        let list = try (0..<3).map { _ in try host.subscribe(duration: 0) }
        let kept = try host.poll(list.span)
        #expect(try host.poll([list[0]].span) == [0])
        #expect(kept == [0, 1, 2])
    }
}
