// A poll on the kernel passes by inputs that it has waited for before, until the loop tells of them. What it
// says must not change by that. A host that logs passes nothing by, so these have no trace.

import PolluxHost
import PolluxNative
import Testing

struct ParkedInputTests {
    /// Waits for what is silent, for a moment, so that it is passed by from here on.
    private static func park(_ pollables: [Int32]) {
        let timer = Import.subscribe(after: .millisecond)
        defer { Import.drop(pollable: timer) }
        _ = Import.poll(pollables + [timer])
    }

    @Test func `POLL-19: of many inputs, polls soon report all that have bytes`() throws {
        let seed: UInt64 = 0x7061_726b
        let world = SocketWorld(.kernel, isTraced: false)
        let wrong = try world.run {
            var random = SplitMix64(seed: seed)
            let pairs = try (0..<40).map { _ in try Socket.Pair(.ipv4) }
            var pollables = pairs.map { Import.subscribe(input: $0.server.input) }
            var unread = pairs.map { _ in 0 }
            var wrong: [String] = []
            for round in 0..<1_000 {
                let place = Int.random(in: pairs.indices, using: &random)
                switch random.next() % 6 {
                case 0, 1:
                    _ = Import.blockingWriteAndFlush(pairs[place].client.output, "x")
                    unread[place] += 1
                    if !comes(pollables[place]) { wrong.append("round \(round): input \(place)") }
                case 2, 3:
                    let most = random.next() % 2 == 0 ? 1 : UInt64(64)
                    guard case .ok(let text) = Import.read(pairs[place].server.input, most) else {
                        wrong.append("round \(round): a read failed")
                        break
                    }
                    unread[place] -= text.utf8.count
                case 4:
                    // A dropped one's number is given to the next, which may be taken for it.
                    let places = [place, (place + 1) % pairs.count].shuffled(using: &random)
                    for place in places { Import.drop(pollable: pollables[place]) }
                    for place in places.shuffled(using: &random) {
                        pollables[place] = Import.subscribe(input: pairs[place].server.input)
                    }
                default:
                    // With one that is ready among them nothing would be waited for.
                    let silent = pairs.indices.filter { unread[$0] == 0 }
                    Self.park(silent.filter { _ in random.next() % 2 == 0 }.map { pollables[$0] })
                }
                // A byte may still be on its way, and the loop has its turn now and then.
                var missing = pairs.indices.filter { unread[$0] > 0 }
                for _ in 0..<100_000 where !missing.isEmpty {
                    let order = pairs.indices.shuffled(using: &random)
                    let timer = Import.subscribe(after: 0)
                    let ready = Import.poll(order.map { pollables[$0] } + [timer])
                    Import.drop(pollable: timer)
                    let reported = Set(ready.dropLast().map { order[Int($0)] })
                    missing.removeAll { reported.contains($0) && Import.ready(pollables[$0]) }
                }
                for place in missing { wrong.append("round \(round): input \(place)") }
                if !missing.isEmpty { break }
            }
            for pollable in pollables { Import.drop(pollable: pollable) }
            for pair in pairs { pair.drop() }
            return wrong
        }
        #expect(wrong.isEmpty, "seed \(seed): bytes that no poll reports: \(wrong)")
        #expect(world.host.liveResources == 0)
    }

    @Test func `STREAM-37: an input that was waited for is ready once receiving is shut down`()
        throws
    {
        let (before, after) = try SocketWorld(.kernel, isTraced: false).run {
            let pair = try Socket.Pair(.ipv4)
            let pollable = Import.subscribe(input: pair.server.input)
            Self.park([pollable])
            let before = Import.ready(pollable)
            _ = Import.shutdown(tcp: pair.server.socket, .receive)
            return (before, Import.ready(pollable))
        }
        #expect(!before)
        #expect(after)
    }

