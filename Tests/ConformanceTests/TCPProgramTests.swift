// wasmtime's test programs of TCP, each under its own name.

import CWASIp2
import PolluxHost
import PolluxNative
import Testing

extension Result where Failure == NetworkError {
    /// Why the call was refused; `nil` where it was not.
    var refusal: NetworkError? {
        if case .failure(let error) = self { error } else { nil }
    }
}

struct TCPProgramTests {
    private static let second: UInt64 = 1_000_000_000

    @Test(arguments: SocketPlace.allCases)
    func `p2_cli_no_tcp: a host without TCP denies sockets, and UDP goes on`(place: SocketPlace)
        throws
    {
        let world = SocketWorld(place, network: NetworkPolicy(hasTCP: false))
        let (tcp, udp) = try world.run {
            (
                AddressFamily.allCases.map { Import.tcp($0).refusal },
                AddressFamily.allCases.map { Import.udp($0).refusal }
            )
        }
        #expect(tcp == [.accessDenied, .accessDenied])
        #expect(udp == [nil, nil])
    }

    @Test(arguments: SocketCase.all)
    func `p2_tcp_bind: what can be bound is bound, and all else says why not`(test: SocketCase)
        throws
    {
        let family = test.family
        let (locals, port, errors) = try SocketWorld(test.place).run {
            let network = Import.network()
            func refusal(of address: SocketAddress) throws -> NetworkError? {
                let socket = try Import.tcp(family).get()
                defer { Import.drop(tcp: socket) }
                return Import.startBind(tcp: socket, network, address)
            }
            let listener = try Socket.listener(family)
            let taken = try Import.localAddress(tcp: listener).get()
            let any = try Socket.bound(family, to: SocketAddress(family.unspecified, port: 0))
            // A number that was free a moment ago, asked for by itself.
            let gone = try Socket.bound(family)
            let exact = try Import.localAddress(tcp: gone).get()
            Import.drop(tcp: gone)
            let again = try Socket.bound(family, to: exact)
            var wrong = [
                taken, SocketAddress(family.foreign, port: 0),
                SocketAddress(family.other.loopback, port: 0),
                SocketAddress(family.multicast, port: 0),
            ]
            if family == .ipv4 { wrong.append(SocketAddress(.ipv4(.max), port: 0)) }
            if family == .ipv6 {
                wrong.append(SocketAddress(IPAddress("::ffff:127.0.0.1")!, port: 0))
            }
            var errors = try wrong.map(refusal)
            // The server's end lingers, and the port is free all the same.
            let client = try Socket.connect(family, to: taken)
            Socket.drop(try Socket.accept(listener))
            Import.drop(tcp: listener)
            _ = Socket.read(client.input)
            Socket.drop(client)
            errors.append(try refusal(of: taken))
            let locals = try [taken, Import.localAddress(tcp: any).get()]
            return (locals, try Import.localAddress(tcp: again).get() == exact, errors)
        }
        #expect(locals.map(\.ip) == [family.loopback, family.unspecified])
        #expect(locals.allSatisfy { $0.port != 0 })
        #expect(port)
        #expect(
            errors == [
                .addressInUse, .addressNotBindable, .invalidArgument, .invalidArgument,
                .invalidArgument, nil,
            ])
    }

    @Test(arguments: SocketCase.all)
    func `p2_tcp_connect: what is no peer is invalid each time, and a bound socket may connect`(
        test: SocketCase
    ) throws {
        let family = test.family
        let (errors, before, after, remote) = try SocketWorld(test.place).run {
            let network = Import.network()
            var wrong = [
                SocketAddress(family.unspecified, port: 47),
                SocketAddress(family.loopback, port: 0),
                SocketAddress(family.other.loopback, port: 47),
                SocketAddress(family.multicast, port: 47),
            ]
            if family == .ipv4 { wrong.append(SocketAddress(.ipv4(.max), port: 47)) }
            if family == .ipv6 {
                wrong.append(SocketAddress(IPAddress("::ffff:127.0.0.1")!, port: 47))
            }
            let errors = try wrong.flatMap { address in
                let socket = try Import.tcp(family).get()
                return (0..<2).map { _ in Import.startConnect(tcp: socket, network, address) }
            }
            let listener = try Socket.listener(family)
            let address = try Import.localAddress(tcp: listener).get()
            let socket = try Socket.bound(family)
            let before = try Import.localAddress(tcp: socket).get()
            _ = try Socket.connect(socket, to: address)
            let after = try Import.localAddress(tcp: socket).get()
            return (errors, before, after, try Import.remoteAddress(tcp: socket).get() == address)
        }
        #expect(errors == Array(repeating: .invalidArgument, count: 10))
        #expect(before == after)
        #expect(remote)
    }

    @Test(arguments: SocketCase.all)
    func `p2_tcp_listen: a socket without an address cannot listen`(test: SocketCase) throws {
        let error = try SocketWorld(test.place).run {
            Import.startListen(tcp: try Import.tcp(test.family).get())
        }
        #expect(error == .invalidState)
    }

    /// What each call comes to in a socket's state, the ones that change it last.
    private static func row(_ socket: Int32, _ family: AddressFamily) -> [NetworkError?] {
        let network = Import.network()
        defer { Import.drop(network: network) }
        let options = SocketOption.allCases.flatMap { option in
            let value = Import.value(option, tcp: socket)
            return [value.refusal, Import.set(option, tcp: socket, (try? value.get()) ?? 1)]
        }
        return [
            options.compactMap(\.self).first,
            Import.finishBind(tcp: socket),
            Import.finishConnect(tcp: socket).refusal,
            Import.finishListen(tcp: socket),
            Import.accept(tcp: socket).refusal,
            Import.localAddress(tcp: socket).refusal,
            Import.remoteAddress(tcp: socket).refusal,
            Import.shutdown(tcp: socket, .send),
            Import.startBind(tcp: socket, network, SocketAddress(family.loopback, port: 0)),
        ]
    }

    @Test(arguments: SocketCase.all)
    func `p2_tcp_states: unbound, bound, listening and connected sockets know what they can do`(
        test: SocketCase
    ) throws {
        let family = test.family
        let (backlogs, starts, listening, families, rows) = try SocketWorld(test.place).run {
            let network = Import.network()
            let unbound = try Import.tcp(family).get()
            let pair = try Socket.Pair(family)
            let sockets = [unbound, try Socket.bound(family), pair.listener, pair.client.socket]
            let backlogs = sockets[..<3].map { Import.setBacklog(tcp: $0, 32) }
            // Not the listener, whose queue has to be empty.
            let address = SocketAddress(family.loopback, port: 47)
            // A bound socket may do either, and is then no longer bound.
            let starts =
                try sockets[2...].flatMap {
                    [Import.startConnect(tcp: $0, network, address), Import.startListen(tcp: $0)]
                } + [
                    Import.startListen(tcp: unbound),
                    Import.startConnect(tcp: Socket.bound(family), network, address),
                    Import.startListen(tcp: Socket.bound(family)),
                ]
            let listening = sockets.map(Import.isListening(tcp:))
            let families = sockets.map {
                __wasm_import_wasi_sockets_tcp_method_tcp_socket_address_family($0)
            }
            return (
                backlogs, starts, listening, families, sockets.map { Self.row($0, family) }
            )
        }
        let (idle, state): (NetworkError, NetworkError) = (.notInProgress, .invalidState)
        #expect(backlogs == [nil, nil, nil])
        #expect(starts == [state, state, state, state, state, nil, nil])
        #expect(listening == [false, false, true, false])
        #expect(families == Array(repeating: Int32(family.rawValue), count: 4))
        #expect(rows[0] == [nil, idle, idle, idle, state, state, state, state, nil])
        #expect(rows[1] == [nil, idle, idle, idle, state, nil, state, state, state])
        #expect(rows[2] == [nil, idle, idle, idle, .wouldBlock, nil, state, state, state])
        #expect(rows[3] == [nil, idle, idle, idle, state, nil, nil, nil, state])
    }

    // MARK: Streams

    @Test(arguments: SocketCase.all)
    func `p2_tcp_streams: a peer's end is closed at the first read, and stays so`(test: SocketCase)
        throws
    {
        let answers = try SocketWorld(test.place).run {
            let pair = try Socket.Pair(test.family)
            let pollable = Import.subscribe(input: pair.client.input)
            _ = Import.shutdown(tcp: pair.server.socket, .both)
            Import.block(pollable)
            return [
                Import.read(pair.client.input, 10), Import.read(pair.client.input, 10),
                Import.read(pair.client.input, 0), Import.blockingRead(pair.client.input, 10),
            ]
        }
        #expect(answers == [.closed, .closed, .closed, .closed])
    }

    @Test(arguments: SocketCase.all)
    func `p2_tcp_streams: after an own shutdown of receiving, what had come is gone`(
        test: SocketCase
    ) throws {
        let (answers, isReady) = try SocketWorld(test.place).run {
            let pair = try Socket.Pair(test.family)
            _ = Import.blockingWriteAndFlush(pair.server.output, "it has come")
            let pollable = Import.subscribe(input: pair.client.input)
            Import.block(pollable)
            _ = Import.shutdown(tcp: pair.client.socket, .receive)
            return (
                [Import.read(pair.client.input, 0), Import.read(pair.client.input, 10)],
                Import.ready(pollable)
            )
        }
        #expect(answers == [.closed, .closed])
        #expect(isReady)
    }

    @Test(arguments: SocketCase.all)
    func `p2_tcp_streams: after an own shutdown of sending, a permit from before is void`(
        test: SocketCase
    ) throws {
        let (permit, write, check, flush, isReady) = try SocketWorld(test.place).run {
            let pair = try Socket.Pair(test.family)
            let permit = Import.checkWrite(pair.client.output).value ?? 0
            _ = Import.shutdown(tcp: pair.client.socket, .send)
            let pollable = Import.subscribe(output: pair.client.output)
            return (
                permit, Import.write(pair.client.output, "no"),
                Import.checkWrite(pair.client.output), Import.flush(pair.client.output),
                Import.ready(pollable)
            )
        }
        #expect(permit > 0)
        #expect(write == .closed)
        #expect(check == .closed)
        #expect(flush == .closed)
        #expect(isReady)
    }

    @Test(arguments: SocketCase.all)
    func `p2_tcp_streams: a shutdown of sending lets a great write arrive, and then the end`(
        test: SocketCase
    ) throws {
        let (sent, text, end, after) = try SocketWorld(test.place).run {
            let pair = try Socket.Pair(test.family)
            _ = Import.set(.sendBuffer, tcp: pair.client.socket, 1_024)
            let buffer = try Import.value(.sendBuffer, tcp: pair.client.socket).get()
            let permit = Import.checkWrite(pair.client.output).value ?? 0
            let payload = String(
                decoding: (0..<min(permit, 100 * buffer)).map { UInt8(97 + $0 % 26) },
                as: UTF8.self)
            let wrote = Import.write(pair.client.output, payload)
            _ = Import.shutdown(tcp: pair.client.socket, .send)
            let (text, end) = Socket.read(pair.server.input)
            return (
                wrote == .done ? payload : "nothing", text, end,
                Import.checkWrite(pair.client.output)
            )
        }
        #expect(!sent.isEmpty && sent != "nothing")
        #expect(text == sent)
        #expect(end == .closed)
        #expect(after == .closed)
    }

    @Test(arguments: SocketCase.all)
    func `p2_tcp_sample_application: two clients in a row send a message each`(test: SocketCase)
        throws
    {
        let family = test.family
        let world = SocketWorld(test.place)
        let (empty, texts) = try world.run {
            let listener = try Socket.listener(family) { _ = Import.setBacklog(tcp: $0, 32) }
            let address = try Import.localAddress(tcp: listener).get()
            var empty: [Answer<String>] = []
            var texts: [[Answer<String>]] = []
            for message in ["Hello, world!", "Greetings, planet!"] {
                let client = try Socket.connect(family, to: address)
                empty.append(Import.read(client.input, 0))
                _ = Import.blockingWriteAndFlush(client.output, "")
                _ = Import.blockingWriteAndFlush(client.output, message)
                Socket.drop(client)
                let server = try Socket.accept(listener)
                empty.append(Import.read(server.input, 0))
                let text = Import.blockingRead(server.input, 100)
                texts.append([text, Import.blockingRead(server.input, 100)])
                Socket.drop(server)
            }
            Import.drop(tcp: listener)
            return (empty, texts)
        }
        #expect(empty == Array(repeating: .ok(""), count: 4))
        #expect(texts == [[.ok("Hello, world!"), .closed], [.ok("Greetings, planet!"), .closed]])
        #expect(world.host.liveResources == 0)
    }

    @Test(arguments: SocketCase.all)
    func `p2_tcp_busy_poll: a hundred connections are seen beside a timer that is always ready`(
        test: SocketCase
    ) throws {
        let family = test.family
        let texts = try SocketWorld(test.place).run {
            let listener = try Socket.listener(family)
            let address = try Import.localAddress(tcp: listener).get()
            let zero = Import.subscribe(after: 0)
            return try (0..<100).map { _ -> String? in
                let client = try Socket.connect(family, to: address)
                let server = try Socket.accept(listener)
                defer {
                    Socket.drop(client)
                    Socket.drop(server)
                }
                let pollable = Import.subscribe(input: server.input)
                defer { Import.drop(pollable: pollable) }
                _ = Import.checkWrite(client.output)
                _ = Import.write(client.output, "hello, world!")
                for _ in 0..<1_000_000 where Import.poll([zero, pollable]).contains(1) {
                    return Import.read(server.input, 100).value
                }
                return nil
            }
        }
        #expect(texts == Array(repeating: "hello, world!", count: 100))
    }

    // MARK: Options

    @Test(arguments: SocketCase.all)
    func `p2_tcp_sockopts: options begin above 0, refuse 0, cut what is too much, read back`(
        test: SocketCase
    ) throws {
        let numbers = SocketOption.allCases.filter { $0 != .keepAlive }
        let times: [SocketOption] = [.keepAliveIdle, .keepAliveInterval]
        let most: [SocketOption: UInt64] = [
            .keepAliveIdle: .max, .keepAliveInterval: .max,
            .keepAliveCount: UInt64(UInt32.max), .hopLimit: 255, .receiveBuffer: .max,
            .sendBuffer: .max,
        ]
        let (first, zeroes, ends, fine, exact, switched, backlogs) = try SocketWorld(test.place)
            .run {
                let socket = try Import.tcp(test.family).get()
                func set(_ option: SocketOption, _ value: UInt64) throws -> UInt64 {
                    if let error = Import.set(option, tcp: socket, value) { throw error }
                    return try Import.value(option, tcp: socket).get()
                }
                let first = try numbers.map { try Import.value($0, tcp: socket).get() }
                let zeroes = numbers.map { Import.set($0, tcp: socket, 0) }
                let ends = try numbers.flatMap { [try set($0, 1), try set($0, most[$0]!)] }
                let fine = try times.map { try set($0, .millisecond) }
                let exact = try numbers.map { option -> UInt64 in
                    switch option {
                    case .keepAliveIdle, .keepAliveInterval: try set(option, 42 * Self.second)
                    case .receiveBuffer, .sendBuffer: try set(option, 0x1_0000)
                    default: try set(option, 42)
                    }
                }
                let switched = try [1 as UInt64, 0].map { try set(.keepAlive, $0) }
                let backlogs = [1, .max, 0].map { Import.setBacklog(tcp: socket, $0) }
                return (first, zeroes, ends, fine, exact, switched, backlogs)
            }
        #expect(first.allSatisfy { $0 > 0 })
        #expect(zeroes == Array(repeating: .invalidArgument, count: numbers.count))
        #expect(ends.allSatisfy { $0 > 0 })
        #expect(fine.allSatisfy { $0 > 0 && $0 <= Self.second })
        for (option, value) in zip(numbers, exact) {
            switch option {
            case .keepAliveIdle, .keepAliveInterval: #expect(value == 42 * Self.second)
            case .receiveBuffer, .sendBuffer: #expect(value == 0x1_0000)
            default: #expect(value == 42)
            }
        }
        #expect(switched == [1, 0])
        #expect(backlogs == [nil, nil, .invalidArgument])
    }

    @Test(arguments: SocketCase.all)
    func `p2_tcp_sockopts: a connection has what its listener had as it came, and keeps it`(
        test: SocketCase
    ) throws {
        let options: [(SocketOption, UInt64, UInt64)] = [
            (.keepAlive, 1, 0), (.keepAliveIdle, 42 * Self.second, 43 * Self.second),
            (.keepAliveInterval, 42 * Self.second, 43 * Self.second), (.keepAliveCount, 42, 43),
            (.hopLimit, 42, 43), (.receiveBuffer, 0x1_0000, 0x2_0000),
            (.sendBuffer, 0x1_0000, 0x2_0000),
        ]
        let (before, during, kept) = try SocketWorld(test.place).run {
            func values(_ socket: Int32) throws -> [UInt64] {
                try options.map { try Import.value($0.0, tcp: socket).get() }
            }
            func inherited(from listener: Int32) throws -> Int32 {
                let address = try Import.localAddress(tcp: listener).get()
                _ = try Socket.connect(test.family, to: address)
                return try Socket.accept(listener).socket
            }
            // Set before the socket listens, and while it does.
            let early = try Socket.listener(test.family) { socket in
                for (option, value, _) in options { _ = Import.set(option, tcp: socket, value) }
            }
            let late = try Socket.listener(test.family)
            for (option, value, _) in options { _ = Import.set(option, tcp: late, value) }
            let before = try values(inherited(from: early))
            let server = try inherited(from: late)
            let during = try values(server)
            for (option, _, value) in options { _ = Import.set(option, tcp: late, value) }
            return (before, during, try values(server))
        }
        #expect(before[..<5] == options.map(\.1)[..<5])
        #expect(zip(before, options.map(\.1)).allSatisfy { $0 >= $1 })
        #expect(during == options.map(\.1))
        #expect(kept == during)
    }
}
