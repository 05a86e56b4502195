// wasi:sockets/network.error-code, and where each comes from.

/// `error-code`, with the discriminants of the canonical ABI.
public enum NetworkError: UInt8, Error, Hashable, Sendable, CaseIterable {
    case unknown
    case accessDenied
    case notSupported
    case invalidArgument
    case outOfMemory
    case timeout
    case concurrencyConflict
    case notInProgress
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

    /// The WIT name.
    public var name: String {
        switch self {
        case .unknown: "unknown"
        case .accessDenied: "access-denied"
        case .notSupported: "not-supported"
        case .invalidArgument: "invalid-argument"
        case .outOfMemory: "out-of-memory"
        case .timeout: "timeout"
        case .concurrencyConflict: "concurrency-conflict"
        case .notInProgress: "not-in-progress"
        case .wouldBlock: "would-block"
        case .invalidState: "invalid-state"
        case .newSocketLimit: "new-socket-limit"
        case .addressNotBindable: "address-not-bindable"
        case .addressInUse: "address-in-use"
        case .remoteUnreachable: "remote-unreachable"
        case .connectionRefused: "connection-refused"
        case .connectionReset: "connection-reset"
        case .connectionAborted: "connection-aborted"
        case .datagramTooLarge: "datagram-too-large"
        case .nameUnresolvable: "name-unresolvable"
        case .temporaryResolverFailure: "temporary-resolver-failure"
        case .permanentResolverFailure: "permanent-resolver-failure"
        }
    }
}

/// What a kernel says of a socket, by the names of POSIX.
///
/// Drivers speak this; which `error-code` the guest gets depends on the call and on whose rules a
/// host follows.
public enum SystemError: Error, Hashable, Sendable, CaseIterable {
    case eacces, eperm
    case eaddrinuse, eaddrnotavail
    case etimedout, econnrefused, econnreset, econnaborted
    case ehostunreach, ehostdown, enetdown, enetunreach, enonet
    case eisconn, enotconn, edestaddrreq
    case einval
    case emsgsize
    case enomem, enobufs
    case eopnotsupp, enoprotoopt, epfnosupport, eprotonosupport, eprototype, esocktnosupport
    case eafnosupport
    case epipe
    case emfile, enfile
    /// Any other.
    case other

    /// The call in which it came up.
    enum Origin {
        case create, bind, connect, accept, peer, other
    }

    /// The code that a guest gets.
    func code(in origin: Origin = .other, _ rules: HostPolicy.Rules) -> NetworkError {
        // TCP-36: what a connection had died of before it was accepted.
        if origin == .accept, diesInQueue { return .connectionAborted }
        return switch self {
        case .eacces, .eperm: .accessDenied
        case .eaddrinuse: .addressInUse
        // TCP-28: no port is left to connect from.
        case .eaddrnotavail:
            origin == .connect && rules == .spec ? .addressInUse : .addressNotBindable
        case .etimedout: .timeout
        case .econnrefused: .connectionRefused
        case .econnreset: .connectionReset
        case .econnaborted: .connectionAborted
        case .ehostunreach, .ehostdown, .enetdown, .enetunreach, .enonet: .remoteUnreachable
        case .eisconn, .enotconn, .edestaddrreq: .invalidState
        case .einval: .invalidArgument
        case .emsgsize: .datagramTooLarge
        case .enomem, .enobufs: .outOfMemory
        case .eopnotsupp, .enoprotoopt, .epfnosupport, .eprotonosupport, .eprototype,
            .esocktnosupport:
            .notSupported
        case .eafnosupport:
            origin == .bind || origin == .peer ? .invalidArgument : .notSupported
        case .epipe, .other: .unknown
        // TCP-04, TCP-38.
        case .emfile, .enfile: rules == .spec ? .newSocketLimit : .unknown
        }
    }

    private var diesInQueue: Bool {
        switch self {
        case .econnaborted, .econnreset, .enetdown, .enoprotoopt, .ehostdown, .enonet,
            .ehostunreach, .eopnotsupp, .enetunreach, .eperm, .etimedout:
            true
        default: false
        }
    }

    /// A text for people.
    var text: String {
        switch self {
        case .econnreset: "connection reset"
        case .econnaborted: "connection aborted"
        case .econnrefused: "connection refused"
        case .etimedout: "timed out"
        case .epipe: "broken pipe"
        case .ehostunreach, .enetunreach: "unreachable"
        case .enobufs, .enomem: "out of memory"
        default: String(describing: self).uppercased()
        }
    }
}
