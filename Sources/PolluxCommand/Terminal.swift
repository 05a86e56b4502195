// Standard output and standard error; colour on terminals only.

import Foundation

/// What the command prints.
enum Terminal {
    private static let isColoured =
        isatty(STDOUT_FILENO) != 0 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil

    /// A line on standard output.
    static func line(_ text: String) {
        write(text + "\n", to: .standardOutput)
    }

    /// A line on standard error.
    static func error(_ text: String) {
        write(text + "\n", to: .standardError)
    }

    static func green(_ text: String) -> String { coloured(text, 32) }
    static func red(_ text: String) -> String { coloured(text, 31) }
    static func yellow(_ text: String) -> String { coloured(text, 33) }

    private static func coloured(_ text: String, _ code: Int) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    private static func write(_ text: String, to handle: FileHandle) {
        // A reader that went away (a pager, `head`) ends the command as it ends others.
        guard (try? handle.write(contentsOf: Data(text.utf8))) != nil else { exit(1) }
    }
}
