// Streams that tasks read and write, over scripted ends.

import PolluxHost
import SimulatedWorld
import Testing
import WASIAsyncRuntime
import WASIp2

extension VirtualDriver.Change {
    /// An input gets this text.
    fileprivate static func text(_ text: String) -> VirtualDriver.Change {
        .chunk(Array(text.utf8))
    }
    /// It breaks in a way that a TCP connection may.
    fileprivate static let reset = VirtualDriver.Change.fail(ByteFailure("connection reset"))
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite struct InputStreamTests {
    @Test func `a read waits for bytes and takes no more than it was asked for`() {
        let world = World(input: [3: .text("hello"), 6: .close])
        world.run {
            let input = world.input()
            while let bytes = try await input.read(upTo: 2) { world.note(text(bytes)) }
            world.note("end")
        }
        #expect(world.said == ["he at 3ms", "ll at 3ms", "o at 3ms", "end at 6ms"])
    }

    @Test func `as a sequence a stream is its chunks`() {
        let world = World(input: [1: .text("one"), 2: .text("two"), 3: .close])
        world.run {
            for try await chunk in world.input() { world.note(text(chunk)) }
        }
        #expect(world.said == ["one at 1ms", "two at 2ms"])
    }

    @Test func `while one task reads the others go on`() {
        let world = World(input: [5: .text("x")])
        world.run {
            let task = Task { _ = try await world.input().read() }
            try await sleep(for: .milliseconds(2))
            world.note("awake")
            try await task.value
        }
        #expect(world.said == ["awake at 2ms"])
    }

    @Test func `a false alarm only makes a read wait again`() {
        let world = World(input: [1: .emptyReady, 4: .text("x")])
        world.run {
            world.note("\(text(try await world.input().read()!))")
        }
        #expect(world.said == ["x at 4ms"])
        #expect(world.blocks == [["in"], ["in"]])
    }

    @Test func `a stream that broke throws what broke it, after the bytes before`() {
        let world = World(input: [1: .text("x"), 2: .reset])
        world.run {
            let input = world.input()
            world.note(text(try await input.read()!))
            do { _ = try await input.read() } catch StreamError.lastOperationFailed(let error) {
                world.note(error.debugString)
            }
        }
        #expect(world.said == ["x at 1ms", "connection reset at 2ms"])
        #expect(world.host.liveResources == 0)
    }

    @Test func `everything up to the end is read within the limit`() {
        let world = World(input: [1: .text("ab"), 2: .text("cd"), 3: .close])
        world.run { world.note(text(try await world.input().readToEnd(limit: 4))) }
        #expect(world.said == ["abcd at 3ms"])
    }

    @Test func `more than the limit is an error`() {
        let world = World(input: [1: .text("ab"), 2: .text("cd"), 3: .close])
        world.run { _ = try await world.input().readToEnd(limit: 3) }
        #expect(world.said == ["threw more than 3 bytes"])
        #expect(world.host.liveResources == 0)
    }

    @Test func `a cancelled read loses no byte`() {
        let world = World(input: [5: .text("hello"), 9: .close])
        world.run {
            let input = world.input()
            for _ in 0..<3 {
                let task = Task { try await input.read() }
                try await sleep(for: .milliseconds(1))
                task.cancel()
                if case .failure = await task.result { world.note("cancelled") }
            }
            world.note(text(try await input.readToEnd(limit: 9)))
        }
        #expect(
            world.said
                == ["cancelled at 1ms", "cancelled at 2ms", "cancelled at 3ms", "hello at 9ms"])
    }

    @Test func `a read that is cancelled as its bytes come gets them`() {
        let world = World(["door": 5], input: [5: .text("hello")])
        world.run {
            let (input, door) = (world.input(), world.pollable("door"))
            var task: Task<[UInt8]?, any Error>?
            let waiting = Task { try await door.wait() }
            await Task.yield()
            task = Task { try await input.read() }
            try await waiting.value
            task?.cancel()
            world.note(text(try await task?.value ?? []))
        }
        #expect(world.said == ["hello at 5ms"])
    }

    @Test(arguments: [true, false])
    func `the pollable goes before its stream`(isCancelled: Bool) {
        let world = World(input: [5: .close])
        let outcome = world.run {
            let task = Task { try await world.input().read() }
            try await sleep(for: .milliseconds(1))
            if isCancelled { task.cancel() }
            _ = await task.result
        }
        #expect(outcome == .completed)
        #expect(world.dropped.filter { $0.contains("in") } == ["in", "stream in"])
        #expect(world.host.liveResources == 0)
    }

