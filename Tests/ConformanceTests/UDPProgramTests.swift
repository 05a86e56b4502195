// wasmtime's test programs of UDP, each under its own name.

import CWASIp2
import PolluxHost
import PolluxNative
import Testing

struct UDPProgramTests {
    @Test(arguments: SocketPlace.allCases)
    func `p2_cli_no_udp: a host without UDP denies sockets, and TCP goes on`(place: SocketPlace)
        throws
    {
        let world = SocketWorld(place, network: NetworkPolicy(hasUDP: false))
        let (udp, tcp) = try world.run {
            (
                AddressFamily.allCases.map { Import.udp($0).refusal },
                AddressFamily.allCases.map { Import.tcp($0).refusal }
            )
        }
        #expect(udp == [.accessDenied, .accessDenied])
        #expect(tcp == [nil, nil])
    }

    @Test(arguments: SocketCase.all)
    func `p2_udp_bind: what can be bound is bound, and all else says why not`(test: SocketCase)
        throws
    {
        let family = test.family
        let (taken, any, isExact, errors) = try SocketWorld(test.place).run {
            let network = Import.network()
            let taken = try Import.localAddress(udp: Socket.boundUDP(family)).get()
            let unspecified = SocketAddress(family.unspecified, port: 0)
            let any = try Import.localAddress(udp: Socket.boundUDP(family, to: unspecified)).get()
            // A number that was free a moment ago, asked for by itself.
            let gone = try Socket.boundUDP(family)
            let exact = try Import.localAddress(udp: gone).get()
            Import.drop(udp: gone)
            let again = try Import.localAddress(udp: Socket.boundUDP(family, to: exact)).get()
            let wrong = [
                taken, SocketAddress(family.foreign, port: 0),
                SocketAddress(family.other.loopback, port: 0),
                SocketAddress(IPAddress("::ffff:127.0.0.1")!, port: 0),
            ]
            let errors = try wrong.map {
                Import.startBind(udp: try Import.udp(family).get(), network, $0)
            }
            return (taken, any, again == exact, errors)
        }
        #expect(taken.ip == family.loopback && taken.port != 0)
        #expect(any.ip == family.unspecified && any.port != 0)
        #expect(isExact)
        #expect(errors == [.addressInUse, .addressNotBindable, .invalidArgument, .invalidArgument])
    }

    @Test(arguments: SocketCase.all)
    func `p2_udp_connect: no peer that cannot be, and those that can come and go`(test: SocketCase)
        throws
    {
        let family = test.family
        let (unbound, wrong, seen, expected, locals) = try SocketWorld(test.place).run {
            let a = try Import.localAddress(udp: Socket.boundUDP(family)).get()
            let b = try Import.localAddress(udp: Socket.boundUDP(family)).get()
            let fresh = try Import.udp(family).get()
            let unbound = [Import.stream(udp: fresh), Import.stream(udp: fresh, a)].map(\.refusal)
            let socket = try Socket.boundUDP(family)
            let wrong = [
                SocketAddress(family.unspecified, port: 47),
                SocketAddress(family.loopback, port: 0),
                SocketAddress(family.other.loopback, port: 47),
                SocketAddress(IPAddress("::ffff:127.0.0.1")!, port: 47),
            ].map { Import.stream(udp: socket, $0).refusal }
            let peers: [SocketAddress?] = [nil, nil, a, a, b, nil, a]
            var locals = [try Import.localAddress(udp: socket).get()]
            let seen = try peers.map { peer -> Result<SocketAddress, NetworkError> in
                let streams = try Import.stream(udp: socket, peer).get()
                defer { Import.drop(streams) }
                locals.append(try Import.localAddress(udp: socket).get())
                return Import.remoteAddress(udp: socket)
            }
            let expected = peers.map { peer -> Result<SocketAddress, NetworkError> in
                peer.map { .success($0) } ?? .failure(.invalidState)
            }
            return (unbound, wrong, seen, expected, Set(locals).count)
        }
        #expect(unbound == [.invalidState, .invalidState])
        #expect(wrong == Array(repeating: .invalidArgument, count: 4))
        #expect(seen == expected)
        #expect(locals == 1)
    }

