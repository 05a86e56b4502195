// What an oracle is, and what it finds.

import PolluxHost

/// One thing that an oracle found wrong with a run.
public struct Violation: Equatable, Sendable {
    /// Who found it.
    public var oracle: OracleName
    /// Where in the log it shows.
    public var event: Int
    /// When, in ns after the start.
    public var time: UInt64
    /// The task that it is about, if it is about one.
    public var task: TaskID?
    /// What is wrong, in a sentence that names tasks and resources.
    public var message: String
    /// The events that led to it.
    public var causes: [Int]
}

/// Judges one run as its log goes by. It knows nothing of the guest but its calls.
protocol Oracle {
    /// How `invariants` calls it.
    static var name: OracleName { get }
    /// What it has found so far.
    var violations: [Violation] { get set }

    init()

    /// The events that it wants to see; it is asked about no others.
    static var sees: EventKinds { get }
    /// Whether the run is one that it can judge: not one whose host or outcome allows what it
    /// forbids.
    static func applies(to run: Run) -> Bool
    /// An event; the scene is as it is after it.
    mutating func see(_ event: TraceEvent, in scene: Scene)
    /// The guest begins to wait in a poll of its own, since nothing of the list is ready; or finds
    /// that it has nothing to poll.
    mutating func seeBlock(in scene: Scene)
    /// The log is over.
    mutating func seeEnd(of scene: Scene)
    /// Takes in what it remembers, beside the scene, that bears on what it will say. Events count by
    /// their order alone.
    func hashState(into hash: inout StateHash, _ ages: Ages, in scene: Scene)
}

extension Oracle {
    static func applies(to run: Run) -> Bool { true }
    mutating func see(_ event: TraceEvent, in scene: Scene) {}
    mutating func seeBlock(in scene: Scene) {}
    mutating func seeEnd(of scene: Scene) {}
    func hashState(into hash: inout StateHash, _ ages: Ages, in scene: Scene) {}

    /// Reports a violation at the scene's event.
    mutating func object(
        _ message: String, task: TaskID? = nil, because causes: some Sequence<Int> = [],
        in scene: Scene
    ) {
        violations.append(
            Violation(
                oracle: Self.name, event: scene.event, time: scene.elapsed, task: task,
                message: message, causes: causes.filter { $0 != scene.event }))
    }
}

extension Run {
    /// What these oracles find wrong with the run, in the order in which it shows; at most one
    /// sentence of each. A run that was given up has no log, and nothing is found.
    public func violations(of names: [OracleName] = OracleName.usual) -> [Violation] {
        var oracles = judges(of: names)
        if oracles.isEmpty || outcome == .timedOut { return [] }
        let scene = Scene(self)
        see(trace.events, &oracles, scene)
        for index in oracles.indices { oracles[index].seeEnd(of: scene) }
        let found = oracles.compactMap { $0.violations.first }
        return found.sorted { $0.event < $1.event }
    }

    /// Those of the oracles that can judge the run; they have seen nothing yet.
    func judges(of names: [OracleName]) -> [any Oracle] {
        names.compactMap { name in
            if name.sight == .tasks, !hasTasks { return nil }
            return name.type.applies(to: self) ? name.type.init() : nil
        }
    }

    /// Lets the oracles see the log.
    func see(_ events: [TraceEvent], _ oracles: inout [any Oracle], _ scene: Scene) {
        let kinds = oracles.map { type(of: $0).sees }
        for place in events.indices {
            let blocks = scene.take(events[place])
            var kind = EventKinds(events[place].what)
            if scene.askedAfterEnd != nil { kind.insert(.task) }
            for index in oracles.indices {
                if !kinds[index].isDisjoint(with: kind) {
                    oracles[index].see(events[place], in: scene)
                }
                if blocks { oracles[index].seeBlock(in: scene) }
            }
        }
    }

    /// Whether the log tells of tasks. Of a whole program it knows what was said, and no more.
    var hasTasks: Bool { !scenario.tasks.isEmpty && scenario.entry == nil }
}
