// A simulated world for one run of guest code, and what its trace says of the run.

public import PolluxHost
import Synchronization

/// One host, one run, and what was said in it. Used by the test before and after the run, and by
/// the guest's thread during it.
public final class World: @unchecked Sendable {
    /// What happens at an end of a stream, and when, in ms.
    public typealias Script = KeyValuePairs<UInt64, VirtualDriver.Change>

    /// The host of the run.
    public let host: WASIHost
    /// The simulated world behind it.
    public let driver: VirtualDriver
    /// What happened.
    public let trace = Trace()
    /// What the guest said, in order.
    public var said: [String] { lines.withLock { $0 } }
    private let lines = Mutex<[String]>([])
    private let sources: [String: SourceID]

    /// A world whose sources become ready for good at so many ms after the start; `nil` is never.
    /// - Parameters:
    ///   - falling: sources that stop being ready, and when.
    ///   - input: the script of the input `in`.
    ///   - output: the script of the output `out`.
    ///   - seed: who answers the host's choices; the friendly answers without one.
    ///   - network: whom the guest may reach.
    public convenience init(
        _ rising: KeyValuePairs<String, UInt64?> = [:], falling: [String: UInt64] = [:],
        input: Script = [:], output: Script = [:], policy: HostPolicy = .friendly,
        seed: UInt64? = nil, network: NetworkPolicy = .loopback
    ) {
        self.init(
            rising, falling: falling, ends: [("in", Array(input)), ("out", Array(output))],
            policy: policy, seed: seed, network: network)
    }

    /// A world of one input to which these things happen, one a millisecond from 1 ms on.
    public convenience init(inputFacts: [VirtualDriver.Change], policy: HostPolicy) {
        let script = inputFacts.enumerated().map { (key: UInt64($0.offset + 1), value: $0.element) }
        self.init([:], falling: [:], ends: [("in", script)], policy: policy, seed: nil)
    }

    private init(
        _ rising: KeyValuePairs<String, UInt64?>, falling: [String: UInt64],
        ends: [(String, [(key: UInt64, value: VirtualDriver.Change)])], policy: HostPolicy,
        seed: UInt64?, network: NetworkPolicy = .loopback
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
            choices: seed.map { SeededChoices(seed: $0) } ?? FriendlyChoices(), trace: trace,
            network: network)
    }

    // MARK: For the guest

    /// A new handle of a pollable of a source.
    public func subscribe(to source: String) -> Int32 { try! host.subscribe(sources[source]!) }

    /// A new handle of the input.
    public func openInput() -> Int32 { try! host.addInputStream(sources["in"]!) }

    /// A new handle of the output.
    public func openOutput() -> Int32 { try! host.addOutputStream(sources["out"]!) }

    /// Keeps something to be compared after the run.
    public func say(_ text: String) { lines.withLock { $0.append(text) } }

    /// As ``say(_:)``, with the time: `a at 10ms`.
    public func note(_ text: String) { say("\(text) at \(time)") }

    /// The time since the start. No host call.
    public var time: String { TimeText.string(elapsed) }

    /// ns since the start. No host call.
    public var elapsed: UInt64 { driver.now.nanoseconds - driver.start.nanoseconds }

    // MARK: For the test

    /// What the output took.
    public var written: String {
        String(decoding: driver.written(to: sources["out"]!), as: UTF8.self)
    }

    /// What of the input's script nobody has read.
    public var unread: String { String(decoding: driver.unread(of: sources["in"]!), as: UTF8.self) }

    /// The lists of all polls, in their order.
    public var polls: [[String]] {
        trace.events.compactMap { event in
            guard case .poll(let list, _) = event.what else { return nil }
            return list.map(trace.name(ofPollable:))
        }
    }

    /// The lists of the polls that might wait, in their order.
    public var blocks: [[String]] {
        trace.events.compactMap { event in
            guard case .poll(let list, isCheck: false) = event.what else { return nil }
            return list.map(trace.name(ofPollable:))
        }
    }

    /// How many polls could not have waited.
    public var checks: Int {
        trace.events.count { event in
            if case .poll(_, isCheck: true) = event.what { true } else { false }
        }
    }

    /// The results of all polls, in their order.
    public var reports: [[String]] {
        trace.events.compactMap { event in
            guard case .report(let list) = event.what else { return nil }
            return list.map(trace.name(ofPollable:))
        }
    }

    /// What was subscribed, in order.
    public var subscribed: [String] {
        trace.events.compactMap { event in
            guard case .subscribe(let serial) = event.what else { return nil }
            return trace.name(ofPollable: serial)
        }
    }

    /// What was dropped, in order: pollables and streams.
    public var dropped: [String] {
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
    public func lines(with words: String) -> [String] {
        trace.text.split(separator: "\n").filter { $0.contains(words) }.map {
            String(
                $0.drop { $0 != "#" }.drop { $0 != " " }.drop { $0 == " " }
                    .split(separator: "  <-", maxSplits: 1)[0])
        }
    }
}
