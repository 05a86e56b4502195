// The log: its order, its causes, and that it is the same for the same run.

import Testing

@testable import PolluxHost

@Suite struct TraceTests {
    @Test func `a report stands because of the poll and of what made its pollable ready`() throws {
        let (host, trace) = world([10])
        try host.block(try host.subscribe(SourceID(index: 0)))
        #expect(
            trace.text == """
                      0ms  #0    subscribe source 0
                      0ms  #1    block {source 0}
                      0ms  #2    clock to 10ms (wait)
                     10ms  #3    source 0 is ready (line 10)
                     10ms  #4      -> source 0  <- #3 #1

                """)
    }

    @Test func `a timer's report stands because its instant came`() throws {
        let (host, trace) = world([])
        try host.block(try host.subscribe(duration: 5_000_000))
        let report = try #require(trace.events.last)
        #expect(
            report.causes.map { trace.events[$0].what } == [.due(1), .poll([1], isCheck: false)])
    }

    @Test func `an event has all its causes in the order in which they were added`() {
        for count in 0..<6 {
            var causes = EventCauses()
            for cause in 0..<count { causes.append(cause) }
            #expect(Array(causes) == Array(0..<count))
        }
    }

    @Test func `a report of two with one cause names it once`() throws {
        let (host, trace) = world([10])
        let copies = try (0..<2).map { _ in try host.subscribe(SourceID(index: 0)) }
        _ = try host.poll(copies.span)
        let report = try #require(trace.events.last)
        #expect(report.what == .report([1, 2]))
        #expect(report.causes.count == 2)
    }

    @Test func `the events of a due instant stand before those that come after it`() throws {
        let (host, trace) = world([20])
        for time in [15, 5, 10] as [UInt64] { _ = try host.subscribe(duration: time * 1_000_000) }
        try host.block(try host.subscribe(SourceID(index: 0)))
        let times = trace.events.map(\.time)
        #expect(times == times.sorted())
        let due = trace.events.compactMap { event -> UInt64? in
            guard case .due(let serial) = event.what else { return nil }
            return serial
        }
        #expect(due == [2, 3, 1])
    }

    @Test func `equal instants are due in the order of subscription`() throws {
        let (host, trace) = world([])
        let timers = try (0..<3).map { _ in try host.subscribe(duration: 1_000_000) }
        _ = try host.poll(timers.span)
        #expect(
            trace.events.suffix(4).map(\.what) == [.due(1), .due(2), .due(3), .report([1, 2, 3])])
    }

    @Test func `a timer that was dropped is not due any more`() throws {
        let (host, trace) = world([20])
        let timer = try host.subscribe(duration: 5_000_000)
        try host.drop(timer, as: .pollable, in: .pollableDrop)
        try host.block(try host.subscribe(SourceID(index: 0)))
        #expect(!trace.events.contains { $0.what == .due(1) })
    }

    @Test func `a poll with a timer that was due at its birth is a check`() throws {
        let (host, trace) = world([])
        let later = try host.subscribe(duration: 1)
        try host.block(later)
        try host.block(later)
        try host.block(try host.subscribe(duration: 0))
        let checks = trace.events.compactMap { event -> Bool? in
            guard case .poll(_, let isCheck) = event.what else { return nil }
            return isCheck
        }
        #expect(checks == [false, false, true])
    }

    @Test func `causes stand before their effects`() throws {
        let (host, trace) = world([10, 20, 30])
        var list: [Int32] = []
        for index in 0..<3 as Range<Int32> {
            list.append(try host.subscribe(SourceID(index: index)))
            list.append(try host.subscribe(duration: UInt64(index) * 7_000_000))
        }
        while !list.isEmpty {
            for place in try host.poll(list.span).sorted(by: >) { list.remove(at: Int(place)) }
        }
        #expect(trace.events.allSatisfy { event in event.causes.allSatisfy { $0 < event.id } })
        #expect(trace.events.map(\.id) == Array(trace.events.indices))
    }

    @Test func `a log that is only followed keeps nothing`() throws {
        let trace = Trace(keepsEvents: false)
        var followed: [TraceEvent] = []
        trace.onRecord = { followed.append($0) }
        let host = WASIHost(driver: VirtualDriver(), trace: trace)
        try host.block(try host.subscribe(duration: 1))
        #expect(trace.events.isEmpty)
        #expect(followed.count == trace.count)
        #expect(followed.count == 5)
    }

    @Test func `a log that is only followed keeps nothing of what is gone`() throws {
        let trace = Trace(keepsEvents: false)
        var lines: [String] = []
        trace.onRecord = { [unowned trace] in lines.append(trace.line($0)) }
        let host = WASIHost(driver: VirtualDriver(), trace: trace)
        for _ in 1...100 {
            let timer = try host.subscribe(duration: 1)
            try host.drop(timer, as: .pollable, in: .pollableDrop)
            let error = try host.addError(ByteFailure("broken"))
            try host.drop(error, as: .error, in: .errorDrop)
        }
        #expect(trace.noteCount == 0)
        #expect(lines.count { $0.contains("drop @1ns") } == 100)
    }

    @Test func `the same run gives the same digest, whatever its handles`() throws {
        let digests = try [1, 1, 1_000, nil].map { first in try digest(firstHandle: first) }
        #expect(Set(digests).count == 1)
        #expect(digests[0].count == 16)
    }

    @Test func `another run gives another digest`() throws {
        let (host, trace) = world([10])
        let empty = trace.digest
        _ = try host.subscribe(SourceID(index: 0))
        #expect(trace.digest != empty)
    }

    @Test func `a trap that names a handle reads the same whatever the handles`() {
        let timer = ResourceStory(
            .pollable, serial: 3, name: "@10ms", made: NumberedCall(.subscribeDuration, number: 12),
            dropped: NumberedCall(.pollableDrop, number: 30))
        let error = ResourceStory(
            .error, serial: 4, made: NumberedCall(.inputStreamRead, number: 13))
        let texts = ([100, 20_000] as [Int32]).map { first -> String in
            let trace = Trace()
            for kind in [
                HostTrap.Kind.unknownHandle(first + 5, .foreign(first: first, next: first + 2)),
                .unknownHandle(first, .dropped(timer)),
                .wrongType(first, expected: .pollable, actual: error),
                .lent(first, .pollable), .notOwned(first, .pollable),
                .childAlive(first, .inputStream, children: 1, oldest: timer),
                .misaligned(address: UInt(first) + 1, alignment: 4), .emptyPoll,
            ] {
                trace.record(.trap(HostTrap(kind, in: .poll)), at: trace.start)
            }
            return trace.text
        }
        #expect(texts[0] == texts[1])
        #expect(
            texts[0].contains(
                "trap unknown-handle (RES-08) in wasi:io/poll.poll: pollable #3 (@10ms), made by "
                    + "monotonic-clock.subscribe-duration (call 12), dropped by pollable.drop "
                    + "(call 30)\n"))
        #expect(
            texts[0].contains(
                "trap wrong-type (RES-03) in wasi:io/poll.poll: error #4, made by "
                    + "input-stream.read (call 13), but the call takes a pollable\n"))
        #expect(
            texts[0].contains("trap empty-poll (POLL-01) in wasi:io/poll.poll: poll of an empty"))
    }

    @Test func `a trap calls a resource as the trace does`() throws {
        let (host, trace) = world([10])
        trace.name(SourceID(index: 0), "door")
        let door = try host.subscribe(SourceID(index: 0))
        let timer = try host.subscribe(duration: 10_000_000)
        try host.drop(door, as: .pollable, in: .pollableDrop)
        _ = try host.ready(timer)
        try host.drop(timer, as: .pollable, in: .pollableDrop)
        let stories = [
            (
                door,
                "pollable #1 (door), made by the world (before the first call), dropped by "
                    + "pollable.drop (call 2)"
            ),
            (
                timer,
                "pollable #2 (@10ms), made by monotonic-clock.subscribe-duration (call 1), "
                    + "dropped by pollable.drop (call 4)"
            ),
        ]
        for (handle, story) in stories {
            let trap = #expect(throws: HostTrap.self) { try host.ready(handle) }
            #expect(trap?.message == "unknown handle \(handle): \(story)")
        }
    }

    /// A run with choices, drops and reuse of handles, as a digest of its log.
    private func digest(firstHandle: Int32?) throws -> String {
        let trace = Trace()
        let host = WASIHost(
            driver: VirtualDriver(), policy: HostPolicy(order: .any, subset: .any, handles: .any),
            choices: SeededChoices(seed: 7), trace: trace, firstHandle: firstHandle)
        for round in 1...20 as ClosedRange<UInt64> {
            let list = try (1...4 as ClosedRange<UInt64>).map { step in
                try host.subscribe(duration: step * round % 3)
            }
            _ = try host.poll(list.span)
            for handle in list { try host.drop(handle, as: .pollable, in: .pollableDrop) }
        }
        return trace.digest
    }

    /// A world in which the `n`-th source is ready from the `n`-th of these ms on.
    private func world(_ times: [UInt64]) -> (WASIHost, Trace) {
        let facts = times.enumerated().map { index, time in
            VirtualDriver.Fact(
                time: time * 1_000_000, source: SourceID(index: Int32(index)), isReady: true,
                origin: "line \(time)")
        }
        let trace = Trace()
        let driver = VirtualDriver(sourceCount: times.count, facts: facts)
        return (WASIHost(driver: driver, trace: trace), trace)
    }
}
