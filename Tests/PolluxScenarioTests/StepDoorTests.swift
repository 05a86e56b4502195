// The step door, asked by hand: who is handed what, and what the door makes of the answers.

import Mutants
import PolluxHost
import Testing

@testable import PolluxScenario

/// A door that a test asks in the place of a guest.
private struct HandDriven {
    let host: WASIHost
    let trace = Trace()
    let door: StepDoor

    init(_ text: String) throws {
        let text = "pollux: 1\nname: n\n" + text
        let scenario = try #require(try Scenario.parse(path: "f", text: text).first)
        let driver = VirtualDriver(sourceCount: scenario.resources.count)
        host = WASIHost(driver: driver, trace: trace, firstHandle: 100)
        door = StepDoor(
            Script(scenario), scenario.hosts[0], host: host, driver: driver, trace: trace)
        host.door = door
    }

    func next(_ task: Int, _ outcome: StepReport = .none) throws -> HandOut {
        try door.next(task, outcome)
    }

    func drop(_ handle: Int32) throws {
        try host.drop(handle, as: .pollable, in: .pollableDrop)
    }

    func isCancelled(_ task: Int) -> Bool {
        if case .cancelled = door.tasks[task - 1].status { true } else { false }
    }
}

struct StepDoorTests {
    // MARK: Cancelling

    @Test func `a task that was cancelled before its first turn is not woken by it`() throws {
        let guest = try HandDriven("program: {W: [sleep 5ms], K: [cancel W]}")
        _ = try guest.next(0)
        _ = try guest.next(0)
        #expect(try guest.next(2) == .cancel(1))
        #expect(try guest.next(2) == .done)
        #expect(guest.isCancelled(1))
        #expect(try guest.next(1) == .done)
        #expect(!guest.trace.events.contains { $0.what == .task(1, .wake) })
    }

    @Test func `a task that is cancelled as it waits and asks on was woken`() throws {
        let guest = try HandDriven("program: {W: [sleep 5ms], K: [cancel W]}")
        _ = try guest.next(0)
        _ = try guest.next(0)
        #expect(try guest.next(1) == .sleep(5_000_000))
        #expect(try guest.next(2) == .cancel(1))
        #expect(try guest.next(2) == .done)
        #expect(try guest.next(1) == .done)
        #expect(guest.trace.events.contains { $0.what == .task(1, .wake) })
    }

    // MARK: The entry

    @Test func `the entry spawns the tasks in file order and joins each that is open`() throws {
        let guest = try HandDriven("program: {A: [], B: [yield]}")
        #expect(try guest.next(0) == .spawn(1))
        #expect(try guest.next(0) == .spawn(2))
        #expect(try guest.next(0) == .join(1))
        #expect(try guest.next(1) == .done)
        #expect(try guest.next(0) == .join(2))
        #expect(try guest.next(2) == .yield)
        #expect(try guest.next(2) == .done)
        #expect(try guest.next(0) == .done)
    }

    @Test func `the entry leaves spawned tasks to their spawners and joins main alone`() throws {
        let guest = try HandDriven("program: {main: [spawn B], A: [yield], B: [yield]}")
        #expect(try guest.next(0) == .spawn(1))
        #expect(try guest.next(0) == .spawn(2))
        #expect(try guest.next(0) == .join(1))
        #expect(try guest.next(1) == .spawn(3))
        #expect(try guest.next(1) == .done)
        #expect(try guest.next(0) == .done)
    }

    // MARK: Steps

    @Test func `a plain wait adopts, waits and releases`() throws {
        let guest = try HandDriven("world: {p: level}\nprogram: {A: [wait p]}")
        #expect(try guest.next(1) == .adopt(slot: 1, handle: 100, isOwnedByTask: true))
        #expect(try guest.next(1).anyOf == [1])
        #expect(try guest.next(1, .index(0)) == .release(1))
        #expect(try guest.next(1) == .done)
    }

    @Test func `a subscribed name keeps its slot between waits`() throws {
        let guest = try HandDriven(
            "world: {p: level, q: level}\nprogram: {A: [subscribe p as a, wait a & q, wait a, drop a]}"
        )
        #expect(try guest.next(1) == .adopt(slot: 1, handle: 100, isOwnedByTask: false))
        #expect(try guest.next(1) == .adopt(slot: 2, handle: 101, isOwnedByTask: true))
        #expect(try guest.next(1).allOf == [1, 2])
        #expect(try guest.next(1) == .release(2))
        #expect(try guest.next(1).anyOf == [1])
        #expect(try guest.next(1, .index(0)) == .release(1))
        #expect(try guest.next(1) == .done)
    }

    @Test func `a wait for any of three releases all three`() throws {
        let guest = try HandDriven(
            "world: {p: level, q: level, r: level}\nprogram: {A: [wait p | q | r]}")
        for _ in 1...3 { _ = try guest.next(1) }
        #expect(try guest.next(1).anyOf == [1, 2, 3])
        #expect(try guest.next(1, .index(1)) == .release(1))
        #expect(try guest.next(1) == .release(2))
        #expect(try guest.next(1) == .release(3))
    }

