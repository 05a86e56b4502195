// Streams under a host's policy, and how its log tells of them.

import Testing

@testable import PolluxHost

struct StreamTestsHost {
    private let source = SourceID(index: 0)

    private func makeHost(
        _ facts: [(UInt64, VirtualDriver.Change)], policy: HostPolicy = .friendly,
        choices: any ChoiceSource = FriendlyChoices()
    ) -> WASIHost {
        let trace = Trace()
        trace.name(source, "sock")
        return WASIHost(
            driver: VirtualDriver(
                sourceCount: 1,
                facts: facts.map { VirtualDriver.Fact(time: $0.0, source: source, $0.1) }),
            policy: policy, choices: choices, trace: trace)
    }

    // MARK: Freedoms

    @Test func `FZ-13: a host of short reads gives one byte at a time and loses none`() throws {
        let host = makeHost(
            [(0, .chunk([1, 2, 3])), (0, .close)], policy: HostPolicy(reads: .short))
        let stream = try host.addInputStream(source)
        for byte in 1...3 as ClosedRange<UInt8> {
            #expect(try host.read(stream, upTo: 9) == .success([byte]))
        }
        #expect(try host.read(stream, upTo: 9) == .failure(.closed))
    }

    @Test(arguments: 0..<100 as Range<UInt64>)
    func `FZ-13, FZ-14: in whatever parts, the bytes of an input come once and in order`(
        seed: UInt64
    ) throws {
        let bytes = Array(0..<50 as Range<UInt8>)
        let host = makeHost(
            [(0, .chunk(Array(bytes[..<20]))), (9, .chunk(Array(bytes[20...]))), (9, .close)],
            policy: HostPolicy(reads: .any, spurious: 2), choices: SeededChoices(seed: seed))
        let stream = try host.addInputStream(source)
        var read: [UInt8] = []
        while case .success(let part) = try host.blockingRead(stream, upTo: 16) {
            #expect(!part.isEmpty)
            read += part
        }
        #expect(read == bytes)
    }

    @Test func `FZ-15: a host of small permits allows one byte at a time`() throws {
        let host = makeHost([], policy: HostPolicy(permits: .one))
        let stream = try host.addOutputStream(source)
        #expect(try host.checkWrite(stream) == .success(1))
    }

    @Test(arguments: [0, 1, 4])
    func `FZ-07: false alarms of an input come at most so often in a row`(spurious: Int) throws {
        let host = makeHost(
            [(10, .chunk([1]))], policy: HostPolicy(spurious: spurious), choices: AlwaysLast())
        let stream = try host.addInputStream(source)
        let pollable = try host.subscribe(input: stream)
        for _ in 0..<spurious {
            #expect(try host.poll([pollable].span) == [0])
            #expect(try host.ready(pollable), "an alarm that was shown stays until the read")
            #expect(try host.read(stream, upTo: 1) == .success([]))
        }
        #expect(try host.poll([pollable].span) == [0])
        #expect(try host.read(stream, upTo: 1) == .success([1]))
    }

    @Test func `FZ-07: an output never raises a false alarm`() throws {
        let host = makeHost(
            [(0, .permit(0)), (10, .permit(1))], policy: HostPolicy(spurious: 9),
            choices: AlwaysLast())
        let stream = try host.addOutputStream(source)
        let pollable = try host.subscribe(output: stream)
        #expect(try host.poll([pollable].span) == [0])
        #expect(try host.checkWrite(stream) == .success(1))
    }

