import PolluxHost
import PolluxNative
import Synchronization
import Testing
import WASIAsyncRuntime
import WASIp2
import Glibc

actor Counter { var n = 0; func add() -> Int { n += 1; return n } }

final class Log: Sendable {
    let lines = Mutex<[String]>([])
    func note(_ s: String) { lines.withLock { $0.append("\(s)@\(pthread_self())") } }
}
@Test func smoke() throws {
    let log = Log()
    let host = WASIHost(driver: VirtualDriver())
    let outcome = Guest.run(on: host) {
        log.note("begin")
        let r = blockOn {
            log.note("root")
            async let a: Int = { log.note("asynclet"); try? await sleep(for: .milliseconds(3)); log.note("slept"); return 1 }()
            let t = Task { log.note("Task"); await Task.yield(); log.note("yielded"); return 2 }
            let d = Task.detached { log.note("detached"); await MainActor.run { log.note("main") }; return 3 }
            let c = Counter()
            _ = await c.add()
            await withTaskGroup(of: Void.self) { g in
                for i in 0..<3 { g.addTask { log.note("group\(i)"); _ = await c.add() } }
            }
            let (s, k) = AsyncStream<Int>.makeStream()
            Task { for i in 0..<3 { k.yield(i); await Task.yield() }; k.finish() }
            for await i in s { log.note("stream\(i)") }
            do { try await withTimeout(.milliseconds(5)) { try await sleep(for: .seconds(100)) } } catch { log.note("\(error)") }
            let sum = await a + t.value
            return await sum + d.value
        }
        log.note("end \(r)")
    }
    #expect(outcome == .completed)
    for l in log.lines.withLock({ $0 }) { print(l) }
}
