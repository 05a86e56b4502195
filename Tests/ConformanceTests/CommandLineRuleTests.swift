// wasi:cli as a guest sees it: CLI-01 to CLI-18.

import CWASIp2
import PolluxHost
import PolluxLibuv
import PolluxNative
import Testing
import WASIp2

@Suite struct CommandLineRuleTests {
    private func host(_ environment: GuestEnvironment) -> WASIHost {
        WASIHost(driver: VirtualDriver(), trace: Trace(), environment: environment)
    }

    @Test
    func `CLI-01: two handles of standard input are one stream, and dropping one closes nothing`()
        throws
    {
        let host = host(GuestEnvironment(standardInput: .init(MemoryPipe(Array("hello".utf8)))))
        let read = try complete(on: host) {
            var bytes: [UInt8] = []
            do {
                let first = StandardStreams.input()
                bytes += (try? first.read(2)) ?? []
            }
            let second = StandardStreams.input()
            bytes += (try? second.read(9)) ?? []
            return bytes
        }
        #expect(read == Array("hello".utf8))
    }

    @Test func `CLI-03: standard input at its end is ready and closed`() throws {
        let host = host(GuestEnvironment(standardInput: .init(MemoryPipe([]))))
        let seen = try complete(on: host) {
            let input = StandardStreams.input()
            let isReady = input.subscribe().isReady
            do throws(StreamError) {
                _ = try input.read(1)
                return (isReady, false)
            } catch {
                return (isReady, error.isClosed)
            }
        }
        #expect(seen == (true, true))
    }

    @Test func `CLI-05: a read of 0 bytes of standard input does not wait`() throws {
        let driver = VirtualDriver(sourceCount: 1)
        let host = WASIHost(
            driver: driver, environment: GuestEnvironment(standardInput: .init(source: .first)))
        #expect(try complete(on: host) { try? StandardStreams.input().read(0) } == [])
        #expect(driver.now == driver.start)
    }

    @Test func `CLI-06: a timer is reported while standard input has nothing`() throws {
        let host = WASIHost(
            driver: VirtualDriver(sourceCount: 1),
            environment: GuestEnvironment(standardInput: .init(source: .first)))
        let ready = try complete(on: host) {
            let input = StandardStreams.input()
            let bytes = input.subscribe()
            let timer = MonotonicClock.subscribe(after: .milliseconds(5))
            return WASIp2.poll([bytes.borrow, timer.borrow])
        }
        #expect(ready == [1])
    }

    @Test func `CLI-07: standard streams that are absent are ready and closed`() throws {
        let seen = try complete(on: host(GuestEnvironment())) {
            let output = StandardStreams.output()
            let isReady = output.subscribe().isReady
            do throws(StreamError) {
                _ = try output.checkWrite()
                return (isReady, false)
            } catch {
                return (isReady, error.isClosed)
            }
        }
        #expect(seen == (true, true))
    }

    @Test func `CLI-08: what was written is outside once it is flushed`() throws {
        let outside = MemoryPipe()
        let host = host(GuestEnvironment(standardOutput: .init(outside)))
        try complete(on: host) {
            try? StandardStreams.output().blockingWriteAndFlush(Array("no newline".utf8))
        }
        #expect(outside.bytes == Array("no newline".utf8))
    }

    @Test func `CLI-10: standard output at rest permits 50 bytes or more`() throws {
        let host = host(GuestEnvironment(standardOutput: .init(MemoryPipe())))
        let permit = try complete(on: host) { try? StandardStreams.output().checkWrite() }
        #expect(try #require(permit) >= 50)
    }

    @Test func `CLI-12: splicing standard input to standard output copies all of it`() throws {
        let text = [UInt8](repeating: 7, count: 100_000)
        let outside = MemoryPipe()
        let host = host(
            GuestEnvironment(
                standardInput: .init(MemoryPipe(text)), standardOutput: .init(outside)))
        try complete(on: host) {
            let input = StandardStreams.input()
            let output = StandardStreams.output()
            while let moved = try? output.blockingSplice(from: input, 65_536), moved > 0 {}
        }
        #expect(outside.bytes == text)
    }

    @Test(arguments: [(true, 0), (false, 1)])
    func `CLI-13: exit ends the guest with 0 for ok and 1 for err`(isSuccess: Bool, code: UInt8) {
        let outcome = Guest.run(on: host(GuestEnvironment())) { exit(success: isSuccess) }
        #expect(outcome == .exited(code: code))
    }

    @Test func `RES-21: exit with a discriminant that no result has traps`() {
        expectTrap("invalid-discriminant", "RES-21", saying: "2 is no case", on: .simulated()) {
            __wasm_import_wasi_cli_exit_exit(2)
        }
    }

    @Test func `CLI-16: arguments and variables are the same at every call`() throws {
        let host = host(
            GuestEnvironment(
                arguments: ["program", "", "zwölf"], variables: [("A", "1"), ("B", "")],
                currentDirectory: "/somewhere"))
        try complete(on: host) {
            for _ in 0..<2 {
                #expect(Environment.arguments() == ["program", "", "zwölf"])
                #expect(Environment.variables().map(\.name) == ["A", "B"])
                #expect(Environment.variables().map(\.value) == ["1", ""])
                #expect(Environment.initialDirectory() == "/somewhere")
            }
        }
    }

    @Test func `CLI-17: a terminal is told from what is none, and leaves no handle`() throws {
        let host = WASIHost(
            driver: VirtualDriver(sourceCount: 1),
            environment: GuestEnvironment(
                standardInput: .init(source: .first, isTerminal: true)))
        let seen = try complete(on: host) {
            (Terminal.isStandardInput(), Terminal.isStandardOutput(), Terminal.isStandardError())
        }
        #expect(seen == (true, false, false))
        #expect(host.liveResources == 0)
    }

    @Test func `CLI-18: an exit waits for no timer`() {
        let driver = VirtualDriver()
        let outcome = Guest.run(on: WASIHost(driver: driver)) {
            let timer = MonotonicClock.subscribe(after: .seconds(3_600))
            _ = timer.isReady
            exit(success: true)
        }
        #expect(outcome == .exited(code: 0))
        #expect(driver.now == driver.start)
    }
}
