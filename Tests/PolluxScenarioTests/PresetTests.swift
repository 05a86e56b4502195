// Hosts by name, and what the shipped scenarios say on the freest of them.

import PolluxHost
import PolluxScenario
import ScenarioHTTPGuest
import Testing

struct PresetTests {
    private func hosts(_ text: String) throws -> [HostEntry] {
        let document = "pollux: 1\nname: n\nprogram: {A: []}\nhosts: \(text)\n"
        return try Scenario.parse(path: "f", text: document)[0].hosts
    }

    @Test func `every preset is a host by its name`() throws {
        for (name, policy) in HostPolicy.presets {
            let host = try #require(try hosts("[\(name)]").first)
            #expect(host.name == name)
            #expect(host.policy == policy)
        }
    }

    @Test func `a host is like another but for its knobs`() throws {
        let host = try hosts("[{name: x, like: wasmtime, order: any, timers: late 2ms}]")[0]
        var policy = HostPolicy.wasmtime
        policy.order = .any
        policy.timers = .late(2_000_000)
        #expect(host.name == "x")
        #expect(host.policy == policy)
    }

    @Test func `only the friendly host leaves nothing to a seed`() {
        let fixed = HostPolicy.presets.filter { !$0.policy.hasChoices }.map(\.name)
        #expect(fixed == ["friendly"])
    }

    /// Without `hosts` the one host stands where the document begins.
    static let hostless = Scenario.shipped.filter { $0.hosts[0].place == $0.place }

    @Test(arguments: hostless.indices)
    func `a shipped scenario that names no host holds on any`(_ index: Int) throws {
        var scenario = Self.hostless[index]
        var host = try hosts("[any]")[0]
        host.policy.rules = scenario.hosts[0].policy.rules
        scenario.hosts = [host]
        let guests = [
            GuestProgram(name: "local", entry: LocalHTTPGuest.main),
            GuestProgram(name: "swift", entry: SwiftHTTPGuest.main),
        ]
        let verdict = Replayer(guests: guests).replay(scenario)
        for host in verdict.hosts where !host.failures.isEmpty {
            let failures = host.failures.map(\.message)
            Issue.record(
                "\(scenario.name): guest \(host.guest), seed \(host.run.seed): \(failures)")
        }
    }
}
