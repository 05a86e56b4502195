// Streams on a reactor that gives its pollables up.

import PolluxHost
import PolluxNative
import Testing
import WASIReactor
import WASIp2

@Suite struct StreamTests {
    @Test func `a read whose pollable the reactor has dropped subscribes anew and waits`() {
        let source = SourceID(index: 0)
        let driver = VirtualDriver(
            sourceCount: 1,
            facts: [.init(time: 50_000_000, source: source, .chunk([7]))])
        let trace = Trace()
        let host = WASIHost(
            driver: driver, trace: trace,
            environment: GuestEnvironment(standardInput: .init(source: source)))
        let outcome = Guest.run(on: host) {
            let executor = LocalExecutor()
            let reader = StreamReader(StandardStreams.input(), on: executor.reactor)
            var read = reader.read(10)
            let context = Context(waker: .noop)
            _ = read.poll(context)
            executor.reactor.removeAll()
            _ = read.poll(context)
            _ = read.poll(context)
            _ = executor.reactor.blockUntil()
            guard case .ready(.success([7])) = read.poll(context) else { fatalError("no byte") }
        }
        #expect(outcome == .completed)
        let subscriptions = trace.events.count { event in
            if case .subscribe = event.what { true } else { false }
        }
        #expect(subscriptions == 2)
    }

    @Test
    func `two reads whose pollable the reactor has dropped wait for one that is subscribed anew`() {
        let source = SourceID(index: 0)
        let driver = VirtualDriver(
            sourceCount: 1,
            facts: [.init(time: 50_000_000, source: source, .chunk([7]))])
        let trace = Trace()
        let host = WASIHost(
            driver: driver, trace: trace,
            environment: GuestEnvironment(standardInput: .init(source: source)))
        let outcome = Guest.run(on: host) {
            let executor = LocalExecutor()
            let reader = StreamReader(StandardStreams.input(), on: executor.reactor)
            var one = reader.read(10)
            var other = reader.read(10)
            let context = Context(waker: .noop)
            _ = one.poll(context)
            _ = other.poll(context)
            executor.reactor.removeAll()
            _ = one.poll(context)
            _ = other.poll(context)
        }
        #expect(outcome == .completed)
        let subscriptions = trace.events.count { event in
            if case .subscribe = event.what { true } else { false }
        }
        #expect(subscriptions == 2)
    }
}
