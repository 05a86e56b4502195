// RES: the rules that no import offered so far can show; the table keeps them already.

import Testing

@testable import PolluxHost

struct ResourceTableRuleTests {
    @Test func `RES-01: the first handle of a table is 1 at the lowest`() throws {
        var table = ResourceTable()
        #expect(try table.insert(.error, slot: .fresh) == 1)
    }

    @Test func `RES-06: no number beyond 2^28-1 is ever handed out`() throws {
        var table = ResourceTable(base: Int32(ResourceTable.mostHandles) - 1, limit: .max)
        #expect(try table.insert(.error, slot: .fresh) == 268_435_454)
        #expect(try table.insert(.error, slot: .fresh) == 268_435_455)
        #expect(throws: HostTrap.Kind.tableFull(limit: 2)) {
            try table.insert(.error, slot: .fresh)
        }
    }

    @Test func `RES-06: freed numbers serve again where new ones have run out`() throws {
        var table = ResourceTable(base: Int32(ResourceTable.mostHandles), limit: .max)
        let last = try table.insert(.error, slot: .fresh)
        try table.remove(last, as: .error)
        #expect(try table.insert(.error, slot: .freed(0)) == last)
    }

    @Test func `RES-07: a drop frees the number at once`() throws {
        var table = ResourceTable()
        let handle = try table.insert(.error, slot: .fresh)
        try table.remove(handle, as: .error)
        let isLive = table.isLive(handle)
        #expect(!isLive)
        #expect(table.freeCount == 1)
    }

    @Test func `RES-09: a handle lent to a call in progress cannot be taken`() throws {
        var table = ResourceTable()
        let handle = try table.insert(.inputStream, slot: .fresh)
        try table.lend(handle, as: .inputStream)
        #expect(throws: HostTrap.Kind.lent(handle, .inputStream)) {
            try table.remove(handle, as: .inputStream)
        }
        table.giveBack(handle)
        try table.remove(handle, as: .inputStream)
        let isLive = table.isLive(handle)
        #expect(!isLive)
    }

    @Test func `RES-13: a handle may be lent several times, and each lending ends by itself`()
        throws
    {
        var table = ResourceTable()
        let handle = try table.insert(.pollable, slot: .fresh)
        try table.lend(handle, as: .pollable)
        try table.lend(handle, as: .pollable)
        let lends = table.lends(of: handle)
        #expect(lends == 2)
        table.giveBack(handle)
        #expect(throws: HostTrap.Kind.lent(handle, .pollable)) {
            try table.remove(handle, as: .pollable)
        }
    }

    @Test func `RES-13: a poll ends all its lendings`() throws {
        let host = WASIHost.simulated()
        let pollable = try host.subscribe(duration: 0)
        _ = try host.poll([pollable, pollable, pollable])
        let lends = host.table.lends(of: pollable)
        #expect(lends == 0)
        try host.drop(pollable, as: .pollable, in: .pollableDrop)
    }

    @Test func `RES-23: dropping the last child frees the parent to go`() throws {
        var table = ResourceTable()
        let parent = try table.insert(.inputStream, slot: .fresh)
        let child = try table.insert(.pollable, parent: parent, slot: .fresh)
        let made = NumberedCall(nil, number: 0)
        let oldest = ResourceStory(.pollable, serial: 2, made: made)
        #expect(
            throws: HostTrap.Kind.childAlive(parent, .inputStream, children: 1, oldest: oldest)
        ) {
            try table.remove(parent, as: .inputStream)
        }
        try table.remove(child, as: .pollable)
        try table.remove(parent, as: .inputStream)
        #expect(table.liveCount == 0)
    }

    @Test func `RES-29: a clock pollable takes one place of the table`() throws {
        let host = WASIHost.simulated()
        _ = try host.subscribe(duration: 5)
        #expect(host.table.entries.count == 1)
    }

    @Test(arguments: [ResourceKind.pollable, .error, .inputStream, .outputStream])
    func `RES-09, RES-11: a message about a borrow names the resource`(kind: ResourceKind) {
        #expect(
            HostTrap(.lent(7, kind)).message
                == "cannot take \(kind.name) 7: it is lent to a call in progress")
        #expect(
            HostTrap(.notOwned(7, kind)).message
                == "\(kind.name) 7 is a borrow, but the call takes ownership")
    }
}
