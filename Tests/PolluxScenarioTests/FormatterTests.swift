// `fmt`: what it aligns, and what it never touches.

import Foundation
import PolluxScenario
import Testing

/// The text, laid out.
private func formatted(_ text: String) throws -> String {
    String(
        decoding: try Formatter.format(path: "f.yaml", bytes: Array(text.utf8)), as: UTF8.self)
}

struct FormatterTests {
    private let head = """
        pollux: 1
        name: n
        world: {gateway: level}
        program: {A: [wait gateway]}

        """

    @Test func `lanes begin two blanks behind the longest name`() throws {
        let text =
            head + """
                timeline: |
                    ms         0    5
                    gateway    _____#
                    A          w....|

                """
        #expect(
            try formatted(text) == head + """
                timeline: |
                    ms       0    5
                    gateway  _____#
                    A        w....|

                """)
    }

    @Test func `a name that ran into its lane gets room`() throws {
        let text =
            head + """
                timeline: |
                  ms    0    5
                  gateway  _____#
                  A     w....|

                """
        #expect(
            try formatted(text) == head + """
                timeline: |
                  ms       0    5
                  gateway  _____#
                  A        w....|

                """)
    }

    @Test func `a number beside its column moves onto it`() throws {
        let text = head + "timeline: |\n  ms       0     5\n  gateway  _____#\n"
        #expect(
            try formatted(text) == head + "timeline: |\n  ms       0    5\n  gateway  _____#\n")
    }

    @Test func `a number that another tick explains is left alone and reported`() {
        let text = head + "timeline: |\n  ms       0         5\n  gateway  _____#\n"
        let error = #expect(throws: Diagnostic.self) { try formatted(text) }
        #expect(error?.message.contains("or this column is right for 'tick: 500us'") == true)
    }

    @Test func `a task's row keeps its place under the ruler`() throws {
        let text = """
            pollux: 1
            name: n
            program: {A: [sleep 3ms, spawn B], B: [sleep 1ms]}
            timeline: |
              ms     0    5
              A      w..|
              B         w|

            """
        #expect(
            try formatted(text).hasSuffix("  ms  0    5\n  A   w..|\n  B      w|\n"))
    }

    @Test func `comments, quotes, line ends and a byte order mark stay`() throws {
        let text =
            "\u{FEFF}# head\r\npollux: 1   # first\r\nname: \"a  b\"\r\n\r\n"
            + "program:   {A: [ yield ] }\r\n# tail\r\n"
        #expect(try formatted(text) == text)
    }

    @Test func `blanks at the ends of lines and of the file go`() throws {
        let text = "pollux: 1  \nname: n\t\nprogram: {A: [yield]}   # why \n\n\n"
        #expect(
            try formatted(text) == "pollux: 1\nname: n\nprogram: {A: [yield]}   # why\n")
    }

    @Test func `blanks inside a text of several lines stay`() throws {
        let text = "pollux: 1\nname: n\nabout: |+\n  one  \n\n  two \n\n\nprogram: {A: [yield]}\n"
        #expect(try formatted(text) == text)
    }

    @Test func `what is no scenario is reported as it came`() {
        let error = #expect(throws: Diagnostic.self) {
            try formatted("pollux: 1\nname: n\nprogram: {A: [slep 1ms]}\n")
        }
        #expect(error?.line == "f.yaml:3:15: error: unknown step 'slep'; did you mean 'sleep'?")
    }

    @Test(arguments: ShippedFile.all)
    func `a shipped file says the same after it, and a second time changes nothing`(
        _ file: ShippedFile
    ) throws {
        let once = try Formatter.format(path: file.path, bytes: file.bytes)
        #expect(try Formatter.format(path: file.path, bytes: once) == once)
        let before = try Scenario.parse(path: file.path, bytes: file.bytes).map(\.withoutPlaces)
        let after = try Scenario.parse(path: file.path, bytes: once).map(\.withoutPlaces)
        #expect(before == after)
    }
}

/// A file under the repository's Scenarios.
struct ShippedFile: CustomTestStringConvertible {
    let path: String
    let bytes: [UInt8]

    var testDescription: String { path }
    var text: String { String(decoding: bytes, as: UTF8.self) }

    static let all: [ShippedFile] = {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Scenarios").standardized
        let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String }
        return (names ?? []).filter { $0.hasSuffix(".yaml") }.sorted().compactMap { name in
            FileManager.default.contents(atPath: root.appending(path: name).path).map {
                ShippedFile(path: name, bytes: Array($0))
            }
        }
    }()
}

extension Scenario {
    /// All that it says, as text, without where it says it.
    var withoutPlaces: String {
        var copy = self
        copy.file = SourceFile(path: "", text: "")
        for index in copy.timeline?.columns.indices ?? 0..<0 {
            copy.timeline?.columns[index].column = 0
        }
        return String(reflecting: copy).replacing(
            /PolluxScenario\.Place\(line: \d+, column: \d+\)/, with: "")
    }
}
