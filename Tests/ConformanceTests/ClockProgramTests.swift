// wasmtime's test programs of io, clocks, random and look-ups, each under its own name.

import CWASIp2
import Glibc
import PolluxHost
import PolluxLibuv
import PolluxNative
import Testing

import enum WASIp2.Random

struct ClockProgramTests {
    // MARK: wasi:io

    @Test(arguments: SocketPlace.allCases)
    func `p2_pollable_correct: a poll may name a pollable twice, and two of one stream`(
        place: SocketPlace
    ) throws {
        let ready = try SocketWorld(place).run {
            let input = __wasm_import_wasi_cli_stdin_get_stdin()
            let (one, two) = (Import.subscribe(input: input), Import.subscribe(input: input))
            return Import.poll([one, two, one, two])
        }
        #expect(ready.sorted() == [0, 1, 2, 3])
    }

    @Test(arguments: SocketPlace.allCases)
    func `p2_pollable_traps: a poll of nothing traps`(place: SocketPlace) {
        expectTrap("empty-poll", "POLL-01", saying: "nothing", on: SocketWorld(place).host) {
            _ = Import.poll([])
        }
    }

    @Test func `p2_stream_pollable_correct: one pollable serves its stream time and again`() throws
    {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { for end in ends { close(end) } }
        let driver = LibuvDriver()
        let environment = GuestEnvironment(
            standardOutput: .init(source: driver.addInherited(ends[1], isInput: false)))
        let host = WASIHost(driver: driver, trace: Trace(), environment: environment)
        let (input, rounds) = try complete(on: host) {
            let stdin = Import.subscribe(input: __wasm_import_wasi_cli_stdin_get_stdin())
            Import.block(stdin)
            let output = __wasm_import_wasi_cli_stdout_get_stdout()
            let pollable = Import.subscribe(output: output)
            let rounds = (0..<9).map { _ in
                Import.block(pollable)
                return Import.ready(pollable)
                    && (Import.checkWrite(output).value ?? 0) >= 50
                    && Import.write(output, String(repeating: "x", count: 50)) == .done
            }
            _ = Import.blockingFlush(output)
            return (Import.ready(stdin), rounds)
        }
        #expect(input)
        #expect(rounds == Array(repeating: true, count: 9))
        var bytes = [UInt8](repeating: 0, count: 1_000)
        #expect(Glibc.read(ends[0], &bytes, bytes.count) == 450)
    }

    @Test(arguments: SocketPlace.allCases)
    func `p2_stream_pollable_traps: a stream with a live pollable cannot be dropped`(
        place: SocketPlace
    ) {
        expectTrap("child-alive", "RES-23", saying: "drop", on: SocketWorld(place).host) {
            let input = __wasm_import_wasi_cli_stdin_get_stdin()
            _ = Import.subscribe(input: input)
            Import.drop(inputStream: input)
        }
    }

    // MARK: wasi:clocks

