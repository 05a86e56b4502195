// The step door and streams, asked by hand: who owns a stream, and what becomes of reads.

import PolluxHost
import Testing

@testable import PolluxScenario

/// A door that a test asks in the place of a guest.
private struct HandDriven {
    let host: WASIHost
    let trace = Trace()
    let door: StepDoor

    init(_ program: String) throws {
        let text =
            "pollux: 1\nname: n\nworld: {sock: {input: {}}, out: {output: {}}, keys: {stdin: {}}}\n"
            + "program: \(program)"
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

    /// The trap that this question ends with.
    func trap(_ task: Int, _ outcome: StepReport) -> String? {
        #expect(throws: HostTrap.self) { try next(task, outcome) }?.message
    }

    func isCancelled(_ task: Int) -> Bool {
        if case .cancelled = door.tasks[task - 1].status { true } else { false }
    }
}

struct StepDoorStreamTests {
    // MARK: Whose it is

    @Test func `a stream that one task reads is opened by its first step and goes with it`() throws
    {
        let guest = try HandDriven("{A: [read sock 4, read sock]}")
        #expect(
            try guest.next(1)
                == .adoptStream(slot: 1, handle: 100, isInput: true, isOwnedByTask: true))
        #expect(try guest.next(1) == .read(slot: 1, upTo: 4))
        #expect(try guest.next(1, .bytes([1])) == .read(slot: 1, upTo: 65_536))
        #expect(try guest.next(1, .closed) == .done)
    }

