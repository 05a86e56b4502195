// CLOCK: the two clocks and the pollables that wait for one of them.

import PolluxHost
import PolluxNative
import Testing
import WASIp2

struct ClockRuleTests {
    // MARK: Reading

    @Test func `CLOCK-01: the monotonic clock never goes back`() throws {
        let readings = try complete(on: .simulated()) {
            (0..<5_000).map { round in
                if round % 7 == 0 { Import.block(Import.subscribe(after: UInt64(round))) }
                return Import.now()
            }
        }
        #expect(zip(readings, readings.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test func `CLOCK-01: setting the wall clock back does not move the monotonic clock`() throws {
        let driver = HandDriver(wall: [2, 1].map { WallInstant(seconds: $0, nanoseconds: 0) })
        let (before, after) = try complete(on: WASIHost(driver: driver)) {
            let before = Import.now()
            _ = (Import.wallNow(), Import.wallNow())
            return (before, Import.now())
        }
        #expect(before == after)
    }

    @Test func `CLOCK-02: at a guest's first reading the clock is above 0`() throws {
        let now = try complete(on: .simulated()) { Import.now() }
        #expect(now > 0)
    }

    @Test(arguments: [1, 1 << 63, UInt64.max - 1_000_000])
    func `CLOCK-02: a clock may begin anywhere`(start: UInt64) throws {
        let driver = VirtualDriver(start: MonotonicInstant(nanoseconds: start))
        let elapsed = try complete(on: WASIHost(driver: driver, trace: Trace())) {
            let before = Import.now()
            Import.block(Import.subscribe(after: 500_000))
            return [before, Import.now() - before]
        }
        #expect(elapsed == [start, 500_000])
    }

    @Test func `CLOCK-03: a clock that has run past a u64 traps`() {
        expectTrap(
            "clock-overflow", "CLOCK-03", saying: "past what a u64 of nanoseconds can count",
            on: .simulated()
        ) {
            CurrentHost.with(.monotonicNow) { host throws(HostTrap) in
                try (host.driver as! VirtualDriver).work(.max)
            }
        }
    }

    @Test func `CLOCK-04: the monotonic resolution is above 0`() throws {
        let resolution = try complete(on: .simulated()) { Import.resolution() }
        #expect(resolution > 0)
    }

    @Test func `CLOCK-11: the wall clock may be set back and keeps its ns below a second`() throws {
        let readings = [
            WallInstant(seconds: 1_000, nanoseconds: 999_999_999),
            WallInstant(seconds: 10, nanoseconds: 0),
        ]
        let host = WASIHost(driver: HandDriver(wall: readings))
        let seen = try complete(on: host) { [Import.wallNow(), Import.wallNow()] }
        #expect(seen == readings)
    }

    @Test(arguments: [0, 1, 999_999_999])
    func `CLOCK-11: the simulated wall clock carries ns into seconds`(start: UInt32) throws {
        let driver = VirtualDriver(wallStart: WallInstant(seconds: 7, nanoseconds: start))
        let host = WASIHost(driver: driver)
        let readings = try complete(on: host) {
            [0, 1, 999_999_998, 1, 3_000_000_000].map { (step: UInt64) in
                Import.block(Import.subscribe(after: step))
                return Import.wallNow()
            }
        }
        let elapsed = readings.map {
            Int64($0.seconds) * 1_000_000_000 + Int64($0.nanoseconds) - Int64(start)
        }
        #expect(
            elapsed == [0, 1, 999_999_999, 1_000_000_000, 4_000_000_000].map { $0 + 7_000_000_000 })
        #expect(readings.allSatisfy { $0.nanoseconds < 1_000_000_000 })
    }

    @Test(arguments: [(0, 1), (1, 0), (0, 999_999_999)] as [(UInt64, UInt32)])
    func `CLOCK-12: the wall resolution reaches the guest as it is`(
        seconds: UInt64, nanoseconds: UInt32
    ) throws {
        let tick = WallInstant(seconds: seconds, nanoseconds: nanoseconds)
        let host = WASIHost(driver: HandDriver(wallResolution: tick))
        #expect(try complete(on: host) { Import.wallResolution() } == tick)
    }

    @Test func `CLOCK-13: a guest sees exactly the clocks that were put under it`() throws {
        let step: UInt64 = 42_000_000_000
        let host = WASIHost(
            driver: HandDriver(
                start: 0, tick: step, monotonicResolution: step,
                wall: [WallInstant(seconds: 1_431_648_000, nanoseconds: 100)]),
            trace: Trace())
        let (monotonic, resolution, wall) = try complete(on: host) {
            ((0..<4).map { _ in Import.now() }, Import.resolution(), Import.wallNow())
        }
        #expect(zip(monotonic, monotonic.dropFirst()).allSatisfy { $1 - $0 == step })
        #expect(resolution == step)
        #expect(wall == WallInstant(seconds: 1_431_648_000, nanoseconds: 100))
    }

    @Test func `CLOCK-13: the overlay hands the clocks on unchanged`() throws {
        let host = WASIHost(
            driver: HandDriver(
                start: 1 << 63, monotonicResolution: 7,
                wall: [WallInstant(seconds: .max, nanoseconds: 999_999_999)]))
        let (now, resolution, wall) = try complete(on: host) {
            (MonotonicClock.now(), MonotonicClock.resolution(), WallClock.now())
        }
        #expect(now == MonotonicClock.Instant(nanoseconds: 1 << 63))
        #expect(resolution == 7)
        #expect(wall == WallClock.DateTime(seconds: .max, nanoseconds: 999_999_999))
    }
}
