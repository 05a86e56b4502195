// What a native host does to its process: POLLUX_TRACE, and calls from a thread without a host.

import Dispatch
import Glibc
import PolluxHost
import PolluxNative
import Testing
import WASIp2

@Suite struct ProcessTests {
    @Test func `POLLUX_TRACE=stderr follows a run that asked for no log`() async throws {
        let result = await #expect(
            processExitsWith: .success, observing: [\.standardErrorContent]
        ) {
            setenv("POLLUX_TRACE", "stderr", 1)
            let outcome = await Guest.run(on: WASIHost(driver: VirtualDriver())) {
                MonotonicClock.subscribe(after: .milliseconds(10)).block()
            }
            if outcome != .completed { exit(1) }
        }
        let lines = text(try #require(result).standardErrorContent)
        #expect(lines.contains("subscribe @10ms\n"))
        #expect(lines.contains("clock to 10ms (wait)\n"))
        #expect(lines.contains("drop @10ms\n"))
    }

    @Test func `POLLUX_TRACE leaves a log that the run has`() async {
        await #expect(processExitsWith: .success) {
            setenv("POLLUX_TRACE", "/dev/null", 1)
            let host = WASIHost(driver: VirtualDriver(), trace: Trace())
            _ = await Guest.run(on: host) {
                MonotonicClock.subscribe(after: .milliseconds(10)).block()
            }
            if host.trace?.events.isEmpty != false { exit(1) }
        }
    }

    @Test func `a call from a thread without a host ends the process and says why`() async throws {
        let result = await #expect(
            processExitsWith: .signal(SIGABRT), observing: [\.standardErrorContent]
        ) {
            elsewhere { _ = MonotonicClock.now() }
        }
        let lines = text(try #require(result).standardErrorContent)
        #expect(lines.contains("trap no-host in wasi:clocks/monotonic-clock.now: this thread"))
    }

    @Test func `a thread that a guest starts has no host`() async {
        await #expect(processExitsWith: .signal(SIGABRT)) {
            _ = await Guest.run(on: WASIHost(driver: VirtualDriver())) {
                elsewhere { _ = MonotonicClock.now() }
            }
        }
    }
}

/// Runs `body` on a thread of a Dispatch pool and waits for it.
private func elsewhere(_ body: @escaping @Sendable () -> Void) {
    let ended = DispatchSemaphore(value: 0)
    DispatchQueue.global().async {
        body()
        ended.signal()
    }
    ended.wait()
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
