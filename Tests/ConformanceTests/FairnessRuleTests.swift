// POLL: a guest that never waits still sees its sources.

import PolluxHost
import PolluxNative
import Testing

struct FairnessRuleTests {
    /// A world whose sources become ready only by a turn for them, never by themselves.
    private func makeHost(
        sources: Int = 1, policy: HostPolicy = .friendly,
        choices: any ChoiceSource = FriendlyChoices()
    ) -> WASIHost {
        let driver = HandDriver(sources: sources)
        driver.onTurn = { driver, sources in
            for source in sources { driver.set(source, true) }
        }
        return WASIHost(driver: driver, policy: policy, choices: choices)
    }

    @Test func `POLL-19: beside an always-ready timer a source shows up within 16 polls`() throws {
        let host = makeHost()
        let list = [try host.subscribe(duration: 0), try host.subscribe(.first)]
        var polls = 1
        while try host.poll(list) != [0, 1] { polls += 1 }
        #expect(polls <= 17)
    }

    @Test(arguments: HostPolicy.Subset.allCases, [0, 1, 2, 5])
    func `POLL-19: it does so under every policy, later by the bound of fairness`(
        subset: HostPolicy.Subset, fair: Int
    ) throws {
        for seed in 0..<50 as Range<UInt64> {
            let host = makeHost(
                policy: HostPolicy(order: .any, subset: subset, fair: fair),
                choices: SeededChoices(seed: seed))
            let list = [try host.subscribe(duration: 0), try host.subscribe(.first)]
            var polls = 1
            while try !host.poll(list).contains(1) { polls += 1 }
            #expect(polls <= 17 + fair, "seed \(seed)")
        }
    }

    @Test func `POLL-19: the timer beside it keeps being reported, too`() throws {
        let host = makeHost(policy: HostPolicy(subset: .one, fair: 2))
        let list = [try host.subscribe(duration: 0), try host.subscribe(.first)]
        var last: [UInt32: Int] = [:]
        for poll in 1...200 {
            for position in try host.poll(list) { last[position] = poll }
        }
        #expect(last.values.allSatisfy { $0 >= 198 })
    }

    @Test(arguments: [0, 1, 8])
    func `POLL-20: ready of a zero timer says yes within 20 tries, other waits between`(
        lag: Int
    ) throws {
        let host = WASIHost.simulated(
            policy: HostPolicy(readyLag: lag), choices: ScriptedChoices([.readyLag: [lag]]))
        let tries = try complete(on: host) {
            let timer = Import.subscribe(after: 0)
            var tries = 1
            while !Import.ready(timer) {
                let other = Import.subscribe(after: 0)
                Import.block(other)
                Import.drop(pollable: other)
                tries += 1
            }
            return tries
        }
        #expect(tries == lag + 1)
    }

    @Test func `POLL-22: ready alone gives the world a turn at least every 16th call`() throws {
        let driver = HandDriver(sources: 1)
        let host = WASIHost(driver: driver)
        let source = try host.subscribe(.first)
        for call in 1...1_000 {
            _ = try host.ready(source)
            #expect(driver.turns >= call / 16)
        }
    }

    @Test func `POLL-22: calls of ready and poll count together`() throws {
        let driver = HandDriver(sources: 2)
        let host = WASIHost(driver: driver)
        let sources = [try host.subscribe(.first), try host.subscribe(.second)]
        let list = sources + [try host.subscribe(duration: 0)]
        for call in 1...999 {
            switch call % 3 {
            case 0: _ = try host.poll(list)
            default: _ = try host.ready(sources[call % 3 - 1])
            }
            #expect(driver.turns >= call / 16)
        }
    }

    @Test func `POLL-22: sources that are asked in any rhythm all show up within 16 calls`() throws
    {
        for seed in 0..<500 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let host = makeHost(sources: 3)
            let sources = try (0..<3).map { try host.subscribe(SourceID(index: $0)) }
            let period = Int.random(in: 1...32, using: &random)
            let rhythm = (0..<period).map { _ in Int.random(in: 0..<3, using: &random) }
            // For each source, how many calls have answered no since it was first asked.
            var noes: [Int?] = [nil, nil, nil]
            for call in 0..<200 {
                let asked = rhythm[call % period]
                if noes[asked] == nil { noes[asked] = 0 }
                if try host.ready(sources[asked]) { continue }
                #expect(noes[asked]! <= 16, "seed \(seed)")
                for place in 0..<3 { noes[place]? += 1 }
            }
        }
    }

    @Test func `POLL-19: two lists that are polled in turns both see their source`() throws {
        let host = makeHost(sources: 2)
        let zero = try host.subscribe(duration: 0)
        let lists = [
            [zero, try host.subscribe(.first)], [zero, try host.subscribe(.second)],
        ]
        for call in 0..<40 { _ = try host.poll(lists[call % 2]) }
        #expect(try host.poll(lists[0]) == [0, 1])
        #expect(try host.poll(lists[1]) == [0, 1])
    }

    @Test func `POLL-22: a guest that only asks ready gets on in simulated time`() throws {
        let host = WASIHost.simulated(sources: 1, facts: [.ready(.first, at: 5 * .millisecond)])
        let source = try host.subscribe(.first)
        let calls = try complete(on: host) {
            var calls = 1
            while !Import.ready(source) { calls += 1 }
            return calls
        }
        #expect(calls < 2_000)
    }

    @Test func `POLL-22: a guest that only asks ready of a timer gets on in simulated time`() throws
    {
        let calls = try complete(on: .simulated()) {
            let timer = Import.subscribe(after: 5 * .millisecond)
            var calls = 1
            while !Import.ready(timer) { calls += 1 }
            return calls
        }
        #expect(calls < 2_000)
    }

    @Test func `POLL-22: a guest that asks for ever what is never ready ends as livelocked`() {
        let host = WASIHost(driver: VirtualDriver(), livelockLimit: 10_000)
        let outcome = Guest.run(on: host) {
            let timer = Import.subscribe(after: .max)
            while !Import.ready(timer) {}
        }
        #expect(outcome == .livelocked(calls: 10_001))
    }
}
