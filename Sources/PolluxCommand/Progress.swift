// What a person at a terminal sees of long work.

import Foundation

/// How far the command has got: one line on standard error that is written over, and wiped at the
/// end. Nothing at all where standard error is no terminal, or while the work is short.
struct Progress {
    private let total: Int
    private var done = 0
    private var isShown = false
    private let isOnTerminal: Bool
    private let start = ContinuousClock.now
    private var lastShown = ContinuousClock.now

    /// Work in so many steps.
    init(of total: Int) {
        self.total = total
        isOnTerminal = isatty(STDERR_FILENO) != 0
    }

    /// A step begins; its name is shown beside the count.
    mutating func step(_ name: String) {
        done += 1
        guard isOnTerminal else { return }
        let now = ContinuousClock.now
        guard now - start > .milliseconds(300), now - lastShown > .milliseconds(50) else { return }
        lastShown = now
        isShown = true
        Terminal.progress("\r\u{1B}[K" + Self.line(done, of: total, name))
    }

    /// Wipes the line, for what is printed next.
    mutating func pause() {
        guard isShown else { return }
        isShown = false
        Terminal.progress("\r\u{1B}[K")
    }

    /// The work is over.
    mutating func end() { pause() }

    /// `12/40 Scenarios/door.yaml`, short enough not to wrap.
    static func line(_ done: Int, of total: Int, _ name: String) -> String {
        let head = "\(done)/\(total) "
        let room = 78 - head.count
        return head + (name.count > room ? "…" + name.suffix(room - 1) : name)
    }
}
