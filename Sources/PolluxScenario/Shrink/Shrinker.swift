// From a run that fails to a small document that a person can read.

import PolluxHost
import PolluxNative

/// Makes what a search found smaller, as long as the same thing stays wrong with it.
///
/// In the order of what tells most: which freedoms of the host are needed at all, then which
/// deviations, by position; these get names, and from there on a candidate is a ``Draft`` that is written,
/// read and played as a file would be: fewer claims, tasks, resources, steps, facts, deviations; then
/// smaller times and shorter names. What is given back was played from its own text.
public struct Shrinker: Sendable {
    let guest: GuestProgram
    let reference: GuestProgram?
    let budget: Int
    let seconds: Double

    /// A shrinker.
    /// - Parameters:
    ///   - guest: whose run fails.
    ///   - reference: a guest for which the result must hold, so that what is found is a fault of the
    ///     guest and not of the document.
    ///   - budget: the most runs.
    ///   - seconds: the most wall time; the smallest so far is given back.
    public init(
        guest: GuestProgram, reference: GuestProgram? = nil, budget: Int = 5_000,
        seconds: Double = 10
    ) {
        (self.guest, self.reference) = (guest, reference)
        (self.budget, self.seconds) = (budget, seconds)
    }

    /// What came of it.
    public enum Result: Sendable {
        case shrunk(Shrunk)
        /// There is nothing to go by; why, in a sentence.
        case refused(String)
    }

    /// A small document.
    public struct Shrunk: Sendable {
        /// The document.
        public let draft: Draft
        /// The document as a file.
        public let text: String
        /// What is wrong with the guest.
        public let signature: FailureSignature
        /// What its run does not meet, in words.
        public let messages: [String]
        /// How many runs it took.
        public let runs: Int
        /// Wall time.
        public let seconds: Double
        /// Whether it holds for the reference; `nil` where there is none.
        public let holdsOnReference: Bool?
    }

    /// Shrinks a run that failed; blocks for as long as that takes.
    /// - Parameter found: what the document shall say of the search.
    public func shrink(
        _ find: Exploration.Find, of scenario: Scenario, on host: HostEntry, found: Found = Found()
    ) -> Result {
        var search = ShrinkSearch(self)
        return search.run(find, of: scenario, on: host, found: found)
    }
}

/// The state of one shrinking.
struct ShrinkSearch {
    let shrinker: Shrinker
    private(set) var runs = 0
    private let start = ContinuousClock.now
    private var signature: FailureSignature!
    /// Whether candidates must hold for the reference: not where the document itself does not.
    private var asksReference = false
    private(set) var best: Draft!
    /// Tasks and resources are called otherwise from here on.
    var hasNewNames = false
    /// How long the lists of claims were that only mean something as a whole.
    private var claims: Set<Int> = []
    /// What the best document's run needs of its tasks and resources to get to the failure.
    private(set) var past: Set<String>?

    init(_ shrinker: Shrinker) { self.shrinker = shrinker }

    mutating func run(
        _ find: Exploration.Find, of scenario: Scenario, on host: HostEntry, found: Found
    ) -> Shrinker.Result {
        guard let main = FailureSignature.main(of: find.failures, in: find.run) else {
            return .refused("the run does not fail")
        }
        signature = main
        let rehearsal = rehearsal(scenario, on: host)
        let answers = find.tape.entries.map { Int($0.answer) }
        let takes = (0..<2).map { _ in play(rehearsal, .inOrder(answers)) }
        guard takes[0].run.digest == takes[1].run.digest,
            takes.allSatisfy({ hasSignature($0.run, Checker.check($0.run)) })
        else {
            return .refused("the same answers give another run: the guest is not deterministic")
        }
        best = Self.draft(of: scenario, on: host, for: shrinker.guest)
        asksReference = true
        asksReference = holdsOnReference(scenario, on: host, []) ?? false
        claims = Set(best.expect.flatMap(\.wholes))
        let (sites, plain) = shrinkSites(of: takes[0], scenario, on: host)
        guard name(sites, of: scenario, on: plain) else {
            return .refused("the deviations of this run have no names; its tape is \(find.tape)")
        }
        let deviations = find.tape.deviations
        // Where nobody meets what the document expects, any other claim would do as well.
        if signature.oracle != nil || asksReference { shrinkStructure() }
        return finish(found, deviations: deviations, of: scenario)
    }