    @Test func `a stream that two tasks use is the guest's`() throws {
        let guest = try HandDriven("{A: [write out x], B: [flush out]}")
        #expect(
            try guest.next(1)
                == .adoptStream(slot: 1, handle: 100, isInput: false, isOwnedByTask: false))
        #expect(try guest.next(1) == .write(slot: 1, [0x78]))
        #expect(try guest.next(2) == .flush(slot: 1))
    }

    @Test func `a stream with a subscribed name is the guest's, as the name is`() throws {
        let guest = try HandDriven("{A: [subscribe sock as s, read sock, drop s, drop sock]}")
        #expect(
            try guest.next(1)
                == .adoptStream(slot: 1, handle: 100, isInput: true, isOwnedByTask: false))
        #expect(try guest.next(1) == .adopt(slot: 2, handle: 101, isOwnedByTask: false))
        #expect(try guest.next(1) == .read(slot: 1, upTo: 65_536))
        #expect(try guest.next(1, .closed) == .release(2))
        #expect(try guest.next(1) == .release(1))
        #expect(try guest.next(1) == .done)
    }

    @Test func `a wait on a stream has a pollable of its own`() throws {
        let guest = try HandDriven("{A: [wait sock, wait sock]}")
        _ = try guest.next(1)
        #expect(try guest.next(1) == .adopt(slot: 2, handle: 101, isOwnedByTask: true))
        #expect(try guest.next(1).anyOf == [2])
        #expect(try guest.next(1, .index(0)) == .release(2))
        #expect(try guest.next(1) == .adopt(slot: 3, handle: 102, isOwnedByTask: true))
    }

    @Test func `standard input is the process's own, and may be opened again`() throws {
        let guest = try HandDriven("{A: [drop keys, drop keys]}")
        for slot: UInt32 in [1, 2] {
            let handle = 99 + Int32(slot)
            #expect(
                try guest.next(1)
                    == .adoptStream(slot: slot, handle: handle, isInput: true, isOwnedByTask: true))
            #expect(try guest.next(1) == .release(slot))
        }
    }

    // MARK: Results

    @Test func `a read until closed is as many reads as it takes`() throws {
        let guest = try HandDriven("{A: [read sock until closed as body]}")
        _ = try guest.next(1)
        for part in ["he", "l", "lo"] {
            #expect(
                try guest.next(1, part == "he" ? .none : .bytes([1]))
                    == .read(slot: 1, upTo: 65_536))
        }
        #expect(try guest.next(1, .bytes([2])) == .read(slot: 1, upTo: 65_536))
        #expect(try guest.next(1, .closed) == .done)
        #expect(guest.door.values["body"] == .bytes([1, 1, 2]))
    }

    @Test func `a read until closed that fails has the failure for its value`() throws {
        let guest = try HandDriven("{A: [read sock until closed as body]}")
        for _ in 1...2 { _ = try guest.next(1) }
        _ = try guest.next(1, .bytes([1]))
        #expect(try guest.next(1, .failed("reset")) == .done)
        #expect(guest.door.values["body"] == .failed("reset"))
    }

    @Test func `each step's result is kept under its name`() throws {
        let guest = try HandDriven(
            "{A: [read sock as a, read sock as b, write out \"x\" as c, flush out as d]}")
        for _ in 1...2 { _ = try guest.next(1) }
        _ = try guest.next(1, .bytes([7]))
        for outcome: StepReport in [.closed, .none, .none] { _ = try guest.next(1, outcome) }
        _ = try guest.next(1, .failed("pipe"))
        #expect(
            guest.door.values == ["a": .bytes([7]), "b": .closed, "c": .ok, "d": .failed("pipe")])
    }

    @Test func `a result that nobody names and is no success is a fail of the task`() throws {
        let guest = try HandDriven("{A: [read sock, write out x]}")
        for _ in 1...2 { _ = try guest.next(1) }
        _ = try guest.next(1, .closed)
        _ = try guest.next(1)
        _ = try guest.next(1, .failed("pipe"))
        let fails = guest.trace.events.compactMap { event -> String? in
            if case .task(1, .fail(let text)) = event.what { text } else { nil }
        }
        #expect(fails == ["read sock: closed", "write out: failed: pipe"])
    }

    // MARK: Misuse

    @Test(arguments: [
        StepReport.none, .index(0), .cancelled, .bytes([]), .bytes([1, 2, 3, 4, 5]),
    ])
    func `a read cannot end like this`(outcome: StepReport) throws {
        let guest = try HandDriven("{A: [read sock 4]}")
        for _ in 1...2 { _ = try guest.next(1) }
        #expect(
            guest.trap(1, outcome) == "the last step of task 1 cannot end with \(outcome)")
    }

    @Test(arguments: [StepReport.bytes([1]), .index(0)])
    func `a write cannot end like this`(outcome: StepReport) throws {
        let guest = try HandDriven("{A: [write out x]}")
        for _ in 1...2 { _ = try guest.next(1) }
        #expect(
            guest.trap(1, outcome) == "the last step of task 1 cannot end with \(outcome)")
    }

    @Test(arguments: [StepReport.bytes([1]), .closed, .failed("x")])
    func `a yield cannot end like a step on a stream`(outcome: StepReport) throws {
        let guest = try HandDriven("{A: [yield, yield]}")
        _ = try guest.next(1)
        #expect(
            guest.trap(1, outcome) == "the last step of task 1 cannot end with \(outcome)")
    }

    @Test func `a stream is not dropped while another task reads it`() throws {
        let guest = try HandDriven("{A: [read sock], B: [drop sock]}")
        for _ in 1...2 { _ = try guest.next(1) }
        #expect(guest.trap(2, .none) == "'sock' cannot be dropped while 'A' uses it")
        #expect(guest.door.mistake?.place == Place(line: 4, column: 31))
    }

    @Test func `a stream that was dropped is not opened again`() throws {
        let guest = try HandDriven("{A: [drop sock, read sock]}")
        for _ in 1...2 { _ = try guest.next(1) }
        #expect(
            guest.trap(1, .none) == "'sock' was dropped before, and a stream is opened once")
    }

    // MARK: Cancelling

    @Test func `a cancelled reader is cancelled when its stream is gone, too`() throws {
        let guest = try HandDriven("{R: [read sock], K: [cancel R, yield, yield]}")
        for _ in 1...2 { _ = try guest.next(1) }
        _ = try guest.next(2)
        _ = try guest.next(2)
        #expect(!guest.isCancelled(1))
        try guest.host.drop(100, as: .inputStream, in: .inputStreamDrop)
        _ = try guest.next(2)
        #expect(guest.isCancelled(1))
    }

    @Test func `a cancelled reader of a stream that others use leaves it open`() throws {
        let guest = try HandDriven("{R: [read sock], K: [cancel R, read sock]}")
        for _ in 1...2 { _ = try guest.next(1) }
        #expect(try guest.next(2) == .cancel(1))
        #expect(try guest.next(2) == .read(slot: 1, upTo: 65_536))
        #expect(guest.isCancelled(1))
    }
}
