// STREAM: input streams.

import CWASIp2
import PolluxHost
import PolluxNative
import Testing

struct StreamRuleTests {
    // MARK: What a read gives

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-01: a read gives what is there, up to the length asked for`(place: StreamPlace)
        throws
    {
        let world = try StreamWorld([0: .text("hello")], on: place)
        let answers = try world.run { input, _ in
            [Import.read(input, 2), Import.read(input, 64)]
        }
        #expect(answers == [.ok("he"), .ok("llo")])
    }

    @Test(arguments: StreamPlace.allCases) func `STREAM-01: a read joins what came in parts`(
        place: StreamPlace
    ) throws {
        let world = try StreamWorld([0: .text("hel"), 1: .text("lo")], on: place)
        let answer = try world.run { input, _ in
            sleep(2)
            return Import.read(input)
        }
        #expect(answer == .ok("hello"))
    }

    @Test(arguments: StreamPlace.allCases) func `STREAM-01: no read gives more than 64 KiB`(
        place: StreamPlace
    ) throws {
        let world = try StreamWorld([0: .chunk(Array(repeating: 65, count: 100_000))], on: place)
        let counts = try world.run { input, _ in
            (0..<2).map { _ in Import.read(input, 1_000_000).value?.utf8.count }
        }
        #expect(counts == [65_536, 34_464])
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-02: a read of an open stream with nothing there is ok and empty`(
        place: StreamPlace
    ) throws {
        let world = try StreamWorld([10: .text("late")], on: place)
        let answer = try world.run { input, _ in Import.read(input) }
        #expect(answer == .ok(""))
        #expect(world.elapsed == 0)
    }

    // MARK: The end