    @Test
    func `STREAM-29: an input is ready again whose bytes went back, for the output had ended`()
        throws
    {
        let (moved, isReady, rest) = try SocketWorld(.kernel, isTraced: false).run {
            let (source, broken) = (try Socket.Pair(.ipv4), try Socket.Pair(.ipv4))
            _ = Import.blockingWriteAndFlush(broken.server.output, "unread")
            Socket.reset(broken.client)
            let pollable = Import.subscribe(input: source.server.input)
            Self.park([pollable])
            _ = Import.blockingWriteAndFlush(source.client.output, "x")
            _ = comes(pollable)
            let moved = Import.splice(broken.server.output, from: source.server.input, 64)
            return (moved, comes(pollable), Import.read(source.server.input, 64))
        }
        #expect(moved != .ok(1))
        #expect(isReady)
        #expect(rest == .ok("x"))
    }

    @Test func `FZ-13: an input is ready until short reads have brought all there is`() throws {
        let policy = HostPolicy(reads: .short)
        let parts = try SocketWorld(.kernel, policy: policy, isTraced: false).run {
            let pair = try Socket.Pair(.ipv4)
            let pollable = Import.subscribe(input: pair.server.input)
            Self.park([pollable])
            _ = Import.blockingWriteAndFlush(pair.client.output, "xyz")
            return (0..<3).map { _ in
                comes(pollable) ? Import.read(pair.server.input, 64) : .ok("")
            }
        }
        #expect(parts == [.ok("x"), .ok("y"), .ok("z")])
    }

    @Test func `POLL-19: an input that was read is reported when more comes, poll after poll`()
        throws
    {
        let parts = try SocketWorld(.kernel, isTraced: false).run {
            let pair = try Socket.Pair(.ipv4)
            let pollable = Import.subscribe(input: pair.server.input)
            Self.park([pollable])
            return (0..<100).map { round in
                _ = Import.blockingWriteAndFlush(pair.client.output, "\(round)")
                return comes(pollable) ? Import.read(pair.server.input, 64) : .ok("")
            }
        }
        #expect(parts == (0..<100).map { .ok("\($0)") })
    }

    @Test func `RES-26: an input that was waited for is ready once its stream is gone`() throws {
        let policy = HostPolicy(parentDrop: .allow)
        let ready = try SocketWorld(.kernel, policy: policy, isTraced: false).run {
            let pair = try Socket.Pair(.ipv4)
            let pollable = Import.subscribe(input: pair.server.input)
            Self.park([pollable])
            Import.drop(inputStream: pair.server.input)
            return Import.ready(pollable)
        }
        #expect(ready)
    }

    @Test func `POLL-22: ready alone, in a loop, sees an input that was waited for`() throws {
        let isReady = try SocketWorld(.kernel, isTraced: false).run {
            let pair = try Socket.Pair(.ipv4)
            let pollable = Import.subscribe(input: pair.server.input)
            Self.park([pollable])
            _ = Import.blockingWriteAndFlush(pair.client.output, "x")
            for _ in 0..<10_000_000 where Import.ready(pollable) { return true }
            return false
        }
        #expect(isReady)
    }

    @Test func `two pollables of one input, both waited for, are both reported`() throws {
        let reported = try SocketWorld(.kernel, isTraced: false).run {
            let pair = try Socket.Pair(.ipv4)
            let pollables = (0..<2).map { _ in Import.subscribe(input: pair.server.input) }
            Self.park(pollables)
            _ = Import.blockingWriteAndFlush(pair.client.output, "x")
            return Import.poll(pollables)
        }
        #expect(reported == [0, 1])
    }

    @Test func `POLL-19: an input that was waited for shows beside a timer that is always ready`()
        throws
    {
        let polls = try SocketWorld(.kernel, isTraced: false).run {
            let pair = try Socket.Pair(.ipv4)
            let pollable = Import.subscribe(input: pair.server.input)
            Self.park([pollable])
            let zero = Import.subscribe(after: 0)
            _ = Import.blockingWriteAndFlush(pair.client.output, "x")
            return (0..<1_000_000).first { _ in Import.poll([zero, pollable]).contains(1) }
        }
        #expect(polls != nil)
    }
}
