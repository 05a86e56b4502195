// Cancelling at every await of the library: nothing is left, and all of it goes in a legal order.

import Glibc
import PolluxHost
import PolluxNative
import SimulatedWorld
import Testing
import WASIAsyncRuntime
import WASIReactor
import WASIp2

/// An await of the library that only a cancellation ends.
private struct Await: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let begin: @Sendable @MainActor (World) async throws -> Void

    init(_ name: String, _ begin: @escaping @Sendable @MainActor (World) async throws -> Void) {
        testDescription = name
        self.begin = begin
    }

    static let all = [
        Await("wait") { try await $0.pollable("never").wait() },
        Await("first(of:)") {
            _ = try await AsyncPollable.first(of: [$0.pollable("never"), $0.pollable("other")])
        },
        Await("all(of:)") {
            try await AsyncPollable.all(of: [$0.pollable("never"), $0.pollable("now")])
        },
        Await("sleep(for:)") { _ in try await sleep(for: .seconds(3_600)) },
        Await("sleep(until:)") { _ in try await sleep(until: .init(.init(nanoseconds: .max))) },
        Await("Task.sleep(clock:)") { _ in
            try await Task.sleep(for: .seconds(3_600), clock: .wasi)
        },
        Await("value(of:) a wait") { world in
            let handle = try world.host.subscribe(SourceID(index: 0))
            try await value(of: Reactor.current.waitFor(Pollable(owning: handle)))
        },
        Await("value(of:) a message") { _ in _ = try await value(of: Channel<Int>().receive()) },
        Await("read") { _ = try await $0.input().read() },
        Await("readToEnd") { _ = try await $0.input().readToEnd(limit: 100) },
        Await("chunks") { for try await _ in $0.input() {} },
        Await("lines") { for try await _ in $0.input().lines() {} },
        Await("write") { try await $0.output().write("abc") },
        Await("flush") { try await $0.output().flush() },
        Await("withTimeout") { world in
            try await withTimeout(.seconds(3_600)) { try await world.pollable("never").wait() }
        },
        Await("withTimeout of withTimeout of a read") { world in
            try await withTimeout(.seconds(3_600)) {
                try await withTimeout(.seconds(7_200)) { _ = try await world.input().read() }
            }
        },
        Await("async let") { world in
            async let one: Void = world.pollable("never").wait()
            async let two: Void = sleep(for: .seconds(3_600))
            _ = try await (one, two)
        },
        Await("group") { world in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<10 { group.addTask { try await world.pollable("never").wait() } }
                try await group.waitForAll()
            }
        },
    ]
}

@Suite struct CancelTests {
    /// A world in which nothing that an ``Await`` needs ever comes.
    private func makeWorld() -> World {
        World(
            ["never": nil, "other": nil, "now": 0], output: [0: .permit(0)])
    }

    @Test(arguments: Await.all, [0, 1, 2])
    fileprivate func `a cancelled await leaves nothing`(await: Await, milliseconds: Int) {
        let world = makeWorld()
        let outcome = world.run {
            let task = Task { try await `await`.begin(world) }
            if milliseconds > 0 { try await sleep(for: .milliseconds(milliseconds)) }
            task.cancel()
            if case .success = await task.result { world.say("went on") }
            if world.host.liveResources > handlesOfLoop { world.say("left a handle") }
        }
        #expect(outcome == .completed)
        #expect(world.said.isEmpty)
        #expect(world.host.liveResources == 0)
    }

    @Test(arguments: Await.all)
    fileprivate func `an await that is left at the end of blockOn keeps no pollable`(
        await: Await
    ) {
        let world = makeWorld()
        let outcome = world.run {
            Task {
                try await `await`.begin(world)
                world.say("went on")
            }
            try await sleep(for: .milliseconds(1))
        }
        #expect(outcome == .completed)
        #expect(world.said.isEmpty)
        #expect(world.subscribed.count == world.dropped.filter { !$0.hasPrefix("stream") }.count)
    }

    @Test(arguments: Await.all)
    fileprivate func `a timeout ends it`(await: Await) {
        let world = makeWorld()
        let outcome = world.run {
            do {
                try await withTimeout(.milliseconds(3)) { try await `await`.begin(world) }
            } catch is TimeoutError {
                world.note("timed out")
            }
        }
        #expect(outcome == .completed)
        #expect(world.said == ["timed out at 3ms"])
        #expect(world.host.liveResources == 0)
    }

    @Test func `cancelled waits without number need no more room than the first of them`() async {
        await #expect(processExitsWith: .success) {
            let host = WASIHost(driver: VirtualDriver(sourceCount: 1), trace: nil)
            let outcome = await Guest.run(on: host, stackSize: 8 << 20) {
                blockOn {
                    let handle = try! host.subscribe(SourceID(index: 0))
                    let door = AsyncPollable(Pollable(owning: handle))
                    let before = host.liveResources
                    await cancelWaits(100_000, on: door)
                    let first = residentBytes()
                    await cancelWaits(100_000, on: door)
                    let second = residentBytes()
                    if !isSanitized, second - first > 4 << 20 { exit(2) }
                    if host.liveResources > before + handlesOfLoop { exit(3) }
                }
            }
            exit(outcome == .completed && host.liveResources == 0 ? 0 : 1)
        }
    }
}

/// What a loop may keep while it runs: the pollable of all sleepers, and the one for looks.
private let handlesOfLoop = 2

/// A sanitizer's allocator keeps what is freed.
private let isSanitized = dlsym(nil, "__tsan_init") != nil || dlsym(nil, "__asan_init") != nil

/// Begins so many waits, some at a time, and cancels each.
@MainActor private func cancelWaits(_ count: Int, on door: AsyncPollable) async {
    for number in 0..<(count / 10) {
        let tasks = (0..<10).map { place in
            Task {
                if place % 3 == 0 {
                    try await door.wait()
                } else if place % 3 == 1 {
                    try await sleep(for: .seconds(number + 1))
                } else {
                    try await withTimeout(.seconds(60)) { try await door.wait() }
                }
            }
        }
        await Task.yield()
        await Task.yield()
        for task in tasks { task.cancel() }
        for task in tasks { _ = await task.result }
    }
}

private func residentBytes() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 200)
    guard fgets(&line, 200, file) != nil else { return 0 }
    let text = String(
        decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return (Int(text.split(separator: " ")[1]) ?? 0) * sysconfPageSize
}

private let sysconfPageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
