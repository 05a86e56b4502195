// POLL: which of the ready pollables a poll reports, and in which order. Both are the host's
// choice; here every choice is made.

import PolluxHost
import Testing

struct PollResultRuleTests {
    /// Every result that a host of this policy can give to one poll of a list of sources, all of
    /// them ready; the list names each by a letter, subscribed in the order of the alphabet.
    private func results(of list: String, _ policy: HostPolicy) throws -> Set<[UInt32]> {
        var results: Set<[UInt32]> = []
        let answers = EveryAnswer()
        while answers.next() {
            results.insert(try result(of: list, policy, answers))
        }
        return results
    }

    private func result(
        of list: String, _ policy: HostPolicy = .friendly,
        _ choices: any ChoiceSource = FriendlyChoices()
    ) throws -> [UInt32] {
        let driver = HandDriver(sources: 1)
        driver.set(.first, true)
        let host = WASIHost(driver: driver, policy: policy, choices: choices)
        var handles: [Character: Int32] = [:]
        for letter in Set(list).sorted() { handles[letter] = try host.subscribe(.first) }
        return try host.poll(list.map { handles[$0]! })
    }

    // MARK: Order

    @Test func `POLL-08: every order of the result can occur`() throws {
        #expect(try results(of: "abc", HostPolicy(order: .any)).count == 6)
        #expect(try results(of: "abcd", HostPolicy(order: .any)).count == 24)
    }

    @Test func `POLL-08: the friendly order is by age, copies by position`() throws {
        #expect(try result(of: "cab") == [1, 2, 0])
        #expect(try result(of: "bab") == [1, 0, 2])
    }

    @Test func `POLL-06: the order by source that an engine gives is among the orders`() throws {
        // A, B, A' with A and A' on one source: B's source first, then both of the other.
        #expect(try results(of: "aba", HostPolicy(order: .any)).contains([1, 0, 2]))
    }

    @Test func `POLL-07: ascending positions are a policy of their own`() throws {
        let policy = HostPolicy(order: .ascending)
        #expect(try results(of: "dbcab", policy) == [[0, 1, 2, 3, 4]])
    }

    @Test(arguments: 0..<4 as Range<UInt32>)
    func `POLL-07: the winner of a race first, then the others ascending, is among the orders`(
        winner: UInt32
    ) throws {
        let order = [winner] + (0..<4).filter { $0 != winner }
        #expect(try results(of: "abcd", HostPolicy(order: .any)).contains(order))
    }

    @Test func `POLL-11: under ascending order a timer behind its data never comes first`() throws {
        // The timer is the older one, so that age would put it first.
        let driver = HandDriver(sources: 1)
        driver.set(.first, true)
        let host = WASIHost(driver: driver, policy: HostPolicy(order: .ascending))
        let timer = try host.subscribe(duration: 0)
        let data = try host.subscribe(.first)
        #expect(try host.poll([data, timer]) == [0, 1])
    }

    // MARK: Subsets

    @Test func `POLL-09: every subset but the empty one can occur`() throws {
        let results = try results(of: "abc", HostPolicy(order: .ascending, subset: .any))
        #expect(results == [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]])
    }

    @Test func `POLL-09: under subset one every single ready pollable can be the one`() throws {
        #expect(try results(of: "abc", HostPolicy(subset: .one)) == [[0], [1], [2]])
    }

    @Test func `POLL-09: the friendly host reports all that is ready`() throws {
        #expect(try results(of: "abcde", .friendly) == [[0, 1, 2, 3, 4]])
    }

    @Test func `POLL-09: of a handle's copies all, some or one can be reported`() throws {
        let results = try results(of: "aba", HostPolicy(order: .ascending, duplicates: .any))
        #expect(results == [[0, 1], [1, 2], [0, 1, 2]])
    }

    @Test func `POLL-09: under duplicates first only the first copy is reported`() throws {
        let policy = HostPolicy(order: .ascending, duplicates: .first)
        #expect(try results(of: "babba", policy) == [[0, 1]])
    }

    @Test func `POLL-10: a fresh zero timer may be left out beside a ready source`() throws {
        let driver = HandDriver(sources: 1)
        driver.set(.first, true)
        let host = WASIHost(
            driver: driver, policy: HostPolicy(subset: .any),
            choices: ScriptedChoices([.pollSubset: [0, 1]]))
        let source = try host.subscribe(.first)
        let timer = try host.subscribe(duration: 0)
        #expect(try host.poll([timer, source]) == [1])
    }

    // MARK: ready

    @Test func `POLL-21: ready may say no once to a fresh zero timer, as an engine does`() throws {
        let host = WASIHost(
            driver: HandDriver(), policy: HostPolicy(readyLag: 1),
            choices: ScriptedChoices([.readyLag: [1]]))
        let timer = try host.subscribe(duration: 0)
        let answers = try (0..<4).map { _ in try host.ready(timer) }
        #expect(answers == [false, true, true, true])
    }

    @Test func `POLL-21: the friendly host says yes to a fresh zero timer at once`() throws {
        let host = WASIHost(driver: HandDriver())
        let timer = try host.subscribe(duration: 0)
        #expect(try host.ready(timer))
    }
}
