// The handle table: which numbers are handed out, to whom they belong, who is whose child.

import Testing

@testable import PolluxHost

@Suite struct ResourceTableTests {
    @Test func `numbers begin at the base and count up`() throws {
        var table = ResourceTable(base: 7)
        #expect(try table.fill(3) == [7, 8, 9])
        #expect(table.liveCount == 3)
    }

    @Test func `the number freed last is handed out first`() throws {
        var table = ResourceTable()
        _ = try table.fill(4)
        for handle in [2, 4, 1] as [Int32] { try table.remove(handle, as: .pollable) }
        let again = try (0..<4).map { _ in
            try table.insert(.pollable, slot: table.freeCount > 0 ? .freed(0) : .fresh)
        }
        #expect(again == [1, 4, 2, 5])
    }

    @Test func `the number freed first is handed out first`() throws {
        var table = ResourceTable()
        _ = try table.fill(4)
        for handle in [2, 4, 1] as [Int32] { try table.remove(handle, as: .pollable) }
        let again = try (0..<3).map { _ in
            try table.insert(.pollable, slot: .freed(table.freeCount - 1))
        }
        #expect(again == [2, 4, 1])
    }

    @Test func `any freed number can be handed out, and the others keep their age`() throws {
        var table = ResourceTable()
        _ = try table.fill(5)
        for handle in [1, 2, 3, 4] as [Int32] { try table.remove(handle, as: .pollable) }
        #expect(try table.insert(.pollable, slot: .freed(2)) == 2)
        #expect(try table.insert(.pollable, slot: .freed(0)) == 4)
        #expect(try table.insert(.pollable, slot: .freed(1)) == 1)
        #expect(try table.insert(.pollable, slot: .freed(0)) == 3)
    }

    @Test func `a fresh number was never used`() throws {
        var table = ResourceTable()
        _ = try table.fill(2)
        try table.remove(1, as: .pollable)
        #expect(try table.insert(.pollable, slot: .fresh) == 3)
        #expect(table.freeCount == 1)
    }

    @Test(arguments: [HostPolicy.Handles.lifo, .fifo, .fresh, .any])
    func `no policy hands out a live number`(handles: HostPolicy.Handles) throws {
        for seed in 0..<20 as Range<UInt64> {
            let host = WASIHost(
                driver: VirtualDriver(), policy: HostPolicy(handles: handles),
                choices: SeededChoices(seed: seed))
            var generator = SplitMix64(seed: seed)
            var live: [Int32] = []
            for _ in 0..<300 {
                if live.isEmpty || Bool.random(using: &generator) {
                    let handle = try host.subscribe(duration: 1)
                    #expect(!live.contains(handle), "seed \(seed)")
                    live.append(handle)
                } else {
                    let place = Int.random(in: live.indices, using: &generator)
                    try host.drop(live.remove(at: place), as: .pollable, in: .pollableDrop)
                }
                #expect(host.liveResources == live.count, "seed \(seed)")
            }
        }
    }

    @Test func `many numbers freed and taken first in, first out, come back in order`() throws {
        var table = ResourceTable()
        var expected = try table.fill(100)
        for _ in 0..<1_000 {
            let handle = expected.removeFirst()
            try table.remove(handle, as: .pollable)
            try table.remove(expected[0], as: .pollable)
            #expect(try table.insert(.pollable, slot: .freed(1)) == handle)
            #expect(try table.insert(.pollable, slot: .freed(0)) == expected[0])
            expected.append(handle)
        }
        #expect(table.liveCount == 100)
    }

