// wasi:cli over the process's descriptors, as the default host gives them: CLI-02, CLI-04, CLI-11.

import Foundation
import PolluxHost
import PolluxLibuv
import PolluxNative
import Testing
import WASIp2

@Suite struct StandardDescriptorTests {
    /// A host whose standard input or output is this descriptor.
    private func host(input: Int32? = nil, output: Int32? = nil) -> WASIHost {
        let driver = LibuvDriver()
        var environment = GuestEnvironment()
        if let input {
            environment.standardInput = .init(
                source: driver.addInherited(input, isInput: true))
        }
        if let output {
            environment.standardOutput = .init(
                source: driver.addInherited(output, isInput: false))
        }
        return WASIHost(driver: driver, environment: environment)
    }

    /// A file without a name that holds `text`, at its beginning.
    private func file(_ text: String) throws -> Int32 {
        let file = try #require(tmpfile())
        let descriptor = dup(fileno(file))
        fclose(file)
        #expect(write(descriptor, text, text.utf8.count) == text.utf8.count)
        lseek(descriptor, 0, SEEK_SET)
        return descriptor
    }

    /// Reader and writer of a pipe, which a process that another test starts does not get.
    private func pipeEnds() throws -> [Int32] {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return ends
    }

    // MARK: Input

    @Test func `CLI-02: a read of 1 byte leaves a file's offset at 1`() throws {
        let descriptor = try file("hello")
        defer { close(descriptor) }
        let read = try complete(on: host(input: descriptor)) {
            try? StandardStreams.input().read(1)
        }
        #expect(read == [UInt8(ascii: "h")])
        #expect(lseek(descriptor, 0, SEEK_CUR) == 1)
    }

    @Test func `CLI-02: a guest that only waits for a file takes nothing of it`() throws {
        let descriptor = try file("hello")
        defer { close(descriptor) }
        try complete(on: host(input: descriptor)) {
            let input = StandardStreams.input()
            input.subscribe().block()
            _ = try? input.read(0)
        }
        #expect(lseek(descriptor, 0, SEEK_CUR) == 0)
    }

    @Test func `CLI-02: what a guest has not read of a pipe is there for the next process`() throws
    {
        let ends = try pipeEnds()
        defer { for end in ends { close(end) } }
        #expect(write(ends[1], "hello", 5) == 5)
        let read = try complete(on: host(input: ends[0])) {
            let input = StandardStreams.input()
            input.subscribe().block()
            return try? input.blockingRead(2)
        }
        #expect(read == Array("he".utf8))
        var rest = [UInt8](repeating: 0, count: 9)
        #expect(Glibc.read(ends[0], &rest, 9) == 3)
        #expect(rest.prefix(3) == Array("llo".utf8)[...])
    }

    @Test func `CLI-03: a file is read to its end, and is then closed`() throws {
        let text = String(repeating: "0123456789", count: 10_000)
        let descriptor = try file(text)
        defer { close(descriptor) }
        let (read, isClosed) = try complete(on: host(input: descriptor)) {
            let input = StandardStreams.input()
            var bytes: [UInt8] = []
            do throws(StreamError) {
                while true { bytes += try input.blockingRead(.max) }
            } catch {
                return (bytes, error.isClosed)
            }
        }
        #expect(read == Array(text.utf8))
        #expect(isClosed)
    }

    @Test func `CLI-04: a directory as standard input is ready, and fails at its first read`()
        throws
    {
        let descriptor = open("/", O_RDONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let said = try complete(on: host(input: descriptor)) {
            let input = StandardStreams.input()
            input.subscribe().block()
            do throws(StreamError) {
                return "\(try input.blockingRead(9))"
            } catch {
                guard case .lastOperationFailed(let error) = error else { return "closed" }
                return error.debugString
            }
        }
        #expect(said == "is a directory")
    }

    // MARK: Output

    /// Runs a guest whose standard output is a pipe, and returns what came out at the other end.
    private func collect(_ body: @escaping @Sendable () -> Void) throws -> [UInt8] {
        let ends = try pipeEnds()
        let (reader, writer) = (ends[0], ends[1])
        let collected = Collected()
        let isOver = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            var page = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = Glibc.read(reader, &page, page.count)
                if count <= 0 { break }
                collected.bytes += page[..<count]
            }
            close(reader)
            isOver.signal()
        }
        try complete(on: host(output: writer), body)
        close(writer)
        isOver.wait()
        return collected.bytes
    }

    /// Written by the reader's thread; read when that is over.
    private final class Collected: @unchecked Sendable {
        var bytes: [UInt8] = []
    }

    private static let length = 4 << 20
    /// No two pages of it are alike.
    private static let text = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 12) }

    @Test func `CLI-11: very large output all arrives, written by permits`() throws {
        let collected = try collect {
            let output = StandardStreams.output()
            let pollable = output.subscribe()
            var written = 0
            while written < Self.length {
                pollable.block()
                guard let permit = try? output.checkWrite() else { return }
                let end = min(written + Int(permit), Self.length)
                try? output.write(Self.text.span.extracting(written..<end))
                written = end
            }
            try? output.blockingFlush()
        }
        #expect(collected == Self.text)
    }

    @Test func `CLI-11: very large output all arrives, written and waited for`() throws {
        let collected = try collect {
            let output = StandardStreams.output()
            for start in stride(from: 0, to: Self.length, by: 4_096) {
                try? output.blockingWriteAndFlush(
                    Array(Self.text[start..<min(start + 4_096, Self.length)]))
            }
        }
        #expect(collected == Self.text)
    }
}
