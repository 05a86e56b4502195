// Whole programs in place of steps.

import Synchronization
import Testing
import WASIp2

@testable import PolluxScenario

/// Says each chunk of its input as a line, and its process's arguments and variables before.
private let echo = ProgramEntry(name: "Echo") {
    func say(_ text: String) {
        do throws(StreamError) {
            let output = StandardStreams.output()
            try output.blockingWriteAndFlush(Array((text + "\n").utf8))
        } catch {
            preconditionFailure("nobody closes the output")
        }
    }
    for argument in Environment.arguments().dropFirst() { say(argument) }
    for variable in Environment.variables() { say("\(variable.name) is \(variable.value)") }
    let input = StandardStreams.input()
    while true {
        do throws(StreamError) {
            say(String(decoding: try input.blockingRead(100), as: UTF8.self))
        } catch {
            break
        }
    }
    MonotonicClock.subscribe(after: Nanoseconds(5_000_000)).block()
}

struct ProgramEntryTests {
    private let replayer = Replayer(guests: [], entries: [echo])

    private func play(_ text: String) throws -> Verdict {
        replayer.replay(try Scenario.parse(path: "f", text: text)[0])
    }

    private func failures(_ text: String) throws -> [String] {
        try play(text).hosts.flatMap { $0.failures.map(\.message) }
    }

    @Test func `its lines on standard output are what it says, when it says them`() throws {
        let failures = try failures(
            """
            pollux: 1
            name: an echo says what it hears
            world: {keys: {stdin: {a: one, b: two}}}
            program: {entry: Echo}
            events: [10ms: keys a, 30ms: keys b, 40ms: keys closed]
            hosts: [friendly, any]
            expect:
              order: [keys.ready, Echo.say, Echo.done]
              eventually: [{Echo.done: 45ms}]
              relations: [Echo.say within 0ms of keys.ready]
            """)
        #expect(failures == [])
    }

    @Test func `a program that never ends is ended before its log takes all memory`() throws {
        let scenario = try Scenario.parse(
            path: "f", text: "pollux: 1\nname: a clock ticks\nprogram: {entry: Ticker}")[0]
        let ticker = GuestProgram(name: "Ticker") {
            while true { MonotonicClock.subscribe(after: Nanoseconds(1_000_000)).block() }
        }
        var stage = Stage(scenario, on: scenario.hosts[0], for: ticker)
        stage.livelockLimit = 100
        let run = Player(guest: ticker).run(on: stage, seed: 0)
        guard case .trapped(let trap, _) = run.outcome else {
            Issue.record("\(run.outcome)")
            return
        }
        #expect(trap.kind == .endless(calls: 4_001), "40 times as many")
        #expect(run.trace.count < 20_000)
    }

    @Test func `explored, a program is judged once for each log that it leaves`() throws {
        let scenario = try Scenario.parse(
            path: "f",
            text: """
                pollux: 1
                name: an echo hears two bytes in one piece or in two
                world: {keys: {stdin: {a: ab}}}
                program: {entry: Echo}
                events: [10ms: keys a, 30ms: keys closed]
                hosts: [{name: short, reads: any}]
                """)[0]
        let judged = Mutex<[Int]>([])
        var explorer = Explorer(
            guest: GuestProgram(name: echo.name, entry: echo.body), by: .random, budget: 40)
        explorer.onHolding = { run in
            let lines = run.trace.events.count {
                if case .task(_, .say) = $0.what { true } else { false }
            }
            judged.withLock { $0.append(lines) }
        }
        let exploration = explorer.explore(scenario, on: scenario.hosts[0])
        #expect(exploration.runs == 40)
        #expect(exploration.find == nil)
        #expect(judged.withLock { $0.sorted() } == [1, 2])
    }

    @Test func `a program may wait for its own output, which is no resource of the scenario's`()
        throws
    {
        let patient = ProgramEntry(name: "Patient") {
            let output = StandardStreams.output()
            for _ in 0..<2 {
                let room = output.subscribe()
                room.block()
            }
            do throws(StreamError) {
                try output.blockingWriteAndFlush(Array("there is room\n".utf8))
            } catch {
                preconditionFailure("nobody closes the output")
            }
        }
        let text = """
            pollux: 1
            name: n
            world: {keys: {stdin: {a: one}, optional: true}}
            program: {entry: Patient}
            timeline: |
              ms    0
              keys  a
            hosts: [friendly, any]
            expect: {count: {Patient.say: 1}}
            """
        let scenario = try Scenario.parse(path: "f", text: text)[0]
        let verdict = Replayer(guests: [], entries: [patient]).replay(scenario)
        #expect(verdict.hosts.flatMap { $0.failures.map(\.message) } == [])
        #expect(Picture(verdict.hosts[0].run).rows(markedAt: nil).isEmpty == false)
    }

