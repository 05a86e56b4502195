// What a scenario's doors of the network come to in a simulated world.

import PolluxHost

extension Scenario {
    /// Those whom the guest meets on sockets.
    var peers: [VirtualDriver.Peer] {
        resources.enumerated().compactMap { index, resource in
            let source = SourceID(index: Int32(index))
            switch resource.kind {
            case .tcp(let address, _):
                return .server(source, named: resource.name, at: address)
            case .udp(let address, _):
                return .datagrams(source, named: resource.name, at: address)
            case .client(of: let listener, _):
                let address = self.address(of: listener)
                return .client(
                    source, named: resource.name, of: address,
                    from: SocketAddress(
                        Self.neighbour(of: address.ip), port: 40_000 + UInt16(index)))
            default: return nil
            }
        }
    }

    /// The addresses on which the guest may listen, and their names.
    var listeners: [(address: SocketAddress, name: String)] {
        resources.compactMap { resource in
            guard case .listener(let address, backlog: _) = resource.kind else { return nil }
            return (address, resource.name)
        }
    }

    /// What the resolver says.
    var names: [String: VirtualDriver.NameAnswer] {
        var names: [String: VirtualDriver.NameAnswer] = [:]
        for resource in resources {
            guard case .name(let script) = resource.kind else { continue }
            names[script.name] = .init(resource.name, script.time, script.answer)
        }
        return names
    }

    /// The servers of HTTP of which facts say what they do when.
    var servers: [VirtualDriver.Server] {
        resources.enumerated().compactMap { index, resource in
            guard let exchange = resource.exchange, facts.contains(where: { $0.resource == index })
            else { return nil }
            return VirtualDriver.Server(
                SourceID(index: Int32(index)), exchange.door(named: resource.name, answer: []),
                trailers: exchange.trailers)
        }
    }

    /// The servers of HTTP that answer by themselves, every request alike.
    var doors: [HTTPDoor] {
        resources.enumerated().compactMap { index, resource in
            guard case .http(let exchange, let body) = resource.kind,
                !facts.contains(where: { $0.resource == index })
            else { return nil }
            return exchange.door(named: resource.name, answer: exchange.answer(of: body))
        }
    }

    /// Whom the guest may reach, and who may reach it: those of the world.
    var networkPolicy: NetworkPolicy {
        var policy = NetworkPolicy.loopback
        for resource in resources {
            switch resource.kind {
            case .tcp(let address, _):
                policy.grants.append(.init(.address(address.ip), port: address.port))
            case .udp(let address, _):
                policy.grants.append(.init(.address(address.ip), port: address.port))
                // A socket for datagrams is bound to any address and port first.
                policy.grants.append(.init(.address(Self.any(of: address.family)), port: nil))
            case .listener(let address, backlog: _):
                for ip in [address.ip, Self.any(of: address.family)] {
                    policy.grants.append(.init(.address(ip), port: address.port))
                }
                policy.admitted.append(.address(Self.neighbour(of: address.ip)))
            case .name(let script): policy.grants.append(.init(.name(script.name), port: nil))
            case .http(let exchange, _):
                let authority = exchange.authority
                let host: NetworkPolicy.Grant.Host =
                    IPAddress(authority.host).map { .address($0) }
                    ?? .name(authority.host.lowercased())
                policy.grants.append(.init(host, port: authority.port))
            case .level, .after, .at, .input, .stdin, .output, .client: break
            }
        }
        return policy
    }

    private func address(of listener: ResourceID) -> SocketAddress {
        guard case .listener(let address, backlog: _) = resources[listener].kind else {
            preconditionFailure("a client of what is no listener")
        }
        return address
    }

    /// From where clients connect to this address: the same machine, or one of those that stand for any in
    /// documents.
    private static func neighbour(of ip: IPAddress) -> IPAddress {
        if ip.isLoopback { return ip }
        return ip.family == .ipv4 ? .ipv4(0xC633_6401) : .ipv6(0x2001_0DB8_0000_0000, 2)
    }

    private static func any(of family: AddressFamily) -> IPAddress {
        family == .ipv4 ? .ipv4(0) : .ipv6(0, 0)
    }
}

extension ExchangeScript {
    /// The response without its body.
    var head: HTTPResponseHead { HTTPResponseHead(status: status, fields: fields) }

    /// The server in a simulated world.
    fileprivate func door(named name: String, answer: [HTTPDoor.Step]) -> HTTPDoor {
        var door = HTTPDoor(method, authority.text, path, answer: answer)
        door.name = name
        door.isSecure = isSecure
        door.waitsForBody = isAfterBody
        if let address = IPAddress(authority.host) { door.addresses = [address] }
        return door
    }

    /// All of the response at once, or the failure.
    fileprivate func answer(of body: StreamScript) -> [HTTPDoor.Step] {
        guard let delay else { return [] }
        if let failure = body.failure {
            return [.init(after: delay, .fail(HTTPErrorCode(named: failure.value)))]
        }
        let chunks = body.chunks.map { HTTPDoor.Step(after: delay, .chunk($0.bytes)) }
        return [.init(after: delay, .head(head))] + chunks
            + [.init(after: delay, .end(trailers: trailers))]
    }
}

extension HTTPErrorCode {
    /// The code of this WIT name, which must be one.
    init(named name: String) {
        self = Self.bare.first { $0.name == name }!
    }
}
