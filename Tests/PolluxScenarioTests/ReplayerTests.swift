// Many runs of one document: hosts, seeds, repeats and one digest.

import CWASIp2
import PolluxScenario
import Synchronization
import Testing

struct ReplayerTests {
    /// Holds for about one seed in two.
    private static let chancy = """
        pollux: 1
        name: n
        program: {A: [yield, say a], B: [yield, say b]}
        hosts: [{name: free, executor: any}]
        expect: {order: [A.done, B.done]}
        """

    /// The same, but it holds for every seed.
    private static let harmless = chancy.replacing(
        "order: [A.done, B.done]", with: "never: [trap]")

    private static func scenario(_ text: String) throws -> Scenario {
        try #require(try Scenario.parse(path: "f", text: text).first)
    }

    private static func verdict(
        _ text: String, on guest: GuestProgram = .local, seed: UInt64 = 1, runs: Int = 20,
        repeats: Int = 1
    ) throws -> Verdict {
        try Replayer(guests: [guest], seed: seed, runs: runs, repeats: repeats)
            .replay(scenario(text))
    }

    // MARK: Seeds

    @Test func `a host without choices is run once`() throws {
        let verdict = try Self.verdict("pollux: 1\nname: n\nprogram: {A: []}\n", runs: 20)
        #expect(verdict.hosts.map(\.runs) == [1])
    }

    @Test func `a host with choices is run for every seed, counting up`() throws {
        let verdict = try Self.verdict(Self.harmless, seed: 5, runs: 4)
        #expect(verdict.hosts.map(\.runs) == [4])
        #expect(verdict.hosts.map(\.run.seed) == [5])
    }

    @Test func `the first seed that fails is told, and none after it is run`() throws {
        let host = try #require(try Self.verdict(Self.chancy, runs: 100).hosts.first)
        let scenario = try Self.scenario(Self.chancy)
        let failing = (1...100 as ClosedRange<UInt64>).first { seed in
            let run = Player(guest: .local).run(scenario, on: scenario.hosts[0], seed: seed)
            return !Checker.check(run).isEmpty
        }
        #expect(host.run.seed == failing)
        #expect(UInt64(host.runs) == failing)
    }

    @Test func `the seed that failed fails alone, in the same way`() throws {
        let first = try #require(try Self.verdict(Self.chancy, runs: 100).hosts.first)
        let again = try #require(
            try Self.verdict(Self.chancy, seed: first.run.seed, runs: 1).hosts.first)
        #expect(again.run.digest == first.run.digest)
        #expect(again.failures == first.failures)
        #expect(again.failures.isEmpty == false)
    }

    @Test func `seeds count up past the last one to 0`() throws {
        #expect(try Self.verdict(Self.harmless, seed: .max, runs: 3).status == .passed)
    }

    // MARK: Hosts

    @Test func `one host that fails makes the document fail`() throws {
        let text = """
            pollux: 1
            name: n
            world: {p: level}
            program: {A: [subscribe p as a, poll a a as r, drop a]}
            events: [1ms: p ready]
            hosts: [friendly, {name: coalescing, duplicates: first}]
            expect: {value: {r: [a, a]}}
            """
        let verdict = try Self.verdict(text)
        #expect(verdict.status == .failed)
        #expect(verdict.hosts.map(\.failures.count) == [0, 1])
    }

    @Test func `a document that holds on every host passes`() throws {
        let verdict = try Self.verdict(
            "pollux: 1\nname: n\nprogram: {A: []}\nhosts: [friendly, {name: mixed, order: any}]\n")
        #expect(verdict.status == .passed)
        #expect(verdict.hosts.map(\.host.name) == ["friendly", "mixed"])
    }

    // MARK: Repeats

    private static let quiet = "pollux: 1\nname: n\nprogram: {A: [sleep 1ms]}\n"
    private static let calls = Atomic<Int>(0)

    @Test func `a repeat that gives another log fails and says where they part`() throws {
        let guest = GuestProgram(name: "counting") {
            // A static that outlives the run, as real guests have them.
            if Self.calls.add(1, ordering: .relaxed).newValue > 2 {
                _ = __wasm_import_wasi_clocks_monotonic_clock_now()
            }
            GuestProgram.local.entry()
        }
        let verdict = try Self.verdict(Self.quiet, on: guest, repeats: 4)
        #expect(verdict.status == .failed)
        #expect(
            verdict.hosts[0].failures.map(\.message) == [
                "repeat 3 gave another run: first '      0ms  #0    A starts', then "
                    + "'      0ms  #0    now -> 0ms'; the guest is not deterministic"
            ])
    }

    @Test func `repeats of a deterministic guest pass`() throws {
        #expect(try Self.verdict(Self.quiet, repeats: 5).status == .passed)
        #expect(try Self.verdict(Self.harmless, repeats: 3).status == .passed)
    }

    // MARK: Digests

    @Test func `the same document gives the same digest`() throws {
        let digests = try (0..<3).map { _ in try Self.verdict(Self.harmless).hosts[0].digest }
        #expect(Set(digests).count == 1)
        #expect(digests[0].count == 16)
    }

    @Test func `other seeds give another digest`() throws {
        #expect(
            try Self.verdict(Self.harmless, seed: 1).hosts[0].digest
                != Self.verdict(Self.harmless, seed: 1000).hosts[0].digest)
    }

    @Test func `the digest does not change with repeats`() throws {
        #expect(
            try Self.verdict(Self.quiet, repeats: 1).hosts[0].digest
                == Self.verdict(Self.quiet, repeats: 3).hosts[0].digest)
    }
}
