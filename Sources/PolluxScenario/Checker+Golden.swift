// `golden`: whether a run is still the recorded one.

extension Checker {
    mutating func checkGolden() {
        guard let golden = run.scenario.golden, run.host.name == run.scenario.goldenHost?.name,
            run.outcome != .timedOut
        else { return }
        if golden.entries.isEmpty, !golden.explored.isEmpty { return }
        guard !golden.entries.isEmpty else {
            return failGolden(
                golden.place, "golden: nothing is recorded; 'pollux replay --update' records it", []
            )
        }
        guard let entry = golden.entries.first(where: { $0.guests.contains(run.guest) }) else {
            return
        }
        let (recorded, got) = (entry.record.lines, Golden.Record(run).lines)
        guard recorded != got else { return }
        let index = zip(recorded, got).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        let place = index ?? min(recorded.count, got.count)
        func line(_ lines: [String]) -> String {
            lines.indices.contains(place) ? "'\(lines[place])'" : "nothing more"
        }
        failGolden(
            entry.places.indices.contains(place) ? entry.places[place] : golden.place,
            "golden: recorded \(line(recorded)), got \(line(got))",
            LineDifference(from: recorded, to: got).lines)
    }

    private mutating func failGolden(_ place: Place, _ message: String, _ detail: [String]) {
        fail(Failure(place: place, message: message, focus: nil, isGolden: true, detail: detail))
    }
}
