// STREAM: the blocking writes, zeroes and splices.

import CWASIp2
import PolluxHost
import PolluxNative
import Testing

struct StreamWriteRuleTests {
    // MARK: Blocking writes

    @Test func `STREAM-24: a blocking write of more than 4096 bytes traps`() throws {
        try StreamWorld().traps("write-too-long", "STREAM-24", saying: "4097 bytes") { _, output in
            _ = Import.blockingWriteAndFlush(output, String(repeating: "x", count: 4_097))
        }
    }

    @Test(arguments: StreamPlace.allCases) func `STREAM-24: 4096 bytes are taken`(
        place: StreamPlace
    ) throws {
        let world = try StreamWorld(on: place)
        let answer = try world.run { _, output in
            Import.blockingWriteAndFlush(output, String(repeating: "x", count: 4_096))
        }
        #expect(answer == .done)
        #expect(world.written.utf8.count == 4_096)
    }

    @Test func `STREAM-25: a blocking write gets through an output that takes 1 byte at a time`()
        throws
    {
        let world = try StreamWorld(output: [0: .permit(0), 10: .permit(1), 30: .flushed])
        let answer = try world.run { _, output in Import.blockingWriteAndFlush(output, "hello") }
        #expect(answer == .done)
        #expect(world.written == "hello")
        #expect(world.elapsed == 30)
    }

