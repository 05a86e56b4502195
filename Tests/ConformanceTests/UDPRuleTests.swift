// UDP.

import PolluxHost
import PolluxNative
import Testing

struct UDPRuleTests {
    // MARK: States

    @Test(arguments: SocketCase.all)
    func `UDP-02: a new socket has options above 0 and can send at once`(test: SocketCase) throws {
        let (values, permit) = try SocketWorld(test.place).run {
            let socket = try Socket.boundUDP(test.family)
            let streams = try Import.stream(udp: socket).get()
            let values = try [SocketOption.hopLimit, .receiveBuffer, .sendBuffer].map {
                try Import.value($0, udp: socket).get()
            }
            return (values, try Import.checkSend(streams.outgoing).get())
        }
        #expect(values.allSatisfy { $0 > 0 })
        #expect(permit > 0)
    }

    @Test(arguments: SocketCase.all)
    func `UDP-03, UDP-04, UDP-09, UDP-10, UDP-11: each state knows what can be asked of it`(
        test: SocketCase
    ) throws {
        @Sendable func error<Value>(_ answer: Result<Value, NetworkError>) -> NetworkError? {
            if case .failure(let error) = answer { error } else { nil }
        }
        let (unbound, bound) = try SocketWorld(test.place).run {
            let network = Import.network()
            let any = SocketAddress(test.family.loopback, port: 0)
            let fresh = try Import.udp(test.family).get()
            let unbound = [
                Import.finishBind(udp: fresh), error(Import.localAddress(udp: fresh)),
                error(Import.remoteAddress(udp: fresh)), error(Import.stream(udp: fresh)),
            ]
            let socket = try Socket.boundUDP(test.family)
            let bound = [
                Import.finishBind(udp: socket), Import.startBind(udp: socket, network, any),
                error(Import.localAddress(udp: socket)), error(Import.remoteAddress(udp: socket)),
            ]
            return (unbound, bound)
        }
        #expect(unbound == [.notInProgress, .invalidState, .invalidState, .invalidState])
        #expect(bound == [.notInProgress, .invalidState, nil, .invalidState])
    }

    @Test(arguments: HostPolicy.Rules.allCases)
    func `UDP-05, UDP-06, UDP-12: before finish-bind only wasmtime's socket has streams`(
        rules: HostPolicy.Rules
    ) throws {
        let (conflict, streams, after) = try SocketWorld(
            .simulated, policy: HostPolicy(rules: rules)
        ).run {
            let network = Import.network()
            let any = SocketAddress(.loopback, port: 0)
            let socket = try Import.udp(.ipv4).get()
            _ = Import.startBind(udp: socket, network, any)
            let conflict = Import.startBind(udp: socket, network, any)
            let streams = Import.stream(udp: socket)
            var error: NetworkError?
            if case .failure(let told) = streams { error = told }
            return (conflict, error, Import.startBind(udp: socket, network, any))
        }
        #expect(conflict == .concurrencyConflict)
        #expect(streams == (rules == .wasmtime ? nil : .invalidState))
        #expect(after == (rules == .wasmtime ? .invalidState : .concurrencyConflict))
    }