    @Test(arguments: SocketPlace.allCases)
    func `p2_sleep: sleeps by instant and duration end at their time, and past ones at once`(
        place: SocketPlace
    ) throws {
        let (start, late) = try SocketWorld(place).run {
            let start = Import.now()
            /// ns past the deadline.
            func sleep(_ pollable: Int32, until deadline: UInt64) -> Int64 {
                Import.block(pollable)
                Import.drop(pollable: pollable)
                return Int64(Import.now()) - Int64(deadline)
            }
            let ten = 10 * UInt64.millisecond
            var deadline = Import.now() + ten
            var late = [sleep(Import.subscribe(at: deadline), until: deadline)]
            deadline = Import.now() + ten
            late.append(sleep(Import.subscribe(after: ten), until: deadline))
            for instant in [Import.now(), Import.now() - 1] {
                late.append(sleep(Import.subscribe(at: instant), until: instant))
            }
            deadline = Import.now()
            late.append(sleep(Import.subscribe(after: 0), until: deadline))
            return (start, late)
        }
        #expect(start >= 1)
        #expect(late.allSatisfy { $0 >= 0 }, "\(late)")
        // The last three must not wait: in simulated time that is exact.
        if place == .simulated { #expect(late.allSatisfy { $0 < 10 * .millisecond }, "\(late)") }
    }

    @Test(arguments: SocketPlace.allCases)
    func `p2_clocks_zero_wait: a timer of 0 ns is ready though only others are waited for`(
        place: SocketPlace
    ) throws {
        let tries = try SocketWorld(place).run { () -> Int? in
            let pollable = Import.subscribe(after: 0)
            return (1...20).first { _ in
                if Import.ready(pollable) { return true }
                let other = Import.subscribe(after: 0)
                Import.block(other)
                Import.drop(pollable: other)
                return false
            }
        }
        #expect(tries != nil)
    }

    @Test func `p2_api_time: a guest sees the clocks of its world to the nanosecond`() throws {
        let second: UInt64 = 1_000_000_000
        let wall = WallInstant(seconds: 1_431_648_000, nanoseconds: 100)
        let host = WASIHost(
            driver: HandDriver(
                start: 0, tick: 42 * second, monotonicResolution: second, wall: [wall],
                wallResolution: WallInstant(seconds: 1, nanoseconds: 0)))
        let (elapsed, seen) = try complete(on: host) {
            let start = Import.now()
            return (Import.now() - start, Import.wallNow())
        }
        #expect(elapsed == 42 * second)
        #expect(seen == wall)
    }

    @Test(arguments: SocketPlace.allCases)
    func `p2_cli_default_clocks: time does not go back, and the wall clock is past 1970`(
        place: SocketPlace
    ) throws {
        let (instants, wall) = try SocketWorld(place).run {
            ((0..<1_000).map { _ in Import.now() }, Import.wallNow())
        }
        #expect(zip(instants, instants.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(wall.seconds > 0)
        #expect(wall.nanoseconds < 1_000_000_000)
    }

    @Test(arguments: SocketPlace.allCases)
    func `p2_cli_sleep: a sleep of 100 ns ends`(place: SocketPlace) throws {
        let elapsed = try SocketWorld(place).run {
            let start = Import.now()
            Import.block(Import.subscribe(after: 100))
            return Import.now() - start
        }
        #expect(elapsed >= 100)
    }

    @Test(arguments: SocketPlace.allCases)
    func `p2_cli_sleep_forever: the longest sleep does not end, and a shorter one beside it does`(
        place: SocketPlace
    ) throws {
        let (reported, isReady) = try SocketWorld(place).run {
            let forever = Import.subscribe(after: .max)
            let timer = Import.subscribe(after: 5 * .millisecond)
            return (Import.poll([forever, timer]), Import.ready(forever))
        }
        #expect(reported == [1])
        #expect(!isReady)
        let outcome = Guest.run(on: .simulated()) { Import.block(Import.subscribe(after: .max)) }
        guard case .deadlocked = outcome else {
            Issue.record("a sleep for ever \(outcome)")
            return
        }
    }

    // MARK: wasi:random, wasi:cli, the limit of resources

    @Test(arguments: SocketPlace.allCases)
    func `p2_random: lengths are exact, integers not always 0, and the insecure seed stays`(
        place: SocketPlace
    ) throws {
        let (lengths, integers, seeds) = try SocketWorld(place).run {
            let counts: [UInt64] = [0, 1, 256, 1_024]
            let lengths = counts.flatMap {
                [Random.bytes($0).count, Random.insecureBytes($0).count]
            }
            let integers = [
                (0..<100).map { _ in Random.integer() },
                (0..<100).map { _ in Random.insecureInteger() },
            ]
            return (lengths, integers, (Random.insecureSeed(), Random.insecureSeed()))
        }
        #expect(lengths == [0, 0, 1, 1, 256, 256, 1_024, 1_024])
        for list in integers { #expect(list.contains { $0 != 0 }) }
        #expect(seeds.0 == seeds.1)
    }

    @Test(arguments: SocketPlace.allCases)
    func `p2_cli_many_resources: thousands of resources come and go`(place: SocketPlace) throws {
        let world = SocketWorld(place)
        let ready = try world.run {
            let handles = (0..<10_000).map { _ in Import.subscribe(after: 0) }
            let ready = Import.poll(handles).count
            for handle in handles { Import.drop(pollable: handle) }
            return ready
        }
        #expect(ready == 10_000)
        #expect(world.host.liveResources == 0)
    }

    @Test(arguments: SocketPlace.allCases)
    func `p2_cli_max_resources: one resource more than the host allows traps`(place: SocketPlace)
        throws
    {
        func host() -> WASIHost {
            WASIHost(
                driver: place == .kernel ? LibuvDriver() : VirtualDriver(), trace: Trace(),
                maxResources: 100)
        }
        try complete(on: host()) { for _ in 0..<100 { _ = Import.subscribe(after: 0) } }
        expectTrap("table-full", "RES-28", saying: "no handle left of 100", on: host()) {
            for _ in 0..<101 { _ = Import.subscribe(after: 0) }
        }
    }

    // MARK: Look-ups

    /// The first address of a name; an error may come from either call.
    private static func resolve(_ name: String) -> Result<IPAddress?, NetworkError> {
        let network = Import.network()
        defer { Import.drop(network: network) }
        switch Import.resolve(network, name) {
        case .failure(let error): return .failure(error)
        case .success(let lookup):
            let pollable = Import.subscribe(lookup: lookup)
            Import.block(pollable)
            defer {
                Import.drop(pollable: pollable)
                Import.drop(lookup: lookup)
            }
            return Import.next(lookup: lookup)
        }
    }

    @Test(arguments: SocketPlace.allCases)
    func `p2_ip_name_lookup: what is no name is invalid, an address is itself, localhost is known`(
        place: SocketPlace
    ) throws {
        let wrong = ["", " ", "a.b<&>", "127.0.0.1:80", "[::]:80", "http://example.com/"]
        let addresses = [
            "0.0.0.0", "127.0.0.1", "192.0.2.0", "::", "::1", "2001:0db8:0:0:0:0:0:0",
            "dead:beef::0", "DEAD:BEEF::0",
        ]
        let world = SocketWorld(place)
        let (refused, literal, local) = try world.run {
            (
                wrong.map(Self.resolve), addresses.map(Self.resolve),
                Self.resolve("localhost")
            )
        }
        #expect(refused == Array(repeating: .failure(.invalidArgument), count: wrong.count))
        #expect(literal == addresses.map { .success(IPAddress($0.lowercased())!) })
        #expect(try local.get()?.isLoopback == true)
        #expect(world.host.liveResources == 0)
    }

    @Test(arguments: SocketPlace.allCases)
    func `p2_cli_no_ip_name_lookup: a host without look-ups refuses an address, too`(
        place: SocketPlace
    ) throws {
        let world = SocketWorld(place, network: NetworkPolicy(hasLookup: false))
        let answers = try world.run { ["localhost", "127.0.0.1"].map(Self.resolve) }
        #expect(answers == Array(repeating: .failure(.permanentResolverFailure), count: 2))
    }
}
