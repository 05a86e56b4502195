// DNS: wasi:sockets/ip-name-lookup; and the network policy, by name and by address.

import PolluxHost
import PolluxNative
import Testing

struct DNSRuleTests {
    /// Every address of a name, or why there is none.
    private static func addresses(_ name: String) -> Result<[IPAddress], NetworkError> {
        let network = Import.network()
        defer { Import.drop(network: network) }
        switch Import.resolve(network, name) {
        case .failure(let error): return .failure(error)
        case .success(let lookup):
            defer { Import.drop(lookup: lookup) }
            let pollable = Import.subscribe(lookup: lookup)
            defer { Import.drop(pollable: pollable) }
            var addresses: [IPAddress] = []
            while true {
                Import.block(pollable)
                switch Import.next(lookup: lookup) {
                case .success(nil): return .success(addresses)
                case .success(let address?): addresses.append(address)
                case .failure(let error): return .failure(error)
                }
            }
        }
    }

    private func addresses(
        _ name: String, on world: SocketWorld
    ) throws -> Result<[IPAddress], NetworkError> {
        try world.run { Self.addresses(name) }
    }

    @Test(arguments: SocketPlace.allCases)
    func `DNS-01: where look-ups are off, even an address has none`(place: SocketPlace) throws {
        for name in ["127.0.0.1", "localhost", "not valid"] {
            let world = SocketWorld(place, network: NetworkPolicy(hasLookup: false))
            #expect(try addresses(name, on: world) == .failure(.permanentResolverFailure))
        }
    }

    @Test(
        arguments: [
            "", " ", "a.b<&>", "127.0.0.1:80", "[::]:80", "http://example.com/", "a..b", "-a.b",
            "[127.0.0.1]", String(repeating: "a", count: 64), "1.2.3.256", "::1::2", "é\u{0}",
        ])
    func `DNS-02: what cannot be a name is invalid`(name: String) throws {
        #expect(try addresses(name, on: SocketWorld(.simulated)) == .failure(.invalidArgument))
    }

    @Test(
        arguments: [
            ("0.0.0.0", "0.0.0.0"), ("127.0.0.1", "127.0.0.1"), ("::", "::"), ("::1", "::1"),
            ("[::]", "::"), ("2001:0db8:0:0:0:0:0:0", "2001:db8::"),
            ("dead:beef::0", "dead:beef::"),
            ("DEAD:BEEF::1", "dead:beef::1"),
        ])
    func `DNS-03: an address is its own answer, without any network`(name: String, text: String)
        throws
    {
        let world = SocketWorld(.simulated, network: .loopback)
        #expect(try addresses(name, on: world) == .success([IPAddress(text)!]))
    }

    @Test(arguments: ["127.1", "0x7f000001", "2130706433", "0177.0.0.1"])
    func `DNS-04: wasmtime takes addresses as URLs have them`(name: String) throws {
        #expect(try addresses(name, on: SocketWorld(.simulated)) == .success([.loopback]))
        let strict = SocketWorld(.simulated, policy: HostPolicy(rules: .spec))
        #expect(try addresses(name, on: strict) == .failure(.invalidArgument))
    }

    @Test(
        arguments: [
            ("bücher.example", "xn--bcher-kva.example"), ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
            ("BÜCHER.Example.", "xn--bcher-kva.example"),
        ])
    func `DNS-05: a name beyond ASCII is looked up in Punycode`(name: String, ascii: String) throws
    {
        let world = SocketWorld(.simulated, names: [ascii: [.loopback6]])
        #expect(try addresses(name, on: world) == .success([.loopback6]))
    }

