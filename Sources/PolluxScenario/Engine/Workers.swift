// Several threads that do one thing.

import Dispatch

/// Threads that block on their work.
enum Workers {
    /// Runs `body` so many times at once and blocks until all have returned.
    static func run(_ count: Int, _ body: @escaping @Sendable () -> Void) {
        if count == 1 { return body() }
        let group = DispatchGroup()
        for index in 0..<count {
            DispatchQueue(label: "pollux worker \(index + 1)").async(group: group, execute: body)
        }
        group.wait()
    }
}
