// TCP: creating, binding, connecting, listening, accepting.

import PolluxNative
import Testing

@testable import PolluxHost

struct TCPRuleTests {
    // MARK: Creating

    @Test(arguments: SocketCase.all)
    func `TCP-01: a new socket has options that can be read and are above 0`(test: SocketCase)
        throws
    {
        let values = try SocketWorld(test.place).run {
            let socket = try Import.tcp(test.family).get()
            return try SocketOption.allCases.filter { $0 != .keepAlive }.map {
                try Import.value($0, tcp: socket).get()
            }
        }
        #expect(values.allSatisfy { $0 > 0 })
    }

    @Test(arguments: SocketPlace.allCases)
    func `TCP-02: an IPv6 socket leaves the IPv4 port of its number alone`(place: SocketPlace)
        throws
    {
        let world = SocketWorld(place)
        let error = try world.run { () -> NetworkError? in
            let network = Import.network()
            let six = try Socket.bound(.ipv6, to: SocketAddress(.ipv6(0, 0), port: 0))
            let port = try Import.localAddress(tcp: six).get().port
            let listening = Import.startListen(tcp: six)
            let four = try Import.tcp(.ipv4).get()
            let bind = Import.startBind(tcp: four, network, SocketAddress(.ipv4(0), port: port))
            return listening ?? bind
        }
        #expect(error == nil)
    }

    @Test(arguments: SocketPlace.allCases)
    func `TCP-03, UDP-01: a policy without sockets denies them when they are made`(
        place: SocketPlace
    ) throws {
        let world = SocketWorld(place, network: NetworkPolicy(hasTCP: false, hasUDP: false))
        let errors = try world.run { () -> [NetworkError?] in
            [Import.tcp(.ipv4), Import.udp(.ipv6)].map {
                if case .failure(let error) = $0 { error } else { nil }
            }
        }
        #expect(errors == [.accessDenied, .accessDenied])
    }

    @Test func `TCP-05: a family that the world does not have is not supported`() throws {
        let host = WASIHost(driver: HandDriver(), network: .all)
        #expect(try host.createTCPSocket(.ipv4) == .failure(.notSupported))
        #expect(try host.createUDPSocket(.ipv6) == .failure(.notSupported))
    }

    // MARK: Binding

    @Test(arguments: SocketCase.all)
    func `TCP-06: port 0 becomes a port, and the address stays`(test: SocketCase) throws {
        let address = try SocketWorld(test.place).run {
            try Import.localAddress(tcp: Socket.bound(test.family)).get()
        }
        #expect(address.ip == test.family.loopback)
        #expect(address.port != 0)
    }

    @Test(arguments: SocketCase.all)
    func `TCP-07: the unspecified address stays unspecified`(test: SocketCase) throws {
        let address = try SocketWorld(test.place).run {
            let any = SocketAddress(test.family.unspecified, port: 0)
            return try Import.localAddress(tcp: Socket.bound(test.family, to: any)).get()
        }
        #expect(address.ip == test.family.unspecified)
    }

    @Test(arguments: SocketCase.all)
    func `TCP-08: an address on which somebody listens is in use`(test: SocketCase) throws {
        let error = try SocketWorld(test.place).run { () -> NetworkError? in
            let network = Import.network()
            let listener = try Socket.listener(test.family)
            let other = try Import.tcp(test.family).get()
            let address = try Import.localAddress(tcp: listener).get()
            return Import.startBind(tcp: other, network, address)
        }
        #expect(error == .addressInUse)
    }

    @Test(arguments: SocketCase.all)
    func `TCP-09: an address of no interface cannot be bound`(test: SocketCase) throws {
        #expect(try bind(test, SocketAddress(test.family.foreign, port: 0)) == .addressNotBindable)
    }

    @Test(arguments: SocketCase.all)
    func `TCP-10: an address of the other family is invalid`(test: SocketCase) throws {
        let address = SocketAddress(test.family.other.loopback, port: 0)
        #expect(try bind(test, address) == .invalidArgument)
    }