    @Test func `arguments and variables come as a process gets them`() throws {
        let scenario = try Scenario.parse(
            path: "f",
            text: """
                pollux: 1
                name: n
                program: {entry: Echo, args: {port: 80, peer: [a, b]}, env: {LOG: debug}}
                """)[0]
        #expect(scenario.entry?.arguments == ["--port=80", "--peer=a", "--peer=b"])
        let verdict = replayer.replay(scenario)
        let run = try #require(verdict.hosts.first?.run)
        let said = run.log.filter { $0.contains("say") }.joined(separator: "\n")
        for text in ["--port=80", "--peer=a", "--peer=b", "LOG is debug"] {
            #expect(said.contains(text))
        }
        #expect(verdict.status == .passed)
    }

    @Test func `a list of arguments stands as it is`() throws {
        let scenario = try Scenario.parse(
            path: "f",
            text: "pollux: 1\nname: n\nprogram: {entry: Echo, args: [-v, 'a b']}\n")[0]
        #expect(scenario.entry?.arguments == ["-v", "a b"])
    }

    @Test func `a program that waits for ever is a deadlock of its name`() throws {
        let failures = try failures(
            """
            pollux: 1
            name: n
            world: {keys: {stdin: {}}}
            program: {entry: Echo}
            expect: {outcome: {deadlock: {Echo: keys}, at: 0ms}}
            """)
        #expect(failures == [])
    }

    @Test func `the same seed gives the same run`() throws {
        let scenario = try Scenario.parse(
            path: "f",
            text: "pollux: 1\nname: n\nprogram: {entry: Echo}\nhosts: [any]\n")[0]
        let verdict = Replayer(guests: [], entries: [echo], repeats: 3).replay(scenario)
        #expect(verdict.status == .passed)
    }

    @Test func `a program that nobody registered is objected to where it is named`() throws {
        let scenario = try Scenario.parse(
            path: "f", text: "pollux: 1\nname: n\nprogram: {entry: Ecko}\n")[0]
        let objection = try #require(replayer.objection(to: scenario))
        #expect(
            objection.rendered.hasPrefix(
                "f:3:18: error: there is no program 'Ecko'; did you mean 'Echo'?\n"))
        #expect(replayer.replay(scenario).status == .skipped)
    }

    static let malformed: [Malformed] = [
        Malformed(
            "a level, which WASI has no door for",
            "pollux: 1\nname: n\nworld: {d: level}\nprogram: {entry: Echo}\n",
            "f:3:9: error: a program by 'entry' meets the world by doors of WASI's; 'd' has none, "
                + "'stdin' is one"),
        Malformed(
            "guests beside a program",
            "pollux: 1\nname: n\nprogram: {entry: Echo}\nguests: [local]\n",
            "f:4:1: error: a program by 'entry' is no runtime's task; leave 'guests' out"),
        Malformed(
            "steps beside a program", "pollux: 1\nname: n\nprogram: {entry: Echo, A: [yield]}\n",
            "f:3:24: error: unknown key 'A'; the keys are entry, args and env"),
        Malformed(
            "a program's name of two words", "pollux: 1\nname: n\nprogram: {entry: my echo}\n",
            "f:3:18: error: 'my echo' is not a name; one is a letter or '_', then letters, "
                + "digits, '_', '-'"),
        Malformed(
            "arguments that are a text",
            "pollux: 1\nname: n\nprogram: {entry: Echo, args: fast}\n",
            "f:3:30: error: 'args' must be a map, not a text"),
        Malformed(
            "a variable with an equals sign",
            "pollux: 1\nname: n\nprogram: {entry: Echo, env: {A=B: c}}\n",
            "f:3:30: error: a variable's name has no '='"),
    ]

    @Test(arguments: malformed) func `a wrong program is refused where it is wrong`(
        _ malformed: Malformed
    ) {
        #expect(malformed.firstLine() == malformed.said)
    }
}
