// Ends of streams under a script: what a simulated world does with bytes.

import Testing

@testable import PolluxHost

struct StreamTestsScript {
    private let source = SourceID(index: 0)

    private func makeWorld(_ facts: [(UInt64, VirtualDriver.Change)]) -> VirtualDriver {
        VirtualDriver(
            sourceCount: 1,
            facts: facts.map { VirtualDriver.Fact(time: $0.0, source: source, $0.1) })
    }

    private func wait(_ driver: VirtualDriver) -> UInt64? {
        guard case .again = driver.wait(until: nil, for: [source]) else { return nil }
        return driver.now.nanoseconds - driver.start.nanoseconds
    }

    @Test(arguments: [
        VirtualDriver.Change.chunk([1]), .close, .fail(ByteFailure("reset")), .emptyReady,
    ])
    func `an input is ready at what can be read, and a wait ends then`(
        change: VirtualDriver.Change
    ) {
        let driver = makeWorld([(5, .chunk([])), (10, change)])
        #expect(!driver.isReady(source))
        #expect(wait(driver) == 10)
        #expect(driver.isReady(source))
    }

    @Test func `chunks join, and the end comes after them`() {
        let driver = makeWorld([(0, .chunk([1, 2])), (0, .chunk([3])), (0, .close)])
        #expect(driver.read(source, upTo: 2) == .bytes([1, 2]))
        #expect(driver.read(source, upTo: 2) == .bytes([3]))
        #expect(driver.read(source, upTo: 2) == .closed)
        #expect(driver.read(source, upTo: 2) == .closed)
        #expect(driver.isReady(source))
    }

    @Test func `an empty readiness is over with the read that finds nothing`() {
        let driver = makeWorld([(0, .emptyReady)])
        #expect(driver.isReady(source))
        #expect(driver.read(source, upTo: 1) == .wouldBlock)
        #expect(!driver.isReady(source))
        #expect(wait(driver) == nil)
    }

    @Test func `an output takes any number of bytes until the script says how many`() {
        let driver = makeWorld([(10, .permit(3)), (20, .permit(0)), (30, .permit(1))])
        #expect(driver.room(in: source) == .bytes(.max))
        #expect(driver.write([1, 2, 3, 4], to: source) == .took(4))
        #expect(wait(driver) == 10)
        #expect(driver.write([5, 6, 7, 8], to: source) == .took(3))
        #expect(driver.isReady(source))
        try! driver.work(10)
        #expect(driver.write([9], to: source) == .wouldBlock)
        #expect(!driver.isReady(source))
        #expect(wait(driver) == 30)
        #expect(driver.written(to: source) == [1, 2, 3, 4, 5, 6, 7])
    }

    @Test func `a flush takes until the script says that it is over`() {
        let driver = makeWorld([(10, .flushed), (20, .flushed)])
        for time in [10, 20] as [UInt64] {
            #expect(driver.flush(source) == .pending)
            #expect(driver.room(in: source) == .none)
            #expect(!driver.isReady(source))
            #expect(wait(driver) == time)
            #expect(driver.flush(source) == .done)
        }
        #expect(driver.flush(source) == .done)
    }

    @Test func `an output that closes during a flush is closed`() {
        let driver = makeWorld([(10, .close), (20, .flushed)])
        #expect(driver.flush(source) == .pending)
        #expect(wait(driver) == 10)
        #expect(driver.flush(source) == .closed)
    }

    @Test func `what nobody has read is what came and what would have come`() {
        let driver = makeWorld([(0, .chunk([1, 2])), (10, .chunk([3]))])
        #expect(driver.read(source, upTo: 1) == .bytes([1]))
        #expect(driver.unread(of: source) == [2, 3])
    }

    @Test func `random bytes depend on the seed alone`() {
        func bytes(_ seed: UInt64) -> [UInt8] {
            let driver = VirtualDriver(seed: seed)
            return driver.random(3) + driver.random(20)
        }
        #expect(bytes(1) == bytes(1))
        #expect(bytes(1) != bytes(2))
        #expect(bytes(1).count == 23)
    }

    @Test func `what happens to bytes is logged, in words`() {
        let driver = makeWorld([
            (0, .permit(4)), (1, .permit(1)), (2, .permit(0)), (3, .flushed), (4, .emptyReady),
            (5, .chunk(Array("a\n\"\u{7f}".utf8))), (6, .fail(ByteFailure("reset"))),
        ])
        let trace = Trace()
        trace.name(source, "sock")
        driver.trace = trace
        try! driver.work(10)
        let words = trace.events.compactMap { event -> String? in
            guard case .bytes = event.what else { return nil }
            return String(trace.line(event).split(separator: "sock ", maxSplits: 1)[1])
        }
        #expect(
            words == [
                "takes 4 bytes at a time", "takes 1 byte at a time", "takes no bytes",
                "is flushed", "is ready, with nothing there", #"gets "a\n\"\x7f""#,
                "fails: reset",
            ])
    }

    // MARK: What was met

    @Test func `a permit that another takes the place of before anybody asks is not met`() {
        let driver = makeWorld([(0, .permit(1)), (0, .permit(2)), (5, .permit(3)), (9, .close)])
        #expect(driver.unmet == [0, 1, 2, 3])
        #expect(driver.room(in: source) == .bytes(2))
        #expect(driver.unmet == [0, 2, 3])
    }

    @Test func `looking for the end, or for what a script has ready, is meeting it`() {
        let driver = makeWorld([(0, .emptyReady), (5, .chunk([1])), (9, .close)])
        #expect(driver.unmet == [0, 2])
        #expect(driver.isReady(source))
        #expect(driver.unmet == [2])
        try! driver.work(9)
        #expect(driver.isReady(source))
        #expect(driver.unmet == [2])
        #expect(driver.read(source, upTo: 9) == .bytes([1]))
        #expect(driver.isReady(source))
        #expect(driver.unmet == [])
    }

    @Test func `a mark is met by the flush that waits for it, and by no other`() {
        let driver = makeWorld([(1, .flushed), (5, .flushed), (9, .flushed)])
        try! driver.work(2)
        #expect(driver.flush(source) == .pending)
        #expect(driver.unmet == [0, 2])
        try! driver.work(8)
        #expect(driver.flush(source) == .done)
        #expect(driver.unmet == [0, 2])
    }
}

extension VirtualDriver {
    /// `write` of an array.
    fileprivate func write(_ bytes: [UInt8], to source: SourceID) -> ByteWrite {
        write(bytes.span, to: source)
    }
}
