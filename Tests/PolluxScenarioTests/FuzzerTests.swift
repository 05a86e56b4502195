// The fuzzer: what it finds, and that it finds the same again.

import Mutants
import PolluxHost
import ScenarioGuest
import Testing
import WASIp2

@testable import PolluxScenario

/// What a search came to, as far as it must not depend on who did the work.
private struct Ending: Equatable {
    var runs: Int
    var scenarios: Int
    var features: Int
    var finds: [String]

    init(_ fuzzer: Fuzzer) {
        var finds: [String] = []
        let end = fuzzer.run { find in
            finds.append(
                "\(find.signature) #\(find.number) \(find.run.tape)\n\(find.text(seed: 0))")
            return true
        }
        (runs, scenarios, features) = (end.runs, end.scenarios, end.features)
        self.finds = finds
    }
}

struct FuzzerTests {
    @Test(arguments: ["R1", "R2", "R6", "R11", "R14", "R21", "R24", "R41", "X4"])
    func `a planted fault is found without a scenario that was written for it`(row: String) {
        var found: FuzzFind?
        Fuzzer(guests: [Self.mutant(row)], seed: 1, runs: 20_000).run {
            found = $0
            return false
        }
        #expect(found != nil)
    }

    private static func mutant(_ row: String) -> GuestProgram {
        Mutant.guests.first { $0.row == row }!.guest
    }

    @Test(arguments: [1, 2])
    func `what is played and found does not depend on the number of workers`(_ seed: UInt64) {
        let guests = [Self.mutant("R6"), GuestProgram.local]
        func ending(jobs: Int) -> Ending {
            Ending(Fuzzer(guests: guests, seed: seed, runs: 600, jobs: jobs))
        }
        let one = ending(jobs: 1)
        #expect(one.runs == 600)
        #expect(one.finds.count > 0)
        #expect(ending(jobs: 3) == one)
    }

    @Test func `another seed plays something else`() {
        func features(_ seed: UInt64) -> Int {
            Fuzzer(guests: [.local], seed: seed, runs: 300).run { _ in true }.features
        }
        #expect(Set((1...5).map(features)).count > 1)
    }

