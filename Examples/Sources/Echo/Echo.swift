// A whole program that scenarios run as it is: it says back what it hears.

import WASIAsyncRuntime

/// Writes each line of standard input to standard output, and `bye` when ten seconds were silent.
public enum Echo {
    /// The whole program; blocks until its input ends or was silent for too long.
    public static func main() {
        blockOn {
            let output = AsyncOutputStream.standardOutput()
            var lines = AsyncInputStream.standardInput().lines().makeAsyncIterator()
            do {
                while let line = try await withTimeout(.seconds(10), { try await lines.next() }) {
                    try await output.write(line + "\n")
                }
            } catch {
                try? await output.write("bye\n")
            }
        }
    }
}
