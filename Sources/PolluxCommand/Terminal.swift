// Standard output and standard error, and colours for terminals.

import Foundation

/// What the command prints.
enum Terminal {
    /// Whether standard output is a terminal that may have colours.
    static let isColoured =
        isatty(STDOUT_FILENO) != 0 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil

    /// A line on standard output.
    static func line(_ text: String) {
        write(text + "\n", to: .standardOutput)
    }

    /// A line on standard error.
    static func error(_ text: String) {
        write(text + "\n", to: .standardError)
    }

    /// The colours of marks, by their numbers for a terminal.
    enum Colour: Int {
        case red = 31
        case green = 32
        case yellow = 33
    }

    /// The text in a colour.
    static func coloured(_ text: String, _ colour: Colour) -> String {
        "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
    }

    private static func write(_ text: String, to handle: FileHandle) {
        // A reader that went away (a pager, `head`) ends the command as it ends others.
        guard (try? handle.write(contentsOf: Data(text.utf8))) != nil else { exit(1) }
    }
}