    @Test(arguments: SocketCase.all)
    func `p2_udp_connect: each of 256 fresh sockets can send to its peer as soon as it is ready`(
        test: SocketCase
    ) throws {
        let world = SocketWorld(test.place)
        let counts = try world.run {
            let receiver = try Socket.boundUDP(test.family)
            defer { Import.drop(udp: receiver) }
            let peer = try Import.localAddress(udp: receiver).get()
            return try (0..<256).map { _ -> UInt64? in
                let socket = try Socket.boundUDP(test.family)
                let streams = try Import.stream(udp: socket, peer).get()
                let pollable = Import.subscribe(outgoing: streams.outgoing)
                defer {
                    Import.drop(pollable: pollable)
                    Import.drop(streams)
                    Import.drop(udp: socket)
                }
                Import.block(pollable)
                guard try Import.checkSend(streams.outgoing).get() > 0 else { return nil }
                let datagram = OutgoingDatagram([42], to: nil)
                return try Import.send(streams.outgoing, [datagram]).get()
            }
        }
        #expect(counts == Array(repeating: 1, count: 256))
        #expect(world.host.liveResources == 0)
    }

    @Test(arguments: SocketCase.all)
    func `p2_udp_states: unbound, bound and connected sockets know what they can do`(
        test: SocketCase
    ) throws {
        let family = test.family
        let (rows, families, options) = try SocketWorld(test.place).run {
            let network = Import.network()
            let peer = try Import.localAddress(udp: Socket.boundUDP(family)).get()
            let sockets = [
                try Import.udp(family).get(), try Socket.boundUDP(family),
                try Socket.boundUDP(family),
            ]
            Import.drop(try Import.stream(udp: sockets[2], peer).get())
            let families = sockets.map {
                __wasm_import_wasi_sockets_udp_method_udp_socket_address_family($0)
            }
            var options: [NetworkError?] = []
            for socket in sockets {
                for option in [SocketOption.hopLimit, .receiveBuffer, .sendBuffer] {
                    let value = Import.value(option, udp: socket)
                    options.append(value.refusal)
                    options.append(Import.set(option, udp: socket, (try? value.get()) ?? 1))
                }
            }
            // What changes a socket comes last.
            let rows = sockets.map { socket in
                [
                    Import.finishBind(udp: socket), Import.localAddress(udp: socket).refusal,
                    Import.remoteAddress(udp: socket).refusal,
                    Import.stream(udp: socket).refusal,
                    Import.startBind(
                        udp: socket, network, SocketAddress(family.loopback, port: 0)),
                ]
            }
            return (rows, families, options)
        }
        let (idle, state): (NetworkError, NetworkError) = (.notInProgress, .invalidState)
        #expect(rows[0] == [idle, state, state, state, nil])
        #expect(rows[1] == [idle, nil, state, nil, state])
        #expect(rows[2] == [idle, nil, nil, nil, state])
        #expect(families == Array(repeating: Int32(family.rawValue), count: 3))
        #expect(options == Array(repeating: nil, count: 18))
    }

    @Test(arguments: SocketCase.all)
    func `p2_udp_stream: two datagrams go in one send and come in order`(test: SocketCase) throws {
        let (permit, sent, received, peers) = try SocketWorld(test.place).run {
            let receiver = try Socket.boundUDP(test.family)
            let incoming = try Import.stream(udp: receiver).get().incoming
            let sender = try Socket.boundUDP(test.family)
            let target = try Import.localAddress(udp: receiver).get()
            let outgoing = try Import.stream(udp: sender, target).get().outgoing
            let permit = try Import.checkSend(outgoing).get()
            let datagrams = ["Hello", "World"].map { OutgoingDatagram(Array($0.utf8), to: nil) }
            let sent = try Import.send(outgoing, datagrams).get()
            let received = try Socket.receive(incoming, 2)
            let address = try Import.localAddress(udp: sender).get()
            return (permit, sent, received.map(\.text), received.map { $0.peer == address })
        }
        #expect(permit >= 2)
        #expect(sent == 2)
        #expect(received == ["Hello", "World"])
        #expect(peers == [true, true])
    }

    @Test(arguments: SocketCase.all)
    func `p2_udp_stream: what others sent before there was a peer is not received`(
        test: SocketCase
    ) throws {
        let (text, rest) = try SocketWorld(test.place).run {
            let receiver = try Socket.boundUDP(test.family)
            let target = try Import.localAddress(udp: receiver).get()
            let stranger = try Import.stream(udp: Socket.boundUDP(test.family)).get().outgoing
            for text in ["one", "two"] { try Socket.send(stranger, text, to: target) }
            let friend = try Socket.boundUDP(test.family)
            let peer = try Import.localAddress(udp: friend).get()
            let incoming = try Import.stream(udp: receiver, peer).get().incoming
            let outgoing = try Import.stream(udp: friend).get().outgoing
            try Socket.send(outgoing, "three", to: target)
            let text = try Socket.receive(incoming, 1).map(\.text)
            return (text, try Import.receive(incoming, 16).get().count)
        }
        #expect(text == ["three"])
        #expect(rest == 0)
    }