    @Test(arguments: SocketCase.all)
    func `TCP-11, TCP-14: after an invalid address the socket can be bound`(test: SocketCase) throws
    {
        let errors = try SocketWorld(test.place).run { () -> [NetworkError?] in
            let network = Import.network()
            let socket = try Import.tcp(test.family).get()
            let wrong = [test.family.multicast, .ipv4(.max)]
            return (wrong + [test.family.loopback]).map {
                Import.startBind(tcp: socket, network, SocketAddress($0, port: 0))
            }
        }
        #expect(errors == [.invalidArgument, .invalidArgument, nil])
    }

    @Test(arguments: SocketPlace.allCases)
    func `TCP-12: IPv4 in IPv6 clothes is invalid`(place: SocketPlace) throws {
        let test = SocketCase(place: place, family: .ipv6)
        for address in [IPAddress("::ffff:127.0.0.1")!, IPAddress("::127.0.0.1")!] {
            #expect(try bind(test, SocketAddress(address, port: 0)) == .invalidArgument)
        }
    }

    @Test(arguments: SocketCase.all)
    func `TCP-13: the port of a listener that is gone can be bound at once`(test: SocketCase) throws
    {
        let error = try SocketWorld(test.place).run { () -> NetworkError? in
            let network = Import.network()
            let pair = try Socket.Pair(test.family)
            let address = try Import.localAddress(tcp: pair.listener).get()
            // The server ends first, so its side of the connection lingers.
            Socket.drop(pair.server)
            Import.drop(tcp: pair.listener)
            _ = Socket.read(pair.client.input)
            Socket.drop(pair.client)
            return Import.startBind(tcp: try Import.tcp(test.family).get(), network, address)
        }
        #expect(error == nil)
    }

    @Test func `TCP-16: a bind is asked after, and the host may take its time`() throws {
        let policy = HostPolicy(finishLag: 2)
        let world = SocketWorld(
            .simulated, policy: policy, choices: ScriptedChoices([.finish: [2]]))
        let errors = try world.run { () -> [NetworkError?] in
            let network = Import.network()
            let socket = try Import.tcp(.ipv4).get()
            let start = Import.startBind(tcp: socket, network, SocketAddress(.loopback, port: 0))
            return [start] + (0..<4).map { _ in Import.finishBind(tcp: socket) }
        }
        #expect(errors == [nil, .wouldBlock, .wouldBlock, nil, .notInProgress])
    }

    private func bind(_ test: SocketCase, _ address: SocketAddress) throws -> NetworkError? {
        try SocketWorld(test.place).run {
            let network = Import.network()
            return Import.startBind(tcp: try Import.tcp(test.family).get(), network, address)
        }
    }

    // MARK: Connecting

    @Test(arguments: SocketCase.all)
    func `TCP-17, TCP-18, TCP-19, TCP-20: what cannot be connected to is invalid, again and again`(
        test: SocketCase
    ) throws {
        let wrong = [
            SocketAddress(test.family.unspecified, port: 80),
            SocketAddress(test.family.loopback, port: 0),
            SocketAddress(test.family.other.loopback, port: 80),
            SocketAddress(test.family.multicast, port: 80),
            SocketAddress(IPAddress("::ffff:127.0.0.1")!, port: 80),
            SocketAddress(.ipv4(.max), port: 80),
        ]
        let (errors, isConnected) = try SocketWorld(test.place).run {
            let network = Import.network()
            let socket = try Import.tcp(test.family).get()
            let errors = (wrong + wrong).map { Import.startConnect(tcp: socket, network, $0) }
            let listener = try Socket.listener(test.family)
            let address = try Import.localAddress(tcp: listener).get()
            let connection = try? Socket.connect(socket, to: address)
            return (errors, connection != nil)
        }
        #expect(errors == Array(repeating: .invalidArgument, count: 2 * wrong.count))
        #expect(isConnected)
    }

