// `soak`: thousands of connections at once, and whether everything is back afterwards.

import ArgumentParser
import Foundation
import PolluxHost
import PolluxLibuv
import PolluxNative
import Synchronization
import WASIAsyncRuntime

@main
struct Soak: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak",
        abstract: "Echo on thousands of connections at once, and see that everything comes back.",
        discussion: """
            Examples:
              soak                                     9,000 connections, 10 messages on each
              soak --connections 100 --messages 10000  few connections, for long
              make soak SOAK='--connections 2000'      the same from the folder above

            Server and clients are tasks of one guest on one thread, on WASIAsyncRuntime
            and the native host, over loopback. All connections are open at once; each
            sends its messages one after the other and checks what comes back.

            A first round with as many connections and two messages each lets tables and
            caches grow to their sizes. The next round counts. After it the process must
            have as many descriptors as before it, the host no live resource, and the heap
            at most 64 KiB more bytes; and when the host is gone as many descriptors as
            before it was made. 64 KiB are less than one allocation for each of 9,000
            connections; with fewer than 2,000 a leak of so little is not seen.

            How large a list has to be depends on how the messages happen to fall. A round
            in which the heap has grown is therefore played again, three times at most: a
            list finds its size, a leak grows in every round.

            A connection takes two descriptors, one for each end. The soft limit on them
            is raised to the hard one.

            Exit codes:
              0   everything came back
              1   something did not, or a connection failed
              2   the process may not have so many descriptors
              64  wrong usage
            """)

    @Option(help: "How many connections are open at once.")
    var connections = 9_000

    @Option(help: "How many messages each of them sends.")
    var messages = 10

    @Option(help: "The bytes of a message.")
    var size = 64

    @Option(help: "After so many seconds the run has failed.")
    var limit = 600

    /// The bytes that the heap may have more of after a round that counts.
    static let margin = 64 * 1_024
    /// So many rounds may grow before it is a leak.
    static let mostRounds = 3
    /// Descriptors that are no connection's: the loop's, the listener's, the one that counts.
    static let spare = 32
    /// Loopback connections to one port have a port each at their other end.
    static let most = 28_000

    func validate() throws {
        guard (1...Self.most).contains(connections) else {
            throw ValidationError(
                "--connections is a number from 1 to \(Self.most); a machine has no more ports for one server."
            )
        }
        guard messages > 0, size > 0, limit > 0 else {
            throw ValidationError("--messages, --size and --limit are at least 1.")
        }
    }

    func run() throws {
        // The first loop of a process opens a pipe that libuv keeps for all later ones.
        _ = LibuvDriver()
        let before = Footprint.openDescriptors()
        let allowed = DescriptorLimit.raise()
        let needed = before + Self.spare + 2 * connections
        guard needed <= allowed else {
            let room = max(0, (allowed - before - Self.spare) / 2)
            Self.complain(
                """
                \(connections) connections need \(needed) descriptors, and the hard limit \
                (ulimit -Hn) is \(allowed): \(room) would fit, --connections \(room)
                """)
            throw ExitCode(2)
        }
        let figures = try soak()
        var flaws = figures.flaws
        let after = Footprint.openDescriptors()
        if after != before {
            flaws.append(
                "\(after) descriptors are open after the host is gone, and \(before) were before it was made"
            )
        }
        report(figures)
        for flaw in flaws { Self.complain(flaw) }
        if !flaws.isEmpty { throw ExitCode(1) }
        print(
            "everything is back: \(figures.after.descriptors) descriptors as before, no live resource,"
        )
        print("\(figures.grown) bytes more on the heap (at most \(Self.margin))")
    }

    /// All rounds on one host, which is gone when this returns.
    private func soak() throws -> Figures {
        let host = WASIHost(driver: LibuvDriver())
        let result = Mutex<Result<Figures, any Error>?>(nil)
        let warmUp = Crowd(
            connections: connections, messages: min(2, messages), size: size)
        let crowd = Crowd(connections: connections, messages: messages, size: size)
        let warming = Tally()
        let rounds = (0..<Self.mostRounds).map { _ in Tally() }
        let total = connections * messages
        let progress = { @Sendable () -> String in
            let counting = rounds.lastIndex { $0.opened.load(ordering: .relaxed) > 0 }
            let tally = counting.map { rounds[$0] } ?? warming
            let opened = tally.opened.load(ordering: .relaxed)
            let echoed = tally.echoed.load(ordering: .relaxed)
            guard let counting else {
                return "warming up: \(opened) of \(crowd.connections) connections"
            }
            return "round \(counting + 1): \(opened) of \(crowd.connections) connections, "
                + "\(echoed) of \(total) messages"
        }
        let ticker = Ticker(progress)
        let outcome = Guest.run(on: host, timeLimit: .seconds(limit)) {
            let figures = Result {
                try Self.play(warmUp, warming, whenOpen: {})
                for (number, tally) in rounds.enumerated() {
                    let figures = try Self.count(crowd, tally, on: host)
                    if !figures.hasOnlyGrown || number == rounds.count - 1 { return figures }
                    Self.complain(
                        "round \(number + 1) left \(figures.grown) bytes on the heap; once more")
                }
                fatalError("there is at least one round")
            }
            result.withLock { $0 = figures }
        }
        ticker.end()
        let figures = result.withLock { $0 }
        do {
            if let figures { return try figures.get() }
            Self.complain(
                outcome == .timedOut
                    ? "not done after \(limit) s: \(progress())"
                    : "the guest ended early: \(outcome)")
        } catch {
            Self.complain("a connection failed, \(progress()): \(error)")
        }
        throw ExitCode(1)
    }

    /// Plays one round. What was closed at its end the loop frees in its next turn, which this waits for.
    private static func play(
        _ crowd: Crowd, _ tally: Tally, whenOpen: @escaping @Sendable () -> Void
    ) throws {
        try blockOn {
            try await crowd.run(tally, whenOpen: whenOpen)
            try await sleep(for: .milliseconds(1))
        }
    }

    /// Plays one round and says what was there before, at its height and after it.
    private static func count(_ crowd: Crowd, _ tally: Tally, on host: WASIHost) throws -> Figures {
        let before = Footprint(host)
        let peak = Mutex(before)
        let start = ContinuousClock.now
        try play(crowd, tally, whenOpen: { peak.withLock { $0 = Footprint(host) } })
        let time = ContinuousClock.now - start
        return Figures(
            before: before, peak: peak.withLock { $0 }, after: Footprint(host), time: time)
    }

    private func report(_ figures: Figures) {
        let seconds = figures.time / .seconds(1)
        let rate = Double(connections * messages) / seconds
        print(
            "connections   \(connections), all open at once: \(figures.peak.descriptors) descriptors,"
        )
        print(
            "              \(figures.peak.resources) live resources, \(figures.perConnection) bytes of heap for each"
        )
        print("messages      \(connections * messages) of \(size) bytes, there and back")
        print("time          \(String(format: "%.2f", seconds)) s, opening and closing included")
        print("messages/s    \(String(format: "%.0f", rate))")
        print("peak RSS      \(Footprint.peakResident() >> 20) MiB")
    }

    private static func complain(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data("soak: \(text)\n".utf8))
    }
}

/// What was counted around a round.
struct Figures: Sendable {
    let before: Footprint
    /// When all connections were open.
    let peak: Footprint
    let after: Footprint
    let time: Duration

    /// Bytes that did not come back; of less than none there is none.
    var grown: Int { max(0, after.bytes - before.bytes) }

    /// Bytes of guest and host together for a connection with both its ends.
    var perConnection: Int {
        (peak.bytes - before.bytes) * 2 / max(1, peak.descriptors - before.descriptors)
    }

    /// Whether the heap is all that is not as it was.
    var hasOnlyGrown: Bool {
        grown > Soak.margin && after.descriptors == before.descriptors && after.resources == 0
    }

    /// Each thing that is not back, as a sentence.
    var flaws: [String] {
        var flaws: [String] = []
        if after.descriptors != before.descriptors {
            flaws.append(
                "\(after.descriptors) descriptors are open after the round, and \(before.descriptors) were before"
            )
        }
        if after.resources != 0 {
            flaws.append("\(after.resources) resources of the host still live after the round")
        }
        if grown > Soak.margin {
            flaws.append(
                "\(grown) bytes of the round are still allocated; \(Soak.margin) are allowed")
        }
        return flaws
    }
}
