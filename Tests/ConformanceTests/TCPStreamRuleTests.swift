// TCP: the streams of a connection, and its shutdown.

import PolluxHost
import PolluxNative
import Testing

struct TCPStreamRuleTests {
    @Test(arguments: SocketCase.all)
    func `STREAM-01, STREAM-03: bytes come in order, and then the end`(test: SocketCase) throws {
        let (text, end) = try SocketWorld(test.place).run {
            let pair = try Socket.Pair(test.family)
            for word in ["one ", "two ", "three"] {
                _ = Import.blockingWriteAndFlush(pair.client.output, word)
            }
            Socket.drop(pair.client)
            return Socket.read(pair.server.input)
        }
        #expect(text == "one two three")
        #expect(end == .closed)
    }

    @Test(arguments: SocketCase.all)
    func `STREAM-06, STREAM-07: a read of 0 bytes is ok while the connection is open`(
        test: SocketCase
    ) throws {
        let answers = try SocketWorld(test.place).run {
            let pair = try Socket.Pair(test.family)
            let open = Import.read(pair.client.input, 0)
            Socket.drop(pair.server)
            _ = Socket.read(pair.client.input)
            return [open, Import.read(pair.client.input, 0)]
        }
        #expect(answers == [.ok(""), .closed])
    }

    @Test(arguments: SocketCase.all)
    func `STREAM-15, STREAM-16: a permit covers one write`(test: SocketCase) throws {
        let world = SocketWorld(test.place)
        expectTrap("permit-overrun", "STREAM-17", saying: "used the permit", on: world.host) {
            guard let pair = try? Socket.Pair(test.family) else { return }
            _ = Import.checkWrite(pair.client.output)
            _ = Import.write(pair.client.output, "once")
            _ = Import.write(pair.client.output, "twice")
        }
    }

    @Test(arguments: SocketCase.all)
    func `STREAM-35: dropping the output alone ends nothing`(test: SocketCase) throws {
        let (before, text) = try SocketWorld(test.place).run {
            let pair = try Socket.Pair(test.family)
            Import.drop(outputStream: pair.client.output)
            let pollable = Import.subscribe(input: pair.server.input)
            let timer = Import.subscribe(after: 20 * .millisecond)
            let reported = Import.poll([pollable, timer])
            _ = Import.blockingWriteAndFlush(pair.server.output, "back")
            return (reported, Socket.read(pair.client.input, 4).text)
        }
        #expect(before == [1])
        #expect(text == "back")
    }

    @Test(arguments: SocketCase.all)
    func `STREAM-36: dropping the input alone shows nowhere`(test: SocketCase) throws {
        let (written, text) = try SocketWorld(test.place).run {
            let pair = try Socket.Pair(test.family)
            Import.drop(inputStream: pair.client.input)
            let written = Import.blockingWriteAndFlush(pair.server.output, "into the void")
            _ = Import.blockingWriteAndFlush(pair.client.output, "still")
            return (written, Socket.read(pair.server.input, 5).text)
        }
        #expect(written == .done)
        #expect(text == "still")
    }

    @Test(arguments: SocketCase.all)
    func `STREAM-37: after a shutdown of receiving, what has come is gone`(test: SocketCase) throws
    {
        let answers = try SocketWorld(test.place).run {
            let pair = try Socket.Pair(test.family)
            _ = Import.blockingWriteAndFlush(pair.server.output, "too late")
            let pollable = Import.subscribe(input: pair.client.input)
            Import.block(pollable)
            _ = Import.shutdown(tcp: pair.client.socket, .receive)
            return [
                Import.read(pair.client.input), Import.read(pair.client.input, 0),
                Import.blockingRead(pair.client.input),
            ]
        }
        #expect(answers == [.closed, .closed, .closed])
    }

    @Test(arguments: SocketCase.all)
    func `STREAM-19, STREAM-22, STREAM-38: after a shutdown of sending all is closed`(
        test: SocketCase
    ) throws {
        let (write, check, flush, end) = try SocketWorld(test.place).run {
            let pair = try Socket.Pair(test.family)
            _ = Import.checkWrite(pair.client.output)
            _ = Import.shutdown(tcp: pair.client.socket, .send)
            return (
                Import.write(pair.client.output, "no"), Import.checkWrite(pair.client.output),
                Import.flush(pair.client.output), Socket.read(pair.server.input).end
            )
        }
        #expect(write == .closed)
        #expect(check == .closed)
        #expect(flush == .closed)
        #expect(end == .closed)
    }

    @Test(arguments: SocketCase.all)
    func `STREAM-39: a shutdown lets what is on its way arrive, and gives no permit meanwhile`(
        test: SocketCase
    ) throws {
        let (check, flush, text, end) = try SocketWorld(test.place).run {
            let pair = try Socket.Pair(test.family)
            var sent = 0
            // Until the kernel takes no more and the host keeps the rest.
            var permit: UInt64 = 1
            while permit > 0, sent < 64 << 20 {
                permit = Import.checkWrite(pair.client.output).value ?? 0
                if permit == 0 { break }
                let text = String(repeating: "x", count: Int(permit))
                if Import.write(pair.client.output, text) == .done { sent += text.utf8.count }
            }
            _ = Import.shutdown(tcp: pair.client.socket, .send)
            let check = Import.checkWrite(pair.client.output)
            let flush = Import.flush(pair.client.output)
            let (text, end) = Socket.read(pair.server.input)
            return (check, flush, text.utf8.count == sent, end)
        }
        #expect(check == .ok(0) || check == .closed)
        #expect(test.place == .simulated || (check == .ok(0) && flush == .done))
        #expect(text)
        #expect(end == .closed)
    }