    @Test func `a full table refuses`() throws {
        var table = ResourceTable(limit: 2)
        _ = try table.fill(2)
        #expect(throws: HostTrap.Kind.tableFull(limit: 2)) {
            try table.insert(.pollable, slot: .fresh)
        }
        try table.remove(1, as: .pollable)
        #expect(try table.insert(.pollable, slot: .freed(0)) == 1)
    }

    @Test func `a refusal says what is known of the handle`() throws {
        var table = ResourceTable(base: 5)
        _ = try table.fill(1)
        let made = NumberedCall(.subscribeDuration, number: 12)
        _ = try table.insert(.pollable, slot: .fresh, by: made)
        _ = try table.insert(.error, slot: .fresh, by: NumberedCall(.inputStreamRead, number: 13))
        let dropped = NumberedCall(.pollableDrop, number: 30)
        try table.remove(6, as: .pollable, by: dropped)
        let pollable = ResourceStory(.pollable, serial: 2, made: made, dropped: dropped)
        let error = ResourceStory(
            .error, serial: 3, made: NumberedCall(.inputStreamRead, number: 13))
        let refusals: [(Int32, HostTrap.Kind)] = [
            (0, .unknownHandle(0, .zero)),
            (4, .unknownHandle(4, .foreign(first: 5, next: 8))),
            (8, .unknownHandle(8, .foreign(first: 5, next: 8))),
            (.min, .unknownHandle(.min, .foreign(first: 5, next: 8))),
            (.max, .unknownHandle(.max, .foreign(first: 5, next: 8))),
            (6, .unknownHandle(6, .dropped(pollable))),
            (7, .wrongType(7, expected: .pollable, actual: error)),
        ]
        for (handle, refusal) in refusals {
            #expect(throws: refusal) { try table.index(of: handle, as: .pollable) }
        }
    }

    @Test func `a number used again tells of the last resource that it named`() throws {
        var table = ResourceTable()
        for round in 1...3 {
            let handle = try table.insert(
                .pollable, slot: .freed(0), by: NumberedCall(.subscribeInstant, number: 2 * round))
            let dropped = NumberedCall(.pollableDrop, number: 2 * round + 1)
            try table.remove(handle, as: .pollable, by: dropped)
        }
        #expect(
            HostTrap(table.refusal(of: 1, as: .pollable)).message
                == "unknown handle 1: pollable #3, made by monotonic-clock.subscribe-instant "
                + "(call 6), dropped by pollable.drop (call 7)")
    }

    @Test func `of several live children a refused drop names the oldest`() throws {
        var table = ResourceTable()
        let parent = try table.insert(.inputStream, slot: .fresh)
        let first = try table.insert(.pollable, parent: parent, slot: .fresh)
        let made = NumberedCall(.inputStreamSubscribe, number: 8)
        _ = try table.insert(.pollable, parent: parent, slot: .fresh, by: made)
        try table.remove(first, as: .pollable)
        _ = try table.insert(.pollable, parent: parent, slot: .freed(0))
        let oldest = ResourceStory(.pollable, serial: 3, made: made)
        #expect(
            throws: HostTrap.Kind.childAlive(parent, .inputStream, children: 2, oldest: oldest)
        ) {
            try table.remove(parent, as: .inputStream)
        }
    }

    @Test(arguments: HostCall.allCases)
    func `a call's short name is that of an interface or a resource`(call: HostCall) {
        #expect(!call.shortName.contains("["))
        #expect(!call.shortName.contains("/"))
        #expect(!call.shortName.isEmpty)
    }

    @Test func `a parent cannot go before its children`() throws {
        var table = ResourceTable()
        let parent = try table.insert(.inputStream, slot: .fresh)
        let child = try table.insert(.pollable, parent: parent, slot: .fresh)
        let oldest = ResourceStory(.pollable, serial: 2, made: NumberedCall(nil, number: 0))
        #expect(throws: HostTrap.Kind.childAlive(parent, .inputStream, children: 1, oldest: oldest))
        {
            try table.remove(parent, as: .inputStream)
        }
        try table.remove(child, as: .pollable)
        try table.remove(parent, as: .inputStream)
        #expect(table.liveCount == 0)
    }

    @Test func `a handle that is lent twice stays until it is given back twice`() throws {
        var table = ResourceTable()
        let handle = try table.insert(.pollable, slot: .fresh)
        for _ in 1...2 { try table.lend(handle, as: .pollable) }
        table.giveBack(handle)
        #expect(throws: HostTrap.Kind.lent(handle, .pollable)) {
            try table.remove(handle, as: .pollable)
        }
        table.giveBack(handle)
        try table.remove(handle, as: .pollable)
        let lends = table.lends(of: handle)
        #expect(lends == nil)
    }
}

extension ResourceTable {
    /// Enters so many pollables under fresh numbers.
    fileprivate mutating func fill(_ count: Int) throws -> [Int32] {
        try (0..<count).map { _ in try insert(.pollable, slot: .fresh) }
    }
}
