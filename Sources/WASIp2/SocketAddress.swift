// The addresses of wasi:sockets/network.

import CWASIp2

/// `ip-address-family`.
@frozen
public enum AddressFamily: Int32, Hashable, Sendable {
    case ipv4 = 0
    case ipv6 = 1
}

/// `ip-address`.
@frozen
public enum IPAddress: Hashable, Sendable {
    /// Four bytes.
    case ipv4(UInt8, UInt8, UInt8, UInt8)
    /// Eight words.
    case ipv6(UInt16, UInt16, UInt16, UInt16, UInt16, UInt16, UInt16, UInt16)

    /// 127.0.0.1.
    @inlinable public static var loopback: IPAddress { .ipv4(127, 0, 0, 1) }
    /// ::1.
    @inlinable public static var loopback6: IPAddress { .ipv6(0, 0, 0, 0, 0, 0, 0, 1) }
    /// 0.0.0.0: every address of the machine.
    @inlinable public static var any: IPAddress { .ipv4(0, 0, 0, 0) }
    /// ::, every IPv6 address of the machine.
    @inlinable public static var any6: IPAddress { .ipv6(0, 0, 0, 0, 0, 0, 0, 0) }

    /// Its family.
    @inlinable public var family: AddressFamily {
        if case .ipv4 = self { .ipv4 } else { .ipv6 }
    }

    init(_ area: wasi_sockets_ip_t) {
        if area.tag == 0 {
            self.init(area.value.ipv4)
        } else {
            self.init(area.value.ipv6)
        }
    }

    init(_ area: wasi_sockets_ipv4_t) {
        let bytes = area.bytes
        self = .ipv4(bytes.0, bytes.1, bytes.2, bytes.3)
    }

    init(_ area: wasi_sockets_ipv6_t) {
        let words = area.words
        self = .ipv6(
            words.0, words.1, words.2, words.3, words.4, words.5, words.6, words.7)
    }
}

/// `ip-socket-address`.
@frozen
public struct SocketAddress: Hashable, Sendable {
    /// The host.
    public var ip: IPAddress
    /// The port; in a bind 0 is any free one.
    public var port: UInt16
    /// Of IPv6.
    public var flowInfo: UInt32
    /// Of IPv6: which link, where the address does not say.
    public var scope: UInt32

    /// An address.
    @inlinable
    public init(_ ip: IPAddress, port: UInt16, flowInfo: UInt32 = 0, scope: UInt32 = 0) {
        self.ip = ip
        self.port = port
        self.flowInfo = flowInfo
        self.scope = scope
    }

    init(_ area: wasi_sockets_address_t) {
        if area.tag == 0 {
            let address = area.value.ipv4
            self.init(IPAddress(address.address), port: address.port)
        } else {
            let address = area.value.ipv6
            self.init(
                IPAddress(address.address), port: address.port, flowInfo: address.flow_info,
                scope: address.scope_id)
        }
    }

    /// As twelve flat values: the tag, then what stands behind it.
    var flat: FlatAddress {
        switch ip {
        case .ipv4(let a, let b, let c, let d):
            FlatAddress(
                tag: 0,
                values: (
                    Int32(port), Int32(a), Int32(b), Int32(c), Int32(d), 0, 0, 0, 0, 0, 0
                ))
        case .ipv6(let a, let b, let c, let d, let e, let f, let g, let h):
            FlatAddress(
                tag: 1,
                values: (
                    Int32(port), Int32(bitPattern: flowInfo), Int32(a), Int32(b), Int32(c),
                    Int32(d), Int32(e), Int32(f), Int32(g), Int32(h), Int32(bitPattern: scope)
                ))
        }
    }

    /// In memory.
    var area: wasi_sockets_address_t {
        var area = wasi_sockets_address_t()
        switch ip {
        case .ipv4(let a, let b, let c, let d):
            area.tag = 0
            area.value.ipv4 = wasi_sockets_ipv4_address_t(
                port: port, address: wasi_sockets_ipv4_t(bytes: (a, b, c, d)))
        case .ipv6(let a, let b, let c, let d, let e, let f, let g, let h):
            area.tag = 1
            area.value.ipv6 = wasi_sockets_ipv6_address_t(
                port: port, flow_info: flowInfo,
                address: wasi_sockets_ipv6_t(words: (a, b, c, d, e, f, g, h)), scope_id: scope)
        }
        return area
    }
}

/// A variant as flat values.
struct FlatAddress {
    var tag: Int32
    var values: (Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32)
}