    @Test(arguments: HostPolicy.Rules.allCases, StreamPlace.allCases)
    func `STREAM-03: the first read after the end is closed, not empty`(
        rules: HostPolicy.Rules, place: StreamPlace
    ) throws {
        let world = try StreamWorld([10: .close], on: place, policy: HostPolicy(rules: rules))
        let answers = try world.run { input, _ in
            Import.block(Import.subscribe(input: input))
            return [Import.read(input, 10), Import.read(input, 0), Import.read(input, 10)]
        }
        #expect(answers == [.closed, .closed, .closed])
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-03: what was sent before the end comes first`(place: StreamPlace) throws {
        let world = try StreamWorld([0: .text("bye"), 1: .close], on: place)
        let answers = try world.run { input, _ in
            sleep(2)
            return [Import.read(input, 2), Import.read(input, 2), Import.read(input, 2)]
        }
        #expect(answers == [.ok("by"), .ok("e"), .closed])
    }

    @Test func `STREAM-03: memory that is read out is closed at once`() throws {
        let host = WASIHost.simulated()
        let input = try host.addInputStream(MemoryPipe(Array("ab".utf8)))
        let answers = try complete(on: host) { (0..<3).map { _ in Import.read(input) } }
        #expect(answers == [.ok("ab"), .closed, .closed])
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-04: after the end every call of every kind is closed`(place: StreamPlace) throws {
        let world = try StreamWorld([0: .close], on: place)
        let answers = try world.run { input, _ in
            _ = Import.read(input)
            let reads = [Import.read(input), Import.blockingRead(input)]
            let skips = [Import.skip(input, 1), Import.blockingSkip(input, 1)]
            return (0..<3).allSatisfy { _ in reads == [.closed, .closed] }
                && skips == [.closed, .closed]
        }
        #expect(answers)
    }

    @Test(arguments: RulesAndKind.all, StreamPlace.allCases)
    func `STREAM-05: a failure of an input comes once, after the bytes, and is then closed`(
        host: RulesAndKind, place: StreamPlace
    ) throws {
        let world = try StreamWorld(
            [0: .text("last words"), 1: .reset], on: place, kind: host.kind,
            policy: HostPolicy(rules: host.rules))
        let answers = try world.run { input, _ in
            sleep(2)
            return (0..<4).map { _ in Import.read(input) }
        }
        #expect(answers == [.ok("last words"), .failed(place.reset), .closed, .closed])
    }

    @Test(arguments: [StreamKind.scripted, .stdio])
    func `STREAM-05: a failed output fails again and again by the rules of wasmtime`(
        kind: StreamKind
    ) throws {
        let world = try StreamWorld(output: [0: .reset], kind: kind)
        let answers = try world.run { _, output in (0..<3).map { _ in Import.checkWrite(output) } }
        #expect(answers == Array(repeating: .failed("connection reset"), count: 3))
    }

    @Test(arguments: StreamKind.allCases)
    func `STREAM-05: a failed output fails once by the text, and is then closed`(
        kind: StreamKind
    ) throws {
        let world = try StreamWorld(
            output: [0: .reset], kind: kind, policy: HostPolicy(rules: .spec))
        let answers = try world.run { _, output in (0..<3).map { _ in Import.checkWrite(output) } }
        #expect(answers == [.failed("connection reset"), .closed, .closed])
    }

    // MARK: Lengths

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-06: a read of 0 bytes of an open stream is ok`(place: StreamPlace) throws {
        let world = try StreamWorld([0: .text("here")], on: place)
        let answers = try world.run { input, _ in [Import.read(input, 0), Import.read(input)] }
        #expect(answers == [.ok(""), .ok("here")])
    }

    @Test(arguments: RulesAndKind.all, StreamPlace.allCases)
    func `STREAM-07: a read of 0 bytes after the end is closed, of wasmtime's stdin ok`(
        host: RulesAndKind, place: StreamPlace
    ) throws {
        let world = try StreamWorld(
            [0: .close], on: place, kind: host.kind, policy: HostPolicy(rules: host.rules))
        let answer = try world.run { input, _ in
            _ = Import.read(input)
            return Import.read(input, 0)
        }
        #expect(
            answer == (host.rules == .wasmtime && host.kind == .stdio ? .ok("") : .closed))
    }

    @Test(arguments: [UInt64.max, UInt64(Int64.max) + 1, 1 << 32], StreamPlace.allCases)
    func `STREAM-08: a length that no memory holds is cut, and nothing of it allocated`(
        length: UInt64, place: StreamPlace
    ) throws {
        let world = try StreamWorld([0: .text("few")], on: place)
        let answers = try world.run { input, _ in
            [Import.read(input, length), Import.read(input, length)]
        }
        #expect(answers == [.ok("few"), .ok("")])
    }

    // MARK: Blocking

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-09: a blocking read waits for a byte and returns it when it comes`(
        place: StreamPlace
    ) throws {
        let world = try StreamWorld([10: .text("now"), 20: .close], on: place)
        let answers = try world.run { input, _ in
            [Import.blockingRead(input), Import.blockingRead(input)]
        }
        #expect(answers == [.ok("now"), .closed])
        #expect(world.elapsed == 20)
    }

    @Test func `STREAM-09: readiness that proves stale, however often, never ends it empty`() throws
    {
        let world = try StreamWorld([
            1: .emptyReady, 2: .emptyReady, 3: .emptyReady, 4: .emptyReady, 5: .emptyReady,
            6: .emptyReady, 7: .emptyReady, 8: .emptyReady, 9: .emptyReady, 10: .emptyReady,
            11: .emptyReady, 12: .emptyReady, 13: .emptyReady, 14: .emptyReady,
            15: .text("at last"),
        ])
        let answer = try world.run { input, _ in Import.blockingRead(input) }
        #expect(answer == .ok("at last"))
    }

    @Test(arguments: StreamPlace.allCases) func `STREAM-09: a blocking read sees a failure`(
        place: StreamPlace
    ) throws {
        let world = try StreamWorld([10: .reset], on: place)
        let answer = try world.run { input, _ in Import.blockingRead(input) }
        #expect(answer == .failed(place.reset))
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-09: a blocking read of what never comes is a deadlock that names it`(
        place: StreamPlace
    ) throws {
        let world = try StreamWorld(on: place)
        let input = world.input
        let outcome = Guest.run(on: world.host) { _ = Import.blockingRead(input) }
        #expect(outcome == .deadlocked(waitingOn: ["in"]))
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-10: a blocking read of 0 bytes waits until the stream is ready`(place: StreamPlace)
        throws
    {
        let world = try StreamWorld([10: .text("here")], on: place)
        let answers = try world.run { input, _ in
            [Import.blockingRead(input, 0), Import.read(input)]
        }
        #expect(answers == [.ok(""), .ok("here")])
        #expect(world.elapsed == 10)
    }

    // MARK: Skipping

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-11: a skip counts what a read would have given, and the rest comes after`(
        place: StreamPlace
    )
        throws
    {
        let world = try StreamWorld([0: .text("hello")], on: place)
        let (skipped, rest) = try world.run { input, _ in
            (Import.skip(input, 2), Import.read(input))
        }
        #expect(skipped == .ok(2))
        #expect(rest == .ok("llo"))
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-11: a skip of an open stream with nothing there is 0`(place: StreamPlace) throws {
        let world = try StreamWorld(on: place)
        #expect(try world.run { input, _ in Import.skip(input, 5) } == .ok(0))
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-11: a blocking skip waits for a byte, the end or a failure`(place: StreamPlace)
        throws
    {
        let world = try StreamWorld([10: .text("ab"), 20: .reset], on: place)
        let answers = try world.run { input, _ in (0..<3).map { _ in Import.blockingSkip(input, 9) }
        }
        #expect(answers == [.ok(2), .failed(place.reset), .closed])
    }

    // MARK: Readiness

    @Test(arguments: [VirtualDriver.Change.text("x"), .close, .reset], StreamPlace.allCases)
    func `STREAM-12: bytes, the end and a failure make an input ready, and it stays so`(
        change: VirtualDriver.Change, place: StreamPlace
    ) throws {
        let world = try StreamWorld([10: change], on: place)
        let ready = try world.run { input, _ in
            let pollable = Import.subscribe(input: input)
            let before = Import.ready(pollable)
            Import.block(pollable)
            return [before, Import.ready(pollable), Import.ready(pollable)]
        }
        #expect(ready == [false, true, true])
        #expect(world.elapsed == 10)
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-12: an input that is read out is not ready, one that is closed stays ready`(
        place: StreamPlace
    )
        throws
    {
        let world = try StreamWorld([0: .text("x"), 10: .close], on: place)
        let ready = try world.run { input, _ in
            let pollable = Import.subscribe(input: input)
            _ = Import.read(input)
            let open = Import.ready(pollable)
            Import.block(pollable)
            _ = Import.read(input)
            return [open, Import.ready(pollable)]
        }
        #expect(ready == [false, true])
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-12: two pollables of one input are both reported`(place: StreamPlace) throws {
        let world = try StreamWorld([10: .text("x")], on: place)
        let result = try world.run { input, _ in
            let (one, two) = (Import.subscribe(input: input), Import.subscribe(input: input))
            return Import.poll([one, two, one, two])
        }
        #expect(result == [0, 2, 1, 3])
    }
}

/// Whose reading a host follows, and what a stream stands for.
struct RulesAndKind: Sendable {
    var rules: HostPolicy.Rules
    var kind: StreamKind

    static let all = HostPolicy.Rules.allCases.flatMap { rules in
        StreamKind.allCases.map { RulesAndKind(rules: rules, kind: $0) }
    }
}
