// POLL: what poll, block and ready do. Which of the ready ones a host reports, and in which order,
// stands in PollResultRuleTests.

import CWASIp2
import PolluxHost
import PolluxNative
import Testing
import WASIp2

struct PollRuleTests {
    // MARK: Lists

    @Test func `POLL-01: a poll of an empty list traps`() {
        expectTrap("empty-poll", "POLL-01", saying: "nothing could ever end it", on: .simulated()) {
            _ = Import.poll([])
        }
    }

    @Test func `POLL-01: an empty list traps through the overlay, too`() {
        expectTrap("empty-poll", "POLL-01", saying: "must not poll", on: .simulated()) {
            _ = WASIp2.poll([])
        }
    }

    @Test(arguments: [1 << 32, 1 << 62, Int.max])
    func `POLL-02: a list longer than a u32 can count traps`(count: Int) {
        expectTrap("list-too-long", "RES-19", saying: "\(count) elements", on: .simulated()) {
            Import.poll(address: 0x1000, count: count)
        }
    }

    @Test func `POLL-03: a handle may stand in the list several times`() throws {
        let result = try complete(on: .simulated()) {
            let timer = Import.subscribe(after: .millisecond)
            return Import.poll([timer, timer, timer])
        }
        #expect(result == [0, 1, 2])
    }

    @Test func `POLL-04: several pollables of one source may be reported together`() throws {
        let host = WASIHost.simulated(sources: 1, facts: [.ready(.first, at: 5)])
        let one = try host.subscribe(.first)
        let two = try host.subscribe(.first)
        let result = try complete(on: host) { Import.poll([one, two, one, two]) }
        #expect(result.sorted() == [0, 1, 2, 3])
    }

    @Test func `POLL-29: sources and a timer in one list work as a libc's poll needs them`() throws
    {
        let host = WASIHost.simulated(sources: 2, facts: [.ready(.second, at: 3 * .millisecond)])
        let sources = [try host.subscribe(.first), try host.subscribe(.second)]
        let results = try complete(on: host) {
            [0, .millisecond, 10 * .millisecond].map { timeout in
                let timer = Import.subscribe(after: timeout)
                defer { Import.drop(pollable: timer) }
                return Import.poll(sources + [timer])
            }
        }
        #expect(results == [[2], [2], [1]])
    }

    // MARK: Waiting

    @Test func `POLL-05: a poll with something ready returns at once`() throws {
        let host = WASIHost.simulated(sources: 2, facts: [.ready(.second, at: 0)])
        let pollables = [try host.subscribe(.first), try host.subscribe(.second)]
        let (result, elapsed) = try complete(on: host) {
            let start = Import.now()
            return (Import.poll(pollables), Import.now() - start)
        }
        #expect(result == [1])
        #expect(elapsed == 0)
    }

    @Test func `POLL-05: a poll with nothing ready waits for the first that becomes so`() throws {
        let host = WASIHost.simulated(sources: 1, facts: [.ready(.first, at: 2 * .millisecond)])
        let source = try host.subscribe(.first)
        let (result, elapsed) = try complete(on: host) {
            let start = Import.now()
            let list = [Import.subscribe(after: 3 * .millisecond), source]
            return (Import.poll(list), Import.now() - start)
        }
        #expect(result == [1])
        #expect(elapsed == 2 * .millisecond)
    }

    @Test func `POLL-05: a wait that ends for no reason is not a result`() throws {
        let driver = HandDriver(sources: 1)
        driver.onWait = { driver, _, _ in
            if driver.waits == 5 { driver.set(.first, true) }
            return .again
        }
        let host = WASIHost(driver: driver)
        let source = try host.subscribe(.first)
        #expect(try host.poll([source]) == [0])
        #expect(driver.waits == 5)
    }

    @Test func `POLL-12: a poll of what is never ready ends as a deadlock that names it`() throws {
        let outcome = Guest.run(on: .simulated()) { Import.block(Import.subscribe(after: .max)) }
        #expect(outcome == .deadlocked(waitingOn: ["@never"]))
    }

