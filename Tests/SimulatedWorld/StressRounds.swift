// Rounds of a stress on the kernel, each of which has to give back what it took.

import Foundation

/// What so many rounds have come to.
public struct StressRounds {
    /// Seeds 1 to this were played.
    public let count: UInt64
    /// How many descriptors there are more than after the first round, which opens what a process opens
    /// once. Dispatch opens a timer of its own when it first needs one; what a round does not give back
    /// would be there as often as there were rounds.
    public let left: Int

    /// Plays a round for each seed, for a second, or as many as POLLUX_STRESS says; eight rounds at least.
    public init(_ round: (_ seed: UInt64) throws -> Void) throws {
        func descriptors() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        }
        let wish = ProcessInfo.processInfo.environment["POLLUX_STRESS"].flatMap(Double.init)
        let end = Date(timeIntervalSinceNow: wish ?? 1)
        var before = 0
        var seed: UInt64 = 0
        repeat {
            seed += 1
            try round(seed)
            if seed == 1 { before = try descriptors() }
        } while Date.now < end || seed < 8
        count = seed
        left = try descriptors() - before
    }

    /// Says on standard error what the rounds have come to.
    public func tell(_ tally: some CustomStringConvertible) {
        let text = "seeds 1 to \(count): \(tally); \(left) descriptors more than after seed 1\n"
        FileHandle.standardError.write(Data(text.utf8))
    }
}