    @Test func `steps of the host's own are not handed out`() throws {
        let guest = try HandDriven("program: {A: [work 5ms, say hello, yield]}")
        #expect(try guest.next(1) == .yield)
        #expect(
            guest.door.driver.now.nanoseconds - guest.door.driver.start.nanoseconds == 5_000_000)
    }

    @Test func `every other step is handed out as it stands`() throws {
        let guest = try HandDriven(
            "program: {A: [sleep 5us, send c, recv d, spawn B, cancel B and join], B: []}")
        #expect(try guest.next(1) == .sleep(5_000))
        #expect(try guest.next(1) == .send(0))
        #expect(try guest.next(1) == .receive(1))
        #expect(try guest.next(1) == .spawn(2))
        #expect(try guest.next(1) == .cancel(2))
        #expect(try guest.next(1) == .join(2))
        #expect(try guest.next(1, .cancelled) == .done)
    }

    // MARK: Cancelling

    private static let cancelling =
        "world: {p: level, q: level}\nprogram: {W: [wait p | q], K: [cancel W, yield, yield]}"

    @Test func `a cancelled task is cancelled when the last of its own slots is gone`() throws {
        let guest = try HandDriven(Self.cancelling)
        for _ in 1...3 { _ = try guest.next(1) }
        #expect(try guest.next(2) == .cancel(1))
        _ = try guest.next(2)
        #expect(!guest.isCancelled(1))
        try guest.drop(100)
        _ = try guest.next(2)
        #expect(!guest.isCancelled(1))
        try guest.drop(101)
        _ = try guest.next(2)
        #expect(guest.isCancelled(1))
    }

    @Test func `a slot's number in new hands does not keep a cancelled task alive`() throws {
        let guest = try HandDriven(
            "world: {p: level, q: level}\nprogram: {W: [wait p], K: [cancel W, wait q]}")
        for _ in 1...2 { _ = try guest.next(1) }
        _ = try guest.next(2)
        try guest.drop(100)
        #expect(try guest.next(2) == .adopt(slot: 2, handle: 100, isOwnedByTask: true))
        _ = try guest.next(2)
        #expect(guest.isCancelled(1))
    }

    @Test func `a cancelled task without slots of its own is cancelled at the next step`() throws {
        let guest = try HandDriven("program: {W: [sleep 5ms], K: [cancel W, yield]}")
        _ = try guest.next(1)
        _ = try guest.next(2)
        #expect(!guest.isCancelled(1))
        _ = try guest.next(2)
        #expect(guest.isCancelled(1))
    }

    @Test func `the entry notices that a cancelled task is gone`() throws {
        let guest = try HandDriven("world: {p: level}\nprogram: {W: [wait p], K: [cancel W]}")
        for _ in 1...2 { _ = try guest.next(0) }
        for _ in 1...2 { _ = try guest.next(1) }
        #expect(try guest.next(2) == .cancel(1))
        #expect(try guest.next(2) == .done)
        #expect(try guest.next(0) == .join(1))
        try guest.drop(100)
        #expect(try guest.next(0, .cancelled) == .done)
    }

    @Test func `a cancelled task whose slots stay is joined once and then told of`() throws {
        let guest = Mutant.named("R13").guest
        let played = try Played(
            """
            pollux: 1
            name: n
            world: {p: level}
            program: {W: [wait p], K: [sleep 5ms, cancel W and join]}
            """, on: guest)
        #expect(played.run.outcome == .leaked([0]))
        #expect(
            played.said == [
                "1:1: outcome: expected completion, but the run left the pollables of the "
                    + "cancelled W undropped"
            ])
    }

    @Test func `a join of the entry that ends too early traps`() throws {
        let guest = try HandDriven("program: {A: [yield]}")
        for _ in 1...2 { _ = try guest.next(0) }
        let trap = #expect(throws: HostTrap.self) { try guest.next(0) }
        #expect(trap?.message == "the join of task 1 ended before the task did")
    }

    @Test func `a runtime may tell a cancelled task, which then reports it`() throws {
        let guest = try HandDriven("program: {W: [sleep 5ms, say late], K: [cancel W]}")
        _ = try guest.next(1)
        _ = try guest.next(2)
        #expect(try guest.next(1, .cancelled) == .done)
        #expect(guest.isCancelled(1))
    }

    @Test func `a cancelled task that wakes is done at once, and the log has the wake`() throws {
        let guest = try HandDriven("program: {W: [sleep 5ms, say late], K: [cancel W, yield]}")
        _ = try guest.next(1)
        for _ in 1...2 { _ = try guest.next(2) }
        #expect(try guest.next(1) == .done)
        #expect(guest.trace.events.last?.what == .task(1, .wake))
    }

    // MARK: Choosing

    @Test func `an executor that picks any task asks the host's choices`() throws {
        let guest = try HandDriven("program: {A: []}\nhosts: [{executor: any}]")
        _ = try guest.door.choose(4)
        #expect(
            guest.trace.events.map(guest.trace.line).map { $0.drop { $0 != "c" } } == [
                "choice exec.pick 1: 0 of 4"
            ])
    }

    @Test func `without an executor that picks any task the first one goes`() throws {
        let guest = try HandDriven("program: {A: []}")
        #expect(try (0..<5).map { _ in try guest.door.choose(4) } == [0, 0, 0, 0, 0])
    }
}

extension HandOut {
    /// The slots of a wait for any of them.
    var anyOf: [UInt32]? { if case .waitAny(let slots) = self { slots.map(\.number) } else { nil } }
    /// The slots of a wait for all of them.
    var allOf: [UInt32]? { if case .waitAll(let slots) = self { slots.map(\.number) } else { nil } }
}
