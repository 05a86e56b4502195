// RES: handles as a guest sees them.

import CWASIp2
import PolluxHost
import PolluxNative
import Synchronization
import Testing

struct ResourceRuleTests {
    // MARK: Numbers that name nothing

    @Test func `RES-01: 0 is never a handle, and using it traps`() {
        expectTrap("unknown-handle", "RES-01", saying: "0 is never a handle", on: .simulated()) {
            Import.block(0)
        }
    }

    @Test(arguments: [1 as Int32, 4_711, -1, .max, .min])
    func `RES-02: a number that was never handed out traps`(handle: Int32) {
        let host = WASIHost(
            driver: VirtualDriver(), trace: Trace(), firstHandle: 100)
        expectTrap(
            "unknown-handle", "RES-02",
            saying: "unknown handle \(handle): this host has handed out",
            on: host
        ) {
            _ = Import.subscribe(after: 0)
            _ = Import.ready(handle)
        }
    }

    @Test func `RES-02: a handle kept from an earlier guest traps in the next one`() throws {
        let kept = try complete(on: .simulated()) { Import.subscribe(after: 0) }
        expectTrap(
            "unknown-handle", "RES-02", saying: "from an earlier run", on: .simulated()
        ) {
            _ = Import.subscribe(after: 0)
            Import.block(kept)
        }
    }

    @Test func `RES-08: the second drop of a handle traps`() {
        expectTrap(
            "unknown-handle", "RES-08",
            saying: "pollable #2 (@0ms), made by monotonic-clock.subscribe-duration (call 3), "
                + "dropped by pollable.drop (call 4)",
            on: .simulated()
        ) {
            Import.block(Import.subscribe(after: 0))
            let pollable = Import.subscribe(after: 0)
            Import.drop(pollable: pollable)
            Import.drop(pollable: pollable)
        }
    }

    @Test func `RES-08: a handle dropped twice may by then name another resource`() throws {
        let host = WASIHost.simulated()
        let isSame = try complete(on: host) {
            let old = Import.subscribe(after: 0)
            Import.drop(pollable: old)
            let new = Import.subscribe(after: 0)
            Import.drop(pollable: old)
            return old == new
        }
        #expect(isSame)
        #expect(host.liveResources == 0)
    }

    // MARK: Types

    @Test func `RES-03: a pollable passed as an input-stream traps`() {
        expectTrap(
            "wrong-type", "RES-03",
            saying: "is pollable #1 (@0ms), made by monotonic-clock.subscribe-duration (call 1), "
                + "but the call takes an input-stream",
            on: .simulated()
        ) {
            Import.drop(inputStream: Import.subscribe(after: 0))
        }
    }

    @Test(arguments: [ResourceKind.error, .inputStream, .outputStream])
    func `RES-03: no other resource passes for a pollable`(kind: ResourceKind) throws {
        let host = WASIHost.simulated()
        let handle = try host.insert(kind)
        expectTrap("wrong-type", "RES-03", saying: "the call takes a pollable", on: host) {
            _ = Import.poll([handle])
        }
    }

    @Test func `RES-05: live handles of different types never share a number`() throws {
        let host = WASIHost.simulated()
        var handles: [Int32] = []
        for kind in [ResourceKind.error, .inputStream, .outputStream, .pollable] {
            handles.append(try host.insert(kind))
        }
        handles.append(try complete(on: host) { Import.subscribe(after: 0) })
        #expect(Set(handles).count == handles.count)
    }

    // MARK: Giving numbers out

    @Test func `RES-04: the number freed last is handed out first, then a new one`() throws {
        let reused = try complete(on: .simulated()) {
            let handles = (0..<3).map { _ in Import.subscribe(after: 0) }
            Import.drop(pollable: handles[1])
            Import.drop(pollable: handles[0])
            let again = (0..<3).map { _ in Import.subscribe(after: 0) }
            return again.map { $0 - handles[0] }
        }
        #expect(reused == [0, 1, 3])
    }

    @Test func `RES-14: a returned own is a new live handle in the guest's table`() throws {
        let host = WASIHost.simulated()
        let handles = try complete(on: host) { (0..<3).map { Import.subscribe(after: $0) } }
        #expect(Set(handles).count == 3)
        #expect(host.liveResources == 3)
    }

    @Test func `RES-28: one resource more than the limit traps`() {
        expectTrap(
            "table-full", "RES-28", saying: "no handle left of 3",
            on: .simulated(maxResources: 3)
        ) {
            for _ in 0..<4 { _ = Import.subscribe(after: 0) }
        }
    }

    @Test func `RES-28: what was dropped does not count against the limit`() throws {
        let host = WASIHost.simulated(maxResources: 3)
        try complete(on: host) {
            for _ in 0..<100 { Import.drop(pollable: Import.subscribe(after: 0)) }
        }
        #expect(host.liveResources == 0)
    }

    // MARK: Children

    @Test func `RES-23: an input-stream with a live pollable cannot be dropped`() throws {
        let (host, stream, _) = try makeStream(.inputStream)
        expectTrap(
            "child-alive", "RES-23",
            saying: "has 1 live child: pollable #2 (source 0), made by the world",
            on: host
        ) {
            Import.drop(inputStream: stream)
        }
    }

    @Test func `RES-23: an output-stream with two live pollables cannot be dropped`() throws {
        let (host, stream, _) = try makeStream(.outputStream)
        _ = try host.subscribe(.first, childOf: stream)
        expectTrap(
            "child-alive", "RES-23", saying: "has 2 live children, first pollable #2", on: host
        ) {
            Import.drop(outputStream: stream)
        }
    }

    @Test func `RES-26: a refused drop takes neither the parent nor the child`() throws {
        let (host, stream, pollable) = try makeStream(.inputStream)
        _ = Guest.run(on: host) { Import.drop(inputStream: stream) }
        #expect(host.liveResources == 2)
        #expect(host.serial(ofPollable: pollable) != nil)
    }

    @Test func `RES-27: pollables before streams, in any order among themselves, never trap`()
        throws
    {
        let host = WASIHost.simulated(sources: 2)
        let input = try host.insert(.inputStream)
        let output = try host.insert(.outputStream)
        let readable = try host.subscribe(.first, childOf: input)
        let writable = try host.subscribe(.second, childOf: output)
        try complete(on: host) {
            Import.drop(pollable: readable)
            Import.drop(pollable: writable)
            Import.drop(outputStream: output)
            Import.drop(inputStream: input)
        }
        #expect(host.liveResources == 0)
    }

    @Test func `RES-24: an error is no child, and outlives the stream it came from`() throws {
        let host = WASIHost.simulated()
        let stream = try host.insert(.inputStream)
        let error = try host.insert(.error)
        try complete(on: host) {
            Import.drop(inputStream: stream)
            Import.drop(error: error)
        }
        #expect(host.liveResources == 0)
    }

    private func makeStream(
        _ kind: ResourceKind
    ) throws -> (host: WASIHost, stream: Int32, pollable: Int32) {
        let host = WASIHost.simulated(sources: 1)
        let stream = try host.insert(kind)
        return (host, stream, try host.subscribe(.first, childOf: stream))
    }
}
