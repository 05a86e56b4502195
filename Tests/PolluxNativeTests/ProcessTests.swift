// What a native host does to its process: POLLUX_TRACE, and calls from a thread without a host.

import CWASIp2
import Dispatch
import Glibc
import PolluxHost
import PolluxNative
import Synchronization
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

    @Test func `POLLUX_TRACE loses nothing where standard error is full and does not block`() async
    {
        await #expect(processExitsWith: .success) {
            var ends: [Int32] = [0, 0]
            _ = pipe(&ends)
            _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
            while write(ends[1], "\n", 1) == 1 {}
            dup2(ends[1], 2)
            close(ends[1])
            // Whoever reads is slower than who writes: a byte at a time.
            let reader = ends[0]
            let lines = Mutex(0)
            let isRead = DispatchSemaphore(value: 0)
            DispatchQueue.global().async {
                var byte: UInt8 = 0
                while read(reader, &byte, 1) == 1 {
                    if byte == UInt8(ascii: "p") { lines.withLock { $0 += 1 } }
                }
                isRead.signal()
            }
            setenv("POLLUX_TRACE", "stderr", 1)
            let host = WASIHost(driver: VirtualDriver(patience: nil))
            let outcome = await Guest.run(on: host) {
                for _ in 1...2_000 { _ = MonotonicClock.subscribe(after: .milliseconds(10)) }
            }
            close(2)
            isRead.wait()
            // `subscribe @10ms`, `drop @10ms`
            if outcome != .completed || lines.withLock({ $0 }) != 2_000 { exit(1) }
        }
    }

    @Test func `simulated time is simulated, whether or not it has patience`() async throws {
        let host = WASIHost(driver: VirtualDriver(patience: nil))
        let outcome = await Guest.run(on: host) { wasip2_real_time("use the other clock") }
        guard case .trapped(let trap) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(trap.name == "real-time")
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