    @Test(arguments: SocketPlace.allCases)
    func `DNS-06: localhost resolves, by whatever policy`(place: SocketPlace) throws {
        let world = SocketWorld(place, network: .loopback)
        let found = try addresses("LocalHost", on: world).get()
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0.isLoopback })
    }

    @Test func `DNS-07, DNS-08, DNS-12: a look-up takes its time, and its pollable says when`()
        throws
    {
        let world = SocketWorld(.simulated, names: ["a.example": [.loopback]])
        world.simulated?.lookupTime = 5 * .millisecond
        let (first, ready, address, end) = try world.run {
            let network = Import.network()
            let lookup = try Import.resolve(network, "a.example").get()
            let pollable = Import.subscribe(lookup: lookup)
            let first = Import.next(lookup: lookup)
            let early = Import.ready(pollable)
            // Nobody looks meanwhile.
            sleep(5)
            let late = Import.ready(pollable)
            let address = Import.next(lookup: lookup)
            let end = Import.next(lookup: lookup)
            return (first, [early, late, Import.ready(pollable)], address, end)
        }
        #expect(first == .failure(.wouldBlock))
        #expect(ready == [false, true, true])
        #expect(address == .success(.loopback))
        #expect(end == .success(nil))
    }

    @Test(arguments: SocketPlace.allCases)
    func `DNS-09, DNS-11, DNS-15: addresses come in the resolver's order, mapped ones as IPv4`(
        place: SocketPlace
    ) throws {
        let mapped = IPAddress("::ffff:10.0.0.1")!
        let names = ["mixed.example": [.loopback6, mapped, .loopback]]
        let world = SocketWorld(place, names: names)
        #expect(
            try addresses("mixed.example", on: world)
                == .success([.loopback6, .ipv4(0x0a00_0001), .loopback]))
    }

    @Test(arguments: SocketPlace.allCases, HostPolicy.Rules.allCases)
    func `DNS-10: a name without addresses stays unresolvable`(
        place: SocketPlace, rules: HostPolicy.Rules
    ) throws {
        let world = SocketWorld(place, policy: HostPolicy(rules: rules))
        let answers = try world.run {
            let network = Import.network()
            let lookup = try Import.resolve(network, "nobody.example").get()
            Import.block(Import.subscribe(lookup: lookup))
            return (0..<3).map { _ in Import.next(lookup: lookup) }
        }
        #expect(answers == Array(repeating: .failure(.nameUnresolvable), count: 3))
    }

    @Test func `DNS-13: a look-up with a live pollable cannot be dropped`() {
        let world = SocketWorld(.simulated)
        expectTrap("child-alive", "RES-23", saying: "drop pollables", on: world.host) {
            let network = Import.network()
            guard let lookup = try? Import.resolve(network, "localhost").get() else { return }
            _ = Import.subscribe(lookup: lookup)
            Import.drop(lookup: lookup)
        }
    }

    @Test
    func `DNS-14: a look-up that nobody answers can be dropped, and waiting for it times out`()
        throws
    {
        let world = SocketWorld(.simulated, names: [:])
        world.simulated?.lookupTime = nil
        let (reported, answer) = try world.run {
            let network = Import.network()
            let lookup = try Import.resolve(network, "slow.example").get()
            let pollable = Import.subscribe(lookup: lookup)
            let timer = Import.subscribe(after: 10 * .millisecond)
            let reported = Import.poll([pollable, timer])
            let answer = Import.next(lookup: lookup)
            for pollable in [pollable, timer] { Import.drop(pollable: pollable) }
            Import.drop(lookup: lookup)
            Import.drop(network: network)
            return (reported, answer)
        }
        #expect(reported == [1])
        #expect(answer == .failure(.wouldBlock))
        #expect(world.host.liveResources == 0)
    }

    @Test func `RES-20: a name that is not UTF-8 traps`() {
        let world = SocketWorld(.simulated)
        expectTrap("invalid-utf8", "RES-20", saying: "UTF-8", on: world.host) {
            Import.resolve(Import.network(), bytes: [0x61, 0xff])
        }
    }

    @Test func `RES-32: each call gives another handle of the one network, and a dead one traps`() {
        let world = SocketWorld(.simulated)
        expectTrap("unknown-handle", "RES-08", saying: "network", on: world.host) {
            let (one, two) = (Import.network(), Import.network())
            precondition(one != two)
            Import.drop(network: one)
            _ = Import.resolve(one, "localhost")
        }
    }

    // MARK: The policy

    /// What a connect to this address comes to.
    private static func connect(_ address: SocketAddress) -> NetworkError? {
        do {
            Socket.drop(try Socket.connect(address.family, to: address))
            return nil
        } catch { return error as? NetworkError }
    }

    @Test(arguments: SocketPlace.allCases, HostPolicy.Rules.allCases)
    func `TCP-27: without a grant a connect beyond loopback is denied, at the start or the finish`(
        place: SocketPlace, rules: HostPolicy.Rules
    ) throws {
        let world = SocketWorld(place, policy: HostPolicy(rules: rules), network: .loopback)
        let (errors, start) = try world.run {
            let foreign = AddressFamily.allCases.map { SocketAddress($0.foreign, port: 80) }
            let network = Import.network()
            let socket = try Import.tcp(.ipv4).get()
            return (
                foreign.map(Self.connect), Import.startConnect(tcp: socket, network, foreign[0])
            )
        }
        #expect(errors == [.accessDenied, .accessDenied])
        #expect(start == (rules == .spec ? .accessDenied : nil))
    }

    @Test(arguments: SocketCase.all)
    func `TCP-15: an address beyond loopback, or every one, needs a grant to be bound`(
        test: SocketCase
    ) throws {
        let world = SocketWorld(test.place, network: .loopback)
        let errors = try world.run { () -> [NetworkError?] in
            let network = Import.network()
            return try [test.family.unspecified, test.family.foreign, test.family.loopback].map {
                let address = SocketAddress($0, port: 0)
                return Import.startBind(tcp: try Import.tcp(test.family).get(), network, address)
            }
        }
        #expect(errors == [.accessDenied, .accessDenied, nil])
    }

    @Test(arguments: SocketCase.all)
    func `UDP-19: without a grant datagrams beyond loopback are denied`(test: SocketCase) throws {
        let world = SocketWorld(test.place, network: .loopback)
        let (stream, send) = try world.run {
            let foreign = SocketAddress(test.family.foreign, port: 9)
            let socket = try Socket.boundUDP(test.family)
            var stream: NetworkError?
            if case .failure(let error) = Import.stream(udp: socket, foreign) { stream = error }
            let streams = try Import.stream(udp: socket).get()
            _ = Import.checkSend(streams.outgoing)
            return (stream, Import.send(streams.outgoing, [OutgoingDatagram([1], to: foreign)]))
        }
        #expect(stream == .accessDenied)
        #expect(send == .failure(.accessDenied))
    }

    @Test
    func `TCP-37: a peer that the policy does not admit is sent away, and the guest sees nothing`()
        throws
    {
        let outside = IPAddress("10.0.0.7")!
        let network = NetworkPolicy(
            grants: [.init(.address(.ipv4(0)), port: nil)], admitted: [])
        let world = SocketWorld(.simulated, network: network)
        world.simulated?.addresses = [outside]
        let driver = try #require(world.simulated)
        // Somebody outside, who is no guest.
        let peer = try driver.openSocket(.tcp, .ipv4).get()
        #expect(driver.bind(peer, to: SocketAddress(outside, port: 0)) == nil)
        let unchecked = UncheckedBox((driver, peer))
        let (ready, error, end) = try world.run {
            let (driver, peer) = unchecked.value
            let listener = try Socket.bound(.ipv4, to: SocketAddress(.ipv4(0), port: 0))
            _ = Import.startListen(tcp: listener)
            _ = Import.finishListen(tcp: listener)
            let port = try Import.localAddress(tcp: listener).get().port
            _ = driver.connect(peer, to: SocketAddress(.loopback, port: port))
            let ready = Import.ready(Import.subscribe(tcp: listener))
            var error: NetworkError?
            if case .failure(let told) = Import.accept(tcp: listener) { error = told }
            return (ready, error, driver.read(peer.input, upTo: 1))
        }
        #expect(!ready)
        #expect(error == .wouldBlock)
        #expect(end == .failed(ByteFailure("connection reset")))
    }

    @Test func `UDP-27: a datagram of a sender that the policy does not admit is not received`()
        throws
    {
        let outside = IPAddress("10.0.0.7")!
        let network = NetworkPolicy(grants: [.init(.address(.ipv4(0)), port: nil)])
        let world = SocketWorld(.simulated, network: network)
        world.simulated?.addresses = [outside]
        let driver = try #require(world.simulated)
        let peer = try driver.openSocket(.udp, .ipv4).get()
        #expect(driver.bind(peer, to: SocketAddress(outside, port: 0)) == nil)
        let unchecked = UncheckedBox((driver, peer))
        let (ready, count) = try world.run {
            let (driver, peer) = unchecked.value
            let socket = try Socket.boundUDP(.ipv4, to: SocketAddress(.ipv4(0), port: 0))
            let incoming = try Import.stream(udp: socket).get().incoming
            let port = try Import.localAddress(udp: socket).get().port
            _ = driver.send([1], from: peer, to: SocketAddress(.loopback, port: port))
            let ready = Import.ready(Import.subscribe(incoming: incoming))
            return (ready, try Import.receive(incoming, 1).get().count)
        }
        #expect(!ready)
        #expect(count == 0)
    }

    @Test(arguments: SocketPlace.allCases)
    func `DNS-01: without a grant no name but localhost is looked up`(place: SocketPlace) throws {
        let names = ["granted.example": [IPAddress.loopback]]
        let world = SocketWorld(
            place,
            network: NetworkPolicy(grants: [.init(.name("granted.example"), port: 80)]),
            names: names)
        let (other, granted) = try world.run {
            (Self.addresses("other.example"), Self.addresses("granted.example"))
        }
        #expect(other == .failure(.permanentResolverFailure))
        #expect(granted == .success([.loopback]))
    }

    @Test(arguments: SocketPlace.allCases)
    func `TCP-27: a name that resolves to an address without a grant is of no help`(
        place: SocketPlace
    ) throws {
        let refused = AddressFamily.ipv4.foreign
        // The name stands for it on port 80 alone.
        let world = SocketWorld(
            place, network: NetworkPolicy(grants: [.init(.name("a.example"), port: 80)]),
            names: ["a.example": [refused], "localhost": [refused]])
        let errors = try world.run { () -> [NetworkError?] in
            let before = Self.connect(SocketAddress(refused, port: 80))
            _ = Self.addresses("localhost")
            let byOther = Self.connect(SocketAddress(refused, port: 80))
            _ = Self.addresses("a.example")
            return [before, byOther, Self.connect(SocketAddress(refused, port: 81))]
        }
        #expect(errors == [.accessDenied, .accessDenied, .accessDenied])
    }

    @Test func `TCP-27: what a granted name stands for can be reached on its port`() throws {
        let outside = IPAddress("10.0.0.7")!
        let world = SocketWorld(
            .simulated, network: NetworkPolicy(grants: [.init(.name("a.example"), port: 80)]),
            names: ["a.example": [outside]])
        world.simulated?.addresses = [outside]
        let errors = try world.run { () -> [NetworkError?] in
            _ = Self.addresses("a.example")
            return [80, 81].map { Self.connect(SocketAddress(outside, port: $0)) }
        }
        #expect(errors == [.connectionRefused, .accessDenied])
    }
}

/// Takes something to the guest's thread that its test does not touch meanwhile.
struct UncheckedBox<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