    @Test(arguments: SocketCase.all)
    func `TCP-21: a connect of an unbound socket binds it`(test: SocketCase) throws {
        let (local, remote) = try SocketWorld(test.place).run {
            let pair = try Socket.Pair(test.family)
            return (
                try Import.localAddress(tcp: pair.client.socket).get(),
                try Import.remoteAddress(tcp: pair.server.socket).get()
            )
        }
        #expect(local.ip == test.family.loopback)
        #expect(local.port != 0)
        #expect(local == remote)
    }

    @Test(arguments: SocketCase.all)
    func `TCP-22: a connect keeps the address that the socket was bound to`(test: SocketCase) throws
    {
        let (before, after) = try SocketWorld(test.place).run {
            let listener = try Socket.listener(test.family)
            let socket = try Socket.bound(test.family)
            let before = try Import.localAddress(tcp: socket).get()
            _ = try Socket.connect(socket, to: Import.localAddress(tcp: listener).get())
            return (before, try Import.localAddress(tcp: socket).get())
        }
        #expect(before == after)
    }

    @Test(arguments: HostPolicy.Connects.allCases, [false, true])
    func `POLL-23, TCP-23: a lazy host sends a connect when it is asked after`(
        connects: HostPolicy.Connects, finishes: Bool
    ) throws {
        let world = SocketWorld(.simulated, policy: HostPolicy(connects: connects))
        let (before, after) = try world.run {
            let network = Import.network()
            let listener = try Socket.listener(.ipv4)
            let queue = Import.subscribe(tcp: listener)
            let socket = try Import.tcp(.ipv4).get()
            let address = try Import.localAddress(tcp: listener).get()
            _ = Import.startConnect(tcp: socket, network, address)
            let before = Import.ready(queue)
            if finishes {
                _ = Import.finishConnect(tcp: socket)
            } else {
                _ = Import.ready(Import.subscribe(tcp: socket))
            }
            return (before, Import.ready(queue))
        }
        #expect(before == (connects == .eager))
        #expect(after)
    }

    @Test func `TCP-24: while a connect is under way it would block, any number of times`() throws {
        let world = SocketWorld(.simulated, latency: .millisecond)
        let (errors, isConnected) = try world.run {
            let network = Import.network()
            let listener = try Socket.listener(.ipv4)
            let socket = try Import.tcp(.ipv4).get()
            let address = try Import.localAddress(tcp: listener).get()
            _ = Import.startConnect(tcp: socket, network, address)
            let errors = (0..<3).map { _ -> NetworkError? in
                if case .failure(let error) = Import.finishConnect(tcp: socket) {
                    error
                } else {
                    nil
                }
            }
            Import.block(Import.subscribe(tcp: socket))
            return (errors, (try? Import.finishConnect(tcp: socket).get()) != nil)
        }
        #expect(errors == [.wouldBlock, .wouldBlock, .wouldBlock])
        #expect(isConnected)
    }

    @Test(arguments: SocketCase.all)
    func `TCP-25: the streams of a connection are given once`(test: SocketCase) throws {
        let again = try SocketWorld(test.place).run { () -> NetworkError? in
            let pair = try Socket.Pair(test.family)
            if case .failure(let error) = Import.finishConnect(tcp: pair.client.socket) {
                return error
            }
            return nil
        }
        #expect(again == .notInProgress)
    }

    @Test(arguments: SocketCase.all, HostPolicy.Rules.allCases)
    func `TCP-26: a connect to where nobody listens is refused, and the socket is closed for good`(
        test: SocketCase, rules: HostPolicy.Rules
    ) throws {
        let world = SocketWorld(test.place, policy: HostPolicy(rules: rules))
        let (first, errors) = try world.run {
            let network = Import.network()
            // A port that was just somebody's.
            let gone = try Socket.bound(test.family)
            let address = try Import.localAddress(tcp: gone).get()
            Import.drop(tcp: gone)
            let socket = try Import.tcp(test.family).get()
            var first: NetworkError?
            do { _ = try Socket.connect(socket, to: address) } catch {
                first = error as? NetworkError
            }
            let again = Import.startConnect(tcp: socket, network, address)
            var option: NetworkError?
            if case .failure(let error) = Import.value(.hopLimit, tcp: socket) { option = error }
            return (first, [again, option])
        }
        #expect(first == .connectionRefused)
        #expect(errors == [.invalidState, rules == .wasmtime ? .connectionRefused : .invalidState])
    }

