// Writing the results of wasi:sockets.

import CWASIp2
import PolluxHost

/// The return area of a `result` whose error is an `error-code`.
protocol NetworkResultArea {
    init()
    /// Makes it this error.
    mutating func fail(_ code: UInt8)
}

extension Lowering {
    /// A result, whose value `set` puts in place.
    static func area<Area: NetworkResultArea, Value>(
        _ result: Result<Value, NetworkError>, _ set: (inout Area, Value) -> Void
    ) -> Area {
        var area = Area()
        switch result {
        case .success(let value): set(&area, value)
        case .failure(let error): area.fail(error.rawValue)
        }
        return area
    }

    /// `result<_, error-code>`; `nil` is ok.
    static func nothing(_ error: NetworkError?) -> wasi_sockets_result_void_t {
        wasi_sockets_result_void_t(is_err: error == nil ? 0 : 1, err: error?.rawValue ?? 0)
    }

    /// `result<own<…>, error-code>`.
    static func handle(_ result: Result<Int32, NetworkError>) -> wasi_sockets_result_handle_t {
        self.area(result) { area, handle in unsafe area.value.ok = handle }
    }

    /// `result<u64, error-code>`.
    static func number(_ result: Result<UInt64, NetworkError>) -> wasi_sockets_result_u64_t {
        self.area(result) { area, number in unsafe area.value.ok = number }
    }

    /// `result<u32, error-code>`.
    static func number32(_ result: Result<UInt64, NetworkError>) -> wasi_sockets_result_u32_t {
        self.area(result) { area, number in unsafe area.value.ok = UInt32(clamping: number) }
    }

    /// `result<u8, error-code>`.
    static func byte(_ result: Result<UInt64, NetworkError>) -> wasi_sockets_result_u8_t {
        self.area(result) { area, number in unsafe area.value.ok = UInt8(clamping: number) }
    }

    /// `result<bool, error-code>`.
    static func flag(_ result: Result<UInt64, NetworkError>) -> wasi_sockets_result_bool_t {
        self.area(result) { area, number in unsafe area.value.ok = number == 0 ? 0 : 1 }
    }

    /// `ip-socket-address`.
    static func address(_ address: SocketAddress) -> wasi_sockets_address_t {
        var area = wasi_sockets_address_t()
        area.tag = address.family.rawValue
        switch address.ip {
        case .ipv4(let bits):
            unsafe area.value.ipv4 = wasi_sockets_ipv4_address_t(
                port: address.port, address: ipv4(bits))
        case .ipv6:
            unsafe area.value.ipv6 = wasi_sockets_ipv6_address_t(
                port: address.port, flow_info: address.flowInfo, address: ipv6(address.ip),
                scope_id: address.scope)
        }
        return area
    }

    private static func ipv4(_ bits: UInt32) -> wasi_sockets_ipv4_t {
        func byte(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: bits >> shift) }
        return wasi_sockets_ipv4_t(bytes: (byte(24), byte(16), byte(8), byte(0)))
    }

    private static func ipv6(_ ip: IPAddress) -> wasi_sockets_ipv6_t {
        let words = ip.words
        return wasi_sockets_ipv6_t(
            words: (
                words[0], words[1], words[2], words[3], words[4], words[5], words[6], words[7]
            ))
    }

    /// `result<ip-socket-address, error-code>`.
    static func address(
        _ result: Result<SocketAddress, NetworkError>
    ) -> wasi_sockets_result_address_t {
        self.area(result) { area, address in unsafe area.value.ok = Self.address(address) }
    }

    /// `result<option<ip-address>, error-code>`.
    static func address(
        _ result: Result<IPAddress?, NetworkError>
    ) -> wasi_sockets_result_option_ip_t {
        self.area(result) { area, ip in
            guard let ip else { return }
            var option = wasi_sockets_option_ip_t()
            option.is_some = 1
            option.value.tag = ip.family.rawValue
            switch ip {
            case .ipv4(let bits): unsafe option.value.value.ipv4 = ipv4(bits)
            case .ipv6: unsafe option.value.value.ipv6 = ipv6(ip)
            }
            unsafe area.value.ok = option
        }
    }
}

// MARK: The areas, which C gives no common type

extension wasi_sockets_result_handle_t: NetworkResultArea {
    mutating func fail(_ code: UInt8) { (is_err, unsafe value.err) = (1, code) }
}

extension wasi_sockets_result_u64_t: NetworkResultArea {
    mutating func fail(_ code: UInt8) { (is_err, unsafe value.err) = (1, code) }
}

extension wasi_sockets_result_u32_t: NetworkResultArea {
    mutating func fail(_ code: UInt8) { (is_err, unsafe value.err) = (1, code) }
}

extension wasi_sockets_result_u8_t: NetworkResultArea {
    mutating func fail(_ code: UInt8) { (is_err, unsafe value.err) = (1, code) }
}

extension wasi_sockets_result_bool_t: NetworkResultArea {
    mutating func fail(_ code: UInt8) { (is_err, unsafe value.err) = (1, code) }
}

extension wasi_sockets_result_address_t: NetworkResultArea {
    mutating func fail(_ code: UInt8) { (is_err, unsafe value.err) = (1, code) }
}

extension wasi_sockets_result_option_ip_t: NetworkResultArea {
    mutating func fail(_ code: UInt8) { (is_err, unsafe value.err) = (1, code) }
}

extension wasi_sockets_result_streams_t: NetworkResultArea {
    mutating func fail(_ code: UInt8) { (is_err, unsafe value.err) = (1, code) }
}

extension wasi_sockets_result_accepted_t: NetworkResultArea {
    mutating func fail(_ code: UInt8) { (is_err, unsafe value.err) = (1, code) }
}

extension wasi_sockets_result_datagram_streams_t: NetworkResultArea {
    mutating func fail(_ code: UInt8) { (is_err, unsafe value.err) = (1, code) }
}
