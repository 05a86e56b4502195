// The overlay's streams: the same calls, with Swift's ownership and errors.

import CWASIp2
import PolluxHost
import PolluxNative
import Testing
import WASIp2

struct StreamOverlayTests {
    @Test func `the overlay copies a stream into another and sees its end`() throws {
        let world = try StreamWorld(
            [0: .text("hello "), 10: .text("world"), 20: .close],
            policy: HostPolicy(reads: .any, spurious: 1), choices: SeededChoices(seed: 7))
        let ended = try world.run { input, output in
            let input = WASIp2.InputStream(owning: input)
            let output = WASIp2.OutputStream(owning: output)
            do throws(StreamError) {
                while true { try output.blockingWriteAndFlush(try input.blockingRead(4)) }
            } catch {
                return error.isClosed
            }
        }
        #expect(ended)
        #expect(world.written == "hello world")
        #expect(world.host.liveResources == 0)
    }

    @Test func `a read into a buffer of the caller's fills its beginning`() throws {
        let world = try StreamWorld([0: .text("hello")])
        let (count, text) = try world.run { input, _ in
            let input = WASIp2.InputStream(owning: input)
            var buffer = Array(repeating: UInt8(ascii: "."), count: 8)
            let count = buffer.withUnsafeMutableBytes { (try? input.read(into: $0)) ?? -1 }
            return (count, String(decoding: buffer, as: UTF8.self))
        }
        #expect(count == 5)
        #expect(text == "hello...")
    }

    @Test func `a read into a buffer without room is a read of 0 bytes`() throws {
        let world = try StreamWorld([0: .text("hello")])
        let count = try world.run { input, _ in
            let input = WASIp2.InputStream(owning: input)
            return (try? input.read(into: UnsafeMutableRawBufferPointer(start: nil, count: 0)))
                ?? -1
        }
        #expect(count == 0)
    }

    @Test func `a read for more bytes than fit a host's answer is cut`() throws {
        let world = try StreamWorld([0: .chunk(Array(repeating: 1, count: 70_000))])
        let counts = try world.run { input, _ in
            let input = WASIp2.InputStream(owning: input)
            return (0..<3).map { _ in (try? input.read(.max))?.count }
        }
        #expect(counts == [65_536, 4_464, 0])
    }

    @Test func `an IOError keeps the handle for as long as somebody has it`() throws {
        let world = try StreamWorld([0: .reset])
        let host = world.host
        let text = try world.run { input, _ in
            let input = WASIp2.InputStream(owning: input)
            do throws(StreamError) {
                _ = try input.read(1)
                return "no error"
            } catch {
                guard case .lastOperationFailed(let error) = error else { return "closed" }
                return error.debugString
            }
        }
        #expect(text == "connection reset")
        #expect(host.liveResources == 1)
    }

    @Test func `writing by turns takes what each permit allows`() throws {
        let world = try StreamWorld(output: [0: .permit(2), 10: .permit(9)])
        try world.run { _, output in
            let output = WASIp2.OutputStream(owning: output)
            let pollable = output.subscribe()
            var rest = Array("hello world".utf8)[...]
            while !rest.isEmpty {
                pollable.block()
                guard let permit = try? output.checkWrite() else { return }
                let part = Array(rest.prefix(Int(permit)))
                try? output.write(part.span)
                rest = rest.dropFirst(part.count)
            }
            try? output.flush()
        }
        #expect(world.written == "hello world")
    }

    @Test func `skips, zeroes and splices reach the host`() throws {
        let world = try StreamWorld([0: .text("abcdef"), 0: .close])
        let counts = try world.run { input, output in
            let input = WASIp2.InputStream(owning: input)
            let output = WASIp2.OutputStream(owning: output)
            let counts = [
                try? input.skip(1), try? input.blockingSkip(1), try? output.splice(from: input, 1),
                try? output.blockingSplice(from: input, 9), try? input.skip(1),
            ]
            try? output.blockingWriteZeroesAndFlush(1)
            try? output.writeZeroes(1)
            try? output.blockingFlush()
            return counts
        }
        #expect(counts == [1, 1, 1, 3, nil])
        #expect(world.written == "cdef\0\0")
    }
}
