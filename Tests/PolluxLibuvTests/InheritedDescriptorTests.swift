// Descriptors that somebody else shares: what they give, and that they stay as they were.

import Foundation
import PolluxHost
import PolluxLibuv
import Testing

@Suite struct InheritedDescriptorTests {
    /// A pipe's two ends, closed when it goes.
    private final class Pipe {
        let reader: Int32
        private(set) var writer: Int32

        init() {
            var ends: [Int32] = [0, 0]
            #expect(pipe(&ends) == 0)
            // A process that another test starts must not keep the ends open.
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            (reader, writer) = (ends[0], ends[1])
        }

        deinit {
            close(reader)
            closeWriter()
        }

        func closeWriter() {
            if writer >= 0 { close(writer) }
            writer = -1
        }

        func fill(_ text: String) {
            #expect(write(writer, text, text.utf8.count) == text.utf8.count)
        }
    }

    private func isNonBlocking(_ descriptor: Int32) -> Bool {
        fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0
    }

    @Test func `reading a pipe gives what is there, then would block`() {
        let pipe = Pipe()
        let driver = LibuvDriver()
        let input = driver.addInherited(pipe.reader, isInput: true)
        pipe.fill("hello")
        #expect(driver.read(input, upTo: 100) == .bytes(Array("hello".utf8)))
        #expect(driver.read(input, upTo: 100) == .wouldBlock)
    }

    @Test func `a read takes no more than it was asked for`() {
        let pipe = Pipe()
        let driver = LibuvDriver()
        let input = driver.addInherited(pipe.reader, isInput: true)
        pipe.fill("hello")
        #expect(driver.read(input, upTo: 1) == .bytes(Array("h".utf8)))
        #expect(driver.read(input, upTo: 9) == .bytes(Array("ello".utf8)))
    }

    @Test func `a pipe whose writer went away is closed after its last byte`() {
        let pipe = Pipe()
        let driver = LibuvDriver()
        let input = driver.addInherited(pipe.reader, isInput: true)
        pipe.fill("end")
        pipe.closeWriter()
        #expect(driver.read(input, upTo: 9) == .bytes(Array("end".utf8)))
        #expect(driver.read(input, upTo: 9) == .closed)
    }

    @Test func `a wait for a pipe ends when another thread writes`() {
        let pipe = Pipe()
        let driver = LibuvDriver()
        let input = driver.addInherited(pipe.reader, isInput: true)
        #expect(!driver.isReady(input))
        let writer = pipe.writer
        Thread.detachNewThread { write(writer, "x", 1) }
        while !driver.isReady(input) { _ = driver.wait(until: nil, for: [input]) }
        #expect(driver.read(input, upTo: 9) == .bytes([120]))
    }

    @Test func `a byte that nobody reads does not make a wait for something else spin`() {
        let pipe = Pipe()
        let driver = LibuvDriver()
        let input = driver.addInherited(pipe.reader, isInput: true)
        pipe.fill("unread")
        while !driver.isReady(input) { _ = driver.wait(until: nil, for: [input]) }
        let deadline = driver.now.advanced(by: 20_000_000)!
        var waits = 0
        while driver.now < deadline {
            _ = driver.wait(until: deadline, for: [])
            waits += 1
        }
        #expect(waits <= 4)
    }

    @Test func `a full pipe has no room, an empty one has at least a page`() {
        let pipe = Pipe()
        let driver = LibuvDriver()
        let output = driver.addInherited(pipe.writer, isInput: false)
        #expect(driver.room(in: output) == .bytes(4_096))
        let page = [UInt8](repeating: 7, count: 4_096)
        var pages = 0
        while driver.room(in: output) != .none, pages < 10_000 {
            #expect(driver.write(page.span, to: output) == .took(4_096))
            pages += 1
        }
        #expect(pages > 0 && pages < 10_000)
        #expect(driver.write(page.span, to: output) == .wouldBlock)
    }

    @Test func `CLI-09: a write to a pipe that nobody reads is closed and kills nobody`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGPIPE, SIG_IGN)
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { exit(2) }
            let driver = LibuvDriver()
            let output = driver.addInherited(ends[1], isInput: false)
            close(ends[0])
            exit(driver.write([1, 2, 3].span, to: output) == .closed ? 0 : 1)
        }
    }

    @Test(arguments: [true, false])
    func `a pipe keeps its flags through reading, writing and waiting`(isInput: Bool) {
        let pipe = Pipe()
        let descriptor = isInput ? pipe.reader : pipe.writer
        do {
            let driver = LibuvDriver()
            let source = driver.addInherited(descriptor, isInput: isInput)
            _ = driver.wait(until: driver.now.advanced(by: 100_000), for: [source])
            #expect(!isNonBlocking(descriptor))
        }
        #expect(!isNonBlocking(descriptor))
    }

    @Test func `a terminal keeps its flags and is told from a pipe`() throws {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        try #require(master >= 0)
        // TIOCSPTLCK and TIOCGPTN, whose macros Swift does not see: unlock, and the number.
        var (lock, number): (Int32, Int32) = (0, 0)
        try #require(ioctl(master, 0x4004_5431, &lock) == 0)
        try #require(ioctl(master, 0x8004_5430, &number) == 0)
        let terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        try #require(terminal >= 0)
        defer {
            close(terminal)
            close(master)
        }
        let driver = LibuvDriver()
        let input = driver.addInherited(terminal, isInput: true)
        _ = driver.wait(until: driver.now.advanced(by: 100_000), for: [input])
        #expect(!isNonBlocking(terminal))
        #expect(driver.isTerminal(input))
        #expect(!driver.isTerminal(driver.addInherited(Pipe().reader, isInput: true)))
    }

    @Test func `/dev/null is always ready and at its end`() throws {
        let descriptor = open("/dev/null", O_RDWR)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let driver = LibuvDriver()
        let input = driver.addInherited(descriptor, isInput: true)
        let output = driver.addInherited(descriptor, isInput: false)
        #expect(driver.isReady(input) && driver.isReady(output))
        #expect(driver.read(input, upTo: 9) == .closed)
        #expect(driver.write([1].span, to: output) == .took(1))
    }

    @Test func `CLI-04: a directory fails as one`() throws {
        let descriptor = open("/", O_RDONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let driver = LibuvDriver()
        let input = driver.addInherited(descriptor, isInput: true)
        let failure = ByteFailure("is a directory", filesystemCode: "is-directory")
        #expect(driver.read(input, upTo: 9) == .failed(failure))
    }

    @Test func `CLI-07: a descriptor that was closed from the start is ready and closed`() {
        let driver = LibuvDriver()
        let input = driver.addInherited(987, isInput: true)
        #expect(driver.isReady(input))
        #expect(driver.read(input, upTo: 9) == .closed)
    }
}