    @Test(arguments: HostPolicy.Rules.allCases)
    func `whatever the output does, a guest that keeps to its permits never traps or loses a byte`(
        rules: HostPolicy.Rules
    ) throws {
        for seed in 0..<300 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            var facts: [(UInt64, VirtualDriver.Change)] = []
            for time in 0..<30 as Range<UInt64> {
                let change: VirtualDriver.Change =
                    Bool.random(using: &random)
                    ? .permit(.random(in: 0...5, using: &random)) : .flushed
                facts.append((time * 1_000, change))
            }
            facts.append((30_000, .permit(3)))
            let host = makeHost(
                facts, policy: HostPolicy(permits: .any, rules: rules),
                choices: SeededChoices(seed: seed))
            let stream = try host.addOutputStream(source)
            let pollable = try host.subscribe(output: stream)
            var sent: [UInt8] = []
            while sent.count < 100 {
                switch Int.random(in: 0..<5, using: &random) {
                case 0: #expect(try host.flush(stream) == nil)
                case 1:
                    sent.append(1)
                    #expect(try host.blockingWriteAndFlush(stream, [1].span) == nil)
                case 2:
                    let timer = try host.subscribe(duration: .random(in: 0...3_000, using: &random))
                    try host.block(timer)
                default:
                    guard case .success(let permit) = try host.checkWrite(stream) else { return }
                    if try !host.ready(pollable) { #expect(permit == 0) }
                    if permit == 0 {
                        try host.block(pollable)
                        continue
                    }
                    let count = Int.random(in: 1...Int(permit), using: &random)
                    if Bool.random(using: &random) {
                        try (host.driver as? VirtualDriver)?.work(1_000)
                    }
                    let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
                    sent += bytes
                    #expect(try host.write(stream, bytes.span) == nil)
                }
            }
            #expect(try host.blockingFlush(stream) == nil)
            #expect((host.driver as? VirtualDriver)?.written(to: source) == sent, "seed \(seed)")
        }
    }

    // MARK: Handles

    @Test(arguments: [StreamKind.scripted, .stdio])
    func `the last handle gives the stream up, but not the process's own`(kind: StreamKind) throws {
        let host = makeHost([(0, .fail(ByteFailure("reset")))])
        let first = try host.addInputStream(source, kind: kind)
        #expect(try host.read(first, upTo: 1) != .failure(.closed))
        try host.drop(first, as: .inputStream, in: .inputStreamDrop)
        let second = try host.addInputStream(source, kind: kind)
        let isKept = try host.read(second, upTo: 1) == .failure(.closed)
        #expect(isKept == (kind == .stdio))
    }

    @Test func `STREAM-29: what an output refuses although it had room goes back to the input`()
        throws
    {
        let host = WASIHost(driver: FickleOutput())
        let input = try host.addInputStream(MemoryPipe([1, 2, 3, 4, 5]))
        let output = try host.addOutputStream(source)
        #expect(try host.splice(output, from: input, upTo: 9) == .failure(.closed))
        #expect(try host.read(input, upTo: 9) == .success([3, 4, 5]))
    }

    @Test func `an error's place is used again`() throws {
        let host = makeHost([])
        let first = try host.addError(ByteFailure("first"))
        try host.drop(first, as: .error, in: .errorDrop)
        let second = try host.addError(ByteFailure("second", filesystemCode: "is-directory"))
        #expect(host.errors.count == 1)
        #expect(try host.debugString(ofError: second) == "second")
        let failure = try host.failure(ofError: second, in: .errorToDebugString)
        #expect(failure?.filesystemCode == "is-directory")
    }