    /// What a scenario says of one guest on one host, without what is of no use to a found one.
    private static func draft(
        of scenario: Scenario, on host: HostEntry, for guest: GuestProgram
    ) -> Draft {
        var draft = Draft(scenario)
        draft.hosts = [Draft.Host(host.name, host.policy, picksAnyTask: host.picksAnyTask)]
        let hasName = scenario.entry == nil && NameRule.objection(to: guest.name) == nil
        draft.guests = hasName ? [guest.name] : nil
        draft.golden = nil
        draft.explore = nil
        draft.schedule = []
        draft.found = nil
        draft.expect = draft.expect.filter {
            $0.scope.includes(guest: guest.name, host: host.name)
        }
        for index in draft.expect.indices {
            draft.expect[index].scope = .everywhere
            // It is about many runs.
            draft.expect[index].sometimes = []
        }
        return draft
    }

    // MARK: Runs

    /// Whether there is budget and time for more.
    var goesOn: Bool {
        runs < shrinker.budget && ContinuousClock.now - start < .seconds(shrinker.seconds)
    }

    /// Host calls without progress after which a run is ended: what spins shows it much sooner than where
    /// patience ends, and a candidate should take its milliseconds.
    private static let livelockLimit = 5_000

    private func rehearsal(
        _ scenario: Scenario, on host: HostEntry, for guest: GuestProgram? = nil
    ) -> Rehearsal {
        Rehearsal(
            scenario, on: host, for: guest ?? shrinker.guest, livelockLimit: Self.livelockLimit)
    }

    private mutating func play(
        _ rehearsal: Rehearsal, _ answers: Answers
    ) -> Rehearsal.Take {
        runs += 1
        return rehearsal.play(answers)
    }

    private func hasSignature(_ run: Run, _ failures: [Failure]) -> Bool {
        failures.contains { failure in
            let other = FailureSignature(failure, of: run)
            return hasNewNames ? other.isLike(signature) : other == signature
        }
    }

    /// Whether a document holds for the reference; `nil` without one. A deviation that has no site there
    /// is none of its faults.
    private mutating func holdsOnReference(
        _ scenario: Scenario, on host: HostEntry, _ schedule: [Deviation]
    ) -> Bool? {
        guard asksReference, let reference = shrinker.reference else { return nil }
        // Under the guest's name, so that what the document says of that one counts.
        let program = GuestProgram(name: shrinker.guest.name, entry: reference.entry)
        var reader = ScheduleReader(rehearsal(scenario, on: host, for: program))
        let reading = reader.read(schedule)
        runs += reader.runs
        return Checker.check(reading.take.run).isEmpty
    }

    /// Whether a candidate fails in the same way, and holds for the reference; it is the best then.
    mutating func accept(_ candidate: Draft) -> Bool {
        guard goesOn, candidate != best,
            signature.oracle != nil || claims.isSuperset(of: candidate.expect.flatMap(\.wholes)),
            let scenario = try? candidate.scenario(path: "found.yaml")
        else { return false }
        let host = scenario.hosts[0]
        var reader = ScheduleReader(rehearsal(scenario, on: host))
        let reading = reader.read(candidate.schedule)
        runs += reader.runs
        let run = reading.take.run
        guard run.mistake == nil, hasSignature(run, Checker.check(run)) else { return false }
        var candidate = candidate
        // What had no site any more was no part of it.
        candidate.schedule = candidate.schedule.enumerated()
            .filter { !reading.unused.contains($0.offset) }.map(\.element)
        if holdsOnReference(scenario, on: host, candidate.schedule) == false { return false }
        best = candidate
        past = past(of: run)
        return true
    }

