// STREAM: output streams.

import CWASIp2
import PolluxHost
import PolluxNative
import Testing

struct StreamOutputRuleTests {
    // MARK: Permits

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-13: a permit of 0 means that the pollable waits for more`(place: StreamPlace)
        throws
    {
        let world = try StreamWorld(output: [0: .permit(0), 10: .permit(5)], on: place)
        let (first, ready, then) = try world.run { _, output in
            let first = Import.checkWrite(output)
            let pollable = Import.subscribe(output: output)
            let ready = Import.ready(pollable)
            Import.block(pollable)
            return (first, ready, Import.checkWrite(output))
        }
        #expect(first == .ok(0))
        #expect(!ready)
        #expect(then == .ok(place.permit(5)))
        #expect(world.elapsed == 10)
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-14: check-write of a closed stream is closed`(place: StreamPlace) throws {
        let world = try StreamWorld(output: [0: .close], on: place)
        let answers = try world.run { _, output in (0..<2).map { _ in Import.checkWrite(output) } }
        #expect(answers == [.closed, .closed])
    }

    @Test func `STREAM-14: check-write of a failed stream has the failure`() throws {
        let world = try StreamWorld(output: [0: .reset])
        let answer = try world.run { _, output in Import.checkWrite(output) }
        #expect(answer == .failed("connection reset"))
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-15: a write within the permit is taken whole`(place: StreamPlace) throws {
        let world = try StreamWorld(output: [0: .permit(5)], on: place)
        let answer = try world.run { _, output in
            _ = Import.checkWrite(output)
            return Import.write(output, "hello")
        }
        #expect(answer == .done)
        #expect(world.written == "hello")
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-15: what the output does not take by then goes out later, in order`(
        place: StreamPlace
    ) throws {
        let world = try StreamWorld(
            output: [0: .permit(5), 1: .permit(0), 5: .permit(2), 9: .permit(9)], on: place)
        let answers = try world.run { _, output in
            _ = Import.checkWrite(output)
            sleep(2)
            let write = Import.write(output, "hello")
            let during = Import.checkWrite(output)
            Import.block(Import.subscribe(output: output))
            return (write, during, Import.checkWrite(output))
        }
        #expect(answers.0 == .done)
        #expect(answers.1 == .ok(0))
        #expect(answers.2 == .ok(place.permit(2)))
        #expect(world.written == "hello")
        #expect(world.elapsed == 5)
    }

    @Test func `STREAM-16: a write longer than the permit traps`() throws {
        try StreamWorld(output: [0: .permit(4)]).traps(
            "permit-overrun", "STREAM-16", saying: "5 bytes, but the last check-write allowed 4"
        ) { _, output in
            _ = Import.checkWrite(output)
            _ = Import.write(output, "hello")
        }
    }

    @Test(arguments: HostPolicy.Rules.allCases)
    func `STREAM-16: a write without a check-write traps`(rules: HostPolicy.Rules) throws {
        try StreamWorld(policy: HostPolicy(rules: rules)).traps(
            "permit-overrun", "STREAM-16", saying: "without a permit: call check-write first"
        ) { _, output in _ = Import.write(output, "h") }
    }

    @Test(arguments: StreamPlace.allCases) func `STREAM-16: a write after a permit of 0 traps`(
        place: StreamPlace
    ) throws {
        try StreamWorld(output: [0: .permit(0)], on: place).traps(
            "permit-overrun", "STREAM-16", saying: "returned 0, which means not now"
        ) { _, output in
            _ = Import.checkWrite(output)
            _ = Import.write(output, "h")
        }
    }

    @Test func `STREAM-16: wasmtime's stdout takes a write without a permit`() throws {
        let world = try StreamWorld(kind: .stdio)
        #expect(try world.run { _, output in Import.write(output, "hi") } == .done)
        #expect(world.written == "hi")
    }

    @Test func `STREAM-16: by the text stdout traps, too`() throws {
        try StreamWorld(kind: .stdio, policy: HostPolicy(rules: .spec)).traps(
            "permit-overrun", "STREAM-16", saying: "without a permit"
        ) { _, output in _ = Import.write(output, "hi") }
    }

    @Test(arguments: HostPolicy.Rules.allCases)
    func `STREAM-17: a second write on one permit traps`(rules: HostPolicy.Rules) throws {
        try StreamWorld(output: [0: .permit(9)], policy: HostPolicy(rules: rules)).traps(
            "permit-overrun", "STREAM-17", saying: "call check-write before each write"
        ) { _, output in
            _ = Import.checkWrite(output)
            _ = Import.write(output, "a")
            _ = Import.write(output, "b")
        }
    }

    @Test func `STREAM-17: memory's permit is a budget by the rules of wasmtime`() throws {
        let host = WASIHost.simulated()
        let pipe = MemoryPipe(capacity: 3)
        let output = try host.addOutputStream(pipe)
        let answers = try complete(on: host) {
            _ = Import.checkWrite(output)
            return [Import.write(output, "a"), Import.write(output, "bc")]
        }
        #expect(answers == [.done, .done])
        #expect(pipe.bytes == Array("abc".utf8))
    }

    @Test func `STREAM-17: a budget that is used up traps`() throws {
        let host = WASIHost.simulated()
        let output = try host.addOutputStream(MemoryPipe(capacity: 3))
        expectTrap(
            "permit-overrun", "STREAM-17", saying: "an earlier write has used the permit up to 1",
            on: host
        ) {
            _ = Import.checkWrite(output)
            _ = Import.write(output, "ab")
            _ = Import.write(output, "cd")
        }
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-18: an empty write is ok and uses no permit`(place: StreamPlace) throws {
        let world = try StreamWorld(output: [0: .permit(2)], on: place)
        let answers = try world.run { _, output in
            let without = Import.write(output, "")
            _ = Import.checkWrite(output)
            return [without, Import.write(output, ""), Import.write(output, "ok")]
        }
        #expect(answers == [.done, .done, .done])
        #expect(world.written == "ok")
    }

    @Test(arguments: ["x", "longer than any permit"], StreamPlace.allCases)
    func `STREAM-19: a write to a stream that has closed is closed, never a trap`(
        text: String, place: StreamPlace
    ) throws {
        let world = try StreamWorld(output: [0: .permit(2), 10: .close], on: place)
        let answers = try world.run { _, output in
            _ = Import.checkWrite(output)
            sleep(10)
            return [Import.write(output, text), Import.write(output, text)]
        }
        #expect(answers == [.closed, .closed])
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-20: a write while an earlier one is on its way traps`(place: StreamPlace) throws {
        try StreamWorld(output: [0: .permit(5), 1: .permit(0)], on: place).traps(
            "permit-overrun", "STREAM-16", saying: "returned 0, which means not now"
        ) { _, output in
            _ = Import.checkWrite(output)
            sleep(2)
            _ = Import.write(output, "hello")
            _ = Import.checkWrite(output)
            _ = Import.write(output, "x")
        }
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-32: an output is ready while more than 0 bytes can be written`(place: StreamPlace)
        throws
    {
        let world = try StreamWorld(output: [10: .permit(0), 20: .permit(1)], on: place)
        let ready = try world.run { _, output in
            let pollable = Import.subscribe(output: output)
            var ready = [Import.ready(pollable)]
            sleep(10)
            ready.append(Import.ready(pollable))
            sleep(10)
            ready.append(Import.ready(pollable))
            return ready
        }
        #expect(ready == [true, false, true])
    }

    @Test(arguments: [VirtualDriver.Change.close, .reset], StreamPlace.allCases)
    func `STREAM-32: an output that has ended is ready`(
        change: VirtualDriver.Change, place: StreamPlace
    ) throws {
        let world = try StreamWorld(output: [0: .permit(0), 10: change], on: place)
        try world.run { _, output in Import.block(Import.subscribe(output: output)) }
        #expect(world.elapsed == 10)
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `STREAM-44: a permit may be any number up to the room there is`(seed: UInt64) throws {
        let world = try StreamWorld(
            output: [0: .permit(9)], policy: HostPolicy(permits: .any),
            choices: SeededChoices(seed: seed))
        let permits = try world.run { _, output in
            (0..<20).map { _ in Import.checkWrite(output).value ?? 0 }
        }
        #expect(permits.allSatisfy { (1...9).contains($0) })
        #expect(Set(permits).count > 1)
    }

    // MARK: Flushing

    @Test func `STREAM-21: until a flush is done permits are 0 and the pollable is not ready`()
        throws
    {
        let world = try StreamWorld(output: [10: .flushed])
        let (flush, permit, ready, then) = try world.run { _, output in
            let flush = Import.flush(output)
            let pollable = Import.subscribe(output: output)
            let permit = Import.checkWrite(output)
            let ready = Import.ready(pollable)
            Import.block(pollable)
            return (flush, permit, ready, Import.checkWrite(output))
        }
        #expect(flush == .done)
        #expect(permit == .ok(0))
        #expect(!ready)
        #expect(then == .ok(65_536))
        #expect(world.elapsed == 10)
    }

    @Test func `STREAM-21: a flush takes the permit back`() throws {
        try StreamWorld(output: [10: .flushed]).traps(
            "permit-overrun", "STREAM-16", saying: "while a flush goes on"
        ) { _, output in
            _ = Import.checkWrite(output)
            _ = Import.flush(output)
            _ = Import.write(output, "x")
        }
    }

    @Test func `STREAM-21: a flush that takes no time leaves the permit`() throws {
        let world = try StreamWorld()
        let answers = try world.run { _, output in
            _ = Import.checkWrite(output)
            return [Import.flush(output), Import.write(output, "x")]
        }
        #expect(answers == [.done, .done])
    }

    @Test func `STREAM-22: a flush of a closed stream is closed`() throws {
        let world = try StreamWorld(output: [0: .close])
        #expect(try world.run { _, output in Import.flush(output) } == .closed)
        let other = try StreamWorld(output: [0: .close])
        #expect(try other.run { _, output in Import.blockingFlush(output) } == .closed)
    }

    @Test func `STREAM-23: a blocking flush waits until the stream can be written again`() throws {
        let world = try StreamWorld(output: [10: .flushed, 11: .permit(0), 20: .permit(1)])
        let answer = try world.run { _, output in
            let answer = Import.blockingFlush(output)
            sleep(1)
            return [answer, Import.blockingFlush(output)]
        }
        #expect(answer == [.done, .done])
        #expect(world.elapsed == 20)
    }

    @Test func `STREAM-23: a blocking flush sees a failure`() throws {
        let world = try StreamWorld(output: [5: .reset, 10: .flushed])
        let answer = try world.run { _, output in Import.blockingFlush(output) }
        #expect(answer == .failed("connection reset"))
    }
}
