// Addresses to and from the form of the system calls.

import CLibuv
import PolluxHost

extension clibuv_address {
    init(_ address: SocketAddress) {
        self.init()
        is_ipv6 = address.family == .ipv6 ? 1 : 0
        port = address.port
        flow_info = address.flowInfo
        scope = address.scope
        unsafe withUnsafeMutableBytes(of: &bytes) { bytes in
            switch address.ip {
            case .ipv4(let bits):
                unsafe bytes.storeBytes(of: bits.bigEndian, as: UInt32.self)
            case .ipv6(let high, let low):
                unsafe bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
                unsafe bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
        }
    }

    var lifted: SocketAddress {
        let ip = unsafe withUnsafeBytes(of: bytes) { bytes in
            is_ipv6 == 0
                ? unsafe IPAddress.ipv4(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
                : unsafe IPAddress.ipv6(
                    UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
        return SocketAddress(ip, port: port, flowInfo: flow_info, scope: scope)
    }
}
