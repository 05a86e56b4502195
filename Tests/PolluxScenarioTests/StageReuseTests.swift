// A run in the memory of another one.

import PolluxNative
import ScenarioGuest
import Testing

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

    private static func play(_ set: Stage.Set, on stage: Stage) -> Outcome {
        let outcome = Guest.run(on: set.host, ending: .exitThread, stage.guest.entry)
        stage.finish(set, outcome)
        return outcome
    }

    @Test func `a run in the memory of another one has the log that it has in memory of its own`() {
        for stage in Self.stages() {
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

    @Test func `a stage that was played and reset is what a new one is`() {
        for stage in Self.stages() {
            let choices = SeededChoices(seed: 1)
            let set = stage.set(choices: choices, firstHandle: 3)
            _ = Self.play(set, on: stage)
            let reset = Self.parts(of: stage.set(choices: choices, firstHandle: 3, over: set))
            let new = Self.parts(of: stage.set(choices: choices, firstHandle: 3))
            #expect(reset.count == new.count)
            #expect(new.count > 80)
            for (part, expected) in new {
                #expect(reset[part] == expected, "\(part) of \(stage.scenario.name)")
            }
        }
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
        // A value that cannot be copied cannot be looked into.
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
        // What is inside of one cannot be looked into.
        case .struct where "\(type(of: value))".hasPrefix("InlineArray"): return "\(value)"
        default: return parts.isEmpty ? "\(value)" : "(" + parts.joined(separator: ", ") + ")"
        }
    }
}
