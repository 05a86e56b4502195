// What the workers of one exploration have come to.

import PolluxNative
import Synchronization

/// Counts runs and keeps the first that fails.
final class RunTally: Sendable {
    private struct State {
        var lastLook: (run: Int, time: ContinuousClock.Instant)
        var find: Exploration.Find?
        var unsupported: Place?
        var mostChoices = 0
        var sometimes: SometimesTally
    }
    private let state: Locked<State>
    private let counter = Counter()
    private let repeats = Counter()
    private let mirrors = Counter()
    private let asksSometimes: Bool
    private let progress: (@Sendable (Int) -> Void)?
    private let deadline: ContinuousClock.Instant?
    private let isStopped: (@Sendable () -> Bool)?
    private let keepsAll: Bool
    private let onHolding: (@Sendable (Run) -> Void)?
    /// The run after which somebody looks at the clock.
    private let nextLook: Counter
    /// About so much time passes between two looks at the clock; a run may take 5 us, or a second.
    private static let timeBetweenLooks = Duration.milliseconds(50)
    /// The most runs between two of them.
    private static let mostRunsBetweenLooks = 8_192

    /// - Parameter keepsAll: whether a run is kept that does not fail.
    init(
        _ scenario: Scenario, progress: (@Sendable (Int) -> Void)? = nil,
        deadline: ContinuousClock.Instant? = nil, isStopped: (@Sendable () -> Bool)? = nil,
        keepsAll: Bool = false, onHolding: (@Sendable (Run) -> Void)? = nil
    ) {
        self.isStopped = isStopped
        self.onHolding = onHolding
        let sometimes = SometimesTally(scenario)
        state = Locked(State(lastLook: (0, ContinuousClock.now), sometimes: sometimes))
        nextLook = Counter(progress == nil && deadline == nil ? .max : 1)
        asksSometimes = !sometimes.isEmpty
        self.progress = progress
        self.deadline = deadline
        self.keepsAll = keepsAll
    }

    var runs: Int { counter.value }
    /// How many runs were played again.
    var repeated: Int { repeats.value }
    /// How many runs are the mirror image of another one.
    var mirrored: Int { mirrors.value }
    var sometimes: SometimesTally { state.withLock { $0.sometimes } }
    var mostChoices: Int { state.withLock { $0.mostChoices } }
    var find: Exploration.Find? { state.withLock { $0.find } }
    var unsupported: Place? { state.withLock { $0.unsupported } }

    /// Counts a run; false where it is to be the last: the time is up, or somebody says so.
    func count() -> Bool {
        let number = counter.add(1) + 1
        if isStopped?() == true { return false }
        guard number >= nextLook.value else { return true }
        let now = ContinuousClock.now
        let isFirst = state.withLock { state in
            // Another worker may have looked in the meantime.
            guard number >= nextLook.value else { return false }
            let runs = number - state.lastLook.run
            let time = now - state.lastLook.time
            let fitting = Double(runs) * (Self.timeBetweenLooks / max(time, .nanoseconds(1)))
            state.lastLook = (number, now)
            nextLook.add(max(1, min(Int(fitting), 2 * runs, Self.mostRunsBetweenLooks)))
            return true
        }
        if isFirst { progress?(number) }
        return deadline.map { now < $0 } ?? true
    }

    /// Counts a run that was played again.
    func countRepeat() { repeats.add(1) }

    /// Counts a run that is the mirror image of another one.
    func countMirrored() { mirrors.add(1) }

    /// A run holds, so that what happens sometimes may happen in it.
    func sawHolding(_ run: Run) {
        onHolding?(run)
        if asksSometimes { state.withLock { $0.sometimes.add(run) } }
    }

    /// Notes the longest tape of a worker.
    func note(choices: Int) { state.withLock { $0.mostChoices = max($0.mostChoices, choices) } }

    /// Takes note of a run that one may want to see. The first in the order of the search stays.
    func add(_ find: Exploration.Find, inOrderOf search: Bool) {
        state.withLock { state in
            if let first = state.find {
                let isEarlier =
                    search
                    ? find.tape.comesBefore(first.tape.entries) : find.number < first.number
                guard isEarlier else { return }
            }
            guard keepsAll || !find.failures.isEmpty else { return }
            state.find = find
        }
    }

    /// The guest cannot do a step.
    func cannot(do step: Place) { state.withLock { $0.unsupported = step } }
}
