// What holds for every diagnostic, over all tables of malformed files.

import PolluxScenario
import Testing

struct DiagnosticPlaceTests {
    static let all: [Malformed] = [
        DiagnosticTests.files, DiagnosticTests.yaml, DiagnosticWorldTests.worlds,
        DiagnosticWorldTests.programs, DiagnosticWorldTests.timelines, DiagnosticWorldTests.events,
        DiagnosticClaimTests.hosts, DiagnosticClaimTests.expectations, DiagnosticStreamTests.doors,
        DiagnosticStreamTests.rows, DiagnosticStreamTests.facts, DiagnosticStreamTests.programs,
        DiagnosticStreamTests.knobs, DiagnosticStreamTests.claims, GuestsTests.malformed,
        ProgramEntryTests.malformed, golden,
    ].flatMap(\.self)

    @Test func `there are more than eighty malformed files with exact messages`() {
        #expect(Self.all.count > 80)
        #expect(Set(Self.all.map(\.text)).count > 80)
    }

    @Test(arguments: Self.all)
    func `a diagnostic has its place, the line, and a caret under the column`(
        _ malformed: Malformed
    ) throws {
        let error = try #require(throws: Diagnostic.self) {
            try Scenario.parse(path: "f", text: malformed.text)
        }
        let place = error.place
        let lines = error.rendered.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("f:\(place.line):\(place.column): error: "))
        let source = malformed.text.split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let line = place.line <= source.count ? String(source[place.line - 1]) : ""
        let caret = lines[2].count - "      | ^".count
        #expect(lines[2].hasSuffix("| " + String(repeating: " ", count: caret) + "^"))
        // A long line is cut around the column, and what cannot be seen is written out.
        guard line.count < 100, error.excerpt == line else { return }
        #expect(caret == place.column - 1)
        #expect(place.column <= line.count + 1)
    }

    static let golden: [Malformed] = [
        Malformed(
            "a golden that is no list", document("golden: x\n"),
            "f:5:9: error: 'golden' must be a list, not a text"),
        Malformed(
            "a record without lanes", document("golden: [{guests: [a], polls: [], wakes: []}]\n"),
            "f:5:10: error: this record has no 'lanes'"),
        Malformed(
            "lanes that are no block",
            document("golden: [{guests: [a], polls: [], wakes: [], lanes: x}]\n"),
            "f:5:53: error: 'lanes' must be a block: 'lanes: |', then rows"),
        Malformed(
            "two records of a guest",
            document("golden: [{guests: [a, a], polls: [], wakes: []}]\n"),
            "f:5:23: error: there is a record of 'a' already"),
        Malformed(
            "a misspelt key of a record", document("golden: [{guest: [a]}]\n"),
            "f:5:11: error: unknown key 'guest'; did you mean 'guests'?"),
        Malformed(
            "a golden without a friendly host", document("golden:\nhosts: [{order: any}]\n"),
            "f:5:1: error: 'golden' records the run on a friendly host, and 'hosts' lists none"),
    ]

    @Test(arguments: Self.golden)
    func `a wrong golden is refused where it is wrong`(_ malformed: Malformed) {
        #expect(malformed.firstLine() == malformed.said)
    }

    /// A document with these lines under its first four.
    private static func document(_ lines: String) -> String {
        "pollux: 1\nname: n\nworld: {}\nprogram: {A: []}\n" + lines
    }
}