    @Test func `a read that gives bytes is progress, one that gives none is not`() throws {
        let driver = VirtualDriver(
            sourceCount: 1,
            facts: [.init(time: 0, source: source, .chunk(Array(repeating: 0, count: 1_000)))])
        let host = WASIHost(driver: driver, livelockLimit: 500)
        let stream = try host.addInputStream(source)
        for _ in 0..<1_000 { _ = try host.read(stream, upTo: 1) }
        let trap = #expect(throws: HostTrap.self) {
            for _ in 0..<100_000 { _ = try host.read(stream, upTo: 1) }
        }
        #expect(trap?.name == "livelock")
    }

    // MARK: The log

    @Test func `calls on streams stand in the log with names, bytes and causes`() throws {
        let host = makeHost([
            (0, .chunk(Array("hello".utf8))), (10_000_000, .fail(ByteFailure("reset"))),
        ])
        let input = try host.addInputStream(source)
        let pipe = MemoryPipe()
        let output = try host.addOutputStream(pipe, named: "out")
        _ = try host.read(input, upTo: 3)
        _ = try host.checkWrite(output)
        _ = try host.write(output, Array("ab\n".utf8).span)
        _ = try host.splice(output, from: input, upTo: 64)
        _ = try host.flush(output)
        let pollable = try host.subscribe(input: input)
        _ = try host.poll([pollable].span)
        _ = try host.ready(pollable)
        guard case .failure(.lastOperationFailed(let error)) = try host.blockingRead(input, upTo: 8)
        else {
            Issue.record("the input failed")
            return
        }
        _ = try host.debugString(ofError: error)
        _ = try host.blockingRead(input, upTo: 8)
        try host.drop(output, as: .outputStream, in: .outputStreamDrop)
        #expect(
            host.trace?.text == """
                      0ms  #0    sock gets "hello"
                      0ms  #1    read sock 3 -> "hel"  <- #0
                      0ms  #2    check-write out -> 65536
                      0ms  #3    write out "ab\\n"
                      0ms  #4    splice out from sock 64 -> 2  <- #0
                      0ms  #5    flush out
                      0ms  #6    subscribe sock
                      0ms  #7    block {sock}
                      0ms  #8    clock to 10ms (wait)
                     10ms  #9    sock fails: reset
                     10ms  #10     -> sock  <- #9 #7
                     10ms  #11   ready sock -> true
                     10ms  #12   blocking-read sock 8 -> failed: reset  <- #9
                     10ms  #13   to-debug-string sock's error -> "reset"
                     10ms  #14   blocking-read sock 8 -> closed  <- #9
                     10ms  #15   drop output-stream out

                """)
    }

    @Test func `a blocking call logs that it waits, and why it came back`() throws {
        let host = makeHost([(10_000_000, .chunk(Array("hi".utf8)))])
        let input = try host.addInputStream(source, named: "in")
        _ = try host.blockingRead(input, upTo: 64)
        #expect(
            host.trace?.text == """
                      0ms  #0    blocking-read in waits
                      0ms  #1    clock to 10ms (wait)
                     10ms  #2    sock gets "hi"
                     10ms  #3    blocking-read in 64 -> "hi"  <- #2 #0

                """)
    }

    @Test func `long texts are cut in the log`() {
        let excerpt = ByteExcerpt(Array(repeating: 65, count: 33))
        #expect(excerpt.text == "\"" + String(repeating: "A", count: 32) + "…\" (33 bytes)")
    }
}

/// Never the friendly answer.
private final class AlwaysLast: ChoiceSource {
    func choose(_ site: ChoiceSite, among count: Int) -> Int { count - 1 }
}

/// An output that has room for 5 bytes, takes 2 and is then closed.
private final class FickleOutput: Driver {
    let now = MonotonicInstant(nanoseconds: 1)
    let monotonicResolution: UInt64 = 1
    let wallNow = WallInstant(seconds: 0, nanoseconds: 0)
    let wallResolution = WallInstant(seconds: 1, nanoseconds: 0)
    let patience: Int? = nil
    var trace: Trace?
    private var hasTaken = false

    func isReady(_ source: SourceID) -> Bool { true }
    func turn(for sources: borrowing [SourceID]) {}
    func wait(
        until deadline: MonotonicInstant?, for sources: borrowing [SourceID]
    ) -> Waited { .never }
    func creep(by step: UInt64, notPast deadline: MonotonicInstant?) -> Bool { false }

    func room(in source: SourceID) -> ByteRoom { hasTaken ? .closed : .bytes(5) }
    func write(_ bytes: borrowing Span<UInt8>, to source: SourceID) -> ByteWrite {
        defer { hasTaken = true }
        return hasTaken ? .closed : .took(2)
    }
}
