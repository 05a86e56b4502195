// A run in the memory of another one.

import PolluxNative
import ScenarioGuest
import Testing
import WASIp2

@testable import PolluxHost
@testable import PolluxScenario

/// What host, world, log and step door keep from one run must not show in the next.
struct StageReuseTests {
    private static let guests = [
        GuestProgram(name: "local", entry: LocalGuest.main),
        GuestProgram(name: "swift", entry: SwiftGuest.main),
    ]

    /// Every shipped scenario by each guest on its hosts, on one with every freedom, and on one that numbers
    /// handles and sources by itself.
    private static func stages() -> [Stage] {
        Scenario.shipped.flatMap { scenario in
            let names = scenario.guests?.map(\.value)
            return guests.filter { names?.contains($0.name) != false }.flatMap { guest in
                hosts(of: scenario).map { Stage(scenario, on: $0, for: guest) }
            }
        }
    }

    private static func hosts(of scenario: Scenario) -> [HostEntry] {
        var free = HostPolicy.any
        free.rules = scenario.hosts[0].policy.rules
        var numbered = free
        (numbered.order, numbered.handles) = (.byResource, .sparse)
        return scenario.hosts
            + [("free", free), ("numbered", numbered)].map { name, policy in
                HostEntry(name: name, policy: policy, picksAnyTask: true, place: scenario.place)
            }
    }

    /// A whole program, which reads, says what it read and breaks off in the middle of a line.
    private static func program() throws -> Stage {
        let text = """
            pollux: 1
            name: a program says what it reads
            world: {keys: {stdin: {a: one, b: two}}}
            program: {entry: Echo}
            events: [10ms: keys a, 30ms: keys b, 40ms: keys closed]
            hosts: [{name: free, reads: any, stdin: lazy-first-read}]
            """
        let scenario = try Scenario.parse(path: "f", text: text)[0]
        let echo = GuestProgram(name: "Echo") {
            let input = StandardStreams.input()
            let output = StandardStreams.output()
            do throws(StreamError) {
                while true {
                    try output.blockingWriteAndFlush(try input.blockingRead(100))
                    try output.blockingWriteAndFlush([0x0A, 0x3E])
                }
            } catch {}
        }
        return Stage(scenario, on: scenario.hosts[0], for: echo)
    }

    private static func play(_ set: Stage.Set, on stage: Stage) -> Outcome {
        let outcome = Guest.run(on: set.host, ending: .exitThread, stage.guest.entry)
        stage.finish(set, outcome)
        return outcome
    }

    @Test func `a run in the memory of another one has the log that it has in memory of its own`()
        throws
    {
        for stage in Self.stages() + [try Self.program()] {
            var used: Stage.Set?
            for seed in 0..<4 as Range<UInt64> {
                let new = stage.set(choices: SeededChoices(seed: seed), firstHandle: 3)
                let expected = (Self.play(new, on: stage), Self.log(of: new))
                // A guest that traps keeps its thread, and what that owns.
                let set = stage.set(
                    choices: SeededChoices(seed: seed), firstHandle: 3, over: used)
                let outcome = Self.play(set, on: stage)
                let place = "\(stage.scenario.name), \(stage.entry.name), seed \(seed)"
                #expect(outcome == expected.0, "\(place)")
                #expect(Self.log(of: set) == expected.1, "\(place)")
                used = set
            }
        }
    }

    private static func log(of set: Stage.Set) -> [String] {
        set.door.trace.events.map { set.door.trace.line($0) }
    }

    @Test func `a stage that was played and reset is what a new one is`() throws {
        for stage in Self.stages() + [try Self.program()] {
            let choices = SeededChoices(seed: 1)
            let set = stage.set(choices: choices, firstHandle: 3)
            _ = Self.play(set, on: stage)
            set.host.stop()
            let reset = Self.parts(of: stage.set(choices: choices, firstHandle: 3, over: set))
            let new = Self.parts(of: stage.set(choices: choices, firstHandle: 3))
            #expect(reset.count == new.count)
            #expect(new.count > 80)
            for (part, expected) in new {
                #expect(reset[part] == expected, "\(part) of \(stage.scenario.name)")
            }
        }
    }

