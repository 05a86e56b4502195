// wasi:random as a guest sees it: RND-01 to RND-07.

import PolluxHost
import PolluxLibuv
import PolluxNative
import Testing
import WASIp2

@Suite struct RandomRuleTests {
    @Test(arguments: [1, 7, 8, 9, 4_096, 100_000] as [UInt64])
    func `RND-01: exactly as many bytes come as were asked for`(count: UInt64) throws {
        let counts = try complete(on: WASIHost(driver: LibuvDriver())) {
            (Random.bytes(count).count, Random.insecureBytes(count).count)
        }
        #expect(counts == (Int(count), Int(count)))
    }

    @Test func `RND-02: more than 64 MiB at once traps`() {
        expectTrap("random-too-long", "RND-02", saying: "67108865 random bytes", on: .simulated()) {
            _ = Random.bytes((64 << 20) + 1)
        }
        expectTrap("random-too-long", "RND-02", saying: "no call gives more", on: .simulated()) {
            _ = Random.insecureBytes(.max)
        }
    }

    @Test func `RND-03: 0 bytes are an empty list`() throws {
        #expect(try complete(on: .simulated()) { Random.bytes(0) } == [])
        #expect(try complete(on: .simulated()) { Random.insecureBytes(0) } == [])
    }

    @Test func `RND-04: of 100 random integers one is not 0`() throws {
        let integers = try complete(on: WASIHost(driver: LibuvDriver())) {
            (0..<100).map { _ in Random.integer() }
        }
        #expect(integers.contains { $0 != 0 })
    }

    @Test func `RND-05: insecure numbers differ from call to call`() throws {
        let integers = try complete(on: .simulated()) {
            (0..<100).map { _ in Random.insecureInteger() }
        }
        #expect(Set(integers).count == 100)
    }

    @Test func `RND-06: the insecure seed is the same at every call`() throws {
        let seeds = try complete(on: WASIHost(driver: LibuvDriver())) {
            (Random.insecureSeed(), Random.insecureInteger(), Random.insecureSeed())
        }
        #expect(seeds.0 == seeds.2)
    }

    @Test func `RND-07: a simulated world of one seed gives the same secure numbers`() throws {
        func numbers(_ seed: UInt64) throws -> [UInt8] {
            try complete(on: WASIHost(driver: VirtualDriver(seed: seed))) { Random.bytes(16) }
        }
        #expect(try numbers(1) == numbers(1))
        #expect(try numbers(1) != numbers(2))
    }
}
