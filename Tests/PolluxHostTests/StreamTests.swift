// The states of streams as plain values: no driver, no host.

import Testing

@testable import PolluxHost

struct StreamTests {
    private let strict = StreamRules(rules: .spec, kind: .scripted)

    // MARK: Input

    @Test func `a read begins with what is held, and asks only when nothing is`() {
        var input = InputStream(rules: strict)
        #expect(input.begin(8) == .ask(upTo: 8))
        input.putBack([1, 2, 3])
        #expect(input.begin(2) == .now(.bytes([1, 2])))
        #expect(input.begin(2) == .now(.bytes([3])))
        #expect(input.begin(2) == .ask(upTo: 2))
    }

    @Test func `bytes put back come before those put back earlier`() {
        var input = InputStream(rules: strict)
        input.putBack([3, 4])
        input.putBack([1, 2])
        #expect(input.begin(9) == .now(.bytes([1, 2, 3, 4])))
    }

    @Test func `STREAM-08: no length asks for more than 64 KiB`() {
        var input = InputStream(rules: strict)
        #expect(input.begin(.max) == .ask(upTo: 65_536))
    }

    @Test func `STREAM-05: held bytes are read before a failure, and after it all is closed`() {
        var input = InputStream(rules: strict)
        #expect(
            input.receive(.failed(ByteFailure("reset"))) == .ended(.failed(ByteFailure("reset"))))
        #expect(input.begin(1) == .now(.ended(.closed)))
        #expect(input.isReady)
    }

    @Test func `FZ-07: a false alarm lasts until the next read, and their number is bounded`() {
        var input = InputStream(rules: strict)
        for _ in 0..<3 {
            #expect(input.mayRaiseFalseAlarm(3))
            input.raiseFalseAlarm()
            #expect(input.isReady)
            #expect(!input.mayRaiseFalseAlarm(3))
            #expect(input.receive(.wouldBlock) == .bytes([]))
            #expect(!input.isReady)
        }
        #expect(!input.mayRaiseFalseAlarm(3))
        _ = input.receive(.bytes([1]))
        #expect(input.mayRaiseFalseAlarm(3))
    }

    @Test func `an input known to have nothing left is closed even for 0 bytes`() {
        var input = InputStream(rules: strict)
        #expect(input.begin(0, isAtEnd: false) == .now(.bytes([])))
        #expect(input.begin(0, isAtEnd: true) == .now(.ended(.closed)))
    }

    // MARK: Output

    @Test func `accepted bytes are a duty until the output has taken them all`() {
        var output = OutputStream(rules: strict)
        output.grant(5)
        output.accept([1, 2, 3, 4, 5])
        #expect(output.duty == .write)
        #expect(output.receive(.took(3)) == true)
        #expect(output.queue.bytes == [4, 5])
        #expect(output.receive(.wouldBlock) == false)
        #expect(output.isBusy)
        #expect(output.receive(.took(2)) == true)
        #expect(output.duty == .nothing)
    }

    @Test(
        arguments: [
            (ByteWrite.took(4), [], true), (.took(1), [2, 3, 4], true),
            (.wouldBlock, [1, 2, 3, 4], true), (.closed, [1, 2, 3, 4], false),
            (.failed(ByteFailure("reset")), [1, 2, 3, 4], false),
        ] as [(ByteWrite, [UInt8], Bool)])
    func `an output that is asked at once leaves in the queue what it does not take`(
        answer: ByteWrite, left: [UInt8], isOpen: Bool
    ) {
        var output = OutputStream(rules: strict)
        output.grant(4)
        var offered: [Int] = []
        output.accept([1, 2, 3, 4] as [UInt8]) { bytes in
            offered.append(bytes.count)
            return answer
        }
        #expect(offered == [4])
        #expect(output.queue.bytes == left)
        #expect(output.isOpen == isOpen)
        #expect(!output.permits(1), "the permit is used")
    }

    @Test
    func `an output is not asked at once while anything stands in line, or once it has ended`() {
        let never = { (_: borrowing Span<UInt8>) -> ByteWrite in fatalError("it was asked") }
        var output = OutputStream(rules: strict)
        output.accept([1])
        output.accept([2], never)
        #expect(output.queue.bytes == [1, 2])
        _ = output.receive(.took(2))
        output.flush()
        output.accept([3], never)
        #expect(output.queue.bytes == [3], "a flush is on its way")
        _ = output.receive(ByteWrite.closed)
        output.accept([4], never)
        #expect(output.queue.bytes == [3, 4])
    }

    @Test func `a flush begins once the queue is empty, and is over when the output says so`() {
        var output = OutputStream(rules: strict)
        output.grant(1)
        output.accept([1])
        output.flush()
        #expect(output.duty == .write)
        _ = output.receive(.took(1))
        #expect(output.duty == .flush)
        output.receive(ByteFlush.pending)
        #expect(output.duty == .flush)
        #expect(output.room(.bytes(9)) == 0)
        output.receive(ByteFlush.done)
        #expect(output.room(.bytes(9)) == 9)
    }

    @Test(arguments: [
        (HostPolicy.Rules.wasmtime, StreamKind.scripted, [true, false, false]),
        (.wasmtime, .memory, [true, true, false]),
        (.wasmtime, .stdio, [true, true, true]),
        (.spec, .scripted, [true, false, false]),
        (.spec, .memory, [true, false, false]),
        (.spec, .stdio, [true, false, false]),
    ])
    func `STREAM-16, STREAM-17: what a permit of 3 is good for`(
        rules: HostPolicy.Rules, kind: StreamKind, expected: [Bool]
    ) {
        var output = OutputStream(rules: StreamRules(rules: rules, kind: kind))
        output.grant(3)
        var allowed: [Bool] = []
        for _ in 0..<3 {
            allowed.append(output.permits(UInt64(2 - min(1, allowed.count))))
            output.accept(allowed.count == 1 ? [1, 2] : [1])
        }
        #expect(allowed == expected)
    }

    @Test func `a failed output is told once by the text, for ever by wasmtime`() {
        for rules in HostPolicy.Rules.allCases {
            var output = OutputStream(rules: StreamRules(rules: rules, kind: .scripted))
            #expect(output.takeEnding() == nil)
            let failure = ByteFailure("reset")
            _ = output.receive(ByteWrite.failed(failure))
            #expect(output.takeEnding() == .failed(failure))
            #expect(output.takeEnding() == (rules == .spec ? .closed : .failed(failure)))
        }
    }

    @Test func `what an ended output did not take can be had back`() {
        var output = OutputStream(rules: strict)
        output.grant(4)
        output.accept([1, 2, 3, 4])
        _ = output.receive(.took(1))
        _ = output.receive(ByteWrite.closed)
        #expect(output.duty == .nothing)
        #expect(output.takeBack(2) == [3, 4])
        #expect(output.queue.bytes == [2])
    }
}

extension OutputStream {
    /// `accept` of an array.
    fileprivate mutating func accept(_ bytes: [UInt8]) { accept(bytes.span) }

    /// As a host does it: asks the output at once where it can.
    fileprivate mutating func accept(
        _ bytes: [UInt8], _ write: (borrowing Span<UInt8>) -> ByteWrite
    ) {
        guard begin(bytes.count) else { return accept(bytes.span) }
        finish(bytes.span, write(bytes.span))
    }
}