    @Test(arguments: SocketCase.all)
    func `STREAM-40: after the other side was reset, writes fail or are closed`(test: SocketCase)
        throws
    {
        let answers = try SocketWorld(test.place).run { () -> [Answer<UInt64>] in
            let pair = try Socket.Pair(test.family)
            _ = Import.blockingWriteAndFlush(pair.client.output, "never read")
            let pollable = Import.subscribe(input: pair.server.input)
            Import.block(pollable)
            Import.drop(pollable: pollable)
            Socket.drop(pair.server)
            // Only a reset, or the end of a stream, wakes this.
            _ = Socket.read(pair.client.input)
            var answers: [Answer<UInt64>] = []
            for _ in 0..<3 {
                _ = Import.blockingWriteAndFlush(pair.client.output, "hello?")
                answers.append(Import.checkWrite(pair.client.output))
            }
            return answers
        }
        for answer in answers {
            if case .ok = answer { Issue.record("a permit to write to nobody: \(answer)") }
        }
    }

    @Test(arguments: SocketCase.all)
    func `TCP-42: a shutdown may be repeated, and ends the directions it names`(test: SocketCase)
        throws
    {
        let (errors, text) = try SocketWorld(test.place).run {
            let pair = try Socket.Pair(test.family)
            let errors = (0..<2).map { _ in Import.shutdown(tcp: pair.client.socket, .send) }
            _ = Import.blockingWriteAndFlush(pair.server.output, "half open")
            return (errors, Socket.read(pair.client.input, 9).text)
        }
        #expect(errors == [nil, nil])
        #expect(text == "half open")
    }

    @Test func `TCP-43: a connection whose streams were not taken cannot be shut down`() throws {
        let error = try SocketWorld(.simulated).run { () -> NetworkError? in
            let network = Import.network()
            let listener = try Socket.listener(.ipv4)
            let socket = try Import.tcp(.ipv4).get()
            let address = try Import.localAddress(tcp: listener).get()
            _ = Import.startConnect(tcp: socket, network, address)
            Import.block(Import.subscribe(tcp: socket))
            return Import.shutdown(tcp: socket, .both)
        }
        #expect(error == .invalidState)
    }

    @Test(arguments: SocketCase.all)
    func `TCP-44: after the peer has shut down both, a read is closed at the first try`(
        test: SocketCase
    ) throws {
        let answer = try SocketWorld(test.place).run {
            let pair = try Socket.Pair(test.family)
            _ = Import.shutdown(tcp: pair.server.socket, .both)
            Import.block(Import.subscribe(input: pair.client.input))
            return Import.read(pair.client.input, 10)
        }
        #expect(answer == .closed)
    }

    @Test func `RES-21: a shutdown of no known kind traps`() {
        let world = SocketWorld(.simulated)
        expectTrap("invalid-discriminant", "RES-21", saying: "shutdown-type", on: world.host) {
            guard let pair = try? Socket.Pair(.ipv4) else { return }
            _ = Import.shutdown(tcp: pair.client.socket, type: 3)
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func
        `FZ-13, FZ-14, FZ-15: however a host cuts reads, writes and permits, the bytes are the same`(
            seed: UInt64
        ) throws
    {
        let policy = HostPolicy(reads: .any, permits: .any, finishLag: 2, segments: .any)
        let world = SocketWorld(
            .simulated, policy: policy, choices: SeededChoices(seed: seed), latency: 1_000)
        let text = "the quick brown fox jumps over the lazy dog"
        let (received, end) = try world.run {
            let pair = try Socket.Pair(.ipv4)
            _ = Import.blockingWriteAndFlush(pair.client.output, text)
            _ = Import.shutdown(tcp: pair.client.socket, .send)
            return Socket.read(pair.server.input)
        }
        #expect(received == text, "seed \(seed)")
        #expect(end == .closed, "seed \(seed)")
    }

    @Test(arguments: SocketPlace.allCases)
    func `POLL-19: beside an always ready timer a connection's bytes show up`(place: SocketPlace)
        throws
    {
        let text = try SocketWorld(place).run { () -> String? in
            let pair = try Socket.Pair(.ipv4)
            let pollable = Import.subscribe(input: pair.server.input)
            let zero = Import.subscribe(after: 0)
            _ = Import.blockingWriteAndFlush(pair.client.output, "hello")
            for _ in 0..<1_000_000 where Import.poll([zero, pollable]).contains(1) {
                return Import.read(pair.server.input).value
            }
            return nil
        }
        #expect(text == "hello")
    }
}
