// Stories: each call is told of the task for which it is made.

import Testing

@testable import PolluxScenario

private let guests = [GuestProgram.local, .swift]

struct StoryTests {
    /// The story of a scenario's run on its first host.
    private func story(_ text: String, by guest: GuestProgram) throws -> [String] {
        let scenario = try #require(
            try Scenario.parse(path: "f", text: "pollux: 1\nname: n\n" + text).first)
        return Story(Player(guest: guest).run(scenario, on: scenario.hosts[0], seed: 1)).sentences
    }

    private static let reading = """
        world: {t: {after: 10ms}, never: level, in: {input: {}}}
        program:
          boss: [wait t, cancel worker]
          worker: [wait never]
          reader: [read in until closed as x]
        events: [10ms: in closed]
        """

    @Test(arguments: guests)
    func `what is read for a task is its doing, whoever was told of before`(guest: GuestProgram)
        throws
    {
        let story = try story(Self.reading, by: guest)
        let boss = story.filter { $0.contains("boss") }.joined(separator: "\n")
        #expect(!boss.contains("finds in"))
        #expect(
            story.contains(
                "at 10ms reader wakes, because 4 returned in; it finds in closed, drops in, drops the "
                    + "stream in and ends"))
    }

    @Test(arguments: guests)
    func `the error of a read is looked at by the task that reads`(guest: GuestProgram) throws {
        let story = try story(
            """
            world: {t: {after: 5ms}, in: {input: {"!": reset}}}
            program: {A: [wait t], R: [read in as x]}
            events: [5ms: in failed]
            """, by: guest)
        #expect(
            story.suffix(2) == [
                "at 5ms A wakes, because 3 returned t; it drops t and ends",
                "at 5ms R wakes, because 3 returned in; it finds in failed (reset), calls "
                    + "'to-debug-string in's error -> \"reset\"', calls 'drop error in's error', "
                    + "drops in, drops the stream in and ends",
            ])
    }

    @Test(arguments: guests)
    func `a choice in a call is told with that call`(guest: GuestProgram) throws {
        let story = try story(
            """
            world: {t: {after: 5ms}, in: {input: {"!": reset}}}
            program: {A: [wait t], R: [read in as x]}
            events: [5ms: in failed]
            hosts: [{handles: any}]
            """, by: guest)
        let reads = try #require(story.last)
        #expect(
            reads.hasPrefix("at 5ms R wakes, because 3 returned in; it finds in failed (reset)"))
        #expect(reads.contains("the host picks: choice handle"))
        #expect(!story.contains { $0.contains("A wakes") && $0.contains("handle") })
    }

    @Test(arguments: guests)
    func `a report is said to wake all that it wakes, those that read, too`(guest: GuestProgram)
        throws
    {
        let story = try story(Self.reading, by: guest)
        #expect(
            story[3]
                == "at 0ms the guest polls t, never and in, at 10ms t is due, at 10ms in closes (line 8); "
                + "it returns t and in, which wakes boss and reader")
    }

    @Test(arguments: guests)
    func `what goes with a task that is cancelled is told of that one`(guest: GuestProgram) throws {
        let story = try story(Self.reading, by: guest)
        #expect(story.contains("at 10ms worker is cancelled and drops never"))
        #expect(story.filter { $0.contains("drops never") }.count == 1)
    }

    @Test(arguments: guests)
    func `what is done on a socket is told of the task that waits for it`(guest: GuestProgram)
        throws
    {
        let story = try story(
            """
            world: {web: {listen: '127.0.0.1:80'}, c: {calls: web}}
            program:
              A: [sleep 1ms, sleep 1ms]
              L: [listen web, accept web as who, drop c, drop web]
            events: [1ms: c calls]
            """, by: guest)
        #expect(story.contains("at 1ms A wakes, because 5 returned @1ms; it sleeps 1ms"))
        #expect(
            story.contains {
                $0.hasPrefix("at 1ms L wakes, because 5 returned web; it calls 'accept web -> c'")
            })
    }

    @Test(arguments: guests)
    func `what wakes nobody is told of the task for which it is done`(guest: GuestProgram) throws {
        let story = try story(
            """
            world: {door: level, out: {output: {}}}
            program:
              A: [wait door, sleep 1ms]
              W: [write out hello]
            events: [0ms: [out permit 3, door ready]]
            """, by: guest)
        #expect(
            story.contains("at 0ms A wakes, because 4 returned door; it drops door and sleeps 1ms"))
        #expect(
            story.contains(
                "at 0ms W calls 'check-write out -> 3' and writes \"hel\" to out"))
    }

    @Test(arguments: guests)
    func `a task that is told of between two reads of another gets none of them`(
        guest: GuestProgram
    ) throws {
        // One byte at a time, so that each read is followed by a wait that need not be waited for.
        let story = try story(
            """
            world: {t: {after: 5ms}, in: {input: {a: ab}}}
            program:
              A: [wait t, yield, yield]
              R: [read in 1, read in 1, drop in]
            events: [5ms: in a]
            """, by: guest)
        #expect(!story.contains { $0.hasPrefix("at 5ms A") && $0.contains("reads") })
        let reads = story.filter { $0.contains("reads") }
        #expect(reads.allSatisfy { $0.hasPrefix("at 5ms R ") })
        #expect(
            reads.joined().contains("\"a\" from in") && reads.joined().contains("\"b\" from in"))
    }
}
