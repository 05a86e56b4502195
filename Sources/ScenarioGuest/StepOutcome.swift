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
    /// A read gave these bytes, at least one.
    case bytes([UInt8])
    /// The stream is over.
    case closed
    /// The stream broke, with this text.
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
}
