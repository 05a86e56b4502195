// Addresses of wasi:sockets/network, and what the rules ask of them.

/// `ip-address-family`.
public enum AddressFamily: UInt8, Hashable, Sendable, CaseIterable {
    case ipv4 = 0
    case ipv6 = 1
}

/// `ip-address`.
public enum IPAddress: Hashable, Sendable {
    /// The four bytes, the first one highest.
    case ipv4(UInt32)
    /// The sixteen bytes, the first one highest.
    case ipv6(UInt64, UInt64)

    /// 127.0.0.1.
    public static let loopback = IPAddress.ipv4(0x7f00_0001)
    /// ::1.
    public static let loopback6 = IPAddress.ipv6(0, 1)

    /// Its family.
    public var family: AddressFamily {
        if case .ipv4 = self { .ipv4 } else { .ipv6 }
    }

    /// 127.0.0.0/8 and ::1: it never leaves the machine.
    public var isLoopback: Bool {
        switch self {
        case .ipv4(let bits): bits >> 24 == 127
        case .ipv6(let high, let low): high == 0 && low == 1
        }
    }

    /// 0.0.0.0 and ::.
    public var isUnspecified: Bool { self == .ipv4(0) || self == .ipv6(0, 0) }

    /// 224.0.0.0/4 and ff00::/8.
    public var isMulticast: Bool {
        switch self {
        case .ipv4(let bits): bits >> 28 == 0xe
        case .ipv6(let high, _): high >> 56 == 0xff
        }
    }

    /// 255.255.255.255.
    public var isBroadcast: Bool { self == .ipv4(.max) }

    /// One host, as far as the address tells.
    public var isUnicast: Bool { !isMulticast && !isBroadcast }

    /// The IPv4 address inside ::ffff:0:0/96.
    public var mapped: IPAddress? {
        guard case .ipv6(0, let low) = self, low >> 32 == 0xffff else { return nil }
        return .ipv4(UInt32(truncatingIfNeeded: low))
    }

    /// Inside ::/96, other than :: and ::1: an IPv4 address in old clothes.
    public var isIPv4Compatible: Bool {
        guard case .ipv6(0, let low) = self else { return false }
        return low >> 32 == 0 && low > 1
    }

    /// The eight words of an IPv6 address.
    public init(words: [UInt16]) {
        precondition(words.count == 8, "an IPv6 address has eight words")
        let high = words[..<4].reduce(0 as UInt64) { $0 << 16 | UInt64($1) }
        let low = words[4...].reduce(0 as UInt64) { $0 << 16 | UInt64($1) }
        self = .ipv6(high, low)
    }

    /// The eight words of an IPv6 address; none of IPv4.
    public var words: [UInt16] {
        guard case .ipv6(let high, let low) = self else { return [] }
        return [high, low].flatMap { half in
            [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> $0) }
        }
    }
}

extension IPAddress: CustomStringConvertible {
    /// `127.0.0.1`, `2001:db8::1`.
    public var description: String {
        guard case .ipv4(let bits) = self else { return Self.text(words) }
        return [24, 16, 8, 0].map { String(bits >> $0 & 0xff) }.joined(separator: ".")
    }

    /// The longest run of zeroes, of two words at least, is `::`; the first one of several.
    private static func text(_ words: [UInt16]) -> String {
        var longest = 0..<0
        var start = 0
        for place in 0...8 where place == 8 || words[place] != 0 {
            if place - start > longest.count, place - start > 1 { longest = start..<place }
            start = place + 1
        }
        let parts = words.map { String($0, radix: 16) }
        if longest.isEmpty { return parts.joined(separator: ":") }
        return parts[..<longest.lowerBound].joined(separator: ":") + "::"
            + parts[longest.upperBound...].joined(separator: ":")
    }
}

/// `ip-socket-address`.
public struct SocketAddress: Hashable, Sendable {
    /// The host.
    public var ip: IPAddress
    /// 0 is "any free one" or none, by the call.
    public var port: UInt16
    /// Of IPv6.
    public var flowInfo: UInt32
    /// Of IPv6: which link, where the address does not say.
    public var scope: UInt32

    /// An address.
    public init(_ ip: IPAddress, port: UInt16, flowInfo: UInt32 = 0, scope: UInt32 = 0) {
        self.ip = ip
        self.port = port
        self.flowInfo = flowInfo
        self.scope = scope
    }

    /// Its family.
    public var family: AddressFamily { ip.family }

    /// Whether both name one place; what is said of the way there does not count.
    func isSamePlace(as other: SocketAddress) -> Bool { ip == other.ip && port == other.port }
}

extension SocketAddress: CustomStringConvertible {
    /// `127.0.0.1:80`, `[::1]:80`.
    public var description: String {
        family == .ipv4 ? "\(ip):\(port)" : "[\(ip)]:\(port)"
    }
}
