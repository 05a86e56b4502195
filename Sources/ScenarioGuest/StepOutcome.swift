// How a step ended.

public import WASIp2

/// What a wait came to, for the step door.
public enum StepOutcome {
    /// It is over, and has no result. Also how every task begins.
    case none
    /// This one of several sources was ready, by its place in the list.
    case index(Int)
    /// The runtime cannot do the step; the scenario is then skipped.
    case unsupported
    /// The task that was joined had been cancelled.
    case cancelled
    /// A read gave these bytes, at least one unless it was of a datagram; or a look-up:
    /// ``addresses(_:)``.
    case bytes([UInt8])
    /// The stream is over.
    case closed
    /// The stream broke, with this text, or a socket did not do it: ``init(_:)-(NetworkError)``.
    case failed([UInt8])

    /// What a read came to.
    public init(_ result: Result<[UInt8], StreamError>) {
        switch result {
        case .success(let bytes): self = .bytes(bytes)
        case .failure(let error): self.init(error)
        }
    }

    /// What a write or a flush came to.
    public init(_ result: Result<Void, StreamError>) {
        switch result {
        case .success: self = .none
        case .failure(let error): self.init(error)
        }
    }

    /// What an operation on a stream failed with.
    public init(_ error: StreamError) {
        switch error {
        case .closed: self = .closed
        case .lastOperationFailed(let error): self = .failed(error.debugBytes)
        }
    }

    /// What a call on a socket failed with.
    public init(_ error: NetworkError) { self = .failed(Array(error.name.utf8)) }

    /// What a call on a socket came to that gives nothing.
    public init(_ result: Result<Void, NetworkError>) {
        switch result {
        case .success: self = .none
        case .failure(let error): self.init(error)
        }
    }

    /// What a look-up gave.
    public static func addresses(_ addresses: [IPAddress]) -> StepOutcome {
        .bytes(addresses.flatMap(\.counted))
    }
}

extension IPAddress {
    /// Its bytes, behind a byte that says how many.
    fileprivate var counted: [UInt8] {
        switch self {
        case .ipv4(let a, let b, let c, let d): return [4, a, b, c, d]
        case .ipv6(let a, let b, let c, let d, let e, let f, let g, let h):
            let words = [a, b, c, d, e, f, g, h]
            return [16] + words.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        }
    }
}

extension NetworkError {
    /// The WIT name: `connection-refused`.
    fileprivate var name: String {
        var name = ""
        for letter in String(describing: self) {
            if letter.isUppercase { name += "-" }
            name += letter.lowercased()
        }
        return name
    }
}
