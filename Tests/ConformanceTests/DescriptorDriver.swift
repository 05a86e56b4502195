// Real descriptors on the real loop, under a script: the second world of the stream rules.

import Foundation
import PolluxHost
import PolluxLibuv

/// A driver whose streams' outside a test can look at.
protocol StreamDriver: Driver {
    /// The clock's reading at the beginning.
    var start: MonotonicInstant { get }
    /// Everything that an output took.
    func written(to source: SourceID) -> [UInt8]
}

extension VirtualDriver: StreamDriver {}

/// ``LibuvDriver`` with both ends of each stream in hand: the guest has one end of a socket pair,
/// the script the other.
///
/// Bytes, readiness and waits are the real driver's. Only its clock stands still while the guest
/// computes, and moves as far as it waits, so that a slow machine changes nothing of a run. The
/// script's next line comes when a wait reaches it.
final class DescriptorDriver: StreamDriver {
    let start = MonotonicInstant(nanoseconds: 1_000_000_000)
    private(set) var now: MonotonicInstant
    private let real = LibuvDriver()
    private var facts: ArraySlice<VirtualDriver.Fact>
    private var pairs: [DescriptorPair] = []
    /// How many waits there were for a reset that had been made.
    private var late = 0
    var trace: Trace?

    /// An input, an output, and their script, whose lines at 0 have come already.
    init(facts: [VirtualDriver.Fact]) {
        // Writing where nobody reads is an error, as in a process that Pollux has begun.
        _ = signal(SIGPIPE, SIG_IGN)
        now = start
        self.facts = facts[...]
        for isInput in [true, false] {
            let pair = DescriptorPair()
            _ = real.addInherited(pair.guest, isInput: isInput)
            pairs.append(pair)
        }
        apply()
    }

    // MARK: The script

    private func apply() {
        while let fact = facts.first, start.advanced(by: fact.time)! <= now {
            facts.removeFirst()
            pairs[Int(fact.source.index)].apply(fact.change, isInput: fact.source == .first)
        }
    }

    func written(to source: SourceID) -> [UInt8] { pairs[Int(source.index)].takenBytes }

    // MARK: Waiting

    func turn(for sources: borrowing [SourceID]) { real.turn(for: sources) }
    func wakeUp() { real.wakeUp() }

    /// The real driver's wait, up to the script's next line. Only the script knows that nothing can
    /// come any more.
    func wait(
        until deadline: MonotonicInstant?, for sources: borrowing [SourceID]
    ) -> Waited {
        real.turn(for: sources)
        for place in sources.indices where real.isReady(sources[place]) { return .again }
        let next = facts.first.map { start.advanced(by: $0.time)! }
        guard let target = [deadline, next].compactMap(\.self).min() else {
            // A process that another test begins may hold an end that was closed, until it runs.
            guard pairs.contains(where: \.isReset), late < 100 else { return .never }
            late += 1
            _ = real.wait(until: real.now.advanced(by: 50 * .millisecond), for: sources)
            return .again
        }
        let begin = real.now
        let distance = target.nanoseconds - now.nanoseconds
        _ = real.wait(until: begin.advanced(by: distance), for: sources)
        let waited = min(real.now.nanoseconds - begin.nanoseconds, distance)
        now = now.advanced(by: waited)!
        apply()
        return .again
    }

    // MARK: As the real driver has it

    var monotonicResolution: UInt64 { real.monotonicResolution }
    var wallNow: WallInstant { real.wallNow }
    var wallResolution: WallInstant { real.wallResolution }
    var patience: Int? { nil }
    func creep(by step: UInt64, notPast deadline: MonotonicInstant?) -> Bool { false }
    func isReady(_ source: SourceID) -> Bool { real.isReady(source) }
    func read(_ source: SourceID, upTo count: Int) -> ByteRead { real.read(source, upTo: count) }
    func room(in source: SourceID) -> ByteRoom { real.room(in: source) }
    func write(_ bytes: borrowing Span<UInt8>, to source: SourceID) -> ByteWrite {
        real.write(bytes, to: source)
    }
    func flush(_ source: SourceID) -> ByteFlush { real.flush(source) }
    func close(_ source: SourceID) { real.close(source) }
    func random(_ count: Int) -> [UInt8] { real.random(count) }
}

/// Two connected sockets: the guest's stream, and what is at its other end.
private final class DescriptorPair {
    let guest: Int32
    private var far: Int32
    private var taken: [UInt8] = []
    /// How many of the bytes under way are no guest's, but only fill the pair.
    private var filling = 0
    /// The far end was closed with bytes in it.
    private(set) var isReset = false

    init() {
        var ends: [Int32] = [0, 0]
        // Another test's process must not keep the far end open.
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let status = socketpair(AF_UNIX, type, 0, &ends)
        precondition(status == 0, "no descriptors left")
        (guest, far) = (ends[0], ends[1])
    }

    deinit {
        close(guest)
        if far >= 0 { close(far) }
    }

    /// Plays a line of a script, as far as descriptors can do it.
    func apply(_ change: VirtualDriver.Change, isInput: Bool) {
        switch change {
        case .chunk(let bytes):
            let count = send(far, bytes, bytes.count, Int32(MSG_DONTWAIT))
            precondition(count == bytes.count, "a chunk longer than what a socket holds")
        case .permit(0): fill()
        case .permit: drain()
        case .close: hangUp()
        case .fail where isInput:
            // The kernel resets a connection that is closed before all of it was read.
            let count = send(guest, "x", 1, 0)
            precondition(count == 1, "nobody can be reset")
            hangUp(afterReading: false)
        case .fail: hangUp()
        case .ready, .unready, .emptyReady, .flushed, .answers, .calls, .responds:
            preconditionFailure("only a simulated world can do this")
        }
    }

    /// What the guest wrote and the other end has got.
    var takenBytes: [UInt8] {
        drain()
        return taken
    }

    private func fill() {
        drain()
        let page = [UInt8](repeating: 0, count: 1_024)
        while true {
            let count = send(guest, page, page.count, Int32(MSG_DONTWAIT))
            if count <= 0 { break }
            filling += count
        }
    }

    private func drain() {
        if far < 0 { return }
        var page = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(far, &page, page.count, Int32(MSG_DONTWAIT))
            if count <= 0 { break }
            let filled = min(filling, count)
            filling -= filled
            taken += page[filled..<count]
        }
    }

    private func hangUp(afterReading isRead: Bool = true) {
        if isRead { drain() }
        // Whoever else may have a copy of the descriptor, the guest's end sees this at once.
        if isRead { shutdown(far, Int32(SHUT_RDWR)) } else { isReset = true }
        close(far)
        far = -1
    }
}
