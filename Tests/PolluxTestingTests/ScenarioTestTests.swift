// What a test says of scenarios that do not hold, cannot be read, are not there.

import Synchronization
import Testing

@testable import PolluxTesting

/// An issue as it was recorded.
private struct Recorded: Equatable, Sendable {
    var place: String
    var text: String
}

/// What running the arguments records; none of it fails the test.
private func issues(of tests: [ScenarioTest]) async throws -> [Recorded] {
    let recorded = Mutex<[Recorded]>([])
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
                wakes and ends, but it still waits (guest local, host friendly; guest swift, \
                host friendly)
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
