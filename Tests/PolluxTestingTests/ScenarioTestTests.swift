// What a test says of scenarios that do not hold, cannot be read, are not there.

import Foundation
import PolluxNative
import Testing
import WASIp2

@testable import PolluxTesting

/// An issue as it was recorded.
private struct Recorded: Equatable, Sendable {
    var place: String
    var text: String
}

/// What running the arguments records; none of it fails the test.
private func issues(of tests: [ScenarioTest]) async throws -> [Recorded] {
    let recorded = Locked<[Recorded]>([])
    try await withKnownIssue(isIntermittent: true) {
        for test in tests { try await test.run() }
    } matching: { issue in
        let location = issue.sourceLocation!
        let file = location.filePath.split(separator: "/").suffix(2).joined(separator: "/")
        recorded.withLock {
            $0.append(
                Recorded(
                    place: "\(file):\(location.line):\(location.column)",
                    text: issue.comments.map(\.rawValue).joined()))
        }
        return true
    }
    return recorded.withLock { $0 }
}

struct ScenarioTestTests {
    @Test func `each expectation that fails is one issue at its place`() async throws {
        let places = try await issues(of: Scenario.all(in: "Wrong")).map(\.place)
        #expect(places == ["Wrong/door.yaml:8:12", "Wrong/door.yaml:10:11"])
    }

    @Test func `an issue shows the run and says whose it was`() async throws {
        let first = try await issues(of: Scenario.all(in: "Wrong/door.yaml")).first
        #expect(
            first?.text == """
                Tests/PolluxTestingTests/Wrong/door.yaml:8:12: lane 'A' at 3ms: expected that it \
                wakes and ends, but it still waits (guests local, swift, host friendly)
                              ms    0
                    world     door  _____#
                    expected  A     w..|
                    actual    A     w....|
                                       ^
                """)
    }

    @Test func `a file that is no scenario is an issue where it is wrong`() async throws {
        let places = try await issues(of: Scenario.all(in: "Broken")).map(\.place)
        #expect(places == ["Broken/lane.yaml:7:11"])
    }

    @Test func `a directory without scenarios is an issue at the test`() async throws {
        let line = #line + 1
        let recorded = try await issues(of: Scenario.all(in: "Empty"))
        #expect(recorded.count == 1)
        #expect(recorded.map(\.text).allSatisfy { $0.hasPrefix("no .yaml or .yml file in '/") })
        let place = "PolluxTestingTests/ScenarioTestTests.swift:\(line):"
        #expect(recorded.map(\.place).allSatisfy { $0.hasPrefix(place) })
    }

    @Test func `a directory that is missing is an issue`() async throws {
        let text = try await issues(of: Scenario.all(in: "Nowhere")).first?.text
        #expect(text?.hasPrefix("there is no 'Nowhere', neither beside the test") == true)
    }

    @Test func `a directory beside the test comes before one above it`() {
        #expect(
            Scenario.all(in: "Wrong").map(\.id) == ["Tests/PolluxTestingTests/Wrong/door.yaml:1"])
    }

    @Test func `an argument is called by the name of its document`() {
        let test = Scenario.all(in: "Scenarios/timers/far.yaml").first
        #expect(
            test?.testDescription
                == "a far timer does not hold the exit (Scenarios/timers/far.yaml:1)")
    }

    @Test func `a guest is called by its type`() async {
        let test = Scenario.all(in: "Wrong")[0]
        let report = await test.report(Replayer(guests: [GuestProgram(Inline.self)]))
        #expect(report.failures.count == 2)
        #expect(report.failures.allSatisfy { $0.text.contains("(guest Inline, host friendly)") })
    }

    @Test func `a step that a guest cannot do is a warning at the step`() async {
        let test = Scenario.all(in: "Scenarios/progress/no-pollable.yaml")[0]
        let report = await test.report(Replayer(guests: [GuestProgram(Inline.self)]))
        #expect(report.isSkipped)
        #expect(report.failures.isEmpty)
        #expect(
            report.skips.map(\.text) == [
                "Scenarios/progress/no-pollable.yaml:3:47: guest 'Inline' does not support this step"
            ])
    }
}