    @Test(arguments: HostPolicy.Rules.allCases)
    func `TCP-29: between the outcome and finish-connect wasmtime's socket is connected`(
        rules: HostPolicy.Rules
    ) throws {
        let world = SocketWorld(.simulated, policy: HostPolicy(rules: rules))
        let (remote, bind) = try world.run {
            let network = Import.network()
            let listener = try Socket.listener(.ipv4)
            let address = try Import.localAddress(tcp: listener).get()
            let socket = try Import.tcp(.ipv4).get()
            _ = Import.startConnect(tcp: socket, network, address)
            Import.block(Import.subscribe(tcp: socket))
            return (
                Import.remoteAddress(tcp: socket),
                Import.startBind(tcp: socket, network, address)
            )
        }
        if rules == .wasmtime {
            #expect(try remote.get().ip == .loopback)
        } else {
            #expect(remote == .failure(.invalidState))
        }
        #expect(bind == .concurrencyConflict)
    }

    // MARK: Listening

    @Test(arguments: SocketCase.all)
    func `TCP-30: a socket that is not bound cannot listen`(test: SocketCase) throws {
        let error = try SocketWorld(test.place).run {
            Import.startListen(tcp: try Import.tcp(test.family).get())
        }
        #expect(error == .invalidState)
    }

    @Test(arguments: SocketCase.all)
    func `TCP-31: from start-listen on a peer can connect`(test: SocketCase) throws {
        let isConnected = try SocketWorld(test.place).run {
            let socket = try Socket.bound(test.family)
            _ = Import.startListen(tcp: socket)
            let address = try Import.localAddress(tcp: socket).get()
            return (try? Socket.connect(test.family, to: address)) != nil
        }
        #expect(isConnected)
    }

    @Test(arguments: SocketPlace.allCases, HostPolicy.Rules.allCases)
    func `TCP-32: a listen that fails closes the socket, in wasmtime for an unknown reason`(
        place: SocketPlace, rules: HostPolicy.Rules
    ) throws {
        let world = SocketWorld(place, policy: HostPolicy(rules: rules))
        let (error, after) = try world.run {
            let network = Import.network()
            let one = try Socket.bound(.ipv4)
            let address = try Import.localAddress(tcp: one).get()
            let two = try Import.tcp(.ipv4).get()
            _ = Import.startBind(tcp: two, network, address)
            _ = Import.finishBind(tcp: two)
            _ = Import.startListen(tcp: one)
            return (Import.startListen(tcp: two), Import.localAddress(tcp: two))
        }
        #expect(error == .addressInUse)
        #expect(after == .failure(rules == .wasmtime ? .unknown : .invalidState))
    }

    @Test(arguments: SocketCase.all)
    func `TCP-33: with an empty queue an accept would block`(test: SocketCase) throws {
        let error = try SocketWorld(test.place).run { () -> NetworkError? in
            if case .failure(let error) = Import.accept(tcp: try Socket.listener(test.family)) {
                return error
            }
            return nil
        }
        #expect(error == .wouldBlock)
    }

    @Test(arguments: SocketCase.all)
    func `POLL-23: an accept looks for itself, and needs no look at the listener's pollable`(
        test: SocketCase
    ) throws {
        let isAccepted = try SocketWorld(test.place).run { () -> Bool in
            let listener = try Socket.listener(test.family)
            _ = try Socket.connect(test.family, to: Import.localAddress(tcp: listener).get())
            // The kernel may know of a connection at one of its ends first.
            for _ in 0..<60_000 {
                switch Import.accept(tcp: listener) {
                case .success: return true
                case .failure(.wouldBlock):
                    let timer = Import.subscribe(after: .millisecond)
                    Import.block(timer)
                    Import.drop(pollable: timer)
                case .failure(let error): throw error
                }
            }
            return false
        }
        #expect(isAccepted)
    }

