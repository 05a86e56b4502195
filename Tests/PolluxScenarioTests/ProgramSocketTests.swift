// Whole programs with sockets on a host that makes use of its freedoms: the knobs and the schedule.

import PolluxHost
import Testing
import WASIAsyncRuntime
import WASIp2

@testable import PolluxScenario

/// Connects to itself, says `hello` to a parrot, and writes a line for each piece that comes back.
private let parrot = ProgramEntry(name: "Parrot") {
    do {
        try blockOn {
            let listener = try await TCPListener.bind(to: SocketAddress(.loopback, port: 0))
            let address = try listener.localAddress()
            let server = Task {
                let stream = try await listener.accept()
                _ = try await stream.copy(from: stream.input)
                try stream.shutDown(.send)
            }
            let stream = try await TCPStream.connect(to: address)
            try await stream.output.write("hello")
            try stream.shutDown(.send)
            let output = AsyncOutputStream.standardOutput()
            while let piece = try await stream.input.read() {
                try await output.write(String(decoding: piece, as: UTF8.self) + "\n")
            }
            try await server.value
        }
    } catch {
        preconditionFailure("\(error)")
    }
}

struct ProgramSocketTests {
    private let guest = GuestProgram(name: parrot.name, entry: parrot.body)

    private func scenario(
        hosts: String, schedule: [String] = [], expect: String = "count: {Parrot.done: 1}"
    ) throws -> Scenario {
        var text = "pollux: 1\nname: n\nprogram: {entry: Parrot}\nhosts: [\(hosts)]\n"
        if !schedule.isEmpty { text += "schedule: [\(schedule.joined(separator: ", "))]\n" }
        return try Scenario.parse(path: "f", text: text + "expect: {\(expect)}\n")[0]
    }

    private func failures(
        hosts: String, schedule: [String] = [], expect: String = "count: {Parrot.done: 1}"
    ) throws -> [String] {
        let scenario = try scenario(hosts: hosts, schedule: schedule, expect: expect)
        return Replayer(guests: [], entries: [parrot]).replay(scenario).hosts
            .flatMap { $0.failures.map(\.message) }
    }

    @Test func `the knobs of sockets are read`() throws {
        let hosts = try scenario(
            hosts: "{connects: lazy, finish-lag: 2, segments: any}, {connects: lazy}, wasmtime"
        ).hosts
        #expect(hosts[0].policy == HostPolicy(connects: .lazy, finishLag: 2, segments: .any))
        #expect(hosts.map(\.hasChoices) == [true, false, true])
        #expect(hosts[2].policy.connects == .lazy)
    }

    @Test func `a host that loses what it was given is none`() throws {
        let malformed = Malformed(
            "segments that are lost",
            "pollux: 1\nname: n\nprogram: {entry: Parrot}\nhosts: [{segments: lost}]\n",
            "f:4:20: error: 'segments: lost' is no legal host: a connection's bytes arrive, in "
                + "order, or it breaks")
        #expect(malformed.firstLine() == malformed.said)
    }

    @Test func `TCP-23, FZ-14, FZ-23: a sound program gets on with every legal host`() throws {
        // The usual invariants count as well.
        let hosts =
            "friendly, wasmtime, any, {connects: lazy}, {finish-lag: 3}, {segments: any}, "
            + "{connects: lazy, finish-lag: 1, segments: any}"
        let failures = try failures(hosts: hosts)
        #expect(failures == [], "\(failures)")
    }

    @Test func `a friendly host passes a write on as one`() throws {
        #expect(try failures(hosts: "friendly", expect: "count: {Parrot.say: 1}") == [])
    }

    @Test func `FZ-14: a schedule cuts one write`() throws {
        for place in ["first", "middle", "last"] {
            let failures = try failures(
                hosts: "{segments: any}", schedule: ["{at: send, cut: \(place)}"],
                expect: "count: {Parrot.say: 2}")
            #expect(failures == [], "\(place)")
        }
    }

    @Test func `FZ-23: a schedule has one finish lag, of the socket that it names`() throws {
        let lags = try scenario(
            hosts: "{finish-lag: 2}", schedule: ["{at: finish tcp-2, lag: 2}"])
        let canonical = try scenario(hosts: "{finish-lag: 2}")
        let run = Replayer(guests: [], entries: [parrot]).replay(lags).hosts[0].run
        let other = Player(guest: guest).run(canonical, on: .plain, seed: 1)
        func finishes(_ run: Run) -> Int { run.log.count { $0.contains("finish-connect tcp-2") } }
        #expect(finishes(run) == finishes(other) + 2)
    }

    @Test(arguments: [
        ("{at: finish tcp-9, lag: 1}", "this deviation is unused: {at: finish tcp-9, lag: 1}"),
        ("{at: 'send #9', lag: 1}", "'lag' is chosen at 'ready', not at 'send'"),
        ("{at: send, cut: half}", "unknown value 'half'"),
    ])
    func `a deviation of sockets that cannot be is refused`(
        _ deviation: String, _ message: String
    ) throws {
        do {
            let failures = try failures(
                hosts: "{finish-lag: 1, segments: any}", schedule: [deviation])
            #expect(failures.contains { $0.contains(message) }, "\(failures)")
        } catch let error as Diagnostic {
            #expect(error.message.contains(message))
        }
    }

    @Test func `the schedule of any run with sockets, written down and read, gives that run`()
        throws
    {
        let seed: UInt64 = 0x736f_636b
        print("schedules of runs with sockets: seed \(seed)")
        let scenario = try scenario(hosts: "{finish-lag: 2, segments: any}")
        let rehearsal = Rehearsal(scenario, on: scenario.hosts[0], for: guest)
        var random = SplitMix64(seed: seed)
        var kinds: Set<Deviation.Verb> = []
        for _ in 0..<20 {
            let answers = (0..<12).map { _ in random.next() % 3 == 0 ? 1 : 0 }
            let take = rehearsal.play(.inOrder(answers))
            var writer = ScheduleWriter(rehearsal)
            let schedule = writer.write(take)
            kinds.formUnion(schedule.map(\.verb))
            var draft = Draft(scenario)
            draft.schedule = schedule
            if schedule.isEmpty { continue }
            let again = try draft.scenario()
            #expect(again.schedule.map(\.value) == schedule, "\(draft.text)")
            var reader = ScheduleReader(rehearsal)
            let reading = reader.read(schedule)
            #expect(reading.unused == [])
            #expect(reading.take.run.digest == take.run.digest, "\(schedule)")
        }
        #expect(kinds == [.finish, .send])
    }
}