    @Test func `FZ-39: handles of a run in the memory of another one begin elsewhere`() throws {
        let stage = try Self.program()
        let set = stage.set(choices: FriendlyChoices())
        let first = set.host.table.base
        _ = Self.play(set, on: stage)
        let again = stage.set(choices: FriendlyChoices(), over: set)
        #expect(again.host === set.host)
        #expect(again.host.table.base != first)
    }

    @Test func `a program that is let go of twice has ended once`() throws {
        let stage = try Self.program()
        let set = stage.set(choices: FriendlyChoices())
        let outcome = Self.play(set, on: stage)
        let ends = Self.log(of: set).suffix(2)
        stage.finish(set, outcome)
        #expect(Self.log(of: set).suffix(2) == ends)
    }

    @Test func `a remote stage plays a run in the memory of one that trapped`() throws {
        let text = """
            pollux: 1
            name: a sleeper
            program: {A: [sleep 5ms]}
            """
        let stage = try RemoteStage(text)
        func play(_ entry: @escaping @Sendable () -> Void) -> (Outcome, events: Int, WASIHost) {
            let request = RunRequest(
                answers: .inOrder([]), firstHandle: 3, livelockLimit: 1_000, wantsStates: false)
            let host = stage.host(of: request)
            let outcome = Guest.run(on: host, ending: .exitThread, entry)
            return (outcome, stage.finish(), host)
        }
        let first = play(LocalGuest.main)
        let trapped = play { _ = poll([]) }
        let last = play(LocalGuest.main)
        #expect(trapped.0 == .trapped(HostTrap(.emptyPoll, in: .poll)))
        #expect(last.2 === trapped.2)
        #expect(last.0 == .completed)
        #expect(last.events == first.events)
    }

    /// Every stored property in words, but for memory that is only written before it is read.
    private static func parts(of set: Stage.Set) -> [String: String] {
        let scratch = ["found", "unmet", "parkable", "wanted"]
        var parts: [String: String] = [:]
        for object in [set.host, set.door, set.door.driver, set.door.trace] as [AnyObject] {
            for child in Mirror(reflecting: object).children {
                guard let label = child.label, !scratch.contains(label) else { continue }
                parts["\(type(of: object)).\(label)"] = Self.words(child.value)
            }
        }
        // What a mirror does not show.
        parts["choices"] = words((0..<16).map { set.host.choiceCounts[$0] })
        parts["stopping"] = words(set.host.isStopping)
        parts["table"] = words(set.host.table.entries)
        parts["table.heads"] = words(set.host.table.heads)
        parts["table.deadlines"] = words(set.host.table.deadlines)
        parts["table.free"] = words(set.host.table.freePlaces)
        parts["table.numbers"] = words(set.host.table.numbers as Any)
        parts["table.range"] = "\(set.host.table.base) \(set.host.table.limit)"
        parts["table.next"] = "\(set.host.table.lastSerial)"
        return parts
    }

    /// A value with all that is in it; objects by their types alone.
    private static func words(_ value: Any) -> String {
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .class { return "\(type(of: value))" }
        let parts = mirror.children.map { ($0.label.map { $0 + ": " } ?? "") + words($0.value) }
        switch mirror.displayStyle {
        case .dictionary, .set: return "[" + parts.sorted().joined(separator: ", ") + "]"
        // A mirror does not show what is in one.
        case .struct where "\(type(of: value))".hasPrefix("InlineArray"): return "\(value)"
        default: return parts.isEmpty ? "\(value)" : "(" + parts.joined(separator: ", ") + ")"
        }
    }
}
