// The simulated world with what no real one is without: time that passes, and lateness.

@testable import PolluxHost

/// A `VirtualDriver` whose clock moves 1 ns at each reading, and whose waits may end a little late: at
/// once, by ``step``, or by twice as much, as a choice. Both are far below the distance of any two
/// instants of the scenario. So they decide the order of what is at one instant, as a real world may,
/// and change nothing else.
///
/// Where facts of this instant are still to come, the next of them may come at any look of the guest's,
/// however many looks it has had meanwhile: nobody knows how fast it computes.
///
/// It sees sources as the real driver does, through a loop that is asked at waits and now and then; what
/// has happened meanwhile it does not know.
final class PerturbedDriver: Driver {
    static let step: UInt64 = 2_000
    /// Facts that are nearer than this are of one instant.
    static let instant: UInt64 = 100_000
    private let base: VirtualDriver
    private let choices: any ChoiceSource
    private let levels: Int
    private var armed: [SourceID] = []
    private var fired: Set<SourceID> = []

    /// - Parameter levels: how many latenesses a wait may have.
    init(_ base: VirtualDriver, _ choices: any ChoiceSource, levels: Int) {
        self.base = base
        self.choices = choices
        self.levels = levels
    }

    private func move(by duration: UInt64) {
        do {
            try base.work(duration)
        } catch {
            preconditionFailure("a scenario that goes on to the end of the clock")
        }
    }

    var now: MonotonicInstant {
        move(by: 1)
        return base.now
    }

    func wait(
        until deadline: MonotonicInstant?, for sources: borrowing [SourceID]
    ) -> Waited {
        turn(for: sources)
        for place in sources.indices where fired.contains(sources[place]) { return .again }
        let waited = base.wait(until: deadline, for: sources)
        if case .again = waited, levels > 1 {
            let site = ChoiceSite(kind: .timer, subject: 0, ordinal: 1)
            move(by: UInt64(choices.choose(site, among: levels)) * Self.step)
        }
        turn(for: sources)
        return waited
    }

    func turn(for sources: borrowing [SourceID]) {
        letNextFactCome()
        for place in sources.indices where !armed.contains(sources[place]) {
            armed.append(sources[place])
        }
        for source in armed where base.isReady(source) { fired.insert(source) }
    }

    private func letNextFactCome() {
        guard let fact = base.factsToCome.first,
            let time = base.start.advanced(by: fact.time), time > base.now,
            time.nanoseconds - base.now.nanoseconds <= Self.instant
        else { return }
        let site = ChoiceSite(kind: .timer, subject: 0, ordinal: 1)
        if choices.choose(site, among: 2) == 1 {
            move(by: time.nanoseconds - base.now.nanoseconds)
        }
    }

    func isReady(_ source: SourceID) -> Bool { fired.contains(source) }

    func read(_ source: SourceID, upTo count: Int) -> ByteRead {
        let answer = base.read(source, upTo: count)
        // Less than wanted: that was all there is for now.
        switch answer {
        case .bytes(let bytes) where bytes.count == count: break
        case .bytes, .wouldBlock: fired.remove(source)
        case .closed, .failed: break
        }
        return answer
    }

    var trace: Trace? {
        get { base.trace }
        set { base.trace = newValue }
    }
    var monotonicResolution: UInt64 { base.monotonicResolution }
    var wallNow: WallInstant { base.wallNow }
    var wallResolution: WallInstant { base.wallResolution }
    var patience: Int? { base.patience }
    func creep(by step: UInt64, notPast deadline: MonotonicInstant?) -> Bool {
        base.creep(by: step, notPast: deadline)
    }
    func room(in source: SourceID) -> ByteRoom { base.room(in: source) }
    func write(_ bytes: borrowing Span<UInt8>, to source: SourceID) -> ByteWrite {
        base.write(bytes, to: source)
    }
    func flush(_ source: SourceID) -> ByteFlush { base.flush(source) }
    func close(_ source: SourceID) { base.close(source) }
    func random(_ count: Int) -> [UInt8] { base.random(count) }
}