    /// The tasks and resources that led to the violation, by the causes that the log has; `nil` where
    /// the failure is no oracle's.
    private func past(of run: Run) -> Set<String>? {
        guard let oracle = signature.oracle,
            let violation = run.violations(of: [oracle]).first
        else { return nil }
        let scenario = run.scenario
        var names: Set<String> = []
        if let task = violation.task { names.insert(scenario.tasks[task].name) }
        func insert(_ resource: ResourceID?) {
            guard let resource, scenario.resources.indices.contains(resource) else { return }
            names.insert(scenario.resources[resource].name)
        }
        var open = [violation.event] + violation.causes
        var seen = Set(open)
        while let id = open.popLast() {
            guard run.trace.events.indices.contains(id) else { continue }
            let event = run.trace.events[id]
            switch event.what {
            case .task(let number, _) where number > 0:
                names.insert(scenario.tasks[number - 1].name)
            case .subscribe(let serial), .unsubscribe(let serial), .asked(let serial, _):
                insert(run.resourceOf[serial])
            case .report(let serials):
                for serial in serials { insert(run.resourceOf[serial]) }
            case .level(let source, _, _), .bytes(let source, _, _): insert(Int(source.index))
            default: break
            }
            open += event.causes.filter { seen.insert($0).inserted }
        }
        return names
    }

    // MARK: By position

    /// Fewer deviations and fewer freedoms, while the program stays what it is.
    private mutating func shrinkSites(
        of take: Rehearsal.Take, _ scenario: Scenario, on host: HostEntry
    ) -> (sites: [Rehearsal.Site: Int], host: HostEntry) {
        var host = host
        var sites: [Rehearsal.Site: Int] = [:]
        for chosen in take.chosen where chosen.answer > 0 { sites[chosen.key] = chosen.answer }
        func ordered(_ sites: [Rehearsal.Site: Int]) -> [Rehearsal.Site] {
            sites.keys.sorted { ($0.kind.number, $0.ordinal) < ($1.kind.number, $1.ordinal) }
        }
        func fails(
            _ search: inout ShrinkSearch, _ sites: [Rehearsal.Site: Int], on host: HostEntry
        ) -> Bool {
            guard search.goesOn else { return false }
            let rehearsal = search.rehearsal(scenario, on: host)
            let run = search.play(rehearsal, .bySite(sites)).run
            return search.hasSignature(run, Checker.check(run))
        }
        var friendly = host
        friendly.policy = HostPolicy(rules: host.policy.rules)
        friendly.picksAnyTask = false
        if fails(&self, [:], on: friendly) { return ([:], friendly) }
        for kind in ChoiceSite.Kind.allCases {
            let fewer = sites.filter { $0.key.kind != kind }
            if fewer.count < sites.count, fails(&self, fewer, on: host) { sites = fewer }
        }
        // Blocks of deviations, then single ones.
        var size = max(sites.count / 2, 1)
        while !sites.isEmpty {
            var isSmaller = false
            var rest = ordered(sites)[...]
            while !rest.isEmpty {
                let block = Set(rest.prefix(size))
                rest = rest.dropFirst(size)
                let fewer = sites.filter { !block.contains($0.key) }
                if fails(&self, fewer, on: host) {
                    sites = fewer
                    isSmaller = true
                }
            }
            if size == 1, !isSmaller { break }
            if size > 1 { size /= 2 }
        }
        for site in ordered(sites) {
            for answer in 1..<max(sites[site]!, 1) {
                var lower = sites
                lower[site] = answer
                if fails(&self, lower, on: host) {
                    sites = lower
                    break
                }
            }
        }
        for knob in Knob.all where knob.name != "rules" {
            let plain = knob.friendly(host)
            if plain != host, fails(&self, sites, on: plain) { host = plain }
        }
        return (sites, host)
    }

