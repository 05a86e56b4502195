// `golden`: what is recorded, when it fails, and what an update leaves alone.

import Foundation
import PolluxScenario
import ScenarioHTTPGuest
import Testing

private let replayer = Replayer(guests: [
    GuestProgram(name: "local", entry: LocalHTTPGuest.main),
    GuestProgram(name: "swift", entry: SwiftHTTPGuest.main),
])

/// The file's text with its goldens recorded by these guests, all of them if not said.
private func updated(_ text: String, by guests: [String]? = nil) throws -> String {
    var update = GoldenUpdate()
    let chosen = guests.map { names in
        Replayer(
            guests: [
                GuestProgram(name: "local", entry: LocalHTTPGuest.main),
                GuestProgram(name: "swift", entry: SwiftHTTPGuest.main),
            ], only: names, runs: 1)
    }
    for scenario in try Scenario.parse(path: "f", text: text) {
        _ = update.add((chosen ?? replayer).replay(scenario))
    }
    let bytes = try update.rewrite(path: "f", Array(text.utf8))
    return String(decoding: bytes, as: UTF8.self)
}

/// What a document of this text fails with, for the first guest.
private func failures(_ text: String) throws -> [Failure] {
    let scenario = try Scenario.parse(path: "f", text: text)[0]
    return replayer.replay(scenario).guests[0].hosts.flatMap(\.failures)
}

struct GoldenTests {
    private let head = """
        pollux: 1
        name: n
        world: {door: level}
        program: {A: [wait door], B: [join A]}
        events: [2ms: door ready]

        """
    private let recorded = """
          - guests: [local, swift]
            polls:
              - block door -> door
            wakes: [A, B]
            lanes: |
              ms    0
              door  __#
              A     w.|
              B     w.|

        """

    @Test func `an update records polls, wakes and lanes, once for guests that ran alike`() throws {
        #expect(try updated(head + "golden:\n") == head + "golden:\n" + recorded)
    }

    @Test func `what an update wrote holds`() throws {
        #expect(try failures(head + "golden:\n" + recorded) == [])
    }

