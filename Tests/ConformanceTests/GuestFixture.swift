// Hosts for the tests, and running a guest that must complete, or must trap.

import PolluxHost
import PolluxNative
import Synchronization
import Testing

extension UInt64 {
    /// A millisecond in ns.
    static let millisecond: UInt64 = 1_000_000
}

extension SourceID {
    static let first = SourceID(index: 0)
    static let second = SourceID(index: 1)
}

extension VirtualDriver.Fact {
    /// The source is ready from `time` ns on.
    static func ready(_ source: SourceID, at time: UInt64) -> VirtualDriver.Fact {
        VirtualDriver.Fact(time: time, source: source, isReady: true)
    }

    /// The source is not ready from `time` ns on.
    static func unready(_ source: SourceID, at time: UInt64) -> VirtualDriver.Fact {
        VirtualDriver.Fact(time: time, source: source, isReady: false)
    }
}

extension WASIHost {
    /// A host of a simulated world of its own.
    static func simulated(
        sources: Int = 0, facts: [VirtualDriver.Fact] = [], policy: HostPolicy = .friendly,
        choices: any ChoiceSource = FriendlyChoices(), maxResources: Int = 1_000_000
    ) -> WASIHost {
        WASIHost(
            driver: VirtualDriver(sourceCount: sources, facts: facts), policy: policy,
            choices: choices, trace: Trace(), maxResources: maxResources)
    }

    /// `poll` of an array.
    func poll(_ list: [Int32]) throws(HostTrap) -> [UInt32] { try poll(list.span) }
}

/// Runs `body` as a guest that has to complete, and returns what it computed.
func complete<Value: Sendable>(
    on host: WASIHost, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: @escaping @Sendable () -> Value
) throws -> Value {
    let slot = Slot<Value>()
    let outcome = Guest.run(on: host) {
        let value = body()
        slot.value.withLock { $0 = value }
    }
    #expect(outcome == .completed, sourceLocation: sourceLocation)
    return try #require(slot.value.withLock { $0 }, sourceLocation: sourceLocation)
}

/// Runs `body` as a guest that has to end by a trap of this name and rule, whose message holds
/// `words`; then runs another guest, which must not notice.
func expectTrap(
    _ name: String, _ rule: String, saying words: String, on host: WASIHost,
    sourceLocation: SourceLocation = #_sourceLocation, _ body: @escaping @Sendable () -> Void
) {
    let outcome = Guest.run(on: host, body)
    guard case .trapped(let trap) = outcome else {
        Issue.record("the guest \(outcome), but must trap", sourceLocation: sourceLocation)
        return
    }
    #expect(trap.name == name, sourceLocation: sourceLocation)
    #expect(trap.rule == rule, sourceLocation: sourceLocation)
    #expect(trap.message.contains(words), "\(trap.message)", sourceLocation: sourceLocation)
    #expect(host.trace?.events.last?.what == .trap(trap), sourceLocation: sourceLocation)

    let next = Guest.run(on: .simulated()) { Import.block(Import.subscribe(after: .millisecond)) }
    #expect(next == .completed, "the next guest", sourceLocation: sourceLocation)
}

/// Where a guest's thread leaves a value for the test.
private final class Slot<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}
