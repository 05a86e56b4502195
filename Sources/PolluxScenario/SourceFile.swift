// A scenario file's text, and places in it.

/// A place in a scenario file: 1-based line and column, columns counted in characters.
public struct Place: Hashable, Sendable, Comparable {
    /// From 1.
    public var line: Int
    /// From 1, in characters.
    public var column: Int

    /// A place by its line and column, both from 1.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// Whether `a` comes first in the text: an earlier line, or an earlier column of the same.
    public static func < (a: Place, b: Place) -> Bool {
        (a.line, a.column) < (b.line, b.column)
    }
}

/// A value and where it was written.
public struct Located<Value> {
    /// What was written.
    public var value: Value
    /// Where.
    public var place: Place

    /// A value that was written at `place`.
    public init(_ value: Value, at place: Place) {
        self.value = value
        self.place = place
    }
}

extension Located: Sendable where Value: Sendable {}
extension Located: Equatable where Value: Equatable {}

/// The text of one scenario file, by lines, for diagnostics.
public struct SourceFile: Sendable {
    /// The path as the user gave it.
    public let path: String
    /// The lines without their line ends.
    public let lines: [String]

    /// A file of this text; `path` is only shown, never opened.
    public init(path: String, text: String) {
        self.path = path
        self.lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .map(String.init)
    }
}
