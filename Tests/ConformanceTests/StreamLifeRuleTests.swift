// STREAM: drops, shared handles, and errors as resources.

import CWASIp2
import PolluxHost
import PolluxNative
import Testing

struct StreamLifeRuleTests {
    // MARK: Drops

    @Test func `STREAM-33: an input with a live pollable cannot be dropped`() throws {
        try StreamWorld().traps("child-alive", "RES-23", saying: "drop pollables first") {
            input, _ in
            _ = Import.subscribe(input: input)
            Import.drop(inputStream: input)
        }
    }

    @Test func `STREAM-33: an output with a live pollable cannot be dropped`() throws {
        try StreamWorld().traps("child-alive", "RES-23", saying: "drop pollables first") {
            _, output in
            _ = Import.subscribe(output: output)
            Import.drop(outputStream: output)
        }
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-33, RES-26: a host may let them go, and their pollables are then ready`(
        place: StreamPlace
    )
        throws
    {
        let world = try StreamWorld(
            output: [0: .permit(0)], on: place, policy: HostPolicy(parentDrop: .allow))
        let (before, after) = try world.run { input, output in
            let pollables = [Import.subscribe(input: input), Import.subscribe(output: output)]
            let before = pollables.map(Import.ready)
            Import.drop(inputStream: input)
            Import.drop(outputStream: output)
            let after = Import.poll(pollables)
            for pollable in pollables { Import.drop(pollable: pollable) }
            return (before, after)
        }
        #expect(before == [false, false])
        #expect(after == [0, 1])
        #expect(world.host.liveResources == 0)
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-34: what was accepted goes out after the drop, while the guest waits`(
        place: StreamPlace
    )
        throws
    {
        let world = try StreamWorld(
            output: [0: .permit(5), 1: .permit(0), 5: .permit(2)], on: place)
        try world.run { _, output in
            _ = Import.checkWrite(output)
            sleep(2)
            _ = Import.write(output, "hello")
            Import.drop(outputStream: output)
            sleep(10)
        }
        #expect(world.written == "hello")
    }

    @Test(arguments: [VirtualDriver.Change.close, .reset], StreamPlace.allCases)
    func `STREAM-40: a write after the other side is gone is closed or failed`(
        change: VirtualDriver.Change, place: StreamPlace
    ) throws {
        let world = try StreamWorld(output: [10: change], on: place)
        let answer = try world.run { _, output in
            _ = Import.checkWrite(output)
            sleep(10)
            return Import.write(output, "hello?")
        }
        #expect(answer == place.broken(change))
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-41: two handles of one output share it, and calls go out in their order`(
        place: StreamPlace
    )
        throws
    {
        let world = try StreamWorld(on: place, kind: .stdio)
        let other = try world.host.addOutputStream(.second, kind: .stdio)
        try world.run { _, output in
            for (stream, text) in [(output, "a"), (other, "b"), (output, "c")] {
                _ = Import.blockingWriteAndFlush(stream, text)
            }
            Import.drop(outputStream: output)
            _ = Import.blockingWriteAndFlush(other, "d")
        }
        #expect(world.written == "abcd")
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-41: two handles of one input share its bytes and its end`(place: StreamPlace)
        throws
    {
        let world = try StreamWorld([0: .text("ab"), 0: .close], on: place, kind: .stdio)
        let other = try world.host.addInputStream(.first, kind: .stdio)
        let answers = try world.run { input, _ in
            [Import.read(input, 1), Import.read(other, 1), Import.read(input), Import.read(other)]
        }
        #expect(answers == [.ok("a"), .ok("b"), .closed, .closed])
    }

    // MARK: Errors

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-42: an error outlives its stream, and its text can be had again and again`(
        place: StreamPlace
    )
        throws
    {
        let world = try StreamWorld([0: .reset], on: place)
        let texts = try world.run { input, _ in
            var area = wasi_io_streams_result_list_u8_t()
            __wasm_import_wasi_io_streams_method_input_stream_read(input, 1, &area)
            Import.drop(inputStream: input)
            let error = area.value.err.error
            let texts = [Import.debugString(error), Import.debugString(error)]
            Import.drop(error: error)
            return texts
        }
        #expect(texts == [place.reset, place.reset])
    }

    @Test(arguments: StreamPlace.allCases)
    func `STREAM-42, RES-14: closed comes with no error to drop`(place: StreamPlace) throws {
        let world = try StreamWorld([0: .close], output: [0: .close], on: place)
        let live = world.host.liveResources
        _ = try world.run { input, output in (Import.read(input), Import.flush(output)) }
        #expect(world.host.liveResources == live)
    }
}