    @Test(arguments: SocketCase.all)
    func `RES-24, TCP-34: an accepted socket is bound, connected, and nobody's child`(
        test: SocketCase
    )
        throws
    {
        let world = SocketWorld(test.place)
        let (local, listening, remote, client) = try world.run {
            let pair = try Socket.Pair(test.family)
            let listening = try Import.localAddress(tcp: pair.listener).get()
            Import.drop(tcp: pair.listener)
            return (
                try Import.localAddress(tcp: pair.server.socket).get(), listening,
                try Import.remoteAddress(tcp: pair.server.socket).get(),
                try Import.localAddress(tcp: pair.client.socket).get()
            )
        }
        #expect(local == listening)
        #expect(remote == client)
    }

    @Test(arguments: SocketCase.all)
    func `TCP-35, TCP-48: a listener is ready exactly while an accept would not block`(
        test: SocketCase
    ) throws {
        let answers = try SocketWorld(test.place).run {
            let listener = try Socket.listener(test.family)
            let address = try Import.localAddress(tcp: listener).get()
            let pollable = Import.subscribe(tcp: listener)
            let empty = Import.ready(pollable)
            _ = try Socket.connect(test.family, to: address)
            _ = try Socket.connect(test.family, to: address)
            Import.block(pollable)
            let one = (try? Import.accept(tcp: listener).get()) != nil
            Import.block(pollable)
            let two = (try? Import.accept(tcp: listener).get()) != nil
            // Long enough for a stale level to show.
            let after = (0..<40).contains { _ in Import.ready(pollable) }
            return [empty, one, two, after]
        }
        #expect(answers == [false, true, true, false])
    }

    @Test func `TCP-36: what a connection died of in the queue is an abort of that connection`() {
        let errors: [SystemError] = [.econnaborted, .econnreset, .enetdown, .ehostunreach, .eperm]
        for error in errors {
            #expect(error.code(in: .accept, .wasmtime) == .connectionAborted)
        }
        #expect(SystemError.emfile.code(in: .accept, .spec) == .newSocketLimit)
    }

    @Test(arguments: SocketCase.all)
    func `TCP-45: who was at the other end is known until the connection is reset`(
        test: SocketCase
    ) throws {
        let (before, after, local) = try SocketWorld(test.place).run {
            let pair = try Socket.Pair(test.family)
            let peer = try Import.localAddress(tcp: pair.server.socket).get()
            let before = Import.remoteAddress(tcp: pair.client.socket) == .success(peer)
            _ = Import.blockingWriteAndFlush(pair.client.output, "never read")
            Socket.reset(pair.server)
            let pollable = Import.subscribe(input: pair.client.input)
            Import.block(pollable)
            return (
                before, Import.remoteAddress(tcp: pair.client.socket),
                Import.localAddress(tcp: pair.client.socket).refusal
            )
        }
        #expect(before)
        #expect(after == .failure(.invalidState))
        #expect(local == nil)
    }

    @Test(arguments: SocketPlace.allCases)
    func `TCP-46, TCP-49: a pollable follows its socket from one operation to the next`(
        place: SocketPlace
    ) throws {
        let ready = try SocketWorld(place).run {
            let network = Import.network()
            let socket = try Import.tcp(.ipv4).get()
            let pollable = Import.subscribe(tcp: socket)
            var ready = [Import.ready(pollable)]
            _ = Import.startBind(tcp: socket, network, SocketAddress(.loopback, port: 0))
            ready.append(Import.ready(pollable))
            _ = Import.finishBind(tcp: socket)
            ready.append(Import.ready(pollable))
            _ = Import.startListen(tcp: socket)
            _ = Import.finishListen(tcp: socket)
            ready.append(Import.ready(pollable))
            _ = try Socket.connect(.ipv4, to: Import.localAddress(tcp: socket).get())
            Import.block(pollable)
            return ready
        }
        #expect(ready == [true, true, true, false])
    }

