// TCP: options. UDP has three of them.

import PolluxHost
import PolluxNative
import Testing

struct TCPOptionRuleTests {
    private static let second: UInt64 = 1_000_000_000

    @Test(arguments: SocketCase.all)
    func `TCP-60: a backlog of 0 is invalid in every state, others are cut`(test: SocketCase) throws
    {
        let errors = try SocketWorld(test.place).run { () -> [NetworkError?] in
            let unbound = try Import.tcp(test.family).get()
            let pair = try Socket.Pair(test.family)
            return [
                Import.setBacklog(tcp: unbound, 0), Import.setBacklog(tcp: unbound, .max),
                Import.setBacklog(tcp: pair.listener, 7), Import.setBacklog(tcp: pair.listener, 0),
                Import.setBacklog(tcp: pair.client.socket, 0),
                Import.setBacklog(tcp: pair.client.socket, 7),
            ]
        }
        #expect(
            errors == [
                .invalidArgument, nil, nil, .invalidArgument, .invalidArgument, .invalidState,
            ])
    }

    @Test(arguments: SocketCase.all)
    func `TCP-61: keep-alive is switched on and off`(test: SocketCase) throws {
        let values = try SocketWorld(test.place).run {
            let socket = try Import.tcp(test.family).get()
            return try [1 as UInt64, 0].map {
                #expect(Import.set(.keepAlive, tcp: socket, $0) == nil)
                return try Import.value(.keepAlive, tcp: socket).get()
            }
        }
        #expect(values == [1, 0])
    }

    @Test(arguments: [SocketOption.keepAliveIdle, .keepAliveInterval], SocketCase.all)
    func `TCP-62, TCP-63: keep-alive times are whole seconds up to 32,767`(
        option: SocketOption, test: SocketCase
    ) throws {
        let read = try set(
            option, [1, 42 * Self.second, 42 * Self.second + 1, .max], test)
        #expect(read == ([1, 42, 42, 32_767] as [UInt64]).map { $0 * Self.second })
        #expect(try refusal(option, test) == .invalidArgument)
    }

    @Test(arguments: SocketCase.all)
    func `TCP-64: a keep-alive count is at most 127`(test: SocketCase) throws {
        #expect(
            try set(.keepAliveCount, [1, 42, UInt64(UInt32.max)], test) == [1, 42, 127])
        #expect(try refusal(.keepAliveCount, test) == .invalidArgument)
    }

    @Test(arguments: SocketCase.all)
    func `TCP-65: every hop limit but 0 is legal`(test: SocketCase) throws {
        #expect(try set(.hopLimit, [1, 42, 255], test) == [1, 42, 255])
        #expect(try refusal(.hopLimit, test) == .invalidArgument)
    }

    @Test(arguments: [SocketOption.receiveBuffer, .sendBuffer], SocketCase.all)
    func `TCP-66: a buffer's size is a wish that can be read back`(
        option: SocketOption, test: SocketCase
    ) throws {
        #expect(try set(option, [0x1_0000], test) == [0x1_0000])
        #expect(try set(option, [1, .max], test).allSatisfy { $0 > 0 })
        #expect(try refusal(option, test) == .invalidArgument)
    }

    @Test(arguments: SocketCase.all)
    func `TCP-39, TCP-40, TCP-41: a connection has the options its listener had when it came`(
        test: SocketCase
    ) throws {
        let values = try SocketWorld(test.place).run {
            let listener = try Socket.listener(test.family) {
                _ = Import.set(.hopLimit, tcp: $0, 42)
                _ = Import.set(.keepAliveIdle, tcp: $0, 7 * Self.second)
            }
            let address = try Import.localAddress(tcp: listener).get()
            _ = Import.set(.keepAliveCount, tcp: listener, 3)
            _ = Import.set(.keepAlive, tcp: listener, 1)
            _ = try Socket.connect(test.family, to: address)
            let server = try Socket.accept(listener)
            _ = Import.set(.hopLimit, tcp: listener, 43)
            let options: [SocketOption] = [.hopLimit, .keepAliveIdle, .keepAliveCount, .keepAlive]
            return try options.map { try Import.value($0, tcp: server.socket).get() }
        }
        #expect(values == [42, 7 * Self.second, 3, 1])
    }

    @Test(arguments: SocketCase.all)
    func `UDP-45: hop limit and buffers are legal in every state of a UDP socket`(test: SocketCase)
        throws
    {
        let (values, errors) = try SocketWorld(test.place).run {
            let unbound = try Import.udp(test.family).get()
            let bound = try Socket.boundUDP(test.family)
            var values: [UInt64] = []
            var errors: [NetworkError?] = []
            for socket in [unbound, bound] {
                for option in [SocketOption.hopLimit, .receiveBuffer, .sendBuffer] {
                    errors.append(Import.set(option, udp: socket, 0))
                    _ = Import.set(option, udp: socket, option == .hopLimit ? 42 : 0x1_0000)
                    values.append(try Import.value(option, udp: socket).get())
                }
            }
            return (values, errors)
        }
        #expect(errors == Array(repeating: .invalidArgument, count: 6))
        #expect(values == [42, 0x1_0000, 0x1_0000, 42, 0x1_0000, 0x1_0000])
    }

    /// What is read back after each of the values was set.
    private func set(
        _ option: SocketOption, _ values: [UInt64], _ test: SocketCase
    ) throws -> [UInt64] {
        try SocketWorld(test.place).run {
            let socket = try Import.tcp(test.family).get()
            return try values.map {
                if let error = Import.set(option, tcp: socket, $0) { throw error }
                return try Import.value(option, tcp: socket).get()
            }
        }
    }

    private func refusal(_ option: SocketOption, _ test: SocketCase) throws -> NetworkError? {
        try SocketWorld(test.place).run {
            Import.set(option, tcp: try Import.tcp(test.family).get(), 0)
        }
    }
}
