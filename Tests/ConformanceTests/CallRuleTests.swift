// RES: calls as such. Lists in memory, allocators that call back, guests that are over.

import CWASIp2
import Dispatch
import PolluxHost
import Synchronization
import Testing

@testable import PolluxNative

struct CallRuleTests {
    // MARK: After the end

    @Test func `RES-16: after a trap every call is refused`() throws {
        let host = WASIHost.simulated()
        let pollable = try host.subscribe(duration: 0)
        _ = Guest.run(on: host) { Import.block(0) }
        let calls: [() throws -> Void] = [
            { _ = try host.poll([pollable]) }, { _ = try host.ready(pollable) },
            { try host.block(pollable) }, { _ = try host.subscribe(duration: 0) },
            { _ = try host.monotonicNow() }, { _ = try host.wallNow() },
            { try host.drop(pollable, as: .pollable, in: .pollableDrop) },
        ]
        for call in calls {
            let trap = #expect(throws: HostTrap.self) { try call() }
            #expect(trap?.name == "ended")
            #expect(trap?.rule == "RES-16")
        }
    }

    @Test func `RES-16: a host whose guest trapped takes no second guest`() {
        let host = WASIHost.simulated()
        _ = Guest.run(on: host) { Import.block(0) }
        expectTrap("ended", "RES-16", saying: "nothing of it may run on", on: host) {
            _ = Import.now()
        }
    }

    // MARK: Allocators

    @Test func `RES-17: an import called from inside cabi_realloc traps`() {
        expectTrap(
            "reentered", "RES-17", saying: "an allocator must not call imports", on: .simulated()
        ) {
            CurrentHost.with(.poll) { host throws(HostTrap) in
                host.whileAllocating { _ = Import.now() }
            }
        }
    }

    @Test func `RES-17: after cabi_realloc has returned calls are taken again`() throws {
        try complete(on: .simulated()) {
            let pollable = Import.subscribe(after: 0)
            #expect(Import.poll([pollable]) == [0])
            #expect(Import.poll([pollable]) == [0])
        }
    }

    // MARK: Lists

    @Test(arguments: [0, 1])
    func `RES-18: a list that is not aligned traps, even an empty one`(count: Int) {
        expectTrap(
            "misaligned", "RES-18", saying: "0x1002 is not aligned to 4 bytes", on: .simulated()
        ) {
            Import.poll(address: 0x1002, count: count)
        }
    }

    @Test func `RES-18: a list at address 0 traps unless it is empty`() {
        expectTrap(
            "out-of-bounds", "RES-18", saying: "outside the guest's memory", on: .simulated()
        ) {
            Import.poll(address: 0, count: 1)
        }
    }

    @Test func `RES-18: an empty list is not read, wherever it stands`() throws {
        for address in [0, 4, 0x7fff_ffff_fffc] as [UInt] {
            try Lifting.check(address, count: 0, stride: 4, in: .poll)
        }
    }

    @Test(arguments: [1, 2, 4, 8])
    func `RES-18: every address that its stride does not divide traps`(stride: Int) {
        for address in UInt(64)..<96 {
            let trap = trapOf { () throws(HostTrap) in
                try Lifting.check(address, count: 1, stride: stride, in: .poll)
            }
            let isAligned = address % UInt(stride) == 0
            #expect(trap?.name == (isAligned ? nil : "misaligned"), "\(address)")
        }
    }

    @Test(arguments: [1, 4, 8, 16])
    func `RES-19: the longest list has 2^28-1 bytes`(stride: Int) {
        let most = ((1 << 28) - 1) / stride
        for count in [most, most + 1, Int(UInt32.max), .max, -1] {
            let trap = trapOf { () throws(HostTrap) in
                try Lifting.check(4_096, count: count, stride: stride, in: .poll)
            }
            #expect(trap?.name == (count == most ? nil : "list-too-long"), "\(count)")
        }
    }

    @Test func `RES-19: a longer list traps before it is read`() {
        expectTrap(
            "list-too-long", "RES-19", saying: "longer than a guest's memory", on: .simulated()
        ) {
            Import.poll(address: 0x1000, count: 1 << 26)
        }
    }

    @Test func `RES-22: results that do not fit one value come back in the canonical layout`() {
        #expect(MemoryLayout<wasi_io_poll_list_u32_t>.size == 2 * MemoryLayout<Int>.size)
        #expect(MemoryLayout<wasi_io_poll_list_u32_t>.offset(of: \.len) == MemoryLayout<Int>.size)
        #expect(MemoryLayout<wasi_clocks_wall_clock_datetime_t>.stride == 16)
        #expect(MemoryLayout<wasi_clocks_wall_clock_datetime_t>.offset(of: \.nanoseconds) == 8)
    }

    private func trapOf(_ body: () throws(HostTrap) -> Void) -> HostTrap? {
        do throws(HostTrap) {
            try body()
            return nil
        } catch {
            return error
        }
    }
}