    @Test func `POLL-12: a poll of what is never ready still ends when the guest is stopped`()
        throws
    {
        let driver = HandDriver()
        let host = WASIHost(driver: driver)
        driver.onWait = { driver, _, _ in
            if driver.waits == 3 { host.stop() }
            precondition(driver.waits < 10, "the host waits on although it was asked to stop")
            return .again
        }
        let pollable = try host.subscribe(duration: .max)
        let trap = #expect(throws: HostTrap.self) { try host.block(pollable) }
        #expect(trap?.name == "ended")
    }

    @Test(arguments: StreamPlace.allCases, [VirtualDriver.Change.close, .reset])
    func `POLL-13: sources that have ended are ready, and how is not for poll to say`(
        place: StreamPlace, change: VirtualDriver.Change
    ) throws {
        let world = try StreamWorld(
            [10: change], output: [0: .permit(0), 10: change], on: place)
        let results = try world.run { input, output in
            [Import.subscribe(input: input), Import.subscribe(output: output)].map { pollable in
                (0..<3).map { _ in Import.poll([pollable, pollable]) }
            }
        }
        #expect(results.allSatisfy { $0 == [[0, 1], [0, 1], [0, 1]] })
        #expect(world.elapsed == 10)
    }

    @Test func `POLL-14: block waits exactly as a poll of the one pollable does`() throws {
        let host = WASIHost.simulated(sources: 1, facts: [.ready(.first, at: 2 * .millisecond)])
        let source = try host.subscribe(.first)
        try complete(on: host) { Import.block(source) }
        let log = try #require(host.trace).events.map(\.what)
        let serial = try #require(host.serial(ofPollable: source))
        #expect(log.contains(.poll([serial], isCheck: false)))
        #expect(log.last == .report([serial]))
    }

    // MARK: ready

