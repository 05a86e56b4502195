// Many guests on one worker: how each ends, and that nothing of one is left for the next.

import Foundation
import Glibc
import PolluxHost
import PolluxNative
import Synchronization
import Testing
import WASIp2

/// What a guest of these tests does.
private enum Deed: CaseIterable {
    case returns, traps, exits, deadlocks, loops

    /// A guest that does it, and how it must end.
    func guest() -> (host: WASIHost, entry: @Sendable () -> Void) {
        let host = WASIHost(driver: VirtualDriver(sourceCount: 1))
        switch self {
        case .returns: return (host, { _ = MonotonicClock.now() })
        case .traps: return (host, { _ = poll([]) })
        case .exits:
            return (
                host,
                {
                    CurrentHost.with(.unreachable) { (_: WASIHost) throws(HostTrap) -> Void in
                        throw HostTrap(.exit(3))
                    }
                }
            )
        case .deadlocks:
            return (
                host,
                { Pollable(owning: try! host.subscribe(SourceID(index: 0))).block() }
            )
        case .loops: return (host, { while true { usleep(1_000) } })
        }
    }

    func isEnd(_ outcome: Outcome) -> Bool {
        switch (self, outcome) {
        case (.returns, .completed), (.exits, .exited(3)), (.loops, .timedOut): true
        case (.traps, .trapped(let trap)): trap.kind == .emptyPoll
        case (.deadlocks, .deadlocked): true
        default: false
        }
    }
}

/// Guests that do these deeds, in this order.
private final class Deeds: GuestSupply {
    private struct State {
        var left: ArraySlice<Deed>
        var current: (deed: Deed, host: WASIHost)?
        var ended = 0
        var wrong: [String] = []
    }
    private let state: Mutex<State>

    init(_ deeds: [Deed]) { state = Mutex(State(left: deeds[...])) }

    var ended: Int { state.withLock { $0.ended } }
    var wrong: [String] { state.withLock { $0.wrong } }

    func next() -> (host: WASIHost, entry: @Sendable () -> Void)? {
        state.withLock { state in
            guard let deed = state.left.popFirst() else { return nil }
            let guest = deed.guest()
            state.current = (deed, guest.host)
            return guest
        }
    }

    func ended(_ outcome: Outcome, of host: WASIHost) {
        state.withLock { state in
            guard let (deed, own) = state.current, own === host else {
                return state.wrong.append("\(outcome) of a host that nobody runs on")
            }
            state.ended += 1
            state.current = nil
            if !deed.isEnd(outcome) { state.wrong.append("\(deed) ended with \(outcome)") }
            if outcome == .completed, host.liveResources > 0 {
                state.wrong.append("\(deed) began with resources")
            }
        }
    }
}

@Suite struct GuestWorkerTests {
    @Test func `ten thousand guests that end in any way each end in their own`() {
        var generator = SplitMix64(seed: 1)
        // A thread that cannot end is parked, and a process holds few of them.
        let count = GuestWorker.endsThreads ? 10_000 : 500
        var deeds = (0..<count).map { _ in
            [Deed.returns, .traps, .exits, .deadlocks].randomElement(using: &generator)!
        }
        for place in stride(from: 50, to: count, by: count / 4) { deeds[place] = .loops }
        let supply = Deeds(deeds)
        GuestWorker.run(supply, timeLimit: 0.2)
        #expect(supply.wrong == [])
        #expect(supply.ended == count)
    }

    @Test func `guests that return share one thread`() {
        let threads = Mutex<Set<pthread_t>>([])
        let supply = Repeated(1_000) { threads.withLock { _ = $0.insert(pthread_self()) } }
        GuestWorker.run(supply)
        #expect(threads.withLock(\.count) == 1)
    }

    @Test func `a guest that is given up ends at its next host call`() {
        let calls = Atomic<Int>(0)
        let hasEnded = Atomic<Bool>(false)
        let supply = Repeated(2) {
            if calls.wrappingAdd(1, ordering: .relaxed).oldValue > 0 {
                usleep(200_000)
                return
            }
            usleep(100_000)
            for _ in 0..<10_000 { _ = MonotonicClock.now() }
            hasEnded.store(true, ordering: .relaxed)
        }
        GuestWorker.run(supply, timeLimit: 0.02)
        let wentOn = hasEnded.load(ordering: .relaxed)
        #expect(!wentOn)
        #expect(supply.outcomes.first == .timedOut)
    }

    @Test func `trapped guests leave no more than a little memory each`() throws {
        guard GuestWorker.endsThreads else { return }
        GuestWorker.run(Deeds(Array(repeating: .traps, count: 500)))
        let before = try resident()
        GuestWorker.run(Deeds(Array(repeating: .traps, count: 4_000)))
        // Their frames are lost with what they own: some hundred bytes, not a stack.
        #expect(try resident() - before < 4_000 * 4_096)
    }

    /// Bytes of memory that the process has now.
    private func resident() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}

/// One entry, several times.
private final class Repeated: GuestSupply {
    private let left: Mutex<Int>
    private let entry: @Sendable () -> Void
    private let ends = Mutex<[Outcome]>([])

    init(_ count: Int, _ entry: @escaping @Sendable () -> Void) {
        left = Mutex(count)
        self.entry = entry
    }

    var outcomes: [Outcome] { ends.withLock { $0 } }

    func next() -> (host: WASIHost, entry: @Sendable () -> Void)? {
        let hasMore = left.withLock { left in
            left -= 1
            return left >= 0
        }
        return hasMore ? (WASIHost(driver: VirtualDriver()), entry) : nil
    }

    func ended(_ outcome: Outcome, of host: WASIHost) { ends.withLock { $0.append(outcome) } }
}