    @Test(arguments: SocketCase.all)
    func `UDP-07: binding finds a port, and refuses what is taken, foreign or of no use`(
        test: SocketCase
    ) throws {
        let (local, errors) = try SocketWorld(test.place).run {
            let network = Import.network()
            let socket = try Socket.boundUDP(test.family)
            let local = try Import.localAddress(udp: socket).get()
            let wrong = [
                local, SocketAddress(test.family.foreign, port: 0),
                SocketAddress(test.family.other.loopback, port: 0),
                SocketAddress(IPAddress("::ffff:127.0.0.1")!, port: 0),
            ]
            let errors = try wrong.map {
                Import.startBind(udp: try Import.udp(test.family).get(), network, $0)
            }
            return (local, errors)
        }
        #expect(local.port != 0)
        #expect(
            errors == [.addressInUse, .addressNotBindable, .invalidArgument, .invalidArgument])
    }

    @Test(arguments: SocketCase.all)
    func `UDP-08: a group's address can be bound, unlike for TCP`(test: SocketCase) throws {
        // Not one of a link's own: the kernel would want to know which link.
        let group = test.family == .ipv4 ? test.family.multicast : IPAddress("ff0e::1")!
        let local = try SocketWorld(test.place).run {
            let socket = try Socket.boundUDP(test.family, to: SocketAddress(group, port: 0))
            return try Import.localAddress(udp: socket).get()
        }
        #expect(local.ip == group)
        #expect(local.port != 0)
    }

    @Test(arguments: SocketPlace.allCases)
    func `UDP-14: whether a group or everybody can be a peer is for the world to say`(
        place: SocketPlace
    ) throws {
        let errors = try SocketWorld(place).run {
            try [AddressFamily.ipv4.multicast, .ipv4(.max)].map { address -> NetworkError? in
                let socket = try Socket.boundUDP(.ipv4)
                return Import.stream(udp: socket, SocketAddress(address, port: 9)).refusal
            }
        }
        // Nothing is sent. The kernel wants SO_BROADCAST; the world in memory has neither.
        #expect(
            errors
                == (place == .kernel
                    ? [nil, .accessDenied] : [.remoteUnreachable, .remoteUnreachable]))
    }

    @Test(arguments: SocketCase.all)
    func `UDP-13: a peer that cannot be is invalid, and the socket stays of use`(test: SocketCase)
        throws
    {
        let (errors, works) = try SocketWorld(test.place).run {
            let socket = try Socket.boundUDP(test.family)
            let wrong = [
                SocketAddress(test.family.unspecified, port: 9),
                SocketAddress(test.family.loopback, port: 0),
                SocketAddress(test.family.other.loopback, port: 9),
                SocketAddress(IPAddress("::ffff:127.0.0.1")!, port: 9),
            ]
            let errors = wrong.map { address -> NetworkError? in
                if case .failure(let error) = Import.stream(udp: socket, address) {
                    error
                } else {
                    nil
                }
            }
            return (errors, (try? Import.stream(udp: socket).get()) != nil)
        }
        #expect(errors == Array(repeating: .invalidArgument, count: 4))
        #expect(works)
    }

    @Test(arguments: SocketCase.all)
    func `UDP-09, UDP-15, UDP-16: peers come and go, and the local address stays`(test: SocketCase)
        throws
    {
        let (remotes, locals, expected) = try SocketWorld(test.place).run {
            let socket = try Socket.boundUDP(test.family)
            let a = try Import.localAddress(udp: Socket.boundUDP(test.family)).get()
            let b = try Import.localAddress(udp: Socket.boundUDP(test.family)).get()
            var remotes: [SocketAddress?] = []
            var locals: Set<SocketAddress> = []
            let peers: [SocketAddress?] = [nil, nil, a, a, b, nil, a]
            for peer in peers {
                let streams = try Import.stream(udp: socket, peer).get()
                remotes.append(try? Import.remoteAddress(udp: socket).get())
                locals.insert(try Import.localAddress(udp: socket).get())
                Import.drop(streams)
            }
            return (remotes, locals.count, peers)
        }
        #expect(remotes == expected)
        #expect(locals == 1)
    }

    @Test func `UDP-17: in wasmtime a new pair of streams beside a live one traps`() {
        let world = SocketWorld(.simulated)
        expectTrap("datagram-streams-alive", "UDP-17", saying: "drop them", on: world.host) {
            guard let socket = try? Socket.boundUDP(.ipv4) else { return }
            _ = Import.stream(udp: socket)
            _ = Import.stream(udp: socket)
        }
    }

    @Test func `UDP-17: by the text the streams before go quiet, and their pollables are ready`()
        throws
    {
        let world = SocketWorld(.simulated, policy: HostPolicy(rules: .spec))
        let (receive, check, ready) = try world.run {
            let socket = try Socket.boundUDP(.ipv4)
            let old = try Import.stream(udp: socket).get()
            let pollable = Import.subscribe(incoming: old.incoming)
            let before = Import.ready(pollable)
            _ = try Import.stream(udp: socket).get()
            return (
                Import.receive(old.incoming, 1), Import.checkSend(old.outgoing),
                [before, Import.ready(pollable)]
            )
        }
        #expect(receive == .failure(.invalidState))
        #expect(check == .failure(.invalidState))
        #expect(ready == [false, true])
    }

    // MARK: Receiving

    @Test(arguments: SocketCase.all)
    func `UDP-20, UDP-21: a receive of none, or of nothing, is ok and empty`(test: SocketCase)
        throws
    {
        let counts = try SocketWorld(test.place).run {
            let streams = try Import.stream(udp: Socket.boundUDP(test.family)).get()
            return try [0, 1, UInt64.max].map {
                try Import.receive(streams.incoming, $0).get().count
            }
        }
        #expect(counts == [0, 0, 0])
    }

    @Test(arguments: SocketCase.all)
    func `UDP-22, UDP-24: datagrams come whole and in order, empty ones too`(test: SocketCase)
        throws
    {
        let (texts, senders, address) = try SocketWorld(test.place).run {
            let receiver = try Socket.boundUDP(test.family)
            let incoming = try Import.stream(udp: receiver).get().incoming
            let target = try Import.localAddress(udp: receiver).get()
            let sender = try Socket.boundUDP(test.family)
            let outgoing = try Import.stream(udp: sender).get().outgoing
            let permit = try Import.checkSend(outgoing).get()
            #expect(permit >= 3)
            let datagrams = ["one", "", "three"].map {
                OutgoingDatagram(Array($0.utf8), to: target)
            }
            let sent = try Import.send(outgoing, datagrams).get()
            #expect(sent == 3)
            let got = try Socket.receive(incoming, 3)
            return (
                got.map(\.text), Set(got.map(\.peer)), try Import.localAddress(udp: sender).get()
            )
        }
        #expect(texts == ["one", "", "three"])
        #expect(senders == [address])
    }

    @Test func `UDP-22: no receive gives more than 16 datagrams`() throws {
        let counts = try SocketWorld(.simulated).run {
            let receiver = try Socket.boundUDP(.ipv4)
            let incoming = try Import.stream(udp: receiver).get().incoming
            let target = try Import.localAddress(udp: receiver).get()
            let outgoing = try Import.stream(udp: Socket.boundUDP(.ipv4)).get().outgoing
            for number in 0..<20 { try Socket.send(outgoing, "\(number)", to: target) }
            return try (0..<3).map { _ in try Import.receive(incoming, 100).get().count }
        }
        #expect(counts == [16, 4, 0])
    }

    @Test(arguments: SocketCase.all)
    func `UDP-23: once there is a peer, what others sent before is not received`(test: SocketCase)
        throws
    {
        let texts = try SocketWorld(test.place).run {
            let receiver = try Socket.boundUDP(test.family)
            let target = try Import.localAddress(udp: receiver).get()
            let stranger = try Import.stream(udp: Socket.boundUDP(test.family)).get().outgoing
            let friend = try Socket.boundUDP(test.family)
            try Socket.send(stranger, "from a stranger", to: target)
            let peer = try Import.localAddress(udp: friend).get()
            let incoming = try Import.stream(udp: receiver, peer).get().incoming
            try Socket.send(
                Import.stream(udp: friend).get().outgoing, "from the peer", to: target)
            return try Socket.receive(incoming, 1).map(\.text)
        }
        #expect(texts == ["from the peer"])
    }

    @Test(arguments: SocketCase.all)
    func `UDP-25: a send to a peer that is gone is told by a receive, once`(test: SocketCase) throws
    {
        let (error, after) = try SocketWorld(test.place).run {
            let gone = try Socket.boundUDP(test.family)
            let address = try Import.localAddress(udp: gone).get()
            Import.drop(udp: gone)
            let streams = try Import.stream(udp: Socket.boundUDP(test.family), address).get()
            try Socket.send(streams.outgoing, "anybody?")
            Import.block(Import.subscribe(incoming: streams.incoming))
            var error: NetworkError?
            if case .failure(let told) = Import.receive(streams.incoming, 1) { error = told }
            return (error, try Import.receive(streams.incoming, 1).get().count)
        }
        #expect(error == .connectionRefused)
        #expect(after == 0)
    }

    @Test(arguments: SocketPlace.allCases, HostPolicy.Rules.allCases)
    func `UDP-26: an error behind a datagram is not told with it, and wasmtime forgets it`(
        place: SocketPlace, rules: HostPolicy.Rules
    ) throws {
        let world = SocketWorld(place, policy: HostPolicy(rules: rules))
        let (texts, next) = try world.run {
            let peer = try Socket.boundUDP(.ipv4)
            let socket = try Socket.boundUDP(.ipv4)
            let streams = try Import.stream(
                udp: socket, Import.localAddress(udp: peer).get()
            ).get()
            let theirs = try Import.stream(udp: peer).get()
            try Socket.send(
                theirs.outgoing, "the last", to: Import.localAddress(udp: socket).get())
            Import.drop(theirs)
            Import.drop(udp: peer)
            // With this the host has the datagram, and the refusal is behind it.
            Import.block(Import.subscribe(incoming: streams.incoming))
            try Socket.send(streams.outgoing, "anybody?")
            Import.block(Import.subscribe(after: 20 * .millisecond))
            let texts = try Import.receive(streams.incoming, 16).get().map(\.text)
            var next = Import.receive(streams.incoming, 16).map(\.count)
            // Where the refusal has to be told, a busy kernel may bring it late.
            let end = Import.now() + 60_000 * .millisecond
            while rules == .spec, next == .success(0), Import.now() < end {
                Import.block(Import.subscribe(after: .millisecond))
                next = Import.receive(streams.incoming, 16).map(\.count)
            }
            return (texts, next)
        }
        #expect(texts == ["the last"])
        #expect(next == (rules == .wasmtime ? .success(0) : .failure(.connectionRefused)))
    }

    @Test(arguments: SocketCase.all)
    func `UDP-28: the longest datagram is not cut`(test: SocketCase) throws {
        let counts = try SocketWorld(test.place).run {
            let receiver = try Socket.boundUDP(test.family)
            let incoming = try Import.stream(udp: receiver).get().incoming
            let target = try Import.localAddress(udp: receiver).get()
            let outgoing = try Import.stream(udp: Socket.boundUDP(test.family)).get().outgoing
            try Socket.send(outgoing, String(repeating: "x", count: 60_000), to: target)
            return try Socket.receive(incoming, 1).map(\.bytes.count)
        }
        #expect(counts == [60_000])
    }

    @Test(arguments: SocketCase.all)
    func `UDP-29: an incoming stream is ready exactly while a receive gives something`(
        test: SocketCase
    ) throws {
        let ready = try SocketWorld(test.place).run {
            let receiver = try Socket.boundUDP(test.family)
            let incoming = try Import.stream(udp: receiver).get().incoming
            let target = try Import.localAddress(udp: receiver).get()
            let outgoing = try Import.stream(udp: Socket.boundUDP(test.family)).get().outgoing
            let pollable = Import.subscribe(incoming: incoming)
            let before = Import.ready(pollable)
            try Socket.send(outgoing, "here", to: target)
            Import.block(pollable)
            _ = Import.receive(incoming, 16)
            let after = (0..<40).contains { _ in Import.ready(pollable) }
            return [before, after]
        }
        #expect(ready == [false, false])
    }

    // MARK: Sending

    @Test(arguments: SocketCase.all)
    func `UDP-30, UDP-34: a ready stream permits a datagram, and sends exactly it`(test: SocketCase)
        throws
    {
        let counts = try SocketWorld(test.place).run {
            let target = try Import.localAddress(udp: Socket.boundUDP(test.family)).get()
            return try (0..<64).map { _ -> UInt64 in
                let socket = try Socket.boundUDP(test.family)
                let streams = try Import.stream(udp: socket, target).get()
                let pollable = Import.subscribe(outgoing: streams.outgoing)
                Import.block(pollable)
                guard try Import.checkSend(streams.outgoing).get() > 0 else { return 99 }
                let count = try Import.send(
                    streams.outgoing, [OutgoingDatagram([1], to: nil)]
                ).get()
                Import.drop(pollable: pollable)
                Import.drop(streams)
                Import.drop(udp: socket)
                return count
            }
        }
        #expect(Set(counts) == [1])
    }

    @Test func `UDP-31: where the other side takes no more, there is no permit until it does`()
        throws
    {
        let (sent, ready, after) = try SocketWorld(.simulated).run {
            let receiver = try Socket.boundUDP(.ipv4)
            let incoming = try Import.stream(udp: receiver).get().incoming
            let target = try Import.localAddress(udp: receiver).get()
            _ = Import.set(.receiveBuffer, udp: receiver, 1_000)
            let outgoing = try Import.stream(udp: Socket.boundUDP(.ipv4)).get().outgoing
            let datagram = OutgoingDatagram(Array(repeating: 1, count: 400), to: target)
            _ = Import.checkSend(outgoing)
            let sent = try Import.send(outgoing, Array(repeating: datagram, count: 5)).get()
            let pollable = Import.subscribe(outgoing: outgoing)
            let ready = Import.ready(pollable)
            _ = Import.receive(incoming, 16)
            return (sent, ready, Import.ready(pollable))
        }
        #expect(sent == 3)
        #expect(!ready)
        #expect(after)
    }

    @Test(arguments: SocketPlace.allCases)
    func `UDP-32: a send beyond the permit, or without one, traps`(place: SocketPlace) {
        let datagram = OutgoingDatagram([1], to: SocketAddress(.loopback, port: 9))
        expectTrap("send-overrun", "UDP-32", saying: "check-send", on: SocketWorld(place).host) {
            guard let socket = try? Socket.boundUDP(.ipv4),
                let streams = try? Import.stream(udp: socket).get()
            else { return }
            _ = Import.send(streams.outgoing, [datagram])
        }
        expectTrap("send-overrun", "UDP-32", saying: "allowed 16", on: SocketWorld(place).host) {
            guard let socket = try? Socket.boundUDP(.ipv4),
                let streams = try? Import.stream(udp: socket).get()
            else { return }
            _ = Import.checkSend(streams.outgoing)
            _ = Import.send(streams.outgoing, Array(repeating: datagram, count: 17))
        }
    }

    @Test(arguments: SocketCase.all)
    func `UDP-33: a send of nothing is ok and needs no permit`(test: SocketCase) throws {
        let count = try SocketWorld(test.place).run {
            let streams = try Import.stream(udp: Socket.boundUDP(test.family)).get()
            return try Import.send(streams.outgoing, []).get()
        }
        #expect(count == 0)
    }

    @Test(arguments: SocketCase.all)
    func `UDP-35: behind a datagram that went out an error is not told`(test: SocketCase) throws {
        let (good, bad) = try SocketWorld(test.place).run {
            let target = try Import.localAddress(udp: Socket.boundUDP(test.family)).get()
            let streams = try Import.stream(udp: Socket.boundUDP(test.family)).get()
            let fine = OutgoingDatagram([1], to: target)
            let wrong = OutgoingDatagram([1], to: SocketAddress(target.ip, port: 0))
            _ = Import.checkSend(streams.outgoing)
            let good = Import.send(streams.outgoing, [fine, wrong, fine])
            _ = Import.checkSend(streams.outgoing)
            return (good, Import.send(streams.outgoing, [wrong, fine]))
        }
        #expect(good == .success(1))
        #expect(bad == .failure(.invalidArgument))
    }

    @Test(arguments: SocketCase.all)
    func `UDP-36, UDP-37, UDP-38, UDP-39: what cannot be sent there, or at all, says why`(
        test: SocketCase
    ) throws {
        let (free, bound, same) = try SocketWorld(test.place).run {
            let target = try Import.localAddress(udp: Socket.boundUDP(test.family)).get()
            func send(
                _ datagram: OutgoingDatagram, _ peer: SocketAddress?
            ) throws -> NetworkError? {
                let streams = try Import.stream(udp: Socket.boundUDP(test.family), peer).get()
                _ = Import.checkSend(streams.outgoing)
                if case .failure(let error) = Import.send(streams.outgoing, [datagram]) {
                    return error
                }
                return nil
            }
            let wrong: [SocketAddress?] = [
                nil, SocketAddress(test.family.other.loopback, port: 9),
                SocketAddress(test.family.unspecified, port: 9),
                SocketAddress(IPAddress("::ffff:127.0.0.1")!, port: 9),
            ]
            let free = try wrong.map { try send(OutgoingDatagram([1], to: $0), nil) }
            let other = SocketAddress(target.ip, port: target.port &+ 1)
            let long = OutgoingDatagram(Array(repeating: 1, count: 65_536), to: nil)
            let bound = [
                try send(OutgoingDatagram([1], to: other), target), try send(long, target),
            ]
            return (free, bound, try send(OutgoingDatagram([1], to: target), target))
        }
        #expect(free == Array(repeating: .invalidArgument, count: 4))
        #expect(bound == [.invalidArgument, .datagramTooLarge])
        #expect(same == nil)
    }

    @Test(arguments: SocketCase.all)
    func `UDP-41: a send to nobody in particular succeeds`(test: SocketCase) throws {
        let count = try SocketWorld(test.place).run { () -> UInt64 in
            let gone = try Socket.boundUDP(test.family)
            let address = try Import.localAddress(udp: gone).get()
            Import.drop(udp: gone)
            let streams = try Import.stream(udp: Socket.boundUDP(test.family)).get()
            _ = Import.checkSend(streams.outgoing)
            return try Import.send(streams.outgoing, [OutgoingDatagram([1], to: address)]).get()
        }
        #expect(count == 1)
    }

    // MARK: The rest

    @Test func `UDP-43: a socket's own pollable is always ready`() throws {
        let ready = try SocketWorld(.simulated).run {
            [try Import.udp(.ipv4).get(), try Socket.boundUDP(.ipv6)].map {
                Import.ready(Import.subscribe(udp: $0))
            }
        }
        #expect(ready == [true, true])
    }

    @Test(arguments: SocketPlace.allCases)
    func `UDP-44: streams go one by one, and the socket last`(place: SocketPlace) throws {
        let world = SocketWorld(place)
        let works = try world.run {
            let socket = try Socket.boundUDP(.ipv4)
            let target = try Import.localAddress(udp: Socket.boundUDP(.ipv4)).get()
            let streams = try Import.stream(udp: socket).get()
            Import.drop(incoming: streams.incoming)
            try Socket.send(streams.outgoing, "alone", to: target)
            Import.drop(outgoing: streams.outgoing)
            Import.drop(udp: socket)
            return true
        }
        #expect(works)
        expectTrap("child-alive", "RES-23", saying: "drop", on: SocketWorld(place).host) {
            guard let socket = try? Socket.boundUDP(.ipv4) else { return }
            _ = Import.stream(udp: socket)
            Import.drop(udp: socket)
        }
    }
}