    @Test(arguments: SocketCase.all)
    func `p2_udp_sockopts: options begin above 0, refuse 0, cut what is too much, read back`(
        test: SocketCase
    ) throws {
        let options: [(SocketOption, [UInt64], UInt64)] = [
            (.hopLimit, [1, 255], 42), (.receiveBuffer, [1, .max], 0x1_0000),
            (.sendBuffer, [1, .max], 0x1_0000),
        ]
        let (first, zeroes, ends, exact) = try SocketWorld(test.place).run {
            let socket = try Import.udp(test.family).get()
            func set(_ option: SocketOption, _ value: UInt64) throws -> UInt64 {
                if let error = Import.set(option, udp: socket, value) { throw error }
                return try Import.value(option, udp: socket).get()
            }
            return (
                try options.map { try Import.value($0.0, udp: socket).get() },
                options.map { Import.set($0.0, udp: socket, 0) },
                try options.flatMap { option, values, _ in try values.map { try set(option, $0) } },
                try options.map { option, _, value in try set(option, value) }
            )
        }
        #expect(first.allSatisfy { $0 > 0 })
        #expect(zeroes == Array(repeating: .invalidArgument, count: 3))
        #expect(ends.allSatisfy { $0 > 0 })
        #expect(exact == options.map(\.2))
    }

    @Test(arguments: SocketCase.all)
    func `p2_udp_sample_application: a server hears a sender with a peer and one without`(
        test: SocketCase
    ) throws {
        let family = test.family
        let world = SocketWorld(test.place)
        let (texts, ports, expected) = try world.run {
            let server = try Socket.boundUDP(family)
            let incoming = try Import.stream(udp: server).get().incoming
            let target = try Import.localAddress(udp: server).get()
            let any = SocketAddress(family.unspecified, port: 0)
            var expected: [UInt16] = []
            for peer in [target, nil] {
                let client = try Socket.boundUDP(family, to: any)
                let streams = try Import.stream(udp: client, peer).get()
                let port = try Import.localAddress(udp: client).get().port
                if peer != nil {
                    try Socket.send(streams.outgoing, "")
                    try Socket.send(streams.outgoing, "Hello, world!", to: target)
                    expected += [port, port]
                } else {
                    try Socket.send(streams.outgoing, "Greetings, planet!", to: target)
                    expected.append(port)
                }
                Import.drop(streams)
                Import.drop(udp: client)
            }
            let got = try Socket.receive(incoming, 3)
            return (got.map(\.text), got.map(\.peer), expected)
        }
        #expect(texts == ["", "Hello, world!", "Greetings, planet!"])
        #expect(ports.map(\.ip) == Array(repeating: family.loopback, count: 3))
        #expect(ports.map(\.port) == expected)
    }

    @Test(arguments: SocketCase.all)
    func `p2_udp_send_to_closed_receiver: a receive tells within 5 s that nobody is there`(
        test: SocketCase
    ) throws {
        let (reported, error) = try SocketWorld(test.place).run {
            () throws -> ([Int], NetworkError?) in
            let gone = try Socket.boundUDP(test.family)
            let target = try Import.localAddress(udp: gone).get()
            Import.drop(udp: gone)
            let streams = try Import.stream(udp: Socket.boundUDP(test.family), target).get()
            let empty = Import.receive(streams.incoming, 1)
            guard case .success(let none) = empty, none.isEmpty else { return ([], nil) }
            try Socket.send(streams.outgoing, "anybody?")
            let pollable = Import.subscribe(incoming: streams.incoming)
            let timer = Import.subscribe(after: 5_000 * .millisecond)
            return (
                Import.poll([pollable, timer]), Import.receive(streams.incoming, 1).refusal
            )
        }
        #expect(reported == [0])
        #expect(error == .connectionRefused || error == .connectionReset)
    }

    @Test(arguments: SocketPlace.allCases)
    func `p2_udp_send_too_much: one datagram more than permitted traps`(place: SocketPlace) {
        expectTrap("send-overrun", "UDP-32", saying: "check-send", on: SocketWorld(place).host) {
            guard let socket = try? Socket.boundUDP(.ipv4),
                let target = try? Import.localAddress(udp: socket).get(),
                let streams = try? Import.stream(udp: socket, target).get(),
                let permit = try? Import.checkSend(streams.outgoing).get()
            else { return }
            let datagram = OutgoingDatagram([42], to: nil)
            _ = Import.send(
                streams.outgoing, Array(repeating: datagram, count: Int(permit) + 1))
        }
    }
}
