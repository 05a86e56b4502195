// Single runs of a scenario whose every choice is known, and what was chosen in them.

import PolluxHost
import PolluxNative
import Synchronization

/// Plays single runs of one scenario on one host by one guest.
package struct Rehearsal: Sendable {
    private(set) var stage: Stage
    /// Wall time after which a run is given up, in seconds.
    var timeLimit = 10.0

    /// - Parameter livelockLimit: host calls without progress after which a run is ended; `nil` is what
    ///   it is everywhere.
    init(
        _ scenario: Scenario, on host: HostEntry, for guest: GuestProgram,
        livelockLimit: Int? = nil
    ) {
        stage = Stage(scenario, on: host, for: guest)
        if let livelockLimit { stage.livelockLimit = livelockLimit }
    }

    /// A choice by its kind and its number among those.
    package struct Site: Hashable, Sendable {
        var kind: ChoiceSite.Kind
        var ordinal: Int
    }

    /// One choice of a run.
    struct Chosen: Sendable {
        /// Its place in the log.
        var event: Int
        var site: ChoiceSite
        var answer: Int
        var count: Int

        var key: Site { Site(kind: site.kind, ordinal: site.ordinal) }
    }

    /// A run and its choices.
    struct Take: @unchecked Sendable {
        /// Nothing changes it any more.
        let run: Run
        let chosen: [Chosen]

        init(_ run: Run) {
            self.run = run
            let events = run.outcome == .timedOut ? [] : run.trace.events
            chosen = events.compactMap { event in
                guard case .choice(let site, let picked, let count) = event.what else { return nil }
                return Chosen(event: event.id, site: site, answer: picked, count: count)
            }
        }

        /// The answers up to a choice.
        func answers(before index: Int) -> [Int] { chosen.prefix(index).map(\.answer) }

        var tape: Tape {
            var tape = Tape()
            tape.entries = chosen.map {
                Tape.Entry(kind: $0.site.kind, answer: Int32($0.answer), count: Int32($0.count))
            }
            return tape
        }
    }

    /// Plays one run and blocks until it has ended.
    func play(_ answers: Answers) -> Take {
        let supply = OneRun(stage, Prompter(answers))
        GuestWorker.run(supply, timeLimit: timeLimit)
        return Take(supply.run!)
    }
}

/// Answers as it was told.
final class Prompter: RepeatableChoices, Sendable {
    let answers: Answers
    private let asked = Atomic<Int>(0)

    init(_ answers: Answers) { self.answers = answers }

    func choose(_ site: ChoiceSite, among count: Int) -> Int {
        let number = asked.wrappingAdd(1, ordering: .relaxed).oldValue
        let answer =
            switch answers {
            case .inOrder(let list): number < list.count ? list[number] : 0
            case .bySite(let sites): sites[.init(kind: site.kind, ordinal: site.ordinal)] ?? 0
            case .seeded, .random, .priorities, .mutated: 0
            }
        // What the guest is now may leave fewer options.
        return min(max(answer, 0), count - 1)
    }
}

/// One run, for a worker.
private final class OneRun: GuestSupply, @unchecked Sendable {
    private let stage: Stage
    private let choices: any ChoiceSource
    private var set: Stage.Set?
    private(set) var run: Run?

    init(_ stage: Stage, _ choices: any ChoiceSource) {
        self.stage = stage
        self.choices = choices
    }

    func next() -> (host: WASIHost, entry: @Sendable () -> Void)? {
        guard set == nil else { return nil }
        let set = stage.set(choices: choices)
        self.set = set
        return (set.host, stage.guest.entry)
    }

    func ended(_ outcome: Outcome, of host: WASIHost) {
        run = stage.run(set!, seed: 0, outcome: outcome)
    }
}
