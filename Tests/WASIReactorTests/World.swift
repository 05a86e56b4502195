// A simulated world for one run of guest code, and what its trace says of the run.

import PolluxHost
import PolluxNative
import WASIReactor
import WASIp2

/// One host, one run, and what was said in it. Used by the test before and after the run, and by
/// the guest's thread during it.
final class World: @unchecked Sendable {
    let host: WASIHost
    let trace = Trace()
    /// What the guest said, in order.
    private(set) var said: [String] = []
    private var sources: [String: Int32] = [:]

    /// A world whose sources become ready for good at so many ms after the start; `nil` is never.
    /// - Parameters:
    ///   - falling: sources that stop being ready, and when.
    ///   - seed: who answers the host's choices; the friendly answers without one.
    init(
        _ rising: KeyValuePairs<String, UInt64?> = [:], falling: [String: UInt64] = [:],
        policy: HostPolicy = .friendly, seed: UInt64? = nil
    ) {
        var facts: [VirtualDriver.Fact] = []
        for (index, (name, time)) in rising.enumerated() {
            let source = SourceID(index: Int32(index))
            sources[name] = source.index
            trace.name(source, name)
            if let time {
                facts.append(.init(time: time * 1_000_000, source: source, isReady: true))
            }
            if let time = falling[name] {
                facts.append(.init(time: time * 1_000_000, source: source, isReady: false))
            }
        }
        facts.sort { ($0.time, $0.source.index) < ($1.time, $1.source.index) }
        host = WASIHost(
            driver: VirtualDriver(sourceCount: rising.count, facts: facts), policy: policy,
            choices: seed.map { SeededChoices(seed: $0) } ?? FriendlyChoices(), trace: trace)
    }

    /// Runs guest code with an executor of its own and returns how it ended.
    @discardableResult
    func run(
        pick: (@Sendable (Int) -> Int)? = nil,
        _ body: @escaping @Sendable (_ executor: LocalExecutor, _ reactor: Reactor) -> Void
    ) -> Outcome {
        Guest.run(on: host) {
            let executor = LocalExecutor(pick: pick)
            body(executor, executor.reactor)
        }
    }

    // MARK: For the guest

    /// Subscribes to a source.
    func pollable(_ source: String) -> Pollable {
        Pollable(owning: try! host.subscribe(SourceID(index: sources[source]!)))
    }

    /// Keeps something to be compared after the run.
    func say(_ text: String) { said.append(text) }

    /// As ``say(_:)``, with the time: `a at 10ms`.
    func note(_ text: String) { said.append("\(text) at \(time)") }

    /// The time since the start. No host call.
    var time: String { TimeText.string(elapsed) }

    /// ns since the start. No host call.
    var elapsed: UInt64 { host.driver.now.nanoseconds - trace.start.nanoseconds }

    // MARK: For the test

    /// The lists of all polls, in their order.
    var polls: [[String]] {
        trace.events.compactMap { event in
            guard case .poll(let list, _) = event.what else { return nil }
            return list.map(trace.name(ofPollable:))
        }
    }

    /// The lists of the polls that might wait, in their order.
    var blocks: [[String]] {
        trace.events.compactMap { event in
            guard case .poll(let list, isCheck: false) = event.what else { return nil }
            return list.map(trace.name(ofPollable:))
        }
    }

    /// How many polls could not have waited.
    var checks: Int {
        trace.events.count { event in
            if case .poll(_, isCheck: true) = event.what { true } else { false }
        }
    }

    /// The results of all polls, in their order.
    var reports: [[String]] {
        trace.events.compactMap { event in
            guard case .report(let list) = event.what else { return nil }
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

    /// What was dropped, in order.
    var dropped: [String] {
        trace.events.compactMap { event in
            guard case .unsubscribe(let serial) = event.what else { return nil }
            return trace.name(ofPollable: serial)
        }
    }
}