    @Test func `a stream that nobody waited for has no pollable`() {
        let world = World()
        world.run { _ = world.input() }
        #expect(world.dropped == ["stream in"])
    }
}

@Suite struct LineTests {
    /// What a guest gets that reads the lines of these chunks, one a millisecond.
    private func lines(
        _ chunks: [[UInt8]], limit: Int = 100, policy: HostPolicy = .friendly
    ) -> [String] {
        let world = World(lines: chunks, policy: policy)
        let outcome = world.run {
            for try await line in world.input().lines(limit: limit) { world.say(line) }
        }
        #expect(outcome == .completed)
        #expect(world.host.liveResources == 0)
        return world.said
    }

    private func lines(_ chunks: String..., limit: Int = 100) -> [String] {
        lines(chunks.map { Array($0.utf8) }, limit: limit)
    }

    @Test func `a line may come in several chunks, and a chunk hold several lines`() {
        #expect(lines("on", "e\ntwo\nth", "ree\n") == ["one", "two", "three"])
    }

    @Test func `lines are the same when bytes come one by one`() {
        let bytes = Array("one\r\n\r\ntwo\n\nthree".utf8)
        #expect(
            lines([bytes], policy: HostPolicy(reads: .short)) == ["one", "", "two", "", "three"])
    }

    @Test func `a carriage return goes with the line feed behind it`() {
        #expect(lines("a\r", "\nb\rc\r\n\r\n") == ["a", "b\rc", ""])
    }

    @Test func `a last line needs no line feed`() {
        #expect(lines("a\nb") == ["a", "b"])
    }

    @Test func `a last line keeps a carriage return that no line feed follows`() {
        #expect(lines("a\r") == ["a\r"])
    }

    @Test func `nothing has no lines, a line feed has one that is empty`() {
        #expect(lines() == [])
        #expect(lines("\n") == [""])
    }

    @Test func `a line of the limit's length passes, a longer one ends the sequence`() {
        #expect(lines("abc\nabcd\nx", limit: 3) == ["abc", "threw more than 3 bytes"])
        #expect(lines("abc\nab", "cd", limit: 3) == ["abc", "threw more than 3 bytes"])
    }

    @Test func `the limit counts what the line has, not how it ends`() {
        #expect(lines("abc\r\nab", "c\r", "\n", limit: 3) == ["abc", "abc"])
        #expect(lines("abc\rd\n", limit: 3) == ["threw more than 3 bytes"])
    }

    @Test func `what is not UTF-8 is repaired`() {
        #expect(lines([[0x61, 0xff, 0x62, 0x0a]]) == ["a\u{fffd}b"])
    }

    @Test func `a character may be split between chunks`() {
        #expect(lines([[0xc3], [0xa9, 0x0a]]) == ["é"])
    }

    @Test func `a cancelled line is read whole by the next`() {
        let world = World(input: [1: .text("he"), 5: .text("llo\n"), 6: .close])
        world.run {
            let lines = Lines(world.input())
            let task = Task { try await lines.next() }
            try await sleep(for: .milliseconds(3))
            task.cancel()
            if case .failure = await task.result { world.note("cancelled") }
            world.note(try await lines.next() ?? "nothing")
        }
        #expect(world.said == ["cancelled at 3ms", "hello at 5ms"])
    }
}

/// The lines of one stream for several tasks, one after the other.
private final class Lines: @unchecked Sendable {
    private var iterator: AsyncLines.Iterator

    init(_ stream: AsyncInputStream) { iterator = stream.lines().makeAsyncIterator() }

    nonisolated(nonsending) func next() async throws -> String? { try await iterator.next() }
}

extension World {
    /// A world whose input gets these chunks, one a millisecond, and then closes.
    fileprivate convenience init(lines chunks: [[UInt8]], policy: HostPolicy) {
        self.init(inputFacts: chunks.map { .chunk($0) } + [.close], policy: policy)
    }
}

@Suite struct OutputStreamTests {
    @Test func `a write waits while there is no permit`() {
        let world = World(output: [0: .permit(0), 4: .permit(3), 6: .permit(0), 8: .permit(9)])
        world.run {
            let output = world.output()
            try await output.write("ab")
            world.note("first")
            try await sleep(for: .milliseconds(2))
            try await output.write("cdefg")
            world.note("second")
        }
        #expect(world.said == ["first at 4ms", "second at 8ms"])
        #expect(world.written == "abcdefg")
        #expect(world.blocks.filter { $0 == ["out"] }.count >= 2, "back-pressure is a wait")
    }

