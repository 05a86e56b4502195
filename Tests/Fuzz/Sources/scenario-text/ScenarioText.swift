// Any bytes as a scenario file, and as a project's file.

import FuzzInput
import PolluxHost
import ScenarioGuest

@testable import PolluxScenario

/// Plays one input of libFuzzer's; ends the process where something does not hold.
@c public func LLVMFuzzerTestOneInput(_ data: UnsafeRawPointer?, _ size: Int) -> CInt {
    let bytes = FuzzInput(data, size).bytes
    let reading = Reading(path: "f.yaml", bytes: bytes)
    claim(
        !reading.scenarios.isEmpty || !reading.diagnostics.isEmpty,
        "the file gave neither a scenario nor a diagnostic")
    for diagnostic in reading.diagnostics { check(diagnostic) }
    checkFormat(bytes, reading)
    checkProject(bytes)
    for scenario in reading.scenarios { play(scenario) }
    return 0
}

/// A diagnostic has a place, and its picture a caret and nothing that a terminal would act on.
private func check(_ diagnostic: Diagnostic) {
    claim(diagnostic.place.line >= 1 && diagnostic.place.column >= 1, "no place: \(diagnostic)")
    let rendered = diagnostic.rendered
    claim(rendered.hasSuffix("^"), "no caret: \(rendered)")
    claim(
        rendered.unicodeScalars.allSatisfy {
            $0 == "\n" || $0.properties.generalCategory != .control
        },
        "control characters: \(rendered.debugDescription)")
    claim(rendered.utf8.count < 4_096, "a diagnostic of \(rendered.utf8.count) bytes")
}

/// What is laid out says what the file said, and is laid out.
private func checkFormat(_ bytes: [UInt8], _ reading: Reading) {
    do throws(Diagnostic) {
        let once = try Formatter.format(path: "f.yaml", bytes: bytes)
        guard let twice = try? Formatter.format(path: "f.yaml", bytes: once) else {
            fault("what was laid out cannot be")
        }
        claim(once == twice, "laid out again, it is another text")
        let after = Reading(path: "f.yaml", bytes: once)
        claim(after.diagnostics.isEmpty, "laid out, it is no scenario: \(after.diagnostics)")
        guard reading.diagnostics.isEmpty else { return }
        claim(
            after.scenarios.map(\.facts.count) == reading.scenarios.map(\.facts.count)
                && after.scenarios.map(\.tasks.count) == reading.scenarios.map(\.tasks.count)
                && zip(after.scenarios, reading.scenarios).allSatisfy {
                    $0.facts.map(\.change) == $1.facts.map(\.change)
                        && $0.facts.map(\.time) == $1.facts.map(\.time)
                },
            "laid out, it says something else")
    } catch {
        claim(!reading.diagnostics.isEmpty, "fmt refuses what is a scenario: \(error.rendered)")
        check(error)
    }
}

private func checkProject(_ bytes: [UInt8]) {
    do throws(Diagnostic) {
        let project = try Project.parse(path: "pollux.yaml", bytes: bytes)
        for host in project.hosts { _ = host.entry.hasChoices }
    } catch {
        check(error)
    }
}

// MARK: Playing

/// Whatever a file describes, it can be played, judged and drawn.
private func play(_ scenario: Scenario) {
    guard scenario.entry == nil, scenario.tasks.count <= 8, length(of: scenario) <= 300 else {
        return
    }
    let guest = GuestProgram(name: "local", entry: LocalGuest.main)
    let run = Player(guest: guest).run(
        scenario, on: scenario.hosts[0], choices: FriendlyChoices())
    claim(run.outcome != .timedOut, "a short scenario never ended")
    for failure in Checker.check(run) {
        claim(failure.place.line >= 1 && failure.place.column >= 1, "a failure without a place")
        claim(!failure.message.isEmpty, "a failure without a sentence")
    }
    claim(!run.outcomeText.isEmpty, "an outcome without words")
    _ = run.log
    _ = run.digest
}

/// How many steps all tasks have together, repeats unrolled.
private func length(of scenario: Scenario) -> Int {
    func length(_ steps: [Located<Step>]) -> Int {
        steps.reduce(0) { sum, step in
            var count = 1
            if case .repeat(let times, let inner) = step.value {
                let (product, overflow) = times.multipliedReportingOverflow(by: length(inner))
                count = overflow ? 1_000_000 : product
            }
            return min(sum + count, 1_000_000)
        }
    }
    return scenario.tasks.reduce(0) { $0 + length($1.steps) }
}