/// Scenario files of a test's own, outside of any package and repository.
private final class Folder {
    let url: URL

    init(_ files: [String: String]) throws {
        url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: url.appending(path: name)) }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var tests: [ScenarioTest] { Scenario.all(in: url.path) }
}

/// A whole program: says one thing.
private enum Speaker: GuestMain {
    static func main() {
        do throws(StreamError) {
            try StandardStreams.output().blockingWriteAndFlush(Array("hello\n".utf8))
        } catch {
            preconditionFailure("nobody closes the output")
        }
    }
}

struct ScenarioTestProgramTests {
    private static let speech =
        "pollux: 1\nname: n\nprogram: {entry: Speaker}\nexpect: {count: {Speaker.say: 1}}\n"

    @Test func `a whole program is played by the type of its name`() async throws {
        let folder = try Folder(["a.yaml": Self.speech])
        try await folder.tests[0].run(Speaker.self)
        try await folder.tests[0].run(entries: [ProgramEntry(Speaker.self)])
    }

    @Test func `what a whole program does not do is an issue, too`() async throws {
        let folder = try Folder(["a.yaml": Self.speech.replacing(": 1}}", with: ": 2}}")])
        let replayer = Replayer(guests: [], entries: [ProgramEntry(Speaker.self)])
        let failures = await folder.tests[0].report(replayer).failures
        #expect(failures.map(\.location.line) == [4])
        #expect(failures.first?.text.contains("(guest program, host friendly)") == true)
    }

    @Test func `a whole program that nobody brings is an issue where it is named`() async throws {
        let folder = try Folder(["a.yaml": Self.speech])
        let report = await folder.tests[0].report(Replayer(guests: []))
        #expect(!report.isSkipped)
        #expect(report.failures.map(\.location.line) == [3])
        #expect(report.failures.first?.text.contains("there is no program 'Speaker'") == true)
    }

    @Test func `what held in no run is an issue`() async throws {
        let text = """
            pollux: 1
            name: n
            program: {A: [yield]}
            expect: {sometimes: [A.done within 0ms of A.start, A.say]}
            """
        let folder = try Folder(["a.yaml": text])
        let recorded = try await issues(of: folder.tests)
        #expect(recorded.count == 1)
        #expect(recorded.first?.text.contains("(guests local, swift)") == true)
    }

    @Test func `the hosts and guests of pollux.yaml count`() async throws {
        let folder = try Folder([
            "pollux.yaml": "pollux: 1\nguests: [local, mine]\nhosts: {tired: {timers: late 5ms}}\n",
            "a.yaml": "pollux: 1\nname: n\nprogram: {A: [sleep 1ms]}\nhosts: [tired]\n"
                + "expect: {for: {guest: mine}, eventually: [{A.done: 1ms}]}\n",
        ])
        #expect(folder.tests.count == 1)
        let guests = ["local", "swift", "mine"].map {
            GuestProgram(name: $0, entry: ScenarioTest.shippedGuests[0].entry)
        }
        let failures = await folder.tests[0].report(Replayer(guests: guests)).failures
        #expect(failures.count >= 1)
        #expect(failures.allSatisfy { $0.text.contains("(guest mine, host tired, seed ") })
    }

    @Test func `a project that is wrong is an issue`() async throws {
        let folder = try Folder([
            "pollux.yaml": "pollux: 2\n", "a.yaml": "pollux: 1\nname: n\nprogram: {A: []}\n",
        ])
        let recorded = try await issues(of: folder.tests)
        #expect(recorded.count == 1)
        #expect(recorded.first?.text.contains("pollux.yaml:1:9: error: ") == true)
    }

    @Test func `a document beside one that is none is played all the same`() async throws {
        let good = "pollux: 1\nname: good\nprogram: {A: []}\n"
        let folder = try Folder(["a.yaml": good + "---\npollux: 1\nname: bad\n---\n" + good])
        #expect(folder.tests.map { $0.scenario?.name } == ["good", nil, "good"])
        #expect(try await issues(of: folder.tests).count == 1)
    }
}
