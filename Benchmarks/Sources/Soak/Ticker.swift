// What a person sees of a long run.

import Foundation
import Synchronization

/// Says on standard error how far it has got: on a terminal one line that is written over,
/// elsewhere a line every ten seconds. Its thread is none of the guest's, and holds no descriptor.
final class Ticker: Sendable {
    private let isEnded = Mutex(false)
    private let isOnTerminal = isatty(STDERR_FILENO) != 0

    /// Says what `line` returns, from now on.
    init(_ line: @escaping @Sendable () -> String) {
        Thread.detachNewThread { [self] in
            var waited = 0.0
            let pause = isOnTerminal ? 0.2 : 10
            while !isEnded.withLock({ $0 }) {
                Thread.sleep(forTimeInterval: 0.1)
                waited += 0.1
                if waited < pause { continue }
                waited = 0
                isEnded.withLock {
                    if !$0 { say(isOnTerminal ? "\r\u{1B}[K\(line())" : "\(line())\n") }
                }
            }
        }
    }

    /// Says no more, and wipes the line.
    func end() {
        isEnded.withLock { $0 = true }
        if isOnTerminal { say("\r\u{1B}[K") }
    }

    private func say(_ text: String) {
        // Nobody may be there to read it, which is no reason to end the run.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