    @Test func `an empty golden fails and says how to fill it`() throws {
        let failure = try #require(try failures(head + "golden:\n").first)
        #expect(failure.place == Place(line: 6, column: 1))
        #expect(
            failure.message
                == "golden: nothing is recorded; 'pollux replay --update' records it")
    }

    @Test func `a run that differs fails at the first line that does, with both shown`() throws {
        let text = head + "golden:\n" + recorded.replacing("[A, B]", with: "[B, A]")
        let failure = try #require(try failures(text).first)
        #expect(failure.isGolden)
        #expect(failure.place == Place(line: 10, column: 12))
        #expect(failure.message == "golden: recorded 'wakes B A', got 'wakes A B'")
        #expect(
            failure.detail == [
                "  block door -> door", "- wakes B A", "+ wakes A B", "  ms    0",
                "  door  __#", "  A     w.|", "  B     w.|",
            ])
    }

    @Test func `a lane that differs is shown at its line`() throws {
        let text = head + "golden:\n" + recorded.replacing("B     w.|", with: "B     w..|")
        let failure = try #require(try failures(text).first)
        #expect(failure.place == Place(line: 15, column: 1))
    }

    @Test func `an exploration's counts are recorded beside the runs, and compared`() throws {
        let text =
            head.replacing("name: n", with: "name: n\nexplore: exhaustive")
            + "hosts: [friendly, {name: lazy, ready-lag: 1}]\ngolden:\n" + recorded
        let scenario = try #require(try Scenario.parse(path: "f", text: text).first)
        let explorer = Explorer(
            guest: GuestProgram(name: "local", entry: LocalHTTPGuest.main), by: .exhaustive)
        let explorations = scenario.hosts.map { explorer.explore(scenario, on: $0) }
        var update = GoldenUpdate()
        let isChanged = update.add(explorations, of: scenario)
        #expect(isChanged)
        let bytes = try update.rewrite(path: "f", Array(text.utf8))
        let written = String(decoding: bytes, as: UTF8.self)
        let states = try explorations.map { try #require($0.states) }
        let lines = zip(["friendly", "lazy"], states).map {
            "  - {guests: [local], explored: \($0), schedules: 1, states: \($1)}\n"
        }
        #expect(written == text + lines.joined())

        let again = try #require(try Scenario.parse(path: "f", text: written).first)
        #expect(explorations[0].difference(from: again.golden) == nil)
        let other = written.replacing("schedules: 1,", with: "schedules: 2,")
        let changed = try #require(try Scenario.parse(path: "f", text: other).first)
        let failure = try #require(explorations[0].difference(from: changed.golden))
        #expect(
            failure.message == "golden: recorded 2 schedules, \(states[0]) states, "
                + "got 1 schedules, \(states[0]) states")
    }

    @Test(arguments: [
        ("{guests: [local], explored: nobody, schedules: 1}", "unknown host 'nobody'"),
        ("{guests: [local], explored: friendly}", "this record has no 'schedules'"),
        ("{guests: [local], explored: friendly, schedules: 0}", "'schedules' is a whole number"),
        ("{guests: [local, local], explored: friendly, schedules: 1}", "a record of 'local' on"),
    ])
    func `counts that make no sense are an error with a place`(item: String, words: String) throws {
        let error = #expect(throws: Diagnostic.self) {
            try Scenario.parse(path: "f", text: head + "golden:\n  - \(item)\n")
        }
        #expect(error?.message.contains(words) == true)
    }

    @Test func `a comment behind the key stays where an empty value goes`() throws {
        let text = head + "golden: []  # by the tool\n"
        #expect(try updated(text) == head + "golden:  # by the tool\n" + recorded)
    }

    @Test func `a record of a guest that did not play stays`() throws {
        let other = """
              - guests: [mine]
                polls: []
                wakes: []
                lanes: |
                  ms  0

            """
        #expect(
            try updated(head + "golden:\n" + other) == head + "golden:\n" + recorded + other)
    }

    @Test func `records that still hold are left as somebody laid them out`() throws {
        let text =
            head + "golden:\n"
            + recorded.replacing("- block door -> door", with: "- \"block door -> door\" # why")
        #expect(try updated(text) == text)
    }

    @Test func `a golden without a friendly host is refused`() {
        let error = #expect(throws: Diagnostic.self) {
            try Scenario.parse(path: "f", text: head + "hosts: [{order: any}]\ngolden:\n")
        }
        #expect(
            error?.line
                == "f:7:1: error: 'golden' records the run on a friendly host, and 'hosts' lists none"
        )
    }

    /// Every shipped file gets a golden before a key of every document that can have one, in one of
    /// three ways of writing, some with other line ends.
    @Test(arguments: ShippedFile.all, 0..<3)
    func `an update of a shipped file changes no byte outside its goldens`(
        _ file: ShippedFile, _ way: Int
    ) throws {
        let newline = way == 1 ? "\r\n" : "\n"
        let header = ["golden:", "golden: # recorded", "golden: []"][way]
        let key = ["expect:", "program:", "world:"][way]
        var lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        // What a document has recorded already is not the point.
        var isRecorded = false
        lines = lines.filter { line in
            isRecorded = line == "golden:" || (isRecorded && line.hasPrefix("  "))
            return !isRecorded
        }
        // A golden needs a friendly host; documents without one are left as they are.
        let scenarios = try Scenario.parse(path: file.path, text: lines.joined(separator: "\n"))
        for (index, scenario) in scenarios.enumerated().reversed()
        where scenario.goldenHost != nil {
            let end =
                index + 1 < scenarios.count ? scenarios[index + 1].place.line - 1 : lines.count
            let start = scenario.place.line - 1
            guard let place = lines[start..<end].firstIndex(where: { $0.hasPrefix(key) }) else {
                continue
            }
            lines.insert(header, at: place)
        }
        let text = lines.joined(separator: newline)
        let result = try updated(text, by: ["local"])
        var left = result.split(separator: newline, omittingEmptySubsequences: false)
            .map(String.init)
        for (index, line) in left.enumerated().reversed() where line.hasPrefix("golden:") {
            let block = left[(index + 1)...].prefix { $0.hasPrefix("  ") }
            left.removeSubrange(block.indices)
            #expect(!block.isEmpty)
            left[index] = header
        }
        #expect(left.joined(separator: newline) == text)
        // What was written holds, and a second update has nothing to do.
        #expect(try updated(result, by: ["local"]) == result)
    }
}
