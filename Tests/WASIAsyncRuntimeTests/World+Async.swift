// A simulated world for async guests.

import PolluxHost
import PolluxNative
import SimulatedWorld
import Testing
import WASIAsyncRuntime
import WASIp2

extension World {
    /// Runs an async guest and returns how it ended. What it throws, it says.
    @discardableResult
    func run(
        pick: (@Sendable (Int) -> Int)? = nil,
        _ body: @escaping @Sendable @MainActor () async throws -> Void
    ) -> Outcome {
        Guest.run(on: host, ending: .exitThread) {
            do { try blockOn(pick: pick, body) } catch { self.say("threw \(error)") }
        }
    }

    /// Subscribes to a source.
    func pollable(_ source: String) -> AsyncPollable {
        AsyncPollable(Pollable(owning: subscribe(to: source)))
    }

    /// A handle of the input.
    func input() -> AsyncInputStream {
        AsyncInputStream(InputStream(owning: openInput()))
    }

    /// A handle of the output.
    func output() -> AsyncOutputStream {
        AsyncOutputStream(OutputStream(owning: openOutput()))
    }
}

/// Expects that a guest ended by this trap, and that the trap's text has these words.
func expectTrap(
    _ outcome: Outcome, _ name: String, saying words: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard case .trapped(let trap) = outcome else {
        Issue.record("\(outcome)", sourceLocation: sourceLocation)
        return
    }
    #expect(trap.name == name, sourceLocation: sourceLocation)
    #expect(trap.message.contains(words), "\(trap.message)", sourceLocation: sourceLocation)
}
