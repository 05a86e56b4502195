// A clock that ticks while you type: `swift run tick-and-type`, or `echo quit | swift run tick-and-type`.
//
// Two tasks on one thread and one poll: one sleeps, one reads lines. Type `quit`, end the input, or
// say nothing for ten seconds.

import WASIAsyncRuntime
import WASIp2

@main
struct TickAndType {
    static func main() {
        blockOn {
            let output = AsyncOutputStream.standardOutput()
            let ticker = Task { try await tick(to: output) }
            let ending = await echo(to: output)
            // The ticker sleeps; cancelling ends that at once and leaves nothing behind.
            ticker.cancel()
            _ = await ticker.result
            try? await output.write("\(ending)\n")
            try? await output.flush()
        }
    }

    /// Writes a tick each second until it is cancelled.
    static func tick(to output: AsyncOutputStream) async throws {
        for second in 1... {
            try await sleep(for: .seconds(1))
            try await output.write("tick \(second)\n")
        }
    }

    /// Answers each line, and says why there are no more.
    static func echo(to output: AsyncOutputStream) async -> String {
        var lines = AsyncInputStream.standardInput().lines().makeAsyncIterator()
        do {
            while true {
                let line = try await withTimeout(.seconds(10)) { try await lines.next() }
                guard let line else { return "end of input" }
                if line == "quit" { return "bye" }
                try await output.write("you said: \(line)\n")
            }
        } catch {
            return "\(error)"
        }
    }
}
