// A simulated world for one run of an async guest, and what its trace says of the run.

import PolluxHost
import PolluxNative
import Synchronization
import Testing
import WASIAsyncRuntime
import WASIp2

/// One host, one run, and what was said in it. Used by the test before and after the run, and by
/// the guest's thread during it.
final class World: @unchecked Sendable {
    /// What happens at an end of a stream, and when, in ms.
    typealias Script = KeyValuePairs<UInt64, VirtualDriver.Change>

    let host: WASIHost
    let driver: VirtualDriver
    let trace = Trace()
    /// What the guest said, in order.
    var said: [String] { lines.withLock { $0 } }
    private let lines = Mutex<[String]>([])
    private let sources: [String: SourceID]

    /// A world whose sources become ready for good at so many ms after the start; `nil` is never.
    /// - Parameters:
    ///   - falling: sources that stop being ready, and when.
    ///   - input: the script of the input `in`.
    ///   - output: the script of the output `out`.
    ///   - seed: who answers the host's choices; the friendly answers without one.
    convenience init(
        _ rising: KeyValuePairs<String, UInt64?> = [:], falling: [String: UInt64] = [:],
        input: Script = [:], output: Script = [:], policy: HostPolicy = .friendly,
        seed: UInt64? = nil
    ) {
        self.init(
            rising, falling: falling, ends: [("in", Array(input)), ("out", Array(output))],
            policy: policy, seed: seed)
    }

    /// A world of one input to which these things happen, one a millisecond from 1 ms on.
    convenience init(inputFacts: [VirtualDriver.Change], policy: HostPolicy) {
        let script = inputFacts.enumerated().map { (key: UInt64($0.offset + 1), value: $0.element) }
        self.init([:], falling: [:], ends: [("in", script)], policy: policy, seed: nil)
    }

    private init(
        _ rising: KeyValuePairs<String, UInt64?>, falling: [String: UInt64],
        ends: [(String, [(key: UInt64, value: VirtualDriver.Change)])], policy: HostPolicy,
        seed: UInt64?
    ) {
        var facts: [(time: UInt64, source: SourceID, change: VirtualDriver.Change)] = []
        var sources: [String: SourceID] = [:]
        let trace = trace
        func source(_ name: String) -> SourceID {
            let source = SourceID(index: Int32(sources.count))
            sources[name] = source
            trace.name(source, name)
            return source
        }
        for (name, time) in rising {
            let source = source(name)
            if let time { facts.append((time, source, .ready)) }
            if let time = falling[name] { facts.append((time, source, .unready)) }
        }
        for (name, script) in ends {
            let source = source(name)
            for (time, change) in script { facts.append((time, source, change)) }
        }
        self.sources = sources
        let inOrder = facts.enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }
        driver = VirtualDriver(
            sourceCount: sources.count,
            facts: inOrder.map {
                VirtualDriver.Fact(
                    time: $0.element.time * 1_000_000, source: $0.element.source,
                    $0.element.change)
            })
        host = WASIHost(
            driver: driver, policy: policy,
            choices: seed.map { SeededChoices(seed: $0) } ?? FriendlyChoices(), trace: trace)
    }

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

    // MARK: For the guest

    /// Subscribes to a source.
    func pollable(_ source: String) -> AsyncPollable {
        AsyncPollable(Pollable(owning: try! host.subscribe(sources[source]!)))
    }

    /// A handle of the input.
    func input() -> AsyncInputStream {
        AsyncInputStream(InputStream(owning: try! host.addInputStream(sources["in"]!)))
    }

    /// A handle of the output.
    func output() -> AsyncOutputStream {
        AsyncOutputStream(OutputStream(owning: try! host.addOutputStream(sources["out"]!)))
    }

    /// Keeps something to be compared after the run.
    func say(_ text: String) { lines.withLock { $0.append(text) } }

    /// As ``say(_:)``, with the time: `a at 10ms`.
    func note(_ text: String) { say("\(text) at \(time)") }

    /// The time since the start. No host call.
    var time: String { TimeText.string(elapsed) }

    /// ns since the start. No host call.
    var elapsed: UInt64 { driver.now.nanoseconds - driver.start.nanoseconds }

    // MARK: For the test

    /// What the output took.
    var written: String { String(decoding: driver.written(to: sources["out"]!), as: UTF8.self) }

    /// What of the input's script nobody has read.
    var unread: String { String(decoding: driver.unread(of: sources["in"]!), as: UTF8.self) }

    /// The lists of the polls that might wait, in their order.
    var blocks: [[String]] {
        trace.events.compactMap { event in
            guard case .poll(let list, isCheck: false) = event.what else { return nil }
            return list.map(trace.name(ofPollable:))
        }
    }

    /// What was subscribed, in order.
    var subscribed: [String] {
        trace.events.compactMap { event in
            guard case .subscribe(let serial) = event.what else { return nil }
            return trace.name(ofPollable: serial)
        }
    }

    /// What was dropped, in order: pollables and streams.
    var dropped: [String] {
        trace.events.compactMap { event in
            switch event.what {
            case .unsubscribe(let serial): trace.name(ofPollable: serial)
            case .stream(let call) where call.call.verb.hasPrefix("drop"):
                "stream " + trace.name(ofResource: call.stream)
            default: nil
            }
        }
    }

    /// The lines of the trace that have these words, without their times and causes.
    func lines(with words: String) -> [String] {
        trace.text.split(separator: "\n").filter { $0.contains(words) }.map {
            String(
                $0.drop { $0 != "#" }.drop { $0 != " " }.drop { $0 == " " }
                    .split(separator: "  <-", maxSplits: 1)[0])
        }
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
