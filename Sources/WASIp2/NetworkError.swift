// wasi:sockets/network.error-code.

import CWASIp2

/// `error-code`: why a call on a socket did not succeed.
public enum NetworkError: UInt8, Error, Hashable, Sendable {
    case unknown
    case accessDenied
    case notSupported
    case invalidArgument
    case outOfMemory
    case timeout
    case concurrencyConflict
    case notInProgress
    /// Not an error: wait for the pollable and ask again.
    case wouldBlock
    case invalidState
    case newSocketLimit
    case addressNotBindable
    case addressInUse
    case remoteUnreachable
    case connectionRefused
    case connectionReset
    case connectionAborted
    case datagramTooLarge
    case nameUnresolvable
    case temporaryResolverFailure
    case permanentResolverFailure

    /// The error of this code; one that is newer than this list is ``unknown``.
    init(code: UInt8) { self = NetworkError(rawValue: code) ?? .unknown }
}

extension wasi_sockets_result_void_t {
    /// Nothing, or what went wrong.
    func get() throws(NetworkError) {
        if is_err != 0 { throw NetworkError(code: err) }
    }
}

extension wasi_sockets_result_handle_t {
    /// The handle, or what went wrong.
    func get() throws(NetworkError) -> Int32 {
        if is_err != 0 { throw NetworkError(code: value.err) }
        return value.ok
    }
}

extension wasi_sockets_result_u64_t {
    /// The number, or what went wrong.
    func get() throws(NetworkError) -> UInt64 {
        if is_err != 0 { throw NetworkError(code: value.err) }
        return value.ok
    }
}

extension wasi_sockets_result_u8_t {
    /// The number, or what went wrong.
    func get() throws(NetworkError) -> UInt8 {
        if is_err != 0 { throw NetworkError(code: value.err) }
        return value.ok
    }
}

extension wasi_sockets_result_address_t {
    /// The address, or what went wrong.
    func get() throws(NetworkError) -> SocketAddress {
        if is_err != 0 { throw NetworkError(code: value.err) }
        return SocketAddress(value.ok)
    }
}
