// What an input and an output do and when, made up by the fuzzer, and what may be known of it.

import FuzzInput
import PolluxHost

/// The world of one run: chunks and an end of the input, permits, marks and an end of the output.
struct StreamScript {
    static let input = SourceID(index: 0)
    static let output = SourceID(index: 1)

    private(set) var facts: [VirtualDriver.Fact] = []
    /// All bytes that ever arrive, and how many have by when.
    private(set) var text: [UInt8] = []
    private var arrivals: [(time: UInt64, count: Int)] = []
    /// When and how each ends.
    private(set) var inputEnd: (time: UInt64, isFailure: Bool)?
    private(set) var outputEnd: (time: UInt64, isFailure: Bool)?
    private var permits: [(time: UInt64, count: Int)] = []

    /// A script of up to 24 lines.
    init(_ input: inout FuzzInput) {
        var time: UInt64 = 0
        for _ in 0..<input.below(25) {
            let line = input.byte()
            // Several lines of one instant are frequent.
            if line & 1 != 0 { time += UInt64(input.byte() & 15) }
            switch (line >> 1) % 8 {
            case 0, 1, 2: addChunk(at: time, input.below(40))
            case 3, 4: addPermit(at: time, input.below(24))
            case 5: add(.flushed, Self.output, at: time)
            case 6 where inputEnd == nil:
                inputEnd = (time, line & 64 != 0)
                add(line & 64 != 0 ? .fail(ByteFailure("broken")) : .close, Self.input, at: time)
            case 7 where outputEnd == nil && line & 32 != 0:
                outputEnd = (time, line & 64 != 0)
                add(line & 64 != 0 ? .fail(ByteFailure("broken")) : .close, Self.output, at: time)
            case 7 where inputEnd == nil: add(.emptyReady, Self.input, at: time)
            default: break
            }
        }
    }

    private mutating func addChunk(at time: UInt64, _ count: Int) {
        if count == 0 || inputEnd != nil { return }
        // Each byte says where it stands, so that a lost or swapped one shows.
        let chunk = (0..<count).map { UInt8(truncatingIfNeeded: (text.count + $0) &* 7 &+ 1) }
        text += chunk
        arrivals.append((time, text.count))
        add(.chunk(chunk), Self.input, at: time)
    }

    private mutating func addPermit(at time: UInt64, _ count: Int) {
        if outputEnd != nil { return }
        permits.append((time, count))
        add(.permit(count), Self.output, at: time)
    }

    private mutating func add(
        _ change: VirtualDriver.Change, _ source: SourceID, at time: UInt64
    ) {
        facts.append(VirtualDriver.Fact(time: time, source: source, change))
    }

    // MARK: What is so at a time

    /// How many bytes have arrived.
    func arrived(by time: UInt64) -> Int { arrivals.last { $0.time <= time }?.count ?? 0 }

    func inputHasEnded(by time: UInt64) -> Bool { inputEnd.map { $0.time <= time } ?? false }
    func outputHasEnded(by time: UInt64) -> Bool { outputEnd.map { $0.time <= time } ?? false }

    /// How much the output takes at a time; `nil` for any number.
    func permit(at time: UInt64) -> Int? { permits.last { $0.time <= time }?.count }
}