    @Test func `a find fails again as the document that it is written as`() throws {
        let guest = Self.mutant("R1")
        var found: FuzzFind?
        Fuzzer(guests: [guest], seed: 1, runs: 20_000).run {
            found = $0
            return false
        }
        let find = try #require(found)
        let scenario = try #require(
            try Scenario.parse(path: find.fileName, text: find.text(seed: 1)).first)
        let explorer = Explorer(guest: guest, by: .once)
        let again = try #require(
            explorer.replay(find.run.tape, of: scenario, on: scenario.hosts[0]))
        #expect(again.failures.map(\.message) == find.run.failures.map(\.message))
    }

    @Test func `a find becomes a small document that fails, and holds for a sound guest`() throws {
        let guest = Self.mutant("R1")
        var found: FuzzFind?
        Fuzzer(guests: [guest], seed: 1, runs: 20_000).run {
            found = $0
            return false
        }
        let find = try #require(found)
        let document = find.document(seed: 1, reference: .local)
        #expect(document.remark.hasPrefix("shrunk to "), "\(document.remark)")
        #expect(document.text.split(separator: "\n").count <= 25, "\(document.text)")
        let scenario = try #require(
            try Scenario.parse(path: find.fileName, text: document.text).first)
        let sound = GuestProgram(name: guest.name, entry: GuestProgram.local.entry)
        #expect(Replayer(guests: [guest]).replay(scenario).status == .failed)
        #expect(Replayer(guests: [sound]).replay(scenario).status == .passed)
    }

    @Test func `given scenarios are played with many choices`() throws {
        let text = """
            pollux: 1
            name: n
            program: {A: [yield, say a], B: [yield, say b], C: [yield, say c]}
            expect: {order: [A.done, B.done]}
            """
        let scenario = try #require(try Scenario.parse(path: "f", text: text).first)
        var host = scenario.hosts[0]
        #expect(Ending(Fuzzer(of: [(scenario, host, .local)], seed: 1, runs: 200)).finds == [])
        host.picksAnyTask = true
        let free = Ending(Fuzzer(of: [(scenario, host, .local)], seed: 1, runs: 200))
        #expect(free.finds.count == 1)
        #expect(free.scenarios == 0)
    }

    @Test func `a run that differs from the one that is recorded is no mistake`() throws {
        let text = """
            pollux: 1
            name: n
            world: {door: level}
            program: {A: [wait door], B: [wait door]}
            events: [2ms: door ready]
            golden:

            """
        func scenario(_ text: String) throws -> Scenario {
            try #require(try Scenario.parse(path: "f", text: text).first)
        }
        let replayer = Replayer(guests: [.local])
        var update = GoldenUpdate()
        _ = update.add(replayer.replay(try scenario(text)))
        let recorded = try scenario(
            String(decoding: try update.rewrite(path: "f", Array(text.utf8)), as: UTF8.self))
        #expect(replayer.replay(recorded).status == .passed)
        var host = recorded.hosts[0]
        host.picksAnyTask = true
        #expect(Ending(Fuzzer(of: [(recorded, host, .local)], seed: 1, runs: 200)).finds == [])
    }

    @Test func `a scenario that a guest cannot play ends the search`() throws {
        let text = "pollux: 1\nname: n\nprogram: {A: [send c]}"
        let scenario = try #require(try Scenario.parse(path: "f", text: text).first)
        let guest = GuestProgram(name: "mute") { Mute.main() }
        let end = Fuzzer(of: [(scenario, scenario.hosts[0], guest)], seed: 1).run { _ in true }
        #expect(end.runs > 0)
        #expect(end.finds == 0)
    }

    @Test func `a guest that lacks streams, channels, sockets and requests is fuzzed without them`()
    {
        let guest = GuestProgram(name: "mute") { Mute.main() }
        #expect(
            Generator.Abilities(of: guest)
                == Generator.Abilities(
                    channels: false, inputs: false, outputs: false, sockets: false, lookups: false,
                    requests: false))
        #expect(Generator.Abilities(of: .local) == Generator.Abilities())
        #expect(Generator.Abilities(of: .swift) == Generator.Abilities())
    }

    @Test func `a run that was seen shows nothing new`() throws {
        let scenario = Generator.draft(Genome(seed: 1)).generated
        let explorer = Explorer(guest: .local, by: .once)
        let find = try #require(explorer.replay(Tape(), of: scenario, on: scenario.hosts[0]))
        var map = FeatureMap()
        let first = RunFeatures(find.run, tape: find.tape, notIn: map).new
        #expect(first.count > 10)
        for feature in first { _ = map.insert(feature) }
        #expect(RunFeatures(find.run, tape: find.tape, notIn: map).new == [])
    }

    @Test func `whatever happens at a source is told from all else that may follow`() throws {
        let scenario = Generator.draft(Genome(seed: 1)).generated
        func run() throws -> Run {
            try #require(
                Explorer(guest: .local, by: .once)
                    .replay(Tape(), of: scenario, on: scenario.hosts[0])
            ).run
        }
        var known = FeatureMap()
        for feature in RunFeatures(try run(), tape: Tape(), notIn: known).new {
            _ = known.insert(feature)
        }
        let source = SourceID(index: 0)
        let changes: [VirtualDriver.Change] = [
            .chunk([1]), .emptyReady, .permit(1), .flushed, .close, .fail(ByteFailure("reset")),
            .answers(.silent), .calls, .responds(HTTPResponseHead(status: 200)),
        ]
        var events: [TraceEvent.What] = changes.map { .bytes(source, $0, origin: nil) }
        let instant = MonotonicInstant(nanoseconds: 0)
        events += [
            .subscribe(1), .unsubscribe(1), .asked(1, true), .asked(1, false), .clockRead(instant),
            .open(1), .poll([], isCheck: true), .poll([], isCheck: false),
            .level(source, isReady: true, origin: nil), .level(source, isReady: false, origin: nil),
            .due(1), .clock(to: instant, .work), .clock(to: instant, .wait),
            .clock(to: instant, .patience), .end("once more"),
        ]
        var shown: [[UInt16]: TraceEvent.What] = [:]
        for event in events {
            let run = try run()
            run.trace.record(event, at: run.trace.events.last!.time)
            let new = RunFeatures(run, tape: Tape(), notIn: known).new
            #expect(!new.isEmpty, "\(event)")
            let other = shown.updateValue(event, forKey: new)
            #expect(other == nil, "\(event)")
        }
    }

    @Test func `a find is called by its guest and by what objects`() throws {
        var found: FuzzFind?
        Fuzzer(guests: [Self.mutant("R21")], seed: 1, runs: 20_000).run {
            found = $0
            return false
        }
        #expect(found?.signature == "mutant-R21: no-empty-poll")
        #expect(found?.fileName == "mutant-r21-no-empty-poll.yaml")
    }
}

/// A runtime whose adapter lacks all that an adapter may lack, and which can do nothing else either.
final class Mute: StepRuntime {
    typealias Wait = () -> StepOutcome

    static func main() {
        let runtime = Mute()
        runtime.spawn(StepTask(entryOf: runtime))
    }

    func adopt(_ pollable: consuming Pollable) -> Int { 0 }
    func any(of sources: [Int]) -> Wait { { .index(0) } }
    func all(of sources: [Int]) -> Wait { { .none } }
    func sleep(for duration: Nanoseconds) -> Wait { { .none } }
    func yield() -> Wait { { .none } }
    func spawn(_ task: StepTask<Mute>) {
        var outcome = StepOutcome.none
        while let wait = task.next(after: outcome) { outcome = wait() }
    }
    func join(_ job: Void) -> Wait { { .none } }
    func cancel(_ job: Void) {}
}
