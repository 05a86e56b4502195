// Look-ups by the system's resolver.

import CLibuv
import Glibc
import PolluxHost

/// Who answers look-ups.
public enum Resolver: Sendable {
    /// `getaddrinfo`, on a thread of libuv's.
    case system
    /// This table, in lower case; `.pending` never answers, and what is not in it is unknown.
    case table([String: LookingUp])
}

/// One look-up.
///
/// A request that libuv is at cannot be taken back, so it keeps itself alive until it is over, whoever
/// has lost interest meanwhile.
final class NameLookup {
    private(set) var answer = LookingUp.pending
    /// Told when the answer is there.
    private let onEnd: () -> Void

    private init(onEnd: @escaping () -> Void) { self.onEnd = onEnd }

    /// A look-up that is answered already, or never.
    init(_ answer: LookingUp) {
        self.answer = answer
        onEnd = {}
    }

    /// Begins to look a name up; `onEnd` is called from the loop, once, however it ends.
    static func begin(
        _ name: String, on loop: UnsafeMutablePointer<uv_loop_t>, onEnd: @escaping () -> Void
    ) -> NameLookup {
        let lookup = NameLookup(onEnd: onEnd)
        let request = UnsafeMutablePointer<uv_getaddrinfo_t>.allocate(capacity: 1)
        unsafe request.pointee.data = Unmanaged.passRetained(lookup).toOpaque()
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        let status = unsafe uv_getaddrinfo(
            loop, request,
            { request, status, list in
                let lookup = unsafe Unmanaged<NameLookup>.fromOpaque(request!.pointee.data)
                    .takeRetainedValue()
                unsafe lookup.end(status, list)
                unsafe request!.deallocate()
            }, name, nil, &hints)
        if status < 0 {
            unsafe Unmanaged.passUnretained(lookup).release()
            unsafe request.deallocate()
            lookup.answer = .failed(failure(status))
            onEnd()
        }
        return lookup
    }

    private func end(_ status: CInt, _ list: UnsafeMutablePointer<addrinfo>?) {
        answer =
            status < 0 ? .failed(Self.failure(status)) : unsafe .addresses(Self.addresses(list))
        unsafe uv_freeaddrinfo(list)
        onEnd()
    }

    private static func failure(_ status: CInt) -> LookupFailure {
        switch status {
        case CInt(UV_EAI_AGAIN.rawValue), CInt(UV_ENOMEM.rawValue), CInt(UV_EAI_MEMORY.rawValue):
            .temporary
        case CInt(UV_EAI_NONAME.rawValue), CInt(UV_EAI_NODATA.rawValue),
            CInt(UV_EAI_ADDRFAMILY.rawValue):
            .unknownName
        default: .permanent
        }
    }

    /// In the resolver's order, each once.
    private static func addresses(_ list: UnsafeMutablePointer<addrinfo>?) -> [IPAddress] {
        var addresses: [IPAddress] = []
        var entry = unsafe list
        while let info = unsafe entry {
            if let address = unsafe info.pointee.ai_addr {
                let family = unsafe CInt(address.pointee.sa_family)
                if family == AF_INET || family == AF_INET6 {
                    var lifted = clibuv_address()
                    unsafe clibuv_lift_address(address, &lifted)
                    let ip = lifted.lifted.ip
                    if !addresses.contains(ip) { addresses.append(ip) }
                }
            }
            unsafe entry = info.pointee.ai_next
        }
        return addresses
    }
}

extension LibuvDriver {
    /// `uv_getaddrinfo`, or the resolver that the driver was made with.
    public func lookUp(_ name: String) -> SourceID {
        switch resolver {
        case .table(let table):
            return addSource(.lookup(NameLookup(table[name] ?? .failed(.unknownName))))
        case .system:
            requests.count += 1
            let requests = requests
            let lookup = unsafe NameLookup.begin(name, on: loop) { requests.count -= 1 }
            return addSource(.lookup(lookup))
        }
    }

    /// What the loop has brought.
    public func lookingUp(_ source: SourceID) -> LookingUp {
        guard case .lookup(let lookup)? = sources[Int(source.index)] else {
            preconditionFailure("no look-up of this driver")
        }
        return lookup.answer
    }
}

/// How many requests a loop is at.
final class Requests {
    var count = 0
}
