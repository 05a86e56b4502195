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
                "accept", "cancel", "connect", "drop", "fetch", "flush", "join", "listen", "lookup",
                "read", "readUntilClosed", "ready", "recv", "repeat", "say", "send", "shut",
                "sleep",
                "spawn", "subscribe", "trailers", "waitAll", "waitAny", "work", "write", "yield",
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
                "after", "at", "client", "http", "input", "level", "listener", "name", "output",
                "stdin",
                "tcp", "udp",
            ])
    }

    @Test func `every end that a request can have is there, and it is known which`() {
        var ends: Set<String> = []
        let requestsAlone = Generator.Abilities(
            channels: false, inputs: false, outputs: false, sockets: false, lookups: false)
        for genome in (0..<800).map({ Genome(seed: $0) }) {
            let draft = Generator.draft(genome, abilities: requestsAlone)
            let steps = draft.tasks.flatMap(\.steps)
            guard draft.world.contains(where: { $0.name.hasPrefix("api") }) else { continue }
            for claim in draft.expect[0].values {
                if claim.name.hasSuffix(".fields") || claim.name.hasSuffix(".trailers") {
                    ends.insert("request: \(Words.value(claim.value))")
                    continue
                }
                let step = steps.first { step in
                    switch step {
                    case .fetch(_, _, claim.name), .trailers(_, claim.name): true
                    case .readUntilClosed(let name, claim.name): name.hasPrefix("api")
                    default: claim.name.hasPrefix("api")
                    }
                }
                guard let step else { continue }
                switch (step, claim.value) {
                case (.fetch, .text(let head)): ends.insert(head.contains(" ") ? "head" : "status")
                case (.trailers, .text(let text)): ends.insert(text)
                case (.readUntilClosed, .bytes): ends.insert("body")
                case (.fetch, .failed(let code)): ends.insert("fetch: \(code)")
                case (.readUntilClosed, .failed(let code)): ends.insert("body: \(code)")
                case (_, .bytes(let sent)): ends.insert(sent.isEmpty ? "sent nothing" : "sent")
                default: break
                }
            }
        }
        #expect(
            ends.sorted() == [
                "body", "body: HTTP-protocol-error", "body: HTTP-response-timeout",
                "body: connection-read-timeout", "fetch: HTTP-protocol-error",
                "fetch: HTTP-response-timeout", "fetch: connection-read-timeout",
                "fetch: connection-refused", "fetch: connection-timeout", "head", "nothing",
                "request: 'nothing'", "request: 'x-from: me'", "request: 'x-from: me, x-from: b c'",
                "request: 'x-sum: 7'", "sent", "sent nothing", "status", "sum: 7",
            ])
    }

    @Test func `a request that a timeout may end or not is nobody's to read`() {
        for genome in Self.some {
            let draft = Generator.draft(genome)
            for task in draft.tasks {
                var unsure: Set<String> = []
                for step in task.steps {
                    switch step {
                    case .fetch(let name, let request, _):
                        let soon = [request.connect, request.firstByte].contains {
                            $0 ?? .max < 86_400_000_000_000
                        }
                        #expect(!unsure.contains(name), "\(genome)")
                        if soon, !isNever(name, in: draft) { unsure.insert(name) }
                    case .read(let name, _, _), .readUntilClosed(let name, _),
                        .trailers(let name, _), .drop(let name):
                        #expect(!unsure.contains(name), "\(genome)")
                    default: break
                    }
                }
            }
        }
    }

    /// Whether the server of this name never answers.
    private func isNever(_ name: String, in draft: Draft) -> Bool {
        guard case .http(let script, _) = draft.world.first(where: { $0.name == name })?.door else {
            return false
        }
        let facts = draft.facts.filter { $0.resource == name }.map(\.change)
        return script.delay == nil || facts == [.answers(.silent)]
    }

    @Test func `a guest without channels, streams, sockets and requests is asked for none`() {
        let none = Generator.Abilities(
            channels: false, inputs: false, outputs: false, sockets: false, lookups: false,
            requests: false)
        for genome in Self.some {
            for task in Generator.draft(genome, abilities: none).tasks {
                for step in task.steps {
                    switch step {
                    case .send, .recv, .read, .readUntilClosed, .write, .flush, .connect, .listen,
                        .accept, .shut, .lookup, .fetch, .trailers:
                        Issue.record("\(genome) has \(step)")
                    default: break
                    }
                }
            }
        }
    }

    // A runtime's joins need not end when their task is cancelled.
    @Test func `no generated task waits for the end of one that waits for it, cancelled or not`() {
        // Where little else is done, much is joined.
        let few = Generator.Abilities(
            inputs: false, outputs: false, sockets: false, lookups: false, requests: false)
        let parts = Genome.Part.all
        for number in 0..<6_000 {
            var genome = Genome(seed: UInt64(number))
            for edit in 0..<number % 3 {
                let part = parts[(number / 3 + edit) % parts.count]
                genome = genome.redrawing(part, from: UInt64(number + edit))
            }
            let draft = Generator.draft(genome, abilities: number % 4 == 0 ? .init() : few)
            #expect(!draft.hasCircleOfJoins, "\(genome)\n\(draft.text)")
        }
    }

    @Test(arguments: [
        ("{A: [sleep 1ms, cancel C and join], C: [join A]}", true),
        ("{A: [sleep 1ms, cancel C], C: [join A]}", false),
        ("{A: [cancel D and join], B: [join A], C: [join B], D: [yield, join C B]}", true),
        ("{A: [cancel D and join], B: [join A], C: [join B], D: [yield]}", false),
        ("{A: [join C, spawn B], B: [yield], C: [join B]}", true),
        ("{A: [spawn B, join C], B: [yield], C: [join B]}", false),
    ])
    func `a program whose tasks wait for each other is told from others`(
        program: String, isCircle: Bool
    ) throws {
        let text = "pollux: 1\nname: n\nprogram: \(program)\n"
        let draft = Draft(try Scenario.parse(path: "f", text: text)[0])
        #expect(draft.hasCircleOfJoins == isCircle)
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

extension Draft {
    /// Whether some step can only happen after itself, where a join ends with what it waits for alone.
    fileprivate var hasCircleOfJoins: Bool {
        /// A step by its places; behind the last one the task's end.
        struct Place: Hashable {
            var task: Int
            var step: Int
        }
        let places = Dictionary(uniqueKeysWithValues: zip(tasks.map(\.name), tasks.indices))
        func end(of name: String) -> Place {
            let task = places[name]!
            return Place(task: task, step: tasks[task].steps.count)
        }
        var spawns: [Int: Place] = [:]
        for task in tasks.indices {
            for step in tasks[task].steps.indices {
                for case .spawn(let name) in tasks[task].steps[step].all {
                    spawns[places[name]!] = Place(task: task, step: step)
                }
            }
        }
        func causes(of place: Place) -> [Place] {
            var causes: [Place] = []
            if place.step > 0 {
                causes.append(Place(task: place.task, step: place.step - 1))
            } else if let spawn = spawns[place.task] {
                causes.append(spawn)
            }
            guard place.step < tasks[place.task].steps.count else { return causes }
            for step in tasks[place.task].steps[place.step].all {
                switch step {
                case .join(let names): causes += names.map(end)
                case .cancel(let name, thenJoin: true): causes.append(end(of: name))
                default: break
                }
            }
            return causes
        }
        var open: Set<Place> = []
        var closed: Set<Place> = []
        func isInCircle(_ place: Place) -> Bool {
            if closed.contains(place) { return false }
            guard open.insert(place).inserted else { return true }
            if causes(of: place).contains(where: isInCircle) { return true }
            open.remove(place)
            closed.insert(place)
            return false
        }
        return tasks.map { end(of: $0.name) }.contains(where: isInCircle)
    }
}