    @Test func `TCP-47: a connecting socket is ready once the outcome is known, good or bad`()
        throws
    {
        let world = SocketWorld(.simulated, latency: .millisecond)
        let (ready, error) = try world.run {
            let network = Import.network()
            let listener = try Socket.listener(.ipv4)
            let good = try Import.localAddress(tcp: listener).get()
            let bad = SocketAddress(.loopback, port: 1)
            var ready: [Bool] = []
            var error: NetworkError?
            for address in [good, bad] {
                let socket = try Import.tcp(.ipv4).get()
                let pollable = Import.subscribe(tcp: socket)
                _ = Import.startConnect(tcp: socket, network, address)
                ready.append(Import.ready(pollable))
                Import.block(pollable)
                ready.append(Import.ready(pollable))
                if case .failure(let told) = Import.finishConnect(tcp: socket) { error = told }
            }
            return (ready, error)
        }
        #expect(ready == [false, true, false, true])
        #expect(error == .connectionRefused)
    }

    // MARK: Dropping

    @Test func `TCP-50: a socket with a live stream or pollable cannot be dropped`() {
        expectTrap("child-alive", "RES-23", saying: "drop", on: SocketWorld(.simulated).host) {
            guard let pair = try? Socket.Pair(.ipv4) else { return }
            Import.drop(tcp: pair.client.socket)
        }
        expectTrap("child-alive", "RES-23", saying: "drop", on: SocketWorld(.simulated).host) {
            guard let socket = try? Import.tcp(.ipv4).get() else { return }
            _ = Import.subscribe(tcp: socket)
            Import.drop(tcp: socket)
        }
    }

    @Test(arguments: SocketCase.all)
    func `TCP-51: dropping a connection is its end, or a reset where something was not read`(
        test: SocketCase
    ) throws {
        let orderly = try SocketWorld(test.place).run {
            let pair = try Socket.Pair(test.family)
            Socket.drop(pair.server)
            return Socket.read(pair.client.input).end
        }
        #expect(orderly == .closed)
        let text = try SocketWorld(test.place).run { () -> String in
            let pair = try Socket.Pair(test.family)
            _ = Import.blockingWriteAndFlush(pair.client.output, "never read")
            let pollable = Import.subscribe(input: pair.server.input)
            Import.block(pollable)
            Import.drop(pollable: pollable)
            Socket.drop(pair.server)
            if case .failed(let text) = Socket.read(pair.client.input).end { return text }
            return "no failure"
        }
        #expect(text.lowercased().contains("connection reset"))
    }

    @Test(arguments: SocketCase.all)
    func `TCP-52: a listener's end resets who waits in its queue, and nobody else`(
        test: SocketCase
    ) throws {
        let (waiting, accepted) = try SocketWorld(test.place).run {
            let pair = try Socket.Pair(test.family)
            let address = try Import.localAddress(tcp: pair.listener).get()
            let waiting = try Socket.connect(test.family, to: address)
            Import.drop(tcp: pair.listener)
            let end = Socket.read(waiting.input).end
            _ = Import.blockingWriteAndFlush(pair.client.output, "still here")
            return (end, Socket.read(pair.server.input, 10).text)
        }
        guard case .failed = waiting else {
            Issue.record("who waited got \(waiting)")
            return
        }
        #expect(accepted == "still here")
    }

    @Test(arguments: SocketCase.all)
    func `RES-27, TCP-50: streams, sockets and network are dropped without a rest`(test: SocketCase)
        throws
    {
        let world = SocketWorld(test.place)
        try world.run {
            let pair = try Socket.Pair(test.family)
            _ = Import.blockingWriteAndFlush(pair.client.output, "hello")
            _ = Socket.read(pair.server.input, 5)
            pair.drop()
        }
        #expect(world.host.liveResources == 0)
    }
}
