// One argument of a test: a document of a scenario file.

@_exported public import PolluxScenario
public import Testing

/// One document of a scenario file, as an argument of a test; see ``Scenario/all(in:sourceLocation:)``.
///
/// What cannot be read is an argument as well, whose run says so: nothing that was asked for is left
/// out in silence.
public struct ScenarioTest: Sendable {
    /// What is known of it before it runs.
    enum Content: Sendable {
        case scenario(Scenario)
        /// It cannot be played, for this reason.
        case problem(Problem)
    }

    /// Something to tell the reader of a test: where, and what.
    struct Problem: Sendable {
        var location: SourceLocation
        var text: String
    }

    let content: Content
    /// The file, from the root of the filesystem.
    let file: String
    /// The same, as people call it.
    let path: String
    /// The line on which the document begins.
    let line: Int

    /// The document, where the file can be read.
    public var scenario: Scenario? {
        if case .scenario(let scenario) = content { scenario } else { nil }
    }

    /// The place in terms of the test library.
    static func location(_ place: Place, of file: String, called path: String) -> SourceLocation {
        // The test library splits the id at its first slash, and shows what stands behind the last.
        SourceLocation(
            fileID: path.contains("/") ? path : "./\(path)", filePath: file, line: place.line,
            column: place.column)
    }
}

extension ScenarioTest: CustomTestStringConvertible {
    /// The document's name, then its place.
    public var testDescription: String {
        guard let scenario else { return path }
        return "\(scenario.name) (\(path):\(line))"
    }
}

extension ScenarioTest: Identifiable {
    /// The document's place: so one argument can be run again by itself.
    public var id: String { "\(path):\(line)" }
}