    @Test func `a write goes in as many parts as the permits allow`() {
        let world = World(output: [0: .permit(2)])
        world.run { try await world.output().write("abcde") }
        #expect(
            world.lines(with: " write out")
                == ["write out \"ab\"", "write out \"cd\"", "write out \"e\""])
    }

    @Test func `a write of nothing asks nothing`() {
        let world = World(output: [0: .permit(0)])
        #expect(world.run { try await world.output().write([]) } == .completed)
        #expect(world.lines(with: "check-write").isEmpty)
    }

    @Test func `a flush waits until everything has gone out`() {
        let world = World(output: [5: .flushed])
        world.run {
            let output = world.output()
            try await output.write("ab")
            try await output.flush()
            world.note("flushed")
        }
        #expect(world.said == ["flushed at 5ms"])
    }

    @Test func `a cancelled flush leaves the stream of use`() {
        let world = World(output: [5: .flushed])
        world.run {
            let output = world.output()
            let task = Task { try await output.flush() }
            try await sleep(for: .milliseconds(1))
            task.cancel()
            world.note("\(await task.result)")
            try await output.write("ab")
            world.note("written")
        }
        #expect(
            world.said == ["failure(Swift.CancellationError()) at 1ms", "written at 5ms"])
        #expect(world.written == "ab")
    }

    @Test func `a write whose reader has gone throws closed`() {
        let world = World(output: [0: .permit(0), 3: .close])
        world.run {
            do { try await world.output().write("ab") } catch StreamError.closed {
                world.note("closed")
            }
        }
        #expect(world.said == ["closed at 3ms"])
        #expect(world.host.liveResources == 0)
    }

    @Test func `a write that breaks throws what broke it`() {
        let world = World(output: [0: .permit(0), 3: .reset])
        world.run {
            do { try await world.output().write("ab") } catch StreamError.lastOperationFailed(
                let error)
            {
                world.note(error.debugString)
            }
        }
        #expect(world.said == ["connection reset at 3ms"])
        #expect(world.host.liveResources == 0)
    }

    @Test func `a cancelled write has handed over the parts before it`() {
        let world = World(output: [0: .permit(2), 1: .permit(0)])
        world.run {
            let output = world.output()
            try await sleep(for: .milliseconds(0))
            let task = Task {
                try await output.write("ab")
                try await sleep(for: .milliseconds(2))
                try await output.write("cd")
            }
            try await sleep(for: .milliseconds(5))
            task.cancel()
            world.note("\(await task.result)")
        }
        #expect(world.said == ["failure(Swift.CancellationError()) at 5ms"])
        #expect(world.written == "ab")
    }

    @Test(arguments: [true, false])
    func `the pollable goes before its stream`(isCancelled: Bool) {
        let world = World(output: [0: .permit(0), 5: .permit(9)])
        let outcome = world.run {
            let task = Task { try await world.output().write("ab") }
            try await sleep(for: .milliseconds(1))
            if isCancelled { task.cancel() }
            _ = await task.result
        }
        #expect(outcome == .completed)
        #expect(world.dropped.filter { $0.contains("out") } == ["out", "stream out"])
        #expect(world.host.liveResources == 0)
    }

    @Test func `one task reads what another sends on`() {
        let world = World(
            input: [1: .text("one "), 2: .text("two"), 3: .close], output: [0: .permit(1)])
        world.run {
            let output = world.output()
            for try await chunk in world.input() { try await output.write(chunk) }
            try await output.flush()
        }
        #expect(world.written == "one two")
        #expect(world.host.liveResources == 0)
    }
}

@Suite struct SpliceTests {
    @Test func `a splice waits for bytes and moves them inside the host`() {
        let world = World(input: [3: .text("ab"), 5: .text("cd"), 6: .close])
        world.run {
            let (input, output) = (world.input(), world.output())
            while let moved = try await output.splice(from: input) { world.note("\(moved)") }
            world.note("end")
        }
        #expect(world.said == ["2 at 3ms", "2 at 5ms", "end at 6ms"])
        #expect(world.written == "abcd")
        #expect(world.lines(with: " read in").isEmpty)
        #expect(world.host.liveResources == 0)
    }

    @Test func `a splice waits for room, too, and moves no more than is permitted`() {
        let world = World(
            input: [1: .text("abcde")], output: [0: .permit(0), 4: .permit(3)])
        world.run {
            let (input, output) = (world.input(), world.output())
            for _ in 0..<2 { world.note("\(try await output.splice(from: input) ?? 0)") }
        }
        #expect(world.said == ["3 at 4ms", "2 at 4ms"])
        #expect(world.written == "abcde")
    }