    /// Gives the deviations names; false where they do not make the same run fail.
    private mutating func name(
        _ sites: [Rehearsal.Site: Int], of scenario: Scenario, on host: HostEntry
    ) -> Bool {
        let rehearsal = rehearsal(scenario, on: host)
        var writer = ScheduleWriter(rehearsal)
        let schedule = sites.isEmpty ? [] : writer.write(play(rehearsal, .bySite(sites)))
        runs += writer.runs
        var candidate = best!
        // Its freedoms say what it is.
        candidate.hosts = [Draft.Host("", host.policy, picksAnyTask: host.picksAnyTask)]
        candidate.schedule = schedule
        best = nil
        if accept(candidate) { return true }
        asksReference = false
        return accept(candidate)
    }

    // MARK: The end

    private mutating func finish(
        _ found: Found, deviations: Int, of scenario: Scenario
    ) -> Shrinker.Result {
        var draft: Draft = best
        let old = Draft(scenario)
        var parts: [String] = []
        func part(_ what: String, _ before: Int, _ after: Int) {
            if before > after { parts.append("\(before) \(what) -> \(after)") }
        }
        part("deviations", deviations, draft.schedule.count)
        part("tasks", old.tasks.count, draft.tasks.count)
        part("resources", old.world.count, draft.world.count)
        part("steps", old.stepCount, draft.stepCount)
        draft.name = Self.name(of: signature, in: scenario)
        draft.found = found
        draft.found?.oracle = signature.check
        draft.found?.shrunk = parts.isEmpty ? nil : parts.joined(separator: ", ")
        let text = draft.text
        // What is shown is what the file says, played as a file.
        guard let written = try? Scenario.parse(path: "found.yaml", text: text)[0] else {
            return .refused("the document that was found cannot be read back")
        }
        let rehearsal = rehearsal(written, on: written.hosts[0])
        let readings = (0..<2).map { _ in
            var reader = ScheduleReader(rehearsal)
            defer { runs += reader.runs }
            return reader.read(written.schedule.map(\.value))
        }
        let played = readings.map(\.take.run)
        guard played[0].digest == played[1].digest else {
            return .refused(
                "the document that was found has two runs: the guest is not deterministic")
        }
        let failures = Checker.check(played[0])
        guard readings.allSatisfy(\.unused.isEmpty), hasSignature(played[0], failures) else {
            return .refused("the document that was found does not fail when it is replayed")
        }
        let schedule = written.schedule.map(\.value)
        let holds: Bool?
        if shrinker.reference != nil {
            asksReference = true
            holds = holdsOnReference(written, on: written.hosts[0], schedule)
        } else {
            holds = nil
        }
        let took = start.duration(to: .now)
        return .shrunk(
            .init(
                draft: draft, text: text, signature: signature,
                messages: failures.map(\.message), runs: runs,
                seconds: took / .seconds(1), holdsOnReference: holds))
    }

    private static func name(of signature: FailureSignature, in scenario: Scenario) -> String {
        let name =
            scenario.name.hasPrefix("found: ") ? scenario.name.dropFirst(7) : scenario.name[...]
        let origin = name.firstRange(of: ", in '").map { name[$0.upperBound...].dropLast() } ?? name
        let verb = signature.oracle == nil ? "does not hold" : "is violated"
        return "found: \(signature.check) \(verb), in '\(origin)'"
    }
}

extension Draft.Expectation {
    /// The lengths of the lists that claim an order: less of one is another claim.
    fileprivate var wholes: [Int] {
        [order.count, exact.count, polls?.count ?? 0].filter { $0 > 0 }
    }
}

extension Draft {
    /// How many steps its tasks have.
    var stepCount: Int { tasks.reduce(0) { $0 + $1.steps.count } }
}