    @Test func `STREAM-25: it needs no permit, and leaves none`() throws {
        try StreamWorld().traps(
            "permit-overrun", "STREAM-17", saying: "an earlier write has used the permit"
        ) { _, output in
            _ = Import.checkWrite(output)
            _ = Import.blockingWriteAndFlush(output, "a")
            _ = Import.write(output, "b")
        }
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-25: one that can never go out is a deadlock that names the stream`(
        place: StreamPlace
    ) throws {
        let world = try StreamWorld(output: [0: .permit(0)], on: place)
        let output = world.output
        let outcome = Guest.run(on: world.host) { _ = Import.blockingWriteAndFlush(output, "a") }
        #expect(outcome == .deadlocked(waitingOn: ["out"]))
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-25: a stream that closes before all was accepted is closed`(place: StreamPlace)
        throws
    {
        let world = try StreamWorld(output: [0: .permit(0), 10: .close], on: place)
        let answer = try world.run { _, output in Import.blockingWriteAndFlush(output, "a") }
        #expect(answer == .closed)
    }

    @Test(arguments: HostPolicy.Rules.allCases)
    func `STREAM-26: a stream that closes during the last flush has done its part`(
        rules: HostPolicy.Rules
    ) throws {
        let world = try StreamWorld(
            output: [10: .close, 20: .flushed], policy: HostPolicy(rules: rules))
        let answer = try world.run { _, output in
            [Import.blockingWriteAndFlush(output, "all"), Import.flush(output)]
        }
        #expect(answer == [.done, .closed])
        #expect(world.written == "all")
        #expect(world.elapsed == 10)
    }

    @Test func `STREAM-26: memory that is just full has done its part`() throws {
        let host = WASIHost.simulated()
        let pipe = MemoryPipe(capacity: 3)
        let output = try host.addOutputStream(pipe)
        let answers = try complete(on: host) {
            [
                Import.blockingWriteAndFlush(output, "abc"),
                Import.blockingWriteAndFlush(output, "d"),
            ]
        }
        #expect(answers == [.done, .closed])
        #expect(pipe.bytes == Array("abc".utf8))
    }

    @Test func `STREAM-26: a failure during the last flush is the result`() throws {
        let world = try StreamWorld(output: [10: .reset, 20: .flushed])
        let answer = try world.run { _, output in Import.blockingWriteAndFlush(output, "all") }
        #expect(answer == .failed("connection reset"))
    }

    @Test(arguments: [4_097, UInt64.max])
    func `STREAM-27: a blocking write of more than 4096 zeroes traps`(count: UInt64) throws {
        try StreamWorld().traps("write-too-long", "STREAM-27", saying: "\(count) bytes") {
            _, output in
            _ = Import.blockingWriteZeroesAndFlush(output, count)
        }
    }

    @Test(arguments: StreamPlace.allCases) func `STREAM-27: up to 4096 zeroes are written`(
        place: StreamPlace
    ) throws {
        let world = try StreamWorld(on: place)
        let answer = try world.run { _, output in
            Import.blockingWriteZeroesAndFlush(output, 4_096)
        }
        #expect(answer == .done)
        #expect(world.driver.written(to: .second) == Array(repeating: 0, count: 4_096))
    }

    @Test(arguments: StreamPlace.allCases) func `STREAM-28: zeroes within the permit are written`(
        place: StreamPlace
    ) throws {
        let world = try StreamWorld(output: [0: .permit(3)], on: place)
        let answer = try world.run { _, output in
            _ = Import.checkWrite(output)
            return Import.writeZeroes(output, 3)
        }
        #expect(answer == .done)
        #expect(world.driver.written(to: .second) == [0, 0, 0])
    }

    @Test(arguments: HostPolicy.Rules.allCases, [4, UInt64.max])
    func `STREAM-28: zeroes beyond the permit trap, and nothing is allocated for them`(
        rules: HostPolicy.Rules, count: UInt64
    ) throws {
        try StreamWorld(output: [0: .permit(3)], policy: HostPolicy(rules: rules)).traps(
            "permit-overrun", "STREAM-16", saying: "a write of \(count) bytes, but"
        ) { _, output in
            _ = Import.checkWrite(output)
            _ = Import.writeZeroes(output, count)
        }
    }

    @Test func `STREAM-28: where nobody checks permits, there is still a bound for zeroes`() throws
    {
        try StreamWorld(kind: .stdio).traps(
            "permit-overrun", "STREAM-16", saying: "a write of \(UInt64.max) bytes"
        ) { _, output in _ = Import.writeZeroes(output, .max) }
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-28: wasmtime asks for the permit of zeroes itself`(place: StreamPlace) throws {
        let world = try StreamWorld(output: [0: .permit(3)], on: place)
        #expect(try world.run { _, output in Import.writeZeroes(output, 3) } == .done)
    }

    @Test func `STREAM-28: by the text zeroes need the guest's permit`() throws {
        try StreamWorld(policy: HostPolicy(rules: .spec)).traps(
            "permit-overrun", "STREAM-16", saying: "without a permit"
        ) { _, output in _ = Import.writeZeroes(output, 1) }
    }

    // MARK: Splices

    @Test func `STREAM-29: a splice moves what there is, up to length and permit`() throws {
        let world = try StreamWorld([0: .text("hello")], output: [0: .permit(3)])
        let moved = try world.run { input, output in
            [1, 9, 9, 9].map { Import.splice(output, from: input, $0) }
        }
        #expect(moved == [.ok(1), .ok(3), .ok(1), .ok(0)])
        #expect(world.written == "hello")
    }

    @Test(arguments: StreamPlace.allCases) func `STREAM-29: without room nothing is read`(
        place: StreamPlace
    ) throws {
        let world = try StreamWorld([0: .text("hello")], output: [0: .permit(0)], on: place)
        let (moved, left) = try world.run { input, output in
            (Import.splice(output, from: input, 9), Import.read(input))
        }
        #expect(moved == .ok(0))
        #expect(left == .ok("hello"))
    }

    @Test(arguments: StreamPlace.allCases) func `STREAM-29: the end of either side is the result`(
        place: StreamPlace
    ) throws {
        let ended = try StreamWorld([0: .close], on: place)
        #expect(try ended.run { Import.splice($1, from: $0, 9) } == .closed)
        let broken = try StreamWorld([0: .reset], on: place)
        #expect(try broken.run { Import.splice($1, from: $0, 9) } == .failed(place.reset))
        let closed = try StreamWorld([0: .text("hello")], output: [0: .close], on: place)
        let (answer, left) = try closed.run { input, output in
            (Import.splice(output, from: input, 9), Import.read(input))
        }
        #expect(answer == .closed)
        #expect(left == .ok("hello"))
    }

    @Test(arguments: 0..<50 as Range<UInt64>, StreamPlace.allCases)
    func `STREAM-29, STREAM-44: in whatever parts a splice moves bytes, none is lost`(
        seed: UInt64, place: StreamPlace
    ) throws {
        let world = try StreamWorld(
            [0: .text("the quick brown "), 1: .text("fox"), 2: .close], output: [0: .permit(5)],
            on: place, policy: HostPolicy(reads: .any, permits: .any),
            choices: SeededChoices(seed: seed))
        try world.run { input, output in
            let pollable = Import.subscribe(input: input)
            while true {
                Import.block(pollable)
                if Import.splice(output, from: input, 7) == .closed { break }
            }
        }
        #expect(world.written == "the quick brown fox")
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-30: streams of different kinds can be spliced`(place: StreamPlace) throws {
        let world = try StreamWorld(on: place, kind: .stdio)
        let memory = try world.host.addInputStream(MemoryPipe(Array("from memory".utf8)))
        #expect(try world.run { _, output in Import.splice(output, from: memory, 64) } == .ok(11))
        #expect(world.written == "from memory")
    }

    @Test func `STREAM-31: a blocking splice waits for room, then for bytes, and flushes`() throws {
        let world = try StreamWorld(
            [20: .text("hello")], output: [0: .permit(0), 10: .permit(9), 30: .flushed])
        let moved = try world.run { Import.blockingSplice($1, from: $0, 64) }
        #expect(moved == .ok(5))
        #expect(world.written == "hello")
        #expect(world.elapsed == 30)
    }

    @Test func `STREAM-31: the limit of the blocking writes does not hold for it`() throws {
        let world = try StreamWorld([0: .chunk(Array(repeating: 65, count: 10_000))])
        #expect(try world.run { Import.blockingSplice($1, from: $0, 10_000) } == .ok(10_000))
    }
}