    @Test func `POLL-15: ready never waits`() throws {
        let driver = HandDriver(sources: 1)
        let host = WASIHost(driver: driver)
        let pollables = [
            try host.subscribe(.first), try host.subscribe(duration: 1),
            try host.subscribe(duration: .max),
        ]
        for _ in 0..<100 {
            for pollable in pollables { #expect(try !host.ready(pollable)) }
        }
        #expect(driver.waits == 0)
    }

    @Test(arguments: [0, 1, 8])
    func `POLL-16: after block, ready says yes while nobody consumes it`(lag: Int) throws {
        let host = WASIHost.simulated(
            sources: 1, facts: [.ready(.first, at: 2 * .millisecond)],
            policy: HostPolicy(readyLag: lag), choices: ScriptedChoices([.readyLag: [lag]]))
        let source = try host.subscribe(.first)
        let answers = try complete(on: host) {
            Import.block(source)
            return (0..<10).map { _ in Import.ready(source) }
        }
        #expect(answers.allSatisfy { $0 })
    }

    @Test func `POLL-17: a pollable follows its level up and down, however often it was used`()
        throws
    {
        let facts = (0..<5).flatMap { round in
            [
                VirtualDriver.Fact.ready(.first, at: (10 * round + 2) * .millisecond),
                .unready(.first, at: (10 * round + 4) * .millisecond),
            ]
        }
        let host = WASIHost.simulated(sources: 1, facts: facts)
        let source = try host.subscribe(.first)
        let answers = try complete(on: host) {
            (0..<5).map { _ in
                Import.block(source)
                let up = Import.ready(source)
                Import.block(Import.subscribe(after: 3 * .millisecond))
                return [up, Import.ready(source)]
            }
        }
        #expect(answers == Array(repeating: [true, false], count: 5))
    }

    @Test func `POLL-18: a clock pollable stays ready for ever`() throws {
        let answers = try complete(on: .simulated()) {
            let timer = Import.subscribe(after: .millisecond)
            return (0..<20).map { _ in
                Import.block(timer)
                Import.block(Import.subscribe(after: 1_000 * .millisecond))
                return Import.ready(timer) && Import.poll([timer]) == [0]
            }
        }
        #expect(answers.allSatisfy { $0 })
    }

    // MARK: Readiness that proves stale

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `POLL-27: an input may be ready and give nothing, an output and a timer may not`(
        seed: UInt64
    ) throws {
        let world = try StreamWorld(
            [40: .close], output: [0: .permit(3), 10: .permit(0), 30: .permit(1)],
            policy: HostPolicy(subset: .any, permits: .any, spurious: 3),
            choices: SeededChoices(seed: seed))
        let (alarms, broken) = try world.run { input, output in
            let deadline = Import.now() + 20 * .millisecond
            let list = [
                Import.subscribe(input: input), Import.subscribe(output: output),
                Import.subscribe(at: deadline),
            ]
            var (alarms, broken) = (0, 0)
            while true {
                let result = Import.poll(list)
                if result.contains(1), Import.checkWrite(output) == .ok(0) { broken += 1 }
                if result.contains(2), Import.now() < deadline { broken += 1 }
                if result.contains(0) {
                    if Import.read(input) == .closed { return (alarms, broken) }
                    alarms += 1
                }
                sleep(1)
            }
        }
        #expect(broken == 0)
        #expect(alarms > 0)
    }

    @Test(arguments: [1, 3, 10])
    func `POLL-28: no more false alarms come in a row than the policy allows`(limit: Int) throws {
        let world = try StreamWorld(
            [30: .text("x")], policy: HostPolicy(spurious: limit),
            choices: ScriptedChoices([.spurious: Array(repeating: 1, count: 1_000)]))
        let reads = try world.run { input, _ in
            let pollable = Import.subscribe(input: input)
            var reads = 0
            repeat {
                Import.block(pollable)
                reads += 1
            } while Import.read(input) == .ok("")
            return reads
        }
        #expect(reads == limit + 1)
        #expect(world.elapsed == 30)
    }

    @Test func `POLL-28: a blocking call of the host's raises no false alarm itself`() throws {
        let world = try StreamWorld(
            [30: .text("x"), 40: .close], policy: HostPolicy(spurious: 1_000),
            choices: ScriptedChoices([.spurious: Array(repeating: 1, count: 1_000)]))
        let answers = try world.run { input, _ in
            [Import.blockingRead(input, 0), Import.blockingRead(input), Import.blockingRead(input)]
        }
        #expect(answers == [.ok(""), .ok("x"), .closed])
        #expect(world.elapsed == 40)
        let log = try #require(world.host.trace).events
        #expect(!log.contains { if case .choice = $0.what { true } else { false } })
    }

    // MARK: Between calls, and the end of a pollable

    @Test func `POLL-24: what happens between two calls is latched, and seen by the next one`()
        throws
    {
        let driver = VirtualDriver(sourceCount: 1, facts: [.ready(.first, at: 5)])
        let host = WASIHost(driver: driver, trace: Trace())
        let source = try host.subscribe(.first)
        let count = try #require(host.trace).count
        try driver.work(10)
        let between = try #require(host.trace).events.dropFirst(count).map(\.what)
        #expect(
            between == [
                .clock(to: driver.now, .work), .level(.first, isReady: true, origin: nil),
            ])
        #expect(try host.ready(source))
    }

    @Test func `POLL-25: dropping a pollable leaves its source as it was`() throws {
        let host = WASIHost.simulated(sources: 1, facts: [.ready(.first, at: 5)])
        let one = try host.subscribe(.first)
        let two = try host.subscribe(.first)
        let result = try complete(on: host) {
            Import.block(one)
            Import.drop(pollable: one)
            return Import.poll([two])
        }
        #expect(result == [0])
    }

    @Test func `POLL-25: a dropped timer is gone, and never falls due`() throws {
        let host = WASIHost.simulated()
        try complete(on: host) {
            Import.drop(pollable: Import.subscribe(after: .millisecond))
            let late = Import.subscribe(after: 2 * .millisecond)
            Import.block(late)
            Import.drop(pollable: late)
        }
        let dues = try #require(host.trace).events.filter {
            if case .due = $0.what { true } else { false }
        }
        #expect(dues.map(\.time.nanoseconds) == [1_002_000_000])
        #expect(host.liveResources == 0)
    }

    @Test func `POLL-26: a pollable cannot come to watch a newcomer under its stream's number`()
        throws
    {
        let host = WASIHost.simulated(sources: 1, facts: [.ready(.first, at: 5)])
        let stream = try host.insert(.inputStream)
        let pollable = try host.subscribe(.first, childOf: stream)
        expectTrap("child-alive", "RES-23", saying: "drop pollables first", on: host) {
            Import.block(pollable)
            Import.drop(inputStream: stream)
        }
        #expect(try host.insert(.inputStream) != stream)
    }
}
