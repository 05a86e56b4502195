// What the checker says of `eventually`, and the replayer of `sometimes`.

import PolluxScenario
import ScenarioHTTPGuest
import Testing

struct QuantifierTests {
    static let two = "program: {A: [sleep 10ms], B: [sleep 20ms, sleep 5ms]}"

    static let eventuals: [Claim] = [
        Claim("{eventually: [A.done, {B.done: 25ms}]}", of: two),
        Claim("{eventually: [{B.wake#2: 25ms, A.done: 10ms}]}", of: two),
        Claim(
            "{eventually: [{B.done: 24ms}]}",
            "4:24: eventually: 'B.done' happened after 24ms (at 25ms)", of: two),
        Claim("{eventually: [A.say]}", "4:23: eventually: 'A.say' never happened", of: two),
        Claim(
            "{eventually: [A.wake#2]}",
            "4:23: eventually: 'A.wake#2' happened once, not twice", of: two),
    ]

    @Test(arguments: eventuals) func `what is to come has to come by its deadline`(
        claim: Claim
    ) throws {
        #expect(try claim.hear() == [claim.said].compactMap(\.self))
    }

    // MARK: Sometimes

    /// What the replayer says of two tasks that race on a host whose executor is free.
    private func hear(_ expectation: String, hosts: String) throws -> Verdict {
        let text = """
            pollux: 1
            name: n
            program: {A: [yield, say a], B: [yield, say b]}
            hosts: \(hosts)
            expect: \(expectation)
            """
        let scenario = try Scenario.parse(path: "f", text: text)[0]
        let guest = GuestProgram(name: "local", entry: LocalHTTPGuest.main)
        return Replayer(guests: [guest]).replay(scenario)
    }

    @Test func `one run of all is enough`() throws {
        let verdict = try hear(
            "{sometimes: [A.done < B.done, B.done < A.done, A.say]}",
            hosts: "[friendly, {name: free, executor: any}]")
        #expect(verdict.status == .passed)
    }

    @Test func `what no run does fails the guest, with its place`() throws {
        let verdict = try hear("{sometimes: [B.done < A.done]}", hosts: "[friendly]")
        let guest = try #require(verdict.guests.first)
        #expect(guest.status == .failed)
        #expect(guest.hosts.flatMap(\.failures).isEmpty)
        #expect(
            guest.failures.map(\.message) == [
                "sometimes: 'B.done < A.done' did not hold in the one run"
            ])
        #expect(guest.failures.map(\.place) == [Place(line: 5, column: 22)])
    }

    @Test func `runs outside the block's scope do not count`() throws {
        let verdict = try hear(
            "[{for: {host: friendly}, sometimes: [B.done < A.done]}]",
            hosts: "[friendly, {name: free, executor: any}]")
        #expect(verdict.status == .failed)
    }

    @Test func `a run that fails says enough`() throws {
        let verdict = try hear("{never: [A.done], sometimes: [A.cancelled]}", hosts: "[friendly]")
        #expect(verdict.guests.first?.failures.isEmpty == true)
        #expect(verdict.status == .failed)
    }
}
