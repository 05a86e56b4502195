// What each knob of a policy makes a host do.

import Testing

@testable import PolluxHost

struct KnobTests {
    private static let millisecond: UInt64 = 1_000_000

    private func makeHost(_ policy: HostPolicy, seed: UInt64 = 1, sources: Int = 0) -> WASIHost {
        WASIHost(
            driver: VirtualDriver(sourceCount: sources), policy: policy,
            choices: SeededChoices(seed: seed))
    }

    // MARK: Timers

    @Test func `a late timer is ready at its instant, half way or at the most`() throws {
        var delays: Set<UInt64> = []
        for seed in 0..<50 as Range<UInt64> {
            let host = makeHost(HostPolicy(timers: .late(4 * Self.millisecond)), seed: seed)
            let start = host.driver.now.nanoseconds
            try host.block(try host.subscribe(duration: 10 * Self.millisecond))
            delays.insert(host.driver.now.nanoseconds - start)
        }
        #expect(delays == [10 * Self.millisecond, 12 * Self.millisecond, 14 * Self.millisecond])
    }

    @Test(arguments: [(1, 7), (7, 7), (8, 14), (20, 21)] as [(UInt64, UInt64)])
    func `a grain rounds up`(asked: UInt64, ready: UInt64) throws {
        let host = makeHost(HostPolicy(timers: .grain(7 * Self.millisecond)))
        let start = host.driver.now.nanoseconds
        try host.block(try host.subscribe(instant: start + asked * Self.millisecond))
        #expect(host.driver.now.nanoseconds - start == ready * Self.millisecond)
    }

    @Test(arguments: [.late(5), .grain(1 << 40)] as [HostPolicy.Timers])
    func `CLOCK-05: a timer that is due is ready at once, however late others are`(
        timers: HostPolicy.Timers
    ) throws {
        let host = makeHost(HostPolicy(timers: timers))
        let now = host.driver.now.nanoseconds
        #expect(try host.ready(try host.subscribe(duration: 0)))
        #expect(try host.ready(try host.subscribe(instant: now - 1)))
    }

    @Test func `CLOCK-07: lateness past the clock's end does not wrap`() throws {
        let host = makeHost(HostPolicy(timers: .grain(.max)))
        let timer = try host.subscribe(instant: .max - 1)
        #expect(try !host.ready(timer))
    }

    // MARK: The order of reports

    /// The handles of sources `places`, all ready.
    private func ready(_ places: [Int32], on policy: HostPolicy) throws -> (WASIHost, [Int32]) {
        let facts = places.map {
            VirtualDriver.Fact(time: 0, source: SourceID(index: $0), isReady: true)
        }
        let host = WASIHost(
            driver: VirtualDriver(sourceCount: 4, facts: facts), policy: policy,
            choices: SeededChoices(seed: 3))
        return (host, try places.map { try host.subscribe(SourceID(index: $0)) })
    }

    @Test func `POLL-06: by resource, copies stand together at the place of what they watch`()
        throws
    {
        let (host, handles) = try ready([0, 1, 0], on: HostPolicy(order: .byResource))
        let list = [handles[1], handles[0], handles[1], handles[2]]
        #expect(try host.poll(list.span) == [1, 3, 0, 2])
    }

    @Test func `RES-29: by resource, a number that was freed is the next one given`() throws {
        let host = makeHost(HostPolicy(order: .byResource))
        let first = try host.subscribe(duration: 0)
        let second = try host.subscribe(duration: 0)
        try host.drop(first, as: .pollable, in: .pollableDrop)
        let third = try host.subscribe(duration: 0)
        #expect(try host.poll([second, third].span) == [1, 0])
    }

    @Test func `POLL-07: behind the winner positions ascend`() throws {
        var winners: Set<UInt32> = []
        for _ in 0..<1 {
            let (host, handles) = try ready([0, 1, 2, 3], on: HostPolicy(order: .winnerFirst))
            for _ in 0..<50 {
                let result = try host.poll(handles.span)
                winners.insert(result[0])
                #expect(Array(result.dropFirst()) == result.dropFirst().sorted())
                #expect(Set(result).count == 4)
            }
        }
        #expect(winners == [0, 1, 2, 3])
    }

