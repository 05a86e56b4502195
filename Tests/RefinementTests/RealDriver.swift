// The real world under a scenario: libuv's waits and readiness, the machine's clock.

import Glibc
import PolluxHost
import PolluxLibuv

/// ``LibuvDriver`` under a scenario's script.
///
/// The step door talks to a `VirtualDriver`; here that one is only a shadow, whose clock is moved to
/// the machine's at each call. Where it is ahead, because the scenario says `work`, the real clock is
/// waited for: so work takes its time.
final class RealDriver: Driver {
    private let shadow: VirtualDriver
    private let script: RealScript
    private let real = LibuvDriver()
    /// How much later than at once things happened, summed up over the run, in ns: waits that ended
    /// after what they waited for, and the time that guest and host took to compute.
    private(set) var slip: UInt64 = 0
    private var mark: UInt64 = 0

    var trace: Trace? {
        didSet { shadow.trace = trace }
    }

    init(_ shadow: VirtualDriver, _ script: RealScript) {
        self.shadow = shadow
        self.script = script
        for door in script.doors { _ = real.addInherited(door.descriptor, isInput: true) }
    }

    /// ns after the start, by the machine's clock.
    private var elapsed: UInt64 { RealScript.now - script.start.nanoseconds }
    private var shown: UInt64 { shadow.now.nanoseconds - shadow.start.nanoseconds }

    var now: MonotonicInstant {
        while shown > elapsed {
            let pause = shown - elapsed
            usleep(UInt32(pause / 1_000 + 1))
            // The work that the scenario asks for is no slip.
            mark += min(pause, elapsed - mark)
        }
        do {
            try shadow.work(elapsed - min(shown, elapsed))
        } catch {
            preconditionFailure("the machine's clock has come to its end")
        }
        return shadow.now
    }

    func wait(
        until deadline: MonotonicInstant?, for sources: borrowing [SourceID]
    ) -> Waited {
        _ = now
        let entry = elapsed
        slip += entry - mark
        let until = deadline.map { $0.nanoseconds - min($0.nanoseconds, shadow.start.nanoseconds) }
        let waited = real.wait(
            until: until.flatMap { script.start.advanced(by: $0) }, for: sources)
        let end = elapsed
        let came = script.firstCame(since: entry, about: sources)
        if let cause = [until, came].compactMap({ $0 }).filter({ $0 <= end }).min() {
            slip += end - max(entry, cause)
        }
        mark = end
        _ = now
        return waited
    }

    /// The run is over: what it has taken since its last wait counts, too, for a guest that never
    /// waits is late all the same.
    func finish() {
        let end = elapsed
        slip += end - mark
        mark = end
    }

    func turn(for sources: borrowing [SourceID]) { real.turn(for: sources) }
    func wakeUp() { real.wakeUp() }

    func isReady(_ source: SourceID) -> Bool { real.isReady(source) }

    var monotonicResolution: UInt64 { 1 }
    var wallNow: WallInstant { real.wallNow }
    var wallResolution: WallInstant { real.wallResolution }
    var isRealTime: Bool { true }
    var patience: Int? { nil }
    func creep(by step: UInt64, notPast deadline: MonotonicInstant?) -> Bool { false }
    func read(_ source: SourceID, upTo count: Int) -> ByteRead { real.read(source, upTo: count) }
    func close(_ source: SourceID) {}
    func random(_ count: Int) -> [UInt8] { shadow.random(count) }

    // No scenario that is played here says what an output takes.
    func room(in source: SourceID) -> ByteRoom { .bytes(4_096) }
    func write(_ bytes: borrowing Span<UInt8>, to source: SourceID) -> ByteWrite {
        .took(bytes.count)
    }
    func flush(_ source: SourceID) -> ByteFlush { .done }
}
