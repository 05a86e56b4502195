// What sockets cost the process, and what comes back.

import Foundation
import PolluxHost
import PolluxLibuv
import PolluxNative
import Testing

struct SocketLifeTests {
    @Test(arguments: HostPolicy.Rules.allCases)
    func `TCP-04, TCP-38: where descriptors run out, the error is told and the listener goes on`(
        rules: HostPolicy.Rules
    ) throws {
        let world = SocketWorld(.simulated, policy: HostPolicy(rules: rules))
        let code: NetworkError = rules == .spec ? .newSocketLimit : .unknown
        world.simulated?.socketLimit = 3
        let (create, accept, after) = try world.run {
            let listener = try Socket.listener(.ipv4)
            let address = try Import.localAddress(tcp: listener).get()
            let one = try Import.tcp(.ipv4).get()
            _ = try Socket.connect(one, to: address)
            let two = try Import.tcp(.ipv4).get()
            var create: NetworkError?
            if case .failure(let error) = Import.tcp(.ipv4) { create = error }
            var accept: NetworkError?
            if case .failure(let error) = Import.accept(tcp: listener) { accept = error }
            Import.drop(tcp: two)
            return (create, accept, (try? Socket.accept(listener)) != nil)
        }
        #expect(create == code)
        #expect(accept == code)
        #expect(after)
    }

    @Test func `every descriptor comes back with the host, whatever the guest left open`() throws {
        func count() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        }
        // Other tests open descriptors meanwhile; ours would be hundreds.
        let before = try count()
        for _ in 0..<10 {
            _ = try SocketWorld(.kernel).run {
                for family in AddressFamily.allCases {
                    for _ in 0..<10 {
                        let pair = try Socket.Pair(family)
                        Import.block(Import.subscribe(output: pair.client.output))
                        _ = try Socket.boundUDP(family)
                    }
                }
            }
        }
        #expect(try count() < before + 200)
    }

    @Test func `a host may go while the system's resolver is at a look-up`() throws {
        for _ in 0..<5 {
            let host = WASIHost(driver: LibuvDriver(), trace: Trace())
            try complete(on: host) {
                let network = Import.network()
                _ = Import.resolve(network, "localhost")
            }
        }
    }

    @Test func `DNS-06: the system's resolver knows localhost`() throws {
        let host = WASIHost(driver: LibuvDriver(), trace: Trace())
        let address = try complete(on: host) { () -> IPAddress? in
            let network = Import.network()
            guard let lookup = try? Import.resolve(network, "localhost").get() else { return nil }
            Import.block(Import.subscribe(lookup: lookup))
            return try? Import.next(lookup: lookup).get()
        }
        #expect(address?.isLoopback == true)
    }
}
