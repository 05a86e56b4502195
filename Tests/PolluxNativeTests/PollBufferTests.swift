// The room that a poll's results have, from one poll to the next.

import PolluxHost
import PolluxNative
import Testing

@testable import WASIp2

@Suite struct PollBufferTests {
    @Test func `a poll of a length that was seen before allocates nothing`() {
        let blocks = guest { buffer, list, blocks in
            for _ in 1...5 {
                buffer.poll(list)
                blocks.append(Block(of: buffer))
            }
        }
        #expect(blocks.count == 5)
        #expect(Set(blocks).count == 1, "the same block every time")
        #expect(blocks.allSatisfy { $0.holdsResult }, "and the result is in it")
    }

    @Test func `a poll of a shorter list reuses the block`() {
        let blocks = guest { buffer, list, blocks in
            for count in [20, 1, 7, 20] {
                buffer.poll(Array(list.prefix(count)))
                blocks.append(Block(of: buffer))
            }
        }
        #expect(Set(blocks).count == 1)
        #expect(blocks.allSatisfy { $0.holdsResult })
    }

    @Test func `a longer list grows the block, at least to twice its room`() {
        let blocks = guest { buffer, list, blocks in
            for count in 1...100 {
                buffer.poll(Array(list.prefix(count)))
                blocks.append(Block(of: buffer))
            }
        }
        #expect(blocks.allSatisfy { $0.holdsResult })
        #expect(zip(blocks, blocks.dropFirst()).count { $0 != $1 } <= 4, "16, 32, 64, 128")
    }

    @Test func `the positions are those of the last poll`() {
        let positions = Locked<[[Int]]>([])
        let outcome = Guest.run(on: WASIHost(driver: VirtualDriver())) {
            let early = MonotonicClock.subscribe(after: .milliseconds(1))
            let late = MonotonicClock.subscribe(after: .milliseconds(2))
            var buffer = PollBuffer()
            for list in [[late.borrow, early.borrow], [late.borrow], [early.borrow, late.borrow]] {
                buffer.poll(list)
                let reported = (0..<buffer.count).map { buffer[$0] }
                positions.withLock { $0.append(reported) }
            }
        }
        #expect(outcome == .completed)
        #expect(positions.withLock { $0 } == [[1], [0], [0, 1]])
    }

    @Test func `the block is not armed for calls other than the buffer's`() {
        let results = Locked<[Int]>([])
        let outcome = Guest.run(on: WASIHost(driver: VirtualDriver())) {
            let now = MonotonicClock.subscribe(after: 0)
            var buffer = PollBuffer()
            buffer.poll([now.borrow, now.borrow])
            let others = poll([now.borrow])
            let kept = (0..<buffer.count).map { buffer[$0] }
            results.withLock { $0 = kept + others }
        }
        #expect(outcome == .completed)
        #expect(results.withLock { $0 } == [0, 1, 0])
    }

    /// A host that breaks the specification, found by a mutant.
    @Test func `an empty result, which no host may give, frees nothing`() {
        final class Nothing: Tampering {
            func amend(_ report: inout [UInt32], of list: [Int32], isClock: (UInt32) -> Bool) {
                report = []
            }
        }
        let host = WASIHost(driver: VirtualDriver())
        host.tamper(Nothing())
        let counts = Locked<[Int]>([])
        let outcome = Guest.run(on: host) {
            let now = MonotonicClock.subscribe(after: 0)
            var buffer = PollBuffer()
            for _ in 1...2 {
                buffer.poll([now.borrow])
                let count = buffer.count
                counts.withLock { $0.append(count) }
            }
        }
        #expect(outcome == .completed)
        #expect(counts.withLock { $0 } == [0, 0])
    }

    /// Runs `body` as a guest with 100 pollables that are ready.
    private func guest(
        _ body: @escaping @Sendable (inout PollBuffer, [Pollable.Borrow], inout [Block]) -> Void
    ) -> [Block] {
        let result = Locked<[Block]>([])
        let outcome = Guest.run(on: WASIHost(driver: VirtualDriver())) {
            let pollable = MonotonicClock.subscribe(after: 0)
            let list = Array(repeating: pollable.borrow, count: 100)
            var buffer = PollBuffer()
            var blocks: [Block] = []
            body(&buffer, list, &blocks)
            result.withLock { $0 = blocks }
        }
        #expect(outcome == .completed)
        return result.withLock { $0 }
    }
}

/// Where a buffer's block is, and whether the last result is in it.
private struct Block: Hashable, Sendable {
    let address: UInt
    let holdsResult: Bool

    init(of buffer: borrowing PollBuffer) {
        address = UInt(bitPattern: buffer.block)
        holdsResult = buffer.block != nil && buffer.result == buffer.block
    }
}