    @Test func `a splice takes no more than it was asked for`() {
        let world = World(input: [1: .text("abcde")])
        world.run {
            world.note("\(try await world.output().splice(from: world.input(), upTo: 2) ?? 0)")
        }
        #expect(world.written == "ab")
    }

    @Test func `a false alarm of the source only makes a splice wait again`() {
        let world = World(input: [1: .emptyReady, 4: .text("x")])
        world.run { _ = try await world.output().splice(from: world.input()) }
        #expect(world.written == "x")
        #expect(world.blocks == [["in"], ["out"], ["in"]], "the output was asked, and had room")
    }

    @Test func `a splice into what nobody reads throws closed, and the source keeps its bytes`() {
        let world = World(input: [1: .text("ab")], output: [0: .close])
        world.run {
            let (input, output) = (world.input(), world.output())
            do { _ = try await output.splice(from: input) } catch StreamError.closed {
                world.note("closed")
            }
            world.note(text(try await input.read() ?? []))
        }
        #expect(world.said == ["closed at 1ms", "ab at 1ms"])
    }

    @Test func `a splice from what broke throws what broke it`() {
        let world = World(input: [2: .reset])
        world.run {
            do {
                _ = try await world.output().splice(from: world.input())
            } catch StreamError.lastOperationFailed(let error) {
                world.note(error.debugString)
            }
        }
        #expect(world.said == ["connection reset at 2ms"])
        #expect(world.host.liveResources == 0)
    }

    @Test func `a cancelled splice loses no byte`() {
        let world = World(
            input: [1: .text("ab"), 9: .close], output: [0: .permit(0), 5: .permit(9)])
        world.run {
            let (input, output) = (world.input(), world.output())
            for _ in 0..<3 {
                let task = Task { try await output.splice(from: input) }
                try await sleep(for: .milliseconds(1))
                task.cancel()
                if case .failure = await task.result { world.note("cancelled") }
            }
            while try await output.splice(from: input) != nil {}
        }
        #expect(world.said == ["cancelled at 1ms", "cancelled at 2ms", "cancelled at 3ms"])
        #expect(world.written == "ab")
        #expect(world.host.liveResources == 0)
    }

    @Test func `a copy moves what comes until the end, and counts it`() {
        let world = World(input: [3: .text("ab"), 5: .text("cde"), 6: .close])
        world.run {
            let (input, output) = (world.input(), world.output())
            world.note("\(try await output.copy(from: input)) bytes")
        }
        #expect(world.said == ["5 bytes at 6ms"])
        #expect(world.written == "abcde")
        #expect(world.lines(with: " read in").isEmpty, "no byte passed through the guest")
        #expect(world.host.liveResources == 0)
    }

    @Test func `a copy waits for a report before each splice, so that others get their turns`() {
        let world = World(input: [0: .text("abc"), 2: .close], output: [0: .permit(1)])
        world.run {
            let (input, output) = (world.input(), world.output())
            world.note("\(try await output.copy(from: input)) bytes")
        }
        #expect(world.said == ["3 bytes at 2ms"])
        #expect(world.written == "abc")
        #expect(world.blocks == [["in"], ["in"], ["in"], ["in"]])
    }

    @Test func `a copy from what broke throws what broke it, and what came before is written`() {
        let world = World(input: [1: .text("ab"), 2: .reset])
        world.run {
            do {
                _ = try await world.output().copy(from: world.input())
            } catch StreamError.lastOperationFailed(let error) {
                world.note(error.debugString)
            }
        }
        #expect(world.said == ["connection reset at 2ms"])
        #expect(world.written == "ab")
        #expect(world.host.liveResources == 0)
    }

    @Test func `a task that waits many times in one future can be cancelled in each of the waits`()
    {
        for moment in 1...4 {
            let world = World(input: [1: .text("a"), 2: .text("b"), 3: .text("c"), 9: .close])
            world.run {
                let (input, output) = (world.input(), world.output())
                let copy = Task { try await output.copy(from: input) }
                try await sleep(for: .microseconds(moment * 1_000 - 500))
                copy.cancel()
                if case .failure(let error) = await copy.result { world.note("\(type(of: error))") }
            }
            #expect(world.written == "abc".prefix(moment - 1))
            #expect(world.said.count == 1)
            #expect(world.host.liveResources == 0)
        }
    }
}
