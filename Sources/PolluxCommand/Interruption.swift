// Somebody who wants a search to end before its time.

import ArgumentParser
import Foundation
import Synchronization

/// SIGINT and SIGTERM, while a search goes on: the first ends it with what it has come to, a later one
/// ends the process at once.
enum Interruption {
    /// When the first signal came, in milliseconds; 0 before.
    private static let first = Atomic<Int>(0)
    /// What comes so soon behind the first is the same one again: some send it to the process and to its
    /// group.
    private static let millisecondsOfOne = 300

    /// The exit code of an interrupted search, whatever it had found.
    static let exitCode = ExitCode(128 + SIGINT)

    /// Whether the search is to end.
    static var isAsked: Bool { first.load(ordering: .relaxed) != 0 }

    /// From here on signals are taken for that, unless the process was started to ignore them.
    static func watch() {
        // Made here: a signal's handler may not.
        _ = isAsked
        // Whoever started this process may have done so on a thread that takes no signals.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        for number in [SIGINT, SIGTERM] {
            let old = signal(number) { Interruption.take($0) }
            if unsafeBitCast(old, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) {
                signal(number, SIG_IGN)
            }
        }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// Runs in the signal's handler.
    private static func take(_ number: Int32) {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let now = time.tv_sec * 1_000 + time.tv_nsec / 1_000_000 + 1
        let (isFirst, before) = first.compareExchange(
            expected: 0, desired: now, ordering: .relaxed)
        if isFirst || now - before < millisecondsOfOne { return }
        signal(number, SIG_DFL)
        raise(number)
    }
}
