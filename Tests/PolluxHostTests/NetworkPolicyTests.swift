// The network policy as a value and as text; addresses as text.

import Testing

@testable import PolluxHost

struct NetworkPolicyTests {
    private func address(_ text: String, _ port: UInt16) -> SocketAddress {
        SocketAddress(IPAddress(text)!, port: port)
    }

    @Test func `without a grant there is loopback and nothing else`() {
        let policy = NetworkPolicy.loopback
        for ip in ["127.0.0.1", "127.255.0.9", "::1"] {
            #expect(policy.reaches(address(ip, 80), knownAs: []))
            #expect(policy.binds(address(ip, 0)))
            #expect(policy.admits(IPAddress(ip)!, knownAs: []))
        }
        for ip in ["0.0.0.0", "::", "128.0.0.1", "::2", "192.0.2.1", "::ffff:127.0.0.1"] {
            #expect(!policy.reaches(address(ip, 80), knownAs: []))
            #expect(!policy.binds(address(ip, 0)))
            #expect(!policy.admits(IPAddress(ip)!, knownAs: []))
        }
        #expect(policy.resolves("localhost"))
        #expect(policy.resolves("a.localhost"))
        #expect(!policy.resolves("localhost.example"))
    }

    @Test func `a grant is for one host and one port, and a star for all`() throws {
        let policy = try NetworkPolicy(
            parsing: "allow:192.0.2.1:80,allow:[2001:db8::1]:443,allow:a.example:*")
        #expect(policy.reaches(address("192.0.2.1", 80), knownAs: []))
        #expect(!policy.reaches(address("192.0.2.1", 81), knownAs: []))
        #expect(policy.reaches(address("2001:db8::1", 443), knownAs: []))
        #expect(!policy.reaches(address("192.0.2.2", 80), knownAs: ["b.example"]))
        #expect(policy.reaches(address("192.0.2.2", 7), knownAs: ["a.example"]))
        #expect(policy.resolves("a.example"))
        #expect(!policy.resolves("b.example"))
        #expect(policy.admits(IPAddress("192.0.2.1")!, knownAs: []))
        #expect(try NetworkPolicy(parsing: "allow:*:*") == .all)
        #expect(try NetworkPolicy(parsing: "") == .loopback)
    }

    @Test func `who may come in is granted apart`() throws {
        let policy = try NetworkPolicy(parsing: "accept:192.0.2.1,no-udp,no-lookup")
        #expect(policy.admits(IPAddress("192.0.2.1")!, knownAs: []))
        #expect(!policy.reaches(address("192.0.2.1", 80), knownAs: []))
        #expect(policy.hasTCP)
        #expect(!policy.hasUDP)
        #expect(!policy.hasLookup)
    }

    @Test(
        arguments: [
            ("allow:192.0.2.1", "has no port"), ("allow:[::1]", "has no port"),
            ("allow:192.0.2.1:0", "neither 1 to 65535"), ("allow:a.example:http", "'http'"),
            ("allow:2001:db8::1:443", "without brackets"),
            ("allow:[1.2.3.4]:80", "no IPv6 address"),
            ("deny:192.0.2.1:80", "is not allow:HOST:PORT"), ("allow::80", "is no host"),
            ("accept:bad host", "is no host"),
        ])
    func `a text that is no policy says which entry is wrong, and why`(text: String, words: String)
    {
        #expect {
            try NetworkPolicy(parsing: "allow:192.0.2.9:1," + text)
        } throws: { error in
            let message = "\(error)"
            return message.contains(words) && message.contains("'\(text)'")
        }
    }

    @Test(
        arguments: [
            "::", "::1", "1::", "2001:db8::1", "1:0:0:2::3", "fe80::1:2:3:4", "1:2:3:4:5:6:7:8",
            "0:1:2:3:4:5:6:7", "127.0.0.1", "255.255.255.255", "0.0.0.0",
        ])
    func `an address reads back as it is written`(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(IPAddress(address.description) == address)
        #expect(address.description == text)
    }

    @Test(
        arguments: [
            "", ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8:9",
            "12345::", "g::", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.0.0.1", "1.2.3.-4", "+1.2.3.4",
            " 1.2.3.4", "::1.2.3", "1.2.3.4::", "1:2:3:4:5:6:7:8::",
        ])
    func `what only looks like an address is none`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [("::1.2.3.4", "::102:304"), ("::FFFF:1.2.3.4", "::ffff:102:304")])
    func `the last two words may be written as IPv4`(text: String, words: String) {
        #expect(IPAddress(text) == IPAddress(words))
    }
}
