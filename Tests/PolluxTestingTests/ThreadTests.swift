// Where runs spend their time.

import Dispatch
import Synchronization
import Testing

@testable import PolluxTesting

/// A guest that blocks its thread until somebody lets it go.
private enum Blocked: GuestMain {
    static let gate = DispatchSemaphore(value: 0)
    static let forgotten = Atomic(0)

    static func main() {
        if gate.wait(timeout: .now() + .seconds(10)) == .timedOut {
            forgotten.add(1, ordering: .relaxed)
        }
    }
}

@Test func `runs block no thread of the concurrency pool`() async {
    let test = Scenario.all(in: "Wrong")[0]
    let count = 50
    await withTaskGroup { group in
        for _ in 0..<count {
            group.addTask {
                _ = await test.report(Replayer(guests: [GuestProgram(Blocked.self)]))
            }
        }
        // Runs only where the others have left it a thread.
        group.addTask { for _ in 0..<count { Blocked.gate.signal() } }
    }
    #expect(Blocked.forgotten.load(ordering: .relaxed) == 0)
}
