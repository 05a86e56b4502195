// Reading scenario files and playing them.

import Benchmark
import Foundation
import PolluxScenario
import ScenarioGuest
import WASIAsyncRuntime

func scenarioBenchmarks() {
    // One parse of a file of 100 lines, from text to resolved documents.
    Benchmark("scenario: parse") { benchmark in
        let file = try ScenarioFile("streams/the-end.yaml")
        benchmark.startMeasurement()
        blackHole(try file.documents())
    }

    // The same from bytes, with every diagnostic: what `pollux check` does for a file.
    Benchmark("scenario: check") { benchmark in
        let file = try ScenarioFile("streams/the-end.yaml")
        let bytes = Array(file.text.utf8)
        benchmark.startMeasurement()
        blackHole(Reading(path: file.path, bytes: bytes))
    }

    // A thousand such files, each read from the disk and checked.
    Benchmark(
        "scenario: check of 1,000 files", configuration: .init(maxDuration: .seconds(5))
    ) { benchmark in
        let folder = try ThousandFiles(of: ScenarioFile("streams/the-end.yaml"))
        benchmark.startMeasurement()
        for path in folder.paths {
            let bytes = try Array(Data(contentsOf: URL(filePath: path)))
            let reading = Reading(path: path, bytes: bytes)
            if !reading.diagnostics.isEmpty { benchmark.error("\(path) is no scenario") }
        }
        benchmark.stopMeasurement()
        try folder.remove()
    }

    // A file laid out, and checked to say the same as before.
    Benchmark("scenario: fmt") { benchmark in
        let file = try ScenarioFile("streams/the-end.yaml")
        let bytes = Array(file.text.utf8)
        benchmark.startMeasurement()
        blackHole(try PolluxScenario.Formatter.format(path: file.path, bytes: bytes))
    }

    // One run of a document of two tasks on one host: guest thread, simulated time, log, verdict.
    Benchmark("scenario: run") { benchmark in
        let scenario = try ScenarioFile("sharing/two-waiters.yaml").documents()[0]
        let player = Player(guest: GuestProgram(name: "local", entry: LocalGuest.main))
        benchmark.startMeasurement()
        let run = player.run(scenario, on: scenario.hosts[0], seed: 1)
        if !Checker.check(run).isEmpty { benchmark.error("the scenario does not hold") }
    }

    // The same document on its host with every freedom, run after run on one thread: drawn choices,
    // log, every oracle; a run whose log was judged before is not judged again.
    let steps = { @Sendable in try ScenarioFile("sharing/two-waiters.yaml").documents()[0] }
    exploredRunsOfSteps("scenario: explored", of: steps)

    // The same of the smallest program that waits: one task, one sleep.
    let sleeper = { @Sendable in
        try Scenario.parse(
            path: "sleeper.yaml",
            text: """
                pollux: 1
                name: a task sleeps
                program:
                  A: [sleep 1ms]
                hosts: [any]
                expect:
                  count: {A.done: 1}
                """)[0]
    }
    exploredRunsOfSteps("scenario: explored, sleeper", of: sleeper)

    // The same of a program without steps, as a user has: three tasks of Swift Concurrency, two of
    // which sleep and then answer.
    exploredRuns(
        "scenario: explored, program",
        of: { try Scenario.parse(path: "sleepers.yaml", text: Sleepers.document)[0] },
        by: { GuestProgram(name: "Sleepers", entry: Sleepers.main) })
}

/// A program on Swift Concurrency and nothing else, and the document that plays it.
private enum Sleepers: GuestMain {
    static let document = """
        pollux: 1
        name: two tasks sleep at once
        program: {entry: Sleepers}
        hosts: [any]
        expect:
          relations: [Sleepers.say within 3ms of Sleepers.start]
        """

    static func main() {
        blockOn {
            let short = Task {
                try await sleep(for: .milliseconds(1))
                return 1
            }
            let long = Task {
                try await sleep(for: .milliseconds(2))
                return 2
            }
            guard
                case (.success(let one), .success(let two)) = (
                    await short.result, await long.result
                )
            else { fatalError("nobody cancels them") }
            let stdout = AsyncOutputStream.standardOutput()
            do { try await stdout.write("\(one + two)\n") } catch { fatalError("\(error)") }
        }
    }
}

/// Explored runs of steps, by each guest that is shipped.
private func exploredRunsOfSteps(
    _ name: String, of document: @escaping @Sendable () throws -> Scenario
) {
    exploredRuns(
        "\(name), local", of: document,
        by: { GuestProgram(name: "local", entry: LocalGuest.main) })
    exploredRuns(
        "\(name), swift", of: document,
        by: { GuestProgram(name: "swift", entry: SwiftGuest.main) })
}

/// A thousand runs of an exploration, and what one of them takes.
private func exploredRuns(
    _ name: String, of document: @escaping @Sendable () throws -> Scenario,
    by guest: @escaping @Sendable () -> GuestProgram
) {
    let configuration = Benchmark.Configuration(scalingFactor: .kilo)
    Benchmark(name, configuration: configuration) { benchmark in
        let (scenario, guest) = (try document(), guest())
        guard let host = scenario.hosts.first(where: { $0.name == "any" }) else {
            return benchmark.error("the scenario has no host with every freedom")
        }
        let runs = benchmark.configuration.scalingFactor.rawValue
        let explorer = Explorer(guest: guest, by: .random, budget: runs, repeatsOneIn: 0)
        benchmark.startMeasurement()
        let exploration = explorer.explore(scenario, on: host)
        benchmark.stopMeasurement()
        if exploration.find != nil || exploration.runs != runs {
            benchmark.error("the scenario does not hold")
        }
    }
}

/// A file under this repository's Scenarios.
private struct ScenarioFile {
    let path: String
    let text: String

    init(_ name: String) throws {
        var folder = URL(filePath: #filePath)
        for _ in 0..<5 { folder.deleteLastPathComponent() }
        path = folder.appending(path: "Scenarios").appending(path: name).path()
        text = try String(contentsOfFile: path, encoding: .utf8)
    }

    func documents() throws(Diagnostic) -> [Scenario] {
        try Scenario.parse(path: path, text: text)
    }
}

/// A thousand copies of a file, in a folder of their own.
private struct ThousandFiles {
    let paths: [String]
    private let folder: URL

    init(of file: ScenarioFile) throws {
        let folder = URL.temporaryDirectory.appending(path: "pollux-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.folder = folder
        paths = try (0..<1_000).map { number in
            let copy = folder.appending(path: "\(number).yaml")
            try file.text.write(to: copy, atomically: false, encoding: .utf8)
            return copy.path()
        }
    }

    func remove() throws { try FileManager.default.removeItem(at: folder) }
}
