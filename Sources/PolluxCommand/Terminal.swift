// Standard output and standard error, and colours for terminals.

import Foundation
import PolluxScenario

/// What the command prints.
enum Terminal {
    /// Whether standard output is a terminal that may have colours.
    static let isColoured = isatty(STDOUT_FILENO) != 0 && mayHaveColours

    /// Whether standard error is one.
    static let hasColouredErrors = isatty(STDERR_FILENO) != 0 && mayHaveColours

    /// Unless the user wants none: `NO_COLOR` set to anything but nothing.
    private static let mayHaveColours =
        ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty

    /// A line on standard output.
    static func line(_ text: String) {
        write(text + "\n", to: STDOUT_FILENO)
    }

    /// A line on standard error.
    static func error(_ text: String) {
        write(text + "\n", to: STDERR_FILENO)
    }

    /// A diagnostic on standard error.
    static func error(_ diagnostic: Diagnostic) {
        error(hasColouredErrors ? coloured(diagnostic) : diagnostic.rendered)
    }

    /// Bytes on standard output.
    static func bytes(_ bytes: [UInt8]) {
        write(bytes, to: STDOUT_FILENO)
    }

    /// A part of a line on standard error, shown at once.
    static func progress(_ text: String) {
        write(text, to: STDERR_FILENO)
    }

    /// A diagnostic with its `error` and its caret in red.
    static func coloured(_ diagnostic: Diagnostic) -> String {
        var lines = diagnostic.rendered.split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        lines[0] = lines[0].replacingOccurrences(
            of: ": error: \(diagnostic.message)",
            with: ": \(coloured("error:", .red)) \(diagnostic.message)")
        if let caret = lines.last?.last, caret == "^" {
            lines[lines.count - 1] = lines[lines.count - 1].dropLast() + coloured("^", .red)
        }
        return lines.joined(separator: "\n")
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

    private static func write(_ text: String, to descriptor: Int32) {
        write(Array(text.utf8), to: descriptor)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        do throws(Output.Unwritable) {
            try Output.write(bytes, to: descriptor)
        } catch {
            // A reader that went away (a pager, `head`) ends the command as it ends others.
            if error.number == EPIPE { exit(1) }
            if descriptor == STDOUT_FILENO {
                Self.error("pollux: cannot write standard output: \(error.reason)")
            }
            exit(unwritten)
        }
    }

    /// The exit code where something could not be printed, so that nobody knows the verdict.
    private static let unwritten = EX_IOERR
}
