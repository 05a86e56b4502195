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
        var hosts: [Weak] = []
    }
    private let state: Locked<State>

    private struct Weak { weak var host: WASIHost? }

    init(_ deeds: [Deed]) { state = Locked(State(left: deeds[...])) }

    var ended: Int { state.withLock { $0.ended } }
    var wrong: [String] { state.withLock { $0.wrong } }
    /// How many of the guests' hosts somebody still has hold of.
    var hostsAlive: Int { state.withLock { $0.hosts.count { $0.host != nil } } }

    func next() -> (host: WASIHost, entry: @Sendable () -> Void)? {
        state.withLock { state in
            guard let deed = state.left.popFirst() else { return nil }
            let guest = deed.guest()
            state.hosts.append(Weak(host: guest.host))
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
        let deeds = (0..<count).map { _ in
            [Deed.returns, .traps, .exits, .deadlocks].randomElement(using: &generator)!
        }
        let supply = Deeds(deeds)
        GuestWorker.run(supply)
        #expect(supply.wrong == [])
        #expect(supply.ended == count)
    }

    @Test func `a guest that does not come back is given up, and those behind it have their turn`()
    {
        // Long beside what the others take, also on a machine with much else to do.
        let supply = Deeds([.returns, .loops, .traps, .loops, .returns])
        GuestWorker.run(supply, timeLimit: 2)
        #expect(supply.wrong == [])
        #expect(supply.ended == 5)
    }

    @Test func `a guest that ends its thread takes no host with it`() {
        let supply = Deeds([.returns, .traps, .exits, .traps, .returns])
        GuestWorker.run(supply)
        #expect(supply.ended == 5)
        #expect(supply.hostsAlive == 0)
    }

    @Test func `guests that return share one thread`() {
        let threads = Locked<Set<pthread_t>>([])
        let supply = Repeated(1_000) { threads.withLock { _ = $0.insert(pthread_self()) } }
        GuestWorker.run(supply)
        #expect(threads.withLock(\.count) == 1)
    }

    @Test func `a guest that is given up ends within its next few thousand host calls`() {
        let isGivenUp = Atomic<Bool>(false)
        let isCalling = Atomic<Bool>(false)
        let wentOn = Atomic<Bool>(false)
        let supply = Repeated(1) {
            while !isGivenUp.load(ordering: .acquiring) { usleep(100) }
            isCalling.store(true, ordering: .releasing)
            // It is asked to stop by a flag that a host looks at every few thousand calls.
            for _ in 0..<10_000 { _ = MonotonicClock.now() }
            wentOn.store(true, ordering: .releasing)
        }
        supply.whenEnded = { isGivenUp.store(true, ordering: .releasing) }
        GuestWorker.run(supply, timeLimit: 0.02)
        #expect(supply.outcomes == [.timedOut])
        while !isCalling.load(ordering: .acquiring) { usleep(100) }
        usleep(20_000)
        let hasGoneOn = wentOn.load(ordering: .acquiring)
        #expect(!hasGoneOn)
    }

    @Test func `trapped guests leave no more than a little memory each`() async {
        // AddressSanitizer keeps what was freed, for a while.
        let keepsFreed = dlsym(nil, "__asan_init") != nil
        guard GuestWorker.endsThreads, !keepsFreed else { return }
        // In a process of its own: what other tests do meanwhile is not its memory.
        await #expect(processExitsWith: .success) {
            GuestWorker.run(Deeds(Array(repeating: .traps, count: 500)))
            let before = try resident()
            GuestWorker.run(Deeds(Array(repeating: .traps, count: 4_000)))
            // Their frames are lost with what they own: some hundred bytes, not a stack.
            if try resident() - before >= 4_000 * 4_096 { exit(2) }
        }
    }
}

/// Bytes of memory that the process has now.
private func resident() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let pages = try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
}

/// One entry, several times.
private final class Repeated: GuestSupply {
    private let left: Locked<Int>
    private let entry: @Sendable () -> Void
    private let ends = Locked<[Outcome]>([])
    /// Called when one has ended; set before the first begins.
    nonisolated(unsafe) var whenEnded: @Sendable () -> Void = {}

    init(_ count: Int, _ entry: @escaping @Sendable () -> Void) {
        left = Locked(count)
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

    func ended(_ outcome: Outcome, of host: WASIHost) {
        ends.withLock { $0.append(outcome) }
        whenEnded()
    }
}
