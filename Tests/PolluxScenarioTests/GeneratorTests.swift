// Generated scenarios: they read, they are sound, and sound guests meet them.

import Foundation
import ScenarioHTTPGuest
import Testing

@testable import PolluxScenario

/// Guests that are sound, each written without the others in mind.
private let soundGuests = [
    GuestProgram.local, GuestProgram(name: "swift", entry: SwiftHTTPGuest.main), NaiveGuest.program,
]

struct GeneratorTests {
    private static let some = (0..<400).map { Genome(seed: UInt64($0)) }

    @Test func `every generated scenario reads as the draft that it is`() throws {
        for genome in Self.some {
            let text = Generator.draft(genome).text
            let scenario = try #require(try Scenario.parse(path: "g.yaml", text: text).first)
            let (draft, read) = (Generator.draft(genome), Draft(scenario))
            #expect(read.program == draft.program, "\(genome)")
            #expect(read.world == draft.world, "\(genome)")
            #expect(read.facts.count == draft.facts.count, "\(genome)")
        }
    }

    @Test func `a generated scenario has the layout that fmt gives`() throws {
        for genome in Self.some.prefix(100) {
            let text = Generator.draft(genome).text
            let bytes = try Formatter.format(path: "g.yaml", bytes: Array(text.utf8))
            #expect(String(decoding: bytes, as: UTF8.self) == text, "\(genome)")
        }
    }

    @Test func `the same genome gives the same scenario`() {
        for genome in Self.some.prefix(50) {
            #expect(Generator.draft(genome) == Generator.draft(genome))
        }
    }

    @Test func `another host leaves program and world as they are`() {
        for genome in Self.some.prefix(50) {
            let one = Generator.draft(genome)
            let other = Generator.draft(genome.redrawing(.host, from: 77))
            #expect(one.program == other.program)
            #expect(one.world == other.world)
            #expect(one.facts == other.facts)
        }
    }

    @Test func `every step that a guest can be asked for is asked for`() {
        var verbs: Set<String> = []
        for genome in Self.some {
            for task in Generator.draft(genome).tasks {
                for step in task.steps { verbs.insert(Self.verb(step)) }
            }
        }
        #expect(
            verbs.sorted() == [
                "accept", "cancel", "connect", "drop", "flush", "join", "listen", "lookup", "read",
                "readUntilClosed", "ready", "recv", "repeat", "say", "send", "shut", "sleep",
                "spawn", "subscribe", "waitAll", "waitAny", "work", "write", "yield",
            ])
    }

    private static func verb(_ step: Draft.Step) -> String {
        String("\(step)".prefix { $0 != "(" })
    }

    @Test func `every door that a world can have is there`() {
        var doors: Set<String> = []
        for genome in Self.some {
            for resource in Generator.draft(genome).world {
                doors.insert(String("\(resource.door)".prefix { $0 != "(" }))
            }
        }
        #expect(
            doors.sorted() == [
                "after", "at", "client", "input", "level", "listener", "name", "output", "stdin",
                "tcp", "udp",
            ])
    }

    @Test func `a guest without channels, streams and sockets is asked for none`() {
        let none = Generator.Abilities(
            channels: false, inputs: false, outputs: false, sockets: false, lookups: false)
        for genome in Self.some {
            for task in Generator.draft(genome, abilities: none).tasks {
                for step in task.steps {
                    switch step {
                    case .send, .recv, .read, .readUntilClosed, .write, .flush, .connect, .listen,
                        .accept, .shut, .lookup:
                        Issue.record("\(genome) has \(step)")
                    default: break
                    }
                }
            }
        }
    }

    @Test(arguments: soundGuests.map(\.name))
    func `sound guests meet generated scenarios, whatever a legal host does`(name: String) {
        let guests = soundGuests.filter { $0.name == name }
        Fuzzer(guests: guests, seed: 1, runs: 1_000).run { find in
            Issue.record("\(find.signature), run \(find.number)\n\(find.text(seed: 1))")
            return true
        }
    }

    /// `POLLUX_CALIBRATE_FUZZ=1000000 swift test -c release -Xswiftc -enable-testing --filter meet`
    @Test(.enabled(if: ProcessInfo.processInfo.environment["POLLUX_CALIBRATE_FUZZ"] != nil))
    func `sound guests meet generated scenarios in many runs, too`() throws {
        let environment = ProcessInfo.processInfo.environment
        let runs = try #require(environment["POLLUX_CALIBRATE_FUZZ"].flatMap { Int($0) })
        let seed = environment["POLLUX_CALIBRATE_SEED"].flatMap { UInt64($0) } ?? 2
        print("seed \(seed)")
        let end = Fuzzer(guests: soundGuests, seed: seed, runs: runs).run { find in
            Issue.record("\(find.signature), run \(find.number)\n\(find.text(seed: seed))")
            return true
        }
        print(end)
    }
}
