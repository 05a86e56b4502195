// From the kernel's numbers to the names that the host's rules speak.

import Glibc
import PolluxHost

extension SystemError {
    /// The error of a call that gave `-errno`; `nil` for one that did not fail.
    init?(status: Int) {
        if status >= 0 { return nil }
        self = Self.names[CInt(-status)] ?? .other
    }

    init?(status: CInt) { self.init(status: Int(status)) }

    private static let names: [CInt: SystemError] = [
        EACCES: .eacces, EPERM: .eperm, EADDRINUSE: .eaddrinuse, EADDRNOTAVAIL: .eaddrnotavail,
        ETIMEDOUT: .etimedout, ECONNREFUSED: .econnrefused, ECONNRESET: .econnreset,
        ECONNABORTED: .econnaborted, EHOSTUNREACH: .ehostunreach, EHOSTDOWN: .ehostdown,
        ENETDOWN: .enetdown, ENETUNREACH: .enetunreach, ENONET: .enonet, EISCONN: .eisconn,
        ENOTCONN: .enotconn, EDESTADDRREQ: .edestaddrreq, EINVAL: .einval, EMSGSIZE: .emsgsize,
        ENOMEM: .enomem, ENOBUFS: .enobufs, EOPNOTSUPP: .eopnotsupp, ENOPROTOOPT: .enoprotoopt,
        EPFNOSUPPORT: .epfnosupport, EPROTONOSUPPORT: .eprotonosupport, EPROTOTYPE: .eprototype,
        ESOCKTNOSUPPORT: .esocktnosupport, EAFNOSUPPORT: .eafnosupport, EPIPE: .epipe,
        EMFILE: .emfile, ENFILE: .enfile,
    ]
}

/// Whether a call that gave `-errno` only has to be made again later.
func wouldBlock(_ status: Int) -> Bool { status == -Int(EAGAIN) || status == -Int(EWOULDBLOCK) }
