// Streams on a reactor that gives its pollables up.

import PolluxHost
import PolluxNative
import Testing
import WASIReactor
import WASIp2

@Suite struct StreamTests {
    /// Runs a guest with a reader whose one byte, 7, comes late, and returns how often it subscribed.
    private static func subscriptions(
        in guest: @escaping @Sendable (Reactor, StreamReader) -> Void
    ) -> Int {
        let source = SourceID(index: 0)
        let driver = VirtualDriver(
            sourceCount: 1,
            facts: [.init(time: 50_000_000, source: source, .chunk([7]))])
        let trace = Trace()
        let host = WASIHost(
            driver: driver, trace: trace,
            environment: GuestEnvironment(standardInput: .init(source: source)))
        let outcome = Guest.run(on: host) {
            let reactor = Reactor()
            guest(reactor, StreamReader(StandardStreams.input(), on: reactor))
        }
        #expect(outcome == .completed)
        return trace.events.count { event in
            if case .subscribe = event.what { true } else { false }
        }
    }

    @Test func `a read whose pollable the reactor has dropped subscribes anew and waits`() {
        let subscriptions = Self.subscriptions { reactor, reader in
            var read = reader.read(10)
            let context = Context(waker: .noop)
            _ = read.poll(context)
            reactor.removeAll()
            _ = read.poll(context)
            _ = read.poll(context)
            _ = reactor.blockUntil()
            guard case .ready(.success([7])) = read.poll(context) else { fatalError("no byte") }
        }
        #expect(subscriptions == 2)
    }

    @Test
    func `two reads whose pollable the reactor has dropped wait for one that is subscribed anew`() {
        let subscriptions = Self.subscriptions { reactor, reader in
            var one = reader.read(10)
            var other = reader.read(10)
            let context = Context(waker: .noop)
            _ = one.poll(context)
            _ = other.poll(context)
            reactor.removeAll()
            _ = one.poll(context)
            _ = other.poll(context)
        }
        #expect(subscriptions == 2)
    }
}
