// Reading the arguments of wasi:sockets.

import CWASIp2
import PolluxHost

/// The eleven flat values behind the tag of an `ip-socket-address`.
typealias FlatAddress = (
    Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32
)

extension Lifting {
    /// `ip-socket-address`. A flat value of a smaller type counts by its low bits.
    static func address(
        _ tag: Int32, _ flat: FlatAddress, in call: HostCall
    ) throws(HostTrap) -> SocketAddress {
        func word(_ value: Int32) -> UInt16 { UInt16(truncatingIfNeeded: value) }
        switch tag {
        case 0:
            let bytes = [flat.1, flat.2, flat.3, flat.4]
            let bits = bytes.reduce(0 as UInt32) { $0 << 8 | UInt32(UInt8(truncatingIfNeeded: $1)) }
            return SocketAddress(.ipv4(bits), port: word(flat.0))
        case 1:
            let words = [flat.2, flat.3, flat.4, flat.5, flat.6, flat.7, flat.8, flat.9].map(word)
            return SocketAddress(
                IPAddress(words: words), port: word(flat.0), flowInfo: UInt32(bitPattern: flat.1),
                scope: UInt32(bitPattern: flat.10))
        default:
            throw HostTrap(
                .invalidDiscriminant(type: "ip-socket-address", value: Int64(tag)), in: call)
        }
    }

    /// `option<ip-socket-address>`, flat.
    static func address(
        isSome: Int32, _ tag: Int32, _ flat: FlatAddress, in call: HostCall
    ) throws(HostTrap) -> SocketAddress? {
        switch isSome {
        case 0: return nil
        case 1: return try address(tag, flat, in: call)
        default:
            throw HostTrap(
                .invalidDiscriminant(type: "option", value: Int64(isSome)), in: call)
        }
    }

    /// `ip-socket-address`, in memory.
    static func address(
        _ area: wasi_sockets_address_t, in call: HostCall
    ) throws(HostTrap) -> SocketAddress {
        switch area.tag {
        case 0:
            let address = unsafe area.value.ipv4
            let bytes = address.address.bytes
            let bits =
                UInt32(bytes.0) << 24 | UInt32(bytes.1) << 16 | UInt32(bytes.2) << 8
                | UInt32(bytes.3)
            return SocketAddress(.ipv4(bits), port: address.port)
        case 1:
            let address = unsafe area.value.ipv6
            let words = address.address.words
            return SocketAddress(
                IPAddress(words: [
                    words.0, words.1, words.2, words.3, words.4, words.5, words.6, words.7,
                ]), port: address.port, flowInfo: address.flow_info, scope: address.scope_id)
        default:
            throw HostTrap(
                .invalidDiscriminant(type: "ip-socket-address", value: Int64(area.tag)), in: call)
        }
    }

    /// `ip-address-family`.
    static func family(_ value: Int32, in call: HostCall) throws(HostTrap) -> AddressFamily {
        guard let raw = UInt8(exactly: value), let family = AddressFamily(rawValue: raw) else {
            throw HostTrap(
                .invalidDiscriminant(type: "ip-address-family", value: Int64(value)), in: call)
        }
        return family
    }

    /// `shutdown-type`.
    static func shutdown(_ value: Int32, in call: HostCall) throws(HostTrap) -> ShutdownKind {
        guard let raw = UInt8(exactly: value), let kind = ShutdownKind(rawValue: raw) else {
            throw HostTrap(
                .invalidDiscriminant(type: "shutdown-type", value: Int64(value)), in: call)
        }
        return kind
    }

    /// `list<outgoing-datagram>`.
    static func datagrams(
        _ list: UnsafePointer<wasi_sockets_outgoing_datagram_t>?, count: Int, in call: HostCall
    ) throws(HostTrap) -> [OutgoingDatagram] {
        let buffer = unsafe UnsafeBufferPointer(start: list, count: count)
        var datagrams: [OutgoingDatagram] = []
        for index in 0..<count {
            let area = unsafe buffer[index]
            let length = unsafe area.len
            try check(UInt(bitPattern: unsafe area.data), count: length, stride: 1, in: call)
            let option = unsafe area.remote_address
            var peer: SocketAddress?
            switch option.is_some {
            case 0: break
            case 1: peer = try address(option.value, in: call)
            default:
                throw HostTrap(
                    .invalidDiscriminant(type: "option", value: Int64(option.is_some)), in: call)
            }
            let bytes = unsafe Array(UnsafeBufferPointer(start: area.data, count: length))
            datagrams.append(OutgoingDatagram(bytes, to: peer))
        }
        return datagrams
    }

    /// A string argument (RES-20).
    package static func string(
        _ start: UnsafePointer<UInt8>?, count: Int, in call: HostCall
    ) throws(HostTrap) -> String {
        try check(UInt(bitPattern: start), count: count, stride: 1, in: call)
        let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
        guard let text = unsafe String(validating: bytes, as: UTF8.self) else {
            throw HostTrap(.invalidUTF8, in: call)
        }
        return text
    }
}
