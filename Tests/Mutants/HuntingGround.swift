// Where mutants are looked for: the shipped scenarios, on their own hosts and on the freest of all.

import Foundation
import PolluxHost
import PolluxScenario

/// The places at which a mutant is looked for.
package enum HuntingGround {
    /// Every document below `Scenarios`, by path.
    package static let scenarios: [Scenario] = {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Scenarios").standardized.resolvingSymlinksInPath()
        let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String }
        let documents = (names ?? []).filter { $0.hasSuffix(".yaml") }.sorted().flatMap { name in
            let bytes = FileManager.default.contents(atPath: root.appending(path: name).path)
            return (try? Scenario.parse(path: name, bytes: Array(bytes ?? Data()))) ?? []
        }
        // One that names its guests, or a program of its own, is about these.
        return documents.filter { $0.guests == nil && $0.entry == nil }
    }()

    /// Each scenario on its own hosts, with all that it expects; and on hosts that use every freedom,
    /// under an executor that is first in, first out, and one that runs any task, with its outcome
    /// and every oracle.
    package static let everywhere = scenarios.flatMap { scenario in
        scenario.hosts.map { Hunt.Place(scenario, on: $0) } + anywhere(scenario)
    }

    /// Each scenario on the friendly host alone: with all that it expects where it names that host,
    /// and every oracle.
    package static let friendly = scenarios.compactMap { scenario -> Hunt.Place? in
        let own = scenario.hosts.first { $0.policy == .friendly && !$0.picksAnyTask }
        guard let host = own else {
            return judgedByOracles(scenario).map { place($0, "friendly", .friendly) }
        }
        var scenario = scenario
        for index in scenario.expectations.indices { judgeByMore(&scenario.expectations[index]) }
        return Hunt.Place(scenario, on: host)
    }

    /// For a guest that lists a pollable once for each waiter: where its sound form has no fault.
    package static let copies = withoutFault(everywhere)
    /// The same on the friendly host.
    package static let friendlyCopies = withoutFault(friendly)

    private static func withoutFault(_ places: [Hunt.Place]) -> [Hunt.Place] {
        let sound = Mutant(.wantsEveryCopy).sound
        return places.filter { Hunt(sound, in: [$0]).run(seed: 1, budget: 8).find == nil }
    }

    private static func anywhere(_ scenario: Scenario) -> [Hunt.Place] {
        guard let scenario = judgedByOracles(scenario) else { return [] }
        var free = place(scenario, "any", .any)
        free.isInFirstRound = false
        var freest = free
        freest.host.name = "any, executor any"
        freest.host.picksAnyTask = true
        return [free, freest]
    }

    private static func place(
        _ scenario: Scenario, _ name: String, _ policy: HostPolicy
    ) -> Hunt.Place {
        var host = scenario.hosts[0]
        host.name = name
        let rules = host.policy.rules
        host.policy = policy
        host.policy.rules = rules
        host.picksAnyTask = false
        return Hunt.Place(scenario, on: host)
    }

    /// The scenario without what need not hold on every host: its outcome stays, and every oracle that
    /// it does not except judges. None where its outcome depends on the host.
    private static func judgedByOracles(_ scenario: Scenario) -> Scenario? {
        let blocks = scenario.expectations.filter { $0.scope.guests == nil }
        guard !blocks.contains(where: { $0.scope.hosts != nil && $0.outcome != nil }) else {
            return nil
        }
        guard var block = blocks.first ?? scenario.expectations.first else { return nil }
        block.scope = .everywhere
        block.outcome = blocks.lazy.compactMap(\.outcome).first
        if case .deadlock(let claims, _)? = block.outcome?.value {
            block.outcome?.value = .deadlock(claims, at: nil)
        }
        block.order = []
        block.exact = []
        block.relations = []
        block.counts = []
        block.polls = nil
        block.never = []
        block.eventually = []
        block.sometimes = []
        block.values = []
        block.invariants = blocks.lazy.compactMap(\.invariants).first
        judgeByMore(&block)
        // Some oracles do not judge some guests.
        let narrowed = scenario.expectations.compactMap { narrow -> Expectation? in
            guard narrow.scope.guests != nil, narrow.invariants != nil else { return nil }
            var copy = block
            copy.scope = narrow.scope
            copy.scope.hosts = nil
            copy.outcome = nil
            copy.invariants = narrow.invariants
            return copy
        }
        var scenario = scenario
        scenario.expectations = [block] + narrowed
        scenario.timeline = nil
        scenario.golden = nil
        for index in scenario.resources.indices { scenario.resources[index].isOptional = true }
        return scenario
    }

    /// The oracles that a scenario has to ask for, too: the mutants' sound form satisfies them.
    private static func judgeByMore(_ block: inout Expectation) {
        let more: [OracleName] = [.fifoService, .pollEconomy]
        switch block.invariants?.value {
        case nil, .usual: block.invariants = .init(.change(except: [], and: more), at: block.place)
        case .change(let less, let and):
            let rest = more.filter { !less.contains($0) }
            block.invariants?.value = .change(except: less, and: and + rest)
        case .only: break
        }
    }
}
