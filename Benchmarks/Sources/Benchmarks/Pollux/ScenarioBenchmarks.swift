// Reading scenario files and playing them.

import Benchmark
import Foundation
import PolluxScenario
import ScenarioGuest

func scenarioBenchmarks() {
    // One parse of a file of 92 lines, from text to resolved documents.
    Benchmark("scenario: parse") { benchmark in
        let file = try ScenarioFile("streams/shared.yaml")
        benchmark.startMeasurement()
        blackHole(try file.documents())
    }

    // The same from bytes, with every diagnostic: what `pollux check` does for a file.
    Benchmark("scenario: check") { benchmark in
        let file = try ScenarioFile("streams/shared.yaml")
        let bytes = Array(file.text.utf8)
        benchmark.startMeasurement()
        blackHole(Reading(path: file.path, bytes: bytes))
    }

    // A file laid out, and checked to say the same as before.
    Benchmark("scenario: fmt") { benchmark in
        let file = try ScenarioFile("streams/shared.yaml")
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