    // MARK: Handles

    @Test func `sparse numbers rise, leave gaps and are not used again`() throws {
        let host = makeHost(HostPolicy(handles: .sparse))
        var last: Int32 = 0
        var gaps = 0
        for _ in 0..<50 {
            let handle = try host.subscribe(duration: 0)
            #expect(handle > last)
            gaps += handle > last + 1 ? 1 : 0
            last = handle
            try host.drop(handle, as: .pollable, in: .pollableDrop)
        }
        #expect(gaps > 10)
    }

    @Test func `RES-05: where types are numbered alone, two of them share a number`() throws {
        let host = makeHost(HostPolicy(handles: .perType))
        let stream = try host.addInputStream(MemoryPipe(capacity: 4))
        let pollable = try host.subscribe(input: stream)
        #expect(stream == pollable)
        #expect(try host.ready(pollable))
        try host.drop(pollable, as: .pollable, in: .pollableDrop)
        try host.drop(stream, as: .inputStream, in: .inputStreamDrop)
        #expect(host.liveResources == 0)
    }

    @Test(arguments: [.sparse, .perType] as [HostPolicy.Handles])
    func `RES-08: a dropped number is refused with its story, and one in use is told apart`(
        handles: HostPolicy.Handles
    ) throws {
        let host = makeHost(HostPolicy(handles: handles))
        let gone = try host.subscribe(duration: 0)
        try host.drop(gone, as: .pollable, in: .pollableDrop)
        let trap = #expect(throws: HostTrap.self) { try host.ready(gone) }
        #expect(trap?.rule == "RES-08")
        #expect(throws: HostTrap.self) { try host.ready(gone + 1) }
    }

    @Test(arguments: [.sparse, .perType] as [HostPolicy.Handles])
    func `RES-23: a parent with numbers of its own still waits for its children`(
        handles: HostPolicy.Handles
    ) throws {
        let host = makeHost(HostPolicy(handles: handles))
        let stream = try host.addInputStream(MemoryPipe(capacity: 4))
        let pollable = try host.subscribe(input: stream)
        let trap = #expect(throws: HostTrap.self) {
            try host.drop(stream, as: .inputStream, in: .inputStreamDrop)
        }
        #expect(trap?.rule == "RES-23")
        try host.drop(pollable, as: .pollable, in: .pollableDrop)
        try host.drop(stream, as: .inputStream, in: .inputStreamDrop)
    }

    // MARK: Standard input

    private func makeInput(_ stdin: HostPolicy.Stdin, seed: UInt64) throws -> (WASIHost, Int32) {
        let fact = VirtualDriver.Fact(time: 0, source: SourceID(index: 0), .chunk([1, 2]))
        let host = WASIHost(
            driver: VirtualDriver(sourceCount: 1, facts: [fact]), policy: HostPolicy(stdin: stdin),
            choices: SeededChoices(seed: seed))
        return (host, try host.addInputStream(SourceID(index: 0), kind: .stdio))
    }

    @Test func `the first read of a lazy input may be empty, the second is not`() throws {
        var firsts: Set<Int> = []
        for seed in 0..<20 as Range<UInt64> {
            let (host, stream) = try makeInput(.lazyFirstRead, seed: seed)
            let first = try host.read(stream, upTo: 9).get()
            firsts.insert(first.count)
            if first.isEmpty { #expect(try host.read(stream, upTo: 9).get() == [1, 2]) }
        }
        #expect(firsts == [0, 2])
    }

    @Test func `a lazy input that was subscribed to has begun`() throws {
        for seed in 0..<20 as Range<UInt64> {
            let (host, stream) = try makeInput(.lazyFirstRead, seed: seed)
            _ = try host.subscribe(input: stream)
            #expect(try host.read(stream, upTo: 9).get() == [1, 2])
        }
    }

    @Test func `STREAM-09: a blocking read of a lazy input gives bytes`() throws {
        for seed in 0..<20 as Range<UInt64> {
            let (host, stream) = try makeInput(.lazyFirstRead, seed: seed)
            #expect(try host.blockingRead(stream, upTo: 9).get() == [1, 2])
        }
    }
}
